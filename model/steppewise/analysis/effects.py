"""How the outcomes of a sweep respond to its factors: along one factor, over all values that the others have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis.factors import standing
from steppewise.arrays import Array
from steppewise.experiment.responses import Responses
from steppewise.experiment.study import Factor, Study

MOST_STEPS: Final = 40
"""Different values up to which each stands by itself; more are taken together in parts of the range."""

PARTS: Final = 10
FEWEST_IN_PART: Final = 5
"""Parts of a sampled range, fewer where a part would hold less than so many points."""

MOST_PAIRED: Final = 1000
"""Worlds, the first ones, that tell how far luck moves all points together."""

MIXED: Final = 0.5
"""Part of a factor's variance over the points that other factors explain, above which its effect is not its own."""

SETTLED: Final = 2.0
"""Standard errors that tell a difference from luck."""


@dataclass(frozen=True)
class Steps:
    """The values of a factor in order: each by itself or, `binned`, as the middles of equal parts of the range.

    places: (step,), ascending. of_point: the step of each point, (point,).
    """

    places: Array
    of_point: NDArray[np.int64]
    binned: bool


def steps_of(study: Study, number: int) -> Steps:
    """The steps of the factor of that number."""
    values = study.points[:, number]
    places, of_point = np.unique(values, return_inverse=True)
    sampled = study.design not in ("grid", "list")
    if len(places) <= (len(values) // FEWEST_IN_PART if sampled else MOST_STEPS):
        return Steps(places, of_point.reshape(-1), False)
    parts = min(max(len(values) // FEWEST_IN_PART, 1), PARTS)
    edges = np.linspace(values.min(), values.max(), parts + 1)
    inside = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, parts - 1)
    present, of_point = np.unique(inside, return_inverse=True)
    return Steps((edges[:-1] + edges[1:])[present] / 2, of_point.reshape(-1), True)


@dataclass(frozen=True)
class Effect:
    """An outcome along a factor: the mean of the points at each step, (step,), with the luck of worlds and of points.

    by_world: the mean at each step in the first worlds, (step, world): worlds are the same at all points, so that
    luck moves all steps together. `sampled` is the standard error that comes of sampled points. mixed: True where the
    points move the factor together with others, so that what it does cannot be told apart.
    """

    factor: Factor
    steps: Steps
    mean: Array
    sampled: Array
    by_world: Array
    worlds: int
    mixed: bool = False

    @property
    def reach(self) -> float:
        """From the lowest mean to the highest."""
        return float(np.ptp(self.mean)) if len(self.mean) else 0.0

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last step; of an effect that turns, those with the lowest and the highest mean."""
        return (0, -1) if self.is_steady else (int(self.mean.argmin()), int(self.mean.argmax()))

    @property
    def is_steady(self) -> bool:
        """True where the means go up all the way, or down."""
        changes = np.diff(self.mean)
        return bool((changes >= 0).all() or (changes <= 0).all())

    @property
    def is_settled(self) -> bool:
        """True where the lowest and the highest of so many means are further apart than luck would have them.

        Never where the factor moves together with others. The bound is that of Tukey's range test at 5 percent, to
        within some hundredths of a standard error.
        """
        wanted = SETTLED * (1.0 + log(max(len(self.mean), 2) / 2)) ** 0.5
        return not self.mixed and self.reach > wanted * self.error_between(*self.ends)

    def error_between(self, one: int, other: int) -> float:
        """Standard error of the difference of two steps, paired world by world."""
        luck = error_of(self.by_world[one] - self.by_world[other], self.worlds)
        return float(np.hypot(luck, np.hypot(self.sampled[one], self.sampled[other])))

    def error(self, step: int) -> float:
        """Standard error of the mean at a step."""
        return float(np.hypot(error_of(self.by_world[step], self.worlds), self.sampled[step]))

    def crossings(self, level: float) -> tuple[float, ...]:
        """Where along the factor the mean passes a level, read off straight lines between the steps."""
        return tuple(zeros(self.steps.places, self.mean - level))


def error_of(by_world: Array, worlds: int) -> float:
    """Standard error of a mean over so many worlds, of which the first are given; 0 where one tells nothing."""
    good = by_world[np.isfinite(by_world)]
    return float(good.std(ddof=1) / worlds**0.5) if len(good) > 1 else 0.0


def zeros(places: Array, values: Array) -> Iterator[float]:
    """Where values pass zero, read off straight lines between the places."""
    for (left, before), (right, after) in pairwise(zip(places.tolist(), values.tolist(), strict=True)):
        if before * after < 0 or (after == 0 and before != 0):
            yield left + (right - left) * before / (before - after)


@dataclass(frozen=True)
class SweepFindings:
    """What a person reads of a sweep: the effects on each outcome, that with the largest reach first; and failures.

    `causes` counts why worlds failed.
    """

    responses: Responses
    effects: Mapping[str, tuple[Effect, ...]]
    causes: Counter[str]

    @property
    def study(self) -> Study:
        """The study."""
        return self.responses.study

    @property
    def ranked(self) -> tuple[int, ...]:
        """The numbers of the factors, those first that rank high in moving the outcomes."""
        ranks = dict.fromkeys(range(len(self.study.factors)), 0)
        number = {factor.name: place for place, factor in enumerate(self.study.factors)}
        for effects in self.effects.values():
            for rank, effect in enumerate(effects):
                ranks[number[effect.factor.name]] += rank
        return tuple(sorted(ranks, key=lambda place: ranks[place]))

    def effect(self, outcome: str, factor: Factor) -> Effect:
        """The effect of a factor on an outcome."""
        return next(effect for effect in self.effects[outcome] if effect.factor == factor)


Rows = Iterable[tuple[NDArray[np.int64], Mapping[str, Array]]]
"""Some points at a time: their numbers, and name -> (point, world) of every outcome, NaN where a world failed."""


def find(responses: Responses, rows: Rows, causes: Counter[str]) -> SweepFindings:
    """The findings of a sweep, from its rows; `causes` count why worlds failed."""
    study = responses.study
    steps = [steps_of(study, number) for number in range(len(study.factors))]
    by_world, together = _by_world(rows, study, steps), mixed(study.points).tolist()
    found = {
        outcome: sorted(
            _effects(responses, outcome, steps, by_world[outcome], together), key=lambda effect: -effect.reach
        )
        for outcome in study.outcomes
    }
    return SweepFindings(responses, {outcome: tuple(ranked) for outcome, ranked in found.items()}, causes)


def mixed(points: Array) -> NDArray[np.bool_]:
    """Whether each factor moves together with others over the points, (point, factor) -> (factor,).

    By variance inflation: 1 - 1 / (inverse of the correlations) is what the others explain of a factor.
    """
    found = np.zeros(points.shape[1], bool)
    vary = np.ptp(points, axis=0) > 0
    if vary.sum() > 1:
        correlations = np.corrcoef(points[:, vary], rowvar=False) + 1e-9 * np.eye(int(vary.sum()))
        found[vary] = 1.0 - 1.0 / np.diag(np.linalg.inv(correlations)) > MIXED
    return found


def _effects(
    responses: Responses, outcome: str, steps: list[Steps], by_world: list[Array], together: list[bool]
) -> Iterator[Effect]:
    study, means = responses.study, responses.of(outcome)
    for factor, along, worlds, is_mixed in zip(study.factors, steps, by_world, together, strict=True):
        rows = [_row(means[along.of_point == step], study.design) for step in range(len(along.places))]
        columns = np.array(rows).T
        kept = np.isfinite(columns[0])
        places = Steps(along.places[kept], along.of_point, along.binned)
        mean, sampled = columns[:, kept]
        yield Effect(factor, places, mean, sampled, worlds[kept], study.worlds, is_mixed)


def _row(means: Array, design: str) -> tuple[float, float]:
    """Mean of some points, and its error by sampling; NaN where no world of theirs ran to the end."""
    good = means[np.isfinite(means)]
    if not len(good):
        return np.nan, np.nan
    return float(good.mean()), 0.0 if design == "grid" else error_of(good, len(good))


def _by_world(rows: Rows, study: Study, steps: list[Steps]) -> dict[str, list[Array]]:
    """Mean over the points of every step in each of the first worlds, outcome -> factor -> (step, world)."""
    worlds = min(study.worlds, MOST_PAIRED)
    totals = {outcome: [np.zeros((2, len(along.places), worlds)) for along in steps] for outcome in study.outcomes}
    for points, values in rows:
        for outcome, cube in values.items():
            first = cube[:, :worlds]
            good = np.isfinite(first)
            for along, (total, count) in zip(steps, totals[outcome], strict=True):
                np.add.at(total, along.of_point[points], np.where(good, first, 0.0))
                np.add.at(count, along.of_point[points], good)
    with np.errstate(invalid="ignore"):
        return {outcome: [total / count for total, count in pairs] for outcome, pairs in totals.items()}


@dataclass(frozen=True)
class Extreme:
    """A point at which an outcome has its lowest or highest mean, with the standard error."""

    point: int
    mean: float
    error: float


def extremes(responses: Responses, outcome: str) -> tuple[Extreme, Extreme] | None:
    """The points with the lowest and the highest mean; None where no world ran to the end."""
    means, errors = responses.of(outcome), np.nan_to_num(responses.of(outcome, "standard_error"))
    if not np.isfinite(means).any():
        return None
    low, high = (Extreme(int(end), means[end], errors[end]) for end in (np.nanargmin(means), np.nanargmax(means)))
    return low, high


def own_value(factor: Factor, study: Study) -> float | None:
    """The value that the scenario itself has; None where it has several, or says nothing."""
    values = {standing(replace(factor, targets=(target,)), study.spec) for target in factor.targets}
    value = values.pop()
    return value if factor.way != "evidence" and not values and np.isfinite(value) else None
