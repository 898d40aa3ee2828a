"""Phase 5: aid, connectivity, trade and absorptive capacity."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT


def aid_stock(aid: Array, delivered: Array, gdp: Array, decay: Array) -> Array:
    """A' = A (1 - delta dt) + 100 delivered / Y_s, percent of GDP, (state, world)."""
    return aid * np.maximum(1.0 - decay * DT, 0.0) + 100.0 * delivered / gdp


def connectivity_stock(stock: Array, delivered: Array, depreciation: Array) -> Array:
    """K' = K (1 - delta dt) + delivered, billion USD, (state, world)."""
    return stock * np.maximum(1.0 - depreciation * DT, 0.0) + delivered


def intensity(effective: Array, gdp: Array, half_saturation: Array) -> Array:
    """c = K_eff / (K_eff + chi Y_s), 0 to 1, (power, world)."""
    return effective / (effective + half_saturation * gdp)


def trade(opening: Array, growth: Array, now: Array, before: Array, gain: Array, leaning: Array) -> Array:
    """Gravity in changes: X = X0 G (1 + gamma c) / (1 + gamma c0) e / e0, billion USD a year, (power, world).

    `opening` is trade at the start, `growth` that of the two economies raised to their elasticities, `now` and
    `before` the intensity of connectivity today and at the start, `leaning` engagement over that of the start.
    Source: gravity, Anderson and van Wincoop 2003; in changes, Dekle, Eaton and Kortum 2007.
    """
    return opening * growth * ((1.0 + gain * now) / (1.0 + gain * before)) * leaning


def absorptive_capacity(
    capacity: Array, opening: Array, schooling: Array, gain: Array, relaxation: Array
) -> Array:
    """a' = a + dt (iota h (1 - a) - rho (a - a0)), within 0 to 1, (world,).

    `schooling` h is aid delivered in human capital and governance, percent of GDP a year.
    Source: tca2025-12, ankasam2021-23.
    """
    change = gain * schooling * (1.0 - capacity) - relaxation * (capacity - opening)
    return np.clip(capacity + DT * change, 0.0, 1.0)
