"""Phase 7: trust is a beta reputation (Josang and Ismail 2002), evidence counted in years."""

from __future__ import annotations

from typing import Final

from steppewise.world.rules import DT

PRIOR: Final = 1.0
"""One kept and one broken year: the uniform prior of the beta distribution."""


def trust(kept: float, broken: float) -> float:
    """T = alpha / (alpha + beta), 0 to 1; evidence of deeds and words, and the news of visits."""
    return kept / (kept + broken)


def faded(news: float, fading: float) -> float:
    """nu' = nu max(0, 1 - phi_n dt): what is left of the news of visits after a quarter.

    Source: tca2025-42 (the relationship should outlast news cycles).
    """
    return news * max(1.0 - fading * DT, 0.0)


def volume_weight(due: float, half_saturation: float) -> float:
    """1 / (due + psi), due in percent of GDP a year: turns amounts into parts of a saturating volume.

    Times what was delivered it is the kept volume, times what slipped the broken one, so that a promise
    broken weighs as much as the same promise kept, before negativity.
    """
    return 1.0 / (due + half_saturation)


def kept_evidence(dialogue: float, delivery: float, slip: float) -> float:
    """dialogue (1 - slip) + delivery, years of evidence a year.

    `dialogue` is g_1 g r (1 - F c), `delivery` g_2 kept volume fit. Words lose weight where deeds slip.
    Source: tca2025-16 (dialogue and delivery are complements), tca2025-26, tca2025-28, tca2025-35.
    """
    return dialogue * (1.0 - slip) + delivery


def broken_evidence(slip: float, leverage: float, unease: float) -> float:
    """slip + leverage + unease, years of evidence a year: the three ways in which trust is lost.

    Source: tca2025-38 (slipping), tca2025-28 (coercion), tca2025-12 (dependence).
    """
    return slip + leverage + unease


def credit(predictability: float, has_format: float, coerciveness: float) -> float:
    """r (1 - F c): a format with coercive conditions earns less. Source: tca2025-26, tca2025-28."""
    return predictability * (1.0 - has_format * coerciveness)


def remembered(evidence: float, new: float, forgetting: float) -> float:
    """alpha' = alpha + dt (new - phi (alpha - 1)): forgotten evidence leaves the prior."""
    return evidence + DT * (new - forgetting * (evidence - PRIOR))


def above(level: float, comfort: float) -> float:
    """max(0, level - comfort)."""
    return max(level - comfort, 0.0)
