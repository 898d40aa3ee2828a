"""A resolved scenario as a file that stands by itself, and as a fingerprint of all that affects numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.names import expand
from steppewise.evidence.types import INSTRUMENTS, Actor, Parameter
from steppewise.scenario import events
from steppewise.scenario.own_rules import told
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.values import targets
from steppewise.scenario.writing import yaml_text

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


def event_entry(event: events.Event, spec: ScenarioSpec) -> dict[str, Any]:
    """The entry that resolves to the event; its label keeps whom it was written for."""
    entry: dict[str, Any] = {"at": str(event.at), **_details(event, spec)}
    if "to" in entry:
        entry["to"] = "all" if _written_for(event) == "all" else list(entry["to"])
    if event.probability != 1:
        entry["probability"] = event.probability
    return {key: value for key, value in entry.items() if value is not None}


def _written_for(event: events.Event) -> str:
    return event.label.split("/")[2]


def _details(event: events.Event, spec: ScenarioSpec) -> dict[str, Any]:
    match event:
        case events.Visit():
            blame = event.blame if event.outcome == "cancelled" else None
            visit = {"visit": event.outcome, "by": event.by, "to": event.to, "level": event.level}
            return {**visit, "blame": blame}
        case events.Package():
            return _package(event)
        case events.Pressure():
            return {"pressure": event.strength, "by": event.by, "to": event.to, "over": event.over}
        case events.BudgetChange():
            return {"budget": event.factor, "by": event.by, "over": event.over}
        case events.Corridor():
            return {"corridor": event.amount, "by": event.by, "along": list(event.along)}
        case events.FormatChange():
            return {"format": event.change, "by": event.by}
        case events.Membership():
            return {"membership": event.change, "by": event.by, "to": event.to}
        case events.Alliance():
            return {"alliance": event.change, "by": event.by, "to": event.to, "strength": event.strength}
        case events.TradeShock():
            return {"trade_shock": event.factor, "by": event.by, "to": event.to, "over": event.over}
        case events.RemittanceShock():
            return {"remittance_shock": event.factor, "by": event.by, "to": event.to, "over": event.over}
        case events.ResourcePrice():
            return {"resource_price": event.factor, "to": event.to, "over": event.over}
        case events.SecurityCrisis():
            return {"security_crisis": event.factor, "to": event.to, "over": event.over}
        case events.SetParameters():
            return {"set": _settings(event, spec)}
    raise TypeError(f"{type(event).__name__} has no form in a file")


def _package(event: events.Package) -> dict[str, Any]:
    kind = "labour_pathway" if event.people else "package"
    mix = None if event.people or event.mix is None else dict(zip(INSTRUMENTS, event.mix, strict=True))
    money = {kind: event.amount, "by": event.by, "to": event.to, "over": event.over}
    return {**money, "mix": mix, "execution": event.execution}


def _settings(event: events.SetParameters, spec: ScenarioSpec) -> dict[str, float]:
    """The values by the names as written, wildcards and all: they are part of the stream's name."""
    written, values = _written_for(event).split("+"), dict(event.values)
    holding, _ = targets(written, spec.parameters)
    first = {pattern: name for name, pattern in reversed(holding.items())}
    return {pattern: values[first.get(pattern, expand(pattern, spec.parameters)[0])] for pattern in written}


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
        "events": [_canonical(event) for event in sorted(spec.events, key=lambda event: event.at)],
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


def _canonical(event: events.Event) -> Mapping[str, Any]:
    return {"event": type(event).__name__, **asdict(event), "at": str(event.at)}
