"""JSON Schema of experiment files: for completion and first checks in editors."""

from __future__ import annotations

from itertools import product
from typing import Final

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.types import Definition
from steppewise.experiment.factors import DATE, NUMBERS
from steppewise.experiment.file import (
    ALL_TOGETHER,
    ONE_BY_ONE,
    ExperimentFile,
    LevelsEntry,
    RangeEntry,
    ValuesEntry,
)
from steppewise.scenario.schema import (
    EXPERIMENT,
    PART,
    Schema,
    as_text,
    by_parameter,
    common_words,
    file_schema,
    meaning_of,
)
from steppewise.scenario.spec import MECHANISMS
from steppewise.world.variables import OUTCOME_FORMS

_USED: Final = ("Level", "Switch")
_ENTRIES: Final = {model.__name__: model for model in (RangeEntry, ValuesEntry, LevelsEntry)}


def experiment_schema_text() -> str:
    """The schema of experiment files as the text of a file."""
    return as_text(experiment_schema())


def experiment_schema() -> Schema:
    """The schema, with the words that come from the evidence: parameters, levels, mechanisms, outcomes."""
    evidence = load_evidence()
    words = common_words(evidence)
    definitions = {
        **{name: model.model_json_schema() for name, model in _ENTRIES.items()},
        **{name: words[name] for name in _USED},
        "Scalar": {"type": ["number", "string", "boolean"]},
        "Outcome": _outcomes(evidence),
        "Vary": _vary(evidence),
        **{f"vary.{d.kind}.{d.key}": _of_parameter(d) for d in evidence.definitions.values()},
        "vary.event": {"description": "A number or the date of an event.", "anyOf": _references(*_ENTRIES)},
    }
    return file_schema(ExperimentFile, EXPERIMENT, definitions)


def _vary(evidence: Evidence) -> Schema:
    """What can vary: parameters, events, mechanisms."""
    by_name = by_parameter("vary", evidence.definitions.values(), evidence)
    event = rf"^events\..+\.({'|'.join((DATE, *NUMBERS))})$"
    switches = {
        f"mechanisms.{name}": {"description": meaning, **_references("ValuesEntry")[0]}
        for name, meaning in MECHANISMS.items()
    }
    return {
        **by_name,
        "minProperties": 1,
        "properties": {**by_name["properties"], **switches},
        "patternProperties": {**by_name["patternProperties"], event: {"$ref": "#/$defs/vary.event"}},
    }


def _of_parameter(definition: Definition) -> Schema:
    """What a parameter means, and how it may vary."""
    ways = [name for name in _ENTRIES if name != "LevelsEntry" or definition.takes_levels]
    evidence = {"enum": [ALL_TOGETHER, ONE_BY_ONE]}
    return {"description": meaning_of(definition), "anyOf": [*_references(*ways), evidence]}


def _references(*names: str) -> list[Schema]:
    return [{"$ref": f"#/$defs/{name}"} for name in names]


def _outcomes(evidence: Evidence) -> Schema:
    """Names to complete, and the pattern of all legal names."""
    actors = {
        "POWER": ["*", *(actor.name for actor in evidence.powers)],
        "STATE": ["*", *(actor.name for actor in evidence.states)],
    }
    known, patterns = [], []
    for form in OUTCOME_FORMS.values():
        stem, *axes = form.split(".")
        known += [".".join((stem, *names)) for names in product(*(actors[axis] for axis in axes))]
        patterns.append(stem + rf"\.({PART}|\*)" * len(axes))
    return {"anyOf": [{"enum": known}, {"type": "string", "pattern": f"^({'|'.join(patterns)})$"}]}
