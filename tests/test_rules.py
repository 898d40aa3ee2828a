"""Every rule of the model against a value worked out by hand, and at its limits."""

from __future__ import annotations

import inspect
import math
import pkgutil
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steppewise.world import rules
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
    over_states,
    shocks,
    stocks,
    total,
    trust,
)

shares = st.just(0.0) | st.floats(1e-6, 1)
SOURCE = Path(__file__).read_text(encoding="utf-8")


def column(*numbers: float) -> np.ndarray:
    """Numbers by actor, in one world."""
    return np.array(numbers, dtype=float)[:, None]


def row(*numbers: float) -> np.ndarray:
    """Numbers by world."""
    return np.array(numbers, dtype=float)


def assert_is(found: object, *expected: object) -> None:
    """Equal to what was worked out by hand, to rounding."""
    np.testing.assert_allclose(np.squeeze(found), np.squeeze(expected), rtol=1e-12, atol=1e-15)


# phase 2: budgets -------------------------------------------------------------------------------------------


def test_budget():
    # .02 % of 5000 is 1; times exp(.1) is 1.10517...; a quarter more is 1.38146...
    assert_is(budget.budget(row(0.02), row(5000), row(0.1), row(0.25)), math.exp(0.1) * 1.25)
    assert_is(budget.budget(row(0.02), row(5000), row(0), 0.0), 1.0)


def test_no_effort_no_budget():
    assert_is(budget.budget(row(0), row(20000), row(3), row(5)), 0.0)


def test_counterbalance():
    # 2 (.45 - .30) = .3; nothing at or below the threshold
    assert_is(budget.counterbalance(row(2, 2, 2), row(0.45, 0.3, 0.1), row(0.3, 0.3, 0.3)), [0.3, 0, 0])


# phase 3: allocation ----------------------------------------------------------------------------------------

WEIGHTS = column(0.6, 0.3, 0.2, 0.4, 0.5)


def test_standing_attraction():
    # .6 x .5 + .3 x .9 = .57 and .6 x .8 + .3 x .2 = .54
    found = allocation.standing_attraction(WEIGHTS, column(0.5, 0.8), column(0.9, 0.2))
    assert_is(found, [0.57 + 1e-12, 0.54 + 1e-12])


def test_attraction():
    # .57 + .2 x .3 + .4 x .7 + .5 (1 - .6) x .25 = .57 + .06 + .28 + .05 = .96
    found = allocation.attraction(column(0.57), WEIGHTS, row(0.6), column(0.3), column(0.7), column(0.25))
    assert_is(found, 0.96)


def test_a_patient_power_does_not_look_at_returns():
    low, high = (
        allocation.attraction(column(0.57), WEIGHTS, row(1), column(0.3), column(0.7), column(earned))
        for earned in (0, 1)
    )
    assert_is(low, high)


def test_shares_of_the_budget():
    # pulls 2 x 1.5 = 3 and 1 x 1 = 1, so .75 and .25; a quarter is spread evenly:
    # .25 / 2 + .75 x .75 = .6875 and .125 + .75 x .25 = .3125
    found = allocation.shares(column(2, 1), 0.25, column(1.5, 1))
    assert_is(found, [0.6875, 0.3125])


def test_an_even_handed_power_gives_all_the_same():
    assert_is(allocation.shares(column(2, 1, 7), 1.0, column(0, 3, 1)), [1 / 3] * 3)


def test_where_nothing_attracts_shares_are_equal():
    nothing = allocation.standing_attraction(0 * WEIGHTS, column(1, 1), column(1, 1))
    assert_is(allocation.shares(nothing, 0.0, column(1, 1)), [0.5, 0.5])


def test_shares_where_nobody_leans_to_the_power():
    assert_is(allocation.shares(column(3, 1), 0.0, column(0, 0)), [0.75, 0.25])


@given(st.lists(st.tuples(shares, st.floats(0, 6)), min_size=1, max_size=6), shares)
def test_shares_of_the_budget_sum_to_one(states, even_handedness):
    attraction, engagement = (column(*numbers) for numbers in zip(*states, strict=True))
    found = allocation.shares(attraction + allocation.INDIFFERENCE, even_handedness, engagement)
    assert_is(total(found), 1.0)
    assert found.min() >= even_handedness / len(states) - 1e-15


def test_needed_instruments():
    # aid: human capital + governance = .1 + .15; connectivity: transport + energy = .2 + .25; dialogue: security .3
    assert_is(allocation.needed_instruments(column(0.1, 0.2, 0.25, 0.15, 0.3)), [0.25, 0.45, 0.3])


