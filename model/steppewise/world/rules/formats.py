"""Phase 12: formats spread."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import TINY, total


def spread_and_lead(has_format: Array, present: Array, trust: Array) -> tuple[Array, Array]:
    """Share of the other powers present that have a format, and their lead in mean trust; each (power,
    world).

    `has_format` and `present` are 0 or 1, `trust` is the mean over states; all (power, world). A power
    without peers sees no spread and no lead.
    """
    holds = has_format * present
    holders = total(holds) - holds
    others = total(present) - present
    return spread(holders, others), lead(holders, total(holds * trust) - holds * trust, trust)


def spread(holders: Array, others: Array) -> Array:
    """Share of the others present that hold a format; 0 where there are none."""
    return holders / np.maximum(others, TINY) * (others > 0)


def lead(holders: Array, their_trust: Array, trust: Array) -> Array:
    """How far the mean trust in the holders is above one's own; `their_trust` is the sum over them."""
    return (their_trust / np.maximum(holders, TINY) - trust) * (holders > 0)


def adoption_hazard(rate: Array, spread: Array, lead: Array, weight: Array) -> Array:
    """u_p spread (1 + e_1 max(0, lead)), per year, (power, world).

    Source: tca2025-05, tca2025-27, ankasam2021-06, ankasam2021-11.
    """
    return rate * spread * (1.0 + weight * np.maximum(lead, 0.0))
