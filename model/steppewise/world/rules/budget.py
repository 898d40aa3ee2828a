"""Phase 2: powers set budgets."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array


def counterbalance(strength: Array, rival_share: Array | float, threshold: Array) -> Array:
    """k_p max(0, strongest rival's regional share - s_p): the rise of the budget, as a share; (world,).

    Source: tca2025-15, tca2025-29, ankasam2021-32.
    """
    return strength * np.maximum(rival_share - threshold, 0.0)


def budget(effort: Array, gdp: Array, shock: Array, rise: Array | float) -> Array:
    """B_p = epsilon_p / 100 Y_p exp(z_p) (1 + rise), billion USD a year; (world,).

    Source: ankasam2021-09 (effort kept up in recession), ankasam2021-35.
    """
    return spent(effort, gdp, np.exp(shock), rise)


def spent(effort: Array, gdp: Array, fortune: Array, rise: Array | float) -> Array:
    """epsilon_p / 100 Y_p fortune (1 + rise)."""
    return (0.01 * effort) * gdp * fortune * (1.0 + rise)
