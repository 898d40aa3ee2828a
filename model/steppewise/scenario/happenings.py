"""From the events of scenario files to resolved events: names, numbers, labels of random streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from steppewise.evidence.types import INSTRUMENTS, Actor, Level, Parameter
from steppewise.reading import KeyPath
from steppewise.scenario import events, schema
from steppewise.scenario.checking import Findings, Layer
from steppewise.scenario.fields import nearest
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.values import UnfitError, setting_value, targets

DEFAULT_BLAME: Final = "high"

START_ONLY: Final = {
    "trust.kept": "a visit",
    "trust.broken": "a cancelled visit, or pressure",
    "aid": "a package with mix: {aid: 1}",
    "connectivity.transport": "a package with mix: {connectivity: 1}, or a corridor",
    "connectivity.energy": "a package with mix: {connectivity: 1}",
    "connectivity.people": "a labour_pathway",
    "connectivity.institutional": "a membership",
    "trade": "a package, or set the growth of the power or the state",
    "cooperation": "a corridor, or a format",
    "gdp": "set the growth",
    "absorptive_capacity": "a package with mix: {aid: 1}",
    "format_start": "a format",
}
"""Parameters that say how things stand at the start only, and what changes them later."""


@dataclass(frozen=True)
class Stage:
    """What resolving an event needs to know of its scenario."""

    powers: tuple[str, ...]
    states: tuple[str, ...]
    known: Mapping[str, Actor]
    parameters: Mapping[str, Parameter]
    levels: Mapping[str, Level]
    start: Quarter
    end: Quarter


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


def resolve_events(places: tuple[Place, ...], stage: Stage) -> tuple[events.Event, ...]:
    """The resolved events in the order of the files; problems are noted and their events left out."""
    found: list[events.Event] = []
    counts: Counter[str] = Counter()
    for place in places:
        stem = _stem(place.entry, stage)
        counts[stem] += 1
        if _holds(place, stage):
            found.append(_event(place.entry, f"{stem}/{counts[stem]}", stage))
    _refuse_contradictions(places, stage)
    return tuple(found)


def _stem(entry: schema.EventEntry, stage: Stage) -> str:
    """`kind/by/to` as written: a stream must not move when an actor is added or a date changes."""
    by = getattr(entry, "by", None) or "-"
    return f"{schema.kind_of(entry)}/{by}/{'+'.join(_written(entry, stage)) or '-'}"


def _written(entry: schema.EventEntry, stage: Stage) -> tuple[str, ...]:
    if isinstance(entry, schema.SetEntry):
        return tuple(sorted(entry.set_))
    if isinstance(entry, schema.CorridorEntry):
        return entry.along
    to: tuple[str, ...] | str = getattr(entry, "to", ())
    return (to,) if isinstance(to, str) else _in_order(to, stage)


def _in_order(names: tuple[str, ...], stage: Stage) -> tuple[str, ...]:
    return tuple(name for name in stage.states if name in names)


def _holds(place: Place, stage: Stage) -> bool:
    """True where the event makes sense in this scenario; every problem is noted."""
    checks = (_date_holds, _by_holds, _states_hold, _details_hold)
    return all([check(place, stage) for check in checks])


def _date_holds(place: Place, stage: Stage) -> bool:
    at = place.entry.at
    if stage.start <= at <= stage.end:
        return True
    allowed = f"{stage.start} to {stage.end}"
    if place.heir is None:
        place.add("at", f"{at} lies outside the run", allowed)
        return False
    line = place.findings.document.line(*place.path)
    place.heir.add(
        ("extends",),
        f"brings an event in {at}, outside the run ({place.findings.document.name}:{line})",
        f"{allowed}; or inherit_events: false, and the events that are wanted",
    )
    return False


def _by_holds(place: Place, stage: Stage) -> bool:
    by = getattr(place.entry, "by", None)
    return by is None or _takes_part(by, "power", "by", place, stage)


def _states_hold(place: Place, stage: Stage) -> bool:
    entry = place.entry
    if isinstance(entry, schema.CorridorEntry):
        return all([_takes_part(name, "state", "along", place, stage) for name in entry.along])
    to: tuple[str, ...] | str = getattr(entry, "to", "all")
    return to == "all" or all([_takes_part(name, "state", "to", place, stage) for name in to])


def _takes_part(name: str, kind: str, key: str, place: Place, stage: Stage) -> bool:
    """True where the actor takes part and is of the kind."""
    there = stage.powers if kind == "power" else stage.states
    if name in there:
        return True
    known = stage.known.get(name)
    if known is None:
        message = f"there is no {kind} '{name}'"
    elif known.kind != kind:
        message = f"'{name}' is a {known.kind}, not a {kind}"
    else:
        message = f"'{name}' does not take part in this scenario"
    heir = "" if place.heir is None else f" (inherited by {place.heir.document.name})"
    place.add(key, message + heir, ", ".join(there), nearest(name, there))
    return False


def _details_hold(place: Place, stage: Stage) -> bool:
    entry = place.entry
    if isinstance(entry, schema.VisitEntry) and entry.visit == "held" and entry.blame is not None:
        place.add("blame", "a visit that is held has no blame", "blame with visit: cancelled")
        return False
    if isinstance(entry, schema.PackageEntry) and entry.mix and not any(_weights(entry.mix)):
        place.add("mix", "all weights are 0", f"at least one of {', '.join(INSTRUMENTS)} above 0")
        return False
    return not isinstance(entry, schema.SetEntry) or _settings_hold(entry, place, stage)


def _settings_hold(entry: schema.SetEntry, place: Place, stage: Stage) -> bool:
    before = len(place.findings.problems)
    if not entry.set_:
        place.add("set", "sets nothing", "a mapping such as {powers.japan.execution: high}")
    for _, key, message, allowed in _unfit(entry, place, stage):
        place.findings.add((*place.path, "set", key), message, allowed)
    return len(place.findings.problems) == before


def _unfit(
    entry: schema.SetEntry, place: Place, stage: Stage
) -> Iterator[tuple[str, str, str, str]]:
    """What does not fit, once a pattern: name, pattern, message, allowed."""
    told: set[str] = set()
    for name, pattern in _holding(entry, place, stage).items():
        if pattern in told:
            continue
        definition = stage.parameters[name].definition
        instead = START_ONLY.get(definition.key)
        try:
            if instead and definition.kind != "world":
                raise UnfitError("says how things stand at the start; it cannot change later", instead)
            setting_value(entry.set_[pattern], definition, stage.levels)
        except UnfitError as unfit:
            told.add(pattern)
            yield name, pattern, unfit.message, unfit.allowed


def _holding(entry: schema.SetEntry, place: Place, stage: Stage) -> dict[str, str]:
    names = {name: parameter.definition for name, parameter in stage.parameters.items()}
    return targets(entry.set_, names, place.findings, *place.path, "set")


def _refuse_contradictions(places: tuple[Place, ...], stage: Stage) -> None:
    """Two events that set one parameter in one quarter: which comes first would be an accident."""


def _event(entry: schema.EventEntry, label: str, stage: Stage) -> events.Event:
    """The resolved event of an entry that makes sense."""
    common = (label, entry.at, entry.probability)
    match entry:
        case schema.VisitEntry():
            blame = _blame(entry, stage)
            return events.Visit(*common, entry.visit, entry.by, _to(entry.to, stage), entry.level, blame)
        case schema.PackageEntry():
            return _package(entry, common, stage)
        case schema.LabourPathwayEntry():
            return _labour_pathway(entry, common, stage)
        case schema.PressureEntry():
            strength = _number(entry.pressure, stage)
            return events.Pressure(*common, strength, entry.by, _to(entry.to, stage), entry.over)
        case schema.BudgetEntry():
            return events.BudgetChange(*common, entry.budget, entry.by, entry.over)
        case schema.CorridorEntry():
            return events.Corridor(*common, entry.corridor, entry.by, entry.along)
        case schema.FormatEntry():
            return events.FormatChange(*common, entry.format, entry.by)
        case schema.MembershipEntry():
            return events.Membership(*common, entry.membership, entry.by, _to(entry.to, stage))
        case schema.SetEntry():
            return events.SetParameters(*common, _values(entry, stage))
    raise TypeError(f"no event is known for {type(entry).__name__}")


Common = tuple[str, Quarter, float]


def _package(entry: schema.PackageEntry, common: Common, stage: Stage) -> events.Package:
    mix = _weights(entry.mix) if entry.mix else _doctrine(entry.by, stage)
    execution = None if entry.execution is None else _number(entry.execution, stage)
    to = _to(entry.to, stage)
    return events.Package(*common, entry.package, entry.by, to, entry.over, _normalised(mix), execution)


def _labour_pathway(entry: schema.LabourPathwayEntry, common: Common, stage: Stage) -> events.Package:
    execution = None if entry.execution is None else _number(entry.execution, stage)
    to, mix = _to(entry.to, stage), (0.0, 1.0, 0.0)
    return events.Package(*common, entry.labour_pathway, entry.by, to, entry.over, mix, execution, True)


def _weights(mix: schema.Mix) -> tuple[float, ...]:
    return tuple(getattr(mix, instrument) for instrument in INSTRUMENTS)


def _doctrine(power: str, stage: Stage) -> tuple[float, ...]:
    """The power's own weights; equal ones where it has none."""
    names = (f"powers.{power}.instruments.{instrument}" for instrument in INSTRUMENTS)
    weights = tuple(stage.parameters[name].value for name in names)
    return weights if any(weights) else (1.0, 1.0, 1.0)


def _normalised(weights: tuple[float, ...]) -> tuple[float, float, float]:
    total = sum(weights)
    aid, connectivity, dialogue = (weight / total for weight in weights)
    return aid, connectivity, dialogue


def _blame(entry: schema.VisitEntry, stage: Stage) -> float:
    if entry.visit == "held" or entry.blame == "none":
        return 0.0
    return _number(entry.blame if entry.blame is not None else DEFAULT_BLAME, stage)


def _number(setting: float | str, stage: Stage) -> float:
    return stage.levels[setting].value if isinstance(setting, str) else setting


def _to(to: tuple[str, ...] | str, stage: Stage) -> tuple[str, ...]:
    return stage.states if isinstance(to, str) else _in_order(to, stage)


def _values(entry: schema.SetEntry, stage: Stage) -> tuple[tuple[str, float], ...]:
    return tuple(
        (name, setting_value(entry.set_[pattern], stage.parameters[name].definition, stage.levels))
        for name, pattern in sorted(_patterns(entry, stage).items())
    )
