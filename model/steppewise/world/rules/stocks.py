"""Phase 5: aid, connectivity, trade and absorptive capacity."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT


def kept_part(rate: Array) -> Array:
    """max(0, 1 - rate dt): what is left of a stock after a quarter of decay."""
    return np.maximum(1.0 - rate * DT, 0.0)


def stock(level: Array, kept: Array, added: Array) -> Array:
    """level' = level kept + added. Aid in percent of GDP, connectivity in billion USD; (state, world)."""
    return level * kept + added


def intensity(effective: Array, half: Array) -> Array:
    """c = K_eff / (K_eff + chi Y_s), 0 to 1, (power, world); `half` is chi Y_s."""
    return effective / (effective + half)


def trade(opening: Array, growth: Array, now: Array, gain: Array, engagement: Array) -> Array:
    """Gravity in changes: X = X0 G (1 + gamma c) / (1 + gamma c0) (1 + e) / (1 + e0), billion USD a year.

    `opening` is X0 / ((1 + gamma c0) (1 + e0)) from the start, `growth` that of the two economies raised to their
    elasticities, `now` the intensity of connectivity; all (power, state, world). Half of trade at even engagement
    goes on whatever the state's leaning, so that trade moves less than politics.
    Source: gravity, Anderson and van Wincoop 2003; in changes, Dekle, Eaton and Kortum 2007.
    """
    return opening * growth * (1.0 + gain * now) * (1.0 + engagement)


def absorptive_capacity(capacity: Array, opening: Array, schooling: Array, gain: Array, relaxation: Array) -> Array:
    """a' = a + dt (iota h (1 - a) - rho (a - a0)), within 0 to 1, (world,).

    `schooling` h is aid delivered in human capital and governance, percent of GDP a year.
    Source: tca2025-12, ankasam2021-23.
    """
    change = gain * schooling * (1.0 - capacity) - relaxation * (capacity - opening)
    return np.minimum(np.maximum(capacity + DT * change, 0.0), 1.0)
