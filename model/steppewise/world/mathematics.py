"""Exponential, logarithm, power and root of single numbers, of + - * / and of the bits of a number alone.

So they come to the same last bit on every processor, in WebAssembly and in a browser. Exponential and logarithm are
within one last bit of NumPy's, powers within a few where base and exponent are small. Compiled code brings those that
read bits itself (`engine/lanes.h`), and takes the others from here.
Source: fdlibm's reductions and polynomials (Sun Microsystems 1993).
"""

from __future__ import annotations

import math
from typing import Final

LOG2_E: Final = 1.4426950408889634
LN2_HIGH: Final = 6.93147180369123816490e-01
LN2_LOW: Final = 1.90821492927058770002e-10
TO_WHOLE: Final = 6755399441055744.0
"""1.5 * 2**52: adding and subtracting it rounds to a whole number."""

ALL_BITS: Final = 0xFFFFFFFFFFFFFFFF
"""Those of a word."""

SMALLEST: Final = -708.0
LARGEST: Final = 709.0
TINIEST: Final = 2.3e-308
"""Numbers below have fewer digits."""

ROOT_OF_HALF: Final = 0.7071067811865476


def split(x: float) -> tuple[float, float]:
    """m and k of x = m 2**k, sqrt(1/2) <= m < sqrt(2); m is not a number where x is not positive or not finite."""
    if not TINIEST < x < math.inf:
        return math.nan, 0.0
    part, whole = math.frexp(x)
    return (part, float(whole)) if part >= ROOT_OF_HALF else (2.0 * part, whole - 1.0)


def power_of_two(k: float) -> float:
    """2**k of a whole number k."""
    return math.ldexp(1.0, int(k)) if k == k else k


def root(x: float) -> float:
    """The square root of a number that is not negative, correctly rounded."""
    return math.sqrt(x) if x >= 0.0 else math.nan


def words(x: float) -> int:
    """A whole number as a word of 64 bits."""
    return int(x)


def number(word: int) -> float:
    """A word below 2**53 as a number."""
    return float(word)


def multiplied(word: int, factor: int) -> tuple[int, int]:
    """The upper and the lower 64 bits of a product of two words."""
    product = word * factor
    return product >> 64, product & ALL_BITS


def exp(x: float) -> float:
    """e**x; below -708 and above 709 that of these ends."""
    x = min(max(x, SMALLEST), LARGEST)
    k = (x * LOG2_E + TO_WHOLE) - TO_WHOLE
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    even = 6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)
    c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * even))
    return (1.0 - ((low - (r * c) / (2.0 - c)) - high)) * power_of_two(k)


def log(x: float) -> float:
    """The natural logarithm of a positive x; not a number where x is not positive or not finite."""
    m, k = split(x)
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    more = w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
    even = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + more))
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + (odd + even)) + k * LN2_LOW)) - f)


def power(base: float, exponent: float) -> float:
    """base ** exponent of a positive base."""
    return exp(exponent * log(base))
