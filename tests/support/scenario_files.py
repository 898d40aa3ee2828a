"""Scenario files anywhere in what the schema allows, as plain data, for Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.types import Definition
from steppewise.scenario.events.set import changes_later
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import MECHANISMS, STRUCTURES

EVIDENCE = load_evidence()
USUAL = {
    kind: [a.name for a in EVIDENCE.actors.values() if a.kind == kind and not a.optional] for kind in ("power", "state")
}
NEW = {
    "power": {"name": "utopia", "kind": "power", "label": "Utopia: the \"best\"", "iso3": "UTO", "like": "japan"},
    "state": {"name": "ruritania", "kind": "state", "label": "Rü", "iso3": "RUR", "like": "uzbekistan",
              "borders": ["kazakhstan"]},
}  # fmt: skip
LEVELS = st.sampled_from(list(EVIDENCE.levels))
SHARES = LEVELS | st.floats(0, 1)
TEXTS = st.text(max_size=30)
YEARS = st.floats(0.01, 100)
FACTORS = st.floats(0, 100)
FIRST = max(one.first_year for (kind, _), one in EVIDENCE.records.items() if kind == "gdp")
LAST = max(one.first_year + len(one.values) - 1 for one in EVIDENCE.records.values())
SETTLED = ("union", "neutrality", "border")
"""What says which events make sense; it is left as it is."""

NEIGHBOURS = [
    tuple(name.split(".")[1:3]) for name, p in EVIDENCE.parameters.items() if name.endswith(".border") and p.value > 0
]
AMOUNTS = st.floats(1e-6, 1000)
STARTS = {"power": "powers.{p}.", "state": "states.{s}.", "tie": "ties.{p}.{s}.", "world": "world."}


Made = Callable[..., st.SearchStrategy[dict[str, Any]]]
CHOICES = {part: st.sampled_from(list(choices)) for part, choices in STRUCTURES.items()}


def quarter_text(number: int) -> str:
    return str(Quarter(number))


@st.composite
def scenario_files(draw: st.DrawFn) -> dict[str, Any]:
    """A legal scenario file that extends nothing."""
    start = draw(st.integers(Quarter.parse(f"{FIRST}Q3").number, Quarter.parse("2090Q1").number))
    end = draw(st.integers(start, start + 30))
    actors, names = draw(_actors())
    powers, states = names["power"], names["state"]
    at = st.integers(start, end).map(quarter_text)
    keys = ("growth", *SETTLED) if end < Quarter.parse(f"{LAST + 1}Q1").number else SETTLED
    free = [d for d in EVIDENCE.definitions.values() if d.key not in keys]
    events = draw(st.lists(_event(at, powers, states, free), max_size=5))
    data = {
        "name": "generated",
        "title": draw(TEXTS),
        "question": draw(TEXTS),
        "start": quarter_text(start),
        "end": quarter_text(end),
        "actors": actors,
        "mechanisms": draw(st.dictionaries(st.sampled_from(list(MECHANISMS)), st.sampled_from(["on", "off"]))),
        "structure": draw(st.fixed_dictionaries({}, optional=CHOICES)),
        "set": draw(_values(powers, states, free)),
        "events": _without_rivals(events),
    }
    return {key: value for key, value in data.items() if value not in ({}, [])}


@st.composite
def _actors(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Additions and removals, and who takes part."""
    remove, add, names = [], [], {}
    for kind in ("power", "state"):
        gone = draw(st.lists(st.sampled_from(USUAL[kind][:-1]), unique=True))
        new = draw(st.booleans())
        remove += gone
        add += [NEW[kind]] if new else []
        names[kind] = [name for name in USUAL[kind] if name not in gone] + ([NEW[kind]["name"]] if new else [])
    if draw(st.booleans()):
        add.append("south_korea")
        names["power"].append("south_korea")
    return {key: value for key, value in (("add", add), ("remove", remove)) if value}, names


