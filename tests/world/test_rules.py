"""Every rule of the model against a value worked out by hand, and at its limits; sums over actors in small worlds."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steppewise.scenario.spec import MECHANISMS
from steppewise.world import derived, outcomes, powers, region, sensing, source, states
from steppewise.world.layout import FIELDS, SWITCHES, Sizes
from steppewise.world.memory import Switches, World
from steppewise.world.rules import (
    DT,
    TINY,
    allocation,
    bandwidth,
    budget,
    choice,
    cooperation,
    delivery,
    dialogue,
    formats,
    influence,
    part_of,
    records,
    shocks,
    stocks,
    trade,
    trust,
)

shares = st.just(0.0) | st.floats(1e-6, 1)
SOURCE = Path(__file__).read_text(encoding="utf-8")


def assert_is(found: object, *expected: object) -> None:
    """Equal to what was worked out by hand, to rounding."""
    np.testing.assert_allclose(np.squeeze(found), np.squeeze(expected), rtol=1e-12, atol=1e-15)


def world_of(powers: int = 2, states: int = 3, **values: object) -> World:
    """A world without events in which all is zero but what is given: one number, or numbers by the field's axes."""
    world = World(Sizes(powers, states, 0))
    for name, value in values.items():
        shape = Sizes(powers, states, 0).of(FIELDS[name].axes)
        for index, number in np.ndenumerate(np.broadcast_to(np.array(value, float), shape)):
            world.put(name, index, float(number))
    return world


def numbers_of(world: World, name: str) -> np.ndarray:
    """A field by its axes."""
    shape = Sizes(world.powers, world.states, 0).of(FIELDS[name].axes)
    return np.array(list(getattr(world, name).values())).reshape(shape)


def switched(**changes: bool) -> Switches:
    """Chance and all mechanisms at work, the model's own formulations, but for what is said."""
    usual = {name: name == "chance" or name in MECHANISMS for name in SWITCHES}
    return Switches(usual | changes)


# yearly inputs ----------------------------------------------------------------------------------------------


def test_way():
    # the middle of Q1 is 5/8 of the way from the middle of last year to that of this one, that of Q4 3/8 of the next
    assert_is([records.way(h) for h in range(4)], [0.625, 0.875, 0.125, 0.375])


def test_between():
    # 2 + .25 (6 - 2); nothing where a year lacks
    assert_is(records.between(2.0, 6.0, 0.25), 3.0)
    assert records.between(2.0, records.NONE, 0.25) == records.between(records.NONE, 2.0, 0.25) == records.NONE


def test_level():
    # halfway between 4 and 9 times at a constant rate is 6 times; without a record what else there is
    assert_is(records.level(10.0, math.log(4), math.log(9), 0.5, 7.0), 60.0)
    assert records.level(10.0, records.NONE, 0.0, 0.5, 7.0) == 7.0


def test_relative():
    # 6 percent now, 4 at the start
    assert_is(records.relative(math.log(6), math.log(4), 9.0), 1.5)
    assert records.relative(0.0, records.NONE, 9.0) == records.relative(records.NONE, 0.0, 9.0) == 9.0


# phase 2: budgets -------------------------------------------------------------------------------------------


def test_budget():
    # .02 % of 5000 is 1; times exp(.1) is 1.10517...; a quarter more is 1.38146...
    assert_is(budget.budget(0.02, 5000.0, 0.1, 0.25), math.exp(0.1) * 1.25)
    assert_is(budget.budget(0.02, 5000.0, 0.0, 0.0), 1.0)
    assert_is(budget.budget(1.0, 200.0, math.log(1.1), 0.5), 3.3)


def test_no_effort_no_budget():
    assert_is(budget.budget(0.0, 20000.0, 3.0, 5.0), 0.0)


def test_counterbalance():
    # 2 (.45 - .25) = .4; nothing at or below a quarter
    assert_is([budget.counterbalance(2.0, rival) for rival in (0.45, 0.25, 0.1)], [0.4, 0, 0])


# phase 3: allocation and offer ------------------------------------------------------------------------------


def test_attraction():
    # .6 x .5 + .3 x .9 + .2 x .4 + .4 x .7 = .3 + .27 + .08 + .28
    assert_is(allocation.attraction(0.6, 0.5, 0.3, 0.9, 0.2, 0.4, 0.4, 0.7), 0.93 + 1e-12)
    assert allocation.attraction(*[0.0] * 8) == 1e-12


def test_need_alone():
    assert_is([allocation.need_alone(need) for need in (0.5, 0.0)], [0.5 + 1e-12, 1e-12])


def motivated(**off: bool) -> World:
    """A world in which a power is drawn to the first of three states by all of its motives."""
    w = world_of(
        motives=[[0.6, 0.3, 0.2, 0.4]] * 2, needs_level=[0.5, 0, 1], resources=[0.9, 0, 0], engagement=1,
        bandwidth=[[0.4, 0.1, 0], [9, 9, 9]], share=[[0.2, 0, 0], [0.7, 0, 0]], influence_of_all=[0.9, 0, 0],
    )  # fmt: skip
    powers.allocate(w, switched(**off), 0)
    return w


def test_attraction_in_a_world():
    # First: .57 as above; .4 is 2.4 means of .5 / 3, half of which is 1.2: .2 x 1.2 = .24; rivals .4 x .7 = .28.
    # Second: .1 is .6 means: .2 x .3 = .06. Third: .6 x 1.
    w, whole = motivated(), 1.09 + 0.06 + 0.6
    assert_is(numbers_of(w, "pull")[0], [1.09 + 1e-12, 0.06 + 1e-12, 0.6 + 1e-12])
    assert_is(numbers_of(w, "allocation").round(9), np.round([[1.09 / whole, 0.06 / whole, 0.6 / whole], [0] * 3], 9))


def test_need_alone_in_a_world():
    assert_is(numbers_of(motivated(allocation_need_only=True), "pull")[0], [0.5 + 1e-12, 1e-12, 1 + 1e-12])


def test_pull():
    # .5 x 2 x 3^.5, where the economy is three times the mean
    assert_is(allocation.pull(0.5, 2.0, math.log(3), 0.5), math.sqrt(3))
    assert_is(allocation.pull(0.5, 2.0, math.log(3), 0.0), 1.0)
    assert_is(allocation.pull(0.5, 0.0, 0.0, 1.0), 0.5e-12)


def test_share_of_the_budget():
    # .2 / 5 + .8 x 1 / 4
    assert_is(allocation.share(1.0, 4.0, 5, 0.2), 0.04 + 0.2)


