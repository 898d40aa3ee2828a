"""The frozen, checked specification of a scenario: all that the world needs to run it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.evidence.records import Record
from steppewise.evidence.types import Actor, Parameter
from steppewise.scenario.event import Event
from steppewise.scenario.own_rules import Rule
from steppewise.scenario.quarter import Quarter

MECHANISMS: Final[Mapping[str, str]] = {
    "fiscal_shocks": "phase 2: budgets fluctuate by chance",
    "counterbalancing": "phase 2: budgets answer a dominant rival",
    "allocation": "phase 3: money follows need, resources, ties and rivals; off: equal shares",
    "responsiveness": "phase 3: the sectors offered follow the needs of the states",
    "differentiation": "phase 3: offers leave sectors that rivals crowd",
    "slippage": "phase 4: due promises may slip; off: all that is due is delivered",
    "delivery_shocks": "phase 4: execution fluctuates by chance",
    "absorption_limit": "phase 4: a state takes in only so much at once; off: all that is due",
    "absorption": "phase 5: aid raises absorptive capacity",
    "gravity": "phase 5: trade follows the economies of powers and of the rest of the world",
    "connectivity_trade": "phase 5: new connectivity adds trade",
    "transit": "phase 5: cooperation of neighbours opens other markets",
    "trade_shocks": "phase 5: trade fluctuates by chance",
    "dialogue": "phase 6: meetings, formats and dialogue money",
    "trust": "phase 7: trust changes with evidence; off: trust stays as at the start, whatever visits there are",
    "pressure": "phase 7: coercive powers use their leverage; off: nor do pressure events work",
    "people": "phase 8: languages and migrants' money tie states to powers",
    "security": "phase 8: alliances, unions and arms tie states to powers",
    "choice": "phase 9: states shift engagement between powers; off: engagement stays as at the start",
    "hedging": "phase 9: unease about dependence in that choice",
    "capacity_autonomy": "phase 10: capacity gives a state weight of its own",
    "cooperation": "phase 11: cooperation among the states grows and decays",
    "emulation": "phase 12: powers without a format adopt one",
    "record": "phase 2: GDP and remittances follow the yearly record; off: constant growth, opening remittances",
}

STRUCTURES: Final[Mapping[str, Mapping[str, str]]] = {
    "allocation": {
        "motives": "money follows need, resources, ties and rivals (Hoeffler and Outram 2008)",
        "need_only": "money follows need alone",
    },
    "trust": {
        "reputation": "all evidence adds up and fades (Josang and Ismail 2002)",
        "recent": "a moving average of how promises were kept",
    },
    "choice": {
        "quantal": "quantal response (McKelvey and Palfrey 1995)",
        "proportional": "engagement in proportion to utility (Luce 1959)",
    },
    "influence": {
        "consent_and_capacity": "bandwidth times both trust and dependence",
        "capacity_only": "bandwidth times dependence (FBIC)",
        "consent_only": "bandwidth times trust",
    },
    "trade": {
        "resistance": "gravity with multilateral resistance (Anderson and van Wincoop 2003)",
        "unconstrained": "gravity in changes, each tie by itself",
    },
}
"""Rival formulations of parts of the model, that of the model itself first."""

USUAL_STRUCTURE: Final[Mapping[str, str]] = {part: next(iter(choices)) for part, choices in STRUCTURES.items()}


@dataclass(frozen=True)
class ScenarioSpec:
    """A scenario resolved against the evidence.

    `parameters` holds every parameter of the actors that take part, by dotted name; `changed` names those
    that the scenario (or one it extends) set. Powers, states and links stand in a fixed order; a link
    is a pair of states in that order. `rules` take the place of the model's, by names such as `trust.trust`.
    `structure` holds the formulation of every part of STRUCTURES; `records` the yearly inputs of those who take
    part, by ("gdp", actor) and ("remittances", state).
    """

    name: str
    title: str
    question: str
    look_for: str
    lineage: tuple[str, ...]
    start: Quarter
    end: Quarter
    powers: tuple[Actor, ...]
    states: tuple[Actor, ...]
    parameters: Mapping[str, Parameter]
    changed: tuple[str, ...]
    events: tuple[Event, ...]
    switched_off: frozenset[str]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=lambda: dict(USUAL_STRUCTURE))
    records: Mapping[tuple[str, str], Record] = field(default_factory=dict)

    @property
    def power_names(self) -> tuple[str, ...]:
        """Names of the powers, in order."""
        return tuple(actor.name for actor in self.powers)

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return tuple(actor.name for actor in self.states)

    def names_along(self, axis: str) -> tuple[str, ...]:
        """Names along an axis, "power" or "state", in order."""
        return self.power_names if axis == "power" else self.state_names

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The name in sentences and figures of every actor that takes part."""
        return {actor.name: actor.label for actor in (*self.powers, *self.states)}

    @property
    def opening_year(self) -> int:
        """The year of the start: what only says how things stand then is drawn for that year."""
        return self.start.year

    @property
    def rivals(self) -> Mapping[str, str]:
        """The parts whose formulation is not that of the model itself, and theirs."""
        return {part: chosen for part, chosen in self.structure.items() if chosen != USUAL_STRUCTURE[part]}

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters of the run, first to last."""
        return self.start.until(self.end)

    def __reduce__(self) -> tuple[Callable[[bytes], ScenarioSpec], tuple[bytes]]:
        """Packed once: other processes get a scenario with every task, and unpack it once as well."""
        return _unpacked, (self._packed,)

    @cached_property
    def _packed(self) -> bytes:
        if self.rules:  # functions of a notebook, which plain pickle would only name
            import cloudpickle

            return bytes(cloudpickle.dumps({one.name: getattr(self, one.name) for one in fields(self)}))
        return pickle.dumps({one.name: getattr(self, one.name) for one in fields(self)})

    def with_rules(self, rules: Mapping[str, Rule]) -> ScenarioSpec:
        """The same scenario with rules of one's own, which its name and title tell."""
        if not rules:
            return self
        told = sorted(rules)
        name = "-".join((self.name, "with-own", *(one.replace(".", "-").replace("_", "-") for one in told)))
        return replace(self, name=name, title=f"{self.title}, with own {', '.join(told)}", rules=dict(rules))

    def with_structure(self, structure: Mapping[str, str]) -> ScenarioSpec:
        """The same scenario with rival formulations, which its name and title tell.

        Raises SteppewiseError for a part or a formulation that there is not.
        """
        problems = list(_strange(structure))
        if problems:
            raise SteppewiseError(problems)
        changed = {part: chosen for part, chosen in sorted(structure.items()) if self.structure[part] != chosen}
        if not changed:
            return self
        told = [f"{part} {chosen}".replace("_", "-").replace(" ", "-") for part, chosen in changed.items()]
        words = ", ".join(f"{part} {chosen}" for part, chosen in changed.items())
        name, title = "-".join((self.name, "with", *told)), f"{self.title}, with {words}"
        return replace(self, name=name, title=title, structure={**self.structure, **changed})

    def with_parameters(self, parameters: Mapping[str, Parameter]) -> ScenarioSpec:
        """The same scenario with some parameters replaced."""
        return replace(self, parameters={**self.parameters, **parameters})


def _strange(structure: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with names of parts and formulations."""
    for part, chosen in structure.items():
        if part not in STRUCTURES:
            yield _unknown("part with rival formulations", part, STRUCTURES)
        elif chosen not in STRUCTURES[part]:
            yield _unknown(f"formulation of {part}", chosen, STRUCTURES[part])


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Problem:
    return Problem(f"there is no {what} '{name}'", allowed=", ".join(known), nearest=nearest(name, known) or None)


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> ScenarioSpec:
    """The scenario of these bytes, the same object for the same bytes."""
    kept: dict[str, Any] = pickle.loads(packed)
    return ScenarioSpec(**kept)
