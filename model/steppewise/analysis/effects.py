"""How the outcomes of a sweep respond to its factors: along one factor, over all values that the others have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steppewise.experiment.collecting import Responses
from steppewise.experiment.study import Factor, Study
from steppewise.world.luck import Array

MOST_STEPS: Final = 40
"""Different values up to which each stands by itself; more are taken together in parts of the range."""

PARTS: Final = 10
FEWEST_IN_PART: Final = 5
"""Parts of a sampled range, fewer where a part would hold less than so many points."""

SETTLED: Final = 2.0
"""Standard errors that tell an effect from luck."""


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
    if len(places) <= MOST_STEPS:
        return Steps(places, of_point.reshape(-1), False)
    parts = min(max(len(values) // FEWEST_IN_PART, 1), PARTS)
    edges = np.linspace(values.min(), values.max(), parts + 1)
    inside = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, parts - 1)
    present, of_point = np.unique(inside, return_inverse=True)
    return Steps((edges[:-1] + edges[1:])[present] / 2, of_point.reshape(-1), True)


@dataclass(frozen=True)
class Effect:
    """An outcome along a factor: at every step the mean of its points, with a standard error, (step,) each.

    The error counts the luck of the worlds as if it were one and the same at all points, which it is, and, with
    sampled points, the luck of the sample. `low`, `median` and `high` are the 5th, 50th and 95th percentiles of the
    means of the points at a step.
    """

    factor: Factor
    steps: Steps
    mean: Array
    error: Array
    low: Array
    median: Array
    high: Array

    @property
    def reach(self) -> float:
        """From the lowest mean to the highest."""
        return float(np.ptp(self.mean)) if len(self.mean) else 0.0

    @property
    def is_settled(self) -> bool:
        """True where the lowest and the highest mean are further apart than luck would have them."""
        ends = [int(self.mean.argmin()), int(self.mean.argmax())]
        error = float(np.sqrt((self.error[ends] ** 2).sum()))
        return self.reach > SETTLED * (error if np.isfinite(error) else 0.0)

    @property
    def is_steady(self) -> bool:
        """True where the means go up all the way, or down."""
        changes = np.diff(self.mean)
        return bool((changes >= 0).all() or (changes <= 0).all())

    def crossings(self, level: float) -> tuple[float, ...]:
        """Where along the factor the mean passes a level, read off straight lines between the steps."""
        above = self.mean - level
        return tuple(_zeros(self.steps.places, above))


def _zeros(places: Array, values: Array) -> Iterator[float]:
    for (left, before), (right, after) in pairwise(zip(places.tolist(), values.tolist(), strict=True)):
        if before * after < 0 or (after == 0 and before != 0):
            yield left + (right - left) * before / (before - after)


def effect(responses: Responses, outcome: str, number: int) -> Effect:
    """The effect of the factor of that number on an outcome. Points without a good world are left out."""
    study = responses.study
    steps = steps_of(study, number)
    means, errors = responses.of(outcome, "mean"), responses.of(outcome, "standard_error")
    good = np.isfinite(means)
    chosen = [means[good & (steps.of_point == step)] for step in range(len(steps.places))]
    luck = [errors[good & (steps.of_point == step)] for step in range(len(steps.places))]
    filled = [step for step, points in enumerate(chosen) if len(points)]
    rows = np.array([_row(chosen[step], luck[step], study.design) for step in filled]).reshape(-1, 5)
    kept = Steps(steps.places[filled], steps.of_point, steps.binned)
    return Effect(study.factors[number], kept, *rows.T)


def _row(means: Array, errors: Array, design: str) -> tuple[float, float, float, float, float]:
    """Mean, standard error and percentiles of some points."""
    sampled = 0.0 if design == "grid" or len(means) < 2 else means.std(ddof=1) / len(means) ** 0.5
    luck = errors.mean() if np.isfinite(errors).all() else 0.0
    low, median, high = np.quantile(means, [0.05, 0.5, 0.95])
    return means.mean(), float(np.hypot(luck, sampled)), low, median, high


def effects(responses: Responses, outcome: str) -> tuple[Effect, ...]:
    """The effects of all factors on an outcome, that with the largest reach first."""
    found = [effect(responses, outcome, number) for number in range(len(responses.study.factors))]
    return tuple(sorted(found, key=lambda one: -one.reach))


@dataclass(frozen=True)
class Extreme:
    """A point at which an outcome has its lowest or highest mean, with the standard error."""

    point: int
    mean: float
    error: float


def extremes(responses: Responses, outcome: str) -> tuple[Extreme, Extreme] | None:
    """The points with the lowest and the highest mean; None where no world ran to the end."""
    means, errors = responses.of(outcome, "mean"), responses.of(outcome, "standard_error")
    if not np.isfinite(means).any():
        return None
    low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    return (Extreme(low, means[low], errors[low]), Extreme(high, means[high], errors[high]))


def own_value(factor: Factor, study: Study) -> float | None:
    """The value that the scenario itself has; None where there is not one."""
    spec = study.spec
    if factor.kind == "mechanism":
        return float(factor.targets[0] not in spec.switched_off)
    if factor.kind == "event":
        label, _, key = factor.targets[0].removeprefix("events.").rpartition(".")
        value = next((getattr(event, key, None) for event in spec.events if event.label == label), None)
        return None if value is None else float(getattr(value, "number", value))
    if factor.way == "relative":
        return 1.0
    values = {spec.parameters[name].value for name in factor.targets}
    return values.pop() if factor.way == "absolute" and len(values) == 1 else None
