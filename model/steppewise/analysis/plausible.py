"""Worlds whose past looks like ours: history matching (Vernon, Goldstein and Bower 2010)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis.hindcast import BAND, Hindcast, worlds_at
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError

MOST: Final = 3.0
"""Implausibility above which a world is set aside: three standard deviations (Pukelsheim 1994)."""

ERROR: Final = 0.1
"""Standard deviation of an observation where its source gives none, as a part of it."""

FEW: Final = 30
"""Worlds below which nothing should be concluded from those that are left."""


@dataclass(frozen=True)
class Plausible:
    """Which worlds have a past that looks like ours.

    implausibility: (world,), the second largest over all series, so that no single series decides. discrepancy:
    variable -> how far the median world is from the record, which no choice of world mends.
    """

    hindcast: Hindcast
    implausibility: Array
    discrepancy: dict[str, float]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether each world is kept, (world,)."""
        return self.implausibility <= MOST

    @property
    def sentence(self) -> str:
        """How many worlds are left, and what that is worth."""
        count, worlds = int(self.kept.sum()), len(self.kept)
        said = f"{count:,} of {worlds:,} worlds have a past that the record does not rule out"
        return said + (f"; fewer than {FEW} are too few to conclude anything" if count < FEW else "")


def plausible(found: Hindcast) -> Plausible:
    """Hold the past of every world against the record.

    The implausibility of a world in a series (one variable, power and state) is how far its mean over the observed
    times is from theirs, in standard deviations: of the observations, and of the model's discrepancy. A failed world is
    not kept. Raises SteppewiseError where fewer than two series are observed.
    """
    series: dict[tuple[str, str | None, str | None], list[tuple[float, Array]]] = {}
    for point in found.points:
        one = point.observation
        series.setdefault(one.series, []).append((one.value, worlds_at(found.ensemble, one)))
    if len(series) < 2:
        raise SteppewiseError("the record holds fewer than two series: no world can be called implausible")
    observed = {name: float(np.mean([value for value, _ in ones])) for name, ones in series.items()}
    worlds_of = {name: np.mean([worlds for _, worlds in ones], axis=0) for name, ones in series.items()}
    off = {name: float(np.nanmedian(worlds_of[name]) - observed[name]) for name in series}
    discrepancy = {
        variable: float(np.sqrt(np.mean([off[name] ** 2 for name in series if name[0] == variable])))
        for variable in dict.fromkeys(name[0] for name in series)
    }
    distances = [
        np.abs(worlds_of[name] - observed[name]) / np.hypot(ERROR * abs(observed[name]), discrepancy[name[0]])
        for name in series
    ]
    return Plausible(found, np.sort(np.array(distances), axis=0)[-2], discrepancy)


@dataclass(frozen=True)
class Shift:
    """A quantity in all worlds, and in those that are kept: its mean, and the band of nine tenths."""

    name: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]


def shifts(values: Mapping[str, Array], kept: NDArray[np.bool_]) -> tuple[Shift, ...]:
    """What setting worlds aside changes in each quantity, (world,); worlds without a number are left out."""
    return tuple(Shift(name, _told(one), _told(one[kept])) for name, one in values.items())


def _told(values: Array) -> tuple[float, float, float]:
    good = values[np.isfinite(values)]
    if not len(good):
        return (float("nan"),) * 3
    low, high = np.quantile(good, BAND)
    return float(good.mean()), float(low), float(high)
