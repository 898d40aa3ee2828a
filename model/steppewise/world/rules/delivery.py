"""Phase 4: promises fall due and are delivered, or slip."""

from __future__ import annotations

from typing import Final

from steppewise.world.rules import DT

LEAST: Final = 0.1
"""What a state takes in at the least in a level pipeline."""


def taken_in(capacity: float, due: float) -> float:
    """a = cap / (cap + due): the part of all that is due that a state can take in.

    `due` is what all powers owe it in a year, over M times its GDP. Money without limit is not swallowed; what is not
    taken in waits, and nobody is blamed for it. Source: assumed; aid has diminishing returns (Hansen and Tarp 2001).
    """
    return capacity / (capacity + due)


def delivered_share(execution: float, shock: float) -> float:
    """x' = min(1, max(0, x (1 + n))): what a power delivers of what is due and can be taken in.

    Source: tca2025-38 (the near-term test is execution).
    """
    return min(max(execution * (1.0 + shock), 0.0), 1.0)


def leaving(share: float, cancelled: float) -> float:
    """x + kappa (1 - x): what leaves the pipeline of what is taken in; 1 where nothing would ever leave."""
    out = share + cancelled * (1.0 - share)
    return out if out > 0 else 1.0


def level_intake(capacity: float, due: float) -> float:
    """max(.1, 1 - due / cap): the part that a state takes in while its pipeline is level.

    `due` is what falls due in a year while everything is taken in, over M times GDP.
    """
    return max(1.0 - due / capacity, LEAST)


def opening_pipeline(committed: float, due_rate: float, leaving: float) -> float:
    """max(0, C / (du leaving) - C): the pipeline from which as much leaves as enters, billion USD.

    `committed` C is what enters in a quarter, which the first quarter adds; `leaving` is of what is due.
    """
    return max(committed / (due_rate * leaving) - committed, 0.0)


def due_rate(maturity: float) -> float:
    """min(1, dt / tau): the part of the pipeline that falls due in a quarter."""
    return min(DT / maturity, 1.0)
