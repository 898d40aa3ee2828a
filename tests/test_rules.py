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
from steppewise.world.layout import FIELDS, Sizes
from steppewise.world.memory import Switches, World
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
    part_of,
    shocks,
    stocks,
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


def switched(**off: bool) -> Switches:
    """All at work but what is said."""
    return Switches(dict.fromkeys(("chance", *MECHANISMS), True) | off)


# phase 2: budgets -------------------------------------------------------------------------------------------


def test_budget():
    # .02 % of 5000 is 1; times exp(.1) is 1.10517...; a quarter more is 1.38146...
    assert_is(budget.budget(0.02, 5000.0, 0.1, 0.25), math.exp(0.1) * 1.25)
    assert_is(budget.budget(0.02, 5000.0, 0.0, 0.0), 1.0)
    assert_is(budget.budget(1.0, 200.0, math.log(1.1), 0.5), 3.3)


def test_no_effort_no_budget():
    assert_is(budget.budget(0.0, 20000.0, 3.0, 5.0), 0.0)


def test_counterbalance():
    # 2 (.45 - .30) = .3; nothing at or below the threshold
    assert_is([budget.counterbalance(2.0, rival, 0.3) for rival in (0.45, 0.3, 0.1)], [0.3, 0, 0])


# phase 3: allocation ----------------------------------------------------------------------------------------

MOTIVES = (0.6, 0.3, 0.2, 0.4, 0.5)


def test_standing_attraction():
    # .6 x .5 + .3 x .9 = .57 and .6 x .8 + .3 x .2 = .54
    assert_is(allocation.standing_attraction(0.6, 0.5, 0.3, 0.9), 0.57 + 1e-12)
    assert_is(allocation.standing_attraction(0.6, 0.8, 0.3, 0.2), 0.54 + 1e-12)


def test_attraction():
    # .2 x .3 + .4 x .7 = .06 + .28; .5 (1 - .6) x .25 = .05
    assert_is(allocation.moving_attraction(0.2, 0.3, 0.4, 0.7), 0.34)
    assert_is(allocation.hope_of_return(0.5, 0.6, 0.25), 0.05)


def test_attraction_in_a_world():
    # .57 + .06 + .28 + .05 = .96, where the rivals have .7 of the .9 influence of all; the others stand at .57 alone
    w = world_of(
        motives=[MOTIVES] * 2, patience=0.6, standing=0.57, engagement=1.0,
        bandwidth=[[0.3, 0, 0], [9, 9, 9]], share=[[0.2, 0, 0], [0.7, 0, 0]], learned=[[0.25, 0, 0], [9, 9, 9]],
        influence_of_all=[0.9, 0, 0],
    )  # fmt: skip
    powers.allocate(w, switched(), 0)
    assert_is(numbers_of(w, "pull")[0], [0.96, 0.57, 0.57])
    assert_is(numbers_of(w, "allocation"), [[0.96 / 2.1, 0.57 / 2.1, 0.57 / 2.1], [0, 0, 0]])


def test_a_patient_power_does_not_look_at_returns():
    low, high = (allocation.hope_of_return(0.5, 1.0, earned) for earned in (0.0, 1.0))
    assert low == high == 0.0


def test_pull():
    assert_is(allocation.pull(0.5, 2.0), 1.0)
    assert_is(allocation.pull(0.5, 0.0), 0.5e-12)


def test_share_of_the_budget():
    # .2 / 5 + .8 x 1 / 4
    assert_is(allocation.share(1.0, 4.0, 5, 0.2), 0.04 + 0.2)


def allocated(standing: list[float], even_handedness: float, engagement: list[float], **off: bool) -> np.ndarray:
    """The shares of the budget of a power to which states stand and lean like this; another power has other ones."""
    count = len(standing)
    w = world_of(
        2, count, standing=[standing, [1] * count], engagement=[engagement, [1] * count],
        even_handedness=[even_handedness, 0.5],
    )  # fmt: skip
    powers.allocate(w, switched(**off), 0)
    return numbers_of(w, "allocation")[0]


