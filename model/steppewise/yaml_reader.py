"""Reads YAML files written by people: strictly, with the line of every key, in plain words.

PyYAML alone reads `1e-3` as text, `NO` as false and keeps the last of two equal keys without a word.
Here scalars follow the core schema of YAML 1.2, equal keys are refused, and so is whatever could make a
small file grow: anchors, aliases, tags, deep nesting. The events of the C parser are read one by one, so
that a hostile file is refused before it is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from steppewise.errors import Problem, SteppewiseError

Key = str | int
KeyPath = tuple[Key, ...]

LARGEST_FILE: Final = 1_000_000
"""Bytes: some hundred times the longest scenario; read in well under a second."""

DEEPEST: Final = 50
"""Levels of nesting."""

MOST_PROBLEMS: Final = 50
"""Problems after which reading stops: nobody mends more at once."""

_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT: Final = re.compile(r"[-+]?[0-9]+")
_PREFIXED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_NUMBER: Final = 400

_PLAIN_WORDS: Final = {
    "mapping values are not allowed": "a second ':' on this line, or wrong indentation; "
    "put text that contains ': ' in quotes",
    "could not find expected ':'": "a key without ':' after it, or a text that needs quotes",
    "did not find expected key": "wrong indentation, or a bracket or quote that is not closed above",
    "did not find expected '-' indicator": "a list item that does not start with '- ' like the others",
    "did not find expected ',' or ']'": "a list '[...]' without a comma or its closing bracket",
    "did not find expected ',' or '}'": "a '{...}' without a comma or its closing brace",
    "found unexpected end of stream": "a quote that is not closed",
    "found undefined tag handle": "a tag ('!name'); tags are not allowed",
    "control characters are not allowed": "a control character",
    "block sequence entries are not allowed": "a '- ' where a value should stand",
    "did not find expected <document start>": "text after the end of the document, or wrong indentation",
    "found undefined alias": "an alias ('*name'); aliases are not allowed",
    "did not find expected alphabetic or numeric character": "a '*' or '&' at the start of a value; put it in quotes",
}


@dataclass(frozen=True)
class Document:
    """A file as plain data (dict, list, str, int, float, bool, None), with the line of every key."""

    name: str
    data: Any
    lines: Mapping[KeyPath, int] = field(default_factory=dict, repr=False, compare=False)

    def line(self, *key: Key) -> int | None:
        """Line of a key path such as `("events", 2, "at")`, or of the nearest key above it."""
        for length in range(len(key), -1, -1):
            if key[:length] in self.lines:
                return self.lines[key[:length]]
        return None


def read_yaml(path: str | PathLike[str]) -> Document:
    """Read a file. Its name in messages is the path as given. Raises SteppewiseError."""
    return parse_yaml(read_text(path), str(path))


def read_text(path: str | PathLike[str], largest: int = LARGEST_FILE) -> str:
    """The text of a regular file of at most so many bytes. Raises SteppewiseError."""
    path = Path(path)
    return _text(_bytes(path, largest), str(path))


def parse_yaml(text: str, name: str) -> Document:
    """Read a text; `name` stands for the file in messages. Raises SteppewiseError with all problems."""
    _check_size(len(text), name)
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        _refuse(name, "holds characters that are not UTF-8 text")
    return _Composer(name).document(text)


def shown(value: object, longest: int = 60) -> str:
    """A value as messages quote it: short, on one line, no control characters."""
    text = value if isinstance(value, str) else _yaml_like(value)
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _yaml_like(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def _bytes(path: Path, largest: int) -> bytes:
    """The bytes of a regular file of legal size; the size is known before anything is read."""
    try:
        if path.is_dir():
            _refuse(str(path), "is a folder; a YAML file is expected")
        if path.exists() and not path.is_file():
            _refuse(str(path), "is not an ordinary file")
        _check_size(path.stat().st_size, str(path), largest)
        with path.open("rb") as stream:
            return stream.read(largest + 1)
    except FileNotFoundError:
        _refuse(str(path), "there is no such file")
    except (OSError, ValueError) as error:
        _refuse(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}")


def _check_size(size: int, name: str, largest: int = LARGEST_FILE) -> None:
    if size > largest:
        _refuse(name, f"is too large: {size / 1e6:.1f} MB", allowed=f"files of at most {largest / 1e6:g} MB")


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(name, "is not UTF-8 text; save it as UTF-8", line)


def _refuse(name: str, message: str, line: int | None = None, allowed: str | None = None) -> NoReturn:
    raise SteppewiseError(Problem(message, file=name, line=line, allowed=allowed))


class _Composer:
    """Builds plain data from the parser's events and notes lines and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []

    def document(self, text: str) -> Document:
        """The one document of the text."""
        try:
            data = self._compose(self._events(text))
        except yaml.YAMLError as error:
            raise SteppewiseError([*self.problems, _syntax_problem(error, text, self.name)]) from None
        if self.problems:
            raise SteppewiseError(self.problems)
        return Document(self.name, data, self.lines)

    def _events(self, text: str) -> Iterator[yaml.Event]:
        for event in yaml.parse(text, Loader=_PARSER):
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentEndEvent):
                yield event

    def _compose(self, events: Iterator[yaml.Event]) -> Any:
        if not isinstance(next(events), yaml.DocumentStartEvent):
            _refuse(self.name, "is empty")
        first = next(events)
        data = self._node(first, events, ())
        if data is None and not self.problems:
            _refuse(self.name, "is empty")
        last = next(events)
        if not isinstance(last, yaml.StreamEndEvent):
            self._complain(last, "a second document starts here ('---'); only one is allowed")
        return data

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> Any:
        """The value that starts with the event; recursion is bounded by DEEPEST."""
        self.lines.setdefault(path, _line(event))
        self._check_event(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._scalar(event, path) if isinstance(event, yaml.ScalarEvent) else None

    def _check_event(self, event: yaml.Event, path: KeyPath) -> None:
        if len(path) > DEEPEST:
            _refuse(self.name, f"is nested deeper than {DEEPEST} levels", _line(event))
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, f"an alias ('*{event.anchor}') is not allowed; write the value out", path)
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._complain(event, f"an anchor ('&{event.anchor}') is not allowed; write the value out", path)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._complain(event, f"a tag ('{shown(tag)}') is not allowed", path)

    def _mapping(self, events: Iterator[yaml.Event], path: KeyPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in iter(lambda: next(events), None):
            if isinstance(event, yaml.MappingEndEvent):
                break
            self._entry(event, events, path, data)
        return data

    def _entry(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath, data: dict[str, Any]) -> None:
        key = self._key(event, path)
        here = (*path, key)
        if key in data:
            lines = f"lines {self.lines[here]} and {_line(event)}"
            self._complain(event, f"the key stands twice, on {lines}", here)
            self._node(next(events), events, (*path, f"{key} (again)"))
            return
        self.lines[here] = _line(event)
        data[key] = self._node(next(events), events, here)

    def _key(self, event: yaml.Event, path: KeyPath) -> str:
        """Keys are the text as written, so that `NO` and `2025` stay what they look like."""
        self._check_event(event, path)
        if isinstance(event, yaml.ScalarEvent) and event.value:
            return str(event.value)
        _refuse(self.name, "a key must be a word, not a list, a mapping or nothing", _line(event))

    def _sequence(self, events: Iterator[yaml.Event], path: KeyPath) -> list[Any]:
        data: list[Any] = []
        for event in iter(lambda: next(events), None):
            if isinstance(event, yaml.SequenceEndEvent):
                break
            data.append(self._node(event, events, (*path, len(data))))
        return data

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Any:
        if not event.implicit[0]:
            return event.value
        try:
            return plain_scalar(event.value)
        except ValueError as error:
            self._complain(event, str(error), path)
            return None

    def _complain(self, event: yaml.Event, message: str, path: KeyPath = ()) -> None:
        self.problems.append(Problem(message, file=self.name, line=_line(event), key=dotted(path) or None))
        if len(self.problems) >= MOST_PROBLEMS:
            raise SteppewiseError(self.problems)


def plain_scalar(text: str) -> str | int | float | bool | None:
    """An unquoted scalar by the core schema of YAML 1.2. Raises ValueError where it is not finite."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f"'{text}' is not a finite number")
    if _FLOAT.fullmatch(text):
        return _number(text)
    return _number(text) if _PREFIXED.fullmatch(text) else text


def _number(text: str) -> int | float:
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"'{shown(text)}' has too many digits")
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"'{shown(text)}' is too large a number")
    return int(text) if _INT.fullmatch(text) else value


def dotted(path: KeyPath) -> str:
    """A key path as messages name it, items counted from 1: `events.3.at`."""
    return ".".join(str(key + 1) if isinstance(key, int) else shown(key, 80) for key in path)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _syntax_problem(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    line = None if mark is None else int(mark.line) + 1
    if line is None and hasattr(error, "position"):
        line = text.count("\n", 0, error.position) + 1
    return Problem(f"is not valid YAML: {_plain_words(error, text, line)}", file=name, line=line)


def _plain_words(error: yaml.YAMLError, text: str, line: int | None) -> str:
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if "cannot start any token" in said:
        return _bad_start(text, line)
    known = (words for start, words in _PLAIN_WORDS.items() if said.startswith(start))
    return next(known, said)


def _bad_start(text: str, line: int | None) -> str:
    here = text.splitlines()[line - 1] if line and line <= len(text.splitlines()) else ""
    if "\t" in here:
        return "a tab; indent with spaces"
    return "a character that cannot start a value ('%', '@' or '`'); put the value in quotes"