def test_instrument_mix():
    # .6 doctrine + .4 needs: .6 x .5 + .4 x .25 = .4; .6 x .3 + .4 x .45 = .36; .6 x .2 + .4 x .3 = .24
    needed = np.array([0.25, 0.45, 0.3])[:, None, None]
    found = allocation.instrument_mix(column(0.5, 0.3, 0.2)[:, None], needed, row(0.4))
    assert found.shape == (3, 1, 1)
    assert_is(found, [0.4, 0.36, 0.24])


def test_a_power_that_does_not_respond_follows_its_doctrine():
    needed = np.array([0.25, 0.45, 0.3])[:, None, None]
    assert_is(allocation.instrument_mix(column(0.5, 0.3, 0.2)[:, None], needed, 0.0), [0.5, 0.3, 0.2])


def test_adapted_offer():
    # Toward needs, .8 a year: .25 x .8 x (.2 - .6) = -.08 and +.08. Away from crowds, .5 a year: crowding of its own
    # offer is .6 x .7 + .4 x .3 = .54; .25 x .5 x .6 x (.54 - .7) = -.012 and .25 x .5 x .4 x (.54 - .3) = +.012
    found = allocation.adapted_offer(column(0.6, 0.4), column(0.2, 0.8), column(0.7, 0.3), row(0.8), row(0.5))
    assert_is(found, [0.6 - 0.08 - 0.012, 0.4 + 0.08 + 0.012])


def test_an_offer_stays_where_it_is_without_response():
    assert_is(allocation.adapted_offer(column(0.6, 0.4), column(0, 1), column(1, 0), row(0), row(0)), [0.6, 0.4])


# phase 4: delivery ------------------------------------------------------------------------------------------


def test_delivered_share():
    # .8 x .5 x 1.1 = .44; a shock of -2 delivers nothing, one of 3 no more than all
    found = delivery.delivered_share(0.8, row(0.5, 0.5, 0.5), row(0.1, -2, 3))
    assert_is(found, [0.44, 0, 1])
    assert_is(delivery.delivered_share(1.0, row(1), row(0)), 1.0)
    assert_is(delivery.delivered_share(0.0, row(1), row(1)), 0.0)


def test_due_rate():
    # a promise of two years falls due by an eighth a quarter
    assert_is(delivery.due_rate(row(2, 0.25)), [0.125, 1])


def test_opening_pipeline():
    # 1 a quarter; an eighth falls due, .6 of it is delivered and half of the rest cancelled, so that
    # .125 (.6 + .2) = .1 leaves. On the level 10 stand in the pipeline after the new promises: 9 before.
    found = delivery.opening_pipeline(np.ones((1, 1, 1)), row(0.125), row(0.6), row(0.5))
    assert_is(found, 9.0)
    pipeline = found + 1
    assert_is(pipeline - 0.125 * pipeline * 0.6 - 0.5 * 0.125 * pipeline * 0.4, 9.0)


def test_opening_pipeline_where_nothing_ever_leaves():
    # C tau / dt - C = 1 / .125 - 1
    assert_is(delivery.opening_pipeline(np.ones((1, 1, 1)), row(0.125), row(0), row(0)), 7.0)


@given(st.just(0.0) | st.floats(1e-6, 100), st.floats(0.25, 30), shares, shares)
def test_an_opening_pipeline_stays_on_its_level(committed, maturity, share, cancelled):
    rate = delivery.due_rate(row(maturity))
    opening = delivery.opening_pipeline(np.full((1, 1, 1), committed), rate, row(share), row(cancelled))
    leaving = share + cancelled * (1 - share)
    assert opening.min() >= 0
    if leaving > 0:
        full = opening + committed
        np.testing.assert_allclose(full * rate * leaving, committed, rtol=1e-9, atol=1e-300)


# phase 5: stocks --------------------------------------------------------------------------------------------


def test_kept_part():
    # .2 a year leaves 1 - .05 after a quarter; 4 a year and more leave nothing
    assert_is(stocks.kept_part(row(0.2, 4, 9)), [0.95, 0, 0])


def test_stock():
    assert_is(stocks.stock(row(10), row(0.95), row(2)), 11.5)


def test_intensity():
    # 3 / (3 + 9); half at half-saturation; nothing at nothing
    assert_is(stocks.intensity(row(3, 9, 0), row(9, 9, 9)), [0.25, 0.5, 0])


