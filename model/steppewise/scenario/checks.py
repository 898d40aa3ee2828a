"""Checks a document against the schema and says every problem in a plain sentence.

What is wrong is cut out and the rest checked again, so that one pass finds the problems of form and what is
left can still be checked for sense: a file's problems are told all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from steppewise.errors import Problem
from steppewise.evidence.names import nearest
from steppewise.scenario.event import EventEntry
from steppewise.scenario.events import EVENT_ENTRIES, kinds_of
from steppewise.scenario.events.package import Mix
from steppewise.scenario.fields import described, keys_of
from steppewise.scenario.file import ActorEntry, ActorsEntry, ScenarioFile, ValueEntry
from steppewise.scenario.spec import MECHANISMS, STRUCTURES
from steppewise.yaml_reader import Document, Key, KeyPath, dotted

F = TypeVar("F", bound=BaseModel)
LevelWords = tuple[str, ...]

_KINDS: Final = ", ".join(EVENT_ENTRIES)
_EXPECTED: Final = {
    "a list": "lines that start with '- ', or [a, b]",
    "a mapping": "lines such as 'key: value', or {key: value}",
}
_NAMES: Final[Mapping[str, tuple[Mapping[str, object], str]]] = {
    "mechanisms": (MECHANISMS, "mechanism"),
    "structure": (STRUCTURES, "part with rival formulations"),
}
"""Keys below which names of the model stand, these names, and what they are names of."""

_EXAMPLE: Final = "a mapping such as {at: 2026Q1, visit: held, by: japan, to: all}"


@dataclass(frozen=True)
class FileProblems:
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
class FileChecks(Generic[F]):
    """What a kind of file is checked against.

    units: how many keys below a top-level key lies what stands or falls by itself. tags: where in pydantic's
    locations the tag of a union stands. stand_ins: what takes the place of keys that are missing or refused, so that
    the rest can be checked. model_at: the model of the mapping at a key path. tell_untagged: says what is wrong where
    the members of a union cannot be told apart.
    """

    model: type[F]
    example: str
    units: Mapping[str, int]
    tags: Mapping[str, int]
    stand_ins: Mapping[str, Any]
    model_at: Callable[[KeyPath, Any], type[BaseModel]]
    tell_untagged: Callable[[KeyPath, object, FileProblems], None]

    def path(self, loc: tuple[Key, ...]) -> KeyPath:
        """The key path in the file: without the tag of a union, which stands at a known place."""
        place = self.tags.get(str(loc[0]))
        return tuple(key for index, key in enumerate(loc) if index != place)

    def unit(self, path: KeyPath) -> KeyPath:
        """The key path of what stands or falls by itself."""
        return path[: 1 + self.units.get(str(path[0]), 0)] if path else ()


@dataclass(frozen=True)
class Checked(Generic[F]):
    """A checked file: what of it is well formed, and the key paths of what was cut out."""

    file: F
    findings: FileProblems
    cuts: frozenset[KeyPath] = frozenset()

    @property
    def broken(self) -> frozenset[Key]:
        """The top-level keys that hold problems."""
        return frozenset(cut[0] for cut in self.cuts if cut)

    @property
    def refused(self) -> tuple[tuple[KeyPath, Any], ...]:
        """Entries and items that were cut out, as they stand in the file: their names are checked still."""
        data = self.findings.document.data
        return tuple((cut, _at(cut, data)) for cut in sorted(self.cuts, key=str) if len(cut) == 2)

    def event_path(self, number: int) -> KeyPath:
        """Key path in the file of an event that is left."""
        there = (place for place in count() if ("events", place) not in self.cuts)
        return ("events", next(islice(there, number, None)))


Layer = Checked[ScenarioFile]
"""A checked scenario file."""


def check_document(document: Document, levels: LevelWords, problems: list[Problem], hidden: int = 0) -> Layer:
    """The well-formed part of a scenario file; its problems of form are added to `problems`."""
    findings = FileProblems(document, problems, hidden)
    found = check(SCENARIO, levels, findings, _without_unknown_names)
    return found or Checked(ScenarioFile.model_construct(name="unnamed"), findings, frozenset([("extends",)]))


def check(
    form: FileChecks[F],
    levels: LevelWords,
    findings: FileProblems,
    first: Callable[[dict[str, Any], FileProblems], dict[str, Any]] = lambda data, findings: data,
) -> Checked[F] | None:
    """The well-formed part of what a file holds, None where that is no mapping; its problems of form are noted.

    `levels` are the words of the rubric; `first` says what is left to be checked.
    """
    data = findings.document.data
    if not isinstance(data, dict):
        findings.add((), f"holds {described(data)}", f"keys and values such as '{form.example}'")
        return None
    data = first(data, findings)
    try:
        return Checked(form.model.model_validate(data, context=levels), findings)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        _tell(dict(detail), form, findings)
    cuts = {form.unit(form.path(detail["loc"])) for detail in details}
    rest = {**form.stand_ins, **_without(data, cuts)}
    return Checked(form.model.model_validate(rest, context=levels), findings, frozenset(cuts))


def _without_unknown_names(data: dict[str, Any], findings: FileProblems) -> dict[str, Any]:
    """What a file holds without the mechanisms and formulations that there are not, which are noted."""
    rest = dict(data)
    for key, (known, what) in _NAMES.items():
        named = data.get(key)
        if isinstance(named, dict):
            for name in [name for name in named if name not in known]:
                findings.add((key, name), f"there is no such {what}", ", ".join(known), nearest(name, known))
            rest[key] = {name: value for name, value in named.items() if name in known}
    if isinstance(rest.get("structure"), dict):
        rest["structure"] = {part: one for part, one in rest["structure"].items() if _is_choice(part, one, findings)}
    return rest


def _is_choice(part: str, chosen: object, findings: FileProblems) -> bool:
    """True where a text names a formulation of a part, and where it is no text at all, which is told elsewhere."""
    if not isinstance(chosen, str) or chosen in STRUCTURES[part]:
        return True
    known = STRUCTURES[part]
    message = f"there is no such formulation of {part}: {described(chosen)}"
    findings.add(("structure", part), message, ", ".join(known), nearest(chosen, known))
    return False


def _without(data: dict[str, Any], cuts: set[KeyPath]) -> dict[str, Any]:
    """What is left without the parts that were refused; a second refusal would be a bug."""
    data = deepcopy(data)
    holders = {cut: _at(cut[:-1], data) for cut in cuts}
    for cut in sorted(cuts, key=lambda cut: [(isinstance(key, int), key) for key in cut], reverse=True):
        if isinstance(holders[cut], list):
            del holders[cut][cut[-1]]
        else:
            holders[cut].pop(cut[-1], None)
    return data


def _at(path: KeyPath, data: Any) -> Any:
    for key in path:
        data = data[key]
    return data


def _tell(detail: Mapping[str, Any], form: FileChecks[F], findings: FileProblems) -> None:
    """Translate one of pydantic's findings."""
    path = form.path(detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind == "steppewise":
        context = detail["ctx"]
        findings.add(path, context["message"], context["allowed"], context["nearest"])
    elif kind == "extra_forbidden":
        keys = keys_of(form.model_at(path[:-1], findings.document.data))
        findings.add(path, "there is no such key here", ", ".join(keys), nearest(path[-1], keys))
    elif kind == "missing":
        findings.add(path[:-1], f"the key '{path[-1]}' is missing")
    elif kind.startswith("union_tag"):
        form.tell_untagged(path, value, findings)
    else:
        findings.add(path, f"{described(value)} is not {_expected(kind)}", _EXPECTED[_expected(kind)])


def _expected(kind: str) -> str:
    return "a list" if kind == "list_type" else "a mapping"


def _tell_event(path: KeyPath, value: object, findings: FileProblems) -> None:
    if not isinstance(value, dict):
        findings.add(path, f"{described(value)} is no event", _EXAMPLE)
    elif kinds := kinds_of(value):
        findings.add(path, f"names {len(kinds)} kinds of event: {' and '.join(kinds)}", "one kind; write two events")
    else:
        words = set(value) - {"at", "by", "to", "over", "note", "probability"}
        near = next(filter(None, (nearest(word, EVENT_ENTRIES) for word in sorted(words))), "")
        findings.add(path, "names no kind of event", f"one of the keys {_KINDS}", near)


def _model_at(path: KeyPath, data: Any) -> type[BaseModel]:
    if not path:
        return ScenarioFile
    if path[0] == "events":
        return Mix if path[-1] == "mix" else _event_model(data["events"][path[1]])
    if path[0] == "actors":
        return ActorsEntry if len(path) == 1 else ActorEntry
    return ValueEntry


def _event_model(entry: object) -> type[EventEntry]:
    return EVENT_ENTRIES[kinds_of(entry)[0]]


SCENARIO: Final = FileChecks(
    ScenarioFile,
    example="name: my-scenario",
    units={"events": 1, "set": 1, "mechanisms": 1, "structure": 1, "actors": 2},
    tags={"events": 2, "set": 2, "actors": 3},
    stand_ins={"name": "unnamed"},
    model_at=_model_at,
    tell_untagged=_tell_event,
)
"""What scenario files are checked against."""
