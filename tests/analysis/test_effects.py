"""What outcomes respond to: effects by hand, luck that cancels out, and the sentences that are made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.support.generated import setting
from tests.support.swept import EFFORT, EXECUTION, FAILING, HEDGING, OUTCOMES, findings, short, study

from steppewise.analysis.effects import extremes, mixed, own_value, steps_of
from steppewise.experiment.study import Factor, latin_hypercube, sobol
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.names import factor_words, is_scale, unit_words, value_words
from steppewise.wording.sweep import advice, round_levels, sentences

SHARE, TRUST = OUTCOMES
LUCK = np.random.default_rng(1).normal(size=5000)
"""The luck of each world."""


def linear(values: np.ndarray, worlds: np.ndarray) -> dict[str, np.ndarray]:
    """A share that rises with the first factor, two points for one, and much luck that all points share."""
    return {SHARE: 0.1 + 0.02 * values[:, 0] + 0.05 * LUCK[worlds], TRUST: 0.5 + 0 * values[:, 0]}


# effects ----------------------------------------------------------------------------------------------------


def test_luck_that_all_points_share_hides_nothing(tmp_path):
    found = findings(study(), tmp_path, linear)
    first, second = found.effects[SHARE]
    luck = 0.05 * LUCK[:20]
    assert (first.factor, second.factor) == (EFFORT, EXECUTION)
    assert first.steps.places.tolist() == [0.5, 0.875, 1.25, 1.625, 2.0]
    np.testing.assert_allclose(first.mean, 0.1 + 0.02 * first.steps.places + luck.mean(), rtol=1e-9)
    assert first.reach == pytest.approx(0.03)
    assert first.error(0) == pytest.approx(luck.std(ddof=1) / 20**0.5)
    assert first.error_between(0, -1) == pytest.approx(0, abs=1e-15)
    assert first.is_settled
    assert first.is_steady
    assert not second.is_settled
    assert found.ranked[0] == 0
    assert found.effect(SHARE, EXECUTION) is second


def test_luck_of_each_point_is_no_effect(tmp_path):
    numbers = np.random.default_rng(7)

    def noise(values, worlds):
        return {name: numbers.normal(size=len(worlds)) for name in OUTCOMES}

    found = findings(study(worlds=40), tmp_path, noise)
    assert not [effect for effects in found.effects.values() for effect in effects if effect.is_settled]
    assert {effect.error_between(0, 1) == 0 for effect in found.effects[SHARE]} == {False}


def test_factors_that_move_together_have_no_effect_of_their_own() -> None:
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    assert mixed(corners).tolist() == [False, False]
    assert mixed(corners[[0, 3]]).tolist() == [True, True]
    assert mixed(np.column_stack([corners, corners[:, 0]])).tolist() == [True, False, True]
    assert mixed(np.column_stack([corners, np.ones(4)])).tolist() == [False, False, False]
    assert mixed(corners[:, :1]).tolist() == [False]


def test_what_factors_that_move_together_do_is_not_told(tmp_path) -> None:
    """The share follows effort alone; where execution falls as effort rises, neither is credited."""
    apart, together = ([[0.5, 0.9], [2.0, 0.9], [0.5, 0.4], [2.0, 0.4]], [[0.5, 0.9], [1.0, 0.6], [2.0, 0.4]])
    for number, points in enumerate((apart, together)):
        found = findings(study(points=np.array(points), design="list"), tmp_path / str(number), linear)
        assert found.effect(SHARE, EFFORT).is_settled is (number == 0)
        assert found.effect(SHARE, EXECUTION).is_settled is False
        assert any("cannot be told apart" in line for line in advice(found)) is (number == 1)
        assert any("cannot be told apart" in line for line in sentences(found)) is (number == 1)


def test_an_effect_that_turns_is_told_by_its_lowest_and_highest(tmp_path):
    def turning(values, worlds):
        return {SHARE: (values[:, 0] - 1.25) ** 2, TRUST: values[:, 1] + 0.001 * LUCK[worlds]}

    effect = findings(study(), tmp_path, turning).effects[SHARE][0]
    assert not effect.is_steady
    assert effect.steps.places[list(effect.ends)].tolist() == [1.25, 0.5]
    assert effect.crossings(0.375**2 / 2) == pytest.approx((1.0625, 1.4375))


def test_crossings_are_read_off_the_line(tmp_path):
    effect = findings(study(), tmp_path, lambda v, w: {SHARE: v[:, 0], TRUST: v[:, 1]}).effects[SHARE][0]
    assert effect.crossings(1.1) == pytest.approx((1.1,))
    assert effect.crossings(3) == ()
    assert effect.crossings(1.25) == pytest.approx((1.25,)), "a step itself counts once"


def test_a_sample_has_luck_of_its_own(tmp_path):
    """Effects of the other factor do not average out as they do in a grid."""
    points = sobol((EFFORT, EXECUTION), 256, 0)
    one = study(points=points, design="sobol", worlds=3)
    found = findings(one, tmp_path, lambda v, w: {SHARE: v[:, 0] + 5 * v[:, 1], TRUST: v[:, 1]})
    effect = found.effect(SHARE, EFFORT)
    assert effect.steps.binned
    assert len(effect.mean) == 10
    assert effect.error_between(0, -1) > 0.1
    at_first = points[effect.steps.of_point == 0]
    means = at_first[:, 0] + 5 * at_first[:, 1]
    assert effect.mean[0] == pytest.approx(means.mean())


@pytest.mark.parametrize(("size", "steps"), [(1, 1), (4, 1), (12, 2), (30, 6), (500, 10)])
def test_a_small_sample_makes_few_steps(size, steps):
    points = latin_hypercube((EFFORT, EXECUTION), size, 3)
    found = steps_of(study(points=points, design="latin hypercube"), 0)
    assert len(found.places) == steps
    assert found.of_point.shape == (size,)
    assert (np.bincount(found.of_point) > 0).all()


def test_points_without_a_world_are_left_out(tmp_path):
    def failing(values, worlds):
        lost = values[:, 0] > 1.9
        return {SHARE: np.where(lost, np.nan, values[:, 0]), TRUST: np.where(lost, np.nan, 0.5)}

    found = findings(study(), tmp_path, failing)
    effect = found.effects[SHARE][0]
    assert effect.steps.places.tolist() == [0.5, 0.875, 1.25, 1.625]
    assert dict(found.causes) == {"on purpose": 100}
    low, high = extremes(found.responses, SHARE)
    assert (low.point, high.mean) == (0, 1.625)
    assert "100 of 500 worlds failed, at 5 points (100 with 'on purpose')" in sentences(found)[1]


def test_where_nothing_runs_to_the_end_nothing_is_told(tmp_path):
    found = findings(study(), tmp_path, lambda v, w: {name: np.full(len(w), np.nan) for name in OUTCOMES})
    assert extremes(found.responses, SHARE) is None
    assert len(sentences(found)) == 2
    assert advice(found) == ["No world ran to the end; the causes stand in results.parquet."]


# the scenario's own values, and words -----------------------------------------------------------------------


def test_the_scenarios_own_value():
    spec = setting(short(), {EXECUTION.name: 0.6})
    one = study(spec=spec)
    assert own_value(EXECUTION, one) == 0.6
    assert own_value(EFFORT, one) == 1.0
    assert own_value(HEDGING, one) == 1.0
    assert own_value(HEDGING, replace(one, spec=replace(spec, switched_off=frozenset({"hedging"})))) == 0.0
    assert own_value(replace(EXECUTION, way="evidence"), one) is None
    several = replace(EXECUTION, targets=("powers.japan.execution", "powers.china.execution"))
    assert own_value(several, one) is None, "there is not one value"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("powers.japan.effort", "Japan's effort"),
        ("powers.*.effort", "effort"),
        ("ties.japan.*.trade", "Japan's trade"),
        ("ties.japan.kazakhstan.trade", "Japan and Kazakhstan's trade"),
        ("powers.united_states.allocation.need", "United States' allocation need"),
        ("world.cooperation.growth", "cooperation growth"),
    ],
)
def test_parameters_in_words(name, words):
    assert factor_words(replace(EFFORT, name=name), load_scenario("baseline")) == words


def test_events_and_mechanisms_in_words():
    spec = load_scenario("package-delivered")
    assert factor_words(replace(HEDGING, targets=("social_learning",)), spec) == "social learning"
    package = next(event.label for event in spec.events if event.label.startswith("package"))
    amount = Factor(f"events.{package}.amount", "event", (f"events.{package}.amount",), "absolute", 0, 1)
    assert factor_words(amount, spec) == "amount of Japan's package"
    at = replace(amount, targets=(f"events.{package}.at",))
    assert factor_words(at, spec) == "quarter of Japan's package"
    twice = replace(spec, events=(*spec.events, replace(spec.events[-1], label="package/japan/all/2")))
    assert factor_words(amount, twice) == "amount of Japan's package 1"


@pytest.mark.parametrize(
    ("factor", "value", "words", "scale"),
    [
        (EXECUTION, 0.61234, "0.612", True),
        (EFFORT, 2.5, "2.5×", True),
        (replace(EFFORT, levels=(1.0, 2.0), labels=("1", "2")), 2.0, "2×", True),
        (replace(EXECUTION, way="evidence"), 0.25, "25 % of its range", True),
        (replace(EXECUTION, levels=(0.1, 0.3), labels=("very low", "low")), 0.3, "low", False),
        (replace(EXECUTION, levels=(0.1, 0.3), labels=("0.1", "0.3")), 0.3, "0.3", True),
        (replace(EXECUTION, unit="quarter"), 8102.4, "2025Q3", True),
        (HEDGING, 0.0, "off", False),
    ],
)
def test_values_in_words(factor, value, words, scale):
    assert value_words(factor, value) == words
    assert is_scale(factor) == scale


def test_units_tell_the_evidence():
    assert unit_words(replace(EXECUTION, unit="share", evidence="coded")) == "share; evidence: coded"
    assert unit_words(HEDGING) == "mechanism"
    assert unit_words(replace(EFFORT, kind="event", unit="quarter")) == "event of the scenario"


# sentences --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "levels"),
    [(8.7, 14.3, [10, 12, 14]), (0.587, 0.737, [0.6, 0.65, 0.7]), (3, 3, []), (5.18, 5.56, [5.2, 5.4]), (0, 100, [50])],
)
def test_round_levels(low, high, levels):
    assert round_levels(low, high) == pytest.approx(levels)


def test_a_sweep_in_sentences(tmp_path):
    found = findings(study(), tmp_path, linear)
    assert sentences(found) == [
        "A small study: 25 points (grid) over Japan's effort and Japan's execution, around baseline; at each the same "
        "20 worlds, 2025Q3 to 2026Q1, seed 0; chance and uncertain parameters vary.",
        "Regional influence share, Japan: lowest, 11.2 percent, where Japan's effort is 0.5× and Japan's execution is "
        "0.4; highest, 14.2 percent, where Japan's effort is 2× and Japan's execution is 0.4 (means over worlds, "
        "standard error up to 0.7). It responds most to Japan's effort (11.2 at 0.5×, 14.2 at 2×: a difference of "
        "+3.0), averaged over all values of the others; 1 of 2 factors moves it no more than luck would. Along Japan's "
        "effort, it passes 12 at about 0.906×, 13 at about 1.41× and 14 at about 1.91× (in percent).",
        "Mean trust, Japan: 0.50 at every point.",
    ]
    assert advice(found) == ["20 worlds are few for bands: run 200 or more."]


def test_one_power_overtakes_another(tmp_path):
    outcomes = ("regional_share.japan", "regional_share.russia")

    def race(values, worlds):
        return {outcomes[0]: 0.1 * values[:, 0] + 0.001 * LUCK[worlds], outcomes[1]: np.full(len(worlds), 0.12)}

    found = findings(study((EFFORT,), outcomes=outcomes), tmp_path, race)
    told = sentences(found)[-1]
    assert told == (
        "From about 1.2× of Japan's effort on, regional influence share, Japan is above regional influence share, "
        "Russia."
    )


def test_a_small_sample_is_told_to_be_small(tmp_path):
    points = latin_hypercube((EFFORT, EXECUTION), 12, 0)
    found = findings(study(points=points, design="latin hypercube"), tmp_path, linear)
    assert advice(found) == ["12 points are few for 2 factors: take 20 or more."]
    assert "at about" in sentences(found)[1]


def test_failing_worlds_of_the_model_are_told(tmp_path):
    from tests.support.swept import swept

    from steppewise.results.sweep import Sweep

    points = np.array([[100.0], [np.nan], [200.0]])
    store, responses = swept(study((FAILING,), points=points, design="list"), tmp_path)
    told = sentences(Sweep(responses, store.folder).findings)
    assert "20 of 60 worlds failed, at 1 point (20 with 'share.japan.kazakhstan is not finite')" in told[1]
