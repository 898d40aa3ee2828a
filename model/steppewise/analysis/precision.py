"""How many worlds: run until the mean of an outcome is known as closely as asked for.

World r is the same world however many there are, so that more worlds add to those that are there. The number still
needed follows from the spread so far, since the interval of a mean narrows with the square root of the number of
worlds. Source: Stein 1945, doi:10.1214/aoms/1177731088, repeated until the interval is narrow enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Final

import numpy as np

from steppewise.analysis.comparison import reach_of
from steppewise.errors import SteppewiseError
from steppewise.world.luck import Array

FEWEST: Final = 30
"""Worlds below which a spread is not trusted."""

MARGIN: Final = 1.05
"""More worlds than the spread so far asks for: it is an estimate itself."""

MOST_AT_ONCE: Final = 10
"""By how many times the worlds grow at most in one step: early spreads mislead."""

Values = Callable[[int], Array]
"""So many worlds -> the outcome in each of them, (world,), the first ones the same as before."""


@dataclass(frozen=True)
class Step:
    """The mean of so many worlds, and the half-width of its 95 % interval; NaN with fewer than two good worlds."""

    worlds: int
    mean: float
    half_width: float


@dataclass(frozen=True)
class Path:
    """The way to a precision: every step, and what was asked for."""

    outcome: str
    precision: float
    at_most: int
    steps: tuple[Step, ...]

    @property
    def last(self) -> Step:
        """The last step."""
        return self.steps[-1]

    @property
    def is_reached(self) -> bool:
        """True where the interval is as narrow as was asked for."""
        return self.last.half_width <= self.precision


def reach(outcome: str, precision: float, worlds: int, at_most: int, values: Values) -> Path:
    """Run more and more worlds, from `worlds` on, until the half-width is at most `precision`, or `at_most` are run.

    Worlds that failed are NaN and are left out. Raises SteppewiseError for a precision that is no positive number, or
    fewer worlds at most than at first.
    """
    _check(precision, worlds, at_most)
    steps = [step_of(values(worlds))]
    while not steps[-1].half_width <= precision and steps[-1].worlds < at_most:
        steps.append(step_of(values(following(steps[-1], precision, at_most))))
    return Path(outcome, precision, at_most, tuple(steps))


def _check(precision: float, worlds: int, at_most: int) -> None:
    if not (isfinite(precision) and precision > 0):
        raise SteppewiseError(f"a precision is a number above 0, not {precision:g}")
    if worlds < FEWEST:
        raise SteppewiseError(f"a precision needs {FEWEST} worlds to begin with, not {worlds}")
    if at_most < worlds:
        raise SteppewiseError(f"--runs-at-most {at_most:,} is fewer than the {worlds:,} worlds to begin with")


def step_of(values: Array) -> Step:
    """Mean and half-width of (world,), of the worlds that have a value."""
    good = values[np.isfinite(values)]
    if len(good) < 2:
        return Step(len(values), float(good.mean()) if len(good) else np.nan, np.nan)
    error = float(good.std(ddof=1)) / len(good) ** 0.5
    return Step(len(values), float(good.mean()), reach_of(len(good)) * error)


def following(step: Step, precision: float, at_most: int) -> int:
    """How many worlds to run next."""
    return min(max(needed(step, precision), step.worlds + 1), MOST_AT_ONCE * step.worlds, at_most)


def needed(step: Step, precision: float) -> int:
    """How many worlds a precision takes, as far as this step tells; twice as many where it tells nothing."""
    if not isfinite(step.half_width):
        return 2 * step.worlds
    return ceil(MARGIN * step.worlds * (step.half_width / precision) ** 2)


def told(path: Path, unit: str = "") -> Iterator[str]:
    """The path in lines, and what to do where the precision was not reached."""
    for step in path.steps:
        yield f"{step.worlds:>9,} worlds: mean {step.mean:.5g}{unit} ± {step.half_width:.2g}"
    if path.is_reached:
        return
    wanted = needed(path.last, path.precision)
    yield (
        f"The 95 % interval of {path.outcome} is wider than ± {path.precision:g}; about {_round(wanted):,} worlds "
        f"would do: --runs-at-most {_round(wanted)}"
    )


def _round(number: int) -> int:
    """The next number of two digits and zeros."""
    unit = 10 ** max(floor(log10(max(number, 1))) - 1, 0)
    return ceil(number / unit) * unit
