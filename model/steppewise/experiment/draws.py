"""The parameters that worlds draw from their ranges: they follow from the scenario and the seed, without a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from steppewise.experiment import compiling
from steppewise.experiment.columns import Columns
from steppewise.world.luck import Array, Luck, Worlds
from steppewise.world.values import draw_parameters

if TYPE_CHECKING:
    from steppewise.experiment.block import Block

AT_ONCE: Final = 5000
"""Worlds whose parameters are drawn at a time."""


class Draws(Mapping[str, Array]):
    """What the worlds of a block draw: name -> (world,), drawn when a value is first asked for.

    So who runs very many worlds need neither keep some four hundred numbers a world nor hand them over.
    """

    def __init__(self, block: Block) -> None:
        self._block, self._names = block, drawn_names(block)

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


def drawn_parameters(block: Block) -> Columns:
    """What the worlds of a block draw, now."""
    passing = compiling.passing()
    kind = passing.luck if passing else Luck
    luck = kind(Worlds(block.first, block.count, block.cycle, block.phase), block.seed_of)
    ignorance = block.uncertainty in ("both", "ignorance")
    drawn = draw_parameters(block.spec, luck, ignorance, block.given, block.scaled)
    return Columns.of({name: drawn[name] for name in drawn_names(block)}, block.count)


def drawn_names(block: Block) -> tuple[str, ...]:
    """Parameters that differ between the worlds of a block."""
    by_range = block.uncertainty in ("both", "ignorance")
    return tuple(
        name
        for name, parameter in block.spec.parameters.items()
        if name in block.given or name in block.scaled or (by_range and parameter.is_uncertain)
    )
