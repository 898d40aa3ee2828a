"""The commands `sensitivity` and `discover`: what drives an outcome, and which assumptions lead to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Seed, Settings, Workers
from steppewise.cli.results import Told, interruptible, results, tell, threads

if TYPE_CHECKING:
    from pathlib import Path

    from steppewise.analysis.evaluating import Subject
    from steppewise.analysis.indices import Method
    from steppewise.results.question import Answer

RUNNING: Final = "Running the worlds"

Target = Annotated[str, typer.Argument(help="A scenario or an experiment: a name of the library, or a file.")]


def sensitivity(
    target: Target,
    method: Annotated[
        str, typer.Option(metavar="NAME", help="morris (screening), sobol (shares of the variance) or tornado.")
    ] = "morris",
    outcomes: Annotated[
        list[str] | None,
        typer.Option("--outcome", metavar="NAME", help="What is looked at; may stand repeatedly."),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Trajectories (morris, 16), base points (sobol, 256: a power of two)."),
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="At every point, always the same ones: 8; tornado 1.")
    ] = None,
    seed: Seed = 0,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = RESULTS,
    force: Force = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Tell what drives an outcome: by parameter, by class of evidence, and what is left to chance.

    Of a scenario every parameter with a range varies; of an experiment, what it varies. Beside outcomes, conclusions
    can be asked for: rank.POWER, ahead.POWER.POWER (in a state: .STATE, in any: .somewhere), and what a second
    scenario changes: effect.SCENARIO.OUTCOME, or its sign: sign.SCENARIO.OUTCOME.

    \b
    Examples:
      steppewise sensitivity baseline --outcome regional_share.japan
      steppewise sensitivity baseline --method tornado --outcome ahead.japan.russia.somewhere
      steppewise sensitivity what-matters --method sobol --size 128
      steppewise sensitivity baseline --outcome effect.package-delivered.regional_share.japan
    """
    with interruptible():
        from steppewise.cli.show_inquiry import show_drivers
        from steppewise.results.question import target_of
        from steppewise.results.sensitivity import SensitivityResults, question_of

        about = target_of(target, settings or ())
        asked = question_of(about, cast("Method", method), outcomes or (), size, worlds, seed)
        _answer(SensitivityResults, asked, show_drivers, threads(workers), dry_run, out, force, quiet)


def discover(
    target: Target,
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
    with interruptible():
        from steppewise.cli.show_inquiry import show_boxes
        from steppewise.results.discover import DiscoveryResults, search_of
        from steppewise.results.question import target_of

        asked = search_of(target_of(target, settings or ()), outcome, size, worlds, density, seed)
        _answer(DiscoveryResults, asked, show_boxes, threads(workers), dry_run, out, force, quiet)


def _answer(
    kind: type[Answer[Any, Any]],
    asked: Subject,
    show: Callable[[Any], None],
    workers: int,
    dry_run: bool,
    out: Path,
    force: bool,
    quiet: bool,
) -> None:
    """Answer a question, or only tell what that takes; show what was found and where it lies."""
    from steppewise.cli.estimating import show_inquiry
    from steppewise.results.kind import SaveOptions

    if dry_run:
        show_inquiry(asked, workers)
        return

    def compute(told: Told) -> Answer[Any, Any]:
        return kind.answered(asked, workers, lambda done: told.advance(RUNNING, done, asked.runs))

    target = out / kind.name_of(asked)
    found, was_there = results(target, lambda folder: kind.load(folder, asked), compute, quiet, SaveOptions(force))
    tell(found, was_there, quiet, "answer", lambda answer: show(answer.found))
