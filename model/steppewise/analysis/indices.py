"""Sensitivity indices from the answers at a design's points, through SALib, each with a 95 % interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Final, Literal

import numpy as np

from steppewise.analysis.evaluating import Evaluate, answers_of
from steppewise.analysis.sampling import (
    LEVELS,
    Design,
    MorrisDesign,
    SobolDesign,
    morris_design,
    problem_of,
    sobol_design,
)
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.study import Factor

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 200
"""Bootstrap samples behind an interval."""

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


def analyse(
    factors: Sequence[Factor], evaluate: Evaluate, method: Method, size: int, seed: int, groups: Sequence[str] = ()
) -> tuple[Index, ...]:
    """What drives every outcome of an evaluation: a design, its answers, its indices.

    Args:
        factors: what varies.
        evaluate: from points to answers; `of_function` makes one of a plain function.
        method: "morris" for screening, "sobol" for shares of the variance.
        size: trajectories of Morris, or base points of Sobol (a power of two).
        seed: a whole number from 0 up; the same seed gives the same points and the same intervals.
        groups: for Sobol, the group of each factor; one index is told for each group.

    Raises SteppewiseError for a design that cannot be, failed points, or answers in another order.
    """
    design = design_of(method, factors, size, seed, groups)
    [answers] = answers_of((design,), evaluate)
    by: By = "class" if groups else "factor"
    return tuple(index for name in answers for index in indices(design, name, answers[name].mean(axis=1), seed, by))


def design_of(
    method: Method, factors: Sequence[Factor], size: int, seed: int, groups: Sequence[str] = ()
) -> SobolDesign | MorrisDesign:
    """The design of a method. Raises SteppewiseError."""
    if method == "sobol":
        return sobol_design(factors, size, seed, groups)
    if groups:
        raise SteppewiseError("only Sobol indices are told for groups of factors")
    return morris_design(factors, size, seed)


@singledispatch
def indices(design: Design, outcome: str, values: Array, seed: int, by: By = "factor") -> tuple[Index, ...]:
    """The indices of an outcome from its value at every point of a design, (point,), in the design's order."""
    raise NotImplementedError(f"no indices are defined for {type(design).__name__}")


@indices.register
def _(design: SobolDesign, outcome: str, values: Array, seed: int, by: By = "factor") -> tuple[Index, ...]:
    from SALib.analyze import sobol

    if np.ptp(values) == 0:
        return tuple(_nothing(outcome, by, design.inputs, ("first", "total")))
    problem = problem_of(design.factors, design.groups)
    resampling = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": resampling_seed(seed)}
    found = sobol.analyze(problem, values, calc_second_order=False, **resampling)
    measures = {"first": ("S1", "S1_conf"), "total": ("ST", "ST_conf")}
    return tuple(_told(outcome, by, design.inputs, found, measures))


@indices.register
def _(design: MorrisDesign, outcome: str, values: Array, seed: int, by: By = "factor") -> tuple[Index, ...]:
    from SALib.analyze import morris

    problem = problem_of(design.factors)
    resampling = {"num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": resampling_seed(seed)}
    found = morris.analyze(problem, design.unit, values, num_levels=LEVELS, **resampling)
    measures = {"mu_star": ("mu_star", "mu_star_conf"), "mu": ("mu", ""), "sigma": ("sigma", "")}
    return tuple(_told(outcome, by, tuple(found["names"]), found, measures))


def resampling_seed(seed: int) -> int:
    """A seed for the resampling behind intervals: never 0, which SALib's Sobol analysis takes for none."""
    return seed + 1


def _nothing(outcome: str, by: By, names: Sequence[str], measures: Sequence[str]) -> Iterator[Index]:
    """The indices of an outcome that is the same everywhere: SALib divides by its variance."""
    return (Index(outcome, by, name, measure, 0.0, 0.0) for name in names for measure in measures)


def _told(
    outcome: str, by: By, names: Sequence[str], found: Mapping[str, Any], measures: Mapping[str, tuple[str, str]]
) -> Iterator[Index]:
    for place, name in enumerate(names):
        for measure, (value, half_width) in measures.items():
            reach = float(found[half_width][place]) if half_width else np.nan
            yield Index(outcome, by, str(name), measure, float(found[value][place]), reach)
