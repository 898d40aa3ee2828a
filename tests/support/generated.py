"""Scenarios anywhere in what the schema allows, for Hypothesis: actors, parameters, dates, events, switches.

A scenario shrinks toward the evidence: its own actors and values, one quarter, no events, nothing off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import numpy as np
from hypothesis import strategies as st

from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.names import fits
from steppewise.evidence.records import Record
from steppewise.evidence.types import CLASSES, Actor, Parameter
from steppewise.scenario import fields
from steppewise.scenario.event import Event
from steppewise.scenario.events import KINDS
from steppewise.scenario.events.corridor import Corridor
from steppewise.scenario.events.package import Mix
from steppewise.scenario.events.set import SETTINGS, START_ONLY, SetParameters
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec
from steppewise.world.tables import UNCERTAINTIES

EVIDENCE = load_evidence()
UTOPIA = Actor("utopia", "power", "Utopia", "UTO")
RURITANIA = Actor("ruritania", "state", "Ruritania", "RUR")
POWERS, STATES = (*EVIDENCE.powers, UTOPIA), (*EVIDENCE.states, RURITANIA)
LIKE = {UTOPIA.name: "japan", RURITANIA.name: "kazakhstan"}
"""The actors of the evidence whose values the invented ones have."""

LINK_LIKE = "links.kazakhstan.uzbekistan"
EARLIEST, LATEST = Quarter.parse("1992Q1"), Quarter.parse("2040Q4")
START = Quarter.parse("2025Q3")
LONGEST = 80
MOST_SHOWN = 40
TEMPERS = ("evidence", "anywhere", "corners")

seeds = st.integers(0, 2**31)
uncertainties = st.sampled_from(UNCERTAINTIES)


@dataclass(frozen=True, repr=False)
class Generated(ScenarioSpec):
    """A scenario that shows itself by what is not as in the evidence."""

    def __repr__(self) -> str:
        shown = {name: (p.value, p.low, p.high) for name, p in self.parameters.items() if p != parameter(name)}
        few = dict(list(shown.items())[:MOST_SHOWN])
        return (
            f"Generated({self.power_names}, {self.state_names}, {self.start} to {self.end}, {len(shown)} changed: "
            f"{few}, events={self.events}, off={sorted(self.switched_off)}, {dict(self.rivals)})"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis would show all fields of a dataclass."""
        printer.text(repr(self))


# building a specification -----------------------------------------------------------------------------------


def names_of(powers: tuple[Actor, ...], states: tuple[Actor, ...]) -> list[str]:
    """The dotted names of all parameters of a cast."""
    holders = {
        "power": [f"powers.{p.name}" for p in powers],
        "state": [f"states.{s.name}" for s in states],
        "tie": [f"ties.{p.name}.{s.name}" for p in powers for s in states],
        "link": [f"links.{a.name}.{b.name}" for a, b in combinations(states, 2)],
        "world": ["world"],
    }
    return [f"{holder}.{key}" for kind, key in EVIDENCE.definitions for holder in holders[kind]]


def parameter(name: str) -> Parameter:
    """The evidence for a name; that of a like actor or link where there is none."""
    alike = ".".join(LIKE.get(part, part) for part in name.split("."))
    candidates = (name, turned(name), alike, turned(alike), f"{LINK_LIKE}.{name.rpartition('.')[2]}")
    return next(EVIDENCE.parameters[found] for found in candidates if found in EVIDENCE.parameters).renamed(name)


def turned(name: str) -> str:
    """The name of a link from its other end; any other name as it is."""
    kind, *rest = name.split(".")
    return ".".join((kind, rest[1], rest[0], *rest[2:])) if kind == "links" else name


def fixed(parameter: Parameter, value: float) -> Parameter:
    """The parameter with one value and no range."""
    return replace(parameter, value=float(value), low=float(value), high=float(value))


def spec_of(
    powers: tuple[Actor, ...] = EVIDENCE.powers[:4],
    states: tuple[Actor, ...] = EVIDENCE.states,
    quarters: int = 8,
    start: Quarter = START,
) -> ScenarioSpec:
    """A scenario of the evidence as it is, without events."""
    return Generated(
        name="generated",
        title="",
        question="",
        look_for="",
        lineage=("generated",),
        start=start,
        end=start.plus(quarters - 1),
        powers=powers,
        states=states,
        parameters={name: parameter(name) for name in names_of(powers, states)},
        changed=(),
        events=(),
        switched_off=frozenset(),
        records=records_of((*powers, *states)),
    )


