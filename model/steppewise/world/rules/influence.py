"""Phase 10: influence is ties turned into consent or into leverage."""

from __future__ import annotations

from steppewise.world.mathematics import power
from steppewise.world.rules import TINY


def influence(bandwidth: float, consent: float, leverage: float, theta: float) -> float:
    """I = V (theta T + (1 - theta) D'); D' is dependence that cooperation does not shield.

    Source: tca2025-18, tca2025-21; FBIC is the case theta = 0.
    """
    return bandwidth * (theta * consent + (1.0 - theta) * leverage)


def own_weight(scale: float, agency: float, capacity: float, elasticity: float, cooperation: float) -> float:
    """s_2 b_s (cap / cap0)^nu (1 + mean R): what the state itself weighs; `capacity` is relative to the start.

    Source: tca2025-12 (independence), tca2025-19, tca2025-41, ankasam2021-23.
    """
    return scale * agency * power(capacity, elasticity) * (1.0 + cooperation)


def share(influence: float, of_all: float, own: float) -> float:
    """I_p / (sum of I + own weight); what no power holds is the state's autonomy."""
    return influence / max(of_all + own, TINY)
