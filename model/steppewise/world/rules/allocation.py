"""Phase 3: powers allocate money to states and instruments, and adapt what they offer."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT

NEEDS_BY_INSTRUMENT = ((0, 3), (1, 2), (4,))
"""Which needs each instrument serves: aid human capital and governance, connectivity transport and
energy, dialogue security."""


def attraction(weights: Array, patience: Array, motives: tuple[Array, Array, Array, Array, Array]) -> Array:
    """w1 need + w2 resources + w3 ties + w4 rivals' influence + w5 (1 - patience) return.

    `weights` (motive, world), `patience` (world,), each motive and the result (state, world).
    Source: Hoeffler and Outram 2008 (need and interest); tca2025-07, -14, -31; ankasam2021-20, -21, -31.
    """
    need, resources, ties, rivalry, earned = motives
    return (
        weights[0] * need
        + weights[1] * resources
        + weights[2] * ties
        + weights[3] * rivalry
        + weights[4] * (1.0 - patience) * earned
    )


def shares(attractions: Array, even_handedness: Array, engagement: Array) -> Array:
    """Share of the budget by state, (state, world), sum 1.

    h / S + (1 - h) attraction / sum of attractions, times engagement, normalised. Nobody is excluded where h > 0.
    Source: tca2025-23, ankasam2021-14, ankasam2021-15.
    """
    count = len(attractions)
    total = attractions.sum(axis=0)
    attracted = np.divide(attractions, total, out=np.full_like(attractions, 1.0 / count), where=total > 0)
    weights = (even_handedness / count + (1.0 - even_handedness) * attracted) * engagement
    total = weights.sum(axis=0)
    return np.divide(weights, total, out=np.full_like(weights, 1.0 / count), where=total > 0)


def needed_instruments(needs: Array) -> Array:
    """What a state's needs ask of the instruments, (instrument, world), from needs (sector, world)."""
    return np.stack([needs[list(sectors)].sum(axis=0) for sectors in NEEDS_BY_INSTRUMENT])


def instrument_mix(doctrine: Array, needed: Array, responsiveness: Array) -> Array:
    """(1 - q) doctrine + q needs: (instrument, state, world) from (instrument, world) and (instrument, state, world).

    Source: tca2025-31.
    """
    return (1.0 - responsiveness) * doctrine[:, None] + responsiveness * needed


def adapted_offer(
    offer: Array, needs: Array, crowding: Array, responsiveness: Array, differentiation: Array, speed: Array
) -> Array:
    """o' = o + v dt [q (n - o) + d o (crowding of the mean - crowding)], (sector, world), sum 1.

    `needs` is the mean need of the states, `crowding` the rivals' offer weighted by their regional shares. The
    second part is replicator dynamics: sectors crowded more than the power's average lose weight.
    Source: tca2025-29, tca2025-31, tca2025-34.
    """
    own_crowding = (offer * crowding).sum(axis=0)
    drift = responsiveness * (needs - offer) + differentiation * offer * (own_crowding - crowding)
    return offer + speed * DT * drift
