"""Commands on files of scenarios, experiments and lessons: check, new, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.kinds import Kind


def tell(error: SteppewiseError) -> None:
    """Every problem on standard error, a line each, and their number where there are several."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    if len(error.problems) > 1:
        typer.echo(f"{len(error.problems)} problems.", err=True)


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Scenario, experiment or lesson files, or library names.")
    ],
) -> None:
    """Check files of scenarios, experiments and lessons: all problems at once; nothing is run.

    \b
    Examples:
      steppewise check my-scenario.yaml
      steppewise check scenarios/*.yaml experiments/*.yaml
      steppewise check my-lesson.md
    """
    from steppewise.cli.file_texts import verdict

    problems: list[Problem] = []
    for file in files:
        try:
            typer.echo(verdict(file))
        except SteppewiseError as error:
            problems.extend(error.problems)
    if problems:
        raise SteppewiseError(list(dict.fromkeys(problems)))


def new(
    file: Annotated[Path, typer.Argument(help="The file to write; its name becomes that of what it holds.")],
    parent: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The scenario, experiment or lesson to start from.")
    ] = "baseline",
) -> None:
    """Write a commented scenario to start from, or a copy of an experiment or a lesson.

    \b
    Examples:
      steppewise new my-scenario.yaml
      steppewise new more-aid.yaml --from package-delivered
      steppewise new my-sweep.yaml --from trust-against-money
      steppewise new my-lesson.md --from trust-and-delivery
    """
    from steppewise.cli.file_texts import new_text

    text = new_text(file, parent)
    _write(file, text, "x")
    typer.echo(f"Wrote {file}. When you have changed it:  steppewise check {file}")


def _write(file: Path, text: str, mode: Literal["w", "x"]) -> None:
    """Write a file; with "x" only one that is not there yet. Raises SteppewiseError."""
    from steppewise.results.folder import saying_why

    with saying_why(file, "choose another place"):
        if mode == "x" and file.exists():
            raise SteppewiseError(Problem("is there already; nothing was written", str(file)))
        with file.open(mode, encoding="utf-8", newline="\n") as stream:
            stream.write(text)


def schema(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="|".join(Kind))] = Kind.SCENARIO,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of scenario or experiment files, for editors.

    Save it as schema.json beside your files; a first line such as
    "# yaml-language-server: $schema=schema.json" makes editors use it.

    \b
    Examples:
      steppewise schema --out scenarios/schema.json
      steppewise schema experiment --out experiments/schema.json
    """
    from steppewise.experiment.schema import experiment_schema_text
    from steppewise.scenario.schema import schema_text

    text = schema_text() if kind == Kind.SCENARIO else experiment_schema_text()
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text, "w")
