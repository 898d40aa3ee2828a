"""Checks that the events of scenario files make sense: dates, actors, and what a kind asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final

from steppewise.evidence.names import nearest
from steppewise.evidence.types import INSTRUMENTS, Actor, Definition, Level, Parameter
from steppewise.reading import KeyPath, dotted, shown
from steppewise.scenario import event_schema as schema
from steppewise.scenario.checking import Findings, Layer
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.recorded import idle_growth
from steppewise.scenario.values import UnfitError, setting_value, targets

START_ONLY: Final = {
    "border": "a corridor",
    "trust.kept": "a visit",
    "trust.broken": "a cancelled visit, or pressure",
    "aid": "a package with mix: {aid: 1}",
    "connectivity": "a package with mix: {connectivity: 1}, or a corridor",
    "trade": "a trade_shock, or a package with mix: {connectivity: 1}",
    "other_trade": "a trade_shock on the ties, which turns trade to all others,",
    "security": "an alliance",
    "union": "a membership",
    "remittances": "a remittance_shock, or a labour_pathway",
    "cooperation": "a corridor, or a format",
    "gdp": "set the growth",
    "absorptive_capacity": "a package with mix: {aid: 1}",
    "format_start": "a format",
}
"""Parameters that say how things stand at the start only, and what changes them later."""


@dataclass(frozen=True)
class Stage:
    """What resolving an event needs to know of its scenario.

    `recorded` holds the actors whose GDP follows a yearly record all through the run, and where that ends.
    """

    powers: tuple[str, ...]
    states: tuple[str, ...]
    known: Mapping[str, Actor]
    parameters: Mapping[str, Parameter]
    levels: Mapping[str, Level]
    start: Quarter
    end: Quarter
    recorded: Mapping[str, Quarter] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """An event of a file: what is written, where, and whether a child inherits it."""

    entry: schema.EventEntry
    path: KeyPath
    findings: Findings
    heir: Findings | None

    def add(self, key: str, message: str, allowed: str = "", near: str = "") -> None:
        """Note a problem of the event."""
        self.findings.add((*self.path, key), message, allowed, near)


def places_of(layers: tuple[Layer, ...]) -> tuple[Place, ...]:
    """The events of a scenario, those of its ancestors first. The last layer is the scenario itself."""
    first = max((i for i, layer in enumerate(layers) if not layer.file.inherit_events), default=0)
    heir = layers[-1].findings
    return tuple(
        Place(entry, layer.event_path(number), layer.findings, None if layer is layers[-1] else heir)
        for layer in layers[first:]
        for number, entry in enumerate(layer.file.events)
    )


def makes_sense(place: Place, stage: Stage) -> bool:
    """True where the event makes sense in this scenario; every problem is noted."""
    before = len(place.findings.problems)
    _check_date(place, stage)
    _check_actors(place, stage)
    _check_details(place, stage)
    return len(place.findings.problems) == before


def check_refused(layers: Sequence[Layer], stage: Stage) -> None:
    """Look at the names in settings and events that were refused for another reason, so that all is told at once."""
    for layer in layers:
        for path, entry in layer.refused:
            if path[0] == "set":
                _, strays = targets([str(path[1])], stage.parameters)
                for stray in strays:
                    layer.findings.add(path, stray.message, near=stray.nearest)
            elif path[0] == "events" and isinstance(entry, dict):
                _check_refused_event(path, entry, layer, stage)


def _check_refused_event(path: KeyPath, entry: Mapping[str, object], layer: Layer, stage: Stage) -> None:
    told = {problem.key for problem in layer.findings.problems}
    for key, there in (("by", stage.powers), ("to", stage.states), ("along", stage.states)):
        if dotted((*path, key)) in told:
            continue
        names = entry.get(key, ())
        kind = "power" if key == "by" else "state"
        for name in [names] if isinstance(names, str) else names if isinstance(names, list) else ():
            if isinstance(name, str) and name not in (*there, *stage.known, "all"):
                message = f"there is no {kind} '{shown(name)}'"
                layer.findings.add((*path, key), message, ", ".join(there), nearest(name, there))


def _check_date(place: Place, stage: Stage) -> None:
    at = place.entry.at
    if not stage.start <= at <= stage.end:
        add_misfit(place, "at", f"{at} lies outside the run", f"{stage.start} to {stage.end}")


def add_misfit(place: Place, key: str, message: str, allowed: str, near: str = "") -> None:
    """An event that does not fit the scenario; where it is inherited, that is told to the heir."""
    if place.heir is None:
        place.add(key, message, allowed, near)
        return
    origin = f"{place.findings.document.name}:{place.findings.document.line(*place.path)}"
    message = f"the inherited event of {origin} does not fit: {message}"
    place.heir.add(("extends",), message, f"{allowed}; or inherit_events: false")


def _check_actors(place: Place, stage: Stage) -> None:
    entry = place.entry
    by: str | None = getattr(entry, "by", None)
    if by is not None:
        _check_actor(by, "power", "by", place, stage)
    key = "along" if isinstance(entry, schema.CorridorEntry) else "to"
    names: tuple[str, ...] | str = getattr(entry, key, "all")
    for name in () if isinstance(names, str) else names:
        _check_actor(name, "state", key, place, stage)


def _check_actor(name: str, kind: str, key: str, place: Place, stage: Stage) -> None:
    """Refuse an actor that does not take part or is of the other kind."""
    there = stage.powers if kind == "power" else stage.states
    known = stage.known.get(name)
    allowed, near = ", ".join(there), nearest(name, there)
    if known is None:
        place.add(key, f"there is no {kind} '{name}'", allowed, near)
    elif known.kind != kind:
        place.add(key, f"'{name}' is a {known.kind}, not a {kind}", allowed, near)
    elif name not in there:
        add_misfit(place, key, f"'{name}' does not take part", allowed)


def _check_details(place: Place, stage: Stage) -> None:
    entry = place.entry
    if isinstance(entry, schema.VisitEntry) and entry.visit == "held" and entry.blame is not None:
        place.add("blame", "a visit that is held has no blame", "blame beside visit: cancelled")
    if isinstance(entry, schema.PackageEntry) and entry.mix and not any(weights_of(entry.mix)):
        place.add("mix", "all weights are 0", f"at least one of {', '.join(INSTRUMENTS)} above 0")
    if isinstance(entry, schema.CorridorEntry):
        _check_borders(entry, place, stage)
    if isinstance(entry, schema.SetEntry):
        _check_settings(entry, place, stage)


def _check_borders(entry: schema.CorridorEntry, place: Place, stage: Stage) -> None:
    """A corridor goes from neighbour to neighbour."""
    if not set(entry.along) <= set(stage.states):
        return
    for one, other in pairwise(entry.along):
        if other not in (near := _neighbours(one, stage)):
            allowed = f"{one} borders {', '.join(near) or 'none of the states'}"
            add_misfit(place, "along", f"{one} and {other} have no common border", allowed)


def _neighbours(state: str, stage: Stage) -> tuple[str, ...]:
    links = ((pair, stage.parameters[f"links.{pair[0]}.{pair[1]}.border"]) for pair in combinations(stage.states, 2))
    pairs = [pair for pair, border in links if state in pair and border.value > 0]
    return tuple(second if first == state else first for first, second in pairs)


def _check_settings(entry: schema.SetEntry, place: Place, stage: Stage) -> None:
    if not entry.set_:
        place.add("set", "sets nothing", "a mapping such as {powers.japan.execution: high}")
    holding, strays = targets(entry.set_, stage.parameters)
    for stray in strays:
        place.findings.add((*place.path, "set", stray.pattern), stray.message, near=stray.nearest)
    first = {pattern: name for name, pattern in reversed(holding.items())}
    for pattern, name in first.items():
        _check_setting(pattern, stage.parameters[name].definition, entry, place, stage)
        told = idle_growth(pattern, holding, stage.recorded)
        if told and place.heir is None:
            place.findings.add((*place.path, "set", pattern), *told)


def changes_later(definition: Definition) -> bool:
    """False for a parameter that only says how things stand at the start."""
    return definition.kind == "world" or definition.key not in START_ONLY


def _check_setting(pattern: str, definition: Definition, entry: schema.SetEntry, place: Place, stage: Stage) -> None:
    """Refuse a value that does not fit, and a parameter that a later date cannot change."""
    try:
        if not changes_later(definition):
            message = "says how things stand at the start; an event cannot change it"
            raise UnfitError(message, f"{START_ONLY[definition.key]} instead")
        setting_value(entry.set_[pattern], definition, stage.levels)
    except UnfitError as unfit:
        place.findings.add((*place.path, "set", pattern), unfit.message, unfit.allowed)


def weights_of(mix: schema.Mix) -> tuple[float, ...]:
    """The weights of aid, connectivity and dialogue as written."""
    return tuple(getattr(mix, instrument) for instrument in INSTRUMENTS)
