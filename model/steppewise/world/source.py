"""The source of the engine: the functions of this room, with rules of one's own in place of others."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.scenario.own_rules import Rule

RULE_MODULES: Final = (
    *("allocation", "bandwidth", "budget", "cooperation", "delivery", "dialogue", "formats", "choice"),
    *("influence", "records", "shocks", "stocks", "trade", "trust"),
)
MODULES: Final = (
    *("mathematics", "streams", "rules", *(f"rules.{name}" for name in RULE_MODULES)),
    *("powers", "sensing", "states", "derived", "inputs", "opening", "events", "region", "outcomes"),
)
"""What numbers come from."""

UNTOUCHED: Final = ("mathematics", "streams", "rules")
"""Modules whose functions call no rule: an own rule and the model call the same ones."""


@dataclass(frozen=True, eq=False)
class EngineSource:
    """The modules that numbers come from, by name, and the rules of one's own among them."""

    modules: Mapping[str, Any]
    own: Mapping[str, Rule]

    @property
    def roots(self) -> tuple[FunctionType, ...]:
        """The functions that the compiled engine is entered by."""
        opening, region, outcomes = (self.modules[name] for name in ("opening", "region", "outcomes"))
        return opening.draw_parameters, opening.begin, region.quarter, outcomes.observe

    def __getattr__(self, name: str) -> Any:
        """A module."""
        try:
            return self.modules[name]
        except KeyError:
            raise AttributeError(name) from None


@cache
def standard() -> EngineSource:
    """The model as it is."""
    return EngineSource({name: import_module(f"steppewise.world.{name}") for name in MODULES}, {})


@cache
def rules() -> Mapping[str, FunctionType]:
    """All rules, by names such as `trust.trust`."""
    found = {}
    for room in RULE_MODULES:
        module = standard().modules[f"rules.{room}"]
        found.update({f"{room}.{name}": function for name, function in _functions(module)})
    return found


def _functions(module: ModuleType) -> list[tuple[str, FunctionType]]:
    """The functions that a module defines."""
    found = [(name, value) for name, value in vars(module).items() if isinstance(value, FunctionType)]
    return [(name, value) for name, value in found if value.__module__ == module.__name__]


def with_rules(own: Mapping[str, Rule]) -> EngineSource:
    """The model with some rules replaced, by names such as `trust.trust`. Raises SteppewiseError."""
    problems = [problem for name, rule in own.items() if (problem := _problem_of(name, rule)) is not None]
    if problems:
        raise SteppewiseError(problems)
    return EngineSource(_copies(own), dict(own)) if own else standard()


def _problem_of(name: str, rule: object) -> Problem | None:
    if name not in rules():
        from steppewise.evidence.names import nearest

        return Problem(f"there is no rule '{name}'", nearest=nearest(str(name), tuple(rules())))
    if not callable(rule):
        return Problem(f"the rule '{name}' is to be a function, not {rule!r}")
    takes, given = _arguments(rules()[name]), _arguments(rule)
    if given is None or len(given) != len(takes or ()):
        shown = "any number" if given is None else f"({', '.join(given)})"
        return Problem(f"the rule '{name}' takes ({', '.join(takes or ())}); the one given takes {shown}")
    return None


def _arguments(rule: Rule) -> tuple[str, ...] | None:
    """Names of what a rule is called with; None where that is not a fixed number."""
    try:
        parameters = inspect.signature(rule).parameters.values()
    except (TypeError, ValueError):
        return None
    fixed = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in parameters) if all(one.kind in fixed for one in parameters) else None


def _copies(own: Mapping[str, Rule]) -> dict[str, ModuleType]:
    """The modules once more, whose functions call one another and the own rules."""
    originals: Mapping[str, ModuleType] = standard().modules
    copies = {name: ModuleType(module.__name__) for name, module in originals.items()}
    new: dict[int, Any] = {id(module): copies[name] for name, module in originals.items()}
    for name, module in originals.items():
        if name.partition(".")[0] not in UNTOUCHED:
            new |= {id(function): _copy(function, copies[name]) for _, function in _functions(module)}
    new |= {id(rules()[name]): rule for name, rule in own.items()}
    for name, module in originals.items():
        copies[name].__dict__.update({key: new.get(id(value), value) for key, value in vars(module).items()})
    return copies


def _copy(function: FunctionType, home: ModuleType) -> FunctionType:
    copy = FunctionType(function.__code__, home.__dict__, function.__name__, function.__defaults__)
    copy.__module__ = function.__module__
    return copy
