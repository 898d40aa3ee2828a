"""Random streams: every draw has an address, and nothing depends on what was drawn before."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generated import EVIDENCE, setting, spec_of

from steppewise.scenario.events import Event
from steppewise.scenario.quarter import Quarter
from steppewise.world.luck import Luck, Streams, Worlds, stream_key
from steppewise.world.model import RegionalInfluenceModel

KNOWN_KEY = [9377881165967357440, 14504433425137693489]
KNOWN_YEAR = [
    [0.29576394445172904, 0.7562644914127156],
    [0.2847729978236181, 0.29183833110424584],
    [0.4709640041281892, 0.34473160420161564],
    [0.00027829558560976686, 0.6553535292645923],
]
names = st.text("abcdefgh/_.", min_size=1, max_size=20)


def luck_of(first: int = 0, count: int = 5, seed: int = 0) -> Luck:
    return Luck(Worlds(first, count), lambda name: seed)


def by_hand(seed: int, name: str, world: int, year: int) -> np.ndarray:
    """The four numbers of a year straight from NumPy's Philox, its counter set to (world, year, 0, 0)."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    philox = np.random.Philox(counter=world + year * 2**64, key=int.from_bytes(digest, "little"))
    return np.random.Generator(philox).random(4)


@given(st.integers(0, 2**70), names, st.integers(0, 2**40), st.integers(0, 2100))
def test_a_draw_is_that_of_philox_at_its_address(seed, name, world, year):
    luck = luck_of(world, 3, seed)
    numbers = luck.year(luck.key(name), year)
    assert numbers.shape == (4, 3)
    for ahead in range(3):
        np.testing.assert_array_equal(numbers[:, ahead], by_hand(seed, name, world + ahead, year))


def test_known_numbers():
    """A change of these numbers changes every result that was ever told: it needs a new version."""
    luck = luck_of(count=2)
    key = luck.key("delivery/japan/kazakhstan")
    assert [int(word) for word in key] == KNOWN_KEY
    np.testing.assert_array_equal(luck.year(key, 2025), KNOWN_YEAR)


def test_the_key_is_the_hash_of_seed_and_name():
    digest = blake2b(b"7:fiscal/china", digest_size=16).digest()
    assert stream_key(7, "fiscal/china").tobytes() == digest
    assert stream_key(7, "fiscal/china").dtype == np.uint64


@given(st.integers(0, 50), names)
def test_keys_differ_between_seeds_and_names(seed, name):
    others = ((seed + 1, name), (seed, name + "x"), (int(f"{seed}0"), name))
    for other_seed, other_name in others:
        if (other_seed, other_name) != (seed, name):
            assert (stream_key(seed, name) != stream_key(other_seed, other_name)).any()


@given(st.integers(0, 1000), st.integers(1, 20), st.integers(0, 20), names, st.integers(1990, 2100))
def test_a_block_that_starts_later_draws_the_same_worlds(seed, count, first, name, year):
    whole, part = luck_of(0, first + count, seed), luck_of(first, count, seed)
    key = whole.key(name)
    np.testing.assert_array_equal(whole.year(key, year)[:, first:], part.year(key, year))
    np.testing.assert_array_equal(whole.once(name)[first:], part.once(name))


@given(st.lists(st.tuples(names, st.integers(1990, 2100)), min_size=1, max_size=6), st.randoms())
def test_the_order_of_drawing_does_not_matter(addresses, random):
    luck = luck_of(3, 4, 11)
    expected = {address: luck_of(3, 4, 11).year(stream_key(11, address[0]), address[1]) for address in addresses}
    random.shuffle(addresses)
    for name, year in addresses * 2:
        np.testing.assert_array_equal(luck.year(luck.key(name), year), expected[name, year])


def test_once_is_a_number_of_its_own_in_the_year_zero():
    luck = luck_of()
    np.testing.assert_array_equal(luck.once("x"), luck.year(luck.key("x"), 0)[0])


def test_what_is_drawn_may_be_changed_without_harm():
    """Arrays handed out are not shared with the generator."""
    luck = luck_of()
    luck.once("x")[:] = -1
    assert (luck.once("x") >= 0).all()


# streams ----------------------------------------------------------------------------------------------------


@given(st.integers(1990 * 4, 2100 * 4), st.integers(0, 100))
def test_streams_read_the_quarter_of_the_year(number, seed):
    luck, labels = luck_of(2, 3, seed), ["fiscal/japan", "fiscal/china"]
    quarter = Quarter(number)
    numbers = Streams(luck, labels).at(quarter)
    assert numbers.shape == (2, 3)
    for row, name in zip(numbers, labels, strict=True):
        np.testing.assert_array_equal(row, luck.year(luck.key(name), quarter.year)[quarter.index])


