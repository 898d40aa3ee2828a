"""How much of the variance between worlds is left to chance, from points that all run the same worlds.

Points by worlds are a two-way layout without repetition: what differs between points is the parameters' doing,
what differs between worlds at every point alike is chance, and the rest is what the two do only together. Source:
Searle, Casella & McCulloch 1992, Variance Components, ch. 4; cf. analysis/spread.py, which keeps streams instead.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from steppewise.analysis.indices import Index
from steppewise.arrays import Array

PARAMETERS, CHANCE, TOGETHER = "parameters", "chance", "together"
PARTS: Final = (PARAMETERS, CHANCE, TOGETHER)
REACH: Final = 1.959964
"""Standard errors from an estimate to the ends of its 95 % interval."""


def parts_of_variance(outcome: str, values: Array) -> tuple[Index, ...]:
    """Shares of parameters, chance, and both together in the variance, from independent points, (point, world).

    Nothing where there is one world or one point; all zero where nothing varies. Intervals are those of normal theory,
    rough with few worlds.
    """
    if min(values.shape) < 2:
        return ()
    squares, freedom = _mean_squares(values)
    components = np.array(
        [(squares[0] - squares[2]) / values.shape[1], (squares[1] - squares[2]) / values.shape[0], squares[2]]
    )
    components = np.maximum(components, 0.0)
    whole = components.sum()
    if whole <= 0:
        return tuple(Index(outcome, "variance", name, "share", 0.0, 0.0) for name in PARTS)
    shares = components / whole
    reaches = REACH * _errors(shares, np.sqrt(2.0 / freedom))
    return tuple(
        Index(outcome, "variance", name, "share", float(share), float(reach))
        for name, share, reach in zip(PARTS, shares, reaches, strict=True)
    )


def _mean_squares(values: Array) -> tuple[Array, Array]:
    """Mean squares between points, between worlds, and left over; and their degrees of freedom."""
    points, worlds = values.shape
    by_point, by_world, mean = values.mean(axis=1), values.mean(axis=0), values.mean()
    rest = values - by_point[:, None] - by_world + mean
    sums = [worlds * ((by_point - mean) ** 2).sum(), points * ((by_world - mean) ** 2).sum(), (rest**2).sum()]
    freedom = np.array([points - 1.0, worlds - 1.0, (points - 1.0) * (worlds - 1.0)])
    return np.array(sums) / freedom, freedom


def _errors(shares: Array, relative: Array) -> Array:
    """Standard errors of shares from the relative errors of their components, by the delta method."""
    spread = (shares * relative) ** 2
    return np.sqrt((1.0 - 2.0 * shares) * spread + shares**2 * spread.sum())
