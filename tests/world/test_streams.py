"""Random streams: every draw has an address, and nothing depends on what was drawn before."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.generated import EVIDENCE, setting, spec_of, with_events

from steppewise.engine.forms import form_for
from steppewise.experiment.block import ANOTHER_LUCK, Block, drawn_parameters
from steppewise.scenario.events.format import FormatChange
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.memory import EventPlan, Keys, Switches, World
from steppewise.world.source import standard
from steppewise.world.streams import (
    adoption_threshold,
    by_chance,
    draw_year,
    four_words,
    once,
    stream_key,
    uniform,
)
from steppewise.world.tables import Work, drawn_world, records_of, tables_of, work_of

KNOWN_KEY = (9377881165967357440, 14504433425137693489)
KNOWN_YEAR = [
    [0.29576394445172904, 0.2847729978236181, 0.4709640041281892, 0.00027829558560976686],
    [0.7562644914127156, 0.29183833110424584, 0.34473160420161564, 0.6553535292645923],
]
SMALL = spec_of(EVIDENCE.powers[:2], EVIDENCE.states[:2], quarters=1)
names = st.text("abcdefgh/_.", min_size=1, max_size=20)
worlds = st.integers(0, 2**40)
years = st.integers(1990, 2100)


def year_of(seed: int, name: str, world: int, year: int) -> list[float]:
    """The four numbers of a world's year."""
    return [uniform(word) for word in four_words(float(world), year, stream_key(seed, name))]