def _without_rivals(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most one event that sets parameters: two might set the same one."""
    setting = [event for event in events if "set" in event][1:]
    return [event for event in events if not any(event is other for other in setting)]


@st.composite
def _values(draw: st.DrawFn, powers: list[str], states: list[str], free: list[Definition]) -> dict[str, Any]:
    definitions = [d for d in free if d.kind != "link"]
    chosen = draw(st.lists(st.sampled_from(definitions), max_size=5, unique_by=lambda d: (d.kind, d.key)))
    return {draw(_name(d, powers, states)): draw(_value(d)) for d in chosen}


@st.composite
def _name(draw: st.DrawFn, definition: Definition, powers: list[str], states: list[str]) -> str:
    power = draw(st.sampled_from(["*", *powers]))
    state = draw(st.sampled_from(["*", *states]))
    return STARTS[definition.kind].format(p=power, s=state) + definition.key


def _number(definition: Definition) -> st.SearchStrategy[float]:
    return st.floats(definition.lowest, definition.highest)


def _setting(definition: Definition) -> st.SearchStrategy[Any]:
    return _number(definition) | LEVELS if definition.takes_levels else _number(definition)


@st.composite
def _value(draw: st.DrawFn, definition: Definition) -> Any:
    form = draw(st.sampled_from(("setting", "range", "full")))
    if form == "setting":
        return draw(_setting(definition))
    low, value, high = sorted(draw(st.lists(_number(definition), min_size=3, max_size=3)))
    if form == "range":
        return {"low": low, "high": high}
    source = draw(st.text("abc: #'\"{", min_size=1).filter(str.strip))
    texts = {"source": source, "passage": draw(TEXTS), "reason": draw(TEXTS)}
    return {"value": value, "low": low, "high": high, "class": draw(st.sampled_from(["stated", "assumed"])), **texts}


def _event(
    at: st.SearchStrategy[str], powers: list[str], states: list[str], free: list[Definition]
) -> st.SearchStrategy[dict[str, Any]]:
    """An event of any kind between actors that take part."""
    by = st.sampled_from(powers)
    some = st.lists(st.sampled_from(states), min_size=1, unique=True)
    to = some | st.just("all")
    weights = st.dictionaries(st.sampled_from(["aid", "connectivity", "dialogue"]), st.floats(0.1, 9), min_size=1)
    chance = {"probability": st.floats(0, 1), "note": TEXTS}
    visit = {"visit": st.just("held"), "by": by, "to": to, "level": st.sampled_from(["leader", "minister"])}
    money = {"over": YEARS, "execution": SHARES}

    def made(kind: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
        free = {key: drawn for key, drawn in {**chance, **optional}.items() if key not in kind}
        return st.fixed_dictionaries({"at": at, **kind}, optional=free)

    kinds = [
        made(visit),
        made({**visit, "visit": st.just("cancelled")}, blame=SHARES | st.just("none")),
        made({"package": AMOUNTS, "by": by, "to": to}, mix=weights, **money),
        made({"labour_pathway": AMOUNTS, "by": by, "to": to}, **money),
        made({"pressure": SHARES, "by": by, "to": to}, over=YEARS),
        made({"budget": st.floats(0, 100), "by": by}, over=YEARS),
        made({"format": st.sampled_from(["launched", "ended"]), "by": by}),
        made({"trade_shock": FACTORS, "by": by, "to": to}, over=YEARS),
        made({"remittance_shock": FACTORS, "to": to}, by=by, over=YEARS),
        made({"resource_price": st.floats(0.01, 100)}, to=to, over=YEARS),
        made({"security_crisis": FACTORS, "to": to}, over=YEARS),
        made({"alliance": st.just("ended"), "by": by, "to": to}, strength=SHARES),
        made({"set": _settings(powers, states, free)}),
        *_of_some(made, by, powers, states),
    ]
    return st.one_of(kinds)


def _of_some(
    made: Made, by: st.SearchStrategy[str], powers: list[str], states: list[str]
) -> list[st.SearchStrategy[dict[str, Any]]]:
    """The kinds of event that are for some actors only."""
    kinds = []
    unlikely = {"probability": st.floats(0, 0.9)}  # what may not have happened may happen again
    members = [(p, s) for p in powers for s in states if _evidence(f"ties.{p}.{s}.union") > 0]
    for power, state in members:
        kinds.append(made({"membership": st.just("left"), "by": st.just(power), "to": st.just([state]), **unlikely}))
    for power in {*powers} - {power for power, _ in members}:
        joined = {"membership": st.just("joined"), "by": st.just(power), "to": st.just("all"), **unlikely}
        kinds.append(made(joined))
    if free := [state for state in states if _evidence(f"states.{state}.neutrality") < 0.8]:
        to = st.lists(st.sampled_from(free), min_size=1, unique=True)
        kinds.append(made({"alliance": st.just("formed"), "by": by, "to": to}, strength=SHARES))
    if pairs := [pair for pair in NEIGHBOURS if {*pair} <= {*states}]:
        along = st.sampled_from(pairs).flatmap(lambda pair: st.permutations(pair))
        kinds.append(made({"corridor": AMOUNTS, "along": along}, by=by))
    return kinds


def _evidence(name: str) -> float:
    """The value of a parameter; that of the like actor for a new one."""
    for new in NEW.values():
        name = name.replace(new["name"], new["like"])
    return EVIDENCE.parameters[name].value


@st.composite
def _settings(draw: st.DrawFn, powers: list[str], states: list[str], free: list[Definition]) -> dict[str, Any]:
    changing = [d for d in free if d.kind not in ("link", "tie") and changes_later(d)]
    chosen = draw(st.lists(st.sampled_from(changing), min_size=1, max_size=3, unique_by=lambda d: (d.kind, d.key)))
    return {draw(_name(d, powers, states)): draw(_setting(d)) for d in chosen}
