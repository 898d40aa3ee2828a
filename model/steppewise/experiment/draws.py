"""The parameters that worlds draw from their ranges: they follow from the scenario and the seed, without a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from steppewise.arrays import Array
from steppewise.experiment.block import Block, drawn_parameters
from steppewise.experiment.columns import Columns

AT_ONCE: Final = 5000
"""Worlds whose parameters are drawn at a time."""


class Draws(Mapping[str, Array]):
    """What the worlds of a block draw: name -> (world,), drawn when a value is first asked for.

    So who runs very many worlds need neither keep some four hundred numbers a world nor hand them over.
    """

    def __init__(self, block: Block) -> None:
        self._block, self._names = block, block.drawn_names()

    @cached_property
    def _drawn(self) -> Columns:
        whole = Columns.empty(self._names, self._block.count)
        for start in range(0, self._block.count, AT_ONCE):
            stop = min(start + AT_ONCE, self._block.count)
            whole.table[:, start:stop] = drawn_parameters(self._block.part(start, stop)).table
        return whole

    def __getitem__(self, name: str) -> Array:
        return self._drawn[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
