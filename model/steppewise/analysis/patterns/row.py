"""What a row of the table is, how it is judged, and the table as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from steppewise.analysis.patterns.variant import Laboratory
from steppewise.arrays import Array

Role = Literal["used", "held out"]

LEAST: Final = 0.005
"""Effect, in the unit of the outcome, below which a sign counts as no effect."""

OFTEN: Final = 0.9
"""Share of worlds in which a sign must hold."""


@dataclass(frozen=True)
class Measured:
    """What a row came to: its number, and where it is about an effect the mean effect over worlds; what it rests on."""

    value: float
    effect: float | None = None
    detail: str = ""


@dataclass(frozen=True)
class Row:
    """What must show, who says so, how it is measured, which values are accepted.

    role: "used" where it helped to set a value. about: mechanisms that the row is about itself. least: the smallest
    mean effect that counts, None for a row that is not about an effect. known_reason: why it fails, where it does.
    """

    id: str
    statement: str
    source: str
    statistic: str
    measure: Callable[[Laboratory], Measured]
    lowest: float = OFTEN
    highest: float = 1.0
    least: float | None = None
    role: Role = "held out"
    about: tuple[str, ...] = ()
    known_reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """A row measured. `passed` is never set by hand."""

    row: Row
    measured: Measured

    @property
    def value(self) -> float:
        """The number that is held against the band."""
        return self.measured.value

    @property
    def passed(self) -> bool:
        """True where the number lies in the accepted band, and the effect is large enough."""
        inside = self.row.lowest <= self.value <= self.row.highest
        effect = self.measured.effect
        return bool(inside and (self.row.least is None or (effect is not None and effect >= self.row.least)))

    @property
    def reason(self) -> str:
        """Why the row fails, as far as it is known; empty where it passes."""
        return "" if self.passed else self.row.known_reason or "not yet understood"


def judge(row: Row, laboratory: Laboratory) -> Verdict:
    """Measure a row. A number that is not finite fails it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return Verdict(row, row.measure(laboratory))


def frequency(holds: Any) -> float:
    """Share of worlds in which a condition holds; for several states the lowest of them. (..., world)."""
    return float(np.atleast_2d(holds).mean(axis=-1).min())


def effect(differences: Array) -> Measured:
    """How often a difference, world by world, is above zero, and its mean. (..., world); the weakest of several."""
    rows = np.atleast_2d(differences)
    means = rows.mean(axis=-1)
    return Measured(frequency(rows > 0), float(means.min()))


def table(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """The table as rows of text."""
    return [
        {
            "row": verdict.row.id,
            "statement": verdict.row.statement,
            "source": verdict.row.source,
            "statistic": verdict.row.statistic,
            "lowest": f"{verdict.row.lowest:g}",
            "highest": f"{verdict.row.highest:g}",
            "value": f"{verdict.value:.6g}",
            "effect": "" if verdict.measured.effect is None else f"{verdict.measured.effect:.4g}",
            "least_effect": "" if verdict.row.least is None else f"{verdict.row.least:g}",
            "verdict": "passed" if verdict.passed else "failed",
            "role": verdict.row.role,
            "reason": verdict.reason,
        }
        for verdict in verdicts
    ]
