"""What drives an outcome of a scenario: by parameter, by class of evidence, and what is left to chance.

Two designs are run together. One has an input for every factor (Morris, Sobol or one at a time) and tells which of
them matter. The other has an input for every class of evidence (Sobol, all factors of a class moving together)
and tells how much of the result rests on what is stated, coded, taken from statistics or assumed; its independent
points tell what is left to chance. Every point runs the same worlds, and an index is one of the mean over these.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, log2
from typing import Final

import numpy as np

from steppewise.analysis.evaluating import Model, Subject, answers_of
from steppewise.analysis.factors import at_value, classes_of
from steppewise.analysis.indices import Index, Method, indices, parts_of_variance
from steppewise.analysis.quantities import Quantity, quantity
from steppewise.analysis.sampling import Design, Fixed, SobolSample, morris_design, sobol_design
from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor, Serial
from steppewise.experiment.study import Factor
from steppewise.scenario.spec import ScenarioSpec

METHODS: Final[tuple[Method, ...]] = ("morris", "sobol", "tornado")
SIZES: Final[Mapping[Method, int]] = {"morris": 16, "sobol": 256, "tornado": 1}
WORLDS: Final[Mapping[Method, int]] = {"morris": 8, "sobol": 8, "tornado": 1}

BY_FACTOR, BY_CLASS = "factor", "class"

POINTS_A_TRAJECTORY: Final = 32
"""Base points of the design by class for each trajectory of Morris."""


@dataclass(frozen=True, kw_only=True)
class Question(Subject):
    """What is asked: what drives which outcomes, by which method.

    size: trajectories (Morris) or base points (Sobol).
    """

    outcomes: tuple[str, ...]
    method: Method
    size: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.method not in METHODS:
            raise SteppewiseError(Problem(f"there is no method '{self.method}'", allowed=", ".join(METHODS)))
        if not self.outcomes:
            raise SteppewiseError("no outcome is asked for")
        if twice := [name for name in self.outcomes if self.outcomes.count(name) > 1]:
            raise SteppewiseError(f"the outcome '{twice[0]}' is asked for twice")
        self.check_runs()

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """The outcomes as quantities. Raises SteppewiseError for an unknown one."""
        return tuple(quantity(name, self.spec) for name in self.outcomes)

    @property
    def points(self) -> Mapping[str, int]:
        """How many points each design has, by what its inputs are."""
        factors, size = len(self.factors), self.size
        counts = {"morris": size * (factors + 1), "sobol": size * (factors + 2), "tornado": 2 * factors + 1}
        by_factor = {BY_FACTOR: counts[self.method]}
        by_class = {BY_CLASS: self.class_size * (len(self.classes) + 2)}
        return by_factor if self.method == "tornado" else {**by_factor, **by_class}

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of evidence that the factors belong to."""
        return classes_of(self.factors)

    @property
    def class_size(self) -> int:
        """Base points of the design by class of evidence."""
        if self.method == "sobol":
            return self.size
        return 2 ** ceil(log2(POINTS_A_TRAJECTORY * self.size))


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What was found: all indices, and wall times by stage.

    `means`: name of the design -> outcome -> (point,), the mean over worlds at every point; empty when read from a
    folder.
    """

    question: Question
    indices: tuple[Index, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    means: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)

    def of(self, outcome: str, by: str, measure: str) -> dict[str, Index]:
        """The indices of one measure, by name."""
        asked = (outcome, by, measure)
        return {index.name: index for index in self.indices if (index.outcome, index.by, index.measure) == asked}

    def ranked(self, outcome: str, by: str = "factor") -> list[Index]:
        """The main indices of an outcome, the largest first; equal ones by name."""
        found = self.of(outcome, by, main_measure(self.question.method) if by == "factor" else "total")
        return sorted(found.values(), key=lambda index: (-index.value, index.name))


def main_measure(method: Method) -> str:
    """By which measure factors are ranked."""
    return {"morris": "mu_star", "sobol": "total", "tornado": "swing"}[method]


def designs_of(question: Question) -> dict[str, Design]:
    """The designs of a question, by what their inputs are. Raises SteppewiseError."""
    factors, seed = question.factors, question.seed
    if question.method == "tornado":
        return {BY_FACTOR: one_at_a_time(factors, question.spec)}
    if question.method == "morris":
        by_factor: Design = morris_design(factors, question.size, seed)
    else:
        by_factor = sobol_design(factors, question.size, seed)
    groups = tuple(factor.evidence for factor in factors)
    return {BY_FACTOR: by_factor, BY_CLASS: sobol_design(factors, question.class_size, seed, groups)}


def one_at_a_time(factors: tuple[Factor, ...], spec: ScenarioSpec) -> Fixed:
    """All factors at their values; then each at its low and its high end, the others at their values."""
    base = np.array([at_value(factor, spec) for factor in factors])
    values = np.tile(base, (2 * len(factors) + 1, 1))
    for place, factor in enumerate(factors):
        ends = factor.levels or (factor.low, factor.high)
        values[2 * place + 1, place], values[2 * place + 2, place] = min(ends), max(ends)
    return Fixed(factors, values)


def explain(
    question: Question, executor: Executor | None = None, progress: Progress = lambda rows: None
) -> Sensitivity:
    """Answer a question by running the model. `progress` is told of rows as they are done. Raises SteppewiseError."""
    started = time.perf_counter()
    designs = designs_of(question)
    model = Model(question, executor or Serial(), progress)
    answers = dict(zip(designs, answers_of(tuple(designs.values()), model), strict=True))
    simulated = time.perf_counter()
    found = [index for name in question.outcomes for index in _indices(question, designs, answers, name)]
    means = {by: {name: values.mean(axis=1) for name, values in given.items()} for by, given in answers.items()}
    seconds = {"simulation": simulated - started, "analysis": time.perf_counter() - simulated}
    return Sensitivity(question, tuple(found), seconds, means)


def _indices(
    question: Question, designs: Mapping[str, Design], answers: Mapping[str, Mapping[str, Array]], outcome: str
) -> tuple[Index, ...]:
    """All indices of one outcome."""
    values = {name: answers[name][outcome] for name in designs}
    by_factor = values[BY_FACTOR].mean(axis=1)
    if question.method == "tornado":
        return tornado(question.factors, outcome, by_factor)
    classes = designs[BY_CLASS]
    assert isinstance(classes, SobolSample)
    return (
        *indices(designs[BY_FACTOR], outcome, by_factor, question.seed, "factor"),
        *indices(classes, outcome, values[BY_CLASS].mean(axis=1), question.seed, "class"),
        *parts_of_variance(outcome, values[BY_CLASS][classes.independent]),
    )


def tornado(factors: tuple[Factor, ...], outcome: str, values: Array) -> tuple[Index, ...]:
    """The outcome at the low and the high end of every factor, (point,) as `one_at_a_time` has them, and the swing."""
    found = []
    for place, factor in enumerate(factors):
        low, high = float(values[2 * place + 1]), float(values[2 * place + 2])
        measures = {"low": low, "high": high, "base": float(values[0]), "swing": abs(high - low)}
        found += [Index(outcome, "factor", factor.name, name, value, np.nan) for name, value in measures.items()]
    return tuple(found)
