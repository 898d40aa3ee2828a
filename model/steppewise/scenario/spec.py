"""The frozen, checked specification of a scenario: all that the world needs to run it."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from typing import Any, Final

from steppewise.evidence.types import Actor, Parameter
from steppewise.scenario.events import Event
from steppewise.scenario.own_rules import Rule
from steppewise.scenario.quarter import Quarter

MECHANISMS: Final[Mapping[str, str]] = {
    "fiscal_shocks": "phase 2: budgets fluctuate by chance",
    "counterbalancing": "phase 2: budgets answer a dominant rival",
    "allocation": "phase 3: money follows need, resources, ties, rivals and returns; off: equal shares",
    "responsiveness": "phase 3: instruments and offer follow the needs of the states",
    "differentiation": "phase 3: offers leave sectors that rivals crowd",
    "slippage": "phase 4: due promises may slip; off: all that is due is delivered",
    "delivery_shocks": "phase 4: execution fluctuates by chance",
    "transit": "phase 5: connectivity spills over to neighbours",
    "absorption": "phase 5: aid raises absorptive capacity",
    "trade": "phase 5: trade grows with economies and connectivity; off: trade stays as at the start",
    "dialogue": "phase 6: meetings, formats and dialogue money",
    "trust": "phase 7: trust changes with evidence; off: trust stays as at the start, whatever visits there are",
    "pressure": "phase 7: coercive powers use their leverage; off: nor do pressure events work",
    "social_learning": "phase 7: states take in what their neighbours experience",
    "hedging": "phase 9: states shift engagement between powers; off: engagement stays as at the start",
    "taste_shocks": "phase 9: the states' taste for a power fluctuates by chance",
    "cooperation": "phase 11: cooperation among the states grows and decays",
    "emulation": "phase 12: powers without a format adopt one",
    "learning": "phase 13: powers learn where their spending bears fruit",
}


@dataclass(frozen=True)
class ScenarioSpec:
    """A scenario resolved against the evidence.

    `parameters` holds every parameter of the actors that take part, by dotted name; `changed` names those
    that the scenario (or one it extends) set. Powers, states and links stand in a fixed order; a link
    is a pair of states in that order. `rules` take the place of the model's, by names such as `trust.trust`.
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

    @property
    def power_names(self) -> tuple[str, ...]:
        """Names of the powers, in order."""
        return tuple(actor.name for actor in self.powers)

    @property
    def state_names(self) -> tuple[str, ...]:
        """Names of the states, in order."""
        return tuple(actor.name for actor in self.states)

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

    def with_parameters(self, parameters: Mapping[str, Parameter]) -> ScenarioSpec:
        """The same scenario with some parameters replaced."""
        return replace(self, parameters={**self.parameters, **parameters})


@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> ScenarioSpec:
    """The scenario of these bytes, the same object for the same bytes."""
    kept: dict[str, Any] = pickle.loads(packed)
    return ScenarioSpec(**kept)
