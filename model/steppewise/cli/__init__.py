"""The command line: small commands that say what they do, and errors that say what to mend."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from steppewise import __version__
from steppewise.cli import (
    cleaning,
    comparing,
    files,
    hindcasting,
    inquiring,
    names,
    rerunning,
    running,
    sweeping,
    teaching,
    validating,
)
from steppewise.errors import SteppewiseError

app = typer.Typer(
    name="steppewise",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"steppewise {__version__}")
        raise typer.Exit


@app.callback()
def steppewise(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    """A scenario simulation of regional influence in Central Asia: exploration and teaching, no forecasts.

    \b
    Examples:
      steppewise list                                what there is
      steppewise run baseline                        a scenario in 1,000 worlds
      steppewise compare baseline package-delivered  what differs in the same worlds
      steppewise sweep trust-against-money           how outcomes respond to what varies
      steppewise sensitivity baseline                what drives it, and on which evidence it rests
      steppewise app                                 the classroom page
      steppewise explain powers.japan.execution      where a number comes from
      steppewise new my-scenario.yaml                a scenario to start from
      steppewise check my-scenario.yaml              what is wrong with it
    """


for command in (
    *(running.run, comparing.compare, sweeping.sweep, inquiring.sensitivity, inquiring.discover, rerunning.rerun),
    *(hindcasting.hindcast, validating.validate, teaching.app, teaching.viz, files.check, files.new, files.schema),
    cleaning.clean,
):
    app.command()(command)
app.command("list")(names.list_names)
app.command()(names.explain)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Exit 0: done; 2: something to mend, told without a traceback; 1: a bug."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(args=arguments, prog_name="steppewise")
    except SteppewiseError as error:
        files.tell(error)
        sys.exit(2)
    except MemoryError:
        files.tell(SteppewiseError("there is too little memory; ask for fewer worlds (--dry-run tells what they take)"))
        sys.exit(2)
