"""The grid of a page: its points are the engine's, what lies between is interpolated, and its error is told truly."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from steppewise.app.answer import answer, layout, run
from steppewise.app.classroom import Page, PageState, free_page, lesson_page
from steppewise.app.grid import SHOWN, STEPS, TOLERANCE, Grid, _first_levels, build, interpolated, packed
from steppewise.app.lesson import Lever, lesson, lesson_names
from steppewise.app.sliders import slider

WORLDS = 20


def with_levers(page: Page, *levers: tuple[str, float, float]) -> Page:
    sliders = tuple(slider(Lever(name, "lever", low, high), page.spec) for name, low, high in levers)
    return replace(page, levers=sliders, more=())


@pytest.fixture(scope="module")
def page() -> Page:
    """Two levers, two scenarios, two uncertainties."""
    base = free_page("baseline", WORLDS)
    scenarios = {name: base.scenarios[name] for name in ("baseline", "china-surge")}
    cut = replace(base, scenarios=scenarios, uncertainties=("both", "none"))
    return with_levers(cut, ("powers.japan.effort", 0.01, 0.1), ("powers.japan.execution", 0, 1))


@pytest.fixture(scope="module")
def grid(page: Page) -> Grid:
    return build(page)


def engine_at(page: Page, scenario: str, uncertainty: str, position: tuple[float, ...]) -> np.ndarray:
    """What the engine says of one position, run by itself."""
    names = (one.name for one in page.levers)
    state = PageState(scenario, uncertainty, page.seed, dict(zip(names, position, strict=True)))
    return answer(run(page, [state])[0], run(page, [page.opening])[0])


def unpacked(data: dict, page: Page) -> np.ndarray:
    """The vectors of a packed grid, step by step as static/grid.js takes them out."""
    raw = zlib.decompress(base64.b64decode(data["data"]))
    count = len(raw) // 2
    assert count == data["points"] * data["size"]
    numbers, last = np.empty(count), 0
    for place in range(count):
        if place % data["size"] == 0:
            last = 0
        last = (last + (raw[place] << 8) + raw[count + place]) & 65535
        numbers[place] = last
    numbers, start = numbers.reshape(data["points"], data["size"]), 0
    for block, (low, high) in zip(layout(page), data["blocks"], strict=True):
        numbers[:, start : start + block.size] *= (high - low) / STEPS
        numbers[:, start : start + block.size] += low
        start += block.size
    return numbers


def steps_of(data: dict, page: Page) -> np.ndarray:
    """The size of a step of quantisation, number by number."""
    sizes = [block.size for block in layout(page)]
    return np.repeat([(high - low) / STEPS for low, high in data["blocks"]], sizes)


def test_axes_are_options_then_levers_in_order(page, grid):
    axes = packed(grid, page)["axes"]
    assert [axis["name"] for axis in axes] == ["scenario", "uncertainty", *(one.name for one in page.levers)]
    assert axes[0]["options"] == ["baseline", "china-surge"]
    assert axes[1]["options"] == ["both", "none"]
    for axis, one in zip(axes[2:], page.levers, strict=True):
        assert list(axis["values"]) == sorted(set(axis["values"]))
        assert {one.low, one.value, one.high} <= set(axis["values"])
    points = int(np.prod([len(axis.get("options", axis.get("values"))) for axis in axes]))
    assert points == len(grid.vectors) == packed(grid, page)["points"]


def test_points_are_what_the_engine_says_to_half_a_step(page, grid):
    data = json.loads(json.dumps(packed(grid, page), allow_nan=False))
    vectors, step = unpacked(data, page), steps_of(data, page)
    places = list(product(page.scenarios, page.uncertainties, product(*grid.levels)))
    assert len(places) == len(vectors)
    for number in (0, len(places) // 3, len(places) // 2 + 1, len(places) - 1):
        scenario, uncertainty, position = places[number]
        true = engine_at(page, scenario, uncertainty, position)
        np.testing.assert_array_less(np.abs(vectors[number] - true), step / 2 + 1e-5 * np.abs(true) + 1e-6)


def test_packing_loses_half_a_step_at_most(page, grid):
    data = packed(grid, page)
    lost = np.abs(unpacked(data, page) - grid.vectors)
    assert (lost <= steps_of(data, page) / 2 + 1e-9).all()


def test_the_error_told_is_what_one_finds(page, grid):
    """At positions of this test's own the error is no larger than told, but for the luck of the draw."""
    assert set(grid.worst) == set(SHOWN)
    assert grid.checked >= 64
    assert grid.is_fine == (grid.worst["share"] < TOLERANCE)
    draws = np.random.default_rng(11)
    points, shares = np.prod([len(own) for own in grid.levels]), layout(page)[0].size
    found = 0.0
    for number, (scenario, uncertainty) in enumerate(product(page.scenarios, page.uncertainties)):
        own = grid.vectors[number * points : (number + 1) * points]
        for _ in range(6):
            position = tuple(draws.uniform(levels[0], levels[-1]) for levels in grid.levels)
            true = engine_at(page, scenario, uncertainty, position)
            found = max(found, np.abs(interpolated(own, grid.levels, position) - true)[:shares].max())
    assert 0.1 * grid.worst["share"] < found < 1.6 * grid.worst["share"]


