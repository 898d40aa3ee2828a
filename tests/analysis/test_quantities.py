"""Outcomes and conclusions by name: what they come to in a world, and what is said of names that are none."""

from __future__ import annotations

import numpy as np
import pytest

from steppewise.analysis.quantities import FORMS, condition, quantity
from steppewise.errors import SteppewiseError
from steppewise.scenario.resolve import load_scenario
from steppewise.world.variables import outcome_names

SPEC = load_scenario("baseline")
SHARES = {
    "regional_share.japan": np.array([0.1, 0.3, 0.2]),
    "regional_share.china": np.array([0.4, 0.3, 0.1]),
    "regional_share.russia": np.array([0.2, 0.2, 0.2]),
    "regional_share.united_states": np.array([0.1, 0.1, 0.1]),
}


def of(name: str, outcomes=SHARES) -> list[float]:
    return quantity(name, SPEC).value(outcomes).tolist()


def test_every_outcome_is_a_quantity():
    for name in outcome_names(SPEC):
        asked = quantity(name, SPEC)
        assert asked.needs == (name,)
        assert asked.unit
        assert asked.label
    assert quantity("trust.japan.kazakhstan", SPEC).label == "trust, Japan, Kazakhstan"
    assert quantity("leads.china", SPEC).unit == "states"


def test_rank_counts_those_that_are_ahead():
    assert of("rank.japan") == [3, 1, 1]
    assert of("rank.united_states") == [3, 4, 3]


def test_ahead_in_the_region_in_a_state_and_anywhere():
    assert of("ahead.japan.russia") == [0, 1, 0]
    states = {f"share.{power}.{state}": np.zeros(3) for power in ("japan", "russia") for state in SPEC.state_names}
    states["share.japan.kazakhstan"] = np.array([0.1, 0.0, 0.0])
    states["share.japan.tajikistan"] = np.array([0.0, 0.1, 0.0])
    assert of("ahead.japan.russia.kazakhstan", states) == [1, 0, 0]
    assert of("ahead.japan.russia.somewhere", states) == [1, 1, 0]
    assert quantity("ahead.japan.russia.somewhere", SPEC).label == "Japan ahead of Russia somewhere"


def test_effect_and_sign_compare_worlds_in_pairs():
    first, second = np.array([1.0, 2.0, 3.0]), np.array([1.5, 1.0, 3.0])
    effect = quantity("effect.package-delivered.regional_share.japan", SPEC)
    assert effect.against == "package-delivered"
    assert effect.needs == ("regional_share.japan",)
    assert effect.change(first, second).tolist() == [0.5, -1.0, 0.0]
    sign = quantity("sign.my-own.yaml.rank.japan", SPEC)
    assert sign.against == "my-own.yaml"
    assert sign.change(first, second).tolist() == [1, -1, 0]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "regional_share.jpan",
            f"there is no outcome 'regional_share.jpan'. Allowed: {FORMS}. Did you mean 'regional_share.japan'?",
        ),
        (
            "rank.jpan",
            "'rank.jpan' names no power of this scenario: 'jpan'. Allowed: japan, china, russia, united_states. Did "
            "you mean 'japan'?",
        ),
        ("rank", "'rank' names no power of this scenario. Allowed: japan, china, russia, united_states."),
        ("ahead.japan", "'ahead.japan' names no power of this scenario. Allowed: japan, china, russia, united_states."),
        ("ahead.japan.japan", f"'ahead.japan.japan' compares nothing. Allowed: {FORMS}."),
        (
            "ahead.japan.china.turkey",
            "'ahead.japan.china.turkey' names no state of this scenario: 'turkey'. Allowed: kazakhstan, uzbekistan, "
            "kyrgyzstan, tajikistan, turkmenistan, somewhere.",
        ),
        (
            "effect.package-delivered",
            "'effect.package-delivered' does not say which scenario's effect on what. Allowed: such as "
            "effect.package-delivered.regional_share.japan, or sign. of the same.",
        ),
    ],
)
def test_what_is_said_of_names_that_are_none(name, message):
    with pytest.raises(SteppewiseError) as refused:
        quantity(name, SPEC)
    assert str(refused.value) == message


# conditions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "holds"),
    [
        ("regional_share.japan > 0.1", "regional_share.japan > 0.1", [False, False, True]),
        ("regional_share.japan>=1e-1", "regional_share.japan >= 0.1", [False, True, True]),
        ("  regional_share.japan < .2 ", "regional_share.japan < 0.2", [True, True, False]),
        ("regional_share.japan <= 0.1", "regional_share.japan <= 0.1", [True, True, False]),
        ("ahead.japan.russia", "ahead.japan.russia", [False, False, False]),
    ],
)
def test_conditions(text, shown, holds):
    asked = condition(text, SPEC)
    assert asked.text == shown
    assert asked.holds(np.array([0.05, 0.1, 0.2])).tolist() == holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("regional_share.japan", "'regional_share.japan' does not say from which value on"),
        ("regional_share.japan = 1", "'regional_share.japan = 1' is not a condition on an outcome"),
        ("regional_share.japan > much", "'much' is not a number to compare with"),
        ("regional_share.japan > nan", "'nan' is not a number to compare with"),
        ("", "'' is not a condition on an outcome"),
    ],
)
def test_conditions_that_are_none(text, message):
    with pytest.raises(SteppewiseError) as refused:
        condition(text, SPEC)
    allowed = "such as 'regional_share.japan > 0.1', 'autonomy.kazakhstan < 0.3' or 'ahead.japan.russia'"
    assert str(refused.value) == f"{message}. Allowed: {allowed}."