def philox(seed: int, name: str, world: int, year: int, count: int = 1) -> np.ndarray:
    """The same of worlds from `world` on, (world, 4), straight from NumPy, its counter set to (world, year, 0, 0)."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    generator = np.random.Philox(counter=world + year * 2**64, key=int.from_bytes(digest, "little"))
    return np.random.Generator(generator).random(4 * count).reshape(-1, 4)


# draws ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**70), names, worlds, st.integers(0, 2100))
def test_a_draw_is_that_of_philox_at_its_address(seed, name, world, year):
    expected = philox(seed, name, world, year, 3)
    assert [year_of(seed, name, world + ahead, year) for ahead in range(3)] == expected.tolist()


@given(worlds, st.integers(0, 2100), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_the_words_are_those_of_philox_under_any_key(world, year, first, second):
    generator = np.random.Philox(counter=world + year * 2**64, key=first + second * 2**64)
    assert four_words(float(world), year, (first, second)) == tuple(map(int, generator.random_raw(4)))


@given(st.integers(0, 2**64 - 1))
def test_a_uniform_number_is_made_of_the_upper_53_bits(word):
    found = uniform(word)
    assert 0 <= found < 1
    assert found == (word >> 11) / 2**53


def test_known_numbers():
    """A change of these numbers changes every result that was ever told: it needs a new version."""
    assert stream_key(0, "delivery/japan/kazakhstan") == KNOWN_KEY
    assert [year_of(0, "delivery/japan/kazakhstan", world, 2025) for world in (0, 1)] == KNOWN_YEAR


def test_the_key_is_the_hash_of_seed_and_name():
    digest = blake2b(b"7:fiscal/china", digest_size=16).digest()
    first, second = stream_key(7, "fiscal/china")
    assert first.to_bytes(8, "little") + second.to_bytes(8, "little") == digest


@given(st.integers(0, 50), names)
def test_keys_differ_between_seeds_and_names(seed, name):
    others = ((seed + 1, name), (seed, name + "x"), (int(f"{seed}0"), name))
    for other in others:
        if other != (seed, name):
            assert stream_key(seed, name) != stream_key(*other)


@given(st.lists(st.tuples(names, years), min_size=1, max_size=6), st.randoms())
def test_the_order_of_drawing_does_not_matter(addresses, random):
    expected = {address: year_of(11, address[0], 3, address[1]) for address in addresses}
    random.shuffle(addresses)
    for name, year in addresses * 2:
        assert year_of(11, name, 3, year) == expected[name, year]


@given(worlds, st.integers(0, 100))
def test_once_is_a_number_of_its_own_in_the_year_zero(number, seed):
    world = World(tables_of(SMALL).sizes)
    world.number = float(number)
    assert once(world, stream_key(seed, "x")) == year_of(seed, "x", number, 0)[0]


# streams ----------------------------------------------------------------------------------------------------

Opened = tuple[World, Switches, EventPlan, Keys]


def opened(spec: ScenarioSpec, number: int = 0, seed: int = 0, uncertainty: str = "both") -> Opened:
    """A world with its parameters, and its keys."""
    work = work_of(spec, np.array([number]), lambda name: seed, uncertainty, {}, {})
    records = records_of(work)
    return drawn_world(standard(), work, records, 0), *records[:3]


@given(years, st.integers(0, 100), worlds)
def test_every_process_reads_the_stream_of_its_name(year, seed, number):
    world, on, _, keys = opened(SMALL, number, seed)
    draw_year(world, on, keys, year)
    for p, power in enumerate(SMALL.power_names):
        fiscal = [world.year_fiscal[p, h] for h in range(4)]
        assert fiscal == year_of(seed, f"fiscal/{power}", number, year)
        for s, state in enumerate(SMALL.state_names):
            for process in ("delivery", "trade", "pressure"):
                found = [getattr(world, f"year_{process}")[p, s, h] for h in range(4)]
                assert found == year_of(seed, f"{process}/{power}/{state}", number, year)


def test_years_may_be_drawn_in_any_order():
    world, on, _, keys = opened(SMALL)
    forward = {}
    for year in (2025, 2026, 2027):
        draw_year(world, on, keys, year)
        forward[year] = dict(world.year_delivery)
    for year in reversed(forward):
        draw_year(world, on, keys, year)
        assert world.year_delivery == forward[year]
    assert len({tuple(numbers.values()) for numbers in forward.values()}) == 3


@pytest.mark.parametrize("mechanism", ["fiscal_shocks", "delivery_shocks", "trade_shocks", "pressure"])
def test_what_is_off_draws_nothing_and_leaves_the_others_alone(mechanism):
    whole, on, _, keys = opened(SMALL)
    draw_year(whole, on, keys, 2025)
    part, on, _, keys = opened(replace(SMALL, switched_off=frozenset({mechanism})))
    draw_year(part, on, keys, 2025)
    for process in ("fiscal", "delivery", "trade", "pressure"):
        found, expected = (getattr(world, f"year_{process}") for world in (part, whole))
        assert found == (dict.fromkeys(expected, 0.0) if mechanism.startswith(process) else expected)


@given(st.integers(0, 100), worlds)
def test_formats_and_events_are_decided_once_by_streams_of_their_names(seed, number):
    spec = with_events(SMALL, FormatChange("format/japan", SMALL.start, 0.5, "launched", "japan"))
    world, on, _, keys = opened(spec, number, seed)
    assert by_chance(world, on, keys.event[0]) == year_of(seed, "event/format/japan", number, 0)[0]
    for p, power in enumerate(spec.power_names):
        drawn = year_of(seed, f"format/{power}", number, 0)[0]
        assert adoption_threshold(world, on, keys.format[p]) == pytest.approx(-np.log(1 - drawn), rel=1e-15)


def test_without_chance_everything_stands_in_the_middle():
    world, on, _, keys = opened(SMALL, uncertainty="ignorance")
    assert by_chance(world, on, keys.format[0]) == 0.5
    assert adoption_threshold(world, on, keys.format[0]) == pytest.approx(np.log(2), rel=1e-15)


# worlds of the engine -----------------------------------------------------------------------------------------


OPENING = (".absorptive_capacity", ".other_trade", ".remittances")


def stream_of(name: str, year: int = SMALL.start.year) -> str:
    """The stream of a parameter: what describes the start has one for every year of start (docs/odd.md, 6.1)."""
    opens = name.startswith(("ties.", "links.")) or name.endswith(OPENING)
    return f"opening/{year}/{name}" if opens else f"parameter/{name}"


@given(st.integers(0, 2**70), worlds)
def test_a_parameter_is_drawn_once_by_the_stream_of_its_name(seed, first):
    found = drawn_parameters(Block(SMALL, first, 3, seed))
    assert len(found) > 50
    for name in found:
        one = SMALL.parameters[name]
        drawn = philox(seed, stream_of(name), first, 0, 3)[:, 0]
        assert found[name].tolist() == (one.low + (one.high - one.low) * drawn).tolist(), name


def test_openings_of_two_years_do_not_share_their_luck():
    """All else is the same in world r, whenever a scenario starts."""
    later = replace(SMALL, start=SMALL.start.plus(4), end=SMALL.end.plus(4))
    one, two = (drawn_parameters(Block(spec, 0, 3, 0)) for spec in (SMALL, later))
    for name in one:
        assert (one[name] == two[name]).all() == (not stream_of(name).startswith("opening")), name


@given(st.integers(0, 1000), st.integers(1, 20), st.integers(0, 20))
def test_a_block_that_starts_later_draws_the_same_worlds(seed, count, first):
    whole, part = (drawn_parameters(Block(SMALL, *block, seed)) for block in ((0, first + count), (first, count)))
    np.testing.assert_array_equal(whole.table[:, first:], part.table)


def test_the_seed_of_a_stream_may_depend_on_its_name():
    kept = drawn_parameters(Block(SMALL, 0, 4, 0, kept=frozenset({"chance", "stated"})))
    same, other = (drawn_parameters(Block(SMALL, 0, 4, seed)) for seed in (0, ANOTHER_LUCK))
    classes = {SMALL.parameters[name].evidence for name in kept}
    assert {"stated"} < classes
    for name in kept:
        expected = same if SMALL.parameters[name].evidence == "stated" else other
        np.testing.assert_array_equal(kept[name], expected[name], err_msg=name)


def run(work: Work) -> np.ndarray:
    """Outcomes and draws of worlds, (number, world)."""
    done = form_for({}).run(work)
    return np.concatenate([done.outcomes, done.drawn])


@given(st.integers(0, 2**70), worlds)
def test_every_process_of_the_engine_reads_the_stream_of_its_name(seed, first):
    tables, year = tables_of(SMALL), SMALL.start.year
    expected = [philox(seed, f"fiscal/{power}", first, year, 3).T for power in SMALL.power_names]
    for process in ("delivery", "trade", "pressure"):
        ties = [f"{process}/{power}/{state}" for power in SMALL.power_names for state in SMALL.state_names]
        expected += [philox(seed, name, first, year, 3).T for name in ties]
    fields = ("year_fiscal", "year_delivery", "year_trade", "year_pressure")
    cells = [cell for name in fields for cell in tables.cells_of_field(name)]
    work = work_of(SMALL, first + np.arange(3), lambda name: seed, "both", {}, {}, outcomes=cells)
    np.testing.assert_array_equal(run(work), np.concatenate(expected))


def test_whatever_happens_in_a_world_happens_independently():
    """Shocks of every power and tie, pressure, the wish for a format, events, parameters: all drawn apart."""
    spec = spec_of(EVIDENCE.powers[:3], EVIDENCE.states[:2], quarters=1)
    noisy = ("fiscal_volatility", "delivery.volatility", "trade.volatility")
    spec = setting(spec, {name: 0.2 for name in spec.parameters if name.endswith(noisy)})
    launches = [FormatChange(f"format/japan/{i}", spec.start, 0.5, "launched", "japan") for i in (1, 2)]
    spec, count = with_events(spec, *launches), 5000
    tables = tables_of(spec)
    fields = ("fiscal", "delivery", "trade_shock", "leverage", "adoption_threshold", "fires")
    work = work_of(
        spec, np.arange(count), lambda name: 0, "both", {}, {},
        drawn=[tables.cells[name] for name, parameter in spec.parameters.items() if parameter.is_uncertain],
        outcomes=[cell for name in fields for cell in tables.cells_of_field(name)],
    )  # fmt: skip
    rows = run(work)
    correlations = np.corrcoef(rows) - np.eye(len(rows))
    assert len(rows) > 100
    assert np.abs(correlations).max() < 5.5 / count**0.5


# sanity -----------------------------------------------------------------------------------------------------


def many(name: str, year: int = 0, seed: int = 0) -> np.ndarray:
    """Numbers of 20,000 worlds, (quarter, world)."""
    found = philox(seed, name, 0, year, 20_000)
    assert found[[0, 7, 19_999]].tolist() == [year_of(seed, name, world, year) for world in (0, 7, 19_999)]
    return found.T


@pytest.mark.parametrize("seed", [0, 1])
def test_numbers_are_uniform_over_worlds(seed):
    """20,000 worlds: mean, variance and every tenth within four standard errors."""
    for numbers in many("trade/russia/uzbekistan", 2030, seed):
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


def test_no_two_streams_of_the_model_have_the_same_name():
    """Every process and parameter of the evidence has a key of its own."""
    spec = spec_of(EVIDENCE.powers, EVIDENCE.states)
    ties = [f"{p}/{s}" for p in spec.power_names for s in spec.state_names]
    streams = [
        *(stream_of(name) for name in spec.parameters),
        *(f"fiscal/{power}" for power in spec.power_names),
        *(f"format/{power}" for power in spec.power_names),
        *(f"{process}/{tie}" for process in ("delivery", "trade", "pressure") for tie in ties),
    ]
    expected = {stream_key(0, name) for name in streams}
    assert len(expected) == len(streams)
    tables = tables_of(spec)
    keys = tables.keys(lambda name: 0, np.array(list(tables.cells.values())))
    mine = {(int(first), int(second)) for first, second in keys if first or second}
    assert {stream_key(0, stream_of(name)) for name in tables.cells} < mine
    assert mine == expected
