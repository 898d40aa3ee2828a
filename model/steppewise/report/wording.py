"""Events in words, for the time axis of figures and for the report page."""

from __future__ import annotations

from collections.abc import Sequence

from steppewise.scenario.event import Event, Named
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import listed


def event_words(event: Event, spec: ScenarioSpec) -> str:
    """An event in full: `Japan: visit by leader to Kazakhstan and Uzbekistan, in 30 % of worlds`."""
    words = _said(event, spec, lambda names: _all_or(names, spec, most=8))
    return words if event.probability >= 1 else f"{words}, in {100 * event.probability:.3g} % of worlds"


def dated(events: Sequence[Event], spec: ScenarioSpec) -> tuple[tuple[str, str], ...]:
    """Events in full, each with its quarter before it."""
    return tuple((str(event.at), event_words(event, spec)) for event in events)


def event_label(event: Event, spec: ScenarioSpec) -> str:
    """An event in few words, for a figure; more than two states are counted."""
    words = _said(event, spec, lambda names: _all_or(names, spec, most=2))
    return words if event.probability >= 1 else f"{words} (in {100 * event.probability:.3g} %)"


def _said(event: Event, spec: ScenarioSpec, named: Named) -> str:
    by = getattr(event, "by", None)
    words = event.words(named)
    return f"{spec.labels.get(by, by)}: {words}" if by else words


def _all_or(names: tuple[str, ...], spec: ScenarioSpec, most: int) -> str:
    known = spec.labels
    if len(names) == len(spec.states) > 2:
        return f"all {len(names)} states"
    return listed([known.get(name, name) for name in names]) if len(names) <= most else f"{len(names)} states"
