"""How many worlds: run until the mean of an outcome is known as closely as asked for.

World r is the same world however many there are, so that more worlds add to those that are there. The number still
needed follows from the spread so far, since the interval of a mean narrows with the square root of the number of
worlds. Source: Stein 1945, doi:10.1214/aoms/1177731088, repeated until the interval is narrow enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, isfinite
from typing import Final, TypeVar

import numpy as np

from steppewise.analysis.comparison import reach_of
from steppewise.analysis.quantities import quantity
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import Ensemble, Plan, Progress, extended, simulate
from steppewise.scenario.spec import ScenarioSpec

FEWEST: Final = 30
"""Worlds below which a spread is not trusted."""

MARGIN: Final = 1.05
"""More worlds than the spread so far asks for: it is an estimate itself."""

MOST_AT_ONCE: Final = 10
"""By how many times the worlds grow at most in one step: early spreads mislead."""

T = TypeVar("T")


@dataclass(frozen=True)
class Goal:
    """How closely the mean of an outcome is to be known, in its unit, and how many worlds that may take."""

    outcome: str
    precision: float
    at_most: int

    def __post_init__(self) -> None:
        if not (isfinite(self.precision) and self.precision > 0):
            raise SteppewiseError(f"a precision is a number above 0, not {self.precision:g}")


@dataclass(frozen=True)
class PrecisionStep:
    """The mean of so many worlds, and the half-width of its 95 % interval; NaN with fewer than two good worlds."""

    worlds: int
    mean: float
    half_width: float


@dataclass(frozen=True)
class Path:
    """The way to a goal, step by step."""

    goal: Goal
    steps: tuple[PrecisionStep, ...]

    @property
    def last(self) -> PrecisionStep:
        """The last step."""
        return self.steps[-1]

    @property
    def is_reached(self) -> bool:
        """True where the interval is as narrow as was asked for."""
        return self.last.half_width <= self.goal.precision

    @property
    def still_needed(self) -> int:
        """How many worlds the goal takes, as far as the last step tells."""
        return needed(self.last, self.goal.precision)


def reach(goal: Goal, start: T, more: Callable[[T, int], T], values: Callable[[T], Array]) -> tuple[T, Path]:
    """Add worlds until the half-width is at most the precision, or as many are there as there may be.

    Args:
        goal: what is to be reached.
        start: the worlds to begin with, whatever holds them.
        more: from worlds and a number to so many worlds, the first of them the same as before.
        values: the outcome in these worlds, (world,); NaN in those that failed, which are left out.

    Raises SteppewiseError for too few worlds to begin with, or more than there may be.
    """
    worlds, steps = start, [step_of(values(start))]
    _check(goal, steps[0].worlds)
    while not steps[-1].half_width <= goal.precision and steps[-1].worlds < goal.at_most:
        worlds = more(worlds, following(steps[-1], goal))
        steps.append(step_of(values(worlds)))
    return worlds, Path(goal, tuple(steps))


def worlds_for(
    spec: ScenarioSpec, plan: Plan, goal: Goal, progress: Progress = lambda worlds: None
) -> tuple[Ensemble, Path]:
    """Run the worlds of a plan, and as many more as a goal takes. `progress` is told of worlds as they are done.

    Raises SteppewiseError as `reach` does, and for an outcome that there is not.
    """
    asked = quantity(goal.outcome, spec)
    if asked.against is not None:
        raise SteppewiseError(f"--precision is of an outcome of one scenario, not of '{goal.outcome}'; see compare")
    _check(goal, plan.worlds)

    def more(ensemble: Ensemble, worlds: int) -> Ensemble:
        return extended(ensemble, replace(plan, worlds=worlds), progress)

    start = simulate(spec, plan, progress=progress)
    return reach(goal, start, more, lambda ensemble: asked.value(ensemble.outcomes))


def _check(goal: Goal, worlds: int) -> None:
    if worlds < FEWEST:
        raise SteppewiseError(f"a precision needs {FEWEST} worlds to begin with, not {worlds}")
    if goal.at_most < worlds:
        raise SteppewiseError(f"--runs-at-most {goal.at_most:,} is fewer than the {worlds:,} worlds to begin with")


def step_of(values: Array) -> PrecisionStep:
    """Mean and half-width of (world,), of the worlds that have a value."""
    good = values[np.isfinite(values)]
    if len(good) < 2:
        return PrecisionStep(len(values), float(good.mean()) if len(good) else np.nan, np.nan)
    error = float(good.std(ddof=1)) / len(good) ** 0.5
    return PrecisionStep(len(values), float(good.mean()), reach_of(len(good)) * error)


def following(step: PrecisionStep, goal: Goal) -> int:
    """How many worlds to run next."""
    return min(max(needed(step, goal.precision), step.worlds + 1), MOST_AT_ONCE * step.worlds, goal.at_most)


def needed(step: PrecisionStep, precision: float) -> int:
    """How many worlds a precision takes, as far as this step tells; twice as many where it tells nothing."""
    if not isfinite(step.half_width):
        return 2 * step.worlds
    return ceil(MARGIN * step.worlds * (step.half_width / precision) ** 2)