def records_of(actors: tuple[Actor, ...]) -> dict[tuple[str, str], Record]:
    """The yearly records of actors; those of a like one where there are none."""
    known = {
        (kind, actor.name): EVIDENCE.records.get((kind, LIKE.get(actor.name, actor.name)))
        for actor in actors
        for kind in ("gdp", "remittances")
    }
    return {key: record for key, record in known.items() if record is not None}


def setting(spec: ScenarioSpec, values: Mapping[str, float]) -> ScenarioSpec:
    """The scenario with some parameters fixed, by name; a `*` stands for any one part."""
    found: dict[str, Parameter] = {}
    for pattern, value in values.items():
        names = [name for name in spec.parameters if fits(pattern, name)]
        assert names, pattern
        found |= {name: fixed(spec.parameters[name], value) for name in names}
    return spec.with_parameters(found)


def with_events(spec: ScenarioSpec, *events: Event) -> ScenarioSpec:
    """The scenario with further events."""
    return replace(spec, events=(*spec.events, *events))


def recast(
    spec: ScenarioSpec,
    powers: tuple[Actor, ...],
    states: tuple[Actor, ...],
    was: Mapping[str, str] = MappingProxyType({}),
) -> ScenarioSpec:
    """The scenario with other actors in another order. `was` says whose values a new one has."""

    def taken(name: str) -> Parameter:
        old = ".".join(was.get(part, part) for part in name.split("."))
        found = spec.parameters.get(old) or spec.parameters.get(turned(old)) or parameter(name)
        return found.renamed(name)

    parameters = {name: taken(name) for name in names_of(powers, states)}
    owners = {actor.name: was.get(actor.name, actor.name) for actor in (*powers, *states)}
    known = {**records_of((*powers, *states)), **spec.records}
    records = {
        (kind, now): known[kind, old]
        for now, old in owners.items()
        for kind in ("gdp", "remittances")
        if (kind, old) in known
    }
    return replace(spec, powers=powers, states=states, parameters=parameters, records=records)


def renamed_event(event: Event, now: Mapping[str, str]) -> Event:
    """The event with its actors, and its parameters' owners, under other names."""
    changes: dict[str, object] = {}
    if getattr(event, "by", None) is not None:
        changes["by"] = now[event.by]
    for key in ("to", "along"):
        if hasattr(event, key):
            changes[key] = tuple(now[name] for name in getattr(event, key))
    if isinstance(event, SetParameters):
        parts = [(name.split("."), value) for name, value in event.values]
        changes["values"] = tuple((".".join(now.get(part, part) for part in name), value) for name, value in parts)
    return replace(event, **changes)


# parameters -------------------------------------------------------------------------------------------------


@st.composite
def _parameters(draw: st.DrawFn, names: list[str]) -> dict[str, Parameter]:
    """Values and ranges inside the hard bounds, by one of three tempers, and some set by hand."""
    found = {name: parameter(name) for name in names}
    temper = draw(st.sampled_from(TEMPERS))
    if temper != "evidence":
        found = _strewn(found, temper, draw(st.sampled_from((0.1, 0.5, 1.0))), draw(seeds))
    keys = draw(st.lists(st.sampled_from(list(EVIDENCE.definitions)), max_size=6, unique=True))
    for kind, key in keys:
        position = draw(st.sampled_from((0.0, 1.0)) | st.integers(1, 99).map(lambda n: n / 100))
        definition = EVIDENCE.definitions[kind, key]
        value = definition.lowest + position * (definition.highest - definition.lowest)
        found |= {n: fixed(p, value) for n, p in found.items() if p.definition is definition}
    return found


def _strewn(found: dict[str, Parameter], temper: str, part: float, seed: int) -> dict[str, Parameter]:
    """A part of the parameters anywhere between their hard bounds, or at one of them."""
    numbers = np.random.default_rng(seed)
    strewn = {}
    for name, old in found.items():
        low, high = sorted(numbers.random(2).round() if temper == "corners" else numbers.random(2))
        ranged, moved = numbers.random(2) < (0.5, part)
        lowest, width = old.definition.lowest, old.definition.highest - old.definition.lowest
        ends = (lowest + low * width, lowest + (high if ranged else low) * width)
        evidence = CLASSES[numbers.integers(len(CLASSES))]
        new = replace(old, value=ends[0], low=ends[0], high=ends[1], evidence=evidence)
        strewn[name] = new if moved else old
    return strewn


