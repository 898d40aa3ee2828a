"""From the events of scenario files to resolved events: whether they make sense, and their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from steppewise.evidence.names import nearest
from steppewise.scenario.checks import Layer
from steppewise.scenario.event import Event, EventContext, Names, PlacedEvent, PossibleFacts
from steppewise.scenario.events import EVENT_ENTRIES, KINDS
from steppewise.scenario.fields import Along, PowerName, States
from steppewise.scenario.settings import targets
from steppewise.yaml_reader import KeyPath, dotted, shown

_KIND_OF: Final = {EVENT_ENTRIES[name]: kind for name, kind in KINDS.items()}
_ACTORS: Final = {PowerName: "power", States: "state", Along: "state"}
"""Of which kind the actors are that a key takes."""


def places_of(layers: tuple[Layer, ...]) -> tuple[PlacedEvent, ...]:
    """The events of a scenario, those of its ancestors first. The last layer is the scenario itself."""
    first = max((i for i, layer in enumerate(layers) if not layer.file.inherit_events), default=0)
    heir = layers[-1].findings
    return tuple(
        PlacedEvent(
            _KIND_OF[type(entry)], entry, layer.event_path(i), layer.findings, None if layer is layers[-1] else heir
        )
        for layer in layers[first:]
        for i, entry in enumerate(layer.file.events)
    )


def resolve_events(places: tuple[PlacedEvent, ...], stage: EventContext) -> tuple[Event, ...]:
    """The resolved events in the order of the files; problems are noted and their events left out."""
    found: list[tuple[PlacedEvent, Event]] = []
    counts: Counter[str] = Counter()
    for place in places:
        kind, entry, stem = place.kind, place.entry, _stem(place, stage)
        counts[stem] += 1
        if _makes_sense(place, stage):
            label = f"{stem}/{counts[stem]}"
            found.append((place, kind(label, entry.at, entry.probability, **kind.resolved(entry, stage))))
    course = _opening(stage)
    for place, event in sorted(found, key=lambda pair: pair[1].at):
        event.follow(place, course)
    return tuple(event for _, event in found)


def _stem(place: PlacedEvent, stage: EventContext) -> str:
    """`kind/by/to` as written: a stream must not move when an actor is added or a date changes."""
    by = getattr(place.entry, "by", None) or "-"
    return f"{place.kind.kind}/{by}/{'+'.join(place.kind.written_for(place.entry, stage)) or '-'}"


def _opening(stage: EventContext) -> PossibleFacts:
    """What holds at the start."""
    values = {name: parameter.value for name, parameter in stage.parameters.items()}
    ties = ((power, state) for power in stage.powers for state in stage.states)
    unions = {tie: frozenset([values[f"ties.{tie[0]}.{tie[1]}.union"] > 0.5]) for tie in ties}
    return PossibleFacts(stage, unions, {state: values[f"states.{state}.neutrality"] for state in stage.states})


def _makes_sense(place: PlacedEvent, stage: EventContext) -> bool:
    """True where the event makes sense in this scenario; every problem is noted."""
    before = len(place.findings.problems)
    at = place.entry.at
    if not stage.start <= at <= stage.end:
        place.misfit("at", f"{at} lies outside the run", f"{stage.start} to {stage.end}")
    for name, key in place.kind.file_keys().items():
        actors = getattr(place.entry, name)
        if key.takes in _ACTORS and actors not in ("all", None):
            for actor in (actors,) if isinstance(actors, str) else actors:
                _check_actor(actor, _ACTORS[key.takes], name, place, stage)
    place.kind.check(place, stage)
    return len(place.findings.problems) == before


def _check_actor(name: str, kind: str, key: str, place: PlacedEvent, stage: EventContext) -> None:
    """Refuse an actor that does not take part or is of the other kind."""
    there, known = _there(kind, stage), stage.known.get(name)
    allowed, near = ", ".join(there), nearest(name, there)
    if known is None:
        place.add(key, f"there is no {kind} '{name}'", allowed, near)
    elif known.kind != kind:
        place.add(key, f"'{name}' is a {known.kind}, not a {kind}", allowed, near)
    elif name not in there:
        place.misfit(key, f"'{name}' does not take part", allowed)


def _there(kind: str, stage: EventContext) -> Names:
    return stage.powers if kind == "power" else stage.states


def check_refused(layers: Sequence[Layer], stage: EventContext) -> None:
    """Look at the names in settings and events that were refused for another reason, so that all is told at once."""
    for layer in layers:
        for path, entry in layer.refused:
            if path[0] == "set":
                _, strays = targets([str(path[1])], stage.parameters)
                for stray in strays:
                    layer.findings.add(path, stray.message, near=stray.nearest)
            elif path[0] == "events" and isinstance(entry, dict):
                _check_refused_event(path, entry, layer, stage)


def _check_refused_event(path: KeyPath, entry: Mapping[str, object], layer: Layer, stage: EventContext) -> None:
    told = {problem.key for problem in layer.findings.problems}
    for key, kind in (("by", "power"), ("to", "state"), ("along", "state")):
        there, names = _there(kind, stage), entry.get(key, ())
        if dotted((*path, key)) in told:
            continue
        for name in [names] if isinstance(names, str) else names if isinstance(names, list) else ():
            if isinstance(name, str) and name not in (*there, *stage.known, "all"):
                message = f"there is no {kind} '{shown(name)}'"
                layer.findings.add((*path, key), message, ", ".join(there), nearest(name, there))
