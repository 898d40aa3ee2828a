"""What powers do in a quarter: phases 2 to 4 and 6, and the stocks of phase 5 that they build up."""

from __future__ import annotations

from typing import Final

from steppewise.world.memory import EventPlan, Switches, World
from steppewise.world.rules import DT, TINY, allocation, budget, delivery, dialogue, stocks

PACKAGE: Final = 1
INSTRUMENTS: Final = 3
SECTORS: Final = 5
AID: Final = 0
CONNECTIVITY: Final = 1
DIALOGUE: Final = 2
HUMAN_CAPITAL: Final = 0
GOVERNANCE: Final = 3
SECURITY_SECTOR: Final = 4


# decide -------------------------------------------------------------------------------------------------------------


def decide(w: World, on: Switches, plan: EventPlan, p: int, q: int) -> None:
    """Phases 2 to 4 in quarter `q`: the budget, where it goes, what is promised and what falls due."""
    set_budget(w, on, p)
    allocate(w, on, p)
    promise(w, plan, p, q)


def set_budget(w: World, on: Switches, p: int) -> None:
    """Phase 2: the budget of the quarter."""
    rise = 0.0
    if on.counterbalancing:
        rise = budget.counterbalance(w.counterbalancing[p], w.strongest_rival[p])
    w.budget[p] = budget.budget(w.effort[p], w.gdp[p], w.fiscal[p], rise) * w.budget_factor[p]


def allocate(w: World, on: Switches, p: int) -> None:
    """Phase 3: the share of each state in the budget."""
    ties, whole = 0.0, 0.0
    for s in range(w.states):
        ties = ties + w.bandwidth[p, s]
    for s in range(w.states):
        attraction = attract(w, on, p, s, ties / w.states)
        w.pull[p, s] = allocation.pull(attraction, w.engagement[p, s], w.relative_size[s], w.size[p])
        whole = whole + w.pull[p, s]
    for s in range(w.states):
        even = 1.0
        if on.allocation:
            even = w.even_handedness[p]
        w.allocation[p, s] = allocation.share(w.pull[p, s], whole, w.states, even)


def attract(w: World, on: Switches, p: int, s: int, mean: float) -> float:
    """Phase 3: what draws a power to a state; `mean` is that of its bandwidths."""
    attraction = allocation.attraction(
        w.motives[p, 0],
        w.needs_level[s],
        w.motives[p, 1],
        w.resources[s],
        w.motives[p, 2],
        w.bandwidth[p, s] / max(2.0 * mean, TINY),
        w.motives[p, 3],
        w.influence_of_all[s] - w.share[p, s],
    )
    if on.allocation_need_only:
        attraction = allocation.need_alone(w.needs_level[s])
    return attraction


def promise(w: World, plan: EventPlan, p: int, q: int) -> None:
    """Phase 4: promises enter the pipeline; what falls due of it and of packages."""
    w.promised[p] = w.promised[p] + w.budget[p] * DT
    for s in range(w.states):
        money = w.allocation[p, s] * (w.budget[p] * DT)
        due = 0.0
        for i in range(INSTRUMENTS):
            w.pipeline[p, s, i] = w.pipeline[p, s, i] + w.doctrine[p, i] * money
            due = due + w.pipeline[p, s, i] * w.due_rate[i]
        w.falls_due[p, s] = due
    for e in range(w.events):
        if plan.kind[e] == PACKAGE and plan.by[e] == p and plan.first[e] <= q:
            for s in range(w.states):
                w.falls_due[p, s] = w.falls_due[p, s] + w.remaining[e, s] / quarters_left(w, plan, e, q)


def quarters_left(w: World, plan: EventPlan, e: int, q: int) -> float:
    """Quarters over which what is left of a package falls due evenly, 1 at least."""
    return max(w.event_at[e] + plan.lasts[e] - q, 1.0)


# act ----------------------------------------------------------------------------------------------------------------


def act(w: World, on: Switches, plan: EventPlan, p: int, q: int) -> None:
    """Phases 3 to 6 in quarter `q`: offer, deliver what is due, build up aid and connectivity, talk."""
    for s in range(w.states):
        offer(w, on, p, s)
        deliver(w, on, plan, p, s, q)
        build(w, p, s)
        if on.dialogue:
            talk(w, p, s)


