"""How much of a spread is whose: pick and freeze against answers that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.generated import EVIDENCE, spec_of

from steppewise.analysis.spread import WORLDS_AT_MOST, SpreadShare, correlation, groups_of, sources_of_spread
from steppewise.evidence.types import CLASSES
from steppewise.experiment.block import ANOTHER_LUCK, Block
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec

WORLDS = 800
EFFORT, GDP = "powers.japan.effort", "powers.japan.gdp"
BUDGET = "budget.japan"


# correlation ------------------------------------------------------------------------------------------------


def test_correlation_by_hand():
    # pooled mean 2.5; variance ((1.5^2 + .5^2) + (.5^2 + 1.5^2)) / 4 = 1.25;
    # covariance ((-1.5)(-.5) + (.5)(1.5)) / 2 = .75
    assert correlation(np.array([1.0, 3.0]), np.array([2.0, 4.0])) == pytest.approx(0.75 / 1.25)


def test_correlation_of_the_same_worlds_is_one():
    values = np.random.default_rng(0).normal(5, 2, 100)
    assert correlation(values, values) == pytest.approx(1)
    assert correlation(values, 10 - values) == pytest.approx(-1, abs=0.02)


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_correlation_is_the_part_of_the_variance_in_common(part):
    numbers = np.random.default_rng(0)
    common = part**0.5 * numbers.normal(size=20_000)
    first, second = (common + (1 - part) ** 0.5 * numbers.normal(size=20_000) for _ in range(2))
    assert correlation(first, second) == pytest.approx(part, abs=4 * (1 - part**2) / 20_000**0.5 + 1e-12)


def test_without_spread_there_is_nothing_to_share():
    assert correlation(np.full(5, 3.0), np.full(5, 3.0)) == 0
    assert correlation(np.array([1.0]), np.array([2.0])) == 0
    assert correlation(np.array([]), np.array([])) == 0


finite = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(finite, finite), min_size=2, max_size=30))
def test_correlation_lies_between_minus_one_and_one(pairs):
    first, second = (np.array(values) for values in zip(*pairs, strict=True))
    assert -1 - 1e-9 <= correlation(first, second) <= 1 + 1e-9
    assert correlation(first, second) == correlation(second, first)


# known answers ----------------------------------------------------------------------------------------------


def product_spec(volatility: float = 0.0, events: tuple = ()) -> ScenarioSpec:
    """One quarter in which Japan's budget is effort times GDP times exp(shock); nothing else is uncertain.

    Effort is uniform from 1 to 2 (coded), GDP from 10,000 to 20,000 (external).
    """
    spec = spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1], 1, Quarter.parse("2020Q1"))
    known = {name: replace(p, low=p.value, high=p.value) for name, p in spec.parameters.items()}
    known |= {
        EFFORT: replace(known[EFFORT], value=1.5, low=1.0, high=2.0, evidence="coded"),
        GDP: replace(known[GDP], value=15_000.0, low=10_000.0, high=20_000.0, evidence="external"),
    }
    for name, value in (("powers.japan.fiscal_volatility", volatility), ("world.fiscal.persistence", 0.0)):
        known[name] = replace(known[name], value=value, low=value, high=value)
    return replace(spec, parameters=known, events=events)


def shares_of(spec: ScenarioSpec, outcome: str, worlds: int = WORLDS, seed: int = 0) -> dict[str, SpreadShare]:
    ensemble = simulate(spec, Plan(worlds, seed), ())
    return {found.group: found for found in sources_of_spread(ensemble, [outcome])}


UNIFORM = (1 / 12) / (1.5**2)
"""Variance over squared mean of a number between 1 and 2."""


def alone(*factors: float) -> list[float]:
    """Parts of the variance of a product of independent factors, by their variances over squared means."""
    whole = np.prod(1 + np.array(factors)) - 1
    return [factor / whole for factor in factors]


def assert_shares(found: dict[str, SpreadShare], expected: dict[str, float]) -> None:
    assert found.keys() == expected.keys()
    for group, share in expected.items():
        assert abs(found[group].share - share) <= 4 * found[group].standard_error + 1e-9, group


def test_a_product_of_two_parameters():
    """Each class accounts for nearly half of the spread, all ignorance for all of it, chance for none."""
    effort, gdp = alone(UNIFORM, UNIFORM)
    assert effort == pytest.approx(0.490909, abs=1e-6)
    found = shares_of(product_spec(), BUDGET)
    assert_shares(found, {"chance": 0, "ignorance": 1, "coded": effort, "external": gdp})
    assert found["ignorance"].share == pytest.approx(1, abs=1e-12)


def test_a_product_with_chance():
    """The shock is uniform between -a and a with a = sqrt(3) sigma; exp of it has mean sinh(a) / a."""
    a = 3**0.5 * 0.3
    mean, square = np.sinh(a) / a, np.sinh(2 * a) / (2 * a)
    chance, effort, gdp = alone(square / mean**2 - 1, UNIFORM, UNIFORM)
    together = (1 + UNIFORM) ** 2 - 1
    ignorance = alone(square / mean**2 - 1, together)[1]
    found = shares_of(product_spec(0.3), BUDGET)
    assert_shares(found, {"chance": chance, "ignorance": ignorance, "coded": effort, "external": gdp})
    assert min(chance, effort, gdp) > 4 * found["chance"].standard_error


def test_chance_alone():
    """With no ranges at all, all spread is chance: the worlds of the other luck are others."""
    spec = product_spec(0.3)
    known = {name: replace(p, low=p.value, high=p.value) for name, p in spec.parameters.items()}
    found = shares_of(replace(spec, parameters=known), BUDGET)
    assert found["chance"].share == pytest.approx(1, abs=1e-12)
    assert found["ignorance"].share <= 4 * found["ignorance"].standard_error
    assert found.keys() == {"chance", "ignorance"}


def test_an_outcome_without_spread_has_no_sources():
    found = shares_of(product_spec(), "has_format.japan", 50)
    assert {share.share for share in found.values()} == {0}


# the whole model --------------------------------------------------------------------------------------------

OUTCOMES = ("regional_share.japan", "regional_trust.china", "autonomy.kazakhstan")


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return simulate(spec_of(quarters=4), Plan(200, 0), ())


def test_shares_of_the_baseline(ensemble):
    found = sources_of_spread(ensemble, OUTCOMES)
    assert {(share.outcome, share.group) for share in found} == {
        (outcome, group) for outcome in OUTCOMES for group in groups_of(ensemble.spec, ensemble.plan)
    }
    for share in found:
        assert 0 <= share.share <= 1 + 1e-12
        assert 0 <= share.standard_error <= 200**-0.5
        assert share.worlds == 200
    of_japan = {share.group: share.share for share in found if share.outcome == OUTCOMES[0]}
    assert of_japan["chance"] + of_japan["ignorance"] == pytest.approx(1, abs=0.3)


def test_standard_errors_shrink_with_worlds():
    few, many = (shares_of(product_spec(0.3), BUDGET, worlds)["coded"] for worlds in (60, 960))
    assert many.standard_error == pytest.approx(few.standard_error / 4, rel=0.35)
    for found in (few, many):
        assert found.standard_error == pytest.approx((1 - found.share**2) / found.worlds**0.5)


def test_estimates_scatter_as_their_standard_errors_say():
    """Over twelve seeds; the standard error is one of the right size, not ten times too small or large."""
    found = [shares_of(product_spec(), BUDGET, 120, seed)["coded"] for seed in range(12)]
    scatter = np.std([share.share for share in found], ddof=1)
    told = np.mean([share.standard_error for share in found])
    assert 0.4 < scatter / told < 1.8
    assert np.mean([share.share for share in found]) == pytest.approx(0.4909, abs=4 * told / 12**0.5)


def test_at_most_a_thousand_worlds_run_again():
    spec = product_spec()
    ensemble = simulate(spec, Plan(WORLDS_AT_MOST + 200, 0), ())
    counts = []
    found = sources_of_spread(ensemble, [BUDGET], counts.append)
    assert {share.worlds for share in found} == {WORLDS_AT_MOST}
    assert counts == [WORLDS_AT_MOST] * len(groups_of(spec, ensemble.plan))


def test_worlds_that_failed_are_left_out(ensemble):
    values = ensemble.outcomes[OUTCOMES[0]].copy()
    values[:50] = np.nan
    broken = replace(ensemble, outcomes={**ensemble.outcomes, OUTCOMES[0]: values})
    found = sources_of_spread(broken, [OUTCOMES[0]])
    assert {share.worlds for share in found} == {150}
    assert all(np.isfinite(share.share) for share in found)


# groups -----------------------------------------------------------------------------------------------------


def test_groups_are_chance_ignorance_and_the_classes_that_are_uncertain():
    spec = product_spec()
    assert groups_of(spec, Plan(10)) == {
        "chance": frozenset({"chance"}),
        "ignorance": frozenset(CLASSES),
        "coded": frozenset({"coded"}),
        "external": frozenset({"external"}),
    }


@pytest.mark.parametrize("uncertainty", ["chance", "ignorance", "none"])
def test_one_source_alone_needs_no_sharing_out(uncertainty):
    assert groups_of(product_spec(), Plan(10, uncertainty=uncertainty)) == {}
    ensemble = simulate(product_spec(), Plan(10, uncertainty=uncertainty), ())
    assert sources_of_spread(ensemble, [BUDGET]) == ()


def test_streams_that_are_not_kept_are_drawn_anew():
    block = Block(product_spec(), 0, 5, 3, kept=frozenset({"coded"}))
    assert block.seed_of(f"parameter/{EFFORT}") == 3
    assert block.seed_of(f"parameter/{GDP}") == 3 + ANOTHER_LUCK
    assert block.seed_of("fiscal/japan") == 3 + ANOTHER_LUCK
    assert replace(block, kept=frozenset({"chance"})).seed_of("event/visit") == 3
    assert replace(block, kept=None).seed_of("anything") == 3


def test_keeping_everything_runs_the_same_worlds():
    spec = product_spec(0.3)
    one = simulate(spec, Plan(20), ())
    other = simulate(spec, Plan(20), (), kept=frozenset({"chance", *CLASSES}))
    none = simulate(spec, Plan(20), (), kept=frozenset())
    np.testing.assert_array_equal(one.outcomes[BUDGET], other.outcomes[BUDGET])
    assert (one.outcomes[BUDGET] != none.outcomes[BUDGET]).all()
