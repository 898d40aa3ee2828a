"""A resolved scenario as a file that stands by itself, and as a fingerprint of all that affects numbers."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.types import Actor, Parameter
from steppewise.scenario.event import Event
from steppewise.scenario.own_rules import told
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.yaml_writer import yaml_text

HEADER = "# A frozen scenario: complete beside the evidence of its version of steppewise, and extends nothing.\n"


def freeze(spec: ScenarioSpec, evidence: Evidence | None = None) -> str:
    """The scenario as YAML, every changed value with its range and evidence; it loads to an equal one."""
    evidence = load_evidence() if evidence is None else evidence
    actors = _actors(spec, evidence)
    data: dict[str, Any] = {
        "name": spec.name,
        "title": spec.title,
        "question": spec.question,
        "look_for": spec.look_for,
        "lineage": list(spec.lineage[1:]),
        "start": str(spec.start),
        "end": str(spec.end),
        "actors": actors,
        "mechanisms": dict.fromkeys(sorted(spec.switched_off), "off"),
        "structure": dict(spec.rivals),
        "set": {name: _value(spec.parameters[name]) for name in spec.changed},
        "events": [event_entry(event, spec) for event in spec.events],
    }
    return HEADER + yaml_text({key: value for key, value in data.items() if value})


def _actors(spec: ScenarioSpec, evidence: Evidence) -> dict[str, Any]:
    """Who takes part, as a difference from the evidence."""
    here = [*spec.powers, *spec.states]
    names = {actor.name for actor in here}
    usual = [actor.name for actor in evidence.actors.values() if not actor.optional]
    add = [_actor(actor, spec, evidence) for actor in here if actor.name not in usual]
    remove = [name for name in usual if name not in names]
    return {key: value for key, value in (("add", add), ("remove", remove)) if value}


def _actor(actor: Actor, spec: ScenarioSpec, evidence: Evidence) -> str | dict[str, str]:
    if actor.name in evidence.actors:
        return actor.name
    entry = {"name": actor.name, "kind": actor.kind, "label": actor.label, "iso3": actor.iso3}
    more = {"record": _recorded_as(actor, spec, evidence), "note": actor.note}
    return {**entry, **{key: text for key, text in more.items() if text}}


def _recorded_as(actor: Actor, spec: ScenarioSpec, evidence: Evidence) -> str:
    """The actor of the evidence whose yearly record a new actor has; nothing where it has none."""
    mine = spec.records.get(("gdp", actor.name))
    known = (name for (kind, name), record in evidence.records.items() if kind == "gdp" and record == mine)
    return next(known, "")


def _value(parameter: Parameter) -> dict[str, Any]:
    value = {
        "value": parameter.value,
        "low": parameter.low,
        "high": parameter.high,
        "class": parameter.evidence,
        "source": parameter.source,
        "reason": parameter.reason,
    }
    return {**value, "passage": parameter.passage} if parameter.passage else value


def event_entry(event: Event, spec: ScenarioSpec) -> dict[str, Any]:
    """The entry that resolves to the event; its label keeps whom it was written for."""
    chance = event.probability if event.probability != 1 else None
    entry = {"at": str(event.at), **event.in_file(spec), "probability": chance}
    return {key: value for key, value in entry.items() if value is not None}


def fingerprint(spec: ScenarioSpec) -> str:
    """SHA-256 of what affects results, hexadecimal: dates, actors in order, parameters, records, events, mechanisms,
    formulations, own rules.

    The class of a parameter counts, since results say what rests on which; titles, sources and the order of keys
    do not.
    """
    data = {
        "start": str(spec.start),
        "end": str(spec.end),
        "powers": spec.power_names,
        "states": spec.state_names,
        "parameters": {name: _canonical_value(value) for name, value in spec.parameters.items()},
        "events": [event.canonical() for event in sorted(spec.events, key=lambda event: event.at)],
        "switched_off": sorted(spec.switched_off),
        "structure": dict(spec.structure),
        "records": {".".join(key): (one.first_year, one.values) for key, one in spec.records.items()},
        **({"rules": told(spec.rules)} if spec.rules else {}),
    }
    return sha256(json.dumps(data, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _canonical_value(parameter: Parameter) -> tuple[float, float, float, str]:
    """As floats, without negative zeros, and the class."""
    low, value, high = (float(number) + 0.0 for number in (parameter.low, parameter.value, parameter.high))
    return value, low, high, parameter.evidence
