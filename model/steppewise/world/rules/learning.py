"""Phase 13: powers learn where their spending bears fruit."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT, TINY, over_states


def learned_return(known: Array, share: Array, spending: Array, speed: Array) -> Array:
    """rho' = rho + v dt (i / (i + a) - rho), (power, state, world).

    i is the state's part of all the influence that the power has, a its part of the budget: above one half
    where a state yields more influence than it costs. Without influence anywhere, the return is 0. Source:
    tca2025-07 (quick returns, for the impatient).
    """
    return learned(known, share, over_states(share)[:, None], spending, speed)


def learned(known: Array, share: Array, in_all: Array, spending: Array, speed: Array) -> Array:
    """`learned_return` of one tie; `in_all` is the power's influence in all states."""
    part = share / np.maximum(in_all, TINY)
    observed = part / np.maximum(part + spending, TINY)
    return known + (speed * DT) * (observed - known)