def test_shares_of_the_budget():
    # pulls 2 x 1.5 = 3 and 1 x 1 = 1, so .75 and .25; a quarter is spread evenly:
    # .25 / 2 + .75 x .75 = .6875 and .125 + .75 x .25 = .3125
    assert_is(allocated([2, 1], 0.25, [1.5, 1]), [0.6875, 0.3125])


def test_an_even_handed_power_gives_all_the_same():
    assert_is(allocated([2, 1, 7], 1.0, [0, 3, 1]), [1 / 3] * 3)
    assert_is(allocated([2, 1, 7], 0.0, [0, 3, 1], allocation=False), [1 / 3] * 3)


def test_where_nothing_attracts_shares_are_equal():
    nothing = allocation.standing_attraction(0.0, 1.0, 0.0, 1.0)
    assert_is(allocated([nothing, nothing], 0.0, [1, 1]), [0.5, 0.5])


def test_shares_where_nobody_leans_to_the_power():
    assert_is(allocated([3, 1], 0.0, [0, 0]), [0.75, 0.25])


@given(st.lists(st.tuples(shares, st.floats(0, 6)), min_size=1, max_size=6), shares)
def test_shares_of_the_budget_sum_to_one(states, even_handedness):
    attraction, engagement = zip(*states, strict=True)
    found = allocated([one + allocation.INDIFFERENCE for one in attraction], even_handedness, list(engagement))
    assert_is(found.sum(), 1.0)
    assert found.min() >= even_handedness / len(states) - 1e-15


def test_needs_and_the_instruments_that_they_ask_for():
    # Weights that sum to 2: shares are half of them. Aid: human capital + governance = .1 + .15; connectivity:
    # transport + energy = .2 + .25; dialogue: security .3
    w = world_of(need_weights=[[1] * 5, [0.2, 0.4, 0.5, 0.3, 0.6], [0] * 5])
    for s in range(3):
        derived.prepare_state(w, s)
    assert_is(numbers_of(w, "needs"), [[0.2] * 5, [0.1, 0.2, 0.25, 0.15, 0.3], [0.2] * 5])
    assert_is(numbers_of(w, "needed"), [[0.4, 0.4, 0.2], [0.25, 0.45, 0.3], [0.4, 0.4, 0.2]])


def test_part_of():
    # 3 of 12; equal parts where all weights are zero
    assert_is(part_of(3.0, 12.0, 5), 0.25)
    assert_is(part_of(0.0, 0.0, 5), 0.2)


def test_instrument_mix():
    # .6 doctrine + .4 needs: .6 x .5 + .4 x .25 = .4; .6 x .3 + .4 x .45 = .36; .6 x .2 + .4 x .3 = .24
    pairs = ((0.5, 0.25), (0.3, 0.45), (0.2, 0.3))
    assert_is([allocation.instrument_mix(doctrine, needed, 0.4) for doctrine, needed in pairs], [0.4, 0.36, 0.24])


def test_a_power_that_does_not_respond_follows_its_doctrine():
    pairs = ((0.5, 0.25), (0.3, 0.45), (0.2, 0.3))
    assert [allocation.instrument_mix(doctrine, needed, 0.0) for doctrine, needed in pairs] == [0.5, 0.3, 0.2]


def test_adapted_offer():
    assert_is(allocation.adapted_offer(0.3, 0.5, 0.2, 0.4, 0.8, 0.4), 0.3 + 0.04 + 0.006)
    assert allocation.adapted_offer(0.6, 0.0, 1.0, 0.5, 0.0, 0.0) == 0.6


def adapted(offer: list[float], need: list[float], crowding: list[float], toward: float, away: float) -> World:
    """What a power offers of the first two sectors, after a quarter."""
    others = [0, 0, 0]
    w = world_of(
        offer=[[*offer, *others], [0.2] * 5], mean_needs=[*need, *others], crowding=[[*crowding, *others], [1] * 5],
        toward_needs=[toward, 9], away_from_rivals=[away, 9], needs=[[1, 0, 0, 0, 0], [0, 0.5, 0, 0, 0.5], [0.2] * 5],
    )  # fmt: skip
    powers.adapt_offer(w, 0)
    return w


