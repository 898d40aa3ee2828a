"""What powers do in a quarter: phases 2 to 4 and 6, and the stocks of phase 5 that they build up."""

from __future__ import annotations

from typing import Final

from steppewise.world.memory import Plan, Switches, World
from steppewise.world.rules import DT, allocation, budget, delivery, dialogue, stocks

PACKAGE: Final = 1
INSTRUMENTS: Final = 3
SECTORS: Final = 5
AID: Final = 0
CONNECTIVITY: Final = 1
DIALOGUE: Final = 2
HUMAN_CAPITAL: Final = 0
GOVERNANCE: Final = 3


# decide -------------------------------------------------------------------------------------------------------------


def decide(w: World, on: Switches, p: int) -> None:
    """Phases 2 and 3: the budget and where it goes, on what was seen of last quarter."""
    set_budget(w, on, p)
    allocate(w, on, p)


def set_budget(w: World, on: Switches, p: int) -> None:
    """Phase 2: the budget of the quarter."""
    rise = 0.0
    if on.counterbalancing:
        rise = budget.counterbalance(w.counterbalancing[p], w.strongest_rival[p], w.counterbalancing_threshold[p])
    w.budget[p] = budget.budget(w.effort[p], w.gdp[p], w.fiscal[p], rise) * w.budget_factor[p]


def allocate(w: World, on: Switches, p: int) -> None:
    """Phase 3: the share of each state in the budget."""
    whole = 0.0
    for s in range(w.states):
        rivalry = w.influence_of_all[s] - w.share[p, s]
        moving = allocation.moving_attraction(w.motives[p, 2], w.bandwidth[p, s], w.motives[p, 3], rivalry)
        hope = allocation.hope_of_return(w.motives[p, 4], w.patience[p], w.learned[p, s])
        w.pull[p, s] = allocation.pull(w.standing[p, s] + (moving + hope), w.engagement[p, s])
        whole = whole + w.pull[p, s]
    for s in range(w.states):
        even = 1.0
        if on.allocation:
            even = w.even_handedness[p]
        w.allocation[p, s] = allocation.share(w.pull[p, s], whole, w.states, even)


# act ----------------------------------------------------------------------------------------------------------------


def act(w: World, on: Switches, plan: Plan, p: int, q: int) -> None:
    """Phases 4 to 6 in quarter `q`: offer, deliver what is due, build up aid and connectivity, talk."""
    adapt_offer(w, p)
    deliver(w, on, p)
    deliver_packages(w, on, plan, p, q)
    for s in range(w.states):
        build(w, p, s)
        if on.dialogue:
            talk(w, p, s)


def adapt_offer(w: World, p: int) -> None:
    """Phase 3: what is offered from now on, and how well it fits the needs."""
    mean = 0.0
    for j in range(SECTORS):
        mean = mean + w.offer[p, j] * w.crowding[p, j]
    for j in range(SECTORS):
        w.offer[p, j] = allocation.adapted_offer(
            w.offer[p, j], w.mean_needs[j], w.crowding[p, j], mean, w.toward_needs[p], w.away_from_rivals[p]
        )
    for s in range(w.states):
        w.fit[p, s] = fit(w, p, s)


def fit(w: World, p: int, s: int) -> float:
    """Sum over sectors of min(offer, need), 0 to 1. Source: tca2025-31."""
    fits = 0.0
    for j in range(SECTORS):
        fits = fits + min(w.offer[p, j], w.needs[s, j])
    return fits


def deliver(w: World, on: Switches, p: int) -> None:
    """Phase 4: promises enter the pipeline; what is due is delivered or slips."""
    w.promised[p] = w.promised[p] + w.budget[p] * DT
    all_due, all_done = 0.0, 0.0
    for s in range(w.states):
        money = w.allocation[p, s] * (w.budget[p] * DT)
        share = delivered_share(w, on, p, s, w.execution[p])
        due, done = 0.0, 0.0
        for i in range(INSTRUMENTS):
            waiting = w.pipeline[p, s, i] + w.mix[p, s, i] * money
            falls_due = waiting * w.due_rate[i]
            paid = falls_due * share
            w.pipeline[p, s, i] = waiting - paid - w.delivery_cancelled * (falls_due - paid)
            w.paid[p, s, i] = paid
            due, done = due + falls_due, done + paid
        w.due[p, s], w.done[p, s] = due * w.to_percent[s], done * w.to_percent[s]
        w.people[p, s] = 0.0
        all_due, all_done = all_due + due, all_done + done
    book(w, p, all_due, all_done)


def delivered_share(w: World, on: Switches, p: int, s: int, execution: float) -> float:
    """What is delivered of what is due."""
    share = 1.0
    if on.slippage:
        share = delivery.delivered_share(execution, w.capability[s], w.delivery[p, s])
    return share


def book(w: World, p: int, due: float, done: float) -> None:
    """Add what was due and delivered this quarter in all states, billion USD, to the account."""
    w.fallen_due[p], w.delivered[p] = w.fallen_due[p] + due, w.delivered[p] + done
    w.cancelled[p] = w.cancelled[p] + w.delivery_cancelled * (due - done)


def deliver_packages(w: World, on: Switches, plan: Plan, p: int, q: int) -> None:
    """Phase 4: what falls due of the power's packages."""
    for e in range(w.events):
        if plan.kind[e] == PACKAGE and plan.by[e] == p and plan.first[e] <= q:
            deliver_package(w, on, plan, e, p, q)


def deliver_package(w: World, on: Switches, plan: Plan, e: int, p: int, q: int) -> None:
    """Phase 4: what falls due of a package, evenly over the quarters left."""
    execution = w.execution[p]
    if plan.own_execution[e] > 0:
        execution = w.event_execution[e]
    left = max(w.event_at[e] + plan.lasts[e] - q, 1.0)
    all_due, all_done = 0.0, 0.0
    for s in range(w.states):
        due = w.remaining[e, s] / left
        paid = due * delivered_share(w, on, p, s, execution)
        w.remaining[e, s] = w.remaining[e, s] - (paid + w.delivery_cancelled * (due - paid))
        w.due[p, s], w.done[p, s] = w.due[p, s] + due * w.to_percent[s], w.done[p, s] + paid * w.to_percent[s]
        for i in range(INSTRUMENTS):
            w.paid[p, s, i] = w.paid[p, s, i] + w.package_mix[e, i] * paid
        if plan.people[e] > 0:
            w.people[p, s] = w.people[p, s] + paid
        all_due, all_done = all_due + due, all_done + paid
    book(w, p, all_due, all_done)


def build(w: World, p: int, s: int) -> None:
    """Phase 5: aid and connectivity build up."""
    aid = w.paid[p, s, AID] * w.to_percent[s]
    w.aid[p, s] = stocks.stock(w.aid[p, s], w.aid_kept, aid * DT)
    w.connectivity[p, s] = stocks.stock(w.connectivity[p, s], w.connectivity_kept, w.paid[p, s, CONNECTIVITY])
    for_people = w.offer[p, HUMAN_CAPITAL] + w.offer[p, GOVERNANCE]
    w.schooling[p, s] = aid * for_people + w.people[p, s] * w.to_percent[s]


def talk(w: World, p: int, s: int) -> None:
    """Phase 6: dialogue."""
    w.dialogue[p, s] = dialogue.dialogue(
        w.meetings_per_year[p],
        dialogue.reach(w.engagement[p, s], w.has_format[p]),
        w.paid[p, s, DIALOGUE] * w.to_percent[s],
        w.dialogue_money,
        w.dialogue_half_saturation,
    )
