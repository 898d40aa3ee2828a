"""Questions whose answers are known: the Ishigami function, products of the model, a plain sum."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from tests.analysis.test_spread import EFFORT, GDP, product_spec

from steppewise.analysis.evaluating import Answers, Evaluate, answers_of
from steppewise.analysis.factors import uncertain_factors
from steppewise.analysis.indices import By, Index, Method, indices
from steppewise.analysis.sampling import morris_design, sobol_design
from steppewise.analysis.sensitivity import Question
from steppewise.arrays import Array
from steppewise.experiment.study import Factor

BUDGET = "budget.japan"
FIRST_OF_PRODUCT = 0.1875 / (2 * 0.1875 + 1 / 144)
"""Of a product of two numbers, each uniform from 1 to 2: what one of them accounts for alone."""

ISHIGAMI = {
    "x1": {"first": 0.3139, "total": 0.5576},
    "x2": {"first": 0.4424, "total": 0.4424},
    "x3": {"first": 0.0, "total": 0.2437},
}
"""Ishigami & Homma 1990 with a = 7 and b = 0.1."""


def plain_factors(*names: str, low: float = 0.0, high: float = 1.0) -> tuple[Factor, ...]:
    return tuple(Factor(name, "parameter", (name,), "absolute", low, high) for name in names)


ANGLES = plain_factors("x1", "x2", "x3", low=-np.pi, high=np.pi)


def ishigami(values: Array) -> Array:
    x1, x2, x3 = values.T
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def of_function(name: str, function: Callable[[Array], Array]) -> Evaluate:
    """The evaluation of a plain function, values of the factors (point, factor) -> (point,)."""
    return lambda points: Answers({name: np.asarray(function(points.rows(0, len(points))), dtype=float)[:, None]})


evaluate_ishigami = of_function("y", ishigami)


def by_name(found: tuple[Index, ...], outcome: str, measure: str, by: str = "factor") -> dict[str, Index]:
    return {i.name: i for i in found if (i.outcome, i.measure, i.by) == (outcome, measure, by)}


def product_question(method: str = "sobol", size: int = 256, **changes: object) -> Question:
    """Japan's budget of one quarter: effort (coded) times GDP (external) times exp(shock)."""
    volatility = changes.pop("volatility", 0.0)
    spec = product_spec(volatility)
    asked = {
        "name": "product",
        "title": "A product",
        "spec": spec,
        "factors": uncertain_factors(spec),
        "worlds": 2,
        "seed": 0,
        "uncertainty": "chance",
        "outcomes": (BUDGET,),
        "method": method,
        "size": size,
    }
    return Question(**{**asked, **changes})


__all__ = ["ANGLES", "BUDGET", "EFFORT", "FIRST_OF_PRODUCT", "GDP", "ISHIGAMI"]


def analyse(
    factors: Sequence[Factor], evaluate: Evaluate, method: Method, size: int, seed: int, groups: Sequence[str] = ()
) -> tuple[Index, ...]:
    """What drives every outcome of an evaluation: a design, its answers, its indices; with groups, of each group."""
    sobol = method == "sobol"
    design = sobol_design(factors, size, seed, groups) if sobol else morris_design(factors, size, seed)
    [answers] = answers_of((design,), evaluate)
    by: By = "class" if groups else "factor"
    return tuple(index for name in answers for index in indices(design, name, answers[name].mean(axis=1), seed, by))
