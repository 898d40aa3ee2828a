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


def _product(word: Any, high: Any, low: Any) -> tuple[Any, Any]:
    """Upper and lower 64 bits of a product; the second factor is given in halves."""
    of_word, rest = word >> HALF, word & LOW_HALF
    both_low, one, other, both_high = rest * low, rest * high, of_word * low, of_word * high
    middle = (both_low >> HALF) + (one & LOW_HALF) + (other & LOW_HALF)
    upper = both_high + (one >> HALF) + (other >> HALF) + (middle >> HALF)
    return upper, (middle << HALF) | (both_low & LOW_HALF)


_multiply = rule(_product)


@rule
def _uniform(word: Any) -> Any:
    return np.float64(np.int64(word >> TO_53_BITS)) * SCALE


@kernel
def draw(keys: NDArray[np.uint64], numbers: NDArray[np.int64], year: int, out: Array) -> None:
    """Uniform numbers of a year into `out`, (quarter, stream, world), of the first quarter alone where it has but one.

    `keys` (stream, 2), `numbers` of the worlds (world,).
    """
    worlds = len(numbers)
    a, b = np.empty(worlds, np.uint64), np.empty(worlds, np.uint64)
    c, d = np.empty(worlds, np.uint64), np.empty(worlds, np.uint64)
    for i in range(len(keys)):
        for r in range(worlds):
            a[r], b[r], c[r], d[r] = np.uint64(numbers[r]) + ONE, np.uint64(year), ZERO, ZERO
        first, second = keys[i, 0], keys[i, 1]
        for _ in range(ROUNDS):
            for r in range(worlds):
                upper, lower = _multiply(a[r], FIRST_HIGH, FIRST_LOW)
                other_upper, other_lower = _multiply(c[r], SECOND_HIGH, SECOND_LOW)
                a[r], b[r] = other_upper ^ b[r] ^ first, other_lower
                c[r], d[r] = upper ^ d[r] ^ second, lower
            first += FIRST_STEP
            second += SECOND_STEP
        for r in range(worlds):
            out[0, i, r] = _uniform(a[r])
        if len(out) > 1:
            for r in range(worlds):
                out[1, i, r], out[2, i, r], out[3, i, r] = _uniform(b[r]), _uniform(c[r]), _uniform(d[r])
