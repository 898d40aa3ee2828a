"""Phase 1: formats begin, news fades, and events take effect, where they happen; docs/odd.md, 6.4."""

from __future__ import annotations

from typing import Final

from steppewise.world import powers
from steppewise.world.derived import prepare
from steppewise.world.mathematics import power
from steppewise.world.memory import EventPlan, Switches, World
from steppewise.world.rules import DT, cooperation, part_of, trust

VISIT: Final = 0
PACKAGE: Final = powers.PACKAGE
PRESSURE: Final = 2
BUDGET: Final = 3
CORRIDOR: Final = 4
FORMAT: Final = 5
MEMBERSHIP: Final = 6
SET: Final = 7
TRADE_SHOCK: Final = 8
REMITTANCE_SHOCK: Final = 9
RESOURCE_PRICE: Final = 10
SECURITY_CRISIS: Final = 11
ALLIANCE: Final = 12
NEVER: Final = 1e300
"""More hazard than a power can gather."""


def take_effect(w: World, on: Switches, plan: EventPlan, q: int, years: float) -> None:
    """Phase 1 of quarter `q`, which begins at `years`."""
    for p in range(w.powers):
        w.has_format[p] = 1.0 if years - DT < w.format_start[p] <= years else w.has_format[p]
        w.budget_factor[p] = 1.0
        for s in range(w.states):
            w.news_kept[p, s] = trust.faded(w.news_kept[p, s], w.trust_news_fading)
            w.news_broken[p, s] = trust.faded(w.news_broken[p, s], w.trust_news_fading)
            w.open_pressure[p, s], w.openness[p, s], w.sending[p, s] = 0.0, 1.0, 1.0
    for s in range(w.states):
        w.crisis[s], w.price_factor[s] = 1.0, 1.0
    for e in range(w.events):
        if plan.first[e] <= q <= plan.latest[e]:
            start(w, on, plan, e, q)
    for e in range(w.events):
        if plan.first[e] <= q < plan.latest[e] + plan.lasts[e]:
            go_on(w, plan, e, q)


def start(w: World, on: Switches, plan: EventPlan, e: int, q: int) -> None:
    """What an event does once, in the quarter of its date."""
    now = w.fires[e] if w.event_at[e] == q else 0.0
    kind, p = plan.kind[e], plan.by[e]
    if kind == VISIT:
        visit(w, plan, e, p, now)
    if kind == PACKAGE:
        announce(w, plan, e, p, now)
    if kind == CORRIDOR:
        open_corridor(w, plan, e, p, now)
    if kind == FORMAT:
        change_format(w, plan, e, p, now)
    if kind == ALLIANCE:
        change_alliance(w, plan, e, p, now)
    if kind == MEMBERSHIP:
        change_membership(w, plan, e, p, now)
    if kind == SET:
        set_parameter(w, on, plan, e, now)


def go_on(w: World, plan: EventPlan, e: int, q: int) -> None:
    """What a lasting event does in every quarter."""
    now = w.fires[e] if w.event_at[e] <= q < w.event_at[e] + plan.lasts[e] else 0.0
    kind, p = plan.kind[e], plan.by[e]
    if kind == BUDGET:
        w.budget_factor[p] = w.budget_factor[p] * lasting(w.event_number[e], now)
    for s in range(w.states):
        if plan.to[e, s] > 0:
            if kind == PRESSURE:
                w.open_pressure[p, s] = w.open_pressure[p, s] + w.event_number[e] * now
            if kind == TRADE_SHOCK:
                w.openness[p, s] = w.openness[p, s] * lasting(w.event_number[e], now)
            if kind == REMITTANCE_SHOCK:
                for sender in range(w.powers):
                    if p < 0 or p == sender:
                        w.sending[sender, s] = w.sending[sender, s] * lasting(w.event_number[e], now)
            if kind == RESOURCE_PRICE:
                w.price_factor[s] = w.price_factor[s] * power(lasting(w.event_number[e], now), w.resources[s])
            if kind == SECURITY_CRISIS:
                w.crisis[s] = w.crisis[s] * lasting(w.event_number[e], now)


def lasting(factor: float, now: float) -> float:
    """The factor of an event under way, 1 of one that is not."""
    return 1.0 + (factor - 1.0) * now


def visit(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """A visit is news: good where it is held, bad by its blame where it is cancelled."""
    worth = w.trust_minister_visit * now
    if plan.level[e] > 0:
        worth = w.trust_leader_visit * now
    for s in range(w.states):
        if plan.to[e, s] > 0:
            if plan.choice[e] > 0:
                w.news_kept[p, s] = w.news_kept[p, s] + worth
            else:
                w.news_broken[p, s] = w.news_broken[p, s] + w.event_number[e] * worth


def announce(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """A package enters the books, split by the power's own allocation."""
    whole, count = 0.0, 0
    for s in range(w.states):
        if plan.to[e, s] > 0:
            whole, count = whole + w.allocation[p, s], count + 1
    announced = 0.0
    for s in range(w.states):
        if plan.to[e, s] > 0:
            amount = part_of(w.allocation[p, s], whole, count) * (w.event_number[e] * now)
            w.remaining[e, s] = amount if now > 0 else w.remaining[e, s]
            announced = announced + amount
    w.promised[p] = w.promised[p] + announced
    for i in range(powers.INSTRUMENTS):
        part = w.doctrine[p, i]
        if plan.own_mix[e] > 0:
            part = w.event_mix[e, i]
        w.package_mix[e, i] = part if now > 0 else w.package_mix[e, i]


def open_corridor(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """A corridor opens states to one another by its cost, and builds connectivity with a power that pays for it."""
    count, before = 0, -1
    for i in range(w.states):
        if plan.to[e, i] > 0:
            count += 1
    stretch = w.event_number[e] / max(count - 1, 1)
    for i in range(count):
        s = plan.to[e, i] - 1
        if p >= 0:
            w.connectivity[p, s] = w.connectivity[p, s] + w.event_number[e] / count * now
        if i > 0:
            cost = stretch * 200.0 / (w.output[before] + w.output[s])
            opened = cooperation.opened(w.link[before, s], w.connectivity_corridor * now, cost)
            w.link[before, s], w.link[s, before] = opened, opened
        before = s


def change_format(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """Launch or end a power's format; an ended one is not adopted again."""
    held = 0.0
    if plan.choice[e] > 0:
        held = 1.0
    else:
        w.adoption_threshold[p] = NEVER if now > 0 else w.adoption_threshold[p]
    w.has_format[p] = held if now > 0 else w.has_format[p]


def change_alliance(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """An alliance, joint forces or arms: the security tie rises or falls."""
    sign = -1.0
    if plan.choice[e] > 0:
        sign = 1.0
    for s in range(w.states):
        if plan.to[e, s] > 0:
            w.allied[p, s] = min(max(w.allied[p, s] + sign * w.event_number[e] * now, 0.0), 1.0)


def change_membership(w: World, plan: EventPlan, e: int, p: int, now: float) -> None:
    """States join or leave the union of a power."""
    joined = 0.0
    if plan.choice[e] > 0:
        joined = 1.0
    for s in range(w.states):
        if plan.to[e, s] > 0:
            w.member[p, s] = joined if now > 0 else w.member[p, s]


def set_parameter(w: World, on: Switches, plan: EventPlan, e: int, now: float) -> None:
    """A parameter takes another value; behind the last one of an event, what follows from them is computed anew."""
    target = plan.target[e]
    w.parameter[target] = w.event_number[e] if now > 0 else w.parameter[target]
    if plan.choice[e] > 0:
        prepare(w, on)
