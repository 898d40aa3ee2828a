"""Sensitivity indices from the answers at a design's points, each with a 95 % interval; and what is left to chance.

The indices of Sobol and Morris come through SALib. Points by worlds, where all points run the same worlds, are a
two-way layout without repetition: what differs between points is the parameters' doing, what differs between worlds
at every point alike is chance, and the rest is what the two do only together. Source: Searle, Casella & McCulloch
1992, Variance Components, ch. 4; cf. analysis/spread.py, which keeps streams instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from steppewise.analysis.sampling import (
    LEVELS,
    Design,
    MorrisDesign,
    SobolSample,
    problem_of,
)
from steppewise.arrays import Array

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 200
"""Bootstrap samples behind an interval."""

SOBOL: Final = {"first": ("S1", "S1_conf"), "total": ("ST", "ST_conf")}
MORRIS: Final = {"mu_star": ("mu_star", "mu_star_conf"), "mu": ("mu", ""), "sigma": ("sigma", "")}
"""Our measures by SALib's names of value and interval."""

By = Literal["factor", "class", "variance"]
Method = Literal["morris", "sobol", "tornado"]


@dataclass(frozen=True)
class Index:
    """One number about one input: `value`, with the half-width of its 95 % interval; NaN where none is told.

    outcome: of which. by: whether `name` is a factor, a class of evidence, or a part of the variance between worlds.
    measure: Morris "mu_star", "mu", "sigma" (in the outcome's unit, over the factor's whole range); Sobol "first",
    "total", and "share" of the variance; tornado "low", "high" and "base" (the outcome itself).
    """

    outcome: str
    by: By
    name: str
    measure: str
    value: float
    half_width: float

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.value - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.value + self.half_width


def indices(design: Design, outcome: str, values: Array, seed: int, by: By = "factor") -> tuple[Index, ...]:
    """The indices of an outcome from its value at every point of a Morris or Sobol design, (point,), in its order."""
    resampling = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": resampling_seed(seed)}
    if isinstance(design, SobolSample):
        from SALib.analyze import sobol

        if np.ptp(values) == 0:  # SALib divides by the variance
            return tuple(Index(outcome, by, name, measure, 0.0, 0.0) for name in design.inputs for measure in SOBOL)
        problem = problem_of(design.factors, design.groups)
        found = sobol.analyze(problem, values, calc_second_order=False, **resampling)
        return tuple(_told(outcome, by, design.inputs, found, SOBOL))
    assert isinstance(design, MorrisDesign)
    from SALib.analyze import morris

    found = morris.analyze(problem_of(design.factors), design.unit, values, num_levels=LEVELS, **resampling)
    return tuple(_told(outcome, by, tuple(found["names"]), found, MORRIS))


def resampling_seed(seed: int) -> int:
    """A seed for the resampling behind intervals: never 0, which SALib's Sobol analysis takes for none."""
    return seed + 1


def _told(
    outcome: str, by: By, names: Sequence[str], found: Mapping[str, Any], measures: Mapping[str, tuple[str, str]]
) -> Iterator[Index]:
    for place, name in enumerate(names):
        for measure, (value, half_width) in measures.items():
            reach = float(found[half_width][place]) if half_width else np.nan
            yield Index(outcome, by, str(name), measure, float(found[value][place]), reach)


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
    shares = components / whole if whole > 0 else components
    reaches = REACH * _errors(shares, np.sqrt(2.0 / freedom))
    return tuple(
        Index(outcome, "variance", name, "share", share, reach)
        for name, share, reach in zip(PARTS, shares.tolist(), reaches.tolist(), strict=True)
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
