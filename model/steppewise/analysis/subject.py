"""What an analysis looks at: a scenario, what varies around it, in which worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from steppewise.world.model import Uncertainty

NOTHING_VARIES: Final = "nothing varies: no parameter of this scenario has a range"
MOST_ROWS: Final = 100_000_000


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A scenario with factors around it.

    worlds: at every point, always the same ones. seed: of the worlds and of the points. uncertainty: what differs
    between worlds beside the factors.
    """

    name: str
    title: str
    spec: ScenarioSpec
    factors: tuple[Factor, ...]
    worlds: int
    seed: int
    uncertainty: Uncertainty

    def __post_init__(self) -> None:
        if not self.factors:
            raise SteppewiseError(NOTHING_VARIES)
        if self.worlds < 1:
            raise SteppewiseError(f"worlds must be 1 or more, not {self.worlds}")
        if self.seed < 0:
            raise SteppewiseError(f"a seed is a whole number from 0 up, not {self.seed}")

    def factor(self, name: str) -> Factor:
        """The factor of that name."""
        return next(factor for factor in self.factors if factor.name == name)

    def check_rows(self, points: int) -> None:
        """Raise SteppewiseError where so many points are more than can be run."""
        rows = points * self.worlds
        if rows > MOST_ROWS:
            raise SteppewiseError(f"{rows:,} worlds are more than can be run ({MOST_ROWS:,}); take a smaller --size")


def model_of(subject: Subject, quantities: Sequence[Quantity], executor: Executor, progress: Progress) -> Model:
    """The model as something to evaluate. Raises SteppewiseError where a second scenario cannot be read."""
    against = dict.fromkeys(quantity.against for quantity in quantities if quantity.against is not None)
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
    return Model(study, tuple(quantities), {name: load_scenario(name) for name in against}, executor, progress)