def test_trade():
    # 2 x 1.1 x (1 + 3 x .5) x (1 + 1.2) = 2.2 x 2.5 x 2.2 = 12.1
    assert_is(stocks.trade(row(2), row(1.1), row(0.5), row(3), row(1.2)), 12.1)


def test_trade_is_that_of_the_start_at_the_start():
    # 7 at intensity .5 and engagement 1.2; at full intensity 4 / 2.5 of it; never less than 1 / 2.2 for want of leaning
    opening = 7.0 / ((1 + 3 * 0.5) * (1 + 1.2))
    assert_is(stocks.trade(row(opening), row(1), row(0.5), row(3), row(1.2)), 7.0)
    assert_is(stocks.trade(row(opening), row(1), row(1), row(3), row(1.2)), 7.0 * 1.6)
    assert_is(stocks.trade(row(opening), row(1), row(0.5), row(3), row(0)), 7.0 / 2.2)


def test_absorptive_capacity():
    # .6 + .25 (.5 x .8 x (1 - .6) - .1 x (.6 - .5)) = .6 + .25 (.16 - .01) = .6375
    assert_is(stocks.absorptive_capacity(row(0.6), row(0.5), row(0.8), row(0.5), row(0.1)), 0.6375)


def test_absorptive_capacity_has_bounds_and_comes_back():
    assert_is(stocks.absorptive_capacity(row(0.6), row(0.5), row(100), row(2), row(0)), 1.0)
    assert_is(stocks.absorptive_capacity(row(0.5), row(0.5), row(0), row(2), row(2)), 0.5)
    # from .9 back toward .5 at .4 a year: .9 - .1 x .4 = .86
    assert_is(stocks.absorptive_capacity(row(0.9), row(0.5), row(0), row(0), row(0.4)), 0.86)


# phase 6: dialogue ------------------------------------------------------------------------------------------


def test_reach():
    # with a format all are reached; without one, as far as they lean
    assert_is(dialogue.reach(row(0.4, 0.4, 1.6), row(0, 1, 1)), [0.4, 1, 1])


def test_dialogue():
    # 4 x .5 + 10 x .1 = 3 meetings; 3 / (3 + 5) = .375
    assert_is(dialogue.dialogue(row(4), row(0.5), row(0.1), row(10), row(5)), 0.375)
    assert_is(dialogue.dialogue(row(5), row(1), row(0), row(10), row(5)), 0.5)
    assert_is(dialogue.dialogue(row(0), row(1), row(0), row(10), row(5)), 0.0)


# phase 7: trust ---------------------------------------------------------------------------------------------


def test_trust():
    assert_is(trust.trust(row(9), row(3)), 0.75)


def test_the_prior_is_neutral():
    assert_is(trust.trust(row(trust.PRIOR), row(trust.PRIOR)), 0.5)


def test_faded():
    # 2 a year: half is left after a quarter; 4 a year and more: nothing
    assert_is(trust.faded(row(3, 3, 3, 3), row(0, 2, 4, 5)), [3, 1.5, 0, 0])


def test_volume_weight():
    # 1 / (.5 + 1.5) = .5; all kept at half-saturation is half a volume
    assert_is(trust.volume_weight(row(0.5), row(1.5)), 0.5)
    assert_is(1.5 * trust.volume_weight(row(1.5), row(1.5)), 0.5)


def test_kept_evidence():
    # .4 x (1 - .25) + .2 = .5
    assert_is(trust.kept_evidence(row(0.4), row(0.2), row(0.25)), 0.5)


def test_broken_evidence():
    assert_is(trust.broken_evidence(row(0.4), row(0.2), row(0.25)), 0.85)


def test_credit():
    # .8 x (1 - .5) with a format; .8 without one, however coercive
    assert_is(trust.credit(row(0.8, 0.8), row(1, 0), row(0.5, 0.5)), [0.4, 0.8])


def test_remembered():
    # 5 + .25 (2 - .1 x (5 - 1)) = 5 + .25 x 1.6 = 5.4
    assert_is(trust.remembered(row(5), row(2), row(0.1)), 5.4)


def test_forgotten_evidence_leaves_the_prior():
    evidence = row(50)
    for _ in range(400):
        evidence = trust.remembered(evidence, row(0), row(1))
    assert_is(evidence, trust.PRIOR)


def test_above():
    assert_is(trust.above(row(0.5, 0.3, 0.1), row(0.3, 0.3, 0.3)), [0.2, 0, 0])


# phase 8: bandwidth and dependence --------------------------------------------------------------------------


