"""JSON Schema of scenario files, and what that of experiment files shares: for completion and checks in editors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any, Final

from pydantic import BaseModel

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.names import ANY, pattern_of
from steppewise.evidence.types import Definition
from steppewise.scenario.events.set import changes_later
from steppewise.scenario.file import ScenarioFile, ValueEntry
from steppewise.scenario.spec import MECHANISMS, STRUCTURES

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

SCENARIO: Final = "A scenario of steppewise"
EXPERIMENT: Final = "An experiment of steppewise"

PART: Final = "[a-z0-9_]+"
_SHORT: Final = re.compile(r"[\[{][^\[\]{}]{0,100}[\]}]")
"""A list or mapping that fits on a line and holds no other."""


def schema_text(evidence: Evidence | None = None) -> str:
    """The schema of scenario files as the text of a file."""
    return as_text(scenario_schema(evidence))


def as_text(schema: Schema) -> str:
    """A schema as the text of a file: short lists on a line."""
    text = json.dumps(schema, indent=1, ensure_ascii=False)
    return _SHORT.sub(lambda match: re.sub(r"\s*\n\s*", " ", match[0]), text) + "\n"


def scenario_schema(evidence: Evidence | None = None) -> Schema:
    """The schema, with the words that come from the evidence: actors, levels, parameters, mechanisms."""
    evidence = load_evidence() if evidence is None else evidence
    words = {
        **common_words(evidence),
        "Values": by_parameter("value", evidence.definitions.values(), evidence),
        "Settings": by_parameter("setting", filter(changes_later, evidence.definitions.values()), evidence),
        **_values_of(evidence),
    }
    return file_schema(ScenarioFile, SCENARIO, {"ValueEntry": ValueEntry.model_json_schema(), **words})


def file_schema(model: type[BaseModel], title: str, definitions: Schema) -> Schema:
    """The schema of a file from its model and the definitions that the model refers to."""
    raw = model.model_json_schema()
    definitions = {**raw.pop("$defs"), **definitions}
    tidy = _tidied({**raw, "title": title, "$defs": definitions})
    return {"$schema": DIALECT, **tidy}


def _tidied(node: Any) -> Any:
    """Without pydantic's generated titles; references filled in."""
    if isinstance(node, list):
        return [_tidied(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _tidied(value) for key, value in node.items() if not _is_noise(key, value)}
    if "$def" in node:
        node["$ref"] = f"#/$defs/{node.pop('$def')}"
    return node


def _is_noise(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str) and value not in (SCENARIO, EXPERIMENT)) or (
        key == "default" and value is None
    )


def common_words(evidence: Evidence) -> Schema:
    """Definitions whose words come from the evidence, for files of any kind."""
    state = {"$ref": "#/$defs/StateName"}
    level, number = {"$ref": "#/$defs/Level"}, {"type": "number"}
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return {
        "Level": {"enum": list(evidence.levels), "description": "A level of the rubric."},
        "Share": {"anyOf": [level, share]},
        "Blame": {"anyOf": [level, {"const": "none"}, share]},
        "Setting": {"anyOf": [level, number]},
        "Switch": {"enum": ["on", "off", True, False]},
        "PowerName": _names([actor.name for actor in evidence.powers]),
        "StateName": _names([actor.name for actor in evidence.states]),
        "States": {"anyOf": [{"const": "all"}, {"type": "array", "minItems": 1, "uniqueItems": True, "items": state}]},
        "Mechanisms": _mechanisms(),
        "Structure": _structure(),
    }


def _names(known: list[str]) -> Schema:
    """Known names are offered; a scenario may add further ones."""
    return {"anyOf": [{"enum": known}, {"type": "string", "pattern": f"^[a-z]{PART[:-1]}*$"}]}


def _mechanisms() -> Schema:
    switch = {"$ref": "#/$defs/Switch"}
    known = {name: {**switch, "description": meaning} for name, meaning in MECHANISMS.items()}
    return {"type": "object", "properties": known, "additionalProperties": False}


def _structure() -> Schema:
    """For every part of the model its formulations, with what each says."""
    known = {part: {"oneOf": _choices(sentences)} for part, sentences in STRUCTURES.items()}
    return {"type": "object", "properties": known, "additionalProperties": False}


def _choices(sentences: Mapping[str, str]) -> list[Schema]:
    return [{"const": name, "description": sentence} for name, sentence in sentences.items()]


def by_parameter(form: str, wanted: Iterable[Definition], evidence: Evidence) -> Schema:
    """A mapping from parameters to definitions `FORM.KIND.KEY`: names to complete, and patterns of all legal names."""
    wanted, refer = tuple(wanted), partial(_reference, form)
    return {
        "type": "object",
        "properties": {name: refer(d) for d in wanted for name in _completions(d, evidence)},
        "patternProperties": {_pattern(d): refer(d) for d in wanted},
        "additionalProperties": False,
    }


def _reference(form: str, definition: Definition) -> Schema:
    return {"$ref": f"#/$defs/{form}.{definition.kind}.{definition.key}"}


def _values_of(evidence: Evidence) -> Schema:
    """For every definition: what it means, and what values it takes."""
    found: Schema = {}
    for definition in evidence.definitions.values():
        name = f"{definition.kind}.{definition.key}"
        meaning = {"description": meaning_of(definition)}
        setting = [{"type": "number", "minimum": definition.lowest, "maximum": definition.highest}]
        if definition.takes_levels:
            setting.insert(0, {"$ref": "#/$defs/Level"})
        found[f"value.{name}"] = {**meaning, "anyOf": [*setting, {"$ref": "#/$defs/ValueEntry"}]}
        if changes_later(definition):
            found[f"setting.{name}"] = {**meaning, "anyOf": setting}
    return found


def meaning_of(definition: Definition) -> str:
    """What a parameter means, with unit and bounds."""
    bounds = f"{definition.lowest:g} to {definition.highest:g}"
    return f"{definition.meaning} ({definition.unit}; {bounds})"


def _pattern(definition: Definition) -> str:
    """A regular expression for the names of a definition, any part of which may be a `*`."""
    words = pattern_of(definition.kind, definition.key).split(".")
    parts = [rf"({PART if word == ANY else re.escape(word)}|\*)" for word in words]
    return "^" + r"\.".join(parts) + "$"


def _completions(definition: Definition, evidence: Evidence) -> Iterator[str]:
    """The names that an editor offers: single actors, and all actors at once."""
    powers = [actor.name for actor in evidence.powers]
    states = [actor.name for actor in evidence.states]
    holders = {
        "power": [f"powers.{power}" for power in ("*", *powers)],
        "state": [f"states.{state}" for state in ("*", *states)],
        "tie": [f"ties.{power}.{state}" for power in ("*", *powers) for state in ("*", *states)],
        "link": ["links.*.*", *(f"links.{one}.{other}" for one, other in combinations(states, 2))],
        "world": ["world"],
    }
    return (f"{holder}.{definition.key}" for holder in holders[definition.kind])
