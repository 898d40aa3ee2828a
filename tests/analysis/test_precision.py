"""As many worlds as a mean takes: the path, when it stops, and that the worlds are always the same."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.analysis.test_spread import product_spec
from tests.results.test_run import call  # noqa: F401 - a fixture
from tests.support.known_answers import BUDGET

from steppewise.analysis.precision import Goal, PrecisionStep, needed, reach, step_of, worlds_for
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST, Plan, extended, simulate
from steppewise.results.run import run_name as folder_name
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.run import way_to_precision

NUMBERS = np.random.default_rng(0).normal(10, 2, 100_000)


def first_of(count: int):
    return NUMBERS[:count]


def path_to(precision: float, start: int = 100, at_most: int = 100_000, numbers=NUMBERS):
    _, path = reach(Goal("y", precision, at_most), start, lambda _, count: count, lambda count: numbers[:count])
    return path


def test_a_precision_is_reached_and_no_more():
    path = path_to(0.05)
    assert path.is_reached
    assert path.last.half_width <= 0.05
    assert path.last.mean == pytest.approx(10, abs=0.1)
    # 1.96 * 2 / sqrt(n) = .05 at n = 6,147
    assert path.last.worlds == pytest.approx(6147, rel=0.15)
    assert [step.worlds for step in path.steps] == sorted({step.worlds for step in path.steps})


def test_enough_worlds_are_enough():
    assert [step.worlds for step in path_to(5.0).steps] == [100]


def test_it_stops_where_it_must():
    path = path_to(0.001, at_most=1500)
    assert not path.is_reached
    assert [step.worlds for step in path.steps] == [100, 1000, 1500]
    last = list(way_to_precision(path))[-1]
    assert last.startswith("That is not close enough; about ")
    assert "--runs-at-most" in last


def test_worlds_grow_tenfold_at_most():
    assert [step.worlds for step in path_to(0.02).steps[:2]] == [100, 1000]


def test_half_width_by_hand():
    # mean 2, standard deviation 1, standard error 1/sqrt(3), Student's t with two degrees 4.303
    assert step_of(np.array([1.0, 2.0, 3.0])) == PrecisionStep(3, 2.0, pytest.approx(4.3027 / 3**0.5, rel=1e-4))


def test_failed_worlds_are_left_out():
    values = np.array([1.0, np.nan, 2.0, 3.0])
    assert step_of(values).mean == 2.0
    assert step_of(values).worlds == 4
    nothing = np.full(50_000, np.nan)
    path = path_to(0.1, at_most=1000, numbers=nothing)
    assert not path.is_reached
    assert path.last.worlds == 1000
    assert np.isnan(path.last.mean)


def test_worlds_needed_go_with_the_square():
    assert needed(PrecisionStep(100, 0.0, 0.2), 0.1) == 420
    assert needed(PrecisionStep(100, 0.0, np.nan), 0.1) == 200


def test_what_is_told():
    assert list(way_to_precision(path_to(5.0))) == [
        "Mean of y with its 95 % interval, to be ± 5 or less:",
        f"      100 worlds  {NUMBERS[:100].mean():.5g} ± {step_of(NUMBERS[:100]).half_width:.2g}",
    ]


@pytest.mark.parametrize(
    ("precision", "start", "at_most", "message"),
    [
        (0.0, 100, 1000, "a precision is a number above 0, not 0"),
        (float("nan"), 100, 1000, "a precision is a number above 0, not nan"),
        (0.1, 10, 1000, "a precision needs 30 worlds to begin with, not 10"),
        (0.1, 100, 50, "--runs-at-most 50 is fewer than the 100 worlds to begin with"),
    ],
)
def test_goals_that_cannot_be(precision, start, at_most, message):
    with pytest.raises(SteppewiseError) as refused:
        path_to(precision, start, at_most)
    assert str(refused.value) == message


# the model ----------------------------------------------------------------------------------------------


def test_more_worlds_add_to_those_that_are_there():
    spec = load_scenario("baseline", [])
    spec = spec.__class__(**{**vars(spec), "end": spec.start.plus(2)})
    few, many = simulate(spec, Plan(40, 3)), simulate(spec, Plan(100, 3))
    both = extended(few, Plan(100, 3))
    assert both.status == many.status
    assert both.plan == many.plan
    for field in ("parameters", "outcomes", "trajectories"):
        one, other = getattr(both, field), getattr(many, field)
        assert one.keys() == other.keys()
        for name in one:
            np.testing.assert_array_equal(one[name], other[name], err_msg=name)


@pytest.mark.parametrize("first", [TRAJECTORIES_AT_MOST - 30, TRAJECTORIES_AT_MOST, TRAJECTORIES_AT_MOST + 30])
def test_only_the_first_worlds_keep_their_course(first):
    spec = product_spec(0.3)
    few = simulate(spec, Plan(first, 0), ("budget",))
    both = extended(few, Plan(first + 100, 0))
    whole = simulate(spec, Plan(first + 100, 0), ("budget",))
    np.testing.assert_array_equal(both.trajectories["budget"], whole.trajectories["budget"])
    np.testing.assert_array_equal(both.outcomes[BUDGET], whole.outcomes[BUDGET])


def test_a_precision_of_the_model():
    ensemble, path = worlds_for(product_spec(), Plan(50, 0), Goal(BUDGET, 5.0, 10_000))
    assert path.is_reached
    assert path.last.worlds == len(ensemble.status) > 50
    assert path.last.mean == pytest.approx(225, abs=10)


def test_an_effect_has_no_precision_of_its_own():
    goal = Goal("effect.package-delivered.regional_share.japan", 0.1, 1000)
    with pytest.raises(SteppewiseError, match=r"^--precision is of an outcome of one scenario, not of 'effect"):
        worlds_for(load_scenario("baseline"), Plan(50), goal)


def test_the_command_runs_until_the_mean_is_known(call, tmp_path):  # noqa: F811
    words = (
        "run",
        "baseline",
        "--runs",
        "40",
        "--no-report",
        "--precision",
        "0.004",
        "--outcome",
        "regional_share.japan",
    )
    assert call(*words) == 0
    assert "Mean of regional_share.japan with its 95 % interval, to be ± 0.004 or less:" in call.out
    [folder] = (tmp_path / "results").iterdir()
    *_, worlds = re.findall(r"^ +([\d,]+) worlds  0\.", call.out, re.MULTILINE)
    assert folder.name == folder_name(load_scenario("baseline"), Plan(int(worlds)))


def test_the_options_go_together(call):  # noqa: F811
    assert call("run", "baseline", "--precision", "0.01") == 2
    assert call.err == "--precision and --outcome go together: how close, and of which outcome\n"
