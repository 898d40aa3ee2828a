"""What may happen in a scenario: frozen, resolved events, one class a kind.

Names are resolved (`all` has become the list of states), levels are numbers, dates are quarters.
`label` names the event's random stream: kind, actors as written and a count among events of the same kind and actors,
never the date, so that moving an event, or adding one after those of its kind, leaves every other draw alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from steppewise.scenario.quarter import Quarter


@dataclass(frozen=True)
class Event:
    """Common to all: stream label, quarter, probability per world, and the power or None."""

    label: str
    at: Quarter
    probability: float


@dataclass(frozen=True)
class Visit(Event):
    """A visit held or cancelled. `blame` is 0 to 1 and counts for a cancelled one only."""

    outcome: Literal["held", "cancelled"]
    by: str
    to: tuple[str, ...]
    level: Literal["leader", "minister"]
    blame: float


@dataclass(frozen=True)
class Package(Event):
    """A package of `amount` billion USD, due evenly over `over` years, beside the ordinary budget.

    `mix` is the weight of each instrument (aid, connectivity, dialogue), sum 1, None for the doctrine's.
    `execution` is the share delivered on time, None for the power's own. A labour pathway is a package whose
    `people` is True: it has no mix of instruments, and what it delivers builds ties of people.
    """

    amount: float
    by: str
    to: tuple[str, ...]
    over: float
    mix: tuple[float, float, float] | None
    execution: float | None
    people: bool = False


@dataclass(frozen=True)
class Pressure(Event):
    """Open pressure of a strength from 0 to 1 on states, for `over` years."""

    strength: float
    by: str
    to: tuple[str, ...]
    over: float


@dataclass(frozen=True)
class BudgetChange(Event):
    """The power's effort is multiplied by `factor` for `over` years; None is for good."""

    factor: float
    by: str
    over: float | None


@dataclass(frozen=True)
class Corridor(Event):
    """A corridor of `amount` billion USD that opens between states, in the order they stand."""

    amount: float
    by: str | None
    along: tuple[str, ...]


@dataclass(frozen=True)
class FormatChange(Event):
    """A power's C5+1 format is launched or ended."""

    change: Literal["launched", "ended"]
    by: str


@dataclass(frozen=True)
class Membership(Event):
    """States join or leave the union of a power."""

    change: Literal["joined", "left"]
    by: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class Alliance(Event):
    """A power's alliance with states is formed or ended: the security tie rises or falls by `strength`, 0 to 1."""

    change: Literal["formed", "ended"]
    by: str
    to: tuple[str, ...]
    strength: float


@dataclass(frozen=True)
class TradeShock(Event):
    """Sanctions or a boom: the trade of a power's ties is multiplied by `factor` for `over` years."""

    factor: float
    by: str
    to: tuple[str, ...]
    over: float


@dataclass(frozen=True)
class RemittanceShock(Event):
    """Money that migrants send home from a power, None for all, is multiplied by `factor` for `over` years."""

    factor: float
    by: str | None
    to: tuple[str, ...]
    over: float


@dataclass(frozen=True)
class ResourcePrice(Event):
    """The price of the resources of states is multiplied by `factor`, above 0, for `over` years."""

    factor: float
    to: tuple[str, ...]
    over: float


@dataclass(frozen=True)
class SecurityCrisis(Event):
    """The weight of security among the needs of states is multiplied by `factor` for `over` years."""

    factor: float
    to: tuple[str, ...]
    over: float


@dataclass(frozen=True)
class SetParameters(Event):
    """Parameters that take other values from the date on: (name, value) pairs."""

    values: tuple[tuple[str, float], ...]
