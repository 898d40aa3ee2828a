"""Yearly inputs: a number of a year holds for the middle of that year, and moves by a constant rate in between."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import exp

NONE: Final = 1e30
"""Stands for a year without a record."""


def way(h: int) -> float:
    """How far the middle of quarter `h` (0 to 3) is on the way between the middles of two years."""
    found = (h - 1.5) / 4.0
    if h < 2:
        found = (h + 2.5) / 4.0
    return found


def between(first: float, second: float, way: float) -> float:
    """first + way (second - first); NONE where one of the two is."""
    return first + way * (second - first) if max(first, second) < NONE else NONE


def level(at_one: float, first: float, second: float, way: float, otherwise: float) -> float:
    """What `at_one` is by a record of logarithms; `otherwise` where there is no record."""
    logarithm = between(first, second, way)
    return at_one * exp(logarithm) if logarithm < NONE else otherwise


def relative(logarithm: float, at_start: float, otherwise: float) -> float:
    """exp(now - start); `otherwise` where one of the two is not recorded."""
    return exp(logarithm - at_start) if max(logarithm, at_start) < NONE else otherwise
