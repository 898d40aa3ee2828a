"""The numbers of events that may vary: which, between what bounds, and of which event."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from steppewise.evidence.types import Definition
from steppewise.experiment.scales import Scale, quarter_scale, value_scale
from steppewise.experiment.varying import Stage
from steppewise.scenario.events import Corridor, Event, Package, ResourcePrice, Visit
from steppewise.scenario.fields import LARGEST_AMOUNT, LOWEST_PRICE, nearest
from steppewise.scenario.spec import ScenarioSpec

EVENTS: Final = "events."
DATE: Final = "at"


def _number(key: str, unit: str, highest: float, meaning: str) -> Definition:
    return Definition("world", key, "", unit, 0.0, highest, meaning)


NUMBERS: Final = {
    number.key: number
    for number in (
        _number("probability", "share", 1.0, "chance that it happens"),
        _number("amount", "billion USD", LARGEST_AMOUNT, "amount"),
        _number("strength", "share", 1.0, "strength of pressure or of an alliance"),
        _number("factor", "times", 100.0, "factor on what the event changes"),
        _number("blame", "share", 1.0, "how far a cancelled visit is blamed on the power"),
        _number("execution", "share", 1.0, "share delivered on time"),
    )
}
"""Numbers of events that the world reads anew in every world."""


def event_scale(name: str, stage: Stage) -> Scale | None:
    """How the values of `events.LABEL.NUMBER` are written; None, and noted, where there is no such number."""
    label, _, key = name.removeprefix(EVENTS).rpartition(".")
    event = next((event for event in stage.spec.events if event.label == label), None)
    if event is None:
        _tell_unknown(name, label, key, stage)
        return None
    if key == DATE:
        return quarter_scale(stage.spec.start, stage.spec.end)
    keys = numbers_of(event)
    if key not in keys:
        near = nearest(key, keys)
        stage.add(name, f"this event has no '{key}'", ", ".join(keys), near and f"{EVENTS}{label}.{near}")
        return None
    if _is_idle(name, event, key, stage):
        return None
    return value_scale({name: _definition(event, key)}, stage.evidence.levels)


def _definition(event: Event, key: str) -> Definition:
    """A number of an event with its bounds; a price is never nothing."""
    lowest = LOWEST_PRICE if isinstance(event, ResourcePrice) and key == "factor" else 0.0
    return replace(NUMBERS[key], lowest=lowest)


def numbers_of(event: Event) -> tuple[str, ...]:
    """What of an event may vary, its date first."""
    return (DATE, *(key for key in NUMBERS if hasattr(event, key)))


def names_of(spec: ScenarioSpec) -> tuple[str, ...]:
    """All that may vary of all events of a scenario, by name."""
    return tuple(f"{EVENTS}{event.label}.{key}" for event in spec.events for key in numbers_of(event))


def _tell_unknown(name: str, label: str, key: str, stage: Stage) -> None:
    spec = stage.spec
    labels = [event.label for event in spec.events]
    if name.removeprefix(EVENTS) in labels:
        stage.add(name, "says not what of the event varies", ", ".join(n for n in names_of(spec) if n.startswith(name)))
        return
    near = nearest(label, labels)
    allowed = ", ".join(labels) or "no event: the scenario has none"
    stage.add(name, f"there is no event '{label}' in {spec.name}", allowed, near and f"{EVENTS}{near}.{key}")


def _is_idle(name: str, event: Event, key: str, stage: Stage) -> bool:
    """True, and noted, where a number of an event would have no effect."""
    message = allowed = ""
    if isinstance(event, Visit) and key == "blame" and event.outcome == "held":
        message, allowed = "a visit that is held has no blame", "the blame of a cancelled one"
    if isinstance(event, Package) and key == "execution" and event.execution is None:
        message = "the event has no execution of its own"
        allowed = f"powers.{event.by}.execution, or execution beside the event in the scenario"
    if isinstance(event, Corridor) and key == "amount" and event.by is None:
        message, allowed = "the corridor is no power's, so its amount has no effect", "by beside the event"
    if message:
        stage.add(name, message, allowed)
    return bool(message)