def allocated(need: list[float], even_handedness: float, engagement: list[float], **off: bool) -> np.ndarray:
    """The shares of the budget of a power that need alone attracts; another power has other ones."""
    count = len(need)
    w = world_of(
        2, count, motives=[[1, 0, 0, 0]] * 2, needs_level=need, engagement=[engagement, [1] * count],
        even_handedness=[even_handedness, 0.5],
    )  # fmt: skip
    powers.allocate(w, switched(**off), 0)
    return numbers_of(w, "allocation")[0]


def test_shares_of_the_budget():
    # pulls 2 x 1.5 = 3 and 1 x 1 = 1, so .75 and .25; a quarter is spread evenly:
    # .25 / 2 + .75 x .75 = .6875 and .125 + .75 x .25 = .3125
    assert_is(allocated([2, 1], 0.25, [1.5, 1]).round(10), [0.6875, 0.3125])


def test_an_even_handed_power_gives_all_the_same():
    assert_is(allocated([2, 1, 7], 1.0, [0, 3, 1]), [1 / 3] * 3)
    assert_is(allocated([2, 1, 7], 0.0, [0, 3, 1], allocation=False), [1 / 3] * 3)


def test_where_nothing_attracts_shares_are_equal():
    assert_is(allocated([0, 0], 0.0, [1, 1]), [0.5, 0.5])


def test_shares_where_nobody_leans_to_the_power():
    assert_is(allocated([3, 1], 0.0, [0, 0]).round(10), [0.75, 0.25])


@given(st.lists(st.tuples(shares, st.floats(0, 6)), min_size=1, max_size=6), shares)
def test_shares_of_the_budget_sum_to_one(states, even_handedness):
    attraction, engagement = zip(*states, strict=True)
    found = allocated(list(attraction), even_handedness, list(engagement))
    assert_is(found.sum(), 1.0)
    assert found.min() >= even_handedness / len(states) - 1e-15


def test_larger_economies_draw_more():
    # economies of 1 and 3: 1/2 and 3/2 of their mean, with an elasticity of 2 as 1 to 9
    w = world_of(1, 2, motives=[[1, 0, 0, 0]], needs_level=1, engagement=1, size=2, output=[1, 3], price_factor=1,
                 need_parts=0.2, crisis=1)  # fmt: skip
    sensing.look_around(w)
    powers.allocate(w, switched(), 0)
    assert_is(numbers_of(w, "relative_size"), np.log([0.5, 1.5]))
    assert_is(numbers_of(w, "allocation"), [[0.1, 0.9]])


def test_part_of():
    # 3 of 12; equal parts where all weights are zero
    assert_is(part_of(3.0, 12.0, 5), 0.25)
    assert_is(part_of(0.0, 0.0, 5), 0.2)


def test_needs():
    # weights that sum to 2: parts are half of them
    w = world_of(need_weights=[[1] * 5, [0.2, 0.4, 0.5, 0.3, 0.6], [0] * 5])
    for s in range(3):
        derived.prepare_state(w, s)
    assert_is(numbers_of(w, "need_parts"), [[0.2] * 5, [0.1, 0.2, 0.25, 0.15, 0.3], [0.2] * 5])


def test_needs_in_a_crisis():
    # security of .3 counts three times: .9 beside .7, of 1.6; where it counts for nothing the others fill all
    parts = [0.1, 0.2, 0.25, 0.15, 0.3]
    w = world_of(need_parts=[parts] * 3, crisis=[1, 3, 0], output=1, price_factor=1)
    for s in range(3):
        sensing.look_at_state(w, s)
    found = [parts, [0.1 / 1.6, 0.2 / 1.6, 0.25 / 1.6, 0.15 / 1.6, 0.9 / 1.6]]
    assert_is(numbers_of(w, "needs"), [*found, [0.1 / 0.7, 0.2 / 0.7, 0.25 / 0.7, 0.15 / 0.7, 0]])


def test_needs_of_a_state_that_needs_security_alone_where_that_counts_for_nothing():
    """Weights that are all zero are equal (docs/odd.md, 2.3 and 7.1)."""
    w = world_of(1, 1, need_parts=[[0, 0, 0, 0, 1]], crisis=0, output=1, price_factor=1)
    sensing.look_at_state(w, 0)
    assert_is(numbers_of(w, "needs"), [[0.2] * 5])


def test_room():
    # half beside an even part of five sectors; all where rivals offer nothing; a sixth where they offer nothing else
    assert_is([allocation.room(crowding) for crowding in (0.2, 0.0, 1.0)], [0.5, 1, 1 / 6])


def test_offered():
    # (.5 x .2 + .5 x .6) (1 - .4 + .4 x .25) = .4 x .7 = .28
    assert_is(allocation.offered(0.2, 0.6, 0.25, 0.5, 0.4), 0.28)
    assert allocation.offered(0.2, 0.6, 0.25, 0.0, 0.0) == 0.2
    assert allocation.offered(0.2, 0.6, 0.25, 1.0, 0.0) == 0.6


def test_wanted():
    assert_is(allocation.wanted(0.6, 0.25), 0.15)


def test_fit():
    assert_is([allocation.fit(misfit) for misfit in (0.0, 0.4, 1.0, 2.0)], [1, 0.6, 0, 0])


def offering(follows: float, leaves: float, **off: bool) -> World:
    """A power with two sectors in its doctrine and a state that needs the second most; the first one is crowded."""
    w = world_of(
        2, 2, doctrine_offer=[[0.6, 0.4, 0, 0, 0], [1, 0, 0, 0, 0]], responsiveness=[follows, 1],
        differentiation=[leaves, 1], needs=[[0.2, 0.8, 0, 0, 0], [0.2] * 5],
        room=[[[0.5, 1, 1, 1, 1], [1] * 5]] * 2,
    )  # fmt: skip
    powers.offer(w, switched(**off), 0, 0)
    return w


def test_an_offer_follows_needs_and_leaves_crowds():
    # Half doctrine, half needs: .4 and .6. Half of the crowding counts: .4 x .75 = .3 and .6, of .9: 1/3 and 2/3.
    # Wanted: .2 x .5 = .1 and .8, of .9: 1/9 and 8/9. The misfit is 2/9 twice.
    w = offering(0.5, 0.5)
    assert_is(numbers_of(w, "offer")[0], [[1 / 3, 2 / 3, 0, 0, 0], [0] * 5])
    assert_is(numbers_of(w, "fit"), [[5 / 9, 0], [0, 0]])


