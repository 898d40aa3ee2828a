"""Reads the evidence files and checks them: every problem of all files is found before any is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.evidence.types import CLASSES, Actor, Claim, Definition, Kind, Level, Parameter, Source
from steppewise.yaml_reader import Document, read_yaml

T = TypeVar("T")
Tree = Mapping[str, Any]

ROLES: Final = ("parameter", "mechanism", "event", "pattern", "context")
FIELDS: Final = ("value", "level", "range", "unit", "class", "source", "passage", "reason")
NEEDED: Final = {
    "stated": ("value", "range", "passage"),
    "coded": ("level", "passage"),
    "external": ("value", "range"),
    "assumed": ("value", "range", "reason"),
}


@dataclass(frozen=True)
class Vocabulary:
    """What values are checked against. `problems` gathers what is wrong, over all files.

    `usual` are the values of those who state none, as they stand beside the definitions.
    """

    definitions: Mapping[tuple[Kind, str], Definition]
    usual: Mapping[tuple[Kind, str], tuple[ValuePlace, Tree]]
    levels: Mapping[str, Level]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    problems: list[Problem] = field(default_factory=list)

    def keys(self, kind: Kind) -> tuple[str, ...]:
        """Keys of all parameters of a kind."""
        return tuple(key for of, key in self.definitions if of == kind)


@dataclass(frozen=True)
class ValuePlace:
    """Where a value stands: its file and the keys that lead to it."""

    document: Document
    path: tuple[str, ...]

    def problem(self, message: str, allowed: str | None = None, nearest: str | None = None) -> Problem:
        """A problem at this place, with its line."""
        line = self.document.line(*self.path)
        return Problem(message, self.document.name, line, ".".join(self.path), allowed, nearest)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Definitions, rubric, sources and ledger. Raises SteppewiseError where one of them is malformed."""
    return Vocabulary(
        definitions=_table(folder / "definitions.yaml", _definitions),
        usual=_usual(read_yaml(folder / "definitions.yaml")),
        levels=_table(folder / "rubric.yaml", _levels),
        sources=_table(folder / "sources.yaml", _sources),
        claims=_table(folder / "ledger.yaml", _claims),
    )


