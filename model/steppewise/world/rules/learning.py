"""Phase 13: powers learn where their spending bears fruit."""

from __future__ import annotations

from steppewise.world.rules import DT, TINY


def learned(known: float, share: float, in_all: float, spending: float, speed: float) -> float:
    """rho' = rho + v dt (i / (i + a) - rho).

    i is the state's part of all the influence that the power has, `in_all`; a, `spending`, its part of the budget:
    above one half where a state yields more influence than it costs. Without influence anywhere, the return is 0.
    Source: tca2025-07 (quick returns, for the impatient).
    """
    part = share / max(in_all, TINY)
    observed = part / max(part + spending, TINY)
    return known + (speed * DT) * (observed - known)
