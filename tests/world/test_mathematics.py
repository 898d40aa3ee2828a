"""Exponential, logarithm, power and root of our own: within one last bit of NumPy's; words, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from steppewise.world.mathematics import (
    ALL_BITS,
    LARGEST,
    ROOT_OF_HALF,
    SMALLEST,
    TINIEST,
    exp,
    log,
    multiplied,
    number,
    power,
    power_of_two,
    root,
    split,
)

exponents = st.floats(SMALLEST, LARGEST)
positive = st.floats(TINIEST, 1.7e308, exclude_min=True)
words = st.integers(0, ALL_BITS)
NO_NUMBERS = (0.0, -0.0, -1.0, -math.inf, math.inf, math.nan, 5e-324, 1e-310, 2.2250738585072014e-308, TINIEST)
"""What has no logarithm: not positive, not finite, or with fewer digits than others."""


def bits_apart(ours: float, theirs: float) -> float:
    """How many last bits lie between two numbers."""
    return abs(ours - theirs) / math.ulp(theirs)


def furthest(ours: Callable[[float], float], theirs: Callable[[np.ndarray], np.ndarray], at: np.ndarray) -> float:
    """The most last bits that lie between two functions on a grid."""
    expected = theirs(at)
    return float((np.abs(np.array([ours(x) for x in at.tolist()]) - expected) / np.spacing(np.abs(expected))).max())


# exponential and logarithm ------------------------------------------------------------------------------------------


@given(exponents)
def test_exp_is_within_one_last_bit(x):
    assert bits_apart(exp(x), float(np.exp(x))) <= 1


@given(positive)
def test_log_is_within_one_last_bit(x):
    assert bits_apart(log(x), float(np.log(x))) <= 1


@pytest.mark.parametrize(("low", "high"), [(SMALLEST, LARGEST), (-40, 3), (-1, 1), (-1e-8, 1e-8)])
def test_exp_is_within_one_last_bit_on_a_grid(low, high):
    assert furthest(exp, np.exp, np.linspace(low, high, 20_001)) <= 1


@pytest.mark.parametrize(("low", "high"), [(2.4e-308, 1.7e308), (1e-16, 1e5), (0.5, 2), (1 - 1e-9, 1 + 1e-9)])
def test_log_is_within_one_last_bit_on_a_grid(low, high):
    assert furthest(log, np.log, np.geomspace(low, high, 20_001)) <= 1


def test_log_of_one_and_a_little_is_within_one_last_bit():
    """As bandwidth takes it, of one plus percent of GDP."""
    assert furthest(log, np.log, 1.0 + np.geomspace(1e-16, 1e5, 20_001)) <= 1


@given(st.floats(max_value=SMALLEST))
@example(-math.inf)
@example(math.nextafter(SMALLEST, -math.inf))
def test_below_its_range_exp_is_that_of_its_lower_end(x):
    assert exp(x) == exp(-708.0) > 0


@given(st.floats(min_value=LARGEST))
@example(math.inf)
@example(math.nextafter(LARGEST, math.inf))
def test_above_its_range_exp_is_that_of_its_upper_end(x):
    assert exp(x) == exp(709.0) < math.inf


def test_exp_and_log_where_they_are_known():
    assert exp(0.0) == exp(-0.0) == 1.0
    assert log(1.0) == 0.0
    assert exp(math.nextafter(SMALLEST, 0.0)) > exp(SMALLEST)
    assert exp(math.nextafter(LARGEST, 0.0)) < exp(LARGEST)
    assert math.isnan(exp(math.nan))


@pytest.mark.parametrize("x", NO_NUMBERS)
def test_what_has_no_logarithm_is_not_a_number(x):
    assert math.isnan(log(x))
    assert math.isnan(power(x, 2.0))
    assert math.isnan(split(x)[0])


@given(st.floats(max_value=TINIEST))
def test_nothing_below_the_tiniest_has_a_logarithm(x):
    assert math.isnan(log(x))


def test_the_tiniest_number_that_has_a_logarithm():
    x = math.nextafter(TINIEST, 1.0)
    assert bits_apart(log(x), math.log(x)) <= 1


# powers and roots -----------------------------------------------------------------------------------------------------


@given(st.floats(0.5, 2.0), st.floats(-100, 100))
def test_power_is_as_near_as_the_exponent_allows(base, exponent):
    """What is rounded off the logarithm counts in the power as often as that has natural orders of magnitude."""
    size = abs(exponent * math.log(base))
    assert bits_apart(power(base, exponent), float(np.power(base, exponent))) <= 1 + 3 * size


@given(st.floats(0.8, 1.25), st.floats(-2.0, 2.0))
def test_power_of_growth_and_elasticities_is_within_one_last_bit(base, exponent):
    assert bits_apart(power(base, exponent), float(np.power(base, exponent))) <= 1


@pytest.mark.parametrize("exponent", [0.25, 1.0, 0.8, 1.5, -1.0])
def test_power_is_within_one_last_bit_on_a_grid(exponent):
    found = furthest(lambda base: power(base, exponent), lambda base: base**exponent, np.linspace(0.8, 1.25, 10_001))
    assert found <= 1


def test_powers_that_are_known():
    assert power(1.0, 1e9) == 1.0
    assert power(3.0, 0.0) == 1.0
    assert math.isnan(power(-1.0, 2.0))


@given(st.floats(0, 1.7976931348623157e308))
@example(5e-324)
def test_root_is_correctly_rounded(x):
    assert root(x) == math.sqrt(x) == float(np.sqrt(x))


def test_roots_that_are_known():
    assert root(0.0) == 0.0
    assert root(2.0) == 2.0**0.5
    assert root(math.inf) == math.inf
    for x in (-1.0, -5e-324, -math.inf, math.nan):
        assert math.isnan(root(x))


# bits -----------------------------------------------------------------------------------------------------------------


@given(positive)
@example(math.nextafter(TINIEST, 1.0))
@example(1.7976931348623157e308)
@example(ROOT_OF_HALF)
@example(math.nextafter(ROOT_OF_HALF, 0.0))
@example(2.0 * ROOT_OF_HALF)
@example(1.0)
def test_a_number_is_split_exactly(x):
    part, whole = split(x)
    assert whole == int(whole)
    assert math.ldexp(part, int(whole)) == x
    assert ROOT_OF_HALF <= part < 2.0 * ROOT_OF_HALF


def test_powers_of_two_are_exact():
    for k in range(-1022, 1024):
        assert power_of_two(float(k)) == 2.0**k
        assert k == -1022 or split(2.0**k) == (1.0, float(k))


def test_no_number_is_no_power_of_two():
    assert math.isnan(power_of_two(math.nan))


@given(words, words)
@example(ALL_BITS, ALL_BITS)
@example(0, ALL_BITS)
@example(2**32, 2**32)
def test_a_product_of_words_is_exact(word, factor):
    upper, lower = multiplied(word, factor)
    assert (upper << 64) + lower == word * factor
    assert 0 <= upper <= ALL_BITS
    assert 0 <= lower <= ALL_BITS


@given(st.integers(0, 2**53))
def test_a_word_is_a_number_exactly(word):
    assert int(number(word)) == word
