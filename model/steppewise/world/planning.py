"""The events of a scenario as the engine is given them: a row each, and their numbers; `layout.PLAN` in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steppewise.arrays import Array
from steppewise.evidence.types import INSTRUMENTS
from steppewise.scenario.event import Event, PlannedEvent
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world import events
from steppewise.world.rules import DT

FOR_GOOD: Final = 2**29
"""Quarters that a lasting event without an end goes on."""


@dataclass(frozen=True)
class PlanRow:
    """A line of the plan: an event, its kind in the engine, its effect, and the place of the parameter that it sets."""

    event: Event
    kind: int
    effect: PlannedEvent
    target: int = 0


def rows_of(spec: ScenarioSpec, cells: Mapping[str, int]) -> list[PlanRow]:
    """The lines of the plan; an event that sets several parameters has as many. Raises TypeError."""
    return [
        PlanRow(event, kind_of(type(event)), effect, cells[effect.target] if effect.target else 0)
        for event in spec.events
        for effect in event.effects()
    ]


def kind_of(kind: type[Event]) -> int:
    """The number of a kind of event in the engine. Raises TypeError."""
    number = getattr(events, kind.acts_as().kind.upper(), None)
    if not isinstance(number, int):
        raise TypeError(f"no effect is defined for {kind.__name__}")
    return number


def numbers_of(row: PlanRow) -> list[float]:
    """Probability, date, number, execution and mix of an event."""
    event, effect = row.event, row.effect
    mix = effect.mix or (0.0,) * len(INSTRUMENTS)
    return [event.probability, event.at.number, effect.number, effect.execution or 0.0, *mix]


def planned(row: PlanRow, dates: Array, powers: Sequence[str]) -> list[int]:
    """A line of the plan as whole numbers, in the order of `layout.PLAN`; `dates` by world, quarters."""
    effect = row.effect
    return [
        row.kind,
        -1 if effect.by is None else powers.index(effect.by),
        int(np.nanmin(dates)),
        int(np.nanmax(dates)),
        FOR_GOOD if effect.over is None else max(round(effect.over / DT), 1),
        effect.choice,
        effect.level,
        effect.mix is not None,
        effect.execution is not None,
        effect.people,
        row.target,
    ]
