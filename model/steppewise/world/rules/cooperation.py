"""Phase 11: cooperation among the states."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT, total


def catalysis(has_format: Array, intent: Array, trust: Array, dialogue: Array) -> Array:
    """Sum over powers of F a T g: what catalytic formats do for cooperation in a state, (state, world).

    `has_format` and `intent` (power, 1, world), `trust` and `dialogue` (power, state, world).
    Source: tca2025-33, tca2025-41, ankasam2021-24.
    """
    return total(spark(has_format, intent, trust, dialogue))


def spark(has_format: Array, intent: Array, trust: Array, dialogue: Array) -> Array:
    """F a T g: what the format of one power does in one state."""
    return (has_format * intent) * (trust * dialogue)


def cooperation(level: Array, stimulus: Array, growth: Array, decay: Array) -> Array:
    """R' = R + dt (g_R stimulus R (1 - R) - delta R), within 0 to 1, (state, state, world).

    `stimulus` is the mean of both states' catalysis. Source: tca2025-33, tca2025-41.
    """
    change = level * (growth * stimulus * (1.0 - level) - decay)
    return np.minimum(np.maximum(level + DT * change, 0.0), 1.0)


def mean_cooperation(level: Array) -> Array:
    """Mean cooperation of each state with the others, (state, world); 0 for a state alone."""
    return total(level) / max(len(level) - 1, 1)
