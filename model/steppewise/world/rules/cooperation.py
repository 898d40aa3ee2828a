"""Phases 11 to 13: cooperation among the states, the spread of formats, what powers learn."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT


def catalysis(has_format: Array, intent: Array, trusted_dialogue: Array) -> Array:
    """F a T g: what a power's format does for cooperation in a state, (state, world).

    Source: tca2025-33, tca2025-41, ankasam2021-24.
    """
    return has_format * intent * trusted_dialogue


def cooperation(level: Array, stimulus: Array, growth: Array, decay: Array) -> Array:
    """R' = R + dt (g_R stimulus R (1 - R) - delta R), within 0 to 1."""
    return np.clip(level + DT * (growth * stimulus * level * (1.0 - level) - decay * level), 0.0, 1.0)


def adoption_hazard(rate: Array, spread: Array, lead: Array, weight: Array) -> Array:
    """u_p spread (1 + e_1 max(0, lead)), per year, (world,).

    `spread` is the share of the other powers that have a format, `lead` their mean trust over the power's own.
    Source: tca2025-05, tca2025-27, ankasam2021-06, ankasam2021-11.
    """
    return rate * spread * (1.0 + weight * np.maximum(lead, 0.0))


def learned_return(known: Array, influence: Array, spending: Array, speed: Array) -> Array:
    """rho' = rho + v dt (i / (i + a) - rho), (state, world).

    `influence` i is the state's part of all the power's influence, `spending` a its part of the budget: above one
    half where a state yields more influence than it costs. Source: tca2025-07 (quick returns, for the impatient).
    """
    both = influence + spending
    observed = np.divide(influence, both, out=np.full_like(both, 0.5), where=both > 0)
    return known + speed * DT * (observed - known)
