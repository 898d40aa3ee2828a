"""Named random streams: world r of a seed is the same world in every run and scenario, in whatever company.

A stream's key is a hash of the seed and the stream's name, so that adding an actor, an event or a parameter leaves
every other stream alone. The counter of the Philox generator is the address of a draw: its first word is the world's
number plus one, its second the calendar year, and the four numbers of one counter are the four quarters of that year.
Nothing is drawn in sequence, so nothing depends on what was drawn before. docs/odd.md, 7.0.
Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3; constants and order are those of
`numpy.random.Philox`.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from steppewise.world.mathematics import ALL_BITS, log, multiplied, number, words

if TYPE_CHECKING:
    from steppewise.world.memory import Key, Keys, Switches, World

ROUNDS: Final = 10
FIRST_FACTOR: Final = 0xD2E7470EE14C6C93
SECOND_FACTOR: Final = 0xCA5A826395121157
FIRST_STEP: Final = 0x9E3779B97F4A7C15
SECOND_STEP: Final = 0xBB67AE8584CAA73B
SCALE: Final = 2.0**-53


@lru_cache(maxsize=8192)
def stream_key(seed: int, name: str) -> tuple[int, int]:
    """The key of a stream as two words: BLAKE2b of `seed:name`, little-endian."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def four_words(world: float, year: int, key: Key) -> tuple[int, int, int, int]:
    """The four words of a world's year."""
    a, b, c, d = words(world) + 1, words(year), words(0), words(0)
    first, second = words(key[0]), words(key[1])
    for _ in range(ROUNDS):
        upper, lower = multiplied(a, FIRST_FACTOR)
        other_upper, other_lower = multiplied(c, SECOND_FACTOR)
        a, b, c, d = other_upper ^ b ^ first, other_lower, upper ^ d ^ second, lower
        first, second = (first + FIRST_STEP) & ALL_BITS, (second + SECOND_STEP) & ALL_BITS
    return a, b, c, d


def uniform(word: int) -> float:
    """A uniform number in [0, 1)."""
    return number(word >> 11) * SCALE


def once(w: World, key: Key) -> float:
    """One uniform number for the whole run."""
    a, _b, _c, _d = four_words(w.number, 0, key)
    return uniform(a)


def by_chance(w: World, on: Switches, key: Key) -> float:
    """`once` for what happens by chance; without chance one half."""
    u = 0.5
    if on.chance:
        u = once(w, key)
    return u


def adoption_threshold(w: World, on: Switches, key: Key) -> float:
    """E_p = -ln(1 - u): hazard that a power gathers before it adopts a format, exponential with mean 1."""
    return -log(1.0 - by_chance(w, on, key))


def draw_year(w: World, on: Switches, keys: Keys, year: int) -> None:
    """The uniform numbers of a calendar year, by quarter, for every process that is at work."""
    for p in range(w.powers):
        if on.fiscal_shocks:
            a, b, c, d = four_words(w.number, year, keys.fiscal[p])
            w.year_fiscal[p, 0], w.year_fiscal[p, 1] = uniform(a), uniform(b)
            w.year_fiscal[p, 2], w.year_fiscal[p, 3] = uniform(c), uniform(d)
        for s in range(w.states):
            draw_year_of_tie(w, on, keys, year, p, s)


def draw_year_of_tie(w: World, on: Switches, keys: Keys, year: int, p: int, s: int) -> None:
    """The uniform numbers of a calendar year for a tie."""
    if on.delivery_shocks:
        a, b, c, d = four_words(w.number, year, keys.delivery[p, s])
        w.year_delivery[p, s, 0], w.year_delivery[p, s, 1] = uniform(a), uniform(b)
        w.year_delivery[p, s, 2], w.year_delivery[p, s, 3] = uniform(c), uniform(d)
    if on.trade_shocks:
        a, b, c, d = four_words(w.number, year, keys.trade[p, s])
        w.year_trade[p, s, 0], w.year_trade[p, s, 1] = uniform(a), uniform(b)
        w.year_trade[p, s, 2], w.year_trade[p, s, 3] = uniform(c), uniform(d)
    if on.pressure:
        a, b, c, d = four_words(w.number, year, keys.pressure[p, s])
        w.year_pressure[p, s, 0], w.year_pressure[p, s, 1] = uniform(a), uniform(b)
        w.year_pressure[p, s, 2], w.year_pressure[p, s, 3] = uniform(c), uniform(d)