def test_logged():
    # ln 1 / ln 101 = 0; ln 101 / ln 101 = 1; ln 11 / ln 101 = .519572...
    assert_is(bandwidth.logged(row(0, 100, 10)), [0, 1, math.log(11) / math.log(101)])


def test_substance():
    # .5 x .6 + .3 x .2 + .2 x .5 = .46
    assert_is(bandwidth.substance(column(0.5, 0.3, 0.2), row(0.6), row(0.2), row(0.5)), 0.46)


def test_dependence():
    # .3 / (.3 + .1 + .6) = .3 and .1
    assert_is(bandwidth.dependence(column(0.3, 0.1), row(0.6)), [0.3, 0.1])
    assert_is(bandwidth.dependence(column(0, 0), row(0.6)), [0, 0])


def test_outside_ties():
    # .5 + .4 x .25 = .6
    assert_is(bandwidth.outside_ties(row(0.5), row(0.4), row(0.25)), 0.6)


# phase 9: hedging -------------------------------------------------------------------------------------------


def test_fit():
    # min(.6, .2) + min(.4, .8) = .6
    assert_is(hedging.fit(column(0.6, 0.4), column(0.2, 0.8)), 0.6)


def test_an_offer_fits_its_own_needs_and_not_others():
    assert_is(hedging.fit(column(0.6, 0.4), column(0.6, 0.4)), 1.0)
    assert_is(hedging.fit(column(1, 0), column(0, 1)), 0.0)


def test_benefit():
    # 1.5 / 3 x (.5 + .3 + .6) = .7
    assert_is(hedging.benefit(row(1.5), row(0.5), row(0.3), row(0.6)), 0.7)


def test_utility():
    # .6 + .7 + .05 - 2 x .1 = 1.15
    assert_is(hedging.utility(row(0.6), row(0.7), row(0.05), row(2), row(0.1)), 1.15)


BOTH = np.array([[True], [True]])


def test_target():
    # exp(2 x .5) against exp(0): 2 e / (e + 1) = 1.46211...; half the way to 1 is 1.23105...
    response = 2 * math.e / (math.e + 1)
    assert_is(hedging.target(column(0.5, 0), row(2), row(0), BOTH), [response, 2 - response])
    halfway = 0.5 + 0.5 * response
    assert_is(hedging.target(column(0.5, 0), row(2), row(0.5), BOTH), [halfway, 2 - halfway])


def test_target_without_precision_is_even():
    assert_is(hedging.target(column(3, -2), row(0), row(0), BOTH), [1, 1])


def test_a_neutral_state_leans_to_nobody():
    assert_is(hedging.target(column(3, -2), row(20), row(1), BOTH), [1, 1])


def test_a_power_that_is_not_there_takes_no_part():
    # two are left: 2 e / (e + 1) and the rest; the third stands at 1, however useful it would be
    present = np.array([[True], [True], [False]])
    response = 2 * math.e / (math.e + 1)
    assert_is(hedging.target(column(0.5, 0, 9), row(2), row(0), present), [response, 2 - response, 1])
    assert_is(hedging.target(column(0.5, 0, 9), row(2), row(0), ~(present | True)), [1, 1, 1])


def test_target_with_utilities_beyond_the_range_of_exp():
    assert_is(hedging.target(column(100, 0), row(20), row(0), BOTH), [2, 0])
    assert_is(hedging.target(column(-100, -100), row(20), row(0), BOTH), [1, 1])


@given(st.lists(st.tuples(st.floats(-50, 50), st.booleans()), min_size=1, max_size=6), st.floats(0, 20), shares)
def test_target_has_mean_one_over_those_present(powers, precision, neutrality):
    utilities, present = (np.array(values)[:, None] for values in zip(*powers, strict=True))
    found = hedging.target(utilities, row(precision), row(neutrality), present)
    assert found.min() >= 0
    assert_is(found[~present], np.ones((~present).sum()))
    if present.any():
        assert_is(found[present].mean(), 1.0)


def test_shifted():
    # .8 + .5 x .25 x (1.6 - .8) = .9
    assert_is(hedging.shifted(row(0.8), row(1.6), row(0.5)), 0.9)
    assert_is(hedging.shifted(row(0.8), row(1.6), row(4)), 1.6)


# phase 10: influence ----------------------------------------------------------------------------------------


def test_influence():
    # 2 (.75 x .6 + .25 x .4) = 1.1
    assert_is(influence.influence(row(2), row(0.6), row(0.4), row(0.75)), 1.1)


