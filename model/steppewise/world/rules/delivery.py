"""Phase 4: promises fall due and are delivered, or slip."""

from __future__ import annotations

from steppewise.world.rules import DT


def delivered_share(execution: float, capability: float, shock: float) -> float:
    """f = min(1, max(0, x sqrt(a) (1 + n))): what is delivered of what is due.

    `capability` is sqrt(a), a the absorptive capacity.
    Source: tca2025-38 (the near-term test is execution); the form is assumed.
    """
    return min(max(execution * capability * (1.0 + shock), 0.0), 1.0)


def opening_pipeline(committed: float, due_rate: float, share: float, cancelled: float) -> float:
    """The pipeline in which what is promised equals what is delivered and cancelled, billion USD.

    Q = max(0, C / (dt / tau (f + kappa (1 - f))) - C), with C committed a quarter, which the first quarter adds; 1
    stands for f + kappa (1 - f) where nothing would ever leave.
    """
    leaving = share + cancelled * (1.0 - share)
    level = committed / (due_rate * (leaving if leaving > 0 else 1.0))
    return max(level - committed, 0.0)


def due_rate(maturity: float) -> float:
    """dt / tau: the part of the pipeline that falls due in a quarter."""
    return DT / maturity
