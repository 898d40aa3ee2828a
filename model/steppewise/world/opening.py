"""What comes before the first quarter: parameters, what follows from them, and the opening; docs/odd.md, 5."""

from __future__ import annotations

from steppewise.world import powers, states
from steppewise.world.derived import prepare
from steppewise.world.inputs import open_inputs
from steppewise.world.memory import EventPlan, Keys, Ranges, Switches, World
from steppewise.world.rules import DT, delivery, trust
from steppewise.world.sensing import look_around
from steppewise.world.streams import adoption_threshold, by_chance, once


def draw_parameters(w: World, ranges: Ranges, keys: Keys, count: int) -> None:
    """Each parameter from its range; one whose ends are equal has that value."""
    for i in range(count):
        w.parameter[i] = ranges.low[i]
        if ranges.high[i] > ranges.low[i]:
            w.parameter[i] = ranges.low[i] + (ranges.high[i] - ranges.low[i]) * once(w, keys.parameter[i])


def begin(w: World, on: Switches, plan: EventPlan, keys: Keys, year: int, h: int) -> None:
    """The world at the end of the quarter before the first, `h` (0 to 3) of `year`; which events will happen."""
    prepare(w, on)
    open_inputs(w, on, year, h)
    enter(w, year + 0.25 * h)
    open_ties(w, on)
    open_pipelines(w, on)
    for p in range(w.powers):
        w.adoption_threshold[p] = adoption_threshold(w, on, keys.format[p])
    for e in range(w.events):
        w.fires[e] = 1.0 if by_chance(w, on, keys.event[e]) < w.event_probability[e] else 0.0


# the opening ----------------------------------------------------------------------------------------------------------


def enter(w: World, years: float) -> None:
    """Stocks at the start, `years` in decimal years; whatever is not named begins at nothing."""
    for p in range(w.powers):
        w.budget_factor[p] = 1.0
        w.has_format[p] = 1.0 if w.format_start[p] <= years else 0.0
    for s in range(w.states):
        enter_state(w, s)
        for p in range(w.powers):
            enter_tie(w, p, s)


def enter_state(w: World, s: int) -> None:
    """A state at the start, and its links."""
    w.absorptive_capacity[s], w.crisis[s], w.price_factor[s] = w.opening_capacity[s], 1.0, 1.0
    w.rest_of_trade[s] = w.opening_other_trade[s]
    borders, near = 0.0, 0.0
    for t in range(w.states):
        if s != t:
            w.border[s, t] = w.opening_border[min(s, t), max(s, t)]
            w.link[s, t] = w.opening_cooperation[min(s, t), max(s, t)]
        borders, near = borders + w.border[s, t], near + w.border[s, t] * w.link[s, t]
    w.borders[s] = max(borders, 1.0)
    w.neighbours_at_start[s] = near / w.borders[s]
    w.all_trade[s] = w.opening_other_trade[s]
    for p in range(w.powers):
        w.all_trade[s] = w.all_trade[s] + w.opening_trade[p, s]
    w.all_trade_at_start[s] = w.all_trade[s]


def enter_tie(w: World, p: int, s: int) -> None:
    """A tie at the start."""
    w.kept[p, s], w.broken[p, s] = trust.PRIOR + w.opening_kept[p, s], trust.PRIOR + w.opening_broken[p, s]
    w.trust[p, s] = trust.trust(w.kept[p, s], w.broken[p, s])
    w.aid[p, s], w.aid_stock[p, s] = w.opening_aid[p, s], w.opening_aid[p, s] * (0.01 * w.economy[s])
    w.connectivity[p, s], w.old_connectivity[p, s] = w.opening_connectivity[p, s], w.opening_connectivity[p, s]
    w.trade[p, s] = w.opening_trade[p, s]
    w.allied[p, s], w.member[p, s] = w.opening_security[p, s], w.opening_union[p, s]
    w.engagement[p, s], w.leverage[p, s], w.openness[p, s], w.sending[p, s] = 1.0, 1.0, 1.0, 1.0
    w.allocation[p, s] = 1.0 / w.states


def open_ties(w: World, on: Switches) -> None:
    """Offers and meetings, then phases 5, 8, 9 and 10 once on the starting stocks: engagement begins at its target."""
    look_around(w)
    for p in range(w.powers):
        for s in range(w.states):
            powers.offer(w, on, p, s)
            if on.dialogue:
                powers.talk(w, p, s)
    for s in range(w.states):
        for p in range(w.powers):
            states.connect(w, on, p, s)
        states.weigh(w, on, s)
        states.choose(w, on, s)
        for p in range(w.powers):
            w.engagement[p, s] = w.answer[p, s]
        states.weigh(w, on, s)
        states.share_out(w, on, s)
    for p in range(w.powers):
        whole = 0.0
        for s in range(w.states):
            whole = whole + w.share[p, s]
        w.regional_share[p] = whole / w.states
    look_around(w)


def open_pipelines(w: World, on: Switches) -> None:
    """Promises as if the opening budgets had always been the same."""
    for p in range(w.powers):
        powers.set_budget(w, on, p)
        powers.allocate(w, on, p)
    for s in range(w.states):
        due = 0.0
        for p in range(w.powers):
            due = due + w.allocation[p, s] * w.budget[p] / leaving(w, on, p, s)
        intake = 1.0
        if on.absorption_limit:
            intake = delivery.level_intake(w.absorptive_capacity[s], due / (w.absorption_limit * w.economy[s]))
        for p in range(w.powers):
            money = w.allocation[p, s] * (w.budget[p] * DT)
            for i in range(powers.INSTRUMENTS):
                committed = w.doctrine[p, i] * money
                w.pipeline[p, s, i] = delivery.opening_pipeline(committed, w.due_rate[i], intake * leaving(w, on, p, s))
                w.promised[p] = w.promised[p] + w.pipeline[p, s, i]


def leaving(w: World, on: Switches, p: int, s: int) -> float:
    """What leaves a pipeline of what is taken in, before any shock."""
    return delivery.leaving(powers.delivered_share(w, on, p, s, w.execution[p]), w.delivery_cancelled)
