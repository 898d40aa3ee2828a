"""Scenario discovery: which combinations of assumptions lead to an outcome of interest.

The outcome is looked at in the same worlds at every point of a sample over all factors. A point is of interest where
the condition holds in more than half of its worlds, so that what is found rests on assumptions and not on luck. Boxes
are sought in one sample and judged in another one, of the same size, that had no part in the search.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steppewise.analysis.evaluating import Model, Subject, answers_of
from steppewise.analysis.prim import Cases, Found, Mask, search
from steppewise.analysis.quantities import Condition, Quantity, condition
from steppewise.analysis.sampling import Fixed
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import ANOTHER_LUCK
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor, Serial
from steppewise.experiment.study import Factor, from_unit, sobol_positions

SIZE: Final = 1024
WORLDS: Final = 8
FEWEST: Final = 64
"""Points below which no box can be told from luck."""

MAJORITY: Final = 0.5

SEARCH, FRESH = "search", "fresh"


@dataclass(frozen=True, kw_only=True)
class Search(Subject):
    """What is sought: boxes in which a condition holds.

    size: points of each of the two samples, a power of two. density: the least density of a box; None balances
    coverage and density.
    """

    text: str
    size: int
    density: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.size < FEWEST:
            raise SteppewiseError(f"discovery needs {FEWEST} points or more, not {self.size}")
        if self.density is not None and not 0 < self.density <= 1:
            raise SteppewiseError(f"a density lies above 0 and is at most 1, not {self.density:g}")

        self.check_runs()

    @property
    def condition(self) -> Condition:
        """What is of interest. Raises SteppewiseError."""
        return condition(self.text, self.spec)

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The quantity of which the condition is one."""
        return (self.condition.quantity,)

    @property
    def points(self) -> Mapping[str, int]:
        """How many points each sample has."""
        return {SEARCH: self.size, FRESH: self.size}


@dataclass(frozen=True)
class Restriction:
    """A factor confined to a part of its range; positions from 0 to 1, and the values that they stand for."""

    factor: str
    low: float
    high: float
    low_value: float
    high_value: float
    quasi_p: float

    @property
    def is_below(self) -> bool:
        """True where only the upper limit is one."""
        return self.low <= 0.0

    @property
    def is_above(self) -> bool:
        """True where only the lower limit is one."""
        return self.high >= 1.0


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found.

    cases, fresh: the sample of the search and the other one, in places from 0 to 1. values: the mean outcome at the
    points of each sample, (point,). seconds: wall times by stage.
    """

    asked: Search
    boxes: tuple[Found, ...]
    cases: Cases
    fresh: Cases
    values: Mapping[str, Array]
    seconds: Mapping[str, float]

    @property
    def base_rate(self) -> float:
        """The part of all points that is of interest."""
        return float(np.concatenate([self.cases.of_interest, self.fresh.of_interest]).mean())

    def restrictions(self, found: Found) -> Iterator[Restriction]:
        """The restrictions of a box, the surest first."""
        order = np.argsort(found.quasi_p, kind="stable")
        for place in order.tolist():
            number = found.box.restricted[place]
            low, high = float(max(found.box.low[number], 0.0)), float(min(found.box.high[number], 1.0))
            values = value_at(self.asked, number, low), value_at(self.asked, number, high)
            yield Restriction(self.asked.factors[number].name, low, high, *values, found.quasi_p[place])


def value_at(subject: Subject, number: int, position: float) -> float:
    """The value of a factor at a place from 0 to 1; of one parameter in its own unit."""
    factor = subject.factors[number]
    if factor.levels:
        return factor.levels[round(position * (len(factor.levels) - 1))]
    value = factor.low + (factor.high - factor.low) * position
    if factor.way != "evidence" or len(factor.targets) > 1:
        return value
    parameter = subject.spec.parameters[factor.targets[0]]
    return parameter.low + (parameter.high - parameter.low) * value


def seek(asked: Search, executor: Executor | None = None, progress: Progress = lambda rows: None) -> Discovery:
    """Run the model at the points of both samples and seek boxes. Raises SteppewiseError."""
    started = time.perf_counter()
    sought = asked.condition
    samples = samples_of(asked)
    model = Model(asked, executor or Serial(), progress)
    answers = answers_of(tuple(samples.values()), model)
    by_name = {name: found[sought.quantity.name] for name, found in zip(samples, answers, strict=True)}
    of_interest = {name: sought.holds(found).mean(axis=1) > MAJORITY for name, found in by_name.items()}
    means = {name: found.mean(axis=1) for name, found in by_name.items()}
    seconds = {"simulation": time.perf_counter() - started}
    return boxes_in(asked, of_interest, means, seconds)


def samples_of(asked: Search) -> dict[str, Fixed]:
    """The points of both samples, by name. Raises SteppewiseError for a size that is no power of two."""
    factors = asked.factors
    return {name: Fixed(factors, from_unit(factors, unit)) for name, unit in _units(asked).items()}


def _units(asked: Search) -> dict[str, Array]:
    """Both samples in the unit cube, (point, factor) each."""
    seeds = {SEARCH: asked.seed, FRESH: asked.seed + ANOTHER_LUCK}
    return {name: sobol_positions(len(asked.factors), asked.size, seed) for name, seed in seeds.items()}


def boxes_in(
    asked: Search, of_interest: Mapping[str, Mask], means: Mapping[str, Array], seconds: Mapping[str, float]
) -> Discovery:
    """Seek boxes, knowing which points of each sample are of interest, (point,)."""
    started = time.perf_counter()
    cases, fresh = (Cases(places(asked.factors, unit), of_interest[name]) for name, unit in _units(asked).items())
    boxes = search(cases, fresh, asked.density)
    return Discovery(asked, boxes, cases, fresh, means, {**seconds, "search": time.perf_counter() - started})


def places(factors: Sequence[Factor], unit: Array) -> Array:
    """Places of points along each factor from 0 to 1, (point, factor); levels stand at even distances."""
    columns = []
    for factor, column in zip(factors, unit.T, strict=True):
        count = len(factor.levels)
        steps = np.minimum((column * count).astype(int), count - 1) / max(count - 1, 1)
        columns.append(steps if count else column)
    return np.stack(columns, axis=-1)
