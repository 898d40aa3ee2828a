"""Phase 10: influence is ties turned into consent or into leverage."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import TINY, total


def influence(bandwidth: Array, consent: Array, leverage: Array, theta: Array) -> Array:
    """I = V (theta T + (1 - theta) D'), (power, world); D' is dependence that cooperation does not shield.

    Source: tca2025-18, tca2025-21; FBIC is the case theta = 0.
    """
    return bandwidth * (theta * consent + (1.0 - theta) * leverage)


def own_weight(scale: Array, agency: Array, cooperation: Array) -> Array:
    """s_2 b_s (1 + mean R): what the state itself weighs, (world,). Source: tca2025-19, tca2025-41."""
    return scale * agency * (1.0 + cooperation)


def influence_shares(influences: Array, own: Array) -> Array:
    """I_p / (sum of I + own weight), (power, world); what no power holds is the state's autonomy."""
    return share(influences, total(influences), own)


def share(influence: Array, of_all: Array, own: Array) -> Array:
    """The share of one power; `of_all` is the sum of I."""
    return influence / np.maximum(of_all + own, TINY)
