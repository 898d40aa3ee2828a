"""Phase 8: how broad a tie is, and how much a state depends on it."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import log

ONE_OVER_FULL: Final = 1.0 / 4.61512051684126
"""1 / ln(101)."""


def logged(percent: float) -> float:
    """L(x) = ln(1 + x) / ln(101), x in percent of GDP: 0 at nothing, 1 at all of GDP. Source: FBIC."""
    return log(1.0 + percent) * ONE_OVER_FULL


def trade_tie(percent: float, part: float) -> float:
    """(L(X in percent of GDP) + X / all trade) / 2. Source: FBIC (trade)."""
    return 0.5 * (logged(percent) + part)


def people_tie(language: float, remittances: float) -> float:
    """(language + L(remittances in percent of GDP)) / 2. Source: CEPII (language); tca2025-13, tca2025-39."""
    return 0.5 * (language + logged(remittances))


def security_tie(allied: float, union: float, neutrality: float, member: float) -> float:
    """min(1, S + u (1 - neutrality) member): alliances and arms, and the union. Source: FBIC (security)."""
    return min(allied + union * (1.0 - neutrality) * member, 1.0)


def dependence(substance: float, talk: float, talk_weight: float) -> float:
    """(substance - b_4 g) / (1 - b_4): the tie without meetings, on which nobody depends; 0 to 1.

    Source: FBIC (dependence); Hirschman 1945.
    """
    return (substance - talk_weight * talk) / (1.0 - talk_weight) if talk_weight < 1.0 else 0.0
