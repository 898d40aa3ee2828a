"""Checks of events against what may hold at their dates: who is in which union, and who is neutral."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from steppewise.scenario import event_schema as schema
from steppewise.scenario.event_checks import Place, Stage, add_misfit
from steppewise.scenario.values import setting_value, targets

NEUTRAL = 0.8
"""A state of this neutrality or more forms no alliance."""


@dataclass(frozen=True)
class _Course:
    """What may hold, in some world, at the date of the event that is looked at.

    `unions` says by power and state whether the state may be in (True) or out (False) of the power's union, or both;
    `neutrality` is by state the least that it may be.
    """

    stage: Stage
    unions: dict[tuple[str, str], frozenset[bool]]
    neutrality: dict[str, float]


def check_course(places: Iterable[Place], stage: Stage) -> None:
    """Note the events that can do nothing, or that do not make sense, after those before them."""
    values = {name: parameter.value for name, parameter in stage.parameters.items()}
    ties = ((power, state) for power in stage.powers for state in stage.states)
    unions = {tie: frozenset([values[f"ties.{tie[0]}.{tie[1]}.union"] > 0.5]) for tie in ties}
    course = _Course(stage, unions, {state: values[f"states.{state}.neutrality"] for state in stage.states})
    for place in sorted(places, key=lambda place: place.entry.at):
        match place.entry:
            case schema.MembershipEntry() as entry:
                _check_membership(entry, place, course)
            case schema.AllianceEntry(alliance="formed") as entry:
                _check_alliance(entry, place, course)
            case schema.SetEntry() as entry:
                _note_neutrality(entry, course)


def _check_membership(entry: schema.MembershipEntry, place: Place, course: _Course) -> None:
    joins = entry.membership == "joined"
    movable = [state for state in course.stage.states if course.unions[entry.by, state] != {joins}]
    idle = [state for state in _of(entry.to, course) if state not in movable]
    if idle:
        there = f"is in the union of {entry.by} already" if joins else f"is not in the union of {entry.by}"
        add_misfit(place, "to", f"{idle[0]} {there} in {entry.at}", ", ".join(movable) or "no state at that date")
    for state in _of(entry.to, course):
        course.unions[entry.by, state] = _after(course.unions[entry.by, state], joins, entry.probability)


def _after(before: frozenset[bool], now: bool, probability: float) -> frozenset[bool]:
    """What may hold after an event that may happen."""
    happens = frozenset([now]) if probability > 0 else frozenset()
    return happens if probability >= 1 else before | happens


def _check_alliance(entry: schema.AllianceEntry, place: Place, course: _Course) -> None:
    for state in _of(entry.to, course):
        if course.neutrality[state] >= NEUTRAL:
            others = [other for other, neutrality in course.neutrality.items() if neutrality < NEUTRAL]
            message = f"{state} is neutral in {entry.at} and forms no alliance"
            lower = f"states.{state}.neutrality below {NEUTRAL}"
            add_misfit(place, "to", message, ", ".join([*others, f"or {lower}"] if others else [lower]))


def _note_neutrality(entry: schema.SetEntry, course: _Course) -> None:
    stage = course.stage
    holding, _ = targets(entry.set_, stage.parameters)
    for state, before in course.neutrality.items():
        name = f"states.{state}.neutrality"
        if name in holding and entry.probability > 0:
            value = setting_value(entry.set_[holding[name]], stage.parameters[name].definition, stage.levels)
            course.neutrality[state] = value if entry.probability >= 1 else min(before, value)


def _of(to: tuple[str, ...] | str, course: _Course) -> tuple[str, ...]:
    return course.stage.states if isinstance(to, str) else to
