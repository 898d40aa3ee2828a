"""The Philox generator at addresses: what NumPy computes one counter after the other, for many worlds at once.

Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3; constants and order are those of
`numpy.random.Philox`. Products of 64 bits are put together from halves, for which processors have vectors.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.world.kernels.compiler import kernel, rule
from steppewise.world.luck import Array

ROUNDS: Final = 10
FIRST_HIGH, FIRST_LOW = np.uint64(0xD2E7470E), np.uint64(0xE14C6C93)
SECOND_HIGH, SECOND_LOW = np.uint64(0xCA5A8263), np.uint64(0x95121157)
FIRST_STEP, SECOND_STEP = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
HALF, LOW_HALF = np.uint64(32), np.uint64(0xFFFFFFFF)
ZERO, ONE, TO_53_BITS = np.uint64(0), np.uint64(1), np.uint64(11)
SCALE: Final = 2.0**-53


@rule
def _multiply(word: Any, high: Any, low: Any) -> tuple[Any, Any]:
    """Upper and lower 64 bits of a product; the second factor is given in halves."""
    of_word, rest = word >> HALF, word & LOW_HALF
    lowest = rest * low
    middle = rest * high + (lowest >> HALF)
    other = of_word * low + (middle & LOW_HALF)
    return of_word * high + (middle >> HALF) + (other >> HALF), (other << HALF) | (lowest & LOW_HALF)


@rule
def _round(a: Any, b: Any, c: Any, d: Any, first: Any, second: Any) -> tuple[Any, Any, Any, Any]:
    upper, lower = _multiply(a, FIRST_HIGH, FIRST_LOW)
    other_upper, other_lower = _multiply(c, SECOND_HIGH, SECOND_LOW)
    return other_upper ^ b ^ first, other_lower, upper ^ d ^ second, lower


@rule
def _uniform(word: Any) -> Any:
    return np.float64(np.int64(word >> TO_53_BITS)) * SCALE


@kernel
def draw(keys: NDArray[np.uint64], numbers: NDArray[np.int64], year: int, out: Array) -> None:
    """Uniform numbers of a year into `out`, (quarter, stream, world), of the first quarter alone where it has but one.

    `keys` (stream, 2), `numbers` of the worlds (world,).
    """
    for i in range(len(keys)):
        first, second = keys[i, 0], keys[i, 1]
        for r in range(len(numbers)):
            a, b, c, d = np.uint64(numbers[r]) + ONE, np.uint64(year), ZERO, ZERO
            for n in range(ROUNDS):
                a, b, c, d = _round(a, b, c, d, first + np.uint64(n) * FIRST_STEP, second + np.uint64(n) * SECOND_STEP)
            out[0, i, r] = _uniform(a)
            if len(out) > 1:
                out[1, i, r], out[2, i, r], out[3, i, r] = _uniform(b), _uniform(c), _uniform(d)