def test_an_offer_stays_with_doctrine_without_response():
    found = [offering(0, 0), offering(1, 1, responsiveness=False, differentiation=False)]
    for w in found:
        assert_is(numbers_of(w, "offer")[0, 0], [0.6, 0.4, 0, 0, 0])


def test_an_offer_that_is_what_is_wanted_fits():
    assert_is(offering(1, 1).fit[0, 0], 1.0)


# phase 4: delivery ------------------------------------------------------------------------------------------


def test_taken_in():
    # .6 / (.6 + .4); everything where nothing is due; half where as much is due as the capacity
    assert_is([delivery.taken_in(0.6, due) for due in (0.4, 0.0, 0.6)], [0.6, 1, 0.5])


def test_delivered_share():
    # .8 x 1.1 = .88; a shock of -2 delivers nothing, one of 3 no more than all
    assert_is([delivery.delivered_share(0.8, shock) for shock in (0.1, -2.0, 3.0)], [0.88, 0, 1])
    assert_is(delivery.delivered_share(0.0, 1.0), 0.0)


def test_due_rate():
    # a promise of two years falls due by an eighth a quarter; nothing sooner than in a quarter
    assert_is([delivery.due_rate(maturity) for maturity in (2.0, 0.25, 0.1)], [0.125, 1, 1])


def test_leaving():
    # .6 + .5 x .4; 1 where nothing ever leaves
    assert_is([delivery.leaving(0.6, 0.5), delivery.leaving(0.0, 0.0), delivery.leaving(1.0, 0.0)], [0.8, 1, 1])


def test_level_intake():
    # 1 - .3 / .6; a tenth at the least
    assert_is([delivery.level_intake(0.6, due) for due in (0.3, 0.0, 0.59, 7.0)], [0.5, 1, 0.1, 0.1])


def test_opening_pipeline():
    # 1 a quarter; an eighth falls due, of which .8 leaves: .1. On the level 10 stand there with the new promises.
    found = delivery.opening_pipeline(1.0, 0.125, 0.8)
    assert_is(found, 9.0)
    assert_is((found + 1) - 0.125 * (found + 1) * 0.8, found)


@given(st.just(0.0) | st.floats(1e-6, 100), st.floats(0.25, 30), shares, shares)
def test_an_opening_pipeline_stays_on_its_level(committed, maturity, share, cancelled):
    rate, out = delivery.due_rate(maturity), delivery.leaving(share, cancelled)
    opening = delivery.opening_pipeline(committed, rate, out)
    assert opening >= 0
    np.testing.assert_allclose((opening + committed) * rate * out, committed, rtol=1e-9, atol=1e-300)


@given(st.floats(0.05, 1), st.floats(0, 3))
def test_what_a_state_takes_in_of_a_level_pipeline_is_that_level(capacity, due):
    """`due` of a year while everything is taken in is `due` / a where a part a is; that part is a again."""
    level = delivery.level_intake(capacity, due)
    if level > delivery.LEAST:
        assert_is(delivery.taken_in(capacity, due / level), level)


def test_what_is_due_is_paid_or_slips_and_the_rest_waits():
    # Of 8 an eighth is due: 1. Capacity .5 against a load of .5 a year takes in half: .5. Half of it is paid, .25; of
    # the other .25 a fifth is lost, .05. 8 - .3 is left.
    w = world_of(
        1, 1, pipeline=[[[8, 0, 0]]], due_rate=0.125, falls_due=1, execution=0.5, absorptive_capacity=0.5,
        economy=8, absorption_limit=1, delivery_cancelled=0.2,
    )  # fmt: skip
    powers.deliver(w, switched(), plan=None, p=0, s=0, q=0)
    assert_is([w.paid[0, 0, 0], w.lost_money[0, 0], w.pipeline[0, 0, 0]], [0.25, 0.05, 7.7])
    assert_is([w.delivered[0], w.cancelled[0], w.fallen_due[0]], [0.25, 0.05, 0.5])


def test_delivery_without_slippage_or_limit():
    def paid(**off: bool) -> float:
        w = world_of(
            1, 1, pipeline=[[[8, 0, 0]]], due_rate=0.125, falls_due=1, execution=0.5, absorptive_capacity=0.5,
            economy=8, absorption_limit=1,
        )  # fmt: skip
        powers.deliver(w, switched(**off), plan=None, p=0, s=0, q=0)
        return w.paid[0, 0, 0]

    assert_is(paid(slippage=False), 0.5)
    assert_is(paid(absorption_limit=False), 0.5)
    assert_is(paid(slippage=False, absorption_limit=False), 1.0)


# phase 5: stocks --------------------------------------------------------------------------------------------


def test_kept_part():
    # .2 a year leaves 1 - .05 after a quarter; 4 a year and more leave nothing
    assert_is([stocks.kept_part(rate) for rate in (0.2, 4.0, 9.0)], [0.95, 0, 0])


def test_stock():
    assert_is(stocks.stock(10.0, 0.95, 2.0), 11.5)


def test_intensity():
    # 3 / (3 + 9); half at half-saturation; nothing at nothing
    assert_is([stocks.intensity(level, 9.0) for level in (3.0, 9.0, 0.0)], [0.25, 0.5, 0])


def test_absorptive_capacity():
    # .6 + .25 (.5 x .8 x (1 - .6) - .1 x (.6 - .5)) = .6 + .25 (.16 - .01) = .6375
    assert_is(stocks.absorptive_capacity(0.6, 0.5, 0.8, 0.5, 0.1), 0.6375)


def test_absorptive_capacity_has_bounds_and_comes_back():
    assert_is(stocks.absorptive_capacity(0.6, 0.5, 100.0, 2.0, 0.0), 1.0)
    assert_is(stocks.absorptive_capacity(0.5, 0.5, 0.0, 2.0, 2.0), 0.5)
    # from .9 back toward .5 at .4 a year: .9 - .1 x .4 = .86; never below a hundredth
    assert_is(stocks.absorptive_capacity(0.9, 0.5, 0.0, 0.0, 0.4), 0.86)
    assert_is(stocks.absorptive_capacity(0.9, 0.001, 0.0, 0.0, 4.0), 0.01)


