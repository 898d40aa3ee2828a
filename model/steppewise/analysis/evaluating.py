"""From a question to answers: a scenario, what varies around it, and the model evaluated at the points of designs.

An answer has a row a point, in the order of the design, and a column a world: every point runs the same worlds, with
the same luck. An index told from rows in another order, or with gaps, would be wrong without a word; both are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from steppewise.analysis.quantities import Quantity
from steppewise.analysis.sampling import Design, Points
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import OK
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor
from steppewise.experiment.study import MOST_ROWS, Factor, Study, Task, task_of
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

NOTHING_VARIES: Final = "nothing varies: no parameter of this scenario has a range"
ROWS_AT_ONCE: Final = 10_000
"""Rows whose points are made at a time: the design of some hundred factors is larger than memory."""


ALIKE: Final = 1e-9
"""What two evaluations of the same point may differ by, in parts of the outcome's size."""


@dataclass(frozen=True)
class Answers:
    """What an evaluation came to: outcome -> (point, world); NaN where a world failed, and of what, by cause."""

    outcomes: Mapping[str, Array]
    causes: Mapping[str, int] = field(default_factory=dict)


Evaluate = Callable[[Points], Answers]


def answers_of(designs: Sequence[Design], evaluate: Evaluate) -> tuple[dict[str, Array], ...]:
    """The answers at the points of each design, outcome -> (point, world); all designs are evaluated together.

    Raises SteppewiseError where points failed, or came back in another order.
    """
    points = Points.of(designs)
    answers = evaluate(points)
    found: tuple[dict[str, Array], ...] = tuple({} for _ in designs)
    for name, values in answers.outcomes.items():
        if len(values) != len(points):
            raise SteppewiseError(f"{name}: {len(values):,} answers for {len(points):,} points")
    _refuse_gaps(points, answers)
    for name, values in answers.outcomes.items():
        *parts, again = points.parted(values)
        _refuse_disorder(name, np.concatenate(parts)[points.witnesses], again, float(np.ptp(values)))
        for by_name, part in zip(found, parts, strict=True):
            by_name[name] = part
    return found


def _refuse_gaps(points: Points, answers: Answers) -> None:
    """Refuse points of which a world has no value, and count them."""
    asked = len(points) - len(points.witnesses)
    missing = [~np.isfinite(values[:asked]) for values in answers.outcomes.values()]
    gaps = np.any(missing, axis=0)
    if not gaps.any():
        return
    causes = Counter(answers.causes).most_common(3)
    told = "".join(f"; {count:,} times '{cause}'" for cause, count in causes)
    points_lost, worlds_lost = int(gaps.any(axis=1).sum()), int(gaps.sum())
    raise SteppewiseError(
        f"{points_lost:,} of {asked:,} points have no value: {worlds_lost:,} of {gaps.size:,} worlds failed{told}. "
        "Sensitivity needs every point; narrow the ranges until none fails"
    )


def _refuse_disorder(name: str, first: Array, again: Array, size: float) -> None:
    """Refuse answers that are other ones when some points are evaluated again."""
    alike = np.isclose(first, again, rtol=ALIKE, atol=ALIKE * size).all(axis=1)
    wrong = len(first) - int(np.count_nonzero(alike))
    if wrong:
        raise SteppewiseError(
            f"{name}: {wrong} of {len(first)} points came out otherwise when they were evaluated again: rows are not "
            "in the order of the design, or the same point does not give the same answer"
        )


# the model ----------------------------------------------------------------------------------------------


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
        if self.runs > MOST_ROWS:
            raise SteppewiseError(
                f"{self.runs:,} worlds are more than can be run ({MOST_ROWS:,}); take a smaller --size"
            )


@dataclass(frozen=True)
class Model:
    """The model as something to evaluate: the points as worlds of the same blocks, under all scenarios.

    `progress` is told of rows as they are done.
    """

    subject: Subject
    executor: Executor
    progress: Progress

    def __call__(self, points: Points) -> Answers:
        """Run the worlds of all points. Raises SteppewiseError where a second scenario cannot be read."""
        asked, shape = self._asked(), (len(points), self.subject.worlds)
        values = {place: {one.name: np.full(shape, np.nan) for one in ones} for place, ones in asked.items()}
        causes: Counter[str] = Counter()
        for task, result in self.executor.run(self._tasks(asked, points)):
            place = next((name for name, spec in self.subject.seconds.items() if spec is task.study.spec), None)
            causes.update(status for status in result.status if status != OK)
            piece = task.piece
            where = (piece.points, slice(piece.first, piece.first + piece.worlds))
            for one in asked[place]:
                values[place][one.name][where] = one.value(result.outcomes).reshape(-1, piece.worlds)
            self.progress(piece.rows)
        first = values[None]
        changed = ((one, values[one.against][one.name]) for one in self.subject.quantities if one.against)
        return Answers({**first, **{one.name: one.change(first[one.name], second) for one, second in changed}}, causes)

    def _asked(self) -> dict[str | None, tuple[Quantity, ...]]:
        """What is looked at under each scenario; None is the subject's own."""
        asked = self.subject.quantities
        return {
            None: asked,
            **{name: tuple(one for one in asked if one.against == name) for name in self.subject.seconds},
        }

    def _tasks(self, asked: Mapping[str | None, tuple[Quantity, ...]], points: Points) -> Iterator[Task]:
        """All pieces of all scenarios; the numbers of their points are those of the whole design."""
        at_once = max(ROWS_AT_ONCE // self.subject.worlds, 1)
        for start in range(0, len(points), at_once):
            values = points.rows(start, start + at_once)
            for place, ones in asked.items():
                part = self._study(place, ones, values)
                yield from (task_of(part, replace(piece, points=piece.points + start)) for piece in part.pieces())

    def _study(self, place: str | None, asked: tuple[Quantity, ...], points: Array) -> Study:
        subject = self.subject
        spec = subject.spec if place is None else subject.seconds[place]
        return Study(
            name=subject.name,
            title=subject.title,
            question="",
            look_for="",
            spec=spec,
            factors=tuple(_fitted(factor, spec) for factor in subject.factors),
            points=points,
            design="",
            worlds=subject.worlds,
            seed=subject.seed,
            uncertainty=subject.uncertainty,
            outcomes=tuple(dict.fromkeys(name for one in asked for name in one.needs)),
        )


def _fitted(factor: Factor, spec: ScenarioSpec) -> Factor:
    """A factor confined to the parameters that a scenario has."""
    if factor.kind != "parameter":
        return factor
    return replace(factor, targets=tuple(name for name in factor.targets if name in spec.parameters))
