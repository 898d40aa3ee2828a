"""Writes plain data as YAML that `yaml_reader.py` reads back to the same data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from steppewise.yaml_reader import plain_scalar

_SAFE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.*/-]*( [A-Za-z0-9_.*/-]+)*|[0-9]{4}Q[1-4]")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def yaml_text(data: dict[str, Any]) -> str:
    """A mapping, a key a line; lists and mappings below it with a line for each entry."""
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(data: dict[str, Any]) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield f"{scalar(key)}:"
            yield from (f"  {scalar(name)}: {flow(entry)}" for name, entry in value.items())
        elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            yield f"{scalar(key)}:"
            yield from (f"  - {flow(entry)}" for entry in value)
        else:
            yield f"{scalar(key)}: {flow(value)}"


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    return scalar(value)


def scalar(value: str | int | float | bool | None) -> str:
    """A scalar as the core schema of YAML 1.2 writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def _string(text: str) -> str:
    """Bare where that reads back as the same text, in double quotes elsewhere."""
    if _SAFE.fullmatch(text) and plain_scalar(text) == text:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
