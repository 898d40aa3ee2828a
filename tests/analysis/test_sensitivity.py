"""Morris and Sobol through the project's own runner, against answers that are known; and what must be refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.support.known_answers import (
    ANGLES,
    BUDGET,
    EFFORT,
    FIRST_OF_PRODUCT,
    GDP,
    ISHIGAMI,
    analyse,
    by_name,
    evaluate_ishigami,
    of_function,
    plain_factors,
    product_question,
)

from steppewise.analysis.evaluating import Answers, answers_of
from steppewise.analysis.indices import indices, parts_of_variance
from steppewise.analysis.sampling import Points, SobolSample, morris_design, problem_of, sobol_design
from steppewise.analysis.sensitivity import explain, one_at_a_time, tornado
from steppewise.errors import SteppewiseError
from steppewise.experiment.executors import Serial
from steppewise.experiment.study import Factor
from steppewise.scenario.resolve import load_scenario

SUM = plain_factors("a", "b", "c", low=0.0, high=2.0)


def add(values):
    return values @ np.array([3.0, -1.0, 0.0])


# Ishigami -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_sobol_finds_the_indices_of_ishigami_within_their_intervals(seed):
    found = analyse(ANGLES, evaluate_ishigami, "sobol", 1024, seed)
    for measure in ("first", "total"):
        for name, index in by_name(found, "y", measure).items():
            assert index.low <= ISHIGAMI[name][measure] <= index.high, index
            assert 0 < index.half_width < 0.1


def test_the_intervals_hold_what_they_say():
    """Of many 95 % intervals nearly all hold the known index; they narrow with the root of the size."""
    held, widths = [], {128: [], 512: []}
    for size in widths:
        for seed in range(8):
            found = analyse(ANGLES, evaluate_ishigami, "sobol", size, seed)
            held += [i.low <= ISHIGAMI[i.name][i.measure] <= i.high for i in found]
            widths[size] += [i.half_width for i in found]
    assert np.mean(held) > 0.85
    assert np.mean(widths[128]) / np.mean(widths[512]) == pytest.approx(2, rel=0.25)


def test_morris_ranks_ishigami():
    found = analyse(ANGLES, evaluate_ishigami, "morris", 64, 0)
    strength, spread = (by_name(found, "y", measure) for measure in ("mu_star", "sigma"))
    assert strength["x2"].value == pytest.approx(7.875)
    assert strength["x1"].value == pytest.approx(7.5, abs=1.6)
    assert spread["x3"].value > strength["x3"].value > 5


def test_morris_of_a_sum_is_exact():
    found = analyse(SUM, of_function("sum", add), "morris", 4, 0)
    assert [by_name(found, "sum", "mu")[name].value for name in "abc"] == pytest.approx([6, -2, 0])
    assert [by_name(found, "sum", "mu_star")[name].value for name in "abc"] == pytest.approx([6, 2, 0])
    assert [by_name(found, "sum", "sigma")[name].value for name in "abc"] == pytest.approx([0, 0, 0], abs=1e-9)


def test_groups_move_together():
    found = analyse(ANGLES, evaluate_ishigami, "sobol", 1024, 0, ("odd", "even", "odd"))
    first, total = (by_name(found, "y", measure, "class") for measure in ("first", "total"))
    assert list(first) == ["odd", "even"]
    for index in (first["odd"], total["odd"]):
        assert index.low <= 0.5576 <= index.high
    for index in (first["even"], total["even"]):
        assert index.low <= 0.4424 <= index.high


def test_several_outcomes_share_a_design():
    def both(points: Points) -> Answers:
        values = points.rows(0, len(points))
        return Answers({"sum": add(values)[:, None], "constant": np.ones((len(points), 1))})

    found = analyse(SUM, both, "sobol", 64, 0)
    assert by_name(found, "sum", "first")["a"].value == pytest.approx(0.9, abs=0.1)
    assert all(index.value == index.half_width == 0 for index in found if index.outcome == "constant")


# seeds and order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["sobol", "morris"])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_seed_gives_the_same_indices_and_intervals(method, seed):
    """SALib takes the seed 0 for none in its Sobol analysis, and draws from NumPy's global state instead."""
    np.random.seed(1)  # noqa: NPY002 - the state that SALib would draw from
    one = analyse(ANGLES, evaluate_ishigami, method, 64, seed)
    np.random.seed(2)  # noqa: NPY002
    assert repr(analyse(ANGLES, evaluate_ishigami, method, 64, seed)) == repr(one)


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_other_seeds_give_other_points(method):
    one, other = (analyse(ANGLES, evaluate_ishigami, method, 64, seed) for seed in (0, 1))
    assert [index.value for index in one] != [index.value for index in other]


