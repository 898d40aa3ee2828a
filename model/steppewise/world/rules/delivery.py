"""Phase 4: promises fall due and are delivered, or slip."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT


def delivered_share(execution: Array, absorptive_capacity: Array, shock: Array) -> Array:
    """f = clip(x sqrt(a) (1 + n), 0, 1): what is delivered of what is due, (state, world).

    Source: tca2025-38 (the near-term test is execution); the form is assumed.
    """
    return np.clip(execution * np.sqrt(absorptive_capacity) * (1.0 + shock), 0.0, 1.0)


def due(pipeline: Array, maturity: Array) -> Array:
    """Q dt / tau: what falls due this quarter, billion USD, (..., world)."""
    return pipeline * (DT / maturity)


def opening_pipeline(committed: Array, maturity: Array, share: Array, cancelled: Array) -> Array:
    """The pipeline in which what is promised equals what is delivered and cancelled, billion USD.

    Q = C tau / (dt (f + kappa (1 - f))), with C committed a quarter; zero where nothing is promised.
    Shapes (instrument, state, world). The start is thus no artefact of an empty pipeline.
    """
    leaving = share + cancelled * (1.0 - share)
    promised = committed * maturity / DT
    return np.divide(promised, leaving, out=promised.copy(), where=leaving > 0)
