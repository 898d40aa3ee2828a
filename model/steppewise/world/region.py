"""The quarter: the order in which everything happens, and what happens between agents; docs/odd.md, 3.1."""

from __future__ import annotations

from steppewise.world import inputs, powers, states
from steppewise.world.events import take_effect
from steppewise.world.memory import EventPlan, Keys, Switches, World
from steppewise.world.rules import DT, cooperation, formats, shocks
from steppewise.world.sensing import look_around
from steppewise.world.streams import draw_year


def quarter(w: World, on: Switches, plan: EventPlan, keys: Keys, year: int, h: int, is_first: bool) -> None:
    """Quarter `h` (0 to 3) of a calendar year."""
    q = 4 * year + h
    take_effect(w, on, plan, q, year + 0.25 * h)
    if is_first or h == 0:
        draw_year(w, on, keys, year)
    advance_chance(w, on, h)
    look_around(w)
    for p in range(w.powers):
        powers.decide(w, on, plan, p, q)
    for p in range(w.powers):
        powers.act(w, on, plan, p, q)
    for s in range(w.states):
        states.decide(w, on, s)
    for s in range(w.states):
        states.act(w, on, s)
    settle(w, on)
    end_quarter(w, on, year, h)


def advance_chance(w: World, on: Switches, h: int) -> None:
    """The luck of this quarter; without chance every shock is zero and the use of leverage has its mean."""
    for p in range(w.powers):
        if on.fiscal_shocks:
            width = shocks.width(w.fiscal_persistence, w.fiscal_volatility[p])
            w.fiscal[p] = shocks.moved(w.fiscal[p], w.fiscal_persistence, width, w.year_fiscal[p, h])
    of_delivery = shocks.width(w.delivery_persistence, w.delivery_volatility)
    of_trade = shocks.width(w.trade_persistence, w.trade_volatility)
    for p in range(w.powers):
        for s in range(w.states):
            if on.delivery_shocks:
                u = w.year_delivery[p, s, h]
                w.delivery[p, s] = shocks.moved(w.delivery[p, s], w.delivery_persistence, of_delivery, u)
            if on.trade_shocks:
                u = w.year_trade[p, s, h]
                w.trade_shock[p, s] = shocks.moved(w.trade_shock[p, s], w.trade_persistence, of_trade, u)
            if on.pressure and on.chance:
                w.leverage[p, s] = shocks.episode(w.year_pressure[p, s, h], w.pressure_frequency)


# what changes between agents --------------------------------------------------------------------------------------


def settle(w: World, on: Switches) -> None:
    """Phases 11 and 12, and regional shares."""
    for p in range(w.powers):
        whole = 0.0
        for s in range(w.states):
            whole = whole + w.share[p, s]
        w.regional_share[p] = whole / w.states
    if on.cooperation:
        cooperate(w)
    if on.emulation:
        emulate(w)


def cooperate(w: World) -> None:
    """Phase 11: cooperation among the states."""
    for s in range(w.states):
        whole = 0.0
        for p in range(w.powers):
            whole = whole + cooperation.spark(w.has_format[p], w.catalytic_intent[p], w.trust[p, s], w.dialogue[p, s])
        w.catalysis[s] = whole
    for s in range(w.states):
        for t in range(w.states):
            stimulus = 0.5 * (w.catalysis[s] + w.catalysis[t])
            w.link[s, t] = cooperation.cooperation(w.link[s, t], stimulus, w.cooperation_growth, w.cooperation_decay)


def emulate(w: World) -> None:
    """Phase 12: the hazard of adopting a format grows with those that others have."""
    holders, others, their_trust = 0.0, 0.0, 0.0
    for p in range(w.powers):
        look_at_ties(w, p)
        holds = w.has_format[p] * w.is_present[p]
        holders, others = holders + holds, others + w.is_present[p]
        their_trust = their_trust + holds * w.regional_trust[p]
    for p in range(w.powers):
        holds = w.has_format[p] * w.is_present[p]
        spread = formats.spread(holders - holds, others - w.is_present[p])
        lead = formats.lead(holders - holds, their_trust - holds * w.regional_trust[p], w.regional_trust[p])
        hazard = formats.adoption_hazard(w.emulation[p], spread, lead, w.emulation_lead)
        w.adoption[p] = w.adoption[p] + DT * hazard


def look_at_ties(w: World, p: int) -> None:
    """Mean trust in a power, and whether it is present anywhere."""
    whole, broadest = 0.0, 0.0
    for s in range(w.states):
        whole, broadest = whole + w.trust[p, s], max(w.bandwidth[p, s], broadest)
    w.regional_trust[p] = whole / w.states
    w.is_present[p] = 1.0 if broadest > 0 else 0.0


def end_quarter(w: World, on: Switches, year: int, h: int) -> None:
    """Formats whose time has come are adopted, and economies and yearly inputs move on to the next quarter."""
    for p in range(w.powers):
        w.has_format[p] = 1.0 if w.adoption[p] >= w.adoption_threshold[p] else w.has_format[p]
    next_year, next_h = year, h + 1
    if h == 3:
        next_year = year + 1
        next_h = 0
    inputs.move_on(w, on, next_year, next_h)
