"""What numbers depend on, as one digest: the text of the model, of what compiles it, and of rules of one's own.

It stands in the built file, in names of results and in manifests, so that numbers of other rules are never returned.
"""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

from steppewise.world.source import MODULES, Rule

PACKAGE: Final = Path(__file__).parents[1]
BESIDE: Final = ("engine/lanes.h", "engine/entry.h", "engine/translate.py", "world/layout.py", "evidence/types.py")
"""What numbers depend on beside the modules of the model."""


@cache
def digest_of_files() -> str:
    """Of the model as it stands in its files, whatever their line ends."""
    digest = sha256()
    for name in (*(f"world/{name.replace('.', '/')}" for name in MODULES), *BESIDE):
        path = PACKAGE / name
        path = path if path.suffix else (path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def digest_of(own: Mapping[str, Rule]) -> str:
    """Of the model with some rules replaced."""
    digest = sha256(digest_of_files().encode())
    for name, rule in sorted(own.items()):
        digest.update(f"{name} {_told(rule, set())}".encode())
    return digest.hexdigest() if own else digest_of_files()


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
