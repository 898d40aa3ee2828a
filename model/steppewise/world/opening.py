"""What comes before the first quarter: parameters, what follows from them, and the opening; docs/odd.md, 5."""

from __future__ import annotations

from typing import Final

from steppewise.world import powers, states
from steppewise.world.derived import prepare
from steppewise.world.mathematics import power
from steppewise.world.memory import Keys, Plan, Ranges, Switches, World
from steppewise.world.rules import DT, delivery, stocks, trust
from steppewise.world.sensing import look_around
from steppewise.world.streams import adoption_threshold, by_chance, once

BASE_YEAR: Final = 2020
"""The year of the GDP in the evidence."""


def draw_parameters(w: World, ranges: Ranges, keys: Keys, count: int) -> None:
    """Each parameter from its range; one whose ends are equal has that value."""
    for i in range(count):
        w.parameter[i] = ranges.low[i]
        if ranges.high[i] > ranges.low[i]:
            w.parameter[i] = ranges.low[i] + (ranges.high[i] - ranges.low[i]) * once(w, keys.parameter[i])


def begin(w: World, on: Switches, plan: Plan, keys: Keys, years: float) -> None:
    """The world at the end of the quarter before the first, which begins at `years`; which events will happen."""
    prepare(w, on)
    enter(w, years)
    open_ties(w, on)
    for p in range(w.powers):
        open_pipelines(w, on, p)
        w.adoption_threshold[p] = adoption_threshold(w, on, keys.format[p])
    for e in range(w.events):
        w.fires[e] = 1.0 if by_chance(w, on, keys.event[e]) < w.event_probability[e] else 0.0


# the opening ----------------------------------------------------------------------------------------------------------


def enter(w: World, years: float) -> None:
    """Stocks at the start; whatever is not named begins at nothing."""
    for p in range(w.powers):
        enter_power(w, p, years)
    for s in range(w.states):
        w.economy[s] = w.state_gdp[s] * power(1.0 + w.state_growth[s], years - BASE_YEAR)
        w.state_trade_growth[s], w.absorptive_capacity[s] = 1.0, w.opening_capacity[s]
        borders = 0.0
        for t in range(w.states):
            if s != t:
                w.border[s, t] = w.opening_border[min(s, t), max(s, t)]
                w.link[s, t] = w.opening_cooperation[min(s, t), max(s, t)]
            borders = borders + w.border[s, t]
        w.borders[s] = max(borders, 1.0)
    for p in range(w.powers):
        for s in range(w.states):
            enter_tie(w, p, s)


def enter_power(w: World, p: int, years: float) -> None:
    """A power at the start."""
    w.gdp[p] = w.power_gdp[p] * power(1.0 + w.power_growth[p], years - BASE_YEAR)
    w.trade_growth[p], w.budget_factor[p] = 1.0, 1.0
    w.has_format[p] = 1.0 if w.format_start[p] <= years else 0.0
    for j in range(powers.SECTORS):
        w.offer[p, j] = w.doctrine_offer[p, j]


def enter_tie(w: World, p: int, s: int) -> None:
    """A tie at the start."""
    w.kept[p, s], w.broken[p, s] = trust.PRIOR + w.opening_kept[p, s], trust.PRIOR + w.opening_broken[p, s]
    w.trust[p, s] = trust.trust(w.kept[p, s], w.broken[p, s])
    w.aid[p, s], w.trade[p, s] = w.opening_aid[p, s], w.opening_trade[p, s]
    in_networks = w.opening_connectivity[p, s, 0] + w.opening_connectivity[p, s, 1]
    in_ties = in_networks + w.opening_connectivity[p, s, 2]
    w.connectivity[p, s] = in_ties + w.opening_connectivity[p, s, 3]
    w.engagement[p, s], w.leverage[p, s] = 1.0, 1.0
    w.learned[p, s], w.allocation[p, s] = 0.5, 1.0 / w.states


def open_ties(w: World, on: Switches) -> None:
    """Meetings, then phases 5, 8, 9 and 10 once on the starting stocks: engagement begins at its target."""
    look_around(w)
    for p in range(w.powers):
        for s in range(w.states):
            w.fit[p, s] = powers.fit(w, p, s)
            if on.dialogue:
                powers.talk(w, p, s)
    for s in range(w.states):
        for p in range(w.powers):
            states.connect(w, on, p, s)
        states.weigh(w, s)
        states.choose(w, s)
        for p in range(w.powers):
            w.engagement[p, s] = w.answer[p, s]
            w.trade_base[p, s] = stocks.trade_base(
                w.trade[p, s], w.intensity[p, s], w.trade_connectivity_gain, w.engagement[p, s]
            )
        states.weigh(w, s)
        states.share_out(w, s)
    for p in range(w.powers):
        whole = 0.0
        for s in range(w.states):
            whole = whole + w.share[p, s]
        w.regional_share[p] = whole / w.states
    look_around(w)


def open_pipelines(w: World, on: Switches, p: int) -> None:
    """Promises as if the opening budget had always been the same."""
    powers.decide(w, on, p)
    for s in range(w.states):
        money = w.allocation[p, s] * (w.budget[p] * DT)
        share = powers.delivered_share(w, on, p, s, w.execution[p])
        for i in range(powers.INSTRUMENTS):
            committed = w.mix[p, s, i] * money
            w.pipeline[p, s, i] = delivery.opening_pipeline(committed, w.due_rate[i], share, w.delivery_cancelled)
            w.promised[p] = w.promised[p] + w.pipeline[p, s, i]
