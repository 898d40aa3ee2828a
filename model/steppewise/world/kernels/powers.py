"""Powers in loops: what they see, decide and deliver, phases 2 to 4."""

from __future__ import annotations

from typing import Any

import numpy as np

from steppewise.evidence import types
from steppewise.world.kernels.compiler import kernel, rule, sum_rows
from steppewise.world.luck import Array
from steppewise.world.rules import DT, TINY, allocation, bandwidth, budget, delivery, trust

SECTORS, INSTRUMENTS = len(types.SECTORS), len(types.INSTRUMENTS)  # known when compiling, so that loops unroll

_attraction = rule(allocation.attraction)
_counterbalance = rule(budget.counterbalance)
_credit = rule(trust.credit)
_delivered_share = rule(delivery.delivered_share)
_moved_offer = rule(allocation.moved_offer)
_outside_ties = rule(bandwidth.outside_ties)
_part = rule(allocation.part)
_pull = rule(allocation.pull)
_spent = rule(budget.spent)


@kernel
def act(held: Any, fortune: Array, shock: Array, delivered: Array) -> None:
    """Phases 2 to 4 but for packages. `fortune` is exp of the fiscal shock; into `delivered` by instrument."""
    on, view, ties, powers, states, links, world, values, wants, doctrine = held.given
    _look_around(view, ties, powers, states, links, world, values)
    for p in range(len(fortune)):
        # One power after the other, while what it promises is still in the cache; none looks at what another does now.
        _decide(on, view, ties, powers, values, doctrine, fortune, p)
        _deliver(on, view, ties, powers, world, values, doctrine, wants.needs, shock, delivered, p)


@rule
def _look_around(view: Any, ties: Any, powers: Any, states: Any, links: Any, world: Any, values: Any) -> None:
    """What agents see of one another: last quarter's state."""
    count, ofs, worlds = ties.share.shape
    others = max(ofs - 1, 1)
    for s in range(ofs):
        for r in range(worlds):
            view.to_percent[s, r] = (100.0 / DT) / states.gdp[s, r]
            view.capability[s, r] = np.sqrt(states.absorptive_capacity[s, r])
            view.mean_cooperation[s, r] = 0.0
            view.influence_of_all[s, r] = ties.share[0, s, r]
        for t in range(ofs):
            for r in range(worlds):
                passage = links.border[s, t, r] * links.cooperation[s, t, r]
                view.transit[s, t, r] = world.connectivity_transit[r] * passage
                view.hearing[s, t, r] = world.trust_social_learning[r] * passage / view.borders[s, 0, r]
                view.mean_cooperation[s, r] += links.cooperation[t, s, r]
        for p in range(1, count):
            for r in range(worlds):
                view.influence_of_all[s, r] += ties.share[p, s, r]
        for r in range(worlds):
            view.mean_cooperation[s, r] /= others
            view.outside_ties[s, r] = _outside_ties(
                world.dependence_outside[r], world.dependence_cooperation[r], view.mean_cooperation[s, r]
            )
    for p in range(count):
        for r in range(worlds):
            credit = _credit(values.predictability[p, r], powers.has_format[p, r], values.coerciveness[p, r])
            view.talk_gain[p, r] = world.trust_dialogue_gain[r] * credit
    _look_at_rivals(view.regional_share, powers.offer, view.crowding, view.strongest_rivals)


@rule
def _look_at_rivals(share: Array, offer: Array, crowding: Array, strongest: Array) -> None:
    powers, _, worlds = offer.shape
    theirs = np.empty(worlds)
    for p in range(powers):
        for r in range(worlds):
            theirs[r] = strongest[p, r] = 0.0
        for k in range(SECTORS):
            for r in range(worlds):
                crowding[p, k, r] = 0.0
        for q in range(powers):
            if q == p:
                continue
            for r in range(worlds):
                theirs[r] += share[q, r]
                strongest[p, r] = np.maximum(strongest[p, r], share[q, r])
            for k in range(SECTORS):
                for r in range(worlds):
                    crowding[p, k, r] += share[q, r] * offer[q, k, r]
        for k in range(SECTORS):
            for r in range(worlds):
                crowding[p, k, r] /= np.maximum(theirs[r], TINY)


