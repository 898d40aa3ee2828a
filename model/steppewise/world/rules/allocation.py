"""Phase 3: powers allocate money to states, and fit what they offer to each of them."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import exp

INDIFFERENCE: Final = 1e-12
"""Attraction of a state that attracts by nothing: with no attraction anywhere, shares are equal."""


def attraction(
    need_weight: float,
    need: float,
    resource_weight: float,
    resources: float,
    tie_weight: float,
    ties: float,
    rivalry_weight: float,
    rivalry: float,
) -> float:
    """w1 need + w2 resources + w3 ties + w4 rivals' influence + 1e-12.

    `ties` is bandwidth over twice its mean over the states.
    Source: Hoeffler and Outram 2008 (need and interest); tca2025-14, tca2025-31; ankasam2021-20, -21, -31.
    """
    standing = need_weight * need + resource_weight * resources
    return standing + tie_weight * ties + rivalry_weight * rivalry + INDIFFERENCE


def need_alone(need: float) -> float:
    """need + 1e-12: the rival formulation, in which nothing else attracts."""
    return need + INDIFFERENCE


def pull(attraction: float, engagement: float, size: float, elasticity: float) -> float:
    """attraction e (GDP_s / mean GDP)^eta: how a state draws money that is not spread evenly.

    `size` is ln(GDP_s / mean GDP). Source: Alesina and Dollar 2000 (size); AidData.
    """
    return attraction * max(engagement, INDIFFERENCE) * exp(elasticity * size)


def share(pull: float, of_all: float, states: int, even_handedness: float) -> float:
    """h / S + (1 - h) pull / sum of pulls: the state's share of the budget.

    What is spread evenly is so whether a state leans to the power or not: nobody is excluded where h > 0.
    Source: tca2025-23, ankasam2021-14, ankasam2021-15.
    """
    return even_handedness / states + pull * ((1.0 - even_handedness) / of_all)


def room(crowding: float) -> float:
    """1 / (1 + 5 crowding): room left in a sector; half where rivals offer an even part of five sectors.

    `crowding` is the rivals' offer to a state, weighted by their influence there. Source: tca2025-29, tca2025-34.
    """
    return 1.0 / (1.0 + 5.0 * crowding)


def offered(doctrine: float, need: float, room: float, responsiveness: float, differentiation: float) -> float:
    """((1 - q) o + q n) (1 - d + d room): weight of one sector in what is offered to a state.

    Source: tca2025-29, tca2025-31, tca2025-34.
    """
    wish = (1.0 - responsiveness) * doctrine + responsiveness * need
    return wish * (1.0 - differentiation + differentiation * room)


def wanted(need: float, room: float) -> float:
    """n room: weight of one sector in what the state still wants. Source: tca2025-31."""
    return need * room


def fit(misfit: float) -> float:
    """max(0, 1 - sum over sectors of |offered - wanted|), 0 to 1; `misfit` is that sum. Source: tca2025-31."""
    return max(1.0 - misfit, 0.0)