def test_what_is_paid_builds_up():
    # A quarter of a billion is 10 % of an economy of 10 a year. Aid of 4 % is .4: 90 % of it and .25 are .61, 6.1 %.
    w = world_of(
        1, 1, paid=[[[0.25, 0.5, 0.75]]], people_paid=1.0, lost_money=0.125, to_percent=40, economy=10, aid_stock=0.4,
        aid_kept=0.9, connectivity=8, old_connectivity=6, connectivity_kept=0.5, earned=2, people_yield=3,
        offer=[[[0.2, 0, 0, 0.3, 0.5]]],
    )  # fmt: skip
    powers.build(w, 0, 0)
    assert_is([w.aid_stock[0, 0], w.aid[0, 0]], [0.61, 6.1])
    assert_is([w.connectivity[0, 0], w.old_connectivity[0, 0], w.earned[0, 0]], [4.5, 3, 4])
    assert_is([w.soft[0, 0], w.hard[0, 0], w.lost[0, 0], w.schooling[0, 0]], [80, 20, 5, 5])


def test_remittances():
    # 20 % at the start, 1.5 times that by the record, half of it from this power, a shock leaves .4: 6 %; .1 earned by
    # labour pathways is 1 % of an economy of 10
    w = world_of(
        1, 1, opening_remittances=20, sent=1.5, migrants=0.5, sending=0.4, earned=0.1, economy=10, language=0.5,
        connectivity=5, connectivity_half_saturation=1.5,
    )  # fmt: skip
    states.connect(w, switched(), 0, 0)
    assert_is([w.remittances[0, 0], w.intensity[0, 0]], [7, 0.25])
    assert_is(w.people[0, 0], 0.25 + 0.5 * math.log(8) / math.log(101))
    states.connect(w, switched(people=False), 0, 0)
    assert_is([w.remittances[0, 0], w.people[0, 0]], [7, 0])


# phase 5: trade ---------------------------------------------------------------------------------------------


def test_route():
    # overland all of it, by sea .4, half and half .7
    assert_is([trade.route(land, 0.4) for land in (1.0, 0.0, 0.5)], [1, 0.4, 0.7])


def test_growth_of_trade():
    # four times the economy at an elasticity of a half; nothing where there is no economy
    assert_is(trade.growth(8.0, 2.0, 0.5), 2.0)
    assert_is(trade.growth(8.0, 2.0, 0.0), 1.0)
    assert trade.growth(0.0, 0.0, 0.5) == 1.0


def test_pull_of_trade():
    # (4 x 1.5 + 2) x .5 x exp(ln 3)
    assert_is(trade.pull(4.0, 1.5, 2.0, 0.5, math.log(3)), 12.0)


def test_rest_of_trade():
    # 10 (1 + .5 x .4); less where cooperation has fallen, not below nothing
    assert_is([trade.rest(10.0, 0.5, opened) for opened in (0.4, -0.4, 0.0)], [12, 8, 10])
    assert trade.rest(10.0, 1.0, -2.0) == 0.0


def test_trade():
    # 30 x 4 / 12; what one gains others lose
    assert_is(trade.trade(30.0, 4.0, 12.0), 10.0)
    assert trade.trade(30.0, 0.0, 0.0) == 0.0


def trading(**values: object) -> World:
    """Two powers and a state with two neighbours, of one of which it sees more than at the start."""
    usual = {
        "opening_trade": [[4, 0, 0], [1, 0, 0]], "trade_growth": [1.5, 1], "openness": 1, "rest_of_trade": 10,
        "all_trade_at_start": 20, "economy": 6, "opening_economy": 4, "border": [[0, 1, 1], [1, 0, 0], [1, 0, 0]],
        "link": [[0, 0.5, 0.3], [0.5, 0, 0.9], [0.3, 0.9, 0]], "borders": [2, 1, 1], "neighbours_at_start": 0.2,
    }  # fmt: skip
    return world_of(**{**usual, **values})


def test_all_trade_is_shared_out():
    # pulls 6 and 1, others 10 (1 + .5 (.4 - .2)) = 11; all trade 20 x 1.5 = 30: 30 x 6 / 18 and 30 / 18
    w = trading(trade_transit=0.5)
    states.trade(w, switched(), 0)
    assert_is(numbers_of(w, "trade_pull"), [[6, 0, 0], [1, 0, 0]])
    assert_is(numbers_of(w, "trade"), [[10, 0, 0], [30 / 18, 0, 0]])
    assert_is(w.all_trade[0], 30.0)


def test_trade_without_transit():
    w = trading(trade_transit=0.5)
    states.trade(w, switched(transit=False), 0)
    assert_is(w.trade[0, 0], 30 * 6 / 17)


def test_trade_by_itself():
    # pulls times 1.5, whatever the others do; all trade is their sum with what others pull
    w = trading(trade_transit=0.5)
    states.trade(w, switched(trade_unconstrained=True), 0)
    assert_is(numbers_of(w, "trade"), [[9, 0, 0], [1.5, 0, 0]])
    assert_is(w.all_trade[0], 27.0)


def test_new_connectivity_adds_trade():
    # 2 a year for a billion, half of it by sea: 2 x .5 x (5 - 3) more; what is worn out takes none away
    values = {"trade_yield": 2, "route": [0.5, 1], "connectivity": [[5, 0, 0], [1, 0, 0]], "old_connectivity": 3}
    w = trading(**values)
    states.trade(w, switched(), 0)
    assert_is(numbers_of(w, "trade_pull"), [[8, 0, 0], [1, 0, 0]])
    states.trade(w, switched(connectivity_trade=False), 0)
    assert_is(numbers_of(w, "trade_pull"), [[6, 0, 0], [1, 0, 0]])


# phase 6: dialogue ------------------------------------------------------------------------------------------


def test_reach():
    # with a format all are reached; without one, as far as they lean
    assert_is([dialogue.reach(0.4, 0.0), dialogue.reach(0.4, 1.0), dialogue.reach(1.6, 1.0)], [0.4, 1, 1.6])


def test_dialogue():
    # 4 x .5 + 10 x .1 = 3 meetings; 3 / (3 + 5) = .375
    assert_is(dialogue.dialogue(4.0, 0.5, 0.1, 10.0, 5.0), 0.375)
    assert_is(dialogue.dialogue(5.0, 1.0, 0.0, 10.0, 5.0), 0.5)
    assert_is(dialogue.dialogue(0.0, 1.0, 0.0, 10.0, 5.0), 0.0)


def test_dialogue_in_a_world():
    # 4 x 1 + 10 x .1 = 5 of 5 + 5; a quarter of .0025 is 1 % a year of an economy of 1: to_percent is 400
    w = world_of(
        1, 1, meetings_per_year=4, engagement=0.5, has_format=1, paid=[[[9, 9, 0.00025]]], to_percent=400,
        dialogue_money=10, dialogue_half_saturation=5,
    )  # fmt: skip
    powers.talk(w, 0, 0)
    assert_is(w.dialogue[0, 0], 0.5)


# phase 7: trust ---------------------------------------------------------------------------------------------


