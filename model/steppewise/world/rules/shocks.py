"""How chance works: persistent shocks and episodes."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array

UNIT_SPREAD = 12.0**0.5
"""Turns a uniform draw, centred on zero, into a shock of unit standard deviation."""


def shocked(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> Array:
    """n' = rho n + sigma sqrt(1 - rho^2) sqrt(12) (u - 1/2): an AR(1) shock of standard deviation sigma.

    The innovation is uniform: bounded, and one draw a quarter. Shapes (..., world).
    Source: assumed; the standard form of a persistent shock.
    """
    return moved(shock, persistence, width(persistence, volatility), uniform)


def width(persistence: Array, volatility: Array) -> Array:
    """sigma sqrt(1 - rho^2) sqrt(12): how wide an innovation spreads."""
    return UNIT_SPREAD * volatility * np.sqrt(1.0 - persistence * persistence)


def moved(shock: Array, persistence: Array, width: Array, uniform: Array) -> Array:
    """rho n + width (u - 1/2)."""
    return persistence * shock + width * (uniform - 0.5)


def episode(uniform: Array, frequency: Array) -> Array:
    """J = 1 / p with probability p, else 0: mean 1 whatever the frequency; (..., world)."""
    return (uniform < frequency) / frequency
