"""From designs to answers.

An answer has a row a point, in the order of the design, and a column a world: every point runs the same worlds, with
the same luck. An index told from rows in another order, or with gaps, would be wrong without a word; both are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from steppewise.analysis.sampling import Design, Points
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError

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