def test_an_offer_adapts_to_needs_and_away_from_crowds():
    # Toward needs, .8 a year: .25 x .8 x (.2 - .6) = -.08 and +.08. Away from crowds, .5 a year: crowding of its own
    # offer is .6 x .7 + .4 x .3 = .54; .25 x .5 x .6 x (.54 - .7) = -.012 and .25 x .5 x .4 x (.54 - .3) = +.012
    w = adapted([0.6, 0.4], [0.2, 0.8], [0.7, 0.3], 0.8, 0.5)
    assert_is(numbers_of(w, "offer")[0, :2], [0.6 - 0.08 - 0.012, 0.4 + 0.08 + 0.012])
    assert_is(numbers_of(w, "fit"), [[0.508, 0.492, 0.4], [0, 0, 0]])


def test_an_offer_stays_where_it_is_without_response():
    assert_is(numbers_of(adapted([0.6, 0.4], [0, 1], [1, 0], 0, 0), "offer")[0, :2], [0.6, 0.4])


# phase 4: delivery ------------------------------------------------------------------------------------------


def test_delivered_share():
    # .8 x .5 x 1.1 = .44; a shock of -2 delivers nothing, one of 3 no more than all
    assert_is([delivery.delivered_share(0.8, 0.5, shock) for shock in (0.1, -2.0, 3.0)], [0.44, 0, 1])
    assert_is(delivery.delivered_share(1.0, 1.0, 0.0), 1.0)
    assert_is(delivery.delivered_share(0.0, 1.0, 1.0), 0.0)


def test_due_rate():
    # a promise of two years falls due by an eighth a quarter
    assert_is([delivery.due_rate(2.0), delivery.due_rate(0.25)], [0.125, 1])


def test_opening_pipeline():
    # 1 a quarter; an eighth falls due, .6 of it is delivered and half of the rest cancelled, so that
    # .125 (.6 + .2) = .1 leaves. On the level 10 stand in the pipeline after the new promises: 9 before.
    found = delivery.opening_pipeline(1.0, 0.125, 0.6, 0.5)
    assert_is(found, 9.0)
    pipeline = found + 1
    assert_is(pipeline - 0.125 * pipeline * 0.6 - 0.5 * 0.125 * pipeline * 0.4, 9.0)


def test_opening_pipeline_where_nothing_ever_leaves():
    # C tau / dt - C = 1 / .125 - 1
    assert_is(delivery.opening_pipeline(1.0, 0.125, 0.0, 0.0), 7.0)


@given(st.just(0.0) | st.floats(1e-6, 100), st.floats(0.25, 30), shares, shares)
def test_an_opening_pipeline_stays_on_its_level(committed, maturity, share, cancelled):
    rate = delivery.due_rate(maturity)
    opening = delivery.opening_pipeline(committed, rate, share, cancelled)
    leaving = share + cancelled * (1 - share)
    assert opening >= 0
    if leaving > 0:
        full = opening + committed
        np.testing.assert_allclose(full * rate * leaving, committed, rtol=1e-9, atol=1e-300)


# phase 5: stocks --------------------------------------------------------------------------------------------


def test_kept_part():
    # .2 a year leaves 1 - .05 after a quarter; 4 a year and more leave nothing
    assert_is([stocks.kept_part(rate) for rate in (0.2, 4.0, 9.0)], [0.95, 0, 0])


def test_stock():
    assert_is(stocks.stock(10.0, 0.95, 2.0), 11.5)


def test_intensity():
    # 3 / (3 + 9); half at half-saturation; nothing at nothing
    assert_is([stocks.intensity(effective, 9.0) for effective in (3.0, 9.0, 0.0)], [0.25, 0.5, 0])


def test_trade():
    # 2 x 1.1 x (1 + 3 x .5) x (1 + 1.2) = 2.2 x 2.5 x 2.2 = 12.1
    assert_is(stocks.trade(2.0, 1.1, 0.5, 3.0, 1.2), 12.1)


def test_trade_is_that_of_the_start_at_the_start():
    # 7 at intensity .5 and engagement 1.2; at full intensity 4 / 2.5 of it; never less than 1 / 2.2 for want of leaning
    opening = stocks.trade_base(7.0, 0.5, 3.0, 1.2)
    assert_is(opening, 7.0 / ((1 + 3 * 0.5) * (1 + 1.2)))
    assert_is(stocks.trade(opening, 1.0, 0.5, 3.0, 1.2), 7.0)
    assert_is(stocks.trade(opening, 1.0, 1.0, 3.0, 1.2), 7.0 * 1.6)
    assert_is(stocks.trade(opening, 1.0, 0.5, 3.0, 0.0), 7.0 / 2.2)