def test_definitions_of_influence():
    assert_is(influence.influence(row(2), row(0.6), row(0.4), row(0)), 0.8)
    assert_is(influence.influence(row(2), row(0.6), row(0.4), row(1)), 1.2)


def test_own_weight():
    # .5 x .3 x 1.4 = .21
    assert_is(influence.own_weight(row(0.5), row(0.3), row(0.4)), 0.21)


def test_influence_shares():
    # .3 / (.3 + .1 + .1) = .6 and .2; the state keeps .2
    assert_is(influence.influence_shares(column(0.3, 0.1), row(0.1)), [0.6, 0.2])
    assert_is(influence.influence_shares(column(0, 0), row(0)), [0, 0])
    assert_is(total(influence.influence_shares(column(0.3, 0.1), row(0))), 1.0)


# phase 11: cooperation --------------------------------------------------------------------------------------


def test_catalysis():
    # 1 x .8 x (.5 x .6) + 1 x .2 x (.5 x .4) + nothing without a format = .24 + .04
    found = cooperation.catalysis(
        column(1, 1, 0)[:, None], column(0.8, 0.2, 1)[:, None], np.full((3, 1, 1), 0.5), column(0.6, 0.4, 1)[:, None]
    )
    assert_is(found, 0.28)


def test_cooperation():
    # .4 + .25 x .4 x (2 x .3 x .6 - .1) = .4 + .1 x .26 = .426
    assert_is(cooperation.cooperation(row(0.4), row(0.3), row(2), row(0.1)), 0.426)


def test_cooperation_has_bounds():
    assert_is(cooperation.cooperation(row(0, 1), row(5, 5), row(5, 5), row(1, 0)), [0, 1])
    assert_is(cooperation.cooperation(row(0.5), row(6), row(5), row(0)), 1.0)


def test_mean_cooperation():
    # (.2 + .6) / 2, (.2 + .4) / 2, (.6 + .4) / 2; the diagonal is not another state
    level = np.array([[0, 0.2, 0.6], [0.2, 0, 0.4], [0.6, 0.4, 0]])[:, :, None]
    assert_is(cooperation.mean_cooperation(level), [0.4, 0.3, 0.5])
    assert_is(cooperation.mean_cooperation(np.zeros((1, 1, 1))), 0.0)


# phase 12: formats ------------------------------------------------------------------------------------------


def test_spread_and_lead():
    # The first and second have a format, trust .8 and .6; the third, .5, is without; the fourth is not there.
    # Of the third's two peers two have one, their mean trust leads by .7 - .5; of the first's two peers one, .6 - .8.
    holds, present = column(1, 1, 0, 1), column(1, 1, 1, 0)
    spread, lead = formats.spread_and_lead(holds, present, column(0.8, 0.6, 0.5, 0.9))
    assert_is(spread[:3], [0.5, 0.5, 1])
    assert_is(lead[:3], [-0.2, 0.2, 0.2])


def test_where_nobody_has_a_format_there_is_no_lead():
    spread, lead = formats.spread_and_lead(column(0, 0), column(1, 1), column(0.9, 0.1))
    assert_is(spread, [0, 0])
    assert_is(lead, [0, 0])


def test_a_power_alone_sees_no_spread():
    spread, lead = formats.spread_and_lead(column(1), column(1), column(0.5))
    assert_is((spread, lead), (0, 0))


def test_adoption_hazard():
    # .2 x .5 x (1 + 3 x .4) = .22; a lag in trust does not slow it
    assert_is(formats.adoption_hazard(row(0.2, 0.2), row(0.5, 0.5), row(0.4, -0.4), row(3, 3)), [0.22, 0.1])


# phase 13: learning -----------------------------------------------------------------------------------------


def test_learned_return():
    # Of .4 influence .3 is in the first state, which gets .25 of the budget: .75 / (.75 + .25) = .75;
    # .5 + 1 x .25 x (.75 - .5) = .5625. In the second .25 / (.25 + .75) = .25: .4375.
    share, spending = np.array([[[0.3], [0.1]]]), np.array([[[0.25], [0.75]]])
    found = learning.learned_return(np.full((1, 2, 1), 0.5), share, spending, row(1))
    assert_is(found, [0.5625, 0.4375])


def test_without_influence_nothing_returns():
    nothing = np.zeros((1, 2, 1))
    found = learning.learned_return(nothing + 0.5, nothing, nothing + 0.5, row(4))
    assert_is(found, [0, 0])


# chance -----------------------------------------------------------------------------------------------------