def test_streams_may_be_read_in_any_order():
    luck = luck_of()
    streams = Streams(luck, ["a", "b"])
    quarters = Quarter.parse("2025Q3").until(Quarter.parse("2027Q2"))
    forward = {quarter: streams.at(quarter).copy() for quarter in quarters}
    for quarter in reversed(quarters):
        np.testing.assert_array_equal(streams.at(quarter), forward[quarter])
    assert len({numbers.tobytes() for numbers in forward.values()}) == len(quarters)


def test_two_readers_of_one_luck_do_not_disturb_each_other():
    luck = luck_of()
    one, other = Streams(luck, ["a"]), Streams(luck, ["b"])
    quarter = Quarter.parse("2025Q3")
    before = one.at(quarter).copy()
    other.at(quarter.plus(8))
    np.testing.assert_array_equal(one.at(quarter), before)
    np.testing.assert_array_equal(one.at(quarter.plus(1)), Streams(luck_of(), ["a"]).at(quarter.plus(1)))


def test_the_seed_of_a_stream_may_depend_on_its_name():
    luck = Luck(Worlds(0, 4), lambda name: 1 if name.startswith("parameter/") else 0)
    np.testing.assert_array_equal(luck.once("parameter/x"), luck_of(0, 4, 1).once("parameter/x"))
    np.testing.assert_array_equal(luck.once("event/x"), luck_of(0, 4, 0).once("event/x"))


# sanity -----------------------------------------------------------------------------------------------------


def many(name: str, year: int = 0, seed: int = 0) -> np.ndarray:
    luck = luck_of(0, 20_000, seed)
    return luck.year(luck.key(name), year)


@pytest.mark.parametrize("seed", [0, 1])
def test_numbers_are_uniform_over_worlds(seed):
    """20,000 worlds: mean, variance and every tenth within four standard errors."""
    for numbers in many("taste/russia/uzbekistan", 2030, seed):
        assert numbers.min() >= 0
        assert numbers.max() < 1
        assert abs(numbers.mean() - 1 / 2) < 4 * (1 / 12 / 20_000) ** 0.5
        assert abs(numbers.var() - 1 / 12) < 4 * (1 / 180 / 20_000) ** 0.5
        tenths = np.histogram(numbers, 10, (0, 1))[0] / 20_000
        assert np.abs(tenths - 0.1).max() < 4.5 * (0.09 / 20_000) ** 0.5


def test_streams_are_independent_of_one_another():
    """Names that differ little, years, quarters and seeds: no correlation beyond four standard errors."""
    rows = [
        *many("delivery/japan/kazakhstan", 2025),
        *many("delivery/japan/kazakhstan", 2026),
        *many("delivery/japan/kyrgyzstan", 2025),
        *many("delivery/china/kazakhstan", 2025),
        *many("delivery/japan/kazakhstan", 2025, seed=1),
        many("parameter/world.influence.theta")[0],
    ]
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(correlations).max() < 4.5 / 20_000**0.5


def test_neighbouring_worlds_are_independent():
    numbers = many("event/x")[0]
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 4 / 20_000**0.5


def test_whatever_happens_in_a_world_happens_independently():
    """Shocks of every power and tie, pressure, the wish for a format, events, parameters: all drawn apart."""
    spec = spec_of(EVIDENCE.powers[:3], EVIDENCE.states[:2])
    noisy = ("fiscal_volatility", "delivery.volatility", "taste_volatility")
    spec = setting(spec, {name: 0.2 for name in spec.parameters if name.endswith(noisy)})
    model = RegionalInfluenceModel(spec, 5000, 0)
    model.chances.advance()
    chances = model.chances
    ties = (chances.delivery, chances.taste, chances.leverage)
    events = [Event(label, spec.start, 0.5) for label in ("visit/japan/all/1", "visit/japan/all/2")]
    rows = [
        *chances.fiscal,
        *np.concatenate([of_ties.reshape(-1, 5000) for of_ties in ties]),
        *(np.exp(-power.adoption_threshold) for power in model.powers),
        *(chances.fires(event, event.probability) for event in events),
        *(model.rows[name] for name, parameter in spec.parameters.items() if parameter.is_uncertain),
    ]
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert len(rows) > 100
    assert np.abs(correlations).max() < 5.5 / 5000**0.5


def test_no_two_streams_of_the_model_have_the_same_name():
    """Every process and parameter of the evidence has a key of its own."""
    spec = spec_of(EVIDENCE.powers, EVIDENCE.states)
    ties = [f"{p}/{s}" for p in spec.power_names for s in spec.state_names]
    streams = [
        *(f"parameter/{name}" for name in spec.parameters),
        *(f"fiscal/{power}" for power in spec.power_names),
        *(f"format/{power}" for power in spec.power_names),
        *(f"{process}/{tie}" for process in ("delivery", "taste", "pressure") for tie in ties),
    ]
    assert len({stream_key(0, name).tobytes() for name in streams}) == len(streams)
