"""Random streams: every draw has an address, and nothing depends on what was drawn before."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generated import EVIDENCE, setting, spec_of, with_events

from steppewise.engine.forms import form_for
from steppewise.evidence.types import Actor
from steppewise.experiment.block import Block, drawn_parameters
from steppewise.scenario.events import FormatChange
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.streams import four_words, stream_key, uniform
from steppewise.world.tables import tables_of, work_of

KNOWN_KEY = (9377881165967357440, 14504433425137693489)
KNOWN_YEAR = [
    [0.29576394445172904, 0.7562644914127156],
    [0.2847729978236181, 0.29183833110424584],
    [0.4709640041281892, 0.34473160420161564],
    [0.00027829558560976686, 0.6553535292645923],
]
names = st.text("abcdefgh/_.", min_size=1, max_size=20)


def year_of(seed: int, name: str, world: int, year: int) -> list[float]:
    """The four numbers of a year."""
    return [uniform(word) for word in four_words(float(world), year, stream_key(seed, name))]


def by_numpy(seed: int, name: str, world: int, year: int, worlds: int = 1) -> np.ndarray:
    """The same straight from NumPy's Philox, its counter set to (world, year, 0, 0); (quarter, world)."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    philox = np.random.Philox(counter=world + year * 2**64, key=int.from_bytes(digest, "little"))
    return np.random.Generator(philox).random(4 * worlds).reshape(-1, 4).T


@given(st.integers(0, 2**70), names, st.integers(0, 2**40), st.integers(0, 2100))
def test_a_draw_is_that_of_philox_at_its_address(seed, name, world, year):
    assert year_of(seed, name, world, year) == by_numpy(seed, name, world, year)[:, 0].tolist()


def test_known_numbers():
    """A change of these numbers changes every result that was ever told: it needs a new version."""
    assert stream_key(0, "delivery/japan/kazakhstan") == KNOWN_KEY
    for world in (0, 1):
        ours = year_of(0, "delivery/japan/kazakhstan", world, 2025)
        assert ours == [row[world] for row in KNOWN_YEAR]


def test_the_key_is_the_hash_of_seed_and_name():
    first, second = stream_key(7, "fiscal/china")
    digest = blake2b(b"7:fiscal/china", digest_size=16).digest()
    assert first.to_bytes(8, "little") + second.to_bytes(8, "little") == digest


@given(st.integers(0, 50), names)
def test_keys_differ_between_seeds_and_names(seed, name):
    others = ((seed + 1, name), (seed, name + "x"), (int(f"{seed}0"), name))
    for other_seed, other_name in others:
        if (other_seed, other_name) != (seed, name):
            assert stream_key(seed, name) != stream_key(other_seed, other_name)


# in the engine ----------------------------------------------------------------------------------------------

NOISY = ("fiscal_volatility", "delivery.volatility", "taste_volatility")


def engine(spec: ScenarioSpec, worlds: int, fields: Sequence[str], seed: int = 0) -> np.ndarray:
    """Fields after the first quarter, a row each of their numbers, (number, world)."""
    tables = tables_of(spec)
    cells = [cell for name in fields for cell in tables.cells_of_field(name)]
    work = work_of(spec, np.arange(worlds), lambda name: seed, "both", {}, {}, outcomes=cells, quarters=1)
    return form_for({}).run(work).outcomes


def noisy(powers: tuple[Actor, ...], states: tuple[Actor, ...]) -> ScenarioSpec:
    spec = spec_of(powers, states)
    return setting(spec, {name: 0.2 for name in spec.parameters if name.endswith(NOISY)})


def test_the_engine_reads_the_streams_by_their_names():
    spec = noisy(EVIDENCE.powers[:2], EVIDENCE.states[:2])
    [power, _], [_, state] = spec.power_names, spec.state_names
    quarter = spec.start.index
    tables = tables_of(spec)
    rows = dict(
        zip(
            tables.cells_of_field("year_delivery"), engine(spec, 50, ["year_delivery"]), strict=True
        )
    )  # fmt: skip
    ours = rows[tables.state_cells["year_delivery", (0, 1, quarter)]]
    theirs = by_numpy(0, f"delivery/{power}/{state}", 0, spec.start.year, 50)[quarter]
    np.testing.assert_array_equal(ours, theirs)


def test_parameters_are_drawn_from_streams_of_their_own():
    spec = spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1])
    drawn = drawn_parameters(Block(spec, 0, 30, 3))
    for name, values in drawn.items():
        p = spec.parameters[name]
        np.testing.assert_array_equal(values, p.low + (p.high - p.low) * by_numpy(3, f"parameter/{name}", 0, 0, 30)[0])


def test_the_seed_of_a_stream_may_depend_on_its_name():
    spec = spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1])
    kept = drawn_parameters(Block(spec, 0, 5, 0, kept=frozenset({"assumed"})))
    whole = drawn_parameters(Block(spec, 0, 5, 0))
    for name, values in whole.items():
        is_kept = spec.parameters[name].evidence == "assumed"
        assert (kept[name] == values).all() == is_kept, name


# sanity -----------------------------------------------------------------------------------------------------


def many(name: str, year: int = 0, seed: int = 0) -> np.ndarray:
    return by_numpy(seed, name, 0, year, 20_000)


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
    spec = noisy(EVIDENCE.powers[:3], EVIDENCE.states[:2])
    events = [FormatChange(f"format/x/-/{number}", spec.end, 0.5, "launched", "japan") for number in (1, 2)]
    spec = with_events(spec, *events)
    fields = ("fiscal", "delivery", "taste", "leverage", "fires")
    thresholds = np.exp(-engine(spec, 5000, ["adoption_threshold"]))
    rows = [*engine(spec, 5000, fields), *thresholds, *drawn_parameters(Block(spec, 0, 5000, 0)).table]
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert len(rows) > 100
    assert np.abs(correlations).max() < 5.5 / 5000**0.5


def test_no_two_streams_of_the_model_have_the_same_name():
    """Every process and parameter of the evidence has a key of its own."""
    spec = spec_of(EVIDENCE.powers, EVIDENCE.states)
    tables = tables_of(spec)
    every = np.arange(len(tables.low))[[cell in set(tables.cells.values()) for cell in range(len(tables.low))]]
    keys = tables.keys(lambda name: 0, every)
    used = keys[keys.any(axis=1)]
    powers, states = len(spec.powers), len(spec.states)
    assert len(used) == 2 * powers + 3 * powers * states + len(spec.parameters)
    assert len({key.tobytes() for key in used}) == len(used)
