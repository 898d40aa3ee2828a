"""The quarter as loops over single ties and worlds, compiled: the same rules, in the same order, to the last bit.

Between the kernels stands what NumPy does faster or what is rarely done: logarithms, exponentials, events, packages
(compiled.py). Shapes are those of arrays.py; `out` parameters are written to. The innermost loop runs over the worlds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from steppewise.world.luck import Array
from steppewise.world.rules import (
    DT,
    TINY,
    allocation,
    bandwidth,
    budget,
    cooperation,
    delivery,
    dialogue,
    formats,
    hedging,
    influence,
    learning,
    shocks,
    stocks,
    trust,
)

Compiled = Callable[..., Any]

AID, CONNECTIVITY, DIALOGUE = range(3)
HUMAN_CAPITAL, GOVERNANCE = 0, 3


def _rule(rule: Compiled) -> Compiled:
    """A rule for single numbers; divisions by zero give what NumPy gives."""
    return numba.njit(error_model="numpy")(rule)


def _kernel(loops: Compiled) -> Compiled:
    return numba.njit(error_model="numpy", nogil=True, cache=True)(loops)


_above = _rule(trust.above)
_absorptive_capacity = _rule(stocks.absorptive_capacity)
_adoption_hazard = _rule(formats.adoption_hazard)
_answered = _rule(hedging.answered)
_attraction = _rule(allocation.attraction)
_benefit = _rule(hedging.benefit)
_broken_evidence = _rule(trust.broken_evidence)
_cooperation = _rule(cooperation.cooperation)
_counterbalance = _rule(budget.counterbalance)
_credit = _rule(trust.credit)
_delivered_share = _rule(delivery.delivered_share)
_dependence_on = _rule(bandwidth.dependence_on)
_dialogue = _rule(dialogue.dialogue)
_influence = _rule(influence.influence)
_intensity = _rule(stocks.intensity)
_kept_evidence = _rule(trust.kept_evidence)
_learned = _rule(learning.learned)
_lead = _rule(formats.lead)
_moved = _rule(shocks.moved)
_moved_offer = _rule(allocation.moved_offer)
_on_scale = _rule(bandwidth.on_scale)
_outside_ties = _rule(bandwidth.outside_ties)
_own_weight = _rule(influence.own_weight)
_part = _rule(allocation.part)
_pull = _rule(allocation.pull)
_reach = _rule(dialogue.reach)
_remembered = _rule(trust.remembered)
_share = _rule(influence.share)
_shifted = _rule(hedging.shifted)
_spark = _rule(cooperation.spark)
_spent = _rule(budget.spent)
_spread = _rule(formats.spread)
_stock = _rule(stocks.stock)
_substance = _rule(bandwidth.substance)
_trade = _rule(stocks.trade)
_trust = _rule(trust.trust)
_utility = _rule(hedging.utility)
_volume_weight = _rule(trust.volume_weight)
_width = _rule(shocks.width)
_worse = _rule(hedging.worse)


@_kernel
def shock_ties(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> None:
    """Chances.advance for one kind of shock, (power, state, world)."""
    powers, states, worlds = shock.shape
    wide = np.empty(worlds)
    for r in range(worlds):
        wide[r] = _width(persistence[r], volatility[r])
    for p in range(powers):
        for s in range(states):
            for r in range(worlds):
                shock[p, s, r] = _moved(shock[p, s, r], persistence[r], wide[r], uniform[p, s, r])


@_kernel
def act(
    on: Any,
    view: Any,
    ties: Any,
    powers: Any,
    states: Any,
    links: Any,
    world: Any,
    values: Any,
    wants: Any,
    doctrine: Any,
    fortune: Array,
    shock: Array,
    delivered: Array,
) -> None:
    """Phases 2 to 4 but for packages. `fortune` is exp of the fiscal shock; into `delivered` by instrument."""
    _look_around(view, ties, powers, states, links, world, values)
    _decide(on, view, ties, powers, values, doctrine, fortune)
    _deliver(on, view, ties, powers, world, values, doctrine, wants.needs, shock, delivered)


@_rule
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


@_rule
def _look_at_rivals(share: Array, offer: Array, crowding: Array, strongest: Array) -> None:
    powers, sectors, worlds = offer.shape
    theirs = np.empty(worlds)
    for p in range(powers):
        theirs[:] = 0.0
        strongest[p, :] = 0.0
        crowding[p, :, :] = 0.0
        for q in range(powers):
            if q == p:
                continue
            for r in range(worlds):
                theirs[r] += share[q, r]
                strongest[p, r] = np.maximum(strongest[p, r], share[q, r])
            for k in range(sectors):
                for r in range(worlds):
                    crowding[p, k, r] += share[q, r] * offer[q, k, r]
        for k in range(sectors):
            for r in range(worlds):
                crowding[p, k, r] /= np.maximum(theirs[r], TINY)


@_rule
def _decide(on: Any, view: Any, ties: Any, powers: Any, values: Any, doctrine: Any, fortune: Array) -> None:
    """Phases 2 and 3."""
    count, states, worlds = ties.share.shape
    pulls, all_pulls, crowded = np.empty((states, worlds)), np.empty(worlds), np.empty(worlds)
    weights = values.allocation
    for p in range(count):
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
        _sum_rows(pulls, all_pulls)
        for s in range(states):
            for r in range(worlds):
                even = values.even_handedness[p, r] if on.allocation else 1.0
                ties.allocation[p, s, r] = _part(pulls[s, r], all_pulls[r], states, even)
        for k in range(powers.promised.shape[0]):
            for s in range(states):
                for r in range(worlds):
                    money = ties.allocation[p, s, r] * (powers.budget[p, r] * DT)
                    powers.promised[k, p, s, r] = doctrine.mix[k, p, s, r] * money
        sectors = powers.offer.shape[1]
        for k in range(sectors):
            for r in range(worlds):
                product = powers.offer[p, k, r] * view.crowding[p, k, r]
                crowded[r] = product if k == 0 else crowded[r] + product
        for k in range(sectors):
            for r in range(worlds):
                powers.next_offer[p, k, r] = _moved_offer(
                    powers.offer[p, k, r],
                    view.mean_needs[k, r],
                    view.crowding[p, k, r],
                    crowded[r],
                    doctrine.toward_needs[p, r],
                    doctrine.away_from_rivals[p, r],
                )


@_rule
def _sum_rows(rows: Array, out: Array) -> None:
    """The sum over the first axis, in its order."""
    out[:] = rows[0]
    for i in range(1, rows.shape[0]):
        for r in range(rows.shape[1]):
            out[r] += rows[i, r]


@_rule
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
) -> None:
    """New offers stand, and pipelines deliver."""
    count, states, worlds = ties.share.shape
    instruments, sectors = len(delivered), powers.offer.shape[1]
    due, done = np.empty((states, worlds)), np.empty((states, worlds))
    all_due, all_done, share = np.empty(worlds), np.empty(worlds), np.empty(worlds)
    for p in range(count):
        for k in range(sectors):
            for r in range(worlds):
                powers.offer[p, k, r] = powers.next_offer[p, k, r]
        for r in range(worlds):
            powers.committed[p, r] += powers.budget[p, r] * DT
        for s in range(states):
            for r in range(worlds):
                ties.fit[p, s, r] = np.minimum(powers.offer[p, 0, r], needs[0, s, r])
                share[r] = 1.0
                if on.slippage:
                    share[r] = _delivered_share(values.execution[p, r], view.capability[s, r], shock[p, s, r])
            for k in range(1, sectors):
                for r in range(worlds):
                    ties.fit[p, s, r] += np.minimum(powers.offer[p, k, r], needs[k, s, r])
            for k in range(instruments):
                for r in range(worlds):
                    waiting = powers.pipeline[k, p, s, r] + powers.promised[k, p, s, r]
                    falls_due = waiting * doctrine.due_rate[k, 0, 0, r]
                    paid = falls_due * share[r]
                    waiting -= paid
                    waiting -= world.delivery_cancelled[r] * (falls_due - paid)
                    powers.pipeline[k, p, s, r] = waiting
                    delivered[k, p, s, r] = paid
                    due[s, r] = falls_due if k == 0 else due[s, r] + falls_due
                    done[s, r] = paid if k == 0 else done[s, r] + paid
            for r in range(worlds):
                ties.due[p, s, r] = due[s, r] * view.to_percent[s, r]
                ties.delivered[p, s, r] = done[s, r] * view.to_percent[s, r]
        _sum_rows(due, all_due)
        _sum_rows(done, all_done)
        for r in range(worlds):
            powers.due[p, r] += all_due[r]
            powers.delivered[p, r] += all_done[r]
            powers.cancelled[p, r] += world.delivery_cancelled[r] * (all_due[r] - all_done[r])


@_kernel
def build(
    on: Any,
    view: Any,
    ties: Any,
    powers: Any,
    states: Any,
    world: Any,
    values: Any,
    wants: Any,
    leverage: Array,
    delivered: Array,
    people: Array,
    logs: Array,
) -> None:
    """Phases 5 and 6 and the evidence of phase 7. Into `logs`, what logarithms are taken of: 1 + aid, 1 + trade."""
    count, ofs, worlds = ties.share.shape
    for p in range(count):
        for s in range(ofs):
            for r in range(worlds):
                aid = delivered[AID, p, s, r] * view.to_percent[s, r]
                ties.aid[p, s, r] = _stock(ties.aid[p, s, r], view.aid_kept[r], aid * DT)
                ties.connectivity[p, s, r] = _stock(
                    ties.connectivity[p, s, r], view.connectivity_kept[r], delivered[CONNECTIVITY, p, s, r]
                )
                ties.schooling[p, s, r] = aid * (powers.offer[p, HUMAN_CAPITAL, r] + powers.offer[p, GOVERNANCE, r])
            if len(people):
                for r in range(worlds):
                    ties.schooling[p, s, r] += people[p, s, r] * view.to_percent[s, r]
            if on.dialogue:
                for r in range(worlds):
                    ties.dialogue[p, s, r] = _dialogue(
                        values.meetings_per_year[p, r],
                        _reach(ties.engagement[p, s, r], powers.has_format[p, r]),
                        delivered[DIALOGUE, p, s, r] * view.to_percent[s, r],
                        world.dialogue_money[r],
                        world.dialogue_half_saturation[r],
                    )
    through = np.zeros(worlds)
    for p in range(count):
        for s in range(ofs):
            if on.transit:
                _through_neighbours(view.transit, ties.connectivity, p, s, through)
            for r in range(worlds):
                half = world.connectivity_half_saturation[r] * states.gdp[s, r]
                ties.intensity[p, s, r] = _intensity(ties.connectivity[p, s, r] + through[r], half)
            if on.trade:
                for r in range(worlds):
                    ties.trade[p, s, r] = _trade(
                        ties.trade_base[p, s, r],
                        states.trade_growth[s, r] * powers.trade_growth[p, r],
                        ties.intensity[p, s, r],
                        world.trade_connectivity_gain[r],
                        ties.engagement[p, s, r],
                    )
            for r in range(worlds):
                logs[0, p, s, r] = 1.0 + ties.aid[p, s, r]
                logs[1, p, s, r] = 1.0 + ties.trade[p, s, r] * (100.0 / states.gdp[s, r])
            if on.trust:
                _gather_evidence(on, view, ties, world, values, wants, leverage, p, s)


@_rule
def _through_neighbours(weights: Array, of_ties: Array, p: int, s: int, out: Array) -> None:
    """Sum over neighbours of weight times what they have with a power."""
    for r in range(len(out)):
        out[r] = weights[s, 0, r] * of_ties[p, 0, r]
    for n in range(1, weights.shape[1]):
        for r in range(len(out)):
            out[r] += weights[s, n, r] * of_ties[p, n, r]


@_rule
def _gather_evidence(
    on: Any, view: Any, ties: Any, world: Any, values: Any, wants: Any, leverage: Array, p: int, s: int
) -> None:
    for r in range(leverage.shape[2]):
        due, delivered = ties.due[p, s, r], ties.delivered[p, s, r]
        weight = _volume_weight(due, world.trust_volume_half_saturation[r])
        slip = weight * (due - delivered)
        ties.new_kept[p, s, r] = _kept_evidence(
            view.talk_gain[p, r] * ties.dialogue[p, s, r],
            world.trust_delivery_gain[r] * weight * delivered * ties.fit[p, s, r],
            slip,
        )
        ties.new_broken[p, s, r] = view.slip_loss[r] * slip
    for r in range(leverage.shape[2]):
        pressed = 0.0
        if on.pressure:
            strength = values.coerciveness[p, r] * leverage[p, s, r] + ties.open_pressure[p, s, r]
            pressed = world.trust_pressure_loss[r] * ties.dependence[p, s, r] * strength
        excess = _above(ties.dependence[p, s, r], wants.dependence_comfort[s, r])
        unease = world.trust_dependence_loss[r] * excess
        ties.new_broken[p, s, r] = _broken_evidence(ties.new_broken[p, s, r], pressed, unease)


@_kernel
def respond(
    on: Any, view: Any, ties: Any, states: Any, world: Any, wants: Any, taste: Array, logs: Array, worse: Array
) -> None:
    """Phases 7 and 8. Into `worse`, what exponentials are taken of: how far a power is behind the best for a state."""
    count, ofs, worlds = ties.share.shape
    kept, broken, whole = np.zeros(worlds), np.zeros(worlds), np.empty(worlds)
    utilities, best = np.empty((count, worlds)), np.empty(worlds)
    for s in range(ofs):
        if on.absorption:
            _sum_rows(ties.schooling[:, s], whole)
            for r in range(worlds):
                states.absorptive_capacity[s, r] = _absorptive_capacity(
                    states.absorptive_capacity[s, r],
                    wants.absorptive_capacity[s, r],
                    whole[r],
                    world.absorption_gain[r],
                    world.absorption_relaxation[r],
                )
        for p in range(count):
            if on.trust:
                if on.social_learning:
                    _through_neighbours(view.hearing, ties.new_kept, p, s, kept)
                    _through_neighbours(view.hearing, ties.new_broken, p, s, broken)
                for r in range(worlds):
                    forgetting = world.trust_forgetting[r]
                    mine = _remembered(ties.kept[p, s, r], ties.new_kept[p, s, r] + kept[r], forgetting)
                    lost = _remembered(ties.broken[p, s, r], ties.new_broken[p, s, r] + broken[r], forgetting)
                    ties.kept[p, s, r] = mine
                    ties.broken[p, s, r] = lost
                    ties.trust[p, s, r] = _trust(mine + ties.news_kept[p, s, r], lost + ties.news_broken[p, s, r])
            for r in range(worlds):
                ties.logged_aid[p, s, r] = _on_scale(logs[0, p, s, r])
                weights = (world.bandwidth[0, r], world.bandwidth[1, r], world.bandwidth[2, r])
                logged_trade = _on_scale(logs[1, p, s, r])
                substance = _substance(weights, logged_trade, ties.logged_aid[p, s, r], ties.dialogue[p, s, r])
                ties.substance[p, s, r] = substance
                ties.bandwidth[p, s, r] = ties.engagement[p, s, r] * substance
        _sum_rows(ties.bandwidth[:, s], whole)
        best[:] = -np.inf
        for p in range(count):
            for r in range(worlds):
                ties.dependence[p, s, r] = _dependence_on(ties.bandwidth[p, s, r], whole[r], view.outside_ties[s, r])
            if not on.hedging:
                continue
            for r in range(worlds):
                gain = _benefit(
                    world.hedging_benefit[r], ties.intensity[p, s, r], ties.logged_aid[p, s, r], ties.fit[p, s, r]
                )
                excess = _above(ties.dependence[p, s, r], wants.dependence_comfort[s, r])
                utilities[p, r] = _utility(ties.trust[p, s, r], gain, taste[p, s, r], wants.hedging[s, r], excess)
                present = ties.substance[p, s, r] > 0
                best[r] = np.maximum(best[r], utilities[p, r] if present else -np.inf)
        if on.hedging:
            for p in range(count):
                for r in range(worlds):
                    worse[p, s, r] = _worse(utilities[p, r], best[r], world.hedging_precision[r])


@_kernel
def settle(
    on: Any,
    view: Any,
    ties: Any,
    powers: Any,
    links: Any,
    world: Any,
    values: Any,
    wants: Any,
    responses: Array,
) -> None:
    """Phases 9 to 13: engagement, influence, and what changes between agents. `responses` are the exponentials."""
    count, ofs, worlds = ties.share.shape
    whole, present, regional = np.empty(worlds), np.empty(worlds), np.empty(worlds)
    for s in range(ofs):
        if on.hedging:
            whole[:] = 0.0
            present[:] = 0.0
            for p in range(count):
                for r in range(worlds):
                    responses[p, s, r] *= ties.substance[p, s, r] > 0
                    whole[r] += responses[p, s, r]
                    present[r] += ties.substance[p, s, r] > 0
            for p in range(count):
                for r in range(worlds):
                    absent = not ties.substance[p, s, r] > 0
                    aim = _answered(responses[p, s, r], whole[r], present[r], absent, wants.neutrality[s, r])
                    ties.engagement[p, s, r] = _shifted(ties.engagement[p, s, r], aim, world.hedging_speed[r])
        for p in range(count):
            for r in range(worlds):
                shield = 1.0 - world.influence_shield[r] * view.mean_cooperation[s, r]
                ties.share[p, s, r] = _influence(
                    ties.bandwidth[p, s, r],
                    ties.trust[p, s, r],
                    ties.dependence[p, s, r] * shield,
                    world.influence_theta[r],
                )
        _sum_rows(ties.share[:, s], whole)
        for p in range(count):
            for r in range(worlds):
                own = _own_weight(world.influence_agency[r], wants.agency[s, r], view.mean_cooperation[s, r])
                ties.share[p, s, r] = _share(ties.share[p, s, r], whole[r], own)
    for p in range(count):
        _sum_rows(ties.share[p], regional)
        for r in range(worlds):
            view.regional_share[p, r] = regional[r] / ofs
        if on.learning:
            for s in range(ofs):
                for r in range(worlds):
                    ties.learned[p, s, r] = _learned(
                        ties.learned[p, s, r],
                        ties.share[p, s, r],
                        regional[r],
                        ties.allocation[p, s, r],
                        world.learning_speed[r],
                    )
    if on.cooperation:
        _cooperate(ties, powers, links, world, values)
    if on.emulation:
        _emulate(ties, powers, world, values)


@_rule
def _cooperate(ties: Any, powers: Any, links: Any, world: Any, values: Any) -> None:
    count, states, worlds = ties.share.shape
    sparks = np.zeros((states, worlds))
    for p in range(count):
        for s in range(states):
            for r in range(worlds):
                holds, intent = powers.has_format[p, r], values.catalytic_intent[p, r]
                sparks[s, r] += _spark(holds, intent, ties.trust[p, s, r], ties.dialogue[p, s, r])
    for s in range(states):
        for t in range(states):
            for r in range(worlds):
                links.cooperation[s, t, r] = _cooperation(
                    links.cooperation[s, t, r],
                    0.5 * (sparks[s, r] + sparks[t, r]),
                    world.cooperation_growth[r],
                    world.cooperation_decay[r],
                )


@_rule
def _emulate(ties: Any, powers: Any, world: Any, values: Any) -> None:
    count, states, worlds = ties.share.shape
    present, trusts = np.zeros((count, worlds)), np.empty((count, worlds))
    holders, others, their_trust = np.zeros(worlds), np.zeros(worlds), np.zeros(worlds)
    for p in range(count):
        _sum_rows(ties.trust[p], trusts[p])
        for r in range(worlds):
            trusts[p, r] /= states
            for s in range(states):
                if ties.bandwidth[p, s, r] > 0:
                    present[p, r] = 1.0
            holds = powers.has_format[p, r] * present[p, r]
            holders[r] += holds
            others[r] += present[p, r]
            their_trust[r] += holds * trusts[p, r]
    for p in range(count):
        for r in range(worlds):
            holds = powers.has_format[p, r] * present[p, r]
            spread = _spread(holders[r] - holds, others[r] - present[p, r])
            lead = _lead(holders[r] - holds, their_trust[r] - holds * trusts[p, r], trusts[p, r])
            powers.adoption[p, r] += DT * _adoption_hazard(
                values.emulation[p, r], spread, lead, world.emulation_lead[r]
            )
