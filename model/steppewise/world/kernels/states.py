"""States in loops: trust, dependence, engagement, influence, and what settles between agents; phases 7 to 13."""

from __future__ import annotations

from typing import Any

import numpy as np

from steppewise.world.kernels.compiler import kernel, rule, sum_rows, through_neighbours
from steppewise.world.luck import Array
from steppewise.world.rules import DT, bandwidth, cooperation, formats, hedging, influence, learning, stocks, trust

_above = rule(trust.above)
_absorptive_capacity = rule(stocks.absorptive_capacity)
_adoption_hazard = rule(formats.adoption_hazard)
_answered = rule(hedging.answered)
_benefit = rule(hedging.benefit)
_cooperation = rule(cooperation.cooperation)
_dependence_on = rule(bandwidth.dependence_on)
_influence = rule(influence.influence)
_lead = rule(formats.lead)
_learned = rule(learning.learned)
_on_scale = rule(bandwidth.on_scale)
_own_weight = rule(influence.own_weight)
_remembered = rule(trust.remembered)
_share = rule(influence.share)
_shifted = rule(hedging.shifted)
_spark = rule(cooperation.spark)
_spread = rule(formats.spread)
_substance = rule(bandwidth.substance)
_trust = rule(trust.trust)
_utility = rule(hedging.utility)
_worse = rule(hedging.worse)


@kernel
def respond(held: Any, taste: Array, logs: Array, worse: Array) -> None:
    """Phases 7 and 8. Into `worse`, what exponentials are taken of: how far a power is behind the best for a state."""
    on, view, ties, states, world, wants = held.given
    count, ofs, worlds = ties.share.shape
    kept, broken, whole = np.zeros(worlds), np.zeros(worlds), np.empty(worlds)
    utilities, best = np.empty((count, worlds)), np.empty(worlds)
    for s in range(ofs):
        if on.absorption:
            sum_rows(ties.schooling[:, s], whole)
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
                    through_neighbours(view.hearing, ties.new_kept, p, s, kept)
                    through_neighbours(view.hearing, ties.new_broken, p, s, broken)
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
        sum_rows(ties.bandwidth[:, s], whole)
        for r in range(worlds):
            best[r] = -np.inf
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


@kernel
def settle(held: Any, responses: Array) -> None:
    """Phases 9 to 13: engagement, influence, and what changes between agents. `responses` are the exponentials."""
    on, view, ties, powers, links, world, values, wants = held.given
    count, ofs, worlds = ties.share.shape
    whole, present, regional = np.empty(worlds), np.empty(worlds), np.empty(worlds)
    for s in range(ofs):
        if on.hedging:
            for r in range(worlds):
                whole[r] = present[r] = 0.0
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
        sum_rows(ties.share[:, s], whole)
        for p in range(count):
            for r in range(worlds):
                own = _own_weight(world.influence_agency[r], wants.agency[s, r], view.mean_cooperation[s, r])
                ties.share[p, s, r] = _share(ties.share[p, s, r], whole[r], own)
    for p in range(count):
        sum_rows(ties.share[p], regional)
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


@rule
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


@rule
def _emulate(ties: Any, powers: Any, world: Any, values: Any) -> None:
    count, states, worlds = ties.share.shape
    present, trusts = np.zeros((count, worlds)), np.empty((count, worlds))
    holders, others, their_trust = np.zeros(worlds), np.zeros(worlds), np.zeros(worlds)
    for p in range(count):
        sum_rows(ties.trust[p], trusts[p])
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