@pytest.mark.parametrize("groups", [(), ("a", "b", "a")])
def test_the_design_is_the_one_that_salib_samples(groups):
    from SALib.sample import sobol

    own = sobol_design(ANGLES, 16, 3, groups)
    numbers = np.random.default_rng(3)
    theirs = sobol.sample(problem_of(ANGLES, groups), 16, calc_second_order=False, seed=numbers)
    np.testing.assert_array_equal(own.unit(0, len(own)), theirs)
    np.testing.assert_allclose(own.rows(0, len(own)), np.pi * (2 * theirs - 1))


def test_rows_are_the_same_whatever_part_is_asked_for():
    points = Points.of((sobol_design(ANGLES, 8, 0), morris_design(ANGLES, 3, 0)))
    whole = points.rows(0, len(points))
    assert len(whole) == len(points) == 8 * 5 + 3 * 4 + 8
    for start in range(0, len(points), 7):
        np.testing.assert_array_equal(points.rows(start, start + 7), whole[start : start + 7])


def test_shuffled_rows_are_refused():
    def shuffled(points: Points) -> Answers:
        order = np.random.default_rng(0).permutation(len(points))
        return Answers({"y": ishigami_of(points)[order]})

    with pytest.raises(
        SteppewiseError, match=r"^y: [1-8] of 8 points came out otherwise when they were evaluated again"
    ):
        analyse(ANGLES, shuffled, "sobol", 64, 0)


def ishigami_of(points: Points):
    return evaluate_ishigami(points).outcomes["y"]


def test_shuffled_rows_would_be_wrong_without_a_word():
    design = sobol_design(ANGLES, 256, 0)
    values = ishigami_of(Points((design,), np.empty(0, dtype=int)))[:, 0]
    right = indices(design, "y", values, 0)
    wrong = indices(design, "y", np.random.default_rng(0).permutation(values), 0)
    assert by_name(right, "y", "total")["x3"].value == pytest.approx(0.24, abs=0.1)
    assert by_name(wrong, "y", "total")["x3"].value == pytest.approx(1.0, abs=0.2)


def test_an_answer_for_every_point():
    with pytest.raises(SteppewiseError, match=r"^y: 10 answers for 48 points$"):
        answers_of((sobol_design(ANGLES, 8, 0),), lambda points: Answers({"y": np.zeros((10, 1))}))


def test_points_without_a_value_are_refused_and_counted():
    def failing(points: Points) -> Answers:
        values = np.repeat(ishigami_of(points), 4, axis=1)
        values[[3, 17], [0, 2]] = np.nan
        values[17, 3] = np.inf
        return Answers({"y": values}, {"share is not finite": 2, "ValueError: negative": 1})

    with pytest.raises(SteppewiseError) as refused:
        analyse(ANGLES, failing, "sobol", 8, 0)
    assert str(refused.value) == (
        "2 of 40 points have no value: 3 of 160 worlds failed; 2 times 'share is not finite'; 1 times 'ValueError: "
        "negative'. Sensitivity needs every point; narrow the ranges until none fails"
    )


def test_one_gap_would_make_all_indices_nothing():
    """Why gaps are refused: SALib says nothing and returns zeros."""
    design = sobol_design(ANGLES, 16, 0)
    values = ishigami_of(Points((design,), np.empty(0, dtype=int)))[:, 0]
    values[5] = np.nan
    found = indices(design, "y", values, 0)
    assert not any(index.value > 0 for index in found)


@pytest.mark.parametrize(
    ("method", "size", "message"),
    [
        ("sobol", 100, "a Sobol sequence needs a power of two, not 100 points: take 64 or 128"),
        ("sobol", 4, "the design needs 8 base points or more, not 4"),
        ("morris", 1, "the design needs 2 trajectories or more, not 1"),
    ],
)
def test_sizes_that_cannot_be(method, size, message):
    with pytest.raises(SteppewiseError) as refused:
        analyse(ANGLES, evaluate_ishigami, method, size, 0)
    assert str(refused.value) == message


# the model by the same road -----------------------------------------------------------------------------


def test_the_model_tells_what_a_product_rests_on():
    found = explain(product_question(size=512))
    for by in ("factor", "class"):
        first, total = (found.of(BUDGET, by, measure) for measure in ("first", "total"))
        assert set(first) == ({EFFORT, GDP} if by == "factor" else {"coded", "external"})
        for index in first.values():
            assert index.low <= FIRST_OF_PRODUCT <= index.high
        for index in total.values():
            assert index.low <= 1 - FIRST_OF_PRODUCT <= index.high


class Backwards:
    """Hands on results in the wrong order, as other threads may."""

    def run(self, tasks):
        return reversed([(task, task.run()) for task in tasks])


