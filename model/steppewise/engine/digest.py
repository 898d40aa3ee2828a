"""What numbers depend on, as one digest: the text of the model, of what compiles it, and of rules of one's own.

It stands in the built file, in names of results and in manifests, so that numbers of other rules are never returned.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from steppewise.scenario.own_rules import Rule, told
from steppewise.world.layout import SWITCHES
from steppewise.world.source import MODULES

PACKAGE: Final = Path(__file__).parents[1]
BESIDE: Final = (
    "engine/lanes.h",
    "engine/entry.h",
    "engine/syntax.py",
    "engine/translate.py",
    "world/layout.py",
    "evidence/types.py",
)
"""What numbers depend on beside the modules of the model."""


@cache
def digest_of_files() -> str:
    """Of the model as it stands in its files, whatever their line ends."""
    digest = sha256(repr(SWITCHES).encode())
    for name in (*(f"world/{name.replace('.', '/')}" for name in MODULES), *BESIDE):
        path = PACKAGE / name
        path = path if path.suffix else (path / "__init__.py" if path.is_dir() else path.with_suffix(".py"))
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def digest_of(own: Mapping[str, Rule]) -> str:
    """Of the model with some rules replaced."""
    return sha256(f"{digest_of_files()}\n{told(own)}".encode()).hexdigest() if own else digest_of_files()
