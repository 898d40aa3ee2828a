"""Phase 3: powers allocate money to states and instruments, and adapt what they offer."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT, total

NEEDS_BY_INSTRUMENT = ((0, 3), (1, 2), (4,))
"""Which needs each instrument serves: aid human capital and governance, connectivity transport and
energy, dialogue security."""

INDIFFERENCE = 1e-12
"""Attraction of a state that attracts by nothing: with no attraction anywhere, shares are equal."""


def standing_attraction(weights: Array, need: Array, resources: Array) -> Array:
    """w1 need + w2 resources + 1e-12: the part of attraction that does not move, (state, world).

    `weights` (motive, world), need and resources (state, world).
    Source: Hoeffler and Outram 2008 (need and interest); tca2025-31; ankasam2021-20, -21, -31.
    """
    return weights[0] * need + weights[1] * resources + INDIFFERENCE


def attraction(standing: Array, weights: Array, patience: Array, ties: Array, rivalry: Array, earned: Array) -> Array:
    """standing + w3 ties + w4 rivals' influence + w5 (1 - patience) return, (state, world).

    `weights` (motive, world), `patience` (world,), the others (state, world). Source: tca2025-07, tca2025-14.
    """
    moving = weights[2] * ties + weights[3] * rivalry + (weights[4] * (1.0 - patience)) * earned
    return standing + moving


def shares(attractions: Array, even_handedness: Array | float, engagement: Array) -> Array:
    """Share of the budget by state, (state, world), sum 1.

    h / S + (1 - h) attraction e / sum of attraction e. What is spread evenly is so whether a state leans to
    the power or not: nobody is excluded where h > 0. Source: tca2025-23, ankasam2021-14, ankasam2021-15.
    """
    pulls = pull(attractions, engagement)
    return part(pulls, total(pulls), len(pulls), even_handedness)


def pull(attraction: Array, engagement: Array) -> Array:
    """attraction e: how a state draws money that is not spread evenly."""
    return attraction * np.maximum(engagement, INDIFFERENCE)


def part(pull: Array, of_all: Array, states: int, even_handedness: Array | float) -> Array:
    """h / S + (1 - h) pull / sum of pulls."""
    return even_handedness / states + pull * ((1.0 - even_handedness) / of_all)


def needed_instruments(needs: Array) -> Array:
    """What a state's needs ask of the instruments, (instrument, world), from needs (sector, world)."""
    return np.stack([needs[list(sectors)].sum(axis=0) for sectors in NEEDS_BY_INSTRUMENT])


def instrument_mix(doctrine: Array, needed: Array, responsiveness: Array | float) -> Array:
    """(1 - q) doctrine + q needs, (instrument, state, world). Source: tca2025-31."""
    return (1.0 - responsiveness) * doctrine + responsiveness * needed


def adapted_offer(offer: Array, needs: Array, crowding: Array, toward: Array, away: Array) -> Array:
    """o' = o + dt [v q (n - o) + v d o (crowding of the mean - crowding)], (sector, world), sum 1.

    `needs` is the mean need of the states, `crowding` the rivals' offer weighted by their regional shares;
    `toward` is v q, `away` v d, per year. The second part is replicator dynamics: sectors crowded more than
    the power's average lose weight. Source: tca2025-29, tca2025-31, tca2025-34.
    """
    return moved_offer(offer, needs, crowding, total(offer * crowding), toward, away)


def moved_offer(offer: Array, needs: Array, crowding: Array, mean: Array, toward: Array, away: Array) -> Array:
    """One sector of `adapted_offer`; `mean` is the crowding of the power's average."""
    return offer + (DT * toward) * (needs - offer) + (DT * away) * offer * (mean - crowding)