def test_absorptive_capacity():
    # .6 + .25 (.5 x .8 x (1 - .6) - .1 x (.6 - .5)) = .6 + .25 (.16 - .01) = .6375
    assert_is(stocks.absorptive_capacity(0.6, 0.5, 0.8, 0.5, 0.1), 0.6375)


def test_absorptive_capacity_has_bounds_and_comes_back():
    assert_is(stocks.absorptive_capacity(0.6, 0.5, 100.0, 2.0, 0.0), 1.0)
    assert_is(stocks.absorptive_capacity(0.5, 0.5, 0.0, 2.0, 2.0), 0.5)
    # from .9 back toward .5 at .4 a year: .9 - .1 x .4 = .86
    assert_is(stocks.absorptive_capacity(0.9, 0.5, 0.0, 0.0, 0.4), 0.86)


# phase 6: dialogue ------------------------------------------------------------------------------------------


def test_reach():
    # with a format all are reached; without one, as far as they lean
    assert_is([dialogue.reach(0.4, 0.0), dialogue.reach(0.4, 1.0), dialogue.reach(1.6, 1.0)], [0.4, 1, 1])


def test_dialogue():
    # 4 x .5 + 10 x .1 = 3 meetings; 3 / (3 + 5) = .375
    assert_is(dialogue.dialogue(4.0, 0.5, 0.1, 10.0, 5.0), 0.375)
    assert_is(dialogue.dialogue(5.0, 1.0, 0.0, 10.0, 5.0), 0.5)
    assert_is(dialogue.dialogue(0.0, 1.0, 0.0, 10.0, 5.0), 0.0)


# phase 7: trust ---------------------------------------------------------------------------------------------


def test_trust():
    assert_is(trust.trust(9.0, 3.0), 0.75)


def test_the_prior_is_neutral():
    assert_is(trust.trust(trust.PRIOR, trust.PRIOR), 0.5)


def test_faded():
    # 2 a year: half is left after a quarter; 4 a year and more: nothing
    assert_is([trust.faded(3.0, fading) for fading in (0.0, 2.0, 4.0, 5.0)], [3, 1.5, 0, 0])


def test_volume_weight():
    # 1 / (.5 + 1.5) = .5; all kept at half-saturation is half a volume
    assert_is(trust.volume_weight(0.5, 1.5), 0.5)
    assert_is(1.5 * trust.volume_weight(1.5, 1.5), 0.5)


def test_kept_evidence():
    # .4 x (1 - .25) + .2 = .5
    assert_is(trust.kept_evidence(0.4, 0.2, 0.25), 0.5)


def test_broken_evidence():
    assert_is(trust.broken_evidence(0.4, 0.2, 0.25), 0.85)


def test_credit():
    # .8 x (1 - .5) with a format; .8 without one, however coercive
    assert_is([trust.credit(0.8, 1.0, 0.5), trust.credit(0.8, 0.0, 0.5)], [0.4, 0.8])


def test_remembered():
    # 5 + .25 (2 - .1 x (5 - 1)) = 5 + .25 x 1.6 = 5.4
    assert_is(trust.remembered(5.0, 2.0, 0.1), 5.4)


def test_forgotten_evidence_leaves_the_prior():
    evidence = 50.0
    for _ in range(400):
        evidence = trust.remembered(evidence, 0.0, 1.0)
    assert_is(evidence, trust.PRIOR)


def test_above():
    assert_is([trust.above(level, 0.3) for level in (0.5, 0.3, 0.1)], [0.2, 0, 0])


# phase 8: bandwidth and dependence --------------------------------------------------------------------------


def test_logged():
    # ln 1 / ln 101 = 0; ln 101 / ln 101 = 1; ln 11 / ln 101 = .519572...
    assert_is([bandwidth.logged(x) for x in (0.0, 100.0, 10.0)], [0, 1, math.log(11) / math.log(101)])


