"""From the events of scenario files to resolved events: names, numbers, labels of random streams."""

from __future__ import annotations

from collections import Counter
from typing import Final

from steppewise.scenario import event_schema as schema
from steppewise.scenario import events
from steppewise.scenario.event_checks import Place, Stage, makes_sense, weights_of
from steppewise.scenario.event_course import check_course
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.values import setting_value, targets

DEFAULT_BLAME: Final = "high"

Common = tuple[str, Quarter, float]
"""Label, quarter and probability: what every event has."""


def resolve_events(places: tuple[Place, ...], stage: Stage) -> tuple[events.Event, ...]:
    """The resolved events in the order of the files; problems are noted and their events left out."""
    found: list[events.Event] = []
    counts: Counter[str] = Counter()
    taken: set[tuple[Quarter, str]] = set()
    sensible: list[Place] = []
    for place in places:
        stem = _stem(place.entry, stage)
        counts[stem] += 1
        if makes_sense(place, stage):
            sensible.append(place)
            found.append(_event(place.entry, f"{stem}/{counts[stem]}", stage))
            _refuse_rivals(found[-1], place, taken)
    check_course(sensible, stage)
    return tuple(found)


def _refuse_rivals(event: events.Event, place: Place, taken: set[tuple[Quarter, str]]) -> None:
    """Two events that set one parameter in one quarter: which of them holds would be an accident."""
    if not isinstance(event, events.SetParameters):
        return
    for name, _ in event.values:
        if (event.at, name) in taken:
            place.add("set", f"another event sets {name} in {event.at}, too", "one event, or two quarters")
            return
    taken.update((event.at, name) for name, _ in event.values)


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
        case schema.AllianceEntry():
            strength = _number(entry.strength, stage)
            return events.Alliance(*common, entry.alliance, entry.by, _to(entry.to, stage), strength)
        case schema.TradeShockEntry():
            return events.TradeShock(*common, entry.trade_shock, entry.by, _to(entry.to, stage), entry.over)
        case schema.RemittanceShockEntry():
            return events.RemittanceShock(*common, entry.remittance_shock, entry.by, _to(entry.to, stage), entry.over)
        case schema.ResourcePriceEntry():
            return events.ResourcePrice(*common, entry.resource_price, _to(entry.to, stage), entry.over)
        case schema.SecurityCrisisEntry():
            return events.SecurityCrisis(*common, entry.security_crisis, _to(entry.to, stage), entry.over)
        case schema.SetEntry():
            return events.SetParameters(*common, _values(entry, stage))
    raise TypeError(f"no event is known for {type(entry).__name__}")


def _package(entry: schema.PackageEntry, common: Common, stage: Stage) -> events.Package:
    mix = _normalised(weights_of(entry.mix)) if entry.mix else None
    execution = None if entry.execution is None else _number(entry.execution, stage)
    to = _to(entry.to, stage)
    return events.Package(*common, entry.package, entry.by, to, entry.over, mix, execution)


def _labour_pathway(entry: schema.LabourPathwayEntry, common: Common, stage: Stage) -> events.Package:
    execution = None if entry.execution is None else _number(entry.execution, stage)
    to = _to(entry.to, stage)
    return events.Package(*common, entry.labour_pathway, entry.by, to, entry.over, None, execution, people=True)


def _normalised(weights: tuple[float, ...]) -> tuple[float, float, float]:
    """Weights of sum 1; those that have it already stay as they are, to the last digit."""
    total = sum(weights)
    total = 1.0 if abs(total - 1.0) < 1e-9 else total
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
    holding, _ = targets(entry.set_, stage.parameters)
    return tuple(
        (name, setting_value(entry.set_[pattern], stage.parameters[name].definition, stage.levels))
        for name, pattern in sorted(holding.items())
    )
