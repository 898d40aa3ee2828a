"""All trajectories of an ensemble as one tidy table: what the worlds come to, quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array, categories, numbers
from steppewise.experiment.ensemble import Ensemble
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES, Variable

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
STATISTICS: Final = ("mean", "standard_error", *QUANTILES)
COLUMNS: Final = ("time", "power", "state", "variable", "unit", "statistic", "value", "worlds")

AXES: Final = ("time", "power", "state")


def summary(ensemble: Ensemble) -> pd.DataFrame:
    """One row for each quarter, actor or tie, variable and statistic over worlds: the columns of COLUMNS.

    `power` and `state` are empty where the variable has no such axis. `worlds` counts the worlds behind the
    value: those that failed are left out of the statistics, and missing from this count. The table is empty
    where the ensemble kept no trajectories.
    """
    return frame_of(summary_table(ensemble))


def summary_table(ensemble: Ensemble) -> pa.Table:
    """The same, as it is written: pandas takes long to come."""
    return joined([_of_variable(ensemble, VARIABLES[name]) for name in ensemble.trajectories], COLUMNS)


def joined(parts: Sequence[Mapping[str, object]], columns: Sequence[str]) -> pa.Table:
    """Some columns of tables, one table below the other."""
    import pyarrow as pa

    whole = [pa.table({name: part[name] for name in columns}) for part in parts]
    return pa.concat_tables(whole) if whole else pa.table(dict.fromkeys(columns, numbers(np.array([]))))


def frame_of(table: pa.Table) -> pd.DataFrame:
    """A table for pandas, its texts as categories."""
    frame: pd.DataFrame = table.unify_dictionaries().to_pandas()
    return frame


def good_worlds(ensemble: Ensemble) -> NDArray[np.bool_]:
    """True for each world that ran to the end, (world,)."""
    return np.array([status == "ok" for status in ensemble.status])


def leaders(shares: Array) -> NDArray[np.intp]:
    """Who leads: the place of the power with the highest influence share, of equal ones the first.

    (power, ...) -> (...); where no power has any influence, nobody leads, which is one place beyond the last power.
    """
    return np.where(shares.max(axis=0) > 0, shares.argmax(axis=0), len(shares))


def _of_variable(ensemble: Ensemble, variable: Variable) -> Mapping[str, object]:
    trajectory = ensemble.trajectories[variable.name]
    good = good_worlds(ensemble)[: trajectory.shape[-1]]
    kept = trajectory if good.all() else trajectory[..., good]
    values, worlds = statistics(kept)
    columns = labelled(ensemble.spec, variable, STATISTICS)
    columns["value"] = numbers(values.ravel())
    columns["worlds"] = numbers(np.broadcast_to(worlds[..., None], values.shape).ravel())
    return columns


def statistics(values: Array) -> tuple[Array, NDArray[np.int64]]:
    """Statistics over the last axis: (..., world) -> (..., statistic), in the order of STATISTICS.

    Only finite values count; how many is returned beside, (...). A standard error needs two of them, the
    rest one; what cannot be told is NaN.
    """
    finite = np.isfinite(values)
    if finite.all() and values.shape[-1]:
        return _of_finite(values), np.full(values.shape[:-1], values.shape[-1])
    result = np.full((*values.shape[:-1], len(STATISTICS)), np.nan)
    for index in np.ndindex(*values.shape[:-1]):
        if finite[index].any():
            result[index] = _of_finite(values[index][finite[index]])
    return result, finite.sum(axis=-1)


def _of_finite(values: Array) -> Array:
    ordered = np.sort(values, axis=-1)
    mean = values.mean(axis=-1, dtype=float)
    return np.stack([mean, standard_error(ordered), *quantiles(ordered)], axis=-1)


def standard_error(ordered: Array) -> Array:
    """Standard error of the mean of ordered values (..., world) -> (...); NaN for one world.

    It is exactly 0 where all values are equal, which rounding would blur.
    """
    worlds = ordered.shape[-1]
    if worlds == 1:
        return np.full(ordered.shape[:-1], np.nan)
    error = ordered.std(axis=-1, ddof=1, dtype=float) / worlds**0.5
    return np.where(ordered[..., 0] == ordered[..., -1], 0.0, error)


def quantiles(ordered: Array) -> list[Array]:
    """Quantiles of ordered values (..., world), interpolated as `numpy.quantile` does, but sorting once."""
    last = ordered.shape[-1] - 1
    found = []
    for part in QUANTILES.values():
        below = int(part * last)
        above = min(below + 1, last)
        low, high = ordered[..., below].astype(float), ordered[..., above].astype(float)
        found.append(low + (part * last - below) * (high - low))
    return found


def labelled(
    spec: ScenarioSpec,
    variable: Variable,
    statistics: Sequence[str],
    known: Mapping[str, Variable] = VARIABLES,
) -> dict[str, object]:
    """The columns that name each value: categories, in the order of (time, *axes, statistic).

    `known` are the variables of the whole table, by name.
    """
    names = {
        "time": [str(quarter) for quarter in spec.quarters],
        **{axis: list(spec.names_along(axis)) for axis in ("power", "state")},
        "statistic": list(statistics),
    }
    axes = ("time", *variable.axes, "statistic")
    shape = [len(names[axis]) for axis in axes]
    grid = dict(zip(axes, np.indices(shape, dtype=np.int32), strict=True))
    count = int(np.prod(shape))
    columns: dict[str, object] = {}
    for name in (*AXES, "statistic"):
        codes = grid[name].ravel() if name in grid else np.full(count, -1, dtype=np.int32)
        columns[name] = categories(codes, names[name])
    units = list(dict.fromkeys(other.unit for other in known.values()))
    columns["variable"] = constant(variable.name, list(known), count)
    columns["unit"] = constant(variable.unit, units, count)
    return columns


def constant(value: str, known: list[str], count: int) -> pa.Array:
    """The same of the known texts `count` times."""
    return categories(np.full(count, known.index(value), dtype=np.int32), known)
