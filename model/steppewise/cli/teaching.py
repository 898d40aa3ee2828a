"""The commands `app` and `viz`: the classroom page, served or as a file, and one world in the browser."""

from __future__ import annotations

import os
import warnings
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.options import Quiet, Seed
from steppewise.cli.serving import (
    EVERYWHERE,
    HERE,
    check_installed,
    listening,
    listening_somewhere,
    own_address,
    serve,
)

if TYPE_CHECKING:
    from steppewise.app.classroom import Page
    from steppewise.app.server import Classroom

Worlds = Annotated[int, typer.Option(metavar="NUMBER", min=20, max=2000, help="How many worlds stand behind a band.")]
Lessons = Annotated[str | None, typer.Option(metavar="NAME", help="Open a lesson, by name or as a file.")]
Export = Annotated[Path | None, typer.Option(metavar="FILE", help="Write one file that needs no server, and leave.")]
Port = Annotated[int | None, typer.Option(metavar="NUMBER", min=1, max=65535, help="Where the page is served.")]
Lan = Annotated[bool, typer.Option("--lan", help="Let other computers of this network in.")]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")]
Replace = Annotated[bool, typer.Option("--force", help="With --export: replace the file.")]


def app(
    scenario: Annotated[str, typer.Argument(help="A name of the library, or a file.")] = "baseline",
    lesson: Lessons = None,
    export: Export = None,
    port: Port = None,
    lan: Lan = False,
    no_browser: NoBrowser = False,
    worlds: Worlds = 200,
    seed: Seed = 0,
    force: Replace = False,
    quiet: Quiet = False,
) -> None:
    """Teach with the page: levers, bands, a map, lessons. No forecasts.

    \b
    Examples:
      steppewise app                                     serve the page, on this computer only
      steppewise app --lesson trust-and-delivery         open a lesson
      steppewise app --lan                               let a class in
      steppewise app --export lesson.html --lesson hedging-between-powers
                                                         one file for a class without a network
    """
    from steppewise.app.classroom import EXPLORE, free_page, lesson_page, readable_seed
    from steppewise.app.lesson import lesson as found_lesson

    readable_seed(seed)
    chosen = None if lesson is None else found_lesson(lesson)
    page = free_page(scenario, worlds, seed) if chosen is None else lesson_page(chosen, worlds, seed)
    if export is not None:
        typer.echo(_export(page, export, force, quiet))
        return
    instead = "; --export FILE writes a page that needs no server"
    check_installed("serving the page", ("starlette", "uvicorn"), "app", instead)
    from steppewise.app.server import Classroom

    own = {} if chosen is None or lesson is None else {chosen.name: lesson}
    room = Classroom(scenario, worlds, seed, own=own)
    _serve(room, "" if page.name == EXPLORE else f"lesson/{page.name}", port, lan, no_browser)


def _export(page: Page, path: Path, force: bool, quiet: bool) -> str:
    """Write the page with its grid; the sentence that tells of it. Raises SteppewiseError."""
    from steppewise.app.export import check_path, write
    from steppewise.cli.results import bars

    check_path(path, force)
    with bars(quiet, "positions") as told:
        grid = write(page, path, lambda positions: told.advance("Laying the grid", positions, None))
    if quiet:
        return str(path)
    size = path.stat().st_size / 1e6
    worst = 100 * grid.worst["share"]
    fine = "" if grid.is_fine else "; the grid is as fine as it may be, and coarser than wished"
    return (
        f"{path}: {size:.1f} MB, opens without a network. Between {len(grid.vectors):,} positions of its levers it "
        f"interpolates; a regional share is off by {worst:.2f} points at most at {grid.checked} others{fine}."
    )


def _serve(room: Classroom, place: str, port: int | None, lan: bool, no_browser: bool) -> None:
    from steppewise.app.server import OWN_HOSTS, application

    host = EVERYWHERE if lan else HERE
    listener = listening_somewhere(host) if port is None else listening(port, host)
    number = listener.getsockname()[1]
    address = f"http://{HERE}:{number}/{place}"
    typer.echo(f"The classroom: {address} (Ctrl-C ends it)")
    if lan:
        there = f"http://{own_address()}:{number}/{place}"
        typer.echo(f"For pupils in this network: {there} Anybody in it can open the page.")
    opened = no_browser
    with suppress(webbrowser.Error):
        opened = no_browser or webbrowser.open(address)
    if not opened:
        typer.echo("No browser could be opened: type the address into one.")
    server = application(room, ("*",) if lan else OWN_HOSTS)
    serve(server, listener, access_log=False, timeout_graceful_shutdown=2)


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
    from steppewise.scenario.resolve import load_scenario
    from steppewise.viz import NEEDED, SCENARIO, SETTINGS

    load_scenario(scenario)
    check_installed("the view of one world", NEEDED, "viz")
    listener = listening(port)
    typer.echo(f"One world of {scenario}: http://{HERE}:{port} (Ctrl-C ends it)")
    path = Path(scenario)
    os.environ.update({**SETTINGS, SCENARIO: str(path.resolve()) if path.is_file() else scenario})
    warnings.filterwarnings("ignore", module="solara")
    serve("solara.server.starlette:app", listener, lifespan="off")
