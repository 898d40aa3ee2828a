"""Numbers by name and world, kept as one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from steppewise.arrays import Array


class Columns(Mapping[str, Array]):
    """Name -> (world,), all rows of one table (name, world), which is handed over and joined whole.

    Hundreds of arrays of their own would take longer to hand over than to compute, and large tables are given out by
    the system in large pages.
    """

    def __init__(self, names: Sequence[str], table: Array) -> None:
        self.names, self.table = tuple(names), table
        self._places = {name: place for place, name in enumerate(self.names)}

    @classmethod
    def of(cls, by_name: Mapping[str, Array], worlds: int) -> Columns:
        """A copy of arrays, each (world,)."""
        columns = cls.empty(tuple(by_name), worlds)
        for row, values in zip(columns.table, by_name.values(), strict=True):
            row[:] = values
        return columns

    @classmethod
    def empty(cls, names: Sequence[str], worlds: int) -> Columns:
        """Room for so many worlds."""
        return cls(names, np.empty((len(names), worlds)))

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """The same names for all worlds of all parts."""
        return cls(parts[0].names, np.concatenate([part.table for part in parts], axis=1))

    def __reduce__(self) -> tuple[type[Columns], tuple[tuple[str, ...], Array]]:
        return Columns, (self.names, self.table)

    def __getitem__(self, name: str) -> Array:
        row: Array = self.table[self._places[name]]
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def picked(self, names: Sequence[str]) -> Columns:
        """A copy of some of them."""
        return Columns(names, self.table[[self._places[name] for name in names]])


NONE = Columns.empty((), 0)
