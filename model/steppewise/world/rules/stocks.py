"""Phase 5: aid, connectivity and absorptive capacity."""

from __future__ import annotations

from typing import Final

from steppewise.world.rules import DT

LEAST_CAPACITY: Final = 0.01


def kept_part(rate: float) -> float:
    """max(0, 1 - rate dt): what is left of a stock after a quarter of decay."""
    return max(1.0 - rate * DT, 0.0)


def stock(level: float, kept: float, added: float) -> float:
    """level' = level kept + added, billion USD."""
    return level * kept + added


def intensity(level: float, half: float) -> float:
    """c = K / (K + chi Y_s), 0 to 1; `half` is chi Y_s."""
    return level / (level + half)


def absorptive_capacity(capacity: float, opening: float, schooling: float, gain: float, relaxation: float) -> float:
    """a' = a + dt (iota h (1 - a) - rho (a - a0)), within .01 to 1.

    `schooling` h is aid delivered in human capital and governance, percent of GDP a year.
    Source: tca2025-12, ankasam2021-23.
    """
    change = gain * schooling * (1.0 - capacity) - relaxation * (capacity - opening)
    return min(max(capacity + DT * change, LEAST_CAPACITY), 1.0)
