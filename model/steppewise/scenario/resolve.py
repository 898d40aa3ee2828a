"""From a scenario's name or file to a frozen, checked specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Final, Literal

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.records import Records
from steppewise.evidence.types import Parameter
from steppewise.scenario.actors import Cast, apply_actors, opening_cast, parameter_names
from steppewise.scenario.checks import Layer, LevelWords, check_document
from steppewise.scenario.event import EventContext
from steppewise.scenario.event_checks import check_refused, places_of, resolve_events
from steppewise.scenario.extends import ancestry
from steppewise.scenario.fields import EARLIEST, LATEST
from steppewise.scenario.file import ActorEntry
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.recorded import check_growth, check_start, recorded_throughout
from steppewise.scenario.settings import Origin, apply_settings
from steppewise.scenario.spec import USUAL_STRUCTURE, ScenarioSpec
from steppewise.yaml_reader import Document, parse_yaml, shown

LONGEST_RUN: Final = 400
"""Quarters."""

OVERRIDES: Final = "--set"

_NOT_BUILT_UPON: Final = frozenset({"extends", "actors"})
"""Keys without which nothing else can be checked for sense."""


def load_scenario(
    name_or_path: str | PathLike[str],
    overrides: Sequence[str] = (),
    evidence: Evidence | None = None,
    rules: Mapping[str, Rule] = NO_RULES,
) -> ScenarioSpec:
    """Load a scenario of the library by its name, or a file by its path.

    `overrides` are texts such as `powers.japan.execution=0.9`; they win over the file. `rules` take the place
    of the model's, by names such as `trust.trust`. Raises SteppewiseError with every problem of the file, of those that
    it extends, and of the overrides.
    """
    evidence = load_evidence() if evidence is None else evidence
    levels = tuple(evidence.levels)
    problems: list[Problem] = []
    layers = ancestry(fspath(name_or_path), levels, problems)
    over = _override_layer(overrides, layers[-1].file.name, levels, problems)
    is_known = not any(layer.broken & _NOT_BUILT_UPON for layer in layers)
    spec = _resolve(layers, over, evidence) if is_known else None
    if spec is None or problems:
        raise SteppewiseError(in_order(problems))
    return spec.with_rules(rules)


def _override_layer(overrides: Sequence[str], name: str, levels: LevelWords, problems: list[Problem]) -> Layer:
    """The overrides as a last file that only sets parameters."""
    settings: dict[str, object] = {}
    for text in overrides:
        parameter, equals, value = (part.strip() for part in text.partition("="))
        message = f"'{shown(parameter)}' is set twice" if parameter in settings else ""
        if not (equals and parameter):
            message = f"'{shown(text)}' sets nothing"
        if message:
            problems.append(Problem(message, OVERRIDES, allowed="NAME=VALUE, once for each name"))
            continue
        try:
            settings[parameter] = parse_yaml(value, f"{OVERRIDES} {shown(parameter)}").data
        except SteppewiseError as error:
            problems.extend(error.problems)
    document = Document(OVERRIDES, {"name": name, "set": settings})
    return check_document(document, levels, problems, hidden=1)


def _resolve(layers: tuple[Layer, ...], over: Layer, evidence: Evidence) -> ScenarioSpec | None:
    """The specification; None, or worthless, where problems were noted on the way."""
    cast = _final_cast(layers, over, evidence)
    parameters = None if cast is None else _complete(cast, evidence, layers[-1])
    if cast is None or parameters is None:
        return None
    file, dates = layers[-1].file, _dates(layers)
    records, switched_off = _records(cast, evidence), _switched_off(layers)
    follows = records if dates is not None and "record" not in switched_off else {}
    start, end = dates or (EARLIEST, LATEST)
    check_start(layers, start, follows)
    recorded = _recorded(layers, start, end, follows)
    stage = _stage(cast, parameters, evidence, start, end, recorded)
    check_refused((*layers, over), stage)
    check_growth((layers[-1], over), parameters, recorded)
    return ScenarioSpec(
        name=file.name,
        title=file.title or file.name,
        question=file.question,
        look_for=file.look_for,
        lineage=tuple(name for layer in reversed(layers) for name in (layer.file.name, *layer.file.lineage)),
        start=start,
        end=end,
        powers=cast.powers,
        states=cast.states,
        parameters=parameters,
        changed=tuple(sorted(cast.changed & set(parameters))),
        events=resolve_events(places_of(layers), stage),
        switched_off=switched_off,
        structure={**USUAL_STRUCTURE, **{part: one for layer in layers for part, one in layer.file.structure.items()}},
        records=records,
    )


def _final_cast(layers: tuple[Layer, ...], over: Layer, evidence: Evidence) -> Cast | None:
    """Actors and parameters after every file and the overrides; None where the actors are in doubt."""
    cast = opening_cast(evidence)
    for layer in (*layers, over):
        before = len(layer.findings.problems)
        cast = apply_actors(layer, cast, evidence)
        if len(layer.findings.problems) > before:
            return None
        names = parameter_names(cast, evidence.definitions)
        origin = _origin(layer, over)
        cast = apply_settings(layer.file.set_, cast, names, evidence.levels, origin, layer.findings)
    return cast


def _origin(layer: Layer, over: Layer) -> Origin:
    if layer is over:
        return Origin("command line", "set on the command line")
    return Origin(f"scenario {layer.file.name}", f"set in {Path(layer.findings.document.name).name}")


def _complete(cast: Cast, evidence: Evidence, leaf: Layer) -> dict[str, Parameter] | None:
    """The parameters of those who take part, in a fixed order; None where a new actor lacks some."""
    names = parameter_names(cast, evidence.definitions)
    missing = [name for name in names if name not in cast.pool]
    if missing:
        rest = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        message = f"has no value for {', '.join(missing[:3])}{rest}"
        leaf.findings.add(("actors", "add"), message, "like: NAME, or every value under set")
        return None
    return {name: cast.pool[name] for name in names}


def _stage(
    cast: Cast,
    parameters: dict[str, Parameter],
    evidence: Evidence,
    start: Quarter,
    end: Quarter,
    recorded: Mapping[str, Quarter],
) -> EventContext:
    known = {**evidence.actors, **{actor.name: actor for actor in cast.added}}
    return EventContext(
        cast.of_kind("power"), cast.of_kind("state"), known, parameters, evidence.levels, start, end, recorded
    )


def _records(cast: Cast, evidence: Evidence) -> Records:
    """The yearly records of those who take part; new actors have that of another one, or none."""
    found = {}
    for actor in cast.names:
        source = cast.record_of.get(actor, actor)
        found.update({(kind, actor): record for (kind, name), record in evidence.records.items() if name == source})
    return found


def _recorded(layers: tuple[Layer, ...], start: Quarter, end: Quarter, records: Records) -> Mapping[str, Quarter]:
    """The actors for whose growth there is no use, and the last quarter of their record.

    A frozen scenario holds what it has taken over, and an actor that is like no other needs every value.
    """
    if layers[-1].file.lineage:
        return {}
    added = [entry for layer in layers for entry in layer.file.actors.add if isinstance(entry, ActorEntry)]
    complete = [entry.name for entry in added if entry.like is None]
    found = recorded_throughout(records, start, end)
    return {actor: last for actor, last in found.items() if actor not in complete}


def _dates(layers: tuple[Layer, ...]) -> tuple[Quarter, Quarter] | None:
    """First and last quarter; None where they make no sense."""
    start, end = _date("start", layers), _date("end", layers)
    if start is None or end is None:
        return None
    findings = next(layer.findings for layer in reversed(layers) if layer.file.end or layer.file.start)
    key = "end" if findings.document.line("end") != findings.document.line() else "start"
    length = end.number - start.number + 1
    if length < 1:
        findings.add((key,), f"the end {end} comes before the start {start}")
    elif length > LONGEST_RUN:
        findings.add((key,), f"{start} to {end} is {length} quarters", f"at most {LONGEST_RUN} quarters")
    else:
        return start, end
    return None


def _date(key: Literal["start", "end"], layers: tuple[Layer, ...]) -> Quarter | None:
    """The date that the last file gives; a missing one is a problem unless a wrong one was told."""
    for layer in reversed(layers):
        given = layer.file.start if key == "start" else layer.file.end
        if given is not None:
            return given
    if not any(key in layer.broken for layer in layers):
        layers[-1].findings.add((), f"the key '{key}' is missing", "a quarter such as 2025Q3, or extends: baseline")
    return None


def _switched_off(layers: tuple[Layer, ...]) -> frozenset[str]:
    switches = {name: on for layer in layers for name, on in layer.file.mechanisms.items()}
    return frozenset(name for name, on in switches.items() if not on)


def in_order(problems: list[Problem]) -> list[Problem]:
    """By file, in the order in which the files came up, then by line; each problem once."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(dict.fromkeys(problems), key=lambda p: (files.index(p.file), p.line or 0))
