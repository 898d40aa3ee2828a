"""The source of the engine: the functions of `world/`, with rules of one's own in place of others, and its digest.

The digest stands in the built file, in names of results and in manifests: numbers of other rules are never returned.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError

Rule = Callable[..., Any]

RULE_MODULES: Final = tuple(
    f"rules.{name}"
    for name in "allocation bandwidth budget cooperation delivery dialogue formats hedging".split()
    + "influence learning shocks stocks trust".split()
)
MODULES: Final = ("mathematics", "streams", "rules", *RULE_MODULES, "powers", "sensing", "states", "derived")
PHASES: Final = ("opening", "events", "region", "outcomes")
SOURCES: Final = ("engine/lanes.h", "engine/entry.h", "engine/translate.py", "world/layout.py", "evidence/types.py")
"""What numbers depend on beside the modules of the model."""

PACKAGE: Final = Path(__file__).parents[1]


@dataclass(frozen=True, eq=False)
class Source:
    """The functions of a quarter and what comes before and after it. `own` are the rules that replace others."""

    digest: str
    modules: Mapping[str, ModuleType]
    own: Mapping[str, Rule]

    def __getattr__(self, name: str) -> ModuleType:
        if name in self.modules:
            return self.modules[name]
        raise AttributeError(name)

    @property
    def roots(self) -> tuple[FunctionType, ...]:
        """The functions that the compiled engine is entered by."""
        opening, region = self.modules["opening"], self.modules["region"]
        return opening.draw_parameters, opening.begin, region.quarter, self.modules["outcomes"].observe


@lru_cache(maxsize=1)
def standard() -> Source:
    """The model as it is."""
    modules = {name: import_module(f"steppewise.world.{name}") for name in (*MODULES, *PHASES)}
    return Source(_files_digest(), modules, {})


def with_rules(own: Mapping[str, Rule] | None) -> Source:
    """The model with some rules replaced, by names such as `trust.trust`. Raises SteppewiseError."""
    if not own:
        return standard()
    _check(own)
    digest = sha256(standard().digest.encode())
    for name, rule in sorted(own.items()):
        digest.update(f"{name} {_told(rule, set())}".encode())
    return Source(digest.hexdigest(), _copies(own), dict(own))


def rule_names() -> tuple[str, ...]:
    """The names of all rules that can be replaced."""
    return tuple(f"{module.partition('.')[2]}.{name}" for module in RULE_MODULES for name, _ in _rules_of(module))


def _rules_of(module: str) -> Iterator[tuple[str, FunctionType]]:
    found = import_module(f"steppewise.world.{module}")
    for name, value in vars(found).items():
        if isinstance(value, FunctionType) and value.__module__ == found.__name__:
            yield name, value


def _check(own: Mapping[str, Rule]) -> None:
    from steppewise.scenario.fields import nearest

    problems = []
    known = {name: rule for module in RULE_MODULES for name, rule in _named(module)}
    for name, rule in own.items():
        if name not in known:
            problems.append(Problem(f"there is no rule '{name}'", nearest=nearest(str(name), tuple(known))))
        elif not callable(rule):
            problems.append(Problem(f"the rule '{name}' is to be a function, not {rule!r}"))
        elif _names(rule) is None or len(_names(rule) or ()) != len(_names(known[name]) or ()):
            takes, given = (", ".join(_names(one) or ("*",)) for one in (known[name], rule))
            problems.append(Problem(f"the rule '{name}' takes ({takes}); the one given takes ({given})"))
    if problems:
        raise SteppewiseError(*problems)


def _named(module: str) -> Iterator[tuple[str, FunctionType]]:
    for name, rule in _rules_of(module):
        yield f"{module.partition('.')[2]}.{name}", rule


def _names(rule: Rule) -> tuple[str, ...] | None:
    """Names of what a rule is called with; None where that is not a fixed number."""
    try:
        parameters = inspect.signature(rule).parameters.values()
    except (TypeError, ValueError):
        return None
    fixed = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return tuple(one.name for one in parameters) if all(one.kind in fixed for one in parameters) else None


def _copies(own: Mapping[str, Rule]) -> dict[str, ModuleType]:
    """The modules once more, whose functions call one another and the own rules."""
    originals = standard().modules
    copies = {name: ModuleType(module.__name__) for name, module in originals.items()}
    new: dict[int, Any] = {id(originals[name]): copy for name, copy in copies.items()}
    for name, rule in own.items():
        module, _, short = name.partition(".")
        new[id(getattr(originals[f"rules.{module}"], short))] = rule
    for module in originals.values():
        for value in vars(module).values():
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and id(value) not in new:
                home = copies[next(name for name, one in originals.items() if one is module)]
                new[id(value)] = _copy(value, home.__dict__)
    for name, module in originals.items():
        copies[name].__dict__.update({key: new.get(id(value), value) for key, value in vars(module).items()})
    return copies


def _copy(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__module__ = function.__module__
    return copy


def _files_digest() -> str:
    """Of all files that numbers depend on, whatever their line ends."""
    files = [f"world/{name.replace('.', '/')}" for name in (*MODULES, *PHASES)]
    digest = sha256()
    for name in (*files, *SOURCES):
        path = PACKAGE / name
        path = path if path.suffix else (path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _told(rule: Any, seen: set[int]) -> str:
    """All that a rule's numbers depend on, as far as it can be told; what cannot be is never the same twice."""
    if isinstance(rule, int | float | str | None):
        return repr(rule)
    if not isinstance(rule, FunctionType):
        return secrets.token_hex()
    if id(rule) in seen:
        return "itself"
    seen.add(id(rule))
    if rule.__module__.startswith("steppewise."):
        return f"{rule.__module__}.{rule.__qualname__}"
    names = inspect.getclosurevars(rule)
    parts = [rule.__code__.co_code.hex(), repr(rule.__code__.co_consts), repr(rule.__defaults__)]
    for name, value in sorted({**names.nonlocals, **names.globals}.items()):
        parts.append(f"{name}={value.__name__ if isinstance(value, ModuleType) else _told(value, seen)}")
    return " ".join(parts)