@rule
def _decide(on: Any, view: Any, ties: Any, powers: Any, values: Any, doctrine: Any, fortune: Array, p: int) -> None:
    """Phases 2 and 3 of a power."""
    _, states, worlds = ties.share.shape
    pulls, all_pulls, crowded = np.empty((states, worlds)), np.empty(worlds), np.empty(worlds)
    weights = values.allocation
    for r in range(worlds):
        rise = 0.0
        if on.counterbalancing:
            threshold = values.counterbalancing_threshold[p, r]
            rise = _counterbalance(values.counterbalancing[p, r], view.strongest_rivals[p, r], threshold)
        amount = _spent(values.effort[p, r], powers.gdp[p, r], fortune[p, r], rise)
        powers.budget[p, r] = amount * powers.budget_factor[p, r]
    for s in range(states):
        for r in range(worlds):
            # what stands weighs already in the doctrine
            motives = (0.0, 0.0, weights[2, p, r], weights[3, p, r], weights[4, p, r])
            rivalry = view.influence_of_all[s, r] - ties.share[p, s, r]
            attraction = _attraction(
                doctrine.standing[p, s, r],
                motives,
                values.patience[p, r],
                ties.bandwidth[p, s, r],
                rivalry,
                ties.learned[p, s, r],
            )
            pulls[s, r] = _pull(attraction, ties.engagement[p, s, r])
    sum_rows(pulls, all_pulls)
    for s in range(states):
        for r in range(worlds):
            even = values.even_handedness[p, r] if on.allocation else 1.0
            ties.allocation[p, s, r] = _part(pulls[s, r], all_pulls[r], states, even)
    for r in range(worlds):
        crowded[r] = powers.offer[p, 0, r] * view.crowding[p, 0, r]
        for k in range(1, SECTORS):
            crowded[r] += powers.offer[p, k, r] * view.crowding[p, k, r]
    for k in range(SECTORS):
        for r in range(worlds):
            powers.next_offer[p, k, r] = _moved_offer(
                powers.offer[p, k, r],
                view.mean_needs[k, r],
                view.crowding[p, k, r],
                crowded[r],
                doctrine.toward_needs[p, r],
                doctrine.away_from_rivals[p, r],
            )


@rule
def _deliver(
    on: Any,
    view: Any,
    ties: Any,
    powers: Any,
    world: Any,
    values: Any,
    doctrine: Any,
    needs: Array,
    shock: Array,
    delivered: Array,
    p: int,
) -> None:
    """The new offer of a power stands, and its pipelines deliver."""
    _, states, worlds = ties.share.shape
    due, done, share, money = np.empty(worlds), np.empty(worlds), np.empty(worlds), np.empty(worlds)
    all_due, all_done = np.zeros(worlds), np.zeros(worlds)
    for k in range(SECTORS):
        for r in range(worlds):
            powers.offer[p, k, r] = powers.next_offer[p, k, r]
    for r in range(worlds):
        powers.committed[p, r] += powers.budget[p, r] * DT
    for s in range(states):
        for r in range(worlds):
            fit = np.minimum(powers.offer[p, 0, r], needs[0, s, r])
            for k in range(1, SECTORS):
                fit += np.minimum(powers.offer[p, k, r], needs[k, s, r])
            ties.fit[p, s, r] = fit
        for r in range(worlds):
            money[r] = ties.allocation[p, s, r] * (powers.budget[p, r] * DT)
            share[r] = 1.0
            if on.slippage:
                share[r] = _delivered_share(values.execution[p, r], view.capability[s, r], shock[p, s, r])
        for k in range(INSTRUMENTS):
            for r in range(worlds):
                waiting = powers.pipeline[k, p, s, r] + doctrine.mix[k, p, s, r] * money[r]
                falls_due = waiting * doctrine.due_rate[k, 0, 0, r]
                paid = falls_due * share[r]
                waiting -= paid
                waiting -= world.delivery_cancelled[r] * (falls_due - paid)
                powers.pipeline[k, p, s, r] = waiting
                delivered[k, p, s, r] = paid
                due[r] = falls_due if k == 0 else due[r] + falls_due
                done[r] = paid if k == 0 else done[r] + paid
        for r in range(worlds):
            ties.due[p, s, r] = due[r] * view.to_percent[s, r]
            ties.delivered[p, s, r] = done[r] * view.to_percent[s, r]
            all_due[r] += due[r]
            all_done[r] += done[r]
    for r in range(worlds):
        powers.due[p, r] += all_due[r]
        powers.delivered[p, r] += all_done[r]
        powers.cancelled[p, r] += world.delivery_cancelled[r] * (all_due[r] - all_done[r])
