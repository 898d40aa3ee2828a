"""The command `sensitivity`: what drives an outcome, by parameter and by class of evidence, and a results folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Seed, Settings, Workers
from steppewise.cli.progress import bars
from steppewise.cli.running import interruptible

if TYPE_CHECKING:
    from pathlib import Path

    from steppewise.analysis.indices import Method
    from steppewise.analysis.sensitivity import Question
    from steppewise.inquiry.sensitivity import SensitivityResults

RUNNING = "Running the worlds"


def sensitivity(
    target: Annotated[str, typer.Argument(help="A scenario or an experiment: a name of the library, or a file.")],
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
    from steppewise.experiment.helpers import processes_available
    from steppewise.inquiry.sensitivity import question_of

    cores = processes_available() if workers is None else workers
    with interruptible():
        asked = question_of(target, cast("Method", method), outcomes or (), size, worlds, seed, settings or ())
        if dry_run:
            _estimate(asked, cores)
            return
        results, found = _found_or_answered(asked, out, cores, force, quiet)
    _tell(results, found, quiet)


def _estimate(question: Question, workers: int) -> None:
    from steppewise.analysis.sensitivity import points_of, runs_of
    from steppewise.cli.estimating import show_inquiry

    show_inquiry(question, sum(points_of(question).values()), runs_of(question), workers)


def _found_or_answered(
    question: Question, out: Path, workers: int, force: bool, quiet: bool
) -> tuple[SensitivityResults, bool]:
    from steppewise.analysis.sensitivity import runs_of
    from steppewise.experiment.folder import prepare
    from steppewise.inquiry.sensitivity import found_or_answered
    from steppewise.keeping import Keeping

    prepare(out)
    runs = runs_of(question)
    with bars(quiet) as told:
        how = Keeping(force, stage=told.stage)
        return found_or_answered(question, out, workers, how, lambda done: told.advance(RUNNING, done, runs))


def _tell(results: SensitivityResults, found: bool, quiet: bool) -> None:
    """The summary in the terminal, and where the rest is."""
    from steppewise.cli.drivers import show_drivers

    if quiet:
        typer.echo(str(results.folder))
        return
    if found:
        typer.echo(f"{results.folder} holds this answer already (--force finds it again).\n")
    show_drivers(results.found)
    if results.folder is not None:
        from steppewise.cli.summing import show_places

        show_places(results.folder)
