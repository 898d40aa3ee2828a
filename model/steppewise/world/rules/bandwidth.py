"""Phase 8: how broad a tie is, and how much a state depends on it."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import log

ONE_OVER_FULL: Final = 1.0 / 4.61512051684126
"""1 / ln(101)."""


def logged(percent: float) -> float:
    """L(x) = ln(1 + x) / ln(101), x in percent of GDP: 0 at nothing, 1 at all of GDP. Source: FBIC."""
    return log(1.0 + percent) * ONE_OVER_FULL


def substance(
    trade_weight: float, trade: float, aid_weight: float, aid: float, dialogue_weight: float, dialogue: float
) -> float:
    """b1 L(trade) + b2 L(aid) + b3 g: what a tie is made of, before engagement. Source: FBIC (bandwidth)."""
    return trade_weight * trade + aid_weight * aid + dialogue_weight * dialogue


def dependence(bandwidth: float, of_all: float, outside: float) -> float:
    """D_p = V_p / (sum of V + outside): ties that can be replaced give no leverage.

    Source: FBIC (dependence); Hirschman 1945.
    """
    return bandwidth / (of_all + outside)


def outside_ties(base: float, cooperation_gain: float, cooperation: float) -> float:
    """d_1 + d_2 mean R: the rest of the world, and one another. Source: tca2025-41."""
    return base + cooperation_gain * cooperation
