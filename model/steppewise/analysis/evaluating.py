"""From designs to answers: any function, or the model with its points as worlds of the same blocks.

An answer has a row a point, in the order of the design, and a column a world: every point runs the same worlds, with
the same luck. An index told from rows in another order, or with gaps, would be wrong without a word; both are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from steppewise.analysis.quantities import Quantity
from steppewise.analysis.sampling import Design, Points
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import OK
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor
from steppewise.experiment.study import Factor, Study, Task, task_of
from steppewise.scenario.spec import ScenarioSpec

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


def of_function(name: str, function: Callable[[Array], Array]) -> Evaluate:
    """The evaluation of a plain function, values of the factors (point, factor) -> (point,)."""
    return lambda points: Answers({name: np.asarray(function(points.rows(0, len(points))), dtype=float)[:, None]})


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


@dataclass(frozen=True)
class Model:
    """The model as something to evaluate.

    study: the scenario with its factors, worlds, seed and uncertainty; its own points do not matter. quantities: what
    is looked at. seconds: the scenarios that quantities name as `against`, by that name.
    """

    study: Study
    quantities: tuple[Quantity, ...]
    seconds: Mapping[str, ScenarioSpec]
    executor: Executor
    progress: Progress = lambda rows: None

    def __call__(self, points: Points) -> Answers:
        """Run the worlds of all points under all scenarios. `progress` is told of rows as they are done."""
        asked = {quantity.name: quantity for quantity in self.quantities}
        shape = (len(points), self.study.worlds)
        room = {(q.name, where): np.full(shape, np.nan) for q in self.quantities for where in self._places(q)}
        causes: Counter[str] = Counter()
        for task, result in self.executor.run(self._tasks(points)):
            where = self._name_of(task)
            causes.update(status for status in result.status if status != OK)
            for (name, place), values in room.items():
                if place == where:
                    _put(values, task, asked[name].value(result.outcomes))
            self.progress(task.piece.rows)
        return Answers({name: self._answer(quantity, room) for name, quantity in asked.items()}, causes)

    def _places(self, quantity: Quantity) -> tuple[str | None, ...]:
        """Under which scenarios a quantity is looked at; None is the study's own."""
        return (None,) if quantity.against is None else (None, quantity.against)

    def _answer(self, quantity: Quantity, room: Mapping[tuple[str, str | None], Array]) -> Array:
        first, *second = (room[quantity.name, place] for place in self._places(quantity))
        return quantity.change(first, second[0]) if second else first

    def _studies(self) -> dict[str | None, Study]:
        """The study, and the same under every second scenario, each with the outcomes that are needed."""
        places = dict.fromkeys(place for quantity in self.quantities for place in self._places(quantity))
        return {place: self._study(place) for place in places}

    def _study(self, place: str | None) -> Study:
        looked_at = [q for q in self.quantities if place in self._places(q)]
        needs = tuple(dict.fromkeys(name for quantity in looked_at for name in quantity.needs))
        if place is None:
            return replace(self.study, outcomes=needs)
        spec = self.seconds[place]
        factors = tuple(_fitted(factor, spec) for factor in self.study.factors)
        return replace(self.study, spec=spec, factors=factors, outcomes=needs)

    def _tasks(self, points: Points) -> Iterator[Task]:
        """All pieces of all scenarios; the numbers of their points are those of the whole design."""
        at_once = max(ROWS_AT_ONCE // self.study.worlds, 1)
        studies = self._studies()
        for start in range(0, len(points), at_once):
            values = points.rows(start, start + at_once)
            for study in studies.values():
                part = replace(study, points=values)
                yield from (task_of(part, replace(piece, points=piece.points + start)) for piece in part.pieces())

    def _name_of(self, task: Task) -> str | None:
        return next((place for place, spec in self.seconds.items() if spec is task.study.spec), None)


def _fitted(factor: Factor, spec: ScenarioSpec) -> Factor:
    """A factor confined to the parameters that another scenario has."""
    if factor.kind != "parameter":
        return factor
    return replace(factor, targets=tuple(name for name in factor.targets if name in spec.parameters))


def _put(values: Array, task: Task, found: Array) -> None:
    """Enter the values of a piece, (row,), at its points and worlds."""
    piece = task.piece
    values[piece.points, piece.first : piece.first + piece.worlds] = found.reshape(-1, piece.worlds)
