"""Phase 2: powers set budgets."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import exp

DOMINANT: Final = 0.25
"""Regional share above which a rival counts as dominant: more than an even part of four powers and a state's own."""


def counterbalance(strength: float, rival_share: float) -> float:
    """k_p max(0, strongest rival's regional share - .25): the rise of the budget, as a share.

    Source: tca2025-15, tca2025-29, ankasam2021-32.
    """
    return strength * max(rival_share - DOMINANT, 0.0)


def budget(effort: float, gdp: float, shock: float, rise: float) -> float:
    """B_p = epsilon_p / 100 Y_p exp(z_p) (1 + rise), billion USD a year.

    Source: ankasam2021-09 (effort kept up in recession), ankasam2021-35.
    """
    return (0.01 * effort) * gdp * exp(shock) * (1.0 + rise)
