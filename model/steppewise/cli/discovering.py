"""The command `discover`: which combinations of assumptions lead to an outcome of interest, and a results folder."""

from __future__ import annotations

from typing import Annotated

import typer

from steppewise.cli.inquiring import Inquiry, Ways, answer
from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Seed, Settings, Workers
from steppewise.cli.running import interruptible


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
    from steppewise.cli.drivers import show_boxes
    from steppewise.inquiry.discovery import found_or_answered, search_of

    with interruptible():
        asked = search_of(target, outcome, size, worlds, density, seed, settings or ())
        answer(Inquiry(asked, found_or_answered, show_boxes), Ways(workers, out, force, dry_run, quiet))