def _table(path: Path, read: Callable[[Any], dict[Any, T]]) -> dict[Any, T]:
    """A whole file as a table; a key that lacks or a value of a wrong type is a problem of the file."""
    document = read_yaml(path)
    try:
        return read(document.data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SteppewiseError(Problem(f"is malformed: {error!r}", file=str(path))) from None


def _definitions(data: Mapping[Kind, Tree]) -> dict[tuple[Kind, str], Definition]:
    return {
        (kind, key): Definition(kind, key, str(row["symbol"]), row["unit"], *_pair(row["bounds"]), row["meaning"])
        for kind, rows in data.items()
        for key, row in rows.items()
    }


def _usual(document: Document) -> dict[tuple[Kind, str], tuple[ValuePlace, Tree]]:
    return {
        (kind, key): (ValuePlace(document, (kind, key, "usual")), {"unit": row["unit"], **row["usual"]})
        for kind, rows in document.data.items()
        for key, row in rows.items()
        if isinstance(row.get("usual"), dict)
    }


def _levels(data: Tree) -> dict[str, Level]:
    return {name: Level(name, float(row["value"]), *_pair(row["range"]), row["meaning"]) for name, row in data.items()}


def _sources(data: Tree) -> dict[str, Source]:
    return {key: Source(key, row["citation"], row["kind"], row.get("terms", "")) for key, row in data.items()}


def _claims(data: list[Tree]) -> dict[str, Claim]:
    claims = [
        Claim(
            id=row["id"],
            article=row["article"],
            passage=row["passage"],
            role=row["role"],
            targets=tuple(row.get("targets", ())),
            reading=row["reading"],
            shown_by=tuple(row.get("shown_by", ())),
            not_shown=row.get("not_shown", ""),
        )
        for row in data
    ]
    twice = {claim.id for claim in claims if sum(claim.id == other.id for other in claims) > 1}
    wrong = {claim.role for claim in claims} - set(ROLES)
    if twice or wrong:
        raise ValueError(f"equal ids {sorted(twice)}, unknown roles {sorted(wrong)}")
    return {claim.id: claim for claim in claims}


def _pair(value: Iterable[float]) -> tuple[float, float]:
    low, high = value
    return float(low), float(high)


def read_actor(document: Document) -> tuple[float, Actor]:
    """The actor of a file and its place in the fixed order. Raises SteppewiseError."""
    data = document.data
    try:
        fields = (data["name"], data["kind"], data["label"], data["iso3"])
        return float(data["order"]), Actor(*fields, bool(data.get("optional")), data.get("note", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise SteppewiseError(Problem(f"is malformed: {error!r}", file=document.name)) from None


def read_parameters(place: ValuePlace, kind: Kind, prefix: str, words: Vocabulary) -> Iterator[tuple[str, Parameter]]:
    """All parameters of one owner (an actor, a tie, a link, the world), in the order of the definitions.

    `place` is where its values stand, `prefix` what its dotted names begin with (`powers.japan.`). What
    lacks, is unknown or is wrong is added to the problems of `words` and left out.
    """
    rows = dict(_leaves(_inside(place), ()))
    known = words.keys(kind)
    for key in rows.keys() - set(known):
        here = ValuePlace(place.document, (*place.path, *key.split(".")))
        words.problems.append(here.problem("is no parameter", nearest=nearest(key, known) or None))
    for key in known:
        here = ValuePlace(place.document, (*place.path, *key.split(".")))
        here, row = (here, rows[key]) if key in rows else words.usual.get((kind, key), (here, None))
        if row is None:
            words.problems.append(here.problem("is missing"))
            continue
        parameter = _parameter(here, prefix + key, row, words.definitions[kind, key], words)
        if parameter is not None:
            yield parameter.name, parameter


def _inside(place: ValuePlace) -> Tree:
    data = place.document.data
    for key in place.path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _leaves(tree: Tree, path: tuple[str, ...]) -> Iterator[tuple[str, Tree]]:
    """Nested keys become dotted ones; a mapping with anything but mappings inside is a value."""
    for key, node in tree.items():
        if isinstance(node, dict) and node and all(isinstance(part, dict) for part in node.values()):
            yield from _leaves(node, (*path, key))
        else:
            yield ".".join((*path, key)), node if isinstance(node, dict) else {"value": node}


def _parameter(place: ValuePlace, name: str, row: Tree, definition: Definition, words: Vocabulary) -> Parameter | None:
    """The checked value, or None after its problems are noted."""
    found = [place.problem(message, allowed) for message, allowed in _complaints(row, definition, words)]
    words.problems.extend(found)
    if found:
        return None
    value, low, high = _numbers(row, words)
    keys = "; ".join(_source_keys(row))
    texts = row.get("passage", ""), row.get("reason", "")
    return Parameter(name, definition, value, low, high, row["class"], keys, *texts)


def _numbers(row: Tree, words: Vocabulary) -> tuple[float, float, float]:
    if "level" in row:
        level = words.levels[row["level"]]
        return level.value, level.low, level.high
    return float(row["value"]), *_pair(row["range"])


def _source_keys(row: Tree) -> list[str]:
    source = row.get("source", [])
    return [source] if isinstance(source, str) else source


def _complaints(row: Tree, definition: Definition, words: Vocabulary) -> Iterator[tuple[str, str | None]]:
    """What is wrong with a row, as (message, what is allowed); the numbers last, if they can be read."""
    evidence = row.get("class")
    if evidence not in CLASSES:
        yield f"class '{evidence}' is unknown", ", ".join(CLASSES)
        return
    lacking = [key for key in NEEDED[evidence] if row.get(key) in (None, "")]
    excess = [key for key in row if key not in FIELDS or (evidence == "coded" and key in ("value", "range"))]
    if lacking:
        yield f"a value of class '{evidence}' needs {', '.join(lacking)}", None
    if excess:
        yield f"{', '.join(excess)}: has no place in a value of class '{evidence}'", ", ".join(FIELDS)
    if lacking or excess:
        return
    if row.get("unit") != definition.unit:
        yield f"unit '{row.get('unit')}' is wrong", definition.unit
    yield from _source_complaints(row, words)
    yield from _number_complaints(row, definition, words)


def _source_complaints(row: Tree, words: Vocabulary) -> Iterator[tuple[str, str | None]]:
    keys = _source_keys(row)
    unknown = [key for key in keys if key not in words.sources and key not in words.claims]
    if unknown or not keys:
        yield f"sources {unknown or 'none'} are unknown", "keys of sources.yaml and claims of ledger.yaml"
    elif row["class"] in ("stated", "coded") and keys[0] not in words.claims:
        yield f"source '{keys[0]}' is no claim", "a claim of ledger.yaml first, where stated or coded"
    elif row["class"] == "external" and words.sources.get(keys[0], _NONE).kind != "statistic":
        yield f"source '{keys[0]}' is no statistic", "a statistic of sources.yaml first, where external"


_NONE: Final = Source("", "", "")


def _number_complaints(row: Tree, definition: Definition, words: Vocabulary) -> Iterator[tuple[str, str | None]]:
    if "level" in row and not (definition.takes_levels and row["level"] in words.levels):
        yield f"level '{row['level']}' is not legal here", "a level of rubric.yaml, for bounds 0 to 1"
        return
    try:
        value, low, high = _numbers(row, words)
    except (TypeError, ValueError):
        yield "value and range must be numbers", "value: 1, range: [0, 2]"
        return
    if not definition.lowest <= low <= value <= high <= definition.highest:
        bounds = f"{definition.lowest:g} to {definition.highest:g}"
        yield f"value {value:g} and range {low:g} to {high:g} do not fit", f"low <= value <= high in {bounds}"
    if row["class"] == "assumed" and low == high:
        yield "an assumed value needs a range wider than zero", None