def test_substance():
    # .5 x .6 + .3 x .2 + .2 x .5 = .46
    assert_is(bandwidth.substance(0.5, 0.6, 0.3, 0.2, 0.2, 0.5), 0.46)


def test_dependence():
    # .3 / (.3 + .1 + .6) = .3 and .1
    assert_is([bandwidth.dependence(one, 0.4, 0.6) for one in (0.3, 0.1)], [0.3, 0.1])
    assert_is(bandwidth.dependence(2.0, 6.0, 2.0), 0.25)
    assert_is(bandwidth.dependence(0.0, 0.0, 0.6), 0.0)


def test_bandwidth_and_dependence_of_a_state():
    # Trade of 100 and of 10 percent of an economy of 50; aid of 10 percent; .5 each. The second power is half engaged.
    full, tenth = 0.5, 0.5 * math.log(11) / math.log(101)
    w = world_of(
        trade=[[50, 0, 0], [5, 0, 0]], aid=[[10, 0, 0], [0, 0, 0]], engagement=[[1, 1, 1], [0.5, 1, 1]],
        economy=50, bandwidth_parts=[0.5, 0.5, 0], outside_ties=0.2,
    )  # fmt: skip
    states.weigh(w, 0)
    assert_is(numbers_of(w, "bandwidth"), [[full + tenth, 0, 0], [tenth / 2, 0, 0]])
    whole = full + 1.5 * tenth + 0.2
    assert_is(numbers_of(w, "dependence"), [[(full + tenth) / whole, 0, 0], [tenth / 2 / whole, 0, 0]])


def test_outside_ties():
    # .5 + .4 x .25 = .6
    assert_is(bandwidth.outside_ties(0.5, 0.4, 0.25), 0.6)


# phase 9: hedging -------------------------------------------------------------------------------------------


def fit(offer: list[float], needs: list[float]) -> float:
    """Of the first two sectors, with another power and other states around."""
    others = [0, 0, 0]
    w = world_of(offer=[[1, 1, 1, 1, 1], [*offer, *others]], needs=[[1] * 5, [*needs, *others], [1] * 5])
    return powers.fit(w, 1, 1)


def test_fit():
    # min(.6, .2) + min(.4, .8) = .6
    assert_is(fit([0.6, 0.4], [0.2, 0.8]), 0.6)


def test_an_offer_fits_its_own_needs_and_not_others():
    assert_is(fit([0.6, 0.4], [0.6, 0.4]), 1.0)
    assert_is(fit([1, 0], [0, 1]), 0.0)


def test_benefit():
    # 1.5 / 3 x (.5 + .3 + .6) = .7
    assert_is(hedging.benefit(1.5, 0.5, 0.3, 0.6), 0.7)


def test_utility():
    # .6 + .7 + .05 - 2 x .1 = 1.15
    assert_is(hedging.utility(0.6, 0.7, 0.05, 2.0, 0.1), 1.15)


def test_weight():
    # exp(2 x (.2 - .5)) = exp(-.6); 1 for the best; a tie without substance weighs nothing, however useful
    assert_is(hedging.weight(0.2, 0.5, 2.0, 1.0), math.exp(-0.6))
    assert_is(hedging.weight(0.5, 0.5, 2.0, 1.0), 1.0)
    assert_is(hedging.weight(9.0, 0.5, 2.0, 0.0), 0.0)


def test_target_of_a_tie():
    # 2 x 1 / 4 = .5, half the way to 1; a tie without substance stands at 1
    assert_is(hedging.target(1.0, 4.0, 2.0, 1.0, 0.5), 0.75)
    assert_is(hedging.target(0.0, 4.0, 2.0, 0.0, 0.0), 1.0)


def targets(utilities: list[float], precision: float, neutrality: float, present: list[bool]) -> np.ndarray:
    """The engagement at which a state aims that finds powers so useful; other states find others useful."""
    count = len(utilities)
    w = world_of(
        count, 3, taste=[[7, utility, -7] for utility in utilities], hedging_precision=precision,
        substance=[[1, 0.1 * there, 0] for there in present], neutrality=[0.3, neutrality, 0.6],
    )  # fmt: skip
    states.choose(w, 1)
    answers = numbers_of(w, "answer")
    assert not answers[:, [0, 2]].any()
    return answers[:, 1]


