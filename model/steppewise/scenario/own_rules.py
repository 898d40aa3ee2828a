"""Rules of one's own in place of the model's, told as text: equal texts, equal numbers."""

from __future__ import annotations

import inspect
import pickle
import secrets
from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

Rule = Callable[..., Any]

_THIS_PROCESS: Final = secrets.token_hex()

NO_RULES: Final[Mapping[str, Rule]] = MappingProxyType({})


def told(own: Mapping[str, Rule]) -> str:
    """All that the numbers of some rules depend on; what cannot be told is the same in this process alone."""
    return "\n".join(f"{name} {_told(rule, set())}" for name, rule in sorted(own.items()))


def _told(rule: object, seen: set[int]) -> str:
    if isinstance(rule, int | float | str | None):
        return repr(rule)
    if not isinstance(rule, FunctionType):
        return _of_object(rule)
    if id(rule) in seen:
        return "itself"
    seen.add(id(rule))
    if rule.__module__.startswith("steppewise."):
        return f"{rule.__module__}.{rule.__qualname__}"
    names = inspect.getclosurevars(rule)
    parts = [rule.__code__.co_code.hex(), repr(rule.__code__.co_consts), repr(rule.__code__.co_names)]
    parts.append(repr(rule.__defaults__))
    for name, value in sorted({**names.nonlocals, **names.globals}.items()):
        parts.append(f"{name}={_of_module(value, rule, seen) if isinstance(value, ModuleType) else _told(value, seen)}")
    return " ".join(parts)


def _of_module(module: ModuleType, rule: FunctionType, seen: set[int]) -> str:
    """What a rule may read of a module."""
    read = [name for name in sorted(set(rule.__code__.co_names)) if hasattr(module, name)]
    return " ".join((module.__name__, *(f"{name}={_told(getattr(module, name), seen)}" for name in read)))


def _of_object(value: object) -> str:
    """The content of an object that a rule uses."""
    try:
        return pickle.dumps(value).hex()
    except Exception:  # whatever its class raises
        return f"{_THIS_PROCESS} {id(value)}"
