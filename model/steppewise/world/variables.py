"""What can be observed of a world: trajectories by quarter, and outcomes at the end; words are the layout's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.layout import FIELDS, OBSERVED

Axes = tuple[str, ...]

BY_TIE: Final[Axes] = ("power", "state")
BY_POWER: Final[Axes] = ("power",)
BY_STATE: Final[Axes] = ("state",)
_AXES: Final[Mapping[str, Axes]] = {"PS": BY_TIE, "P": BY_POWER, "S": BY_STATE, "": ()}


@dataclass(frozen=True)
class Variable:
    """One quantity: its name, its label and unit, its axes, and the field of a world that holds it."""

    name: str
    label: str
    unit: str
    axes: Axes
    field: str = ""


def _variable(name: str, field: str) -> Variable:
    found = FIELDS[field]
    return Variable(name, found.meaning, found.unit, _AXES[found.axes], field)


VARIABLES: Final[Mapping[str, Variable]] = {name: _variable(name, field) for name, field in OBSERVED.items()}

LEADS: Final = _variable("leads", "leads")
"""An outcome that has no course."""

OUTCOMES: Final[Mapping[str, Variable]] = {**VARIABLES, LEADS.name: LEADS}

OUTCOME_FORMS: Final[Mapping[str, str]] = {
    name: ".".join((name, *map(str.upper, variable.axes))) for name, variable in OUTCOMES.items()
}
"""How the outcomes of each stem are named, such as `trust.POWER.STATE`."""


def outcome_names(spec: ScenarioSpec) -> tuple[str, ...]:
    """Every outcome of a scenario: `regional_share.japan`, `trust.japan.kazakhstan`, `leads.japan` ..."""
    actors = ((one.name, product(*map(spec.names_along, one.axes))) for one in OUTCOMES.values())
    return tuple(".".join((stem, *names)) for stem, every in actors for names in every)


def place_of(outcome: str, spec: ScenarioSpec) -> tuple[Variable, tuple[int, ...]]:
    """The variable of an outcome and the places of its actors. Raises KeyError or ValueError for what is none."""
    stem, *actors = outcome.split(".")
    variable = OUTCOMES[stem]
    pairs = zip(variable.axes, actors, strict=True)
    return variable, tuple(spec.names_along(axis).index(actor) for axis, actor in pairs)


def outcome_fields() -> tuple[str, ...]:
    """The fields that hold the outcomes, in the order of `outcome_names`."""
    return tuple(variable.field for variable in OUTCOMES.values())


def main_outcomes(spec: ScenarioSpec) -> tuple[str, ...]:
    """What Mesa's DataCollector records of one world."""
    stems = ("regional_share", "regional_trust", "execution")
    by_power = [f"{stem}.{power}" for stem in stems for power in spec.power_names]
    return (*by_power, *(f"autonomy.{state}" for state in spec.state_names), "regional_autonomy")
