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
    part = share / np.maximum(over_states(share), TINY)[:, None]
    observed = part / np.maximum(part + spending, TINY)
    return known + (speed * DT) * (observed - known)