def test_trust():
    assert_is(trust.trust(9.0, 3.0), 0.75)


def test_the_prior_is_neutral():
    assert_is(trust.trust(trust.PRIOR, trust.PRIOR), 0.5)


def test_faded():
    # 2 a year: half is left after a quarter; 4 a year and more: nothing
    assert_is([trust.faded(3.0, fading) for fading in (0.0, 2.0, 4.0, 5.0)], [3, 1.5, 0, 0])


def test_weight_of_evidence():
    # 1 / (.5 + 1.5) = .5; all kept at half-saturation is half a volume
    assert_is(trust.weight(0.5, 1.5), 0.5)
    assert_is(1.5 * trust.weight(1.5, 1.5), 0.5)


def test_deeds():
    # 2 x .5 x (.4 + .5 x .6) x (1 - .5 (1 - .8)) = .7 x .9
    assert_is(trust.deeds(2.0, 0.5, 0.4, 0.6, 0.5, 0.8, 0.5), 0.63)
    # loans that count for nothing; fit that does not matter
    assert_is(trust.deeds(2.0, 0.5, 0.4, 0.6, 0.0, 0.0, 0.0), 0.4)


def test_slips():
    assert_is(trust.slips(2.0, 0.5, 0.3), 0.3)


def test_words():
    # .8 (1 - .5) with a format; without one 1 / 1.25 of it
    assert_is([trust.words(0.8, 0.5, has, 0.25) for has in (1.0, 0.0)], [0.4, 0.32])
    assert trust.words(0.8, 1.0, 1.0, 0.25) == 0.0


def test_credit():
    # half without any deeds; .8 (.35 + .05) / (.35 + .15 + .1) = .8 x 2 / 3; nearly all with many deeds
    assert_is(trust.credit(0.8, 0.0, 0.0), 0.4)
    assert_is(trust.credit(0.8, 0.15, 0.35), 0.8 * 2 / 3)
    assert trust.credit(0.8, 1e9, 0.0) < 1e-9


def evident(**values: object) -> World:
    usual = {
        "soft": 0.4, "hard": 0.6, "lost": 0.5, "trust_volume_half_saturation": 0.5, "trust_delivery_gain": 2,
        "trust_loans": 0.5, "trust_fit": 0.5, "fit": 0.8, "predictability": 0.8, "coerciveness": 0.5, "has_format": 1,
        "trust_format_gain": 0.25, "trust_dialogue_gain": 3, "dialogue": 0.5, "trust_people_gain": 0.1, "people": 0.7,
        "trust_negativity": 1.5, "trust_pressure_loss": 2, "dependence": 0.25, "leverage": 1, "open_pressure": 0.3,
    }  # fmt: skip
    return world_of(1, 1, **{**usual, **values})


def test_new_evidence():
    # Weight 1 / 2; deeds .63 and slips 2 x .5 x .5 = .5; words .4 x .68 / 1.23. Kept: 3 x .5 x words + .07 + .63.
    # Broken: 1.5 x .5 = .75, and pressure 2 x .25 x (.5 x 1 + .3) = .4.
    w = evident()
    states.gather_evidence(w, switched(), 0, 0)
    assert_is(w.new_kept[0, 0], 1.5 * 0.4 * 0.68 / 1.23 + 0.7)
    assert_is(w.new_broken[0, 0], 1.15)


def test_new_evidence_without_pressure():
    w = evident()
    states.gather_evidence(w, switched(pressure=False), 0, 0)
    assert_is(w.new_broken[0, 0], 0.75)


def test_remembered():
    # 5 + .25 (2 - .1 x (5 - 1)) = 5 + .25 x 1.6 = 5.4
    assert_is(trust.remembered(5.0, 2.0, 0.1), 5.4)


def test_forgotten_evidence_leaves_the_prior():
    evidence = 50.0
    for _ in range(400):
        evidence = trust.remembered(evidence, 0.0, 1.0)
    assert_is(evidence, trust.PRIOR)


def test_recent():
    # .6 + .25 x 2 x .2 (.9 - .6) = .63, where .9 of the evidence is kept; without evidence nothing changes
    assert_is(trust.recent(0.6, 1.8, 0.2, 0.2), 0.63)
    assert trust.recent(0.6, 0.0, 0.0, 0.2) == 0.6


def test_trust_in_a_world():
    # kept 5.4 as above and .6 of news; broken 3 - .25 x .1 x 2 = 2.95 and .05 of news: 6 / 9
    values = {"kept": 5, "broken": 3, "new_kept": 2, "news_kept": 0.6, "news_broken": 0.05, "trust_forgetting": 0.1}
    w = world_of(1, 1, trust=0.5, **values)
    states.remember(w, switched(), 0, 0)
    assert_is([w.kept[0, 0], w.broken[0, 0], w.trust[0, 0]], [5.4, 2.95, 2 / 3])
    # recent: .5 + .25 x 2 x .1 (2.6 / 2.65 - .5)
    w = world_of(1, 1, trust=0.5, **values)
    states.remember(w, switched(trust_recent=True), 0, 0)
    assert_is(w.trust[0, 0], 0.5 + 0.05 * (2.6 / 2.65 - 0.5))


# phase 8: bandwidth and dependence --------------------------------------------------------------------------


def test_logged():
    # ln 1 / ln 101 = 0; ln 101 / ln 101 = 1; ln 11 / ln 101 = .519572...
    assert_is([bandwidth.logged(x) for x in (0.0, 100.0, 10.0)], [0, 1, math.log(11) / math.log(101)])


def test_trade_tie():
    # all of GDP, half of all trade
    assert_is(bandwidth.trade_tie(100.0, 0.5), 0.75)
    assert bandwidth.trade_tie(0.0, 0.0) == 0.0


def test_people_tie():
    assert_is(bandwidth.people_tie(0.6, 100.0), 0.8)
    assert_is(bandwidth.people_tie(0.6, 0.0), 0.3)


def test_security_tie():
    # .3 + .5 x (1 - .2) = .7; a member that is neutral gains nothing; never above 1
    assert_is(bandwidth.security_tie(0.3, 0.5, 0.2, 1.0), 0.7)
    assert_is([bandwidth.security_tie(0.3, 0.5, *one) for one in ((1.0, 1.0), (0.2, 0.0))], [0.3, 0.3])
    assert bandwidth.security_tie(0.9, 0.5, 0.0, 1.0) == 1.0


def test_dependence():
    # (.6 - .2 x .5) / .8; nothing where a tie is only talk
    assert_is(bandwidth.dependence(0.6, 0.5, 0.2), 0.625)
    assert bandwidth.dependence(0.5, 0.5, 1.0) == 0.0