BOTH = [True, True]


def test_target():
    # exp(2 x .5) against exp(0): 2 e / (e + 1) = 1.46211...; half the way to 1 is 1.23105...
    response = 2 * math.e / (math.e + 1)
    assert_is(targets([0.5, 0], 2, 0, BOTH), [response, 2 - response])
    halfway = 0.5 + 0.5 * response
    assert_is(targets([0.5, 0], 2, 0.5, BOTH), [halfway, 2 - halfway])


def test_target_without_precision_is_even():
    assert_is(targets([3, -2], 0, 0, BOTH), [1, 1])


def test_a_neutral_state_leans_to_nobody():
    assert_is(targets([3, -2], 20, 1, BOTH), [1, 1])


def test_a_power_that_is_not_there_takes_no_part():
    # two are left: 2 e / (e + 1) and the rest; the third stands at 1, however useful it would be
    response = 2 * math.e / (math.e + 1)
    assert_is(targets([0.5, 0, 9], 2, 0, [True, True, False]), [response, 2 - response, 1])
    assert_is(targets([0.5, 0, 9], 2, 0, [False] * 3), [1, 1, 1])


def test_target_with_utilities_beyond_the_range_of_exp():
    assert_is(targets([100, 0], 20, 0, BOTH), [2, 0])
    assert_is(targets([-100, -100], 20, 0, BOTH), [1, 1])


def test_what_a_power_offers_a_state():
    # trust .6, benefit 1.5 / 3 x (.5 + .3 + .6) = .7, taste .05, and 2 x (.4 - .3) for dependence beyond comfort
    w = world_of(
        1, 1, trust=0.6, hedging_benefit=1.5, intensity=0.5, logged_aid=0.3, fit=0.6, taste=0.05, hedging=2.0,
        dependence=0.4, dependence_comfort=0.3,
    )  # fmt: skip
    states.choose(w, 0)
    assert_is(w.utility[0, 0], 1.15)


@given(st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=1, max_size=6), st.floats(0, 20), shares)
def test_target_has_mean_one_over_those_present(powers, precision, neutrality):
    utilities, there = zip(*powers, strict=True)
    found, present = targets(list(utilities), precision, neutrality, list(there)), np.array(there)
    assert found.min() >= 0
    assert_is(found[~present], np.ones((~present).sum()))
    if present.any():
        assert_is(found[present].mean(), 1.0)


def test_shifted():
    # .8 + .5 x .25 x (1.6 - .8) = .9
    assert_is(hedging.shifted(0.8, 1.6, 0.5), 0.9)
    assert_is(hedging.shifted(0.8, 1.6, 4.0), 1.6)


# phase 10: influence ----------------------------------------------------------------------------------------


def test_influence():
    # 2 (.75 x .6 + .25 x .4) = 1.1
    assert_is(influence.influence(2.0, 0.6, 0.4, 0.75), 1.1)


def test_definitions_of_influence():
    assert_is(influence.influence(2.0, 0.6, 0.4, 0.0), 0.8)
    assert_is(influence.influence(2.0, 0.6, 0.4, 1.0), 1.2)


def test_own_weight():
    # .5 x .3 x 1.4 = .21
    assert_is(influence.own_weight(0.5, 0.3, 0.4), 0.21)


def test_share_of_influence():
    assert_is(influence.share(1.0, 3.0, 1.0), 0.25)
    assert_is(influence.share(0.0, 0.0, 0.0), 0.0)


def influence_shares(influences: list[float], own: float) -> np.ndarray:
    """Of two powers in the second of three states, for whose bandwidth all of it is consent."""
    w = world_of(
        bandwidth=[[5, one, 5] for one in influences], trust=1, influence_theta=1, influence_agency=1, agency=own
    )
    states.share_out(w, 1)
    found = numbers_of(w, "share")
    assert not found[:, [0, 2]].any()
    return found[:, 1]


def test_influence_shares():
    # .3 / (.3 + .1 + .1) = .6 and .2; the state keeps .2
    assert_is(influence_shares([0.3, 0.1], 0.1), [0.6, 0.2])
    assert_is(influence_shares([0, 0], 0), [0, 0])
    assert_is(influence_shares([0.3, 0.1], 0).sum(), 1.0)


