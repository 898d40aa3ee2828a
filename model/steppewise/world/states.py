"""What states do in a quarter: trade and evidence, then trust, ties, engagement and influence; phases 5 and 7 to 10."""

from __future__ import annotations

from typing import Final

from steppewise.world.memory import Switches, World
from steppewise.world.rules import bandwidth, hedging, influence, stocks, trust

NO_POWER: Final = -1e300
"""Below every utility."""


# decide -------------------------------------------------------------------------------------------------------------


def decide(w: World, on: Switches, s: int) -> None:
    """Phase 5 and the evidence of phase 7: what the powers did this quarter."""
    for p in range(w.powers):
        connect(w, on, p, s)
        if on.trade:
            trade(w, p, s)
        if on.trust:
            gather_evidence(w, on, p, s)


def connect(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 5: intensity of connectivity, neighbours' included."""
    stock = w.connectivity[p, s]
    if on.transit:
        through = 0.0
        for t in range(w.states):
            through = through + w.transit[s, t] * w.connectivity[p, t]
        stock = stock + through
    w.intensity[p, s] = stocks.intensity(stock, w.connectivity_half_saturation * w.economy[s])


def trade(w: World, p: int, s: int) -> None:
    """Phase 5: trade."""
    growth = w.state_trade_growth[s] * w.trade_growth[p]
    w.trade[p, s] = stocks.trade(
        w.trade_base[p, s], growth, w.intensity[p, s], w.trade_connectivity_gain, w.engagement[p, s]
    )


def gather_evidence(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 7: new evidence of kept and of broken promises."""
    weight = trust.volume_weight(w.due[p, s], w.trust_volume_half_saturation)
    slip = weight * (w.due[p, s] - w.done[p, s])
    words = w.talk_gain[p] * w.dialogue[p, s]
    deeds = w.trust_delivery_gain * weight * w.done[p, s] * w.fit[p, s]
    w.new_kept[p, s] = trust.kept_evidence(words, deeds, slip)
    pressed = 0.0
    if on.pressure:
        strength = w.coerciveness[p] * w.leverage[p, s] + w.open_pressure[p, s]
        pressed = w.trust_pressure_loss * w.dependence[p, s] * strength
    unease = w.trust_dependence_loss * trust.above(w.dependence[p, s], w.dependence_comfort[s])
    slipped = w.trust_negativity * w.trust_delivery_gain * slip
    w.new_broken[p, s] = trust.broken_evidence(slipped, pressed, unease)


# act ----------------------------------------------------------------------------------------------------------------


def act(w: World, on: Switches, s: int) -> None:
    """Phases 7 to 10: capacity, trust, bandwidth and dependence, engagement, influence."""
    if on.absorption:
        absorb(w, s)
    if on.trust:
        for p in range(w.powers):
            remember(w, on, p, s)
    weigh(w, s)
    if on.hedging:
        choose(w, s)
        for p in range(w.powers):
            w.engagement[p, s] = hedging.shifted(w.engagement[p, s], w.answer[p, s], w.hedging_speed)
    share_out(w, s)


def absorb(w: World, s: int) -> None:
    """Phase 5: absorptive capacity."""
    schooling = 0.0
    for p in range(w.powers):
        schooling = schooling + w.schooling[p, s]
    w.absorptive_capacity[s] = stocks.absorptive_capacity(
        w.absorptive_capacity[s], w.opening_capacity[s], schooling, w.absorption_gain, w.absorption_relaxation
    )


def remember(w: World, on: Switches, p: int, s: int) -> None:
    """Phase 7: own evidence and what is heard from neighbours, remembered; trust."""
    kept, broken = w.new_kept[p, s], w.new_broken[p, s]
    if on.social_learning:
        more, less = 0.0, 0.0
        for t in range(w.states):
            more = more + w.hearing[s, t] * w.new_kept[p, t]
            less = less + w.hearing[s, t] * w.new_broken[p, t]
        kept, broken = kept + more, broken + less
    w.kept[p, s] = trust.remembered(w.kept[p, s], kept, w.trust_forgetting)
    w.broken[p, s] = trust.remembered(w.broken[p, s], broken, w.trust_forgetting)
    w.trust[p, s] = trust.trust(w.kept[p, s] + w.news_kept[p, s], w.broken[p, s] + w.news_broken[p, s])


def weigh(w: World, s: int) -> None:
    """Phase 8: bandwidth and dependence."""
    whole = 0.0
    for p in range(w.powers):
        logged_trade = bandwidth.logged(w.trade[p, s] * (100.0 / w.economy[s]))
        w.logged_aid[p, s] = bandwidth.logged(w.aid[p, s])
        w.substance[p, s] = bandwidth.substance(
            w.bandwidth_parts[0],
            logged_trade,
            w.bandwidth_parts[1],
            w.logged_aid[p, s],
            w.bandwidth_parts[2],
            w.dialogue[p, s],
        )
        w.bandwidth[p, s] = w.engagement[p, s] * w.substance[p, s]
        whole = whole + w.bandwidth[p, s]
    for p in range(w.powers):
        w.dependence[p, s] = bandwidth.dependence(w.bandwidth[p, s], whole, w.outside_ties[s])


def choose(w: World, s: int) -> None:
    """Phase 9: the engagement at which the state aims."""
    best = NO_POWER
    for p in range(w.powers):
        gain = hedging.benefit(w.hedging_benefit, w.intensity[p, s], w.logged_aid[p, s], w.fit[p, s])
        excess = trust.above(w.dependence[p, s], w.dependence_comfort[s])
        w.utility[p, s] = hedging.utility(w.trust[p, s], gain, w.taste[p, s], w.hedging[s], excess)
        best = max(w.utility[p, s] if w.substance[p, s] > 0 else NO_POWER, best)
    whole, present = 0.0, 0.0
    for p in range(w.powers):
        w.answer[p, s] = hedging.weight(w.utility[p, s], best, w.hedging_precision, w.substance[p, s])
        whole = whole + w.answer[p, s]
        present = present + (1.0 if w.substance[p, s] > 0 else 0.0)
    for p in range(w.powers):
        w.answer[p, s] = hedging.target(w.answer[p, s], whole, present, w.substance[p, s], w.neutrality[s])


def share_out(w: World, s: int) -> None:
    """Phase 10: influence."""
    shield = 1.0 - w.influence_shield * w.mean_cooperation[s]
    own = influence.own_weight(w.influence_agency, w.agency[s], w.mean_cooperation[s])
    whole = 0.0
    for p in range(w.powers):
        leverage = w.dependence[p, s] * shield
        w.share[p, s] = influence.influence(w.bandwidth[p, s], w.trust[p, s], leverage, w.influence_theta)
        whole = whole + w.share[p, s]
    for p in range(w.powers):
        w.share[p, s] = influence.share(w.share[p, s], whole, own)