# events -----------------------------------------------------------------------------------------------------

probabilities = st.sampled_from((1.0, 0.0, 0.5)) | st.floats(0, 1, allow_subnormal=False)
shares = st.sampled_from((0.0, 1.0, 0.5)) | st.integers(1, 99).map(lambda n: n / 100)
amounts = st.sampled_from((1.0, 0.001, 1000.0)) | st.integers(1, 100).map(float)
durations = st.sampled_from((1.0, 0.01, 0.3, 100.0)) | st.integers(2, 12).map(float)
factors = st.sampled_from((0.0, 0.5, 2.0, 100.0))
mixes = st.tuples(shares, shares, shares).filter(any).map(lambda m: tuple(w / sum(m) for w in m))


@st.composite
def _events(draw: st.DrawFn, spec: ScenarioSpec) -> tuple[Event, ...]:
    count = draw(st.integers(0, 5))
    return tuple(draw(event_of(spec, f"event/{number}")) for number in range(count))


def event_of(spec: ScenarioSpec, label: str) -> st.SearchStrategy[Event]:
    """An event of any kind that makes sense in the scenario."""
    at = st.integers(spec.start.number, spec.end.number).map(Quarter)
    kinds = (kind for kind in KINDS.values() if kind is not Corridor or len(spec.states) > 1)
    return st.one_of([st.builds(kind, st.just(label), at, probabilities, **_fields(kind, spec)) for kind in kinds])


def _fields(kind: type[Event], spec: ScenarioSpec) -> dict[str, st.SearchStrategy[Any]]:
    """What the fields of a kind of event may be, by what its keys take."""
    to = st.lists(st.sampled_from(spec.state_names), min_size=1, unique=True).map(tuple)
    taken = {
        fields.PowerName: st.sampled_from(spec.power_names),
        fields.States: to,
        fields.Along: to.filter(lambda names: len(names) > 1),
        fields.Share: shares,
        fields.Blame: shares,
        fields.Amount: amounts,
        fields.Years: durations,
        fields.Factor: factors,
        fields.Price: factors.map(lambda factor: max(factor, 0.01)),
        Mix: mixes,
        SETTINGS: _settings(spec),
    }
    found = {}
    for name, key in kind.file_keys().items():
        values = taken[key.takes] if key.takes else st.sampled_from(key.words)
        found[name] = values | st.none() if type(None) in get_args(get_type_hints(kind)[name]) else values
    return found


def _settings(spec: ScenarioSpec) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    """New values for parameters that may change on the way."""
    names = [name for name, parameter in spec.parameters.items() if may_change(parameter)]

    def pair(name: str, position: float) -> tuple[str, float]:
        definition = spec.parameters[name].definition
        return name, definition.lowest + position * (definition.highest - definition.lowest)

    pairs = st.builds(pair, st.sampled_from(names), shares)
    return st.lists(pairs, min_size=1, max_size=4, unique_by=lambda pair: pair[0]).map(tuple)


def may_change(parameter: Parameter) -> bool:
    """True where an event may set the parameter."""
    return parameter.definition.kind == "world" or parameter.definition.key not in START_ONLY


# scenarios --------------------------------------------------------------------------------------------------


@st.composite
def scenarios(
    draw: st.DrawFn, longest: int = LONGEST, with_events: bool = True, least: tuple[int, int] = (1, 1)
) -> ScenarioSpec:
    """A scenario that the schema allows. `least` is the smallest number of powers and of states."""
    powers = draw(st.lists(st.sampled_from(POWERS), min_size=least[0], unique=True).map(tuple))
    states = draw(st.lists(st.sampled_from(STATES), min_size=least[1], unique=True).map(tuple))
    start = Quarter(draw(st.integers(EARLIEST.number, LATEST.number)))
    short = min(longest, 10)
    quarters = draw(st.integers(1, short) | st.integers(1, short) | st.integers(1, longest))
    spec = spec_of(powers, states, quarters, start)
    parameters = draw(_parameters(list(spec.parameters)))
    spec = replace(spec, parameters=parameters, switched_off=draw(switches), structure=draw(structures))
    return replace(spec, events=draw(_events(spec))) if with_events else spec


structures = st.fixed_dictionaries({part: st.sampled_from(list(choices)) for part, choices in STRUCTURES.items()})
switches = st.just(frozenset[str]()) | st.frozensets(st.sampled_from(list(MECHANISMS)), max_size=len(MECHANISMS))