def test_between_points_the_course_is_straight():
    levels = ((0.0, 1.0, 4.0), (2.0,), (0.0, 10.0))
    points = np.array([[100 * a + c] for a in (0, 1, 2) for c in (0, 3)], dtype=np.float32)
    for first, place in ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (2.5, 1.5), (4.0, 2.0)):
        for last in (0.0, 2.5, 10.0):
            expected = 100 * place + 3 * last / 10
            assert interpolated(points, levels, (first, 2.0, last))[0] == pytest.approx(expected)


def test_at_a_point_nothing_is_interpolated(page, grid):
    points = int(np.prod([len(own) for own in grid.levels]))
    own = grid.vectors[:points]
    for number, position in enumerate(product(*grid.levels)):
        np.testing.assert_allclose(interpolated(own, grid.levels, position), own[number], rtol=1e-6, atol=1e-7)


def test_levels_stand_closer_where_the_course_bends():
    """Effort over three powers of ten: shares bend at its low end, and there the levels are."""
    bent = with_levers(free_page("baseline", WORLDS).for_grid, ("powers.china.effort", 0.0005, 0.5))
    grid = build(bent)
    (levels,) = grid.levels
    assert grid.is_fine
    assert len(levels) > 4
    gaps = np.diff(levels)
    assert gaps[0] < gaps[-1] / 4
    shares = layout(bent)[0].size
    middle = (levels[-1] + levels[-2]) / 2
    true = engine_at(bent, "baseline", "both", (middle,))
    assert np.abs(interpolated(grid.vectors, grid.levels, (middle,)) - true)[:shares].max() < TOLERANCE


def test_a_grid_that_may_not_grow_says_that_it_is_coarse():
    bent = with_levers(free_page("baseline", WORLDS).for_grid, ("powers.china.effort", 0.0005, 0.5))
    counted: list[int] = []
    grid = build(bent, counted.append, most_points=4)
    assert len(grid.vectors) <= 4
    assert grid.worst["share"] >= TOLERANCE
    assert not grid.is_fine
    assert packed(grid, bent)["is_fine"] is False
    assert sum(counted) >= 64 + 4


@pytest.mark.parametrize("name", lesson_names())
def test_what_a_lesson_sets_is_in_its_grid_so_far_as_there_is_room(name):
    page = lesson_page(lesson(name), WORLDS)
    levels = _first_levels(page, options=1, most=1000)
    for change in page.lesson.changes:
        for one, own in zip(page.levers, levels, strict=True):
            assert change.values.get(one.name, one.value) in own
    for most in (1, 30, 200):
        sizes = [len(own) for own in _first_levels(page, options=1, most=most)]
        least = [len({one.low, one.value, one.high}) for one in page.levers]
        assert sizes == least or np.prod(sizes) <= most


def test_a_guess_is_compared_with_what_the_engine_says():
    page = lesson_page(lesson("format-and-copies"), WORLDS)
    held, guessed = build(page), page.lesson.predict.change.values
    position = tuple(guessed.get(one.name, one.value) for one in page.levers)
    assert position != tuple(one.value for one in page.levers)
    true = engine_at(page, "baseline", "both", position)
    assert np.array_equal(interpolated(held.vectors, held.levels, position), true)


def test_the_same_page_gives_the_same_grid(page):
    one = with_levers(replace(page, uncertainties=("none",)), ("powers.japan.effort", 0.01, 0.1))
    assert packed(build(one), one) == packed(build(one), one)


def test_the_free_page_is_held_by_the_scenario_that_opens_it():
    whole = free_page("china-surge", WORLDS)
    assert len(whole.scenarios) > 1
    held = whole.for_grid
    assert list(held.scenarios) == ["china-surge"]
    assert held.uncertainties == ("both",)
    assert held.opening == whole.opening


def test_a_lesson_is_held_whole():
    page = lesson_page(lesson("bands-and-assumptions"), WORLDS)
    assert page.for_grid is page
