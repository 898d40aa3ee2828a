"""Phase 7: trust is a beta reputation (Josang and Ismail 2002), evidence counted in years."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT

PRIOR = 1.0
"""One kept and one broken year: the uniform prior of the beta distribution."""


def trust(kept: Array, broken: Array) -> Array:
    """T = alpha / (alpha + beta), 0 to 1; evidence of deeds and words, and the news of visits."""
    return kept / (kept + broken)


def faded(news: Array, fading: Array) -> Array:
    """nu' = nu max(0, 1 - phi_n dt): what is left of the news of visits after a quarter.

    Source: tca2025-42 (the relationship should outlast news cycles).
    """
    return news * np.maximum(1.0 - fading * DT, 0.0)


def volume_weight(due: Array, half_saturation: Array) -> Array:
    """1 / (due + psi), due in percent of GDP a year: turns amounts into parts of a saturating volume.

    Times what was delivered it is the kept volume, times what slipped the broken one, so that a promise
    broken weighs as much as the same promise kept, before negativity.
    """
    return 1.0 / (due + half_saturation)


def kept_evidence(dialogue: Array, delivery: Array, slip: Array) -> Array:
    """dialogue (1 - slip) + delivery, years of evidence a year.

    `dialogue` is g_1 g r (1 - F c), `delivery` g_2 kept volume fit. Words lose weight where deeds slip.
    Source: tca2025-16 (dialogue and delivery are complements), tca2025-26, tca2025-28, tca2025-35.
    """
    return dialogue * (1.0 - slip) + delivery


def broken_evidence(slip: Array, leverage: Array | float, unease: Array) -> Array:
    """slip + leverage + unease, years of evidence a year: the three ways in which trust is lost.

    Source: tca2025-38 (slipping), tca2025-28 (coercion), tca2025-12 (dependence).
    """
    return slip + leverage + unease


def credit(predictability: Array, has_format: Array, coerciveness: Array) -> Array:
    """r (1 - F c): a format with coercive conditions earns less. Source: tca2025-26, tca2025-28."""
    return predictability * (1.0 - has_format * coerciveness)


def remembered(evidence: Array, new: Array, forgetting: Array) -> Array:
    """alpha' = alpha + dt (new - phi (alpha - 1)): forgotten evidence leaves the prior."""
    return evidence + DT * (new - forgetting * (evidence - PRIOR))


def above(level: Array, comfort: Array) -> Array:
    """max(0, level - comfort)."""
    return np.maximum(level - comfort, 0.0)
