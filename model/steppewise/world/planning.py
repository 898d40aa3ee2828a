"""The events of a scenario as the engine is given them: a row each, and their numbers; `layout.PLAN` in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steppewise.arrays import Array
from steppewise.evidence.types import INSTRUMENTS
from steppewise.scenario import events
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world import events as effects
from steppewise.world.rules import DT

FOR_GOOD: Final = 2**29
"""Quarters that a lasting event without an end goes on."""

KINDS: Final[Mapping[type[events.Event], tuple[int, str]]] = {
    events.Visit: (effects.VISIT, "blame"),
    events.Package: (effects.PACKAGE, "amount"),
    events.Pressure: (effects.PRESSURE, "strength"),
    events.BudgetChange: (effects.BUDGET, "factor"),
    events.Corridor: (effects.CORRIDOR, "amount"),
    events.FormatChange: (effects.FORMAT, ""),
    events.Membership: (effects.MEMBERSHIP, ""),
    events.SetParameters: (effects.SET, ""),
    events.TradeShock: (effects.TRADE_SHOCK, "factor"),
    events.RemittanceShock: (effects.REMITTANCE_SHOCK, "factor"),
    events.ResourcePrice: (effects.RESOURCE_PRICE, "factor"),
    events.SecurityCrisis: (effects.SECURITY_CRISIS, "factor"),
    events.Alliance: (effects.ALLIANCE, "strength"),
}
"""The kind of an event in the engine, and what its number is; a setting's is its value."""

FIRST: Final = frozenset({"held", "launched", "joined", "formed"})
"""The first of the two things that may happen, by kind."""


@dataclass(frozen=True)
class Row:
    """A line of the plan: an event, or one of the parameters that it sets, with its value; the last one of an event."""

    event: events.Event
    target: int = 0
    value: float = 0.0
    is_last: bool = True


def rows_of(spec: ScenarioSpec, cells: Mapping[str, int]) -> list[Row]:
    """The lines of the plan; an event that sets several parameters has as many. Raises TypeError."""
    rows = []
    for event in spec.events:
        if type(event) not in KINDS:
            raise TypeError(f"no effect is defined for {type(event).__name__}")
        if isinstance(event, events.SetParameters):
            last = len(event.values) - 1
            rows += [Row(event, cells[name], value, i == last) for i, (name, value) in enumerate(event.values)]
        else:
            rows.append(Row(event))
    return rows


def numbers_of(row: Row) -> list[float]:
    """Probability, date, number, execution and mix of an event."""
    event = row.event
    number = row.value if isinstance(event, events.SetParameters) else getattr(event, KINDS[type(event)][1], 0.0)
    mix = getattr(event, "mix", None) or (0.0,) * len(INSTRUMENTS)
    execution = getattr(event, "execution", None) or 0.0
    return [event.probability, event.at.number, number, execution, *mix]


def planned(row: Row, dates: Array, powers: Sequence[str]) -> list[int]:
    """A line of the plan as whole numbers, in the order of `layout.PLAN`; `dates` by world, quarters."""
    event = row.event
    by, over = getattr(event, "by", None), getattr(event, "over", None)
    word = getattr(event, "outcome", "") or getattr(event, "change", "")
    return [
        KINDS[type(event)][0],
        -1 if by is None else powers.index(by),
        int(np.nanmin(dates)),
        int(np.nanmax(dates)),
        FOR_GOOD if over is None else max(round(over / DT), 1),
        row.is_last if isinstance(event, events.SetParameters) else word in FIRST,
        getattr(event, "level", "") == "leader",
        getattr(event, "mix", None) is not None,
        getattr(event, "execution", None) is not None,
        getattr(event, "people", False),
        row.target,
    ]
