"""Events in words, for the time axis of figures and for the report page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from steppewise.scenario import events
from steppewise.scenario.events import Event
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import listed

Named = Callable[[tuple[str, ...]], str]
_ENDS: Final = {"joined": "joins", "left": "leaves"}
_SHOCKS: Final[Mapping[type[Event], str]] = {
    events.TradeShock: "trade with",
    events.RemittanceShock: "remittances to",
    events.ResourcePrice: "price of resources of",
    events.SecurityCrisis: "need of security in",
}


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
    words = _words(event, named)
    return f"{spec.labels.get(by, by)}: {words}" if by else words


def _all_or(names: tuple[str, ...], spec: ScenarioSpec, most: int) -> str:
    known = spec.labels
    if len(names) == len(spec.states) > 2:
        return f"all {len(names)} states"
    return listed([known.get(name, name) for name in names]) if len(names) <= most else f"{len(names)} states"


def _words(event: Event, named: Named) -> str:
    match event:
        case events.Visit():
            ending = " cancelled" if event.outcome == "cancelled" else ""
            return f"{event.level}'s visit to {named(event.to)}{ending}"
        case events.Package():
            kind = "labour pathway" if event.people else "package"
            return f"{kind} of {event.amount:g} billion USD for {named(event.to)} over {_spell(event.over)}"
        case events.Pressure():
            return f"pressure on {named(event.to)} for {_spell(event.over)}"
        case events.BudgetChange():
            spell = "for good" if event.over is None else f"for {_spell(event.over)}"
            return f"budget times {event.factor:g} {spell}"
        case events.Corridor():
            return f"corridor of {event.amount:g} billion USD along {named(event.along)}"
        case events.FormatChange():
            return f"C5+1 format {event.change}"
        case events.Membership():
            return f"{named(event.to)} {_ENDS[event.change]} the union"
        case events.Alliance():
            return f"alliance with {named(event.to)} {event.change}"
        case events.TradeShock() | events.RemittanceShock() | events.ResourcePrice() | events.SecurityCrisis():
            return f"{_SHOCKS[type(event)]} {named(event.to)} times {event.factor:g} for {_spell(event.over)}"
        case events.SetParameters(values=((name, value),)):
            return f"{name} becomes {value:g}"
        case events.SetParameters():
            return f"{len(event.values)} parameters change"
    raise TypeError(f"no words for {type(event).__name__}")


def _spell(span: float) -> str:
    return "1 year" if span == 1 else f"{span:g} years"
