"""Phase 2: powers set budgets."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import UNIT_SPREAD, Array


def shocked(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> Array:
    """n' = rho n + sigma sqrt(1 - rho^2) sqrt(12) (u - 1/2): an AR(1) shock of standard deviation sigma.

    The innovation is uniform: bounded, and one draw a quarter. Shapes (..., world).
    Source: assumed; the standard form of a persistent shock.
    """
    size = volatility * np.sqrt(1.0 - persistence**2)
    return persistence * shock + size * (UNIT_SPREAD * (uniform - 0.5))


def counterbalance(strength: Array, rival_share: Array, threshold: Array) -> Array:
    """k_p max(0, strongest rival's regional share - s_p): the rise of the budget, as a share; (world,).

    Source: tca2025-15, tca2025-29, ankasam2021-32.
    """
    return strength * np.maximum(rival_share - threshold, 0.0)


def budget(effort: Array, gdp: Array, shock: Array, rise: Array) -> Array:
    """B_p = epsilon_p / 100 Y_p exp(z_p) (1 + rise), billion USD a year; (world,).

    Source: ankasam2021-09 (effort kept up in recession), ankasam2021-35.
    """
    return effort / 100.0 * gdp * np.exp(shock) * (1.0 + rise)
