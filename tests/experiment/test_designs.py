"""Designs: which points of the factors' ranges a study looks at."""

from __future__ import annotations

import numpy as np
import pytest

from steppewise.errors import SteppewiseError
from steppewise.experiment.study import Factor, from_unit, grid, latin_hypercube, sobol


def plain(low: float = 0.0, high: float = 1.0) -> Factor:
    return Factor("plain", "parameter", ("plain",), "absolute", low, high)


def listed(*levels: float) -> Factor:
    return Factor("listed", "parameter", ("listed",), "absolute", min(levels), max(levels), levels)


def test_a_grid_has_every_combination_the_last_factor_fastest() -> None:
    points = grid([listed(3, 1), plain(0, 10)], steps=3)
    assert points.tolist() == [[3, 0], [3, 5], [3, 10], [1, 0], [1, 5], [1, 10]]


def test_a_grid_takes_levels_as_they_are_and_steps_for_ranges_only() -> None:
    assert grid([listed(0.1, 0.9, 0.5)], steps=99).tolist() == [[0.1], [0.9], [0.5]]
    assert grid([plain(2, 4)], steps=2).tolist() == [[2], [4]]


def test_a_grid_has_an_end() -> None:
    with pytest.raises(SteppewiseError, match=r"^the grid has 1,000,000,000,000 points; at most 10,000,000 are run"):
        grid([plain()] * 4, steps=1000)


@pytest.mark.parametrize("points", [1, 7, 100])
def test_a_latin_hypercube_has_one_point_in_every_stratum_of_every_factor(points: int) -> None:
    sample = latin_hypercube([plain(), plain(10, 30), plain(-1, 0)], points, seed=3)
    assert sample.shape == (points, 3)
    for column, (low, width) in zip(sample.T, ((0, 1), (10, 20), (-1, 1)), strict=True):
        strata = np.floor((column - low) / width * points)
        assert sorted(strata) == list(range(points))


@pytest.mark.parametrize("points", [1, 2, 64, 1024])
def test_a_sobol_sequence_is_balanced(points: int) -> None:
    sample = sobol([plain(), plain(0, 2)], points, seed=0)
    assert sample.shape == (points, 2)
    for column, width in zip(sample.T, (1, 2), strict=True):
        assert sorted(np.floor(column / width * points)) == list(range(points))


@pytest.mark.parametrize(("points", "lower", "upper"), [(100, 64, 128), (3, 2, 4), (1000, 512, "1,024"), (0, 1, 2)])
def test_a_sobol_sequence_of_another_size_is_refused(points: int, lower: int, upper: int) -> None:
    with pytest.raises(SteppewiseError, match=f"a power of two, not {points:,} points: take {lower} or {upper}$"):
        sobol([plain()], points, seed=0)


@pytest.mark.parametrize("design", [latin_hypercube, sobol])
def test_a_seed_gives_one_sample_and_another_seed_another(design: object) -> None:
    assert callable(design)
    factors = [plain(), plain()]
    np.testing.assert_array_equal(design(factors, 32, 0), design(factors, 32, 0))
    assert not np.array_equal(design(factors, 32, 0), design(factors, 32, 1))


def test_levels_get_equal_shares_of_a_sample() -> None:
    values = from_unit([listed(5, 1, 3)], np.array([[0.0], [0.33], [0.34], [0.66], [0.67], [1.0]]))
    assert values.ravel().tolist() == [5, 5, 1, 1, 3, 3]
    sample = latin_hypercube([listed(0, 1), listed(1, 2, 3, 4)], 40, seed=1)
    assert np.unique(sample[:, 0], return_counts=True)[1].tolist() == [20, 20]
    assert np.unique(sample[:, 1], return_counts=True)[1].tolist() == [10, 10, 10, 10]


def test_positions_run_along_a_range() -> None:
    assert from_unit([plain(2, 6)], np.array([[0.0], [0.25], [1.0]])).ravel().tolist() == [2, 3, 6]
