"""Phase 4: promises fall due and are delivered, or slip."""

from __future__ import annotations

import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import DT


def delivered_share(execution: Array | float, capability: Array, shock: Array) -> Array:
    """f = min(1, max(0, x sqrt(a) (1 + n))): what is delivered of what is due, (state, world).

    `capability` is sqrt(a), a the absorptive capacity.
    Source: tca2025-38 (the near-term test is execution); the form is assumed.
    """
    return np.minimum(np.maximum(execution * capability * (1.0 + shock), 0.0), 1.0)


def opening_pipeline(committed: Array, due_rate: Array, share: Array, cancelled: Array) -> Array:
    """The pipeline in which what is promised equals what is delivered and cancelled, billion USD.

    Q = max(0, C / (dt / tau (f + kappa (1 - f))) - C), with C committed a quarter, which the first quarter adds; 1
    stands for f + kappa (1 - f) where nothing would ever leave. Shapes (instrument, state, world), `due_rate`
    dt / tau.
    """
    leaving = share + cancelled * (1.0 - share)
    level = committed / (due_rate * np.where(leaving > 0, leaving, 1.0))
    return np.maximum(level - committed, 0.0)


def due_rate(maturity: Array) -> Array:
    """dt / tau: the part of the pipeline that falls due in a quarter."""
    return DT / maturity
