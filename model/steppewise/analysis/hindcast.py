"""The record beside the model: how well a scenario follows observations, against simple rules of thumb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from steppewise.analysis.observations import Observation
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST, Ensemble, Plan, Progress, simulate
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES

BAND: Final = (0.05, 0.95)
"""Quantiles of worlds between which nine of ten observations should lie."""

SEEN_UNTIL: Final = 2010
"""The last year whose observations helped to set the model's values."""

BENCHMARKS: Final = ("persistence", "drift", "trend")


@dataclass(frozen=True)
class Scored:
    """An observation beside the worlds of a run, and what rules of thumb would have said.

    median, low, high: of the worlds. crps: continuous ranked probability score, in the variable's unit. benchmarks:
    rule -> what it says, not a number where nothing earlier was observed.
    """

    observation: Observation
    seen: bool
    median: float
    low: float
    high: float
    crps: float
    benchmarks: Mapping[str, float]

    @property
    def inside(self) -> bool:
        """Whether the observation lies in the band."""
        return self.low <= self.observation.value <= self.high


@dataclass(frozen=True)
class Score:
    """How well a set of observations is met.

    rmse: of the median world. crps: mean. covered: part within the band. benchmarks: rule -> (rmse, crps) on those
    observations that it says something of; crps of a single number is its distance.
    """

    variable: str
    seen: bool
    count: int
    rmse: float
    crps: float
    covered: float
    benchmarks: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Hindcast:
    """A run beside the record.

    early: observations before the run, which only rules of thumb use. seen_until: the last year that helped to set
    values.
    """

    ensemble: Ensemble
    points: tuple[Scored, ...]
    early: tuple[Observation, ...]
    seen_until: int

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Every variable, years that helped to set values apart from others."""
        names = dict.fromkeys(one.observation.variable for one in self.points)
        groups = ((name, seen, self.of(name, seen)) for name in names for seen in (True, False))
        return tuple(score_of(name, seen, ones) for name, seen, ones in groups if ones)

    def of(self, variable: str, seen: bool | None = None) -> tuple[Scored, ...]:
        """The observations of a variable."""
        return tuple(one for one in self.points if one.observation.variable == variable and seen in (None, one.seen))


def hindcast(
    spec: ScenarioSpec,
    observations: Sequence[Observation],
    plan: Plan,
    seen_until: int = SEEN_UNTIL,
    progress: Progress = lambda worlds: None,
) -> Hindcast:
    """Run a scenario and hold its worlds against observations.

    Those from before the run serve the rules of thumb alone. Raises SteppewiseError where none is left, or where the
    plan has more worlds than courses are kept of.
    """
    early = tuple(one for one in observations if one.first < spec.start)
    late = [one for one in observations if one.first >= spec.start]
    if not late:
        raise SteppewiseError(f"no observation lies between {spec.start} and {spec.end}")
    if plan.worlds > TRAJECTORIES_AT_MOST:
        raise SteppewiseError(f"runs must be {TRAJECTORIES_AT_MOST:,} or fewer here, not {plan.worlds:,}")
    variables = tuple(dict.fromkeys("trade" if _in_state(one) else one.variable for one in late))
    ensemble = simulate(spec, plan, variables, progress=progress)
    if "ok" not in ensemble.status:
        raise SteppewiseError("every world failed: nothing can be held against observations")
    rules = RulesOfThumb(observations, spec, seen_until)
    points = tuple(_scored(one, worlds_at(ensemble, one), rules) for one in late)
    return Hindcast(ensemble, points, early, seen_until)


def _in_state(one: Observation) -> bool:
    """True for a part of the powers' trade with one state, which is no variable of its own."""
    return one.variable == "trade_share" and one.state is not None


