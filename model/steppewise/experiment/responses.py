"""What a study comes to: for every outcome its statistics over the worlds of each point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.experiment.study import Study

QUANTILES: Final = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
STATISTICS: Final = ("mean", "standard_error", *QUANTILES)


@dataclass(frozen=True)
class Responses:
    """What a sweep found: for every outcome the statistics at every point, name -> (point, statistic).

    `worlds` and `failed` count the worlds of each point, (point,). Statistics are of the worlds that did not fail,
    NaN where there is none.
    """

    study: Study
    values: Mapping[str, Array]
    worlds: NDArray[np.int64]
    failed: NDArray[np.int64]

    def of(self, outcome: str, statistic: str = "mean") -> Array:
        """One statistic of an outcome at every point, (point,)."""
        column: Array = self.values[outcome][:, STATISTICS.index(statistic)]
        return column


def statistics(values: Array, good: NDArray[np.bool_]) -> Array:
    """Mean, standard error and quantiles over the good ones of (point, world), in the order of STATISTICS.

    Returns (point, statistic), NaN where a point has no good world, and no standard error where it has but one.
    """
    found = np.empty((len(values), len(STATISTICS)))
    whole = good.all(axis=1)
    found[whole] = _of_all(values[whole])
    for point in np.flatnonzero(~whole):
        found[point] = _of_all(values[point, good[point]][None])[0]
    return found


def _of_all(values: Array) -> Array:
    points, worlds = values.shape
    found = np.full((points, len(STATISTICS)), np.nan)
    if worlds > 0:
        found[:, 0] = values.mean(axis=1)
        found[:, 2:] = np.quantile(values, list(QUANTILES.values()), axis=1).T
    if worlds > 1:
        found[:, 1] = values.std(axis=1, ddof=1) / worlds**0.5
    return found
