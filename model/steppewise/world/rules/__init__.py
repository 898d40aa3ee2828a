"""The rules of the model: small pure functions of single numbers.

Symbols, units and order are those of docs/odd.md. They are plain arithmetic, `min`, `max`, `a if c else b`, and what
`world.mathematics` brings: so each can also be compiled for many worlds, and replaced by a rule of one's own.
"""

from typing import Final

DT: Final = 0.25
"""Length of a step in years."""

TINY: Final = 1e-300
"""Guards a division by a sum that is zero only where there is nothing to share."""


def part_of(weight: float, whole: float, count: int) -> float:
    """weight / whole: weights of `count` members that sum to 1; equal ones where all are zero."""
    return weight / whole if whole > 0 else 1.0 / count
