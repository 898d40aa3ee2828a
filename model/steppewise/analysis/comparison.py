"""Two scenarios in the same worlds: what differs in each of them, and how sure the mean of that is.

World r of a seed has the same luck and the same drawn parameters under every scenario, so that the difference
within a world is the scenario's doing alone. What the two would tell if each had its own luck stands beside it, as
the unpaired interval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis import summary
from steppewise.analysis.summary import constant, frame_of, good_worlds, joined, labelled, leaders
from steppewise.arrays import Array, numbers
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.scenario.contrast import common_ground
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import LEADS, OUTCOMES, Variable, place_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class PairedDifference:
    """One quantity under a scenario minus the same under the first one, world by world.

    worlds: how many pairs of worlds are behind it. mean: over worlds, with its standard error; interval_low,
    interval_high: its 95 % interval. unpaired_error, unpaired_low, unpaired_high: the same as if the scenarios had been
    run with different luck. q05 to q95: quantiles of the worlds. positive, negative, zero: the share of worlds with
    that sign. Errors and intervals are NaN with fewer than two worlds, all numbers are NaN with none.
    """

    worlds: int
    mean: float
    standard_error: float
    interval_low: float
    interval_high: float
    unpaired_error: float
    unpaired_low: float
    unpaired_high: float
    q05: float
    q25: float
    median: float
    q75: float
    q95: float
    positive: float
    negative: float
    zero: float

    @property
    def is_nothing(self) -> bool:
        """True where the two scenarios agree exactly in every world."""
        return self.zero == 1.0

    @property
    def is_settled(self) -> bool:
        """True where the interval of the mean does not reach zero, or no world differs at all."""
        return self.is_nothing or self.interval_low > 0 or self.interval_high < 0


STATISTICS: Final = tuple(field.name for field in fields(PairedDifference))[1:]
COLUMNS: Final = ("scenario", "against", *summary.COLUMNS)


@dataclass(frozen=True, eq=False)
class Differences:
    """All differences of one scenario against the first.

    `spec` is the further scenario confined to the powers, states and quarters that both have. `values`: variable ->
    (time, *axes, statistic). `pairs`: how many pairs of worlds are behind each quarter, (time,). `failures`: worlds
    that failed under one scenario or the other, with the cause; they are left out of all numbers.
    """

    first: ScenarioSpec
    further: ScenarioSpec
    spec: ScenarioSpec
    plan: Plan
    values: Mapping[str, Array]
    pairs: NDArray[np.int64]
    failures: tuple[tuple[int, str], ...]

    @property
    def worlds(self) -> int:
        """All worlds, those that failed included."""
        return self.plan.worlds

    @property
    def good_worlds(self) -> int:
        """Worlds that ran to the end under both scenarios."""
        return self.worlds - len(self.failures)

    @property
    def is_nothing(self) -> bool:
        """True where the two scenarios agree exactly, in every world, quarter and variable."""
        return all((self.statistic(name, "zero") == 1.0).all() for name in self.values)

    def at(self, variable: str, *actors: str, time: int = -1) -> PairedDifference:
        """A variable of some actors, at the end of the last quarter or of another. Raises KeyError, ValueError."""
        _, place = place_of(".".join((variable, *actors)), self.spec)
        numbers: list[float] = self.values[variable][(time, *place)].tolist()
        return PairedDifference(int(self.pairs[time]), *numbers)

    def statistic(self, variable: str, name: str) -> Array:
        """One statistic of a variable over time, (time, *axes)."""
        values: Array = self.values[variable][..., STATISTICS.index(name)]
        return values


def compare(first: Ensemble, further: Ensemble) -> Differences:
    """The differences between two ensembles of the same plan, of which trajectories were kept.

    Over time they rest on the worlds whose course was kept; at the end, where both scenarios end there, on all
    worlds. Raises SteppewiseError where the scenarios have no power, state or quarter in common.
    """
    pair = _Pair(first, further)
    values = {name: pair.paired(variable) for name, variable in OUTCOMES.items() if pair.has(variable)}
    return Differences(
        first.spec, further.spec, pair.spec, first.plan, values, pair.pairs, failures_of_either(first, further)
    )


def failures_of_either(first: Ensemble, further: Ensemble) -> tuple[tuple[int, str], ...]:
    """The worlds that failed in one ensemble or the other, with the scenario and the cause."""
    causes = {world: f"{one.spec.name}: {cause}" for one in (further, first) for world, cause in one.failures.items()}
    return tuple(sorted(causes.items()))


class _Pair:
    """Two ensembles confined to what both have, and to worlds that failed in neither."""

    def __init__(self, first: Ensemble, further: Ensemble) -> None:
        self.first, self.further = first, further
        self.spec = common_ground(first.spec, further.spec)
        self.good = good_worlds(first) & good_worlds(further)
        self.kept = self.good[: first.trajectories["share"].shape[-1]]
        self.ends_together = first.spec.end == further.spec.end

    @property
    def pairs(self) -> NDArray[np.int64]:
        """Pairs of worlds behind each quarter, (time,)."""
        pairs = np.full(len(self.spec.quarters), self.kept.sum())
        if self.ends_together:
            pairs[-1] = self.good.sum()
        return pairs

    def has(self, variable: Variable) -> bool:
        """True where the course of a variable was kept."""
        return (variable.name if variable is not LEADS else "share") in self.first.trajectories

    def paired(self, variable: Variable) -> Array:
        """Statistics of the differences of a variable, (time, *axes, statistic)."""
        values = paired(self._course(self.first, variable), self._course(self.further, variable))
        if self.ends_together:
            values[-1] = paired(self._end(self.first, variable), self._end(self.further, variable))
        return values

    def _course(self, ensemble: Ensemble, variable: Variable) -> Array:
        """A variable of common actors in common quarters and good worlds, (time, *axes, world)."""
        values = _trajectory(ensemble, variable)
        values = values[self.spec.start.number - ensemble.spec.start.number :][: len(self.spec.quarters)]
        for axis, name in enumerate(variable.axes, start=1):
            places = [ensemble.spec.names_along(name).index(actor) for actor in self.spec.names_along(name)]
            if places != list(range(values.shape[axis])):
                values = np.take(values, places, axis)
        return values if self.kept.all() else values[..., self.kept]

    def _end(self, ensemble: Ensemble, variable: Variable) -> Array:
        """A variable of common actors at the end, in all good worlds, (*axes, world)."""
        actors = [self.spec.names_along(axis) for axis in variable.axes]
        rows = [ensemble.outcomes[".".join((variable.name, *names))][self.good] for names in product(*actors)]
        return np.array(rows, dtype=float).reshape(*map(len, actors), int(self.good.sum()))


def _trajectory(ensemble: Ensemble, variable: Variable) -> Array:
    """The course of a variable, (time, *axes, world); who leads follows from the shares."""
    if variable is not LEADS:
        return ensemble.trajectories[variable.name]
    leader = leaders(np.moveaxis(ensemble.trajectories["share"], 1, 0))
    return np.stack([(leader == p).sum(axis=1).astype(float) for p in range(len(ensemble.spec.powers))], axis=1)


def paired(first: Array, further: Array) -> Array:
    """Statistics of further - first over worlds: (..., world) each -> (..., statistic), by STATISTICS."""
    worlds = first.shape[-1]
    if not worlds:
        return np.full((*first.shape[:-1], len(STATISTICS)), np.nan)
    difference = np.subtract(further, first, dtype=float)
    found, _ = summary.statistics(difference)
    mean, error, *quantiles = np.moveaxis(found, -1, 0)
    unpaired = np.sqrt((_variance(first) + _variance(further)) / worlds)
    reach = reach_of(worlds)
    intervals = [part for one in (error, unpaired) for part in (one, mean - reach * one, mean + reach * one)]
    signs = [part.mean(axis=-1) for part in (difference > 0, difference < 0, difference == 0)]
    return np.stack([mean, *intervals, *quantiles, *signs], axis=-1)


def _variance(values: Array) -> Array:
    """Sample variance over worlds, (...); NaN with one of them."""
    if values.shape[-1] < 2:
        return np.full(values.shape[:-1], np.nan)
    return np.var(values, axis=-1, ddof=1, dtype=float)


def reach_of(worlds: int) -> float:
    """Standard errors from a mean to the ends of its 95 % interval: Student's t with one degree less than worlds.

    The unpaired interval has the same reach, so that the pairing alone tells the two apart. NaN with one world.
    """
    from scipy.special import stdtrit

    return float(stdtrit(worlds - 1, 0.5 + CONFIDENCE / 2)) if worlds > 1 else np.nan


# as a table ---------------------------------------------------------------------------------------------


def table(found: Sequence[Differences]) -> pd.DataFrame:
    """All differences, a row for each scenario, quarter, actor or tie, variable and statistic: COLUMNS."""
    return frame_of(differences_table(found))


def differences_table(found: Sequence[Differences]) -> pa.Table:
    """The same, as it is written."""
    return joined([_part(one, OUTCOMES[name], found) for one in found for name in one.values], COLUMNS)


def _part(one: Differences, variable: Variable, found: Sequence[Differences]) -> Mapping[str, object]:
    values = one.values[variable.name]
    columns = labelled(one.spec, variable, STATISTICS, OUTCOMES)
    columns["scenario"] = constant(one.further.name, [other.further.name for other in found], values.size)
    columns["against"] = constant(one.first.name, [one.first.name], values.size)
    columns["value"] = numbers(values.ravel())
    columns["worlds"] = numbers(np.repeat(one.pairs, values[0].size))
    return columns


def end_table(found: Sequence[Differences]) -> pd.DataFrame:
    """The differences at the end: a row for each scenario, variable and actor or tie, a column for each statistic."""
    import pandas as pd

    rows = []
    for one, name in [(differences, name) for differences in found for name in differences.values]:
        axes = OUTCOMES[name].axes
        for actors in product(*map(one.spec.names_along, axes)):
            places = {"power": "", "state": "", **dict(zip(axes, actors, strict=True))}
            rows.append({"scenario": one.further.name, "variable": name, **places, **vars(one.at(name, *actors))})
    return pd.DataFrame(rows)


def from_table(rows: pd.DataFrame, first: Ensemble, further: Ensemble) -> Differences:
    """The differences between two ensembles back from the table, whose rows stand as they were.

    Raises ValueError where rows are missing.
    """
    spec = common_ground(first.spec, further.spec)
    own = rows[rows["scenario"] == further.spec.name]
    by_name = {str(name): part for name, part in own.groupby("variable", observed=True, sort=False)}
    values = {}
    for name, part in by_name.items():
        sizes = [len(spec.names_along(axis)) for axis in OUTCOMES[name].axes]
        values[name] = part["value"].to_numpy().astype(float).reshape(len(spec.quarters), *sizes, len(STATISTICS))
    pairs = by_name[LEADS.name]["worlds"].to_numpy().reshape(len(spec.quarters), -1)[:, 0]
    failures = failures_of_either(first, further)
    return Differences(first.spec, further.spec, spec, first.plan, values, pairs, failures)
