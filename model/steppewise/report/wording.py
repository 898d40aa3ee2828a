"""Events in words, for the time axis of figures and for the report page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import Final

from steppewise.analysis.words import labels, listed
from steppewise.scenario.events import (
    Alliance,
    BudgetChange,
    Corridor,
    Event,
    FormatChange,
    Membership,
    Package,
    Pressure,
    RemittanceShock,
    ResourcePrice,
    SecurityCrisis,
    SetParameters,
    TradeShock,
    Visit,
)
from steppewise.scenario.spec import ScenarioSpec

Named = Callable[[tuple[str, ...]], str]
_ENDS: Final = {"joined": "joins", "left": "leaves"}


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
    return f"{labels(spec).get(by, by)}: {words}" if by else words


def _all_or(names: tuple[str, ...], spec: ScenarioSpec, most: int) -> str:
    known = labels(spec)
    if len(names) == len(spec.states) > 2:
        return f"all {len(names)} states"
    return listed([known.get(name, name) for name in names]) if len(names) <= most else f"{len(names)} states"


@singledispatch
def _words(event: Event, named: Named) -> str:
    raise NotImplementedError(f"no words for {type(event).__name__}")


@_words.register
def _visit(event: Visit, named: Named) -> str:
    ending = " cancelled" if event.outcome == "cancelled" else ""
    return f"{event.level}'s visit to {named(event.to)}{ending}"


@_words.register
def _package(event: Package, named: Named) -> str:
    kind = "labour pathway" if event.people else "package"
    return f"{kind} of {event.amount:g} billion USD for {named(event.to)} over {_spell(event.over)}"


@_words.register
def _pressure(event: Pressure, named: Named) -> str:
    return f"pressure on {named(event.to)} for {_spell(event.over)}"


@_words.register
def _budget(event: BudgetChange, named: Named) -> str:
    return f"budget times {event.factor:g} " + ("for good" if event.over is None else f"for {_spell(event.over)}")


@_words.register
def _corridor(event: Corridor, named: Named) -> str:
    return f"corridor of {event.amount:g} billion USD along {named(event.along)}"


@_words.register
def _format(event: FormatChange, named: Named) -> str:
    return f"C5+1 format {event.change}"


@_words.register
def _membership(event: Membership, named: Named) -> str:
    return f"{named(event.to)} {_ENDS[event.change]} the union"


@_words.register
def _alliance(event: Alliance, named: Named) -> str:
    return f"alliance with {named(event.to)} {event.change}"


@_words.register
def _trade_shock(event: TradeShock, named: Named) -> str:
    return f"trade with {named(event.to)} times {event.factor:g} for {_spell(event.over)}"


@_words.register
def _remittance_shock(event: RemittanceShock, named: Named) -> str:
    return f"remittances to {named(event.to)} times {event.factor:g} for {_spell(event.over)}"


@_words.register
def _resource_price(event: ResourcePrice, named: Named) -> str:
    return f"price of resources of {named(event.to)} times {event.factor:g} for {_spell(event.over)}"


@_words.register
def _security_crisis(event: SecurityCrisis, named: Named) -> str:
    return f"need of security in {named(event.to)} times {event.factor:g} for {_spell(event.over)}"


@_words.register
def _set(event: SetParameters, named: Named) -> str:
    if len(event.values) > 1:
        return f"{len(event.values)} parameters change"
    name, value = event.values[0]
    return f"{name} becomes {value:g}"


def _spell(span: float) -> str:
    return "1 year" if span == 1 else f"{span:g} years"