def test_shocked():
    # .8 x .1 + .2 x sqrt(1 - .64) x sqrt(12) x (.75 - .5) = .08 + .2 x .6 x 3.46410... x .25
    assert_is(shocks.shocked(row(0.1), row(0.8), row(0.2), row(0.75)), 0.08 + 0.03 * math.sqrt(12))
    assert_is(shocks.shocked(row(0.1), row(0.8), row(0), row(0.75)), 0.08)


def test_shocks_have_the_deviation_that_they_are_told():
    uniforms = np.random.default_rng(0).random((200, 4000))
    shock = np.zeros(4000)
    for uniform in uniforms:
        shock = shocks.shocked(shock, row(0.7), row(0.3), uniform)
    assert abs(shock.mean()) < 4 * 0.3 / 4000**0.5
    assert shock.std() == pytest.approx(0.3, rel=0.05)


def test_episode():
    # one quarter in four, four times as strong
    assert_is(shocks.episode(row(0.1, 0.24, 0.25, 0.9), row(0.25)), [4, 4, 0, 0])
    assert_is(shocks.episode(row(0, 0.5, 0.999), row(1)), [1, 1, 1])


# all of them ------------------------------------------------------------------------------------------------


def test_constants():
    assert DT == 0.25
    assert 0 < TINY < 1e-200


def test_total_is_the_sum_over_the_first_axis():
    values = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(total(values), values[0] + values[1])
    np.testing.assert_array_equal(total(values[:0]), np.zeros((3, 4)))


def test_total_of_one_world_is_that_of_many():
    """To the last bit: NumPy adds eight and more numbers of one world in another order."""
    for length in range(1, 20):
        values = 10.0 ** np.random.default_rng(length).uniform(-9, 9, (length, 30))
        one = [total(values[:, world : world + 1].copy()) for world in range(30)]
        np.testing.assert_array_equal(np.concatenate(one), total(values))
        np.testing.assert_allclose(total(values), values.sum(axis=0))


def test_over_states():
    by_tie = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(over_states(by_tie), by_tie[:, 0] + by_tie[:, 1] + by_tie[:, 2])


# parts of rules: what is done for each, apart from the sum over all -------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (allocation.pull(0.5, 2.0), 1.0),
        (allocation.pull(0.5, 0.0), 0.5e-12),
        (allocation.part(1.0, 4.0, 5, 0.2), 0.04 + 0.2),
        (allocation.moved_offer(0.3, 0.5, 0.2, 0.4, 0.8, 0.4), 0.3 + 0.04 + 0.006),
        (bandwidth.on_scale(math.log(101)), 1.0),
        (bandwidth.dependence_on(2.0, 6.0, 2.0), 0.25),
        (budget.spent(1.0, 200.0, 1.1, 0.5), 3.3),
        (cooperation.spark(1.0, 0.5, 0.8, 0.5), 0.2),
        (formats.spread(1.0, 2.0), 0.5),
        (formats.spread(0.0, 0.0), 0.0),
        (formats.lead(2.0, 1.0, 0.3), 0.2),
        (formats.lead(0.0, 0.0, 0.3), 0.0),
        (hedging.worse(0.2, 0.5, 2.0), -0.6),
        (hedging.worse(0.5, 0.5, 2.0), 0.0),
        (hedging.answered(1.0, 4.0, 2.0, False, 0.5), 0.75),
        (hedging.answered(0.0, 4.0, 2.0, True, 0.0), 1.0),
        (influence.share(1.0, 3.0, 1.0), 0.25),
        (influence.share(0.0, 0.0, 0.0), 0.0),
        (learning.learned(0.5, 0.2, 0.8, 0.75, 0.4), 0.475),
        (learning.learned(0.5, 0.0, 0.0, 0.0, 0.4), 0.45),
        (shocks.width(0.6, 0.5), 12**0.5 * 0.4),
        (shocks.moved(1.0, 0.6, 2.0, 0.75), 1.1),
    ],
)
def test_parts(found, expected):
    assert found == pytest.approx(expected)


def functions() -> dict[str, object]:
    """Every public rule by module and name."""
    modules = [import_module(f"{rules.__name__}.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


@pytest.mark.parametrize("name", sorted(functions()))
def test_every_rule_is_tried_here_and_says_its_formula(name):
    """A rule has a test above that calls it, and a docstring."""
    module, _, function = name.partition(".")
    assert f"{module}.{function}(" in SOURCE, f"no test calls {name}"
    assert functions()[name].__doc__
