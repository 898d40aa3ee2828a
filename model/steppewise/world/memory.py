"""One world: every number by the name of docs/odd.md, `w.trust[p, s]`, on plain floats.

The functions of this room read and write a world, and are told by small records what is switched on, which events
there are, and which random streams to read. The compiled engine has the same records in its own memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

from steppewise.world.layout import FIELDS, PARAMETERS, STATE, Field, Sizes, places

Key = tuple[int, int]
"""The key of a random stream, two words of 64 bits."""

ByIndex = dict[Any, float]
"""Numbers of a field: index of its actors and members -> number."""


_BESIDE: Final = frozenset({"powers", "states", "events", "parameter"})
"""What a world has beside its numbers."""


class World:
    """One world. A field without axes is a float; any other is indexed by its actors, then its members.

    `powers`, `states` and `events` count them. `parameter[i]` is number i of all parameters, in the order of
    `layout.places`.
    """

    def __init__(self, sizes: Sizes, kind: type[float] = float) -> None:
        self.powers, self.states, self.events = sizes.powers, sizes.states, sizes.events
        for field in (*PARAMETERS, *STATE):
            setattr(self, field.name, _zeros(field, sizes, kind(0.0)))
        self.parameter = ParameterVector(self, sizes)

    def __getattr__(self, name: str) -> Any:
        """Fields are set by name, from the layout; only what is not there comes here."""
        raise AttributeError(f"a world has no '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        """Numbers have the names of the layout, and no others."""
        if name not in FIELDS and name not in _BESIDE:
            raise AttributeError(f"a world has no '{name}'")
        object.__setattr__(self, name, value)

    def get(self, name: str, index: tuple[int, ...]) -> float:
        """A number by its name and index."""
        values = getattr(self, name)
        found: float = values[_short(index)] if index else values
        return found

    def put(self, name: str, index: tuple[int, ...], value: float) -> None:
        """Write a number by its name and index."""
        if index:
            getattr(self, name)[_short(index)] = value
        else:
            setattr(self, name, value)


def _zeros(field: Field, sizes: Sizes, zero: float) -> float | ByIndex:
    if not field.axes:
        return zero
    return dict.fromkeys(map(_short, product(*map(range, sizes.of(field.axes)))), zero)


def _short(index: tuple[int, ...]) -> Any:
    """What stands between the brackets: `w.gdp[p]`, `w.trust[p, s]`."""
    return index[0] if len(index) == 1 else index


class ParameterVector:
    """All parameters of a world as one vector."""

    def __init__(self, world: World, sizes: Sizes) -> None:
        self._world, self._places = world, _parameter_places(sizes)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, i: int) -> float:
        return self._world.get(*self._places[i])

    def __setitem__(self, i: int, value: float) -> None:
        self._world.put(*self._places[i], value)


@lru_cache(maxsize=16)
def _parameter_places(sizes: Sizes) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(places(PARAMETERS, sizes))


class Switches:
    """What is at work: `chance`, and every mechanism by its name."""

    def __init__(self, switches: Mapping[str, bool]) -> None:
        self.__dict__.update(switches)

    def __getattr__(self, name: str) -> bool:
        raise AttributeError(f"there is no mechanism '{name}'")


@dataclass(frozen=True)
class EventPlan:
    """The events of a scenario, as all worlds share them; `layout.PLAN` in order.

    kind: one of those of `world.events`. by: number of the power, -1 for nobody. first, latest: the earliest and the
    last quarter in which it begins in any world. lasts: quarters. choice: 1 for held, launched, joined, and for the
    last parameter that a `set` sets. level: 1 for a leader. own_mix, own_execution: 1 where it has them. people: 1 for
    a labour pathway. target: number of the parameter that it sets. to: 1 for a state that it is about, by event and
    state; of a corridor, by the place along it, one plus the number of the state, and 0 behind the last.
    """

    kind: Sequence[int]
    by: Sequence[int]
    first: Sequence[int]
    latest: Sequence[int]
    lasts: Sequence[int]
    choice: Sequence[int]
    level: Sequence[int]
    own_mix: Sequence[int]
    own_execution: Sequence[int]
    people: Sequence[int]
    target: Sequence[int]
    to: Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Keys:
    """The keys of all random streams, by the number of what they belong to."""

    fiscal: Sequence[Key]
    format: Sequence[Key]
    event: Sequence[Key]
    delivery: Mapping[tuple[int, int], Key]
    trade: Mapping[tuple[int, int], Key]
    pressure: Mapping[tuple[int, int], Key]
    parameter: Sequence[Key]


@dataclass(frozen=True)
class Ranges:
    """The range of every parameter, in the order of the vector; equal ends where it has one value."""

    low: Sequence[float]
    high: Sequence[float]
