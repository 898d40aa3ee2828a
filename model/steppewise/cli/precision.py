"""`run --precision`: as many worlds as it takes to know the mean of an outcome as closely as asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.progress import bars
from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.analysis.precision import Goal
    from steppewise.experiment.ensemble import Ensemble, Plan
    from steppewise.scenario.spec import ScenarioSpec

Precision = Annotated[
    float | None,
    typer.Option(metavar="NUMBER", help="Run until the 95 % interval of the mean of --outcome is ± this, or less."),
]
Outcome = Annotated[
    str | None, typer.Option(metavar="NAME", help="With --precision: of which outcome, such as regional_share.japan.")
]
AtMost = Annotated[int, typer.Option(metavar="NUMBER", help="With --precision: so many worlds at most.")]

AT_MOST = 100_000


def goal_of(precision: float | None, outcome: str | None, at_most: int) -> Goal | None:
    """The goal of the options; None where there is none. Raises SteppewiseError where one goes without the other."""
    if precision is None and outcome is None:
        return None
    if precision is None or outcome is None:
        raise SteppewiseError("--precision and --outcome go together: how close, and of which outcome")
    from steppewise.analysis.precision import Goal

    return Goal(outcome, precision, at_most)


def worlds_to(spec: ScenarioSpec, plan: Plan, goal: Goal, quiet: bool) -> Ensemble:
    """As many worlds as the goal takes, those of the plan first; tells the path. Raises SteppewiseError."""
    from steppewise.analysis.precision import told, worlds_for

    name = f"Running, at most {goal.at_most:,}"
    with bars(quiet) as shown:
        ensemble, path = worlds_for(spec, plan, goal, lambda done: shown.advance(name, done, goal.at_most))
    if not quiet:
        typer.echo("\n".join([*told(path), ""]))
    return ensemble
