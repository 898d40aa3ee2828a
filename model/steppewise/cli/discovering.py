"""The command `discover`: which combinations of assumptions lead to an outcome of interest, and a results folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.driving import RUNNING
from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Seed, Settings, Workers
from steppewise.cli.progress import bars
from steppewise.cli.running import interruptible

if TYPE_CHECKING:
    from pathlib import Path

    from steppewise.analysis.discovery import Search
    from steppewise.inquiry.discovery import DiscoveryResults


def discover(
    target: Annotated[str, typer.Argument(help="A scenario or an experiment: a name of the library, or a file.")],
    outcome: Annotated[str, typer.Option(metavar="CONDITION", help="Such as 'regional_share.japan > 0.1'.")],
    size: Annotated[
        int, typer.Option(metavar="NUMBER", help="Points to search in, and as many to judge by: a power of two.")
    ] = 1024,
    worlds: Annotated[int, typer.Option(metavar="NUMBER", help="At every point, always the same ones.")] = 8,
    density: Annotated[
        float | None, typer.Option(metavar="SHARE", help="The least density of a box, such as 0.8.")
    ] = None,
    seed: Seed = 0,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = RESULTS,
    force: Force = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Tell which combinations of assumptions lead to an outcome of interest: boxes with coverage and density.

    Of a scenario every parameter with a range varies; of an experiment, what it varies.

    \b
    Examples:
      steppewise discover baseline --outcome 'regional_share.japan > 0.1'
      steppewise discover baseline --outcome 'autonomy.kazakhstan < 0.3' --density 0.8
      steppewise discover what-matters --outcome ahead.japan.russia.somewhere
    """
    from steppewise.experiment.helpers import processes_available
    from steppewise.inquiry.discovery import search_of

    cores = processes_available() if workers is None else workers
    with interruptible():
        asked = search_of(target, outcome, size, worlds, density, seed, settings or ())
        if dry_run:
            _estimate(asked, cores)
            return
        results, found = _found_or_answered(asked, out, cores, force, quiet)
    _tell(results, found, quiet)


def _estimate(search: Search, workers: int) -> None:
    from steppewise.analysis.discovery import runs_of
    from steppewise.cli.estimating import show_inquiry

    show_inquiry(search, 2 * search.size, runs_of(search), workers)


def _found_or_answered(
    search: Search, out: Path, workers: int, force: bool, quiet: bool
) -> tuple[DiscoveryResults, bool]:
    from steppewise.analysis.discovery import runs_of
    from steppewise.experiment.folder import prepare
    from steppewise.inquiry.discovery import found_or_answered
    from steppewise.keeping import Keeping

    prepare(out)
    runs = runs_of(search)
    with bars(quiet) as told:
        how = Keeping(force, stage=told.stage)
        return found_or_answered(search, out, workers, how, lambda done: told.advance(RUNNING, done, runs))


def _tell(results: DiscoveryResults, found: bool, quiet: bool) -> None:
    """The summary in the terminal, and where the rest is."""
    from steppewise.cli.drivers import show_boxes
    from steppewise.cli.summing import show_places

    if quiet:
        typer.echo(str(results.folder))
        return
    if found:
        typer.echo(f"{results.folder} holds this answer already (--force finds it again).\n")
    show_boxes(results.found)
    if results.folder is not None:
        show_places(results.folder)