def test_bandwidth_and_dependence_of_a_state():
    # Trade of all of GDP, 100 of 200: .75. Aid of 100 %: 1. Connectivity .4, dialogue .5, security .8 and people .2.
    # Weights .2, .1, .1, .2, .3, .1: .15 + .1 + .04 + .1 + .24 + .02 = .65. Without talk .55 / .8.
    w = world_of(
        1, 1, trade=100, all_trade=200, economy=100, aid=100, intensity=0.4, dialogue=0.5, allied=0.8, people=0.2,
        bandwidth_parts=[0.2, 0.1, 0.1, 0.2, 0.3, 0.1], engagement=1.5,
    )  # fmt: skip
    states.weigh(w, switched(), 0)
    found = [w.trade_part[0, 0], w.security[0, 0], w.substance[0, 0], w.bandwidth[0, 0], w.dependence[0, 0]]
    assert_is(found, [0.5, 0.8, 0.65, 0.975, 0.6875])
    assert_is([w.formal_capacity[0, 0], w.trade_of_gdp[0]], [0.65 * 0.6875, 100])
    states.weigh(w, switched(security=False), 0)
    assert_is([w.security[0, 0], w.substance[0, 0]], [0, 0.41])


def test_weights_of_bandwidth():
    # .2 each; without security and people, of four
    w = world_of(1, 1, bandwidth_weights=0.2, maturity=1)
    derived.prepare_world(w, switched())
    assert_is(numbers_of(w, "bandwidth_parts"), [1 / 6] * 6)
    derived.prepare_world(w, switched(security=False, people=False))
    assert_is(numbers_of(w, "bandwidth_parts"), [0.25] * 4 + [0, 0])


# phase 9: choice --------------------------------------------------------------------------------------------


def test_benefit():
    # 2 / 4 (.5 + 2 x .6 x .3 + .4 + 5 x .2 x .7) = .5 (.5 + .36 + .4 + .7) = .98
    assert_is(choice.benefit(2.0, 0.5, 0.6, 0.3, 0.4, 0.2, 0.7), 0.98)


def test_utility():
    # .6 + .7 - 2 x .4^2 = .98
    assert_is(choice.utility(0.6, 0.7, 2.0, 0.4), 0.98)


def test_weight():
    # exp(2 x (.2 - .5)) = exp(-.6); 1 for the best; a tie without substance weighs nothing, however useful
    assert_is(choice.weight(0.2, 0.5, 2.0, 1.0), math.exp(-0.6))
    assert_is(choice.weight(0.5, 0.5, 2.0, 1.0), 1.0)
    assert_is(choice.weight(9.0, 0.5, 2.0, 0.0), 0.0)


def test_proportional_weight():
    assert_is([choice.proportional_weight(u, 1.0) for u in (0.4, 0.0, -3.0)], [0.4, 0.01, 0.01])
    assert choice.proportional_weight(0.4, 0.0) == 0.0


def test_target_of_a_tie():
    # 2 x 1 / 4; a tie without substance stands at 1
    assert_is(choice.target(1.0, 4.0, 2.0, 1.0), 0.5)
    assert_is(choice.target(0.0, 4.0, 2.0, 0.0), 1.0)


def targets(utilities: list[float], precision: float, present: list[bool], **changes: bool) -> np.ndarray:
    """The engagement at which a state aims that finds powers so useful; other states find others useful."""
    count = len(utilities)
    w = world_of(
        count, 3, trust=[[7, utility, -7] for utility in utilities], hedging_precision=precision,
        substance=[[1, 0.1 * there, 0] for there in present],
    )  # fmt: skip
    states.choose(w, switched(**changes), 1)
    answers = numbers_of(w, "answer")
    assert not answers[:, [0, 2]].any()
    return answers[:, 1]


BOTH = [True, True]


def test_target():
    # exp(2 x .5) against exp(0): 2 e / (e + 1) = 1.46211...
    response = 2 * math.e / (math.e + 1)
    assert_is(targets([0.5, 0], 2, BOTH), [response, 2 - response])


def test_target_without_precision_is_even():
    assert_is(targets([3, -2], 0, BOTH), [1, 1])


def test_target_in_proportion():
    # .6 and .2: 2 x 3/4 and 2 x 1/4, whatever the precision
    assert_is(targets([0.6, 0.2], 9, BOTH, choice_proportional=True), [1.5, 0.5])
    assert_is(targets([-1, 0.03], 9, BOTH, choice_proportional=True), [0.5, 1.5])


def test_a_power_that_is_not_there_takes_no_part():
    # two are left: 2 e / (e + 1) and the rest; the third stands at 1, however useful it would be
    response = 2 * math.e / (math.e + 1)
    assert_is(targets([0.5, 0, 9], 2, [True, True, False]), [response, 2 - response, 1])
    assert_is(targets([0.5, 0, 9], 2, [False] * 3), [1, 1, 1])


def test_target_with_utilities_beyond_the_range_of_exp():
    assert_is(targets([100, 0], 20, BOTH), [2, 0])
    assert_is(targets([-100, -100], 20, BOTH), [1, 1])


def test_what_a_power_offers_a_state():
    # trust .6 and benefit .98 as above, less 2 x .4^2 of unease
    w = world_of(
        1, 1, trust=0.6, hedging_benefit=2, intensity=0.5, needs_level=0.6, logged_aid=0.3, fit=0.4,
        needs=[[0, 0, 0, 0, 0.2]], security=0.7, hedging=2.0, dependence=0.4, substance=1,
    )  # fmt: skip
    states.choose(w, switched(), 0)
    assert_is(w.utility[0, 0], 1.26)
    states.choose(w, switched(hedging=False), 0)
    assert_is(w.utility[0, 0], 1.58)


@given(st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=1, max_size=6), st.floats(0, 20), st.booleans())
def test_target_has_mean_one_over_those_present(powers, precision, proportional):
    utilities, there = zip(*powers, strict=True)
    found = targets(list(utilities), precision, list(there), choice_proportional=proportional)
    present = np.array(there)
    assert found.min() >= 0
    assert_is(found[~present], np.ones((~present).sum()))
    if present.any():
        assert_is(found[present].mean(), 1.0)


def test_shifted():
    # .8 + .5 x .25 x (1.6 - .8) = .9
    assert_is(choice.shifted(0.8, 1.6, 0.5), 0.9)
    assert_is(choice.shifted(0.8, 1.6, 4.0), 1.6)


