"""Checks a document against the schema and says every problem in a plain sentence.

What is wrong is cut out and the rest checked again, so that one pass finds the problems of form and what is
left can still be checked for sense: a file's problems are told all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from steppewise.errors import Problem
from steppewise.reading import Document, Key, KeyPath, dotted
from steppewise.scenario.fields import Known, described, nearest
from steppewise.scenario.schema import (
    EVENT_ENTRIES,
    ActorEntry,
    ActorsEntry,
    EventEntry,
    Mix,
    ScenarioFile,
    ValueEntry,
    keys_of,
    kinds_of,
)
from steppewise.scenario.spec import MECHANISMS

_UNITS: Final = {"events": 1, "set": 1, "mechanisms": 1, "actors": 2}
"""How many keys below a top-level key lies what stands or falls by itself."""

_TAGS: Final = {"events": 2, "set": 2, "actors": 3}
"""Where in pydantic's locations the tag of a union stands."""

_KINDS: Final = ", ".join(EVENT_ENTRIES)
_EXPECTED: Final = {
    "a list": "lines that start with '- ', or [a, b]",
    "a mapping": "lines such as 'key: value', or {key: value}",
}
_EXAMPLE: Final = "a mapping such as {at: 2026Q1, visit: held, by: japan, to: all}"


@dataclass(frozen=True)
class Findings:
    """The problems of a file, added one by one with their place. The first `hidden` keys are not shown."""

    document: Document
    problems: list[Problem]
    hidden: int = 0

    def add(self, path: KeyPath, message: str, allowed: str | None = None, near: str | None = None) -> None:
        """Note a problem at a key path."""
        line = self.document.line(*path)
        key = dotted(path[self.hidden :]) or None
        self.problems.append(Problem(message, self.document.name, line, key, allowed or None, near or None))


@dataclass(frozen=True)
class Layer:
    """A checked file: what of it is well formed, and the top-level keys that hold problems."""

    file: ScenarioFile
    findings: Findings
    broken: frozenset[Key] = frozenset()
    places: tuple[int, ...] | None = None

    def event_path(self, number: int) -> KeyPath:
        """Key path in the file of an event of `file.events`."""
        return ("events", number if self.places is None else self.places[number])

    @property
    def name(self) -> str:
        """The document's name, as messages give it."""
        return self.findings.document.name


def check_document(document: Document, known: Known, problems: list[Problem], hidden: int = 0) -> Layer:
    """The well-formed part of a document; its problems of form are added to `problems`."""
    findings = Findings(document, problems, hidden)
    data = document.data
    if not isinstance(data, dict):
        findings.add((), f"holds {described(data)}", "keys and values such as 'name: my-scenario'")
        return Layer(ScenarioFile.model_construct(name="unnamed"), findings, frozenset(["extends"]))
    data = _without_unknown_mechanisms(data, findings)
    try:
        return Layer(ScenarioFile.model_validate(data, context=known), findings)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        _tell(dict(detail), findings)
    return _rest(data, {_unit(_path(detail["loc"])) for detail in details}, known, findings)


def _rest(data: dict[str, Any], cuts: set[KeyPath], known: Known, findings: Findings) -> Layer:
    """What is left without the parts that were refused; a second refusal would be a bug."""
    places = _cut_out(data := deepcopy(data), cuts)
    file = ScenarioFile.model_validate(data, context=known)
    return Layer(file, findings, frozenset(cut[0] for cut in cuts), places)


def _without_unknown_mechanisms(data: dict[str, Any], findings: Findings) -> dict[str, Any]:
    switches = data.get("mechanisms")
    if not isinstance(switches, dict):
        return data
    for name in [name for name in switches if name not in MECHANISMS]:
        findings.add(
            ("mechanisms", name),
            "there is no such mechanism",
            ", ".join(MECHANISMS),
            nearest(name, MECHANISMS),
        )
    return {**data, "mechanisms": {k: v for k, v in switches.items() if k in MECHANISMS}}


def _path(loc: tuple[Key, ...]) -> KeyPath:
    """The key path in the file: without the tag of a union, which stands at a known place."""
    place = _TAGS.get(str(loc[0]))
    return tuple(key for index, key in enumerate(loc) if index != place)


def _unit(path: KeyPath) -> KeyPath:
    return path[: 1 + _UNITS.get(str(path[0]), 0)] if path else ()


def _cut_out(data: dict[str, Any], cuts: set[KeyPath]) -> tuple[int, ...]:
    """Remove what was refused; the numbers of the events that stay. A missing name gets a stand-in."""
    for cut in cuts:
        holder: Any = data
        for key in cut[:-1]:
            holder = holder[key]
        if isinstance(holder, list):
            holder[int(cut[-1])] = None
        else:
            holder.pop(cut[-1], None)
    events = data.get("events") or []
    places = tuple(place for place, event in enumerate(events) if event is not None)
    for items in _lists(data):
        items[:] = [item for item in items if item is not None]
    data.setdefault("name", "unnamed")
    return places


def _lists(data: dict[str, Any]) -> list[list[Any]]:
    actors = data.get("actors")
    found = [data.get("events"), *(actors.values() if isinstance(actors, dict) else ())]
    return [items for items in found if isinstance(items, list)]


def _tell(detail: Mapping[str, Any], findings: Findings) -> None:
    """Translate one of pydantic's findings."""
    path = _path(detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind == "steppewise":
        context = detail["ctx"]
        findings.add(path, context["message"], context["allowed"], context["nearest"])
    elif kind == "extra_forbidden":
        keys = keys_of(model_at(path[:-1], findings.document.data))
        findings.add(path, "there is no such key here", ", ".join(keys), nearest(path[-1], keys))
    elif kind == "missing":
        findings.add(path[:-1], f"the key '{path[-1]}' is missing")
    elif kind.startswith("union_tag"):
        _tell_event(path, value, findings)
    else:
        findings.add(path, f"{described(value)} is not {_expected(kind)}", _EXPECTED[_expected(kind)])


def _expected(kind: str) -> str:
    return "a list" if kind == "list_type" else "a mapping"


def _tell_event(path: KeyPath, value: object, findings: Findings) -> None:
    if not isinstance(value, dict):
        findings.add(path, f"{described(value)} is no event", _EXAMPLE)
    elif kinds := kinds_of(value):
        findings.add(path, f"names {len(kinds)} kinds of event: {' and '.join(kinds)}", "one kind; write two events")
    else:
        words = set(value) - {"at", "by", "to", "over", "note", "probability"}
        near = next(filter(None, (nearest(word, EVENT_ENTRIES) for word in sorted(words))), "")
        findings.add(path, "names no kind of event", f"one of the keys {_KINDS}", near)


def model_at(path: KeyPath, data: Any) -> type[BaseModel]:
    """The model of the mapping at a key path."""
    if not path:
        return ScenarioFile
    if path[0] == "events":
        return Mix if path[-1] == "mix" else _event_model(data["events"][path[1]])
    if path[0] == "actors":
        return ActorsEntry if len(path) == 1 else ActorEntry
    return ValueEntry


def _event_model(entry: object) -> type[EventEntry]:
    return EVENT_ENTRIES[kinds_of(entry)[0]]
