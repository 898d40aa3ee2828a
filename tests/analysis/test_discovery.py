"""PRIM against boxes that were planted, in samples with and without noise; and scenario discovery on the model."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.support.known_answers import BUDGET, EFFORT, GDP, product_spec

from steppewise.analysis.discovery import Search, boxes_in, places, seek
from steppewise.analysis.factors import uncertain_factors
from steppewise.analysis.prim import Box, Cases, borne_out, choose, pasted, peeled, quality, quasi_p, screened, search
from steppewise.errors import SteppewiseError
from steppewise.experiment.study import Factor
from steppewise.wording.discovery import doubts, sentences

PLANTED = Box.whole(3).limited(0, high=0.4).limited(1, low=0.5)


def cases(points: int, factors: int = 3, noise: float = 0.0, seed: int = 0) -> Cases:
    """The planted box: the first factor below .4, the second above .5; with noise, some points are otherwise."""
    numbers = np.random.default_rng(seed)
    places_ = numbers.random((points, factors))
    inside = PLANTED.inside(places_[:, :3])
    return Cases(places_, inside ^ (numbers.random(points) < noise))


# PRIM ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factors", [3, 200])
def test_a_planted_box_is_found(factors):
    [found] = search(cases(2048, factors), cases(2048, factors, seed=1))
    assert found.box.restricted == (0, 1)
    assert found.box.high[0] == pytest.approx(0.4, abs=0.03)
    assert found.box.low[1] == pytest.approx(0.5, abs=0.03)
    assert found.fresh.coverage > 0.95
    assert found.fresh.density > 0.93
    assert max(found.quasi_p) < 1e-50


def test_noise_lowers_density_and_no_more():
    [found] = search(cases(2048, 200, noise=0.1), cases(2048, 200, noise=0.1, seed=1))
    assert found.box.restricted == (0, 1)
    assert found.fresh.density == pytest.approx(0.88, abs=0.06)
    assert found.fresh.coverage == pytest.approx(0.2 * 0.9 / (0.2 * 0.9 + 0.8 * 0.1), abs=0.06)


@pytest.mark.parametrize("seed", range(3))
def test_luck_makes_no_box(seed):
    """Among many factors some always seem to matter; fresh points do not bear them out."""
    numbers = np.random.default_rng(seed)
    samples = [Cases(numbers.random((512, 100)), numbers.random(512) < 0.3) for _ in range(2)]
    assert search(*samples) == ()


def test_a_second_box_covers_what_the_first_left_over():
    numbers = np.random.default_rng(0)
    samples = []
    for _ in range(2):
        points = numbers.random((4096, 3))
        samples.append(Cases(points, (points[:, 0] < 0.2) | (points[:, 1] > 0.85)))
    first, second, *_ = search(*samples)
    assert {first.box.restricted[0], second.box.restricted[0]} == {0, 1}
    assert first.fresh.coverage + second.fresh.coverage == pytest.approx(1, abs=0.1)


def test_more_density_costs_coverage():
    sample, fresh = cases(2048, noise=0.1), cases(2048, noise=0.1, seed=1)
    [wide], [dense, *_] = search(sample, fresh, most=1), search(sample, fresh, density=0.95)
    assert dense.found.density > wide.found.density
    assert dense.found.coverage < wide.found.coverage


def test_slices_are_peeled_until_little_is_left():
    sample = cases(1000)
    path = peeled(sample, 50, np.arange(3))
    steps = [quality(box, sample, int(sample.of_interest.sum()), 1000) for box in path]
    assert steps[0].coverage == steps[0].mass == 1
    assert steps[0].restricted == 0
    assert all(one.points > two.points for one, two in itertools.pairwise(steps))
    assert steps[-1].density == 1 or steps[-1].points >= 50
    assert choose(steps, None) == max(range(len(steps)), key=lambda i: steps[i].coverage - steps[i].mass)
    assert steps[choose(steps, 0.9)].density >= 0.9 > steps[choose(steps, 0.9) - 1].density
    assert steps[choose(steps, 2.0)].density == max(step.density for step in steps)


def test_levels_are_cut_off_whole():
    numbers = np.random.default_rng(0)
    points = np.stack([numbers.integers(0, 3, 900) / 2, numbers.random(900)], axis=-1)
    sample = Cases(points, points[:, 0] == 0.5)
    box = peeled(sample, 50, np.arange(2))[2]
    assert (box.low[0], box.high[0], box.restricted) == (0.5, 0.5, (0,))


def test_pasting_takes_back_what_was_cut_too_far():
    sample = cases(2000)
    narrow = Box.whole(3).limited(0, high=0.2).limited(1, low=0.5)
    assert pasted(narrow, sample).high[0] == pytest.approx(0.4, abs=0.02)


def test_quasi_p_by_hand():
    """Three of three of interest, where without the restriction three of six are: one half to the third."""
    points = np.array([[0.1], [0.2], [0.3], [0.7], [0.8], [0.9]])
    sample = Cases(points, points[:, 0] < 0.5)
    assert quasi_p(Box.whole(1).limited(0, high=0.5), 0, sample) == pytest.approx(0.125)
    assert quasi_p(Box.whole(1).limited(0, low=0.5), 0, sample) == 1


def test_what_fresh_points_do_not_bear_out_is_dropped():
    box = PLANTED.limited(2, low=0.1)
    assert borne_out(box, cases(1000, seed=5)).restricted == (0, 1)


def test_few_factors_are_all_searched_and_of_many_those_that_matter():
    assert screened(cases(500, 20)).tolist() == list(range(20))
    assert {0, 1} <= set(screened(cases(500, 100)).tolist())
    assert len(screened(cases(500, 100))) < 10


# the model ----------------------------------------------------------------------------------------------


def product_search(text: str = f"{BUDGET} > 300", **changes: object) -> Search:
    spec = product_spec()
    asked = {
        "name": "product",
        "title": "A product",
        "spec": spec,
        "factors": uncertain_factors(spec),
        "worlds": 1,
        "seed": 0,
        "uncertainty": "chance",
        "text": text,
        "size": 512,
    }
    return Search(**{**asked, **changes})


def test_where_a_product_is_large():
    """Both factors have to be high; a box cannot be denser and cover all, since the border is a curve."""
    found = seek(product_search())
    [box, *_] = found.boxes
    limits = {one.factor: one for one in found.restrictions(box)}
    assert set(limits) == {EFFORT, GDP}
    assert all(one.is_above and not one.is_below for one in limits.values())
    assert 1.0 < limits[EFFORT].low_value < 2.0
    assert 10_000 < limits[GDP].low_value < 20_000
    assert box.fresh.density > 2 * found.base_rate
    assert box.fresh.coverage > 0.6
    assert sentences(found)[2].startswith("Box 1: powers.japan.")
    assert doubts(found) == []


def test_the_same_points_give_the_same_boxes():
    found = seek(product_search(size=128))
    interest = {"search": found.cases.of_interest, "fresh": found.fresh.of_interest}
    again = boxes_in(found.asked, interest, found.values, {})
    assert [box.found for box in again.boxes] == [box.found for box in found.boxes]
    other = seek(product_search(size=128, seed=1))
    assert not np.array_equal(other.cases.points, found.cases.points)


@pytest.mark.parametrize(("threshold", "where"), [(-1, "every point"), (1e9, "no point")])
def test_an_outcome_that_tells_nothing_apart(threshold, where):
    found = seek(product_search(f"{BUDGET} > {threshold}", size=64))
    assert found.boxes == ()
    assert (
        sentences(found)[-1] == "No combination of assumptions was found in which it is more frequent than elsewhere."
    )
    [doubt] = doubts(found)
    assert f"holds at {where}: there is nothing to tell apart; the means over worlds run from " in doubt


def test_a_rare_outcome_asks_for_more_points():
    found = seek(product_search(f"{BUDGET} > 370", size=128))
    hits = int(found.cases.of_interest.sum())
    assert 0 < hits < 50
    assert any(f"holds at {hits} points only, which is little to learn from; --size" in word for word in doubts(found))


def test_levels_stand_at_even_distances():
    factor = Factor("x", "parameter", ("x",), "absolute", 0.0, 1.0, (0.2, 0.5, 0.9))
    assert places((factor,), np.array([[0.1], [0.4], [0.99]]))[:, 0].tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"size": 32}, "discovery needs 64 points or more, not 32"),
        ({"density": 1.5}, "a density lies above 0 and is at most 1, not 1.5"),
        ({"worlds": 0}, "worlds must be 1 or more, not 0"),
        ({"seed": -1}, "a seed is a whole number from 0 up, not -1"),
        ({"factors": ()}, "nothing varies: no parameter of this scenario has a range"),
        ({"size": 2**27}, "268,435,456 worlds are more than can be run (100,000,000); take a smaller --size"),
    ],
)
def test_searches_that_cannot_be(changes, message):
    with pytest.raises(SteppewiseError) as refused:
        product_search(**changes)
    assert str(refused.value) == message


def test_a_size_that_is_no_power_of_two():
    with pytest.raises(SteppewiseError, match="a Sobol sequence needs a power of two, not 100 points: take 64 or 128"):
        seek(product_search(size=100))
