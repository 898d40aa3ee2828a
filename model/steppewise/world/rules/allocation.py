"""Phase 3: powers allocate money to states and instruments, and adapt what they offer."""

from __future__ import annotations

from typing import Final

from steppewise.world.rules import DT

INDIFFERENCE: Final = 1e-12
"""Attraction of a state that attracts by nothing: with no attraction anywhere, shares are equal."""


def standing_attraction(need_weight: float, need: float, resource_weight: float, resources: float) -> float:
    """w1 need + w2 resources + 1e-12: the part of attraction that does not move.

    Source: Hoeffler and Outram 2008 (need and interest); tca2025-31; ankasam2021-20, -21, -31.
    """
    return need_weight * need + resource_weight * resources + INDIFFERENCE


def moving_attraction(weight: float, ties: float, rivalry_weight: float, rivalry: float) -> float:
    """w3 ties + w4 rivals' influence. Source: tca2025-14."""
    return weight * ties + rivalry_weight * rivalry


def hope_of_return(weight: float, patience: float, learned: float) -> float:
    """w5 (1 - patience) return. Source: tca2025-07."""
    return (weight * (1.0 - patience)) * learned


def pull(attraction: float, engagement: float) -> float:
    """attraction e: how a state draws money that is not spread evenly."""
    return attraction * max(engagement, INDIFFERENCE)


def share(pull: float, of_all: float, states: int, even_handedness: float) -> float:
    """h / S + (1 - h) pull / sum of pulls: the state's share of the budget.

    What is spread evenly is so whether a state leans to the power or not: nobody is excluded where h > 0.
    Source: tca2025-23, ankasam2021-14, ankasam2021-15.
    """
    return even_handedness / states + pull * ((1.0 - even_handedness) / of_all)


def instrument_mix(doctrine: float, needed: float, responsiveness: float) -> float:
    """(1 - q) doctrine + q needs, of one instrument. Source: tca2025-31."""
    return (1.0 - responsiveness) * doctrine + responsiveness * needed


def adapted_offer(offer: float, need: float, crowding: float, mean: float, toward: float, away: float) -> float:
    """o' = o + dt [v q (n - o) + v d o (mean crowding - crowding)], of one sector.

    `need` is the mean need of the states, `crowding` the rivals' offer weighted by their regional shares, `mean` that
    of the power's average; `toward` is v q, `away` v d, per year. The second part is replicator dynamics: sectors
    crowded more than the power's average lose weight. Source: tca2025-29, tca2025-31, tca2025-34.
    """
    return offer + (DT * toward) * (need - offer) + (DT * away) * offer * (mean - crowding)