# phase 10: influence ----------------------------------------------------------------------------------------


def test_influence():
    # 2 (.75 x .6 + .25 x .4) = 1.1
    assert_is(influence.influence(2.0, 0.6, 0.4, 0.75), 1.1)


def test_definitions_of_influence():
    assert_is(influence.influence(2.0, 0.6, 0.4, 0.0), 0.8)
    assert_is(influence.influence(2.0, 0.6, 0.4, 1.0), 1.2)


def test_own_weight():
    # .5 x .3 x 4^.5 x 1.4 = .42; capacity that has not changed, or does not count
    assert_is(influence.own_weight(0.5, 0.3, 4.0, 0.5, 0.4), 0.42)
    assert_is([influence.own_weight(0.5, 0.3, *one, 0.4) for one in ((1.0, 0.5), (4.0, 0.0))], [0.21, 0.21])


def test_share_of_influence():
    assert_is(influence.share(1.0, 3.0, 1.0), 0.25)
    assert_is(influence.share(0.0, 0.0, 0.0), 0.0)


def influence_shares(influences: list[float], own: float) -> np.ndarray:
    """Of two powers in the second of three states, for whose bandwidth all of it is consent."""
    w = world_of(
        bandwidth=[[5, one, 5] for one in influences], trust=1, influence_theta=1, influence_agency=1, agency=own,
        absorptive_capacity=0.5, opening_capacity=0.5,
    )  # fmt: skip
    states.share_out(w, switched(), 1)
    found = numbers_of(w, "share")
    assert not found[:, [0, 2]].any()
    return found[:, 1]


def test_influence_shares():
    # .3 / (.3 + .1 + .1) = .6 and .2; the state keeps .2
    assert_is(influence_shares([0.3, 0.1], 0.1), [0.6, 0.2])
    assert_is(influence_shares([0, 0], 0), [0, 0])
    assert_is(influence_shares([0.3, 0.1], 0).sum(), 1.0)


def shared(**changes: bool) -> float:
    """The share of a power alone where cooperation shields and capacity has doubled."""
    w = world_of(
        1, 1, bandwidth=2, trust=0.6, dependence=0.4, influence_theta=0.75, influence_shield=0.5, mean_cooperation=0.5,
        influence_agency=0.5, agency=0.3, absorptive_capacity=0.8, opening_capacity=0.4, influence_capacity=2,
    )  # fmt: skip
    states.share_out(w, switched(**changes), 0)
    return w.share[0, 0]


def test_cooperation_shields_from_leverage_and_gives_weight():
    # Leverage .4 x (1 - .5 x .5) = .3; influence 2 (.75 x .6 + .25 x .3) = 1.05; own weight .5 x .3 x 1.5 = .225,
    # four times that with the doubled capacity
    assert_is([shared(), shared(capacity_autonomy=False)], [1.05 / 1.95, 1.05 / 1.275])


def test_rival_definitions_of_influence_in_a_world():
    assert_is(shared(influence_capacity_only=True), 0.6 / 1.5)
    assert_is(shared(influence_consent_only=True), 1.2 / 2.1)


# phase 11: cooperation --------------------------------------------------------------------------------------


def test_a_corridor_opens_by_what_it_costs():
    assert_is([cooperation.opened(0.5, 0.2, money) for money in (0.0, 1.0, 3.0)], [0.5, 0.55, 0.575])


def test_spark():
    assert_is(cooperation.spark(1.0, 0.5, 0.8, 0.5), 0.2)


def test_catalysis():
    # 1 x .8 x (.5 x .6) + 1 x .2 x (.5 x .4) + nothing without a format = .24 + .04
    w = world_of(
        3, 2, has_format=[1, 1, 0], catalytic_intent=[0.8, 0.2, 1], trust=[[0.5, 0]] * 3,
        dialogue=[[0.6, 1], [0.4, 1], [1, 1]],
    )  # fmt: skip
    region.cooperate(w)
    assert_is(numbers_of(w, "catalysis"), [0.28, 0])


def test_cooperation():
    # .4 + .25 x .4 x (2 x .3 x .6 - .1) = .4 + .1 x .26 = .426
    assert_is(cooperation.cooperation(0.4, 0.3, 2.0, 0.1), 0.426)


def test_the_stimulus_of_a_link_is_the_mean_of_both_states():
    # the first state is catalysed by .6, the second by nothing: .3 for their link, as above
    w = world_of(
        2, 2, has_format=1, catalytic_intent=0.6, trust=[[1, 0], [0, 1]], dialogue=[[1, 1], [0, 0]],
        link=[[0, 0.4], [0.4, 0]], cooperation_growth=2, cooperation_decay=0.1,
    )  # fmt: skip
    region.cooperate(w)
    assert_is(numbers_of(w, "catalysis"), [0.6, 0])
    assert_is(numbers_of(w, "link"), [[0, 0.426], [0.426, 0]])


def test_cooperation_has_bounds():
    assert_is([cooperation.cooperation(0.0, 5.0, 5.0, 1.0), cooperation.cooperation(1.0, 5.0, 5.0, 0.0)], [0, 1])
    assert_is(cooperation.cooperation(0.5, 6.0, 5.0, 0.0), 1.0)


def test_mean_cooperation():
    # (.2 + .6) / 2, (.2 + .4) / 2, (.6 + .4) / 2; the diagonal is not another state
    w = world_of(output=1, price_factor=1, link=[[0, 0.2, 0.6], [0.2, 0, 0.4], [0.6, 0.4, 0]])
    for s in range(3):
        sensing.look_at_state(w, s)
        outcomes.observe_state(w, s)
    assert_is(numbers_of(w, "mean_cooperation"), [0.4, 0.3, 0.5])
    assert_is(numbers_of(w, "cooperation"), [0.4, 0.3, 0.5])
    alone = world_of(1, 1, output=1, price_factor=1)
    sensing.look_at_state(alone, 0)
    assert alone.mean_cooperation[0] == 0.0


# phase 12: formats ------------------------------------------------------------------------------------------


def test_spread():
    assert_is(formats.spread(1.0, 2.0), 0.5)
    assert_is(formats.spread(0.0, 0.0), 0.0)


def test_lead():
    # 1 / 2 - .3; a lead may be negative; there is none where nobody else has a format
    assert_is(formats.lead(2.0, 1.0, 0.3), 0.2)
    assert_is(formats.lead(1.0, 0.6, 0.8), -0.2)
    assert_is(formats.lead(0.0, 0.0, 0.3), 0.0)