def course_of(ensemble: Ensemble, one: Observation) -> Array:
    """What an observation is of, by quarter and world: (time, world)."""
    spec = ensemble.spec
    if _in_state(one):
        trade = ensemble.trajectories["trade"][:, :, spec.state_names.index(str(one.state))].astype(float)
        parts: Array = trade[:, spec.power_names.index(str(one.power))] / trade.sum(axis=1)
        return parts
    values = ensemble.trajectories[one.variable].astype(float)
    index = {"power": lambda: spec.power_names.index(str(one.power)), "state": lambda: _state(spec, one)}
    for axis in VARIABLES[one.variable].axes:
        values = values[:, index[axis]()]
    return values


def worlds_at(ensemble: Ensemble, one: Observation) -> Array:
    """What the worlds have at the time of an observation: the mean of its quarters, (world,); NaN where one failed."""
    start = ensemble.spec.start.number
    values = course_of(ensemble, one)[one.first.number - start : one.last.number - start + 1].mean(axis=0)
    return np.where([cause == "ok" for cause in ensemble.status], values, np.nan)


def _state(spec: ScenarioSpec, one: Observation) -> int:
    return spec.state_names.index(str(one.state))


def _scored(one: Observation, worlds: Array, rules: RulesOfThumb) -> Scored:
    from scoringrules import crps_ensemble  # takes a quarter of a second to come

    worlds = worlds[np.isfinite(worlds)]
    low, median, high = np.quantile(worlds, (BAND[0], 0.5, BAND[1]))
    crps = float(crps_ensemble(one.value, worlds))
    return Scored(one, rules.is_seen(one), float(median), float(low), float(high), crps, rules.say(one))


class RulesOfThumb:
    """What somebody would say who knows earlier observations and no model.

    persistence: the last one stays. drift: it goes on by the mean yearly change. trend: a straight line through all.
    For years that are seen they know what lies before the run; for others, all that is seen.
    """

    def __init__(self, observations: Iterable[Observation], spec: ScenarioSpec, seen_until: int) -> None:
        self.spec, self._until = spec, Quarter(seen_until * 4 + 3)
        self._series: dict[tuple[str, str | None, str | None], list[Observation]] = {}
        for one in sorted(observations, key=lambda one: one.year):
            self._series.setdefault(one.series, []).append(one)

    def is_seen(self, one: Observation) -> bool:
        """Whether its year helped to set values."""
        return one.last <= self._until

    def say(self, one: Observation) -> dict[str, float]:
        """What each rule says of an observation."""
        edge = self.spec.start if self.is_seen(one) else self._until.plus(1)
        known = [other for other in self._series[one.series] if other.last < edge and other.last < one.first]
        if not known:
            return dict.fromkeys(BENCHMARKS, float("nan"))
        years, values = (np.array([getattr(each, name) for each in known]) for name in ("year", "value"))
        ahead = one.year - years[-1]
        several = len(known) > 1
        drift = (values[-1] - values[0]) / (years[-1] - years[0]) if several else float("nan")
        slope, level = np.polyfit(years - years[-1], values, 1) if several else (float("nan"), float("nan"))
        said = (values[-1], values[-1] + drift * ahead, level + slope * ahead)
        return {name: float(value) for name, value in zip(BENCHMARKS, said, strict=True)}


def score_of(variable: str, seen: bool, points: Sequence[Scored]) -> Score:
    """The scores of some observations of one variable."""
    observed = np.array([one.observation.value for one in points])
    off = np.array([one.median for one in points]) - observed
    benchmarks = {}
    for rule in BENCHMARKS:
        errors = np.array([one.benchmarks[rule] for one in points]) - observed
        known = errors[np.isfinite(errors)]
        benchmarks[rule] = (_rms(known), float(np.abs(known).mean())) if len(known) else (float("nan"),) * 2
    crps = float(np.mean([one.crps for one in points]))
    covered = float(np.mean([one.inside for one in points]))
    return Score(variable, seen, len(points), _rms(off), crps, covered, benchmarks)


def _rms(errors: Array) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
