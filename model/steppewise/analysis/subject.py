"""What an analysis looks at: a scenario, what varies around it, in which worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from steppewise.analysis.evaluating import Model
from steppewise.analysis.quantities import Quantity
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor
from steppewise.experiment.study import Factor, Study
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

NOTHING_VARIES: Final = "nothing varies: no parameter of this scenario has a range"
MOST_RUNS: Final = 100_000_000


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A scenario with factors around it.

    worlds: at every point, always the same ones. seed: of the worlds and of the points. uncertainty: what differs
    between worlds beside the factors. kept: second scenarios as a folder holds them; all others are today's.
    """

    name: str
    title: str
    spec: ScenarioSpec
    factors: tuple[Factor, ...]
    worlds: int
    seed: int
    uncertainty: Uncertainty
    kept: Mapping[str, ScenarioSpec] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.factors:
            raise SteppewiseError(NOTHING_VARIES)
        if self.worlds < 1:
            raise SteppewiseError(f"worlds must be 1 or more, not {self.worlds}")
        if self.seed < 0:
            raise SteppewiseError(f"a seed is a whole number from 0 up, not {self.seed}")

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What is looked at. Raises SteppewiseError for what there is not."""
        raise NotImplementedError

    @property
    def points(self) -> Mapping[str, int]:
        """How many points each design has, by its name."""
        raise NotImplementedError

    @property
    def against(self) -> tuple[str, ...]:
        """The second scenarios whose effect is looked at."""
        return tuple(dict.fromkeys(q.against for q in self.quantities if q.against is not None))

    @cached_property
    def seconds(self) -> Mapping[str, ScenarioSpec]:
        """The second scenarios, by the names that quantities give them. Raises SteppewiseError where there is none."""
        return {name: self.kept[name] if name in self.kept else load_scenario(name) for name in self.against}

    @property
    def runs(self) -> int:
        """Worlds in all: at every point, under every scenario."""
        return sum(self.points.values()) * self.worlds * (1 + len(self.against))

    def factor(self, name: str) -> Factor:
        """The factor of that name."""
        return next(factor for factor in self.factors if factor.name == name)

    def check_runs(self) -> None:
        """Raise SteppewiseError where that is more than can be run."""
        if self.runs > MOST_RUNS:
            raise SteppewiseError(
                f"{self.runs:,} worlds are more than can be run ({MOST_RUNS:,}); take a smaller --size"
            )


def model_of(subject: Subject, executor: Executor, progress: Progress) -> Model:
    """The model as something to evaluate. Raises SteppewiseError where a second scenario cannot be read."""
    study = Study(
        name=subject.name,
        title=subject.title,
        question="",
        look_for="",
        spec=subject.spec,
        factors=subject.factors,
        points=np.empty((0, len(subject.factors))),
        design="",
        worlds=subject.worlds,
        seed=subject.seed,
        uncertainty=subject.uncertainty,
        outcomes=(),
    )
    return Model(study, subject.quantities, subject.seconds, executor, progress)
