"""What states do in a quarter: ties, trade and evidence, then trust, choice and influence; phases 5 and 7 to 10."""

from __future__ import annotations

from typing import Final

from steppewise.world.memory import Switches, World
from steppewise.world.powers import SECURITY_SECTOR
from steppewise.world.rules import TINY, bandwidth, choice, influence, stocks, trust
from steppewise.world.rules import trade as trading

NO_POWER: Final = -1e300
"""Below every utility."""

TRADE: Final = 0
AID: Final = 1
CONNECTIVITY: Final = 2
DIALOGUE: Final = 3
SECURITY: Final = 4
PEOPLE: Final = 5


# decide -------------------------------------------------------------------------------------------------------------


def decide(w: World, on: Switches, s: int) -> None:
    """Phase 5 and the evidence of phase 7: what the powers did this quarter."""
    for p in range(w.powers):
        connect(w, on, p, s)
    trade(w, on, s)
    if on.trust:
        for p in range(w.powers):
            gather_evidence(w, on, p, s)


def connect(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 5: intensity of connectivity, ties of people."""
    w.intensity[p, s] = stocks.intensity(w.connectivity[p, s], w.connectivity_half_saturation * w.economy[s])
    sent = w.opening_remittances[s] * w.sent[s] * w.migrants[p] * w.sending[p, s]
    w.remittances[p, s] = sent + w.earned[p, s] * (100.0 / w.economy[s])
    w.people[p, s] = 0.0
    if on.people:
        w.people[p, s] = bandwidth.people_tie(w.language[p], w.remittances[p, s])


def trade(w: World, on: Switches, s: int) -> None:
    """Phase 5: trade with each power, of all that the state trades."""
    opened = 0.0
    if on.transit:
        for t in range(w.states):
            opened = opened + w.border[s, t] * w.link[s, t]
        opened = opened / w.borders[s] - w.neighbours_at_start[s]
    whole = trading.rest(w.rest_of_trade[s], w.trade_transit, opened)
    for p in range(w.powers):
        attract_trade(w, on, p, s)
        whole = whole + w.trade_pull[p, s]
    growth = w.economy[s] / w.opening_economy[s]
    w.all_trade[s] = w.all_trade_at_start[s] * growth
    if on.trade_unconstrained:
        w.all_trade[s] = whole * growth
    for p in range(w.powers):
        w.trade[p, s] = trading.trade(w.all_trade[s], w.trade_pull[p, s], whole)


def attract_trade(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 5: the pull of a power on a state's trade."""
    new = 0.0
    if on.connectivity_trade:
        new = w.trade_yield * w.route[p] * max(w.connectivity[p, s] - w.old_connectivity[p, s], 0.0)
    w.trade_pull[p, s] = trading.pull(
        w.opening_trade[p, s], w.trade_growth[p], new, w.openness[p, s], w.trade_shock[p, s]
    )


def gather_evidence(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 7: new evidence of kept and of broken promises."""
    gain = w.trust_delivery_gain
    weight = trust.weight(w.soft[p, s] + w.hard[p, s] + w.lost[p, s], w.trust_volume_half_saturation)
    deeds = trust.deeds(gain, weight, w.soft[p, s], w.hard[p, s], w.trust_loans, w.fit[p, s], w.trust_fit)
    slips = trust.slips(gain, weight, w.lost[p, s])
    words = trust.words(w.predictability[p], w.coerciveness[p], w.has_format[p], w.trust_format_gain)
    believed = trust.credit(words, slips, deeds)
    talk = w.trust_dialogue_gain * w.dialogue[p, s] * believed
    w.new_kept[p, s] = talk + w.trust_people_gain * w.people[p, s] + deeds
    pressed = 0.0
    if on.pressure:
        strength = w.coerciveness[p] * w.leverage[p, s] + w.open_pressure[p, s]
        pressed = w.trust_pressure_loss * w.dependence[p, s] * strength
    w.new_broken[p, s] = w.trust_negativity * slips + pressed


# act ----------------------------------------------------------------------------------------------------------------


def act(w: World, on: Switches, s: int) -> None:
    """Phases 5 and 7 to 10: capacity, trust, bandwidth and dependence, engagement, influence."""
    if on.absorption:
        absorb(w, s)
    if on.trust:
        for p in range(w.powers):
            remember(w, on, p, s)
    weigh(w, on, s)
    if on.choice:
        choose(w, on, s)
        for p in range(w.powers):
            w.engagement[p, s] = choice.shifted(w.engagement[p, s], w.answer[p, s], w.hedging_speed)
    share_out(w, on, s)


def absorb(w: World, s: int) -> None:
    """Phase 5: absorptive capacity."""
    schooling = 0.0
    for p in range(w.powers):
        schooling = schooling + w.schooling[p, s]
    w.absorptive_capacity[s] = stocks.absorptive_capacity(
        w.absorptive_capacity[s], w.opening_capacity[s], schooling, w.absorption_gain, w.absorption_relaxation
    )


def remember(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 7: evidence is remembered and fades; trust."""
    w.kept[p, s] = trust.remembered(w.kept[p, s], w.new_kept[p, s], w.trust_forgetting)
    w.broken[p, s] = trust.remembered(w.broken[p, s], w.new_broken[p, s], w.trust_forgetting)
    if on.trust_recent:
        kept, broken = w.new_kept[p, s] + w.news_kept[p, s], w.new_broken[p, s] + w.news_broken[p, s]
        w.trust[p, s] = trust.recent(w.trust[p, s], kept, broken, w.trust_forgetting)
    else:
        w.trust[p, s] = trust.trust(w.kept[p, s] + w.news_kept[p, s], w.broken[p, s] + w.news_broken[p, s])


def weigh(w: World, on: Switches, s: int) -> None:
    """Phase 8: bandwidth and dependence."""
    traded = 0.0
    for p in range(w.powers):
        weigh_tie(w, on, p, s)
        traded = traded + w.trade[p, s]
    w.trade_of_gdp[s] = traded * (100.0 / w.economy[s])


def weigh_tie(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 8: what a tie is made of, its breadth, and how much the state depends on it."""
    w.security[p, s] = 0.0
    if on.security:
        w.security[p, s] = bandwidth.security_tie(w.allied[p, s], w.security_union, w.neutrality[s], w.member[p, s])
    w.trade_part[p, s] = w.trade[p, s] / max(w.all_trade[s], TINY)
    w.logged_aid[p, s] = bandwidth.logged(w.aid[p, s])
    traded = bandwidth.trade_tie(w.trade[p, s] * (100.0 / w.economy[s]), w.trade_part[p, s])
    with_goods = w.bandwidth_parts[TRADE] * traded + w.bandwidth_parts[AID] * w.logged_aid[p, s]
    with_roads = with_goods + w.bandwidth_parts[CONNECTIVITY] * w.intensity[p, s]
    with_arms = with_roads + w.bandwidth_parts[SECURITY] * w.security[p, s]
    of_all = with_arms + w.bandwidth_parts[PEOPLE] * w.people[p, s]
    w.substance[p, s] = of_all + w.bandwidth_parts[DIALOGUE] * w.dialogue[p, s]
    w.bandwidth[p, s] = w.engagement[p, s] * w.substance[p, s]
    w.dependence[p, s] = bandwidth.dependence(w.substance[p, s], w.dialogue[p, s], w.bandwidth_parts[DIALOGUE])
    w.formal_capacity[p, s] = w.substance[p, s] * w.dependence[p, s]


def choose(w: World, on: Switches, s: int) -> None:
    """Phase 9: the engagement at which the state aims."""
    best = NO_POWER
    for p in range(w.powers):
        w.utility[p, s] = useful(w, on, p, s)
        best = max(w.utility[p, s] if w.substance[p, s] > 0 else NO_POWER, best)
    whole, present = 0.0, 0.0
    for p in range(w.powers):
        w.answer[p, s] = choice.weight(w.utility[p, s], best, w.hedging_precision, w.substance[p, s])
        if on.choice_proportional:
            w.answer[p, s] = choice.proportional_weight(w.utility[p, s], w.substance[p, s])
        whole = whole + w.answer[p, s]
        present = present + (1.0 if w.substance[p, s] > 0 else 0.0)
    for p in range(w.powers):
        w.answer[p, s] = choice.target(w.answer[p, s], whole, present, w.substance[p, s])


def useful(w: World, on: Switches, p: int, s: int) -> float:
    """Phase 9: what a power offers the state, less the unease about depending on it."""
    gain = choice.benefit(
        w.hedging_benefit,
        w.intensity[p, s],
        w.needs_level[s],
        w.logged_aid[p, s],
        w.fit[p, s],
        w.needs[s, SECURITY_SECTOR],
        w.security[p, s],
    )
    aversion = 0.0
    if on.hedging:
        aversion = w.hedging[s]
    return choice.utility(w.trust[p, s], gain, aversion, w.dependence[p, s])


def share_out(w: World, on: Switches, s: int) -> None:
    """Phase 10: influence."""
    shield, elasticity, theta = 1.0 - w.influence_shield * w.mean_cooperation[s], 0.0, w.influence_theta
    if on.capacity_autonomy:
        elasticity = w.influence_capacity
    if on.influence_capacity_only:
        theta = 0.0
    if on.influence_consent_only:
        theta = 1.0
    relative = w.absorptive_capacity[s] / w.opening_capacity[s]
    own = influence.own_weight(w.influence_agency, w.agency[s], relative, elasticity, w.mean_cooperation[s])
    whole = 0.0
    for p in range(w.powers):
        leverage = w.dependence[p, s] * shield
        w.share[p, s] = influence.influence(w.bandwidth[p, s], w.trust[p, s], leverage, theta)
        whole = whole + w.share[p, s]
    for p in range(w.powers):
        w.share[p, s] = influence.share(w.share[p, s], whole, own)