def hazards(holds: list[int], present: list[int], trusts: list[float], weight: float) -> np.ndarray:
    """spread (1 + weight max(0, lead)) of every power: what is gathered in a quarter at a rate of 4 a year."""
    w = world_of(
        len(holds), 2, has_format=holds, bandwidth=[[0, 0.1 * there] for there in present],
        trust=[[one - 0.1, one + 0.1] for one in trusts], emulation=4, emulation_lead=weight,
    )  # fmt: skip
    region.emulate(w)
    assert_is(numbers_of(w, "regional_trust"), trusts)
    return numbers_of(w, "adoption")


def test_spread_and_lead():
    # The first and second have a format, trust .8 and .6; the third, .5, is without; the fourth is not there.
    # Of the third's two peers two have one, their mean trust leads by .7 - .5; of the first's two peers one, .6 - .8;
    # of the second's one, .8 - .6.
    holds, present, trusts = [1, 1, 0, 1], [1, 1, 1, 0], [0.8, 0.6, 0.5, 0.9]
    assert_is(hazards(holds, present, trusts, 0)[:3], [0.5, 0.5, 1])
    assert_is(hazards(holds, present, trusts, 5)[:3], [0.5, 0.5 * 2, 2])


def test_where_nobody_has_a_format_there_is_no_lead():
    assert_is(hazards([0, 0], [1, 1], [0.9, 0.1], 5), [0, 0])


def test_a_power_alone_sees_no_spread():
    assert_is(hazards([1], [1], [0.5], 5), [0])


def test_adoption_hazard():
    # .2 x .5 x (1 + 3 x .4) = .22; a lag in trust does not slow it
    assert_is([formats.adoption_hazard(0.2, 0.5, lead, 3.0) for lead in (0.4, -0.4)], [0.22, 0.1])


# chance -----------------------------------------------------------------------------------------------------


def test_width():
    # .5 x sqrt(1 - .36) x sqrt(12)
    assert_is(shocks.width(0.6, 0.5), 12**0.5 * 0.4)


def test_moved():
    # .8 x .1 + .2 x sqrt(1 - .64) x sqrt(12) x (.75 - .5) = .08 + .2 x .6 x 3.46410... x .25
    assert_is(shocks.moved(0.1, 0.8, shocks.width(0.8, 0.2), 0.75), 0.08 + 0.03 * math.sqrt(12))
    assert_is(shocks.moved(0.1, 0.8, shocks.width(0.8, 0.0), 0.75), 0.08)
    assert_is(shocks.moved(1.0, 0.6, 2.0, 0.75), 1.1)


def test_shocks_have_the_deviation_that_they_are_told():
    """Over 100,000 quarters, as good as 34,000 apart from one another."""
    shock, width, seen = 0.0, shocks.width(0.7, 0.3), []
    for uniform in np.random.default_rng(0).random(100_000).tolist():
        shock = shocks.moved(shock, 0.7, width, uniform)
        seen.append(shock)
    assert abs(np.mean(seen)) < 4 * 0.3 * (1.7 / 0.3 / 100_000) ** 0.5
    assert np.std(seen) == pytest.approx(0.3, rel=0.02)


def test_episode():
    # one quarter in four, four times as strong
    assert_is([shocks.episode(u, 0.25) for u in (0.1, 0.24, 0.25, 0.9)], [4, 4, 0, 0])
    assert_is([shocks.episode(u, 1.0) for u in (0.0, 0.5, 0.999)], [1, 1, 1])


# sums over actors -------------------------------------------------------------------------------------------

numbers = st.floats(1e-6, 1)


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    """Numbers by power and state."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    return np.array(draw(st.lists(numbers, min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)


@given(tables())
def test_what_is_told_of_a_power_is_the_mean_over_states(values):
    w = world_of(*values.shape, trust=values, dependence=values / 2, trade=values, share=values)
    for p in range(w.powers):
        outcomes.observe_power(w, p)
    region.settle(w, switched(cooperation=False, emulation=False))
    assert_is(numbers_of(w, "regional_trust"), values.mean(axis=1))
    assert_is(numbers_of(w, "regional_dependence"), values.mean(axis=1) / 2)
    assert_is(numbers_of(w, "regional_share"), values.mean(axis=1))
    assert_is(numbers_of(w, "trade_share"), values.sum(axis=1))


@given(tables())
def test_what_a_state_sees_of_all_powers_is_their_sum(values):
    w = world_of(*values.shape, output=1, price_factor=1, share=values)
    for s in range(w.states):
        sensing.look_at_state(w, s)
    assert_is(numbers_of(w, "influence_of_all"), values.sum(axis=0))


def test_what_a_power_sees_of_its_rivals():
    # of the others' .5 and .3 the .5 is the most
    w = world_of(3, 1, regional_share=[0.2, 0.5, 0.3])
    for p in range(3):
        sensing.look_at_rivals(w, p)
    assert_is(numbers_of(w, "strongest_rival"), [0.5, 0.3, 0.5])
    alone = world_of(1, 1, regional_share=0.2)
    sensing.look_at_rivals(alone, 0)
    assert alone.strongest_rival[0] == 0.0


def test_room_that_rivals_leave_in_a_state():
    # in the first state the others, .5 and .3, offer (.5 x .4 + .3 x .8) / .8 = .55 of the first sector; nobody holds
    # anything in the second
    offers = [[[1, 0, 0, 0, 0]] * 2, [[0.4, 0.6, 0, 0, 0]] * 2, [[0.8, 0, 0, 0, 0.2]] * 2]
    w = world_of(3, 2, share=[[0.2, 0], [0.5, 0], [0.3, 0]], offer=offers)
    for s in range(2):
        sensing.look_at_offers(w, 0, s)
    crowding = np.array([[0.55, 0.375, 0, 0, 0.075], [0] * 5])
    assert_is(numbers_of(w, "room")[0], 1 / (1 + 5 * crowding))


def test_the_economy_of_a_state_at_the_price_of_its_resources():
    # 8 x 1.25 = 10; a billion a quarter is 40 % of it a year
    w = world_of(1, 1, output=8, price_factor=1.25)
    sensing.look_at_state(w, 0)
    assert_is([w.economy[0], w.to_percent[0]], [10, 40])


# all of them ------------------------------------------------------------------------------------------------


def test_constants():
    assert DT == 0.25
    assert 0 < TINY < 1e-200


@pytest.mark.parametrize("name", sorted(source.rules()))
def test_every_rule_is_tried_here_and_says_its_formula(name):
    """A rule has a test above that calls it, and a docstring."""
    assert f"{name}(" in SOURCE, f"no test calls {name}"
    assert source.rules()[name].__doc__
