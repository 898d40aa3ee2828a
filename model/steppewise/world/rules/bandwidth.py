"""Phase 8: how broad a tie is, and how much a state depends on it."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import total

_ONE_OVER_FULL = float(1.0 / np.log(101.0))


def logged(percent: Array) -> Array:
    """L(x) = ln(1 + x) / ln(101), x in percent of GDP: 0 at nothing, 1 at all of GDP. Source: FBIC."""
    return on_scale(np.log(1.0 + percent))


def on_scale(logarithm: Array) -> Array:
    """ln(1 + x) over ln(101)."""
    return logarithm * _ONE_OVER_FULL


def substance(weights: Array, trade: Array, aid: Array, dialogue: Array) -> Array:
    """b1 L(trade) + b2 L(aid) + b3 g: what a tie is made of, before engagement, (power, world).

    `weights` (3, world); trade and aid are already logged. Source: FBIC (bandwidth).
    """
    return weights[0] * trade + weights[1] * aid + weights[2] * dialogue


def dependence(bandwidth: Array, outside: Array) -> Array:
    """D_p = V_p / (sum of V + outside), (power, world): ties that can be replaced give no leverage.

    Source: FBIC (dependence); Hirschman 1945.
    """
    return dependence_on(bandwidth, total(bandwidth), outside)


def dependence_on(bandwidth: Array, of_all: Array, outside: Array) -> Array:
    """Dependence on one power; `of_all` is the sum of V."""
    return bandwidth / (of_all + outside)


def outside_ties(base: Array, cooperation_gain: Array, cooperation: Array) -> Array:
    """d_1 + d_2 mean R: the rest of the world, and one another, (world,). Source: tca2025-41."""
    return base + cooperation_gain * cooperation
