"""Designs of a sensitivity analysis: the points at which a model is evaluated, in an order that means something.

Each is drawn in the unit cube, a position from 0 to 1 along the range of every factor. Rows are made when they are
asked for, since a Sobol design of some hundred factors is larger than memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.study import Factor, from_unit, sobol_positions

LEVELS: Final = 4
"""Levels of the grid that Morris trajectories walk on."""

FEWEST_TRAJECTORIES: Final = 2
FEWEST_SOBOL: Final = 8
WITNESSES: Final = 8
"""Rows that are evaluated a second time, to see that the order was kept."""


@dataclass(frozen=True, eq=False)
class Design:
    """Points in a fixed order; factors are the columns."""

    factors: tuple[Factor, ...]

    def __len__(self) -> int:
        raise NotImplementedError

    def rows(self, start: int, stop: int) -> Array:
        """Some points, (point, factor), as values of the factors."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Fixed(Design):
    """Points as they are given, (point, factor)."""

    values: Array

    def __len__(self) -> int:
        return len(self.values)

    def rows(self, start: int, stop: int) -> Array:
        """Some points, (point, factor)."""
        part: Array = self.values[start:stop]
        return part


@dataclass(frozen=True, eq=False)
class SobolSample(Design):
    """Saltelli's design: for each base point A, the same with one group of factors taken from B, and B.

    groups: the group of each factor; factors by themselves are groups of their own. base: (size, 2 * factor), the
    positions of A and B side by side. Rows stand in the order in which SALib's analysis reads them. Source:
    Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018.
    """

    groups: tuple[str, ...]
    base: Array

    @property
    def size(self) -> int:
        """Base points."""
        return len(self.base)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The groups, in order."""
        return tuple(dict.fromkeys(self.groups))

    @property
    def stride(self) -> int:
        """Rows of one base point."""
        return len(self.inputs) + 2

    def __len__(self) -> int:
        return self.size * self.stride

    def rows(self, start: int, stop: int) -> Array:
        """Some points, (point, factor)."""
        return from_unit(self.factors, self.unit(start, stop))

    def unit(self, start: int, stop: int) -> Array:
        """Positions of some points in the unit cube, (point, factor)."""
        number, place = np.divmod(np.arange(start, min(stop, len(self))), self.stride)
        group = np.array([self.inputs.index(name) for name in self.groups])
        from_b = (place[:, None] == group + 1) | (place[:, None] == self.stride - 1)
        a, b = np.hsplit(self.base[number], 2)
        return np.where(from_b, b, a)

    @property
    def independent(self) -> NDArray[np.int64]:
        """Numbers of the rows that were drawn independently of one another: those of A and of B."""
        starts = np.arange(self.size) * self.stride
        return np.sort(np.concatenate([starts, starts + self.stride - 1]))


@dataclass(frozen=True, eq=False)
class MorrisDesign(Fixed):
    """Trajectories on a grid, each moving every factor once; `unit` holds their positions, (point, factor).

    Source: Morris 1991; Campolongo et al. 2007, doi:10.1016/j.envsoft.2006.10.004.
    """

    unit: Array


def sobol_design(factors: Sequence[Factor], size: int, seed: int, groups: Sequence[str] = ()) -> SobolSample:
    """Saltelli's design of a scrambled Sobol sequence, of `size * (groups + 2)` points.

    Equal to what SALib samples, which takes a minute for some hundred factors. Raises SteppewiseError for a size that
    is no power of two, or too small.
    """
    _check(size, FEWEST_SOBOL, "base points")
    names = tuple(groups) or tuple(factor.name for factor in factors)
    return SobolSample(tuple(factors), names, sobol_positions(2 * len(factors), size, seed))


def morris_design(factors: Sequence[Factor], size: int, seed: int) -> MorrisDesign:
    """`size` trajectories of `factors + 1` points, by SALib. Raises SteppewiseError for fewer than two of them."""
    from SALib.sample import morris

    _check(size, FEWEST_TRAJECTORIES, "trajectories")
    unit = morris.sample(problem_of(factors), size, num_levels=LEVELS, seed=seed)
    return MorrisDesign(tuple(factors), from_unit(factors, unit), unit)


def problem_of(factors: Sequence[Factor], groups: Sequence[str] = ()) -> dict[str, Any]:
    """What SALib calls a problem, in the unit cube."""
    names = [factor.name for factor in factors]
    grouped = {"groups": list(groups)} if groups else {}
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names), **grouped}


def _check(size: int, fewest: int, what: str) -> None:
    if size < fewest:
        raise SteppewiseError(f"the design needs {fewest} {what} or more, not {size}")


@dataclass(frozen=True, eq=False)
class Points:
    """The points of some designs one after the other, and a few of them once more at the end.

    A model that keeps the order gives the same at both places; `witnesses` are the numbers of those points.
    """

    designs: tuple[Design, ...]
    witnesses: NDArray[np.int64]

    @classmethod
    def of(cls, designs: Sequence[Design]) -> Points:
        """The points of designs that have the same factors."""
        bare = cls(tuple(designs), np.empty(0, dtype=np.int64))
        spread = np.linspace(0, len(bare) - 1, min(WITNESSES, len(bare)))
        chosen = np.unique(spread.astype(np.int64))
        values = np.concatenate([bare.rows(number, number + 1) for number in chosen.tolist()])
        return cls((*designs, Fixed(designs[0].factors, values)), chosen)

    @property
    def stops(self) -> list[int]:
        """Where each design ends."""
        return list(accumulate(len(design) for design in self.designs))

    def __len__(self) -> int:
        return self.stops[-1]

    def rows(self, start: int, stop: int) -> Array:
        """Some points, (point, factor)."""
        parts = zip((0, *self.stops), self.designs, strict=False)
        return np.concatenate([one.rows(max(start - first, 0), max(stop - first, 0)) for first, one in parts])

    def parted(self, values: Array) -> tuple[Array, ...]:
        """Values at all points, (point, ...), divided among the designs; the witnesses come last."""
        return tuple(np.split(values, self.stops[:-1]))
