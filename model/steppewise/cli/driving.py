"""The command `sensitivity`: what drives an outcome, by parameter and by class of evidence, and a results folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.inquiring import Inquiry, Ways, answer
from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Seed, Settings, Workers
from steppewise.cli.running import interruptible

if TYPE_CHECKING:
    from steppewise.analysis.indices import Method


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
    from steppewise.cli.drivers import show_drivers
    from steppewise.inquiry.sensitivity import found_or_answered, question_of

    with interruptible():
        asked = question_of(target, cast("Method", method), outcomes or (), size, worlds, seed, settings or ())
        answer(Inquiry(asked, found_or_answered, show_drivers), Ways(workers, out, force, dry_run, quiet))