def test_cooperation_shields_from_leverage_and_gives_weight():
    # Leverage .4 x (1 - .5 x .5) = .3; influence 2 (.75 x .6 + .25 x .3) = 1.05; own weight .5 x .3 x 1.5 = .225
    w = world_of(
        1, 1, bandwidth=2, trust=0.6, dependence=0.4, influence_theta=0.75, influence_shield=0.5, mean_cooperation=0.5,
        influence_agency=0.5, agency=0.3,
    )  # fmt: skip
    states.share_out(w, 0)
    assert_is(w.share[0, 0], 1.05 / 1.275)


# phase 11: cooperation --------------------------------------------------------------------------------------


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
    w = world_of(economy=1, borders=1, link=[[0, 0.2, 0.6], [0.2, 0, 0.4], [0.6, 0.4, 0]])
    for s in range(3):
        sensing.look_at_state(w, s)
        outcomes.observe_state(w, s)
    assert_is(numbers_of(w, "mean_cooperation"), [0.4, 0.3, 0.5])
    assert_is(numbers_of(w, "cooperation"), [0.4, 0.3, 0.5])
    alone = world_of(1, 1, economy=1, borders=1)
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


# phase 13: learning -----------------------------------------------------------------------------------------


def test_learned():
    # .2 of .8 is .25, for .75 of the budget: .25 / (.25 + .75) = .25; .5 + .4 x .25 x (.25 - .5)
    assert_is(learning.learned(0.5, 0.2, 0.8, 0.75, 0.4), 0.475)
    assert_is(learning.learned(0.5, 0.0, 0.0, 0.0, 0.4), 0.45)


def settled(**values: object) -> World:
    w = world_of(2, 2, learned=0.5, **values)
    region.settle(w, switched(cooperation=False, emulation=False))
    return w


def test_learned_return():
    # Of .4 influence .3 is in the first state, which gets .25 of the budget: .75 / (.75 + .25) = .75;
    # .5 + 1 x .25 x (.75 - .5) = .5625. In the second .25 / (.25 + .75) = .25: .4375.
    w = settled(share=[[0.3, 0.1], [0, 0]], allocation=[[0.25, 0.75], [0.5, 0.5]], learning_speed=1)
    assert_is(numbers_of(w, "learned"), [[0.5625, 0.4375], [0.375, 0.375]])
    assert_is(numbers_of(w, "regional_share"), [0.2, 0])


def test_without_influence_nothing_returns():
    assert_is(numbers_of(settled(allocation=0.5, learning_speed=4), "learned"), np.zeros((2, 2)))


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
    w = world_of(*values.shape, economy=1, borders=1, share=values)
    for s in range(w.states):
        sensing.look_at_state(w, s)
    assert_is(numbers_of(w, "influence_of_all"), values.sum(axis=0))


def test_what_a_power_sees_of_its_rivals():
    # of the others' .5 and .3 the .5 is the most; crowding (.5 x .4 + .3 x .8) / .8 = .55 of the first sector
    offers = [[1, 0, 0, 0, 0], [0.4, 0.6, 0, 0, 0], [0.8, 0, 0, 0, 0.2]]
    w = world_of(3, 1, regional_share=[0.2, 0.5, 0.3], offer=offers)
    for p in range(3):
        sensing.look_at_rivals(w, p)
    assert_is(numbers_of(w, "strongest_rival"), [0.5, 0.3, 0.5])
    assert_is(numbers_of(w, "crowding")[0], [0.55, 0.375, 0, 0, 0.075])
    alone = world_of(1, 1, regional_share=0.2, offer=0.2)
    sensing.look_at_rivals(alone, 0)
    assert alone.strongest_rival[0] == 0.0
    assert_is(numbers_of(alone, "crowding"), np.zeros(5))


# all of them ------------------------------------------------------------------------------------------------


def test_constants():
    assert DT == 0.25
    assert 0 < TINY < 1e-200


@pytest.mark.parametrize("name", sorted(source.rules()))
def test_every_rule_is_tried_here_and_says_its_formula(name):
    """A rule has a test above that calls it, and a docstring."""
    assert f"{name}(" in SOURCE, f"no test calls {name}"
    assert source.rules()[name].__doc__