def offer(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 3: what is offered to a state from now on, and how well it fits what the state still wants."""
    responsiveness, differentiation = 0.0, 0.0
    if on.responsiveness:
        responsiveness = w.responsiveness[p]
    if on.differentiation:
        differentiation = w.differentiation[p]
    offered, wanted, misfit = 0.0, 0.0, 0.0
    for j in range(SECTORS):
        need, room = w.needs[s, j], w.room[p, s, j]
        w.offer[p, s, j] = allocation.offered(w.doctrine_offer[p, j], need, room, responsiveness, differentiation)
        offered, wanted = offered + w.offer[p, s, j], wanted + allocation.wanted(need, room)
    offered, wanted = 1.0 / offered, 1.0 / wanted
    for j in range(SECTORS):
        w.offer[p, s, j] = w.offer[p, s, j] * offered
        misfit = misfit + abs(w.offer[p, s, j] - allocation.wanted(w.needs[s, j], w.room[p, s, j]) * wanted)
    w.fit[p, s] = allocation.fit(misfit)


def deliver(w: World, on: Switches, plan: EventPlan, p: int, s: int, q: int) -> None:
    """Phase 4: of what is due to a state, what it takes in is paid or slips; the rest waits."""
    intake = taken_in(w, on, s)
    share = delivered_share(w, on, p, s, w.execution[p])
    paid_in_all, lost = 0.0, 0.0
    for i in range(INSTRUMENTS):
        due = w.pipeline[p, s, i] * w.due_rate[i] * intake
        paid = due * share
        slipped = w.delivery_cancelled * (due - paid)
        w.pipeline[p, s, i] = w.pipeline[p, s, i] - paid - slipped
        w.paid[p, s, i] = paid
        paid_in_all, lost = paid_in_all + paid, lost + slipped
    w.people_paid[p, s], w.lost_money[p, s] = 0.0, lost
    w.delivered[p] = w.delivered[p] + paid_in_all
    w.cancelled[p] = w.cancelled[p] + lost
    w.fallen_due[p] = w.fallen_due[p] + w.falls_due[p, s] * intake
    for e in range(w.events):
        if plan.kind[e] == PACKAGE and plan.by[e] == p and plan.first[e] <= q:
            deliver_package(w, on, plan, e, p, s, q, intake)


def taken_in(w: World, on: Switches, s: int) -> float:
    """Phase 4: the part of all that is due to a state that it can take in."""
    intake = 1.0
    if on.absorption_limit:
        due = 0.0
        for p in range(w.powers):
            due = due + w.falls_due[p, s]
        intake = delivery.taken_in(w.absorptive_capacity[s], due / (DT * w.absorption_limit * w.economy[s]))
    return intake


def delivered_share(w: World, on: Switches, p: int, s: int, execution: float) -> float:
    """Phase 4: what is delivered of what is taken in."""
    share = 1.0
    if on.slippage:
        share = delivery.delivered_share(execution, w.delivery[p, s])
    return share


def deliver_package(w: World, on: Switches, plan: EventPlan, e: int, p: int, s: int, q: int, intake: float) -> None:
    """Phase 4: what is due of a package to a state."""
    execution = w.execution[p]
    if plan.own_execution[e] > 0:
        execution = w.event_execution[e]
    due = w.remaining[e, s] / quarters_left(w, plan, e, q) * intake
    paid = due * delivered_share(w, on, p, s, execution)
    slipped = w.delivery_cancelled * (due - paid)
    w.remaining[e, s] = w.remaining[e, s] - (paid + slipped)
    w.delivered[p], w.cancelled[p] = w.delivered[p] + paid, w.cancelled[p] + slipped
    w.lost_money[p, s] = w.lost_money[p, s] + slipped
    if plan.people[e] > 0:
        w.people_paid[p, s] = w.people_paid[p, s] + paid
    else:
        for i in range(INSTRUMENTS):
            w.paid[p, s, i] = w.paid[p, s, i] + w.package_mix[e, i] * paid


def build(w: World, p: int, s: int) -> None:
    """Phase 5: aid, connectivity and migrants' earnings build up; what the state sees of it."""
    to_percent, people = w.to_percent[s], w.people_paid[p, s]
    w.aid_stock[p, s] = stocks.stock(w.aid_stock[p, s], w.aid_kept, w.paid[p, s, AID])
    w.aid[p, s] = w.aid_stock[p, s] * (100.0 / w.economy[s])
    w.connectivity[p, s] = stocks.stock(w.connectivity[p, s], w.connectivity_kept, w.paid[p, s, CONNECTIVITY])
    w.old_connectivity[p, s] = stocks.stock(w.old_connectivity[p, s], w.connectivity_kept, 0.0)
    w.earned[p, s] = stocks.stock(w.earned[p, s], w.connectivity_kept, w.people_yield * people)
    w.soft[p, s] = to_percent * (w.paid[p, s, AID] + w.paid[p, s, DIALOGUE] + people)
    w.hard[p, s], w.lost[p, s] = to_percent * w.paid[p, s, CONNECTIVITY], to_percent * w.lost_money[p, s]
    for_people = w.offer[p, s, HUMAN_CAPITAL] + w.offer[p, s, GOVERNANCE]
    w.schooling[p, s] = to_percent * w.paid[p, s, AID] * for_people


def talk(w: World, p: int, s: int) -> None:
    """Phase 6: dialogue."""
    w.dialogue[p, s] = dialogue.dialogue(
        w.meetings_per_year[p],
        dialogue.reach(w.engagement[p, s], w.has_format[p]),
        w.paid[p, s, DIALOGUE] * w.to_percent[s],
        w.dialogue_money,
        w.dialogue_half_saturation,
    )
