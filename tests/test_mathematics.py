"""Exponential, logarithm, power and root of our own: within one last bit of NumPy's, and the same in all forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steppewise.world.mathematics import LARGEST, SMALLEST, exp, log, multiplied, power, power_of_two, root, split

exponents = st.floats(SMALLEST, LARGEST)
positive = st.floats(2.3e-308, 1.7e308, exclude_min=True)
words = st.integers(0, 2**64 - 1)


def bits_apart(ours: float, theirs: float) -> float:
    """How many last bits lie between two numbers."""
    return abs(ours - theirs) / math.ulp(theirs)


@given(exponents)
def test_exp_is_within_one_last_bit(x):
    assert bits_apart(exp(x), float(np.exp(x))) <= 1


@given(positive)
def test_log_is_within_one_last_bit(x):
    assert bits_apart(log(x), float(np.log(x))) <= 1


def test_where_it_matters_they_are_within_one_last_bit():
    for x in np.linspace(-40, 3, 20_001).tolist():
        assert bits_apart(exp(x), math.exp(x)) <= 1
    for x in np.geomspace(1e-16, 1e5, 20_001).tolist():
        assert bits_apart(log(1.0 + x), math.log(1.0 + x)) <= 1


@given(st.floats(0.5, 2.0), st.floats(-100, 100))
def test_power_is_close(base, exponent):
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-13)


@given(st.floats(0, 1.7e308))
def test_root_is_correctly_rounded(x):
    assert root(x) == math.sqrt(x)


def test_ends_and_what_is_no_number():
    assert exp(0.0) == 1.0
    assert log(1.0) == 0.0
    assert exp(-1e9) == exp(SMALLEST) > 0
    assert exp(1e9) == exp(math.inf) == exp(LARGEST) < math.inf
    assert math.isnan(exp(math.nan))
    for x in (0.0, -0.0, -1.0, -math.inf, math.inf, math.nan, 1e-310):
        assert math.isnan(log(x)), x
    assert math.isnan(root(-1.0))
    assert math.isnan(root(math.nan))


@given(positive)
def test_a_number_is_split_exactly(x):
    part, whole = split(x)
    assert math.ldexp(part, int(whole)) == x
    assert math.sqrt(0.5) - 1e-15 < part < math.sqrt(2)


@given(st.integers(-1022, 1023))
def test_powers_of_two_are_exact(k):
    assert power_of_two(float(k)) == 2.0**k


@given(words, words)
def test_a_product_of_words_is_exact(word, factor):
    upper, lower = multiplied(word, factor)
    assert (upper << 64) + lower == word * factor
    assert upper < 2**64
    assert lower < 2**64
