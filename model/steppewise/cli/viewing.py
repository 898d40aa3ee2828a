"""The command `viz`: one world in the browser, quarter by quarter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def viz(
    scenario: Annotated[str, typer.Argument(help="A name of the library, or a file.")] = "baseline",
    port: Annotated[int, typer.Option(metavar="NUMBER", min=1, max=65535, help="Where the page is served.")] = 8765,
) -> None:
    """Step through one world in the browser: map, ties, shares, levers that act at once.

    Needs the extra `viz`. One world is one story, no forecast: `run` tells what many worlds say.

    \b
    Examples:
      steppewise viz
      steppewise viz package-delivered --port 9000
    """
    from steppewise.ports import HOST, listening
    from steppewise.scenario.resolve import load_scenario
    from steppewise.viz.serving import check_installed, serve

    load_scenario(scenario)
    check_installed()
    listener = listening(port)
    typer.echo(f"One world of {scenario}: http://{HOST}:{port} (Ctrl-C ends it)")
    path = Path(scenario)
    serve(str(path.resolve()) if path.is_file() else scenario, listener)
