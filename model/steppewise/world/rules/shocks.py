"""How chance works: persistent shocks and episodes."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import root

UNIT_SPREAD: Final = 3.4641016151377544
"""sqrt(12): turns a uniform draw, centred on zero, into a shock of unit standard deviation."""


def width(persistence: float, volatility: float) -> float:
    """sigma sqrt(1 - rho^2) sqrt(12): how wide an innovation spreads."""
    return UNIT_SPREAD * volatility * root(1.0 - persistence * persistence)


def moved(shock: float, persistence: float, width: float, uniform: float) -> float:
    """n' = rho n + width (u - 1/2): an AR(1) shock of standard deviation sigma.

    The innovation is uniform: bounded, and one draw a quarter.
    Source: assumed; the standard form of a persistent shock.
    """
    return persistence * shock + width * (uniform - 0.5)


def episode(uniform: float, frequency: float) -> float:
    """J = 1 / p with probability p, else 0: mean 1 whatever the frequency."""
    return 1.0 / frequency if uniform < frequency else 0.0
