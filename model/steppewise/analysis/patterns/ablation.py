"""What the rows say when the model is taken apart: mechanisms switched off, conduct reversed, rival formulations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from steppewise.analysis.patterns.row import Row, Verdict, judge
from steppewise.analysis.patterns.variant import Conduct, Laboratory
from steppewise.analysis.structures import formulations, named
from steppewise.experiment.ensemble import Plan, Progress
from steppewise.scenario.spec import MECHANISMS

MOVES: Final = 0.1
"""Part of a row's number by which it must change to count as moved."""

REVERSED: Final = (
    Conduct("Japan behaves like Russia", copied=("japan", "russia")),
    Conduct("Russia behaves like Japan", copied=("russia", "japan")),
    Conduct("influence is leverage only", values={"world.influence.theta": 0.0}),
    Conduct("influence is consent only", values={"world.influence.theta": 1.0}),
    Conduct("nobody delivers", values={"powers.*.execution": 0.2}),
    Conduct("nobody spends", values={"powers.*.effort": 0.0}),
    Conduct("states do not hedge and do not choose", off=frozenset({"choice", "hedging"})),
)
"""Conduct that the articles deny, or that takes a theme of the model away."""


@dataclass(frozen=True)
class ConductVerdicts:
    """All rows under one conduct beside those of the model itself."""

    conduct: Conduct
    verdicts: tuple[Verdict, ...]

    def broken(self, usual: Iterable[Verdict]) -> tuple[Row, ...]:
        """Rows that hold in the model and do not hold so."""
        pairs = zip(usual, self.verdicts, strict=True)
        return tuple(one.row for one, other in pairs if one.passed and not other.passed)

    def noticed(self, usual: Iterable[Verdict]) -> tuple[Row, ...]:
        """Rows whose verdict changes, or whose number or effect moves by a tenth and more."""
        pairs = zip(usual, self.verdicts, strict=True)
        return tuple(one.row for one, other in pairs if one.passed != other.passed or _moved(one, other))


def _moved(one: Verdict, other: Verdict) -> bool:
    first = one.measured.effect if one.measured.effect is not None else one.value
    second = other.measured.effect if other.measured.effect is not None else other.value
    return abs(second - first) >= MOVES * abs(first)


def under(
    conducts: Iterable[Conduct], rows: tuple[Row, ...], plan: Plan, progress: Progress
) -> tuple[ConductVerdicts, ...]:
    """All rows measured under each conduct."""
    found = []
    for conduct in conducts:
        laboratory = Laboratory(plan, conduct, progress)
        found.append(ConductVerdicts(conduct, tuple(judge(row, laboratory) for row in rows)))
    return tuple(found)


def without_each() -> tuple[Conduct, ...]:
    """The model without each of its mechanisms."""
    return tuple(Conduct(name, off=frozenset({name})) for name in MECHANISMS)


def structures() -> tuple[Conduct, ...]:
    """The model with each rival formulation, one at a time."""
    return tuple(Conduct(named(changed), structure=changed) for changed in formulations()[1:])


def elsewhere(mechanism: str, broken: Iterable[Row]) -> tuple[Row, ...]:
    """Of the rows that a mechanism's absence breaks, those that are not about itself alone."""
    return tuple(row for row in broken if row.about != (mechanism,))


def matrix(comparisons: Iterable[ConductVerdicts], usual: tuple[Verdict, ...]) -> list[dict[str, str]]:
    """Rows against conducts: `breaks` where a row that holds in the model does not hold so."""
    by_name: Mapping[str, frozenset[str]] = {
        one.conduct.name: frozenset(row.id for row in one.broken(usual)) for one in comparisons
    }
    return [
        {
            "row": verdict.row.id,
            **{name: "breaks" if verdict.row.id in broken else "" for name, broken in by_name.items()},
        }
        for verdict in usual
    ]