def test_the_order_in_which_pieces_come_does_not_matter(monkeypatch):
    from steppewise.analysis import evaluating
    from steppewise.experiment import study

    question = product_question(size=64, worlds=3, volatility=0.3)
    one = explain(question, Serial())
    monkeypatch.setattr(evaluating, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(study, "ROWS_IN_PIECE", 20)
    other = explain(question, Backwards())
    assert one.indices == other.indices


def test_failing_worlds_of_the_model_are_refused():
    class Failing:
        def run(self, tasks):
            for task in tasks:
                result = task.run()
                result.outcomes[BUDGET][1] = np.nan
                yield task, replace(result, status=("ok", "it broke", *result.status[2:]))

    with pytest.raises(
        SteppewiseError, match=r"^1 of 64 points have no value: 1 of 128 worlds failed; 1 times 'it broke'"
    ):
        explain(product_question(size=8), Failing())


def test_chance_is_told_apart():
    """exp(shock) with a shock of volatility v has the variance exp(v^2) - 1 over its squared mean."""
    volatility = 0.25
    found = explain(product_question(size=256, worlds=64, volatility=volatility))
    of_chance = np.exp(volatility**2) - 1
    of_product = (1 + 1 / 27) ** 2 - 1
    whole = (1 + of_chance) * (1 + of_product) - 1
    shares = found.of(BUDGET, "variance", "share")
    expected = {"parameters": of_product / whole, "chance": of_chance / whole}
    for name, share in expected.items():
        assert shares[name].low <= share <= shares[name].high
        assert shares[name].half_width < 0.2
    assert sum(share.value for share in shares.values()) == pytest.approx(1)


def test_parts_of_variance_by_hand():
    points, worlds = np.array([0.0, 2.0, 4.0])[:, None], np.array([-1.0, 1.0])
    parts = {index.name: index.value for index in parts_of_variance("y", points + worlds)}
    # between points: sample variance 4; between worlds: 2; nothing is left over
    assert parts == pytest.approx({"parameters": 4 / 6, "chance": 2 / 6, "together": 0})
    assert parts_of_variance("y", np.ones((5, 1))) == ()
    assert all(index.value == 0 for index in parts_of_variance("y", np.ones((5, 3))))


def test_independent_rows_are_those_of_both_samples():
    design = sobol_design(ANGLES, 8, 0)
    assert isinstance(design, SobolSample)
    kept = design.unit(0, len(design))[design.independent]
    np.testing.assert_array_equal(kept[::2], design.base[:, :3])
    np.testing.assert_array_equal(kept[1::2], design.base[:, 3:])


# one at a time ------------------------------------------------------------------------------------------


def test_tornado_of_a_sum_by_hand():
    spec = load_scenario("baseline")
    names = ("powers.japan.execution", "world.trust.negativity", "powers.japan.effort")
    factors = (
        Factor(names[0], "parameter", names[:1], "absolute", 0.4, 0.9),
        Factor(names[1], "parameter", names[1:2], "evidence", 0.0, 1.0),
        Factor(names[2], "parameter", names[2:], "relative", 0.5, 4.0),
    )
    design = one_at_a_time(factors, spec)
    centre = spec.parameters[names[1]]
    place = (centre.value - centre.low) / (centre.high - centre.low)
    assert design.rows(0, 1)[0] == pytest.approx([spec.parameters[names[0]].value, place, 1.0])
    [answers] = answers_of((design,), of_function("sum", add))
    found = tornado(factors, "sum", answers["sum"].mean(axis=1))
    base = 3 * spec.parameters[names[0]].value - place
    ends = {measure: by_name(found, "sum", measure) for measure in ("low", "high", "swing", "base")}
    assert [ends["low"][name].value for name in names] == pytest.approx([3 * 0.4 - place, base + place, base])
    assert [ends["high"][name].value for name in names] == pytest.approx([3 * 0.9 - place, base + place - 1, base])
    assert [ends["swing"][name].value for name in names] == pytest.approx([1.5, 1.0, 0.0])
    assert [index.value for index in ends["base"].values()] == pytest.approx([base] * 3)


def test_a_tornado_varies_events_and_mechanisms():
    spec = load_scenario("package-delivered")
    [package] = [event for event in spec.events if type(event).__name__ == "Package"][:1]
    amount = f"events.{package.label}.amount"
    factors = (
        Factor(amount, "event", (amount,), "absolute", 0.0, 10.0),
        Factor("mechanisms.hedging", "mechanism", ("hedging",), "absolute", 0.0, 1.0, (0.0, 1.0), ("off", "on")),
    )
    values = one_at_a_time(factors, spec).rows(0, 9)
    assert values.tolist() == [[package.amount, 1], [0, 1], [10, 1], [package.amount, 0], [package.amount, 1]]


def test_a_tornado_of_the_model():
    found = explain(product_question("tornado", size=1, worlds=1, uncertainty="none"))
    ends = {measure: found.of(BUDGET, "factor", measure) for measure in ("low", "high", "swing")}
    middle = ends["high"][EFFORT].value / 2.0
    assert ends["low"][EFFORT].value == pytest.approx(middle * 1.0)
    assert ends["swing"][GDP].value == pytest.approx(ends["high"][GDP].value / 2)
    assert [index.name for index in found.ranked(BUDGET)] == sorted([EFFORT, GDP])
