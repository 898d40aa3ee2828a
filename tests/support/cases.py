"""Cases that every form of the engine must agree in: the library, mechanisms off, structures, events, casts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.support.generated import EVIDENCE, recast, spec_of, with_events

from steppewise.evidence.types import Actor
from steppewise.scenario.event import Event
from steppewise.scenario.events.alliance import Alliance
from steppewise.scenario.events.budget import BudgetChange
from steppewise.scenario.events.corridor import Corridor
from steppewise.scenario.events.format import FormatChange
from steppewise.scenario.events.labour_pathway import LabourPathway
from steppewise.scenario.events.membership import Membership
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.pressure import Pressure
from steppewise.scenario.events.remittance_shock import RemittanceShock
from steppewise.scenario.events.resource_price import ResourcePrice
from steppewise.scenario.events.security_crisis import SecurityCrisis
from steppewise.scenario.events.set import SetParameters
from steppewise.scenario.events.trade_shock import TradeShock
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.library import library_names
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec

CASTS = ((1, 1), (2, 3), (7, 6), (12, 10))
START = Quarter.parse("2025Q3")
ALL_STATES = tuple(state.name for state in EVIDENCE.states)
SETTINGS = (
    ("world.influence.theta", 0.3),
    ("powers.china.offer.energy", 0.9),
    ("powers.japan.instruments.aid", 0.1),
    ("states.kazakhstan.growth", 0.02),
)
EVENTS: Mapping[str, tuple[Event, ...]] = {
    "visits": (
        Visit("v1", START.plus(1), 1.0, "held", "japan", ("kazakhstan", "uzbekistan"), "leader", 0.0),
        Visit("v2", START.plus(2), 0.6, "cancelled", "china", ALL_STATES, "minister", 0.7),
    ),
    "packages": (
        Package("p1", START.plus(1), 1.0, 4.0, "japan", ALL_STATES, 2.0, (0.5, 0.3, 0.2), 0.9),
        Package("p2", START.plus(2), 1.0, 2.0, "japan", ("tajikistan",), 0.3, None, None),
        LabourPathway("p3", START.plus(3), 0.5, 3.0, "russia", ("kyrgyzstan",), 1.0, 0.4),
        SetParameters("s1", START.plus(4), 1.0, (("powers.japan.instruments.aid", 0.9),)),
    ),
    "pressure": (Pressure("x1", START.plus(1), 0.8, 0.7, "russia", ("kazakhstan",), 1.0),),
    "budgets": (
        BudgetChange("b1", START.plus(1), 1.0, 0.0, "united_states", 0.5),
        BudgetChange("b2", START.plus(2), 1.0, 1.5, "united_states", None),
    ),
    "corridors": (
        Corridor("c1", START.plus(1), 1.0, 5.0, "china", ("kazakhstan", "kyrgyzstan", "uzbekistan")),
        Corridor("c2", START.plus(2), 1.0, 5.0, None, ("tajikistan", "turkmenistan")),
    ),
    "formats": (
        FormatChange("f1", START.plus(1), 1.0, "ended", "japan"),
        FormatChange("f2", START.plus(6), 1.0, "launched", "japan"),
    ),
    "membership": (
        Membership("m1", START.plus(1), 1.0, "joined", "russia", ("uzbekistan",)),
        Membership("m2", START.plus(2), 1.0, "left", "russia", ("kazakhstan",)),
    ),
    "shocks": (
        TradeShock("t1", START.plus(1), 0.8, 0.4, "russia", ALL_STATES, 1.0),
        RemittanceShock("r1", START.plus(2), 1.0, 0.5, None, ("tajikistan", "kyrgyzstan"), 0.5),
        RemittanceShock("r2", START.plus(3), 1.0, 2.0, "russia", ("uzbekistan",), 1.0),
        ResourcePrice("g1", START.plus(1), 1.0, 0.7, ("kazakhstan", "turkmenistan"), 1.5),
        SecurityCrisis("k1", START.plus(2), 0.7, 3.0, ("tajikistan",), 1.0),
    ),
    "alliances": (
        Alliance("a1", START.plus(1), 1.0, "formed", "china", ("tajikistan",), 0.5),
        Alliance("a2", START.plus(3), 1.0, "ended", "russia", ("kazakhstan", "tajikistan"), 0.3),
    ),
    "settings": (SetParameters("s2", START.plus(3), 0.7, SETTINGS),),
}


def cases() -> Iterator[tuple[str, ScenarioSpec]]:
    """Every case by name."""
    for name in library_names():
        yield name, load_scenario(name)
    baseline = load_scenario("package-delivered")
    short = replace(baseline, end=baseline.start.plus(11))
    for mechanism in sorted(MECHANISMS):
        yield f"without {mechanism}", replace(short, switched_off=frozenset({mechanism}))
    for part, choices in STRUCTURES.items():
        for choice in choices:
            yield f"{part} {choice}", replace(short, structure={**short.structure, part: choice})
    plain = spec_of(quarters=14, start=START)
    for kind, events in EVENTS.items():
        yield f"with {kind}", with_events(plain, *events)
    everything = tuple(event for events in EVENTS.values() for event in events)
    yield "with all events", with_events(plain, *everything)
    for powers, states in CASTS:
        yield f"{powers} x {states}", cast(powers, states)


def cast(powers: int, states: int) -> ScenarioSpec:
    """The evidence with so many actors; further ones have the values of those that are there."""
    those, these = (_actors(actors, count) for actors, count in ((EVIDENCE.powers, powers), (EVIDENCE.states, states)))
    like = {f"{old.name}_{n}": old.name for old in (*EVIDENCE.powers, *EVIDENCE.states) for n in range(1, 4)}
    whole = spec_of(EVIDENCE.powers, EVIDENCE.states, 9)
    return recast(whole, those, these, like)


def _actors(known: tuple[Actor, ...], count: int) -> tuple[Actor, ...]:
    more = [replace(old, name=f"{old.name}_{n}", iso3=f"{old.iso3[:2]}{n}") for n in range(1, 4) for old in known]
    return (*known, *more)[:count]
