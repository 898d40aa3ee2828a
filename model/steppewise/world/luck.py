"""Named random streams: world r of a seed is the same world in every block, run and scenario.

A stream's key is a hash of the seed and the stream's name, so that adding an actor, an event or a parameter
leaves every other stream alone. The counter of the Philox generator is the address of a draw: its
first word is the world (NumPy adds one before it computes), its second the calendar year, and the four numbers of
one counter are the four quarters of that year. Nothing is drawn in sequence, so nothing depends on what was drawn
before.
Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from steppewise.scenario.quarter import Quarter

Array = NDArray[np.float64]

Memory = MutableMapping[tuple[str | int | float, ...], Array]
"""What was drawn for a block, for blocks of the same worlds and seed that are run again and again."""


@lru_cache(maxsize=4096)
def stream_key(seed: int, name: str) -> NDArray[np.uint64]:
    """The 128-bit key of a stream as two words: BLAKE2b of `seed:name`, little-endian."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    key = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
    key.flags.writeable = False  # shared by all blocks
    return key


@dataclass(frozen=True)
class Worlds:
    """Which worlds a block holds: `count` of them, numbered from `first` on.

    A sweep runs the same worlds at every point of its design: with a `cycle` of 100, the numbers go from `first` to
    `first + 99` and begin anew; `phase` is how far into the cycle the block starts.
    """

    first: int
    count: int
    cycle: int | None = None
    phase: int = 0

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of each world, (world,)."""
        steps = np.arange(self.phase, self.phase + self.count)
        return self.first + (steps if self.cycle is None else steps % self.cycle)


class Luck:
    """The draws of a block of worlds.

    `seed_of` gives the seed of each stream by its name, so that one group of streams can be drawn anew while
    all others stay (how much of a spread is chance, how much rests on which class of evidence). `memory` holds draws of
    the same worlds, made before, and takes in what is drawn.
    """

    def __init__(self, worlds: Worlds, seed_of: Callable[[str], int], memory: Memory | None = None) -> None:
        self.worlds, self._memory = worlds, memory
        self._seed_of = seed_of
        self._generator = np.random.Philox(key=0)
        self._state = self._generator.state
        self._draws = np.random.Generator(self._generator)
        self.numbers = worlds.numbers
        self._first, self._span = int(self.numbers.min()), int(np.ptp(self.numbers)) + 1
        is_run = bool((np.diff(self.numbers) == 1).all())
        self._pick = None if is_run else self.numbers - self._first

    def remembered(self, place: tuple[str | int | float, ...], draw: Callable[[], Array]) -> Array:
        """What was drawn before under that name, or is drawn now; it must not be written to."""
        if self._memory is None:
            return draw()
        if place not in self._memory:
            self._memory[place] = draw()
            self._memory[place].flags.writeable = False
        return self._memory[place]

    def key(self, name: str) -> NDArray[np.uint64]:
        """The key of the stream of that name."""
        return stream_key(self._seed_of(name), name)

    def keys(self, names: Sequence[str]) -> NDArray[np.uint64]:
        """The keys of several streams, shape (stream, 2)."""
        return np.array([self.key(name) for name in names], np.uint64).reshape(len(names), 2)

    def once(self, name: str) -> Array:
        """One uniform number in [0, 1) a world, shape (world,)."""
        return self.remembered((name,), lambda: self.year(self.key(name), 0)[0])

    def each_once(self, names: Sequence[str]) -> Array:
        """One uniform number in [0, 1) a stream and world, shape (stream, world); the same as `once` of each."""
        return self.remembered(("once", *names), lambda: self._each_once(self.keys(names)))

    def _each_once(self, keys: NDArray[np.uint64]) -> Array:
        return np.array([self.year(key, 0)[0] for key in keys]).reshape(len(keys), self.worlds.count)

    def year(self, key: NDArray[np.uint64], year: int) -> Array:
        """Uniform numbers in [0, 1) of one calendar year, shape (quarter, world)."""
        state = self._state["state"]
        state["key"][:] = key
        state["counter"][:] = (self._first, year, 0, 0)
        self._state["buffer_pos"] = 4
        self._generator.state = self._state
        numbers = self._draws.random(4 * self._span).reshape(-1, 4)
        return numbers.T if self._pick is None else numbers[self._pick].T

    def years(self, keys: NDArray[np.uint64], year: int) -> Array:
        """`year` of several streams, keys (stream, 2), shape (quarter, stream, world)."""
        numbers = np.empty((4, len(keys), self.worlds.count))
        for i, key in enumerate(keys):
            numbers[:, i] = self.year(key, year)
        return numbers


class Streams:
    """Streams of one process, one an actor or tie, read quarter by quarter; a year is drawn at a time."""

    def __init__(self, luck: Luck, names: Sequence[str]) -> None:
        self._luck, self._names = luck, tuple(names)
        self._keys: NDArray[np.uint64] | None = None
        self._year: int | None = None
        self._numbers: Array

    def at(self, quarter: Quarter) -> Array:
        """Uniform numbers of the quarter, shape (stream, world)."""
        if quarter.year != self._year:
            self._year = quarter.year
            self._numbers = self._luck.remembered((*self._names, quarter.year), self._drawn)
        return self._numbers[quarter.index]

    def _drawn(self) -> Array:
        """Uniform numbers of the year, shape (quarter, stream, world)."""
        assert self._year is not None
        if self._keys is None:
            self._keys = self._luck.keys(self._names)
        return self._luck.years(self._keys, self._year)
