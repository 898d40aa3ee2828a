"""Phase 12: formats spread."""

from __future__ import annotations

from steppewise.world.rules import TINY


def spread(holders: float, others: float) -> float:
    """Share of the others present that hold a format; 0 where there are none."""
    return holders / max(others, TINY) if others > 0 else 0.0


def lead(holders: float, their_trust: float, trust: float) -> float:
    """How far the mean trust in the other holders is above one's own; `their_trust` is the sum over them."""
    return their_trust / max(holders, TINY) - trust if holders > 0 else 0.0


def adoption_hazard(rate: float, spread: float, lead: float, weight: float) -> float:
    """u_p spread (1 + e_1 max(0, lead)), per year.

    Source: tca2025-05, tca2025-27, ankasam2021-06, ankasam2021-11.
    """
    return rate * spread * (1.0 + weight * max(lead, 0.0))
