"""Phase 7: trust from evidence of kept and broken promises."""

from __future__ import annotations

from typing import Final

from steppewise.world.rules import DT

PRIOR: Final = 1.0
"""One kept and one broken year: the uniform prior of a beta reputation."""

DOUBT: Final = 0.05
"""Deeds and slips, in years of evidence a year, that a state takes for granted before it has seen any."""


def weight(volume: float, half_saturation: float) -> float:
    """1 / (volume + psi): small promises say little; `volume` is what was paid and lost, percent of GDP a year."""
    return 1.0 / (volume + half_saturation)


def deeds(gain: float, weight: float, soft: float, hard: float, loans: float, fit: float, fit_weight: float) -> float:
    """g_2 w (soft + xi hard) (1 - m (1 - fit)): what was delivered, in years of evidence a year.

    `soft` is aid, dialogue and labour pathways, `hard` connectivity, mostly loans, percent of GDP a year.
    Source: tca2025-16, -35, -38, -44; ankasam2021-35; a promise is one trial, Josang and Ismail 2002.
    """
    return gain * weight * (soft + loans * hard) * (1.0 - fit_weight * (1.0 - fit))


def slips(gain: float, weight: float, lost: float) -> float:
    """g_2 w lost: what the power itself failed. Source: tca2025-38."""
    return gain * weight * lost


def words(predictability: float, coerciveness: float, has_format: float, format_gain: float) -> float:
    """r (1 - c) (1 + rho F) / (1 + rho): how far dialogue is believed; a format helps its owner if not coercive.

    Source: tca2025-24, -26, -28.
    """
    return predictability * (1.0 - coerciveness) * ((1.0 + format_gain * has_format) / (1.0 + format_gain))


def credit(words: float, slips: float, deeds: float) -> float:
    """words (deeds + .05) / (deeds + slips + .1): deeds make words believed, and without any they count half.

    Source: tca2025-16 (dialogue and delivery are complements), -38.
    """
    return words * (deeds + DOUBT) / (deeds + slips + 2.0 * DOUBT)


def remembered(evidence: float, new: float, forgetting: float) -> float:
    """alpha' = alpha + dt (new - phi (alpha - 1)): what is forgotten leaves the prior.

    Source: Josang and Ismail 2002 (forgetting).
    """
    return evidence + DT * (new - forgetting * (evidence - PRIOR))


def trust(kept: float, broken: float) -> float:
    """T = alpha / (alpha + beta). Source: Josang and Ismail 2002."""
    return kept / (kept + broken)


def recent(trust: float, kept: float, broken: float, forgetting: float) -> float:
    """T' = T + dt 2 phi (kept / (kept + broken) - T): the rival formulation, a moving average."""
    whole = kept + broken
    now = kept / whole if whole > 0 else trust
    return trust + (DT * 2.0 * forgetting) * (now - trust)


def faded(news: float, fading: float) -> float:
    """What is left of the news of a visit after a quarter. Source: tca2025-42 (outlast news cycles)."""
    return news * max(1.0 - fading * DT, 0.0)
