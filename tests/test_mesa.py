"""The model is an ordinary Mesa model: Mesa's own tools run, record and count it, and it goes away when it is done."""

from __future__ import annotations

import gc
import inspect
import multiprocessing
import tracemalloc
import weakref
from dataclasses import replace

import mesa
import numpy as np
import pytest
from tests.courses import assert_same, course_of, steps
from tests.generated import EVIDENCE, spec_of

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.quarter import Quarter
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.power import Power
from steppewise.world.state import State
from steppewise.world.variables import outcome, reporters

QUARTERS = 5
SPEC = spec_of(quarters=QUARTERS)


def model_of(rng: int | None = 0, worlds: int = 1, **options) -> RegionalInfluenceModel:
    return RegionalInfluenceModel(SPEC, worlds, rng, **options)


# Mesa's tools -----------------------------------------------------------------------------------------------


@pytest.fixture
def start_method():
    """Mesa's batch_run sets the start method of the whole process; put it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("start_method")
def test_mesa_batch_run_runs_it_with_one_world():
    """Seeds are a parameter in Mesa 3.3, an argument of their own from 3.4 on."""
    arguments = {"spec": SPEC, "worlds": 1, "uncertainty": ["none", "chance"]}
    options = {"number_processes": 1, "display_progress": False, "max_steps": 100}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        rows = mesa.batch_run(RegionalInfluenceModel, arguments, rng=[0, 1], **options)
    else:
        rows = mesa.batch_run(RegionalInfluenceModel, {**arguments, "rng": [0, 1]}, **options)
    assert len(rows) == 4
    for row in rows:
        model = model_of(row["rng"], uncertainty=row["uncertainty"])
        list(steps(model))
        for name in reporters(SPEC):
            assert row[name] == float(outcome(model, name)[0]), name
    by_run = {(row["uncertainty"], row["rng"]): row["regional_share.japan"] for row in rows}
    assert by_run["none", 0] == by_run["none", 1]
    assert by_run["chance", 0] != by_run["chance", 1]


def test_the_data_collector_has_a_row_a_quarter():
    model = model_of()
    shares = [float(outcome(stepped, "regional_share.japan")[0]) for stepped in steps(model)]
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(reporters(SPEC))
    assert len(frame) == QUARTERS
    assert frame["regional_share.japan"].tolist() == shares
    powers = [f"regional_share.{power}" for power in SPEC.power_names]
    np.testing.assert_allclose(frame[powers].sum(axis=1) + frame["regional_autonomy"], 1)


def test_the_data_collector_stays_empty_with_many_worlds():
    model = model_of(worlds=2)
    list(steps(model))
    assert model.datacollector.get_model_vars_dataframe().empty


def test_the_reporters_name_powers_and_states():
    names = tuple(reporters(spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1])))
    assert names == (
        "regional_share.japan",
        "regional_trust.japan",
        "execution.japan",
        "autonomy.kazakhstan",
        "regional_autonomy",
    )


def test_powers_and_states_are_agents():
    model = model_of()
    assert len(model.agents) == len(SPEC.powers) + len(SPEC.states)
    assert set(model.agents_by_type) == {Power, State}
    assert [agent.actor.name for agent in model.agents_by_type[Power]] == list(SPEC.power_names)
    assert [agent.actor.name for agent in model.agents_by_type[State]] == list(SPEC.state_names)
    assert [*model.agents_by_type[Power], *model.agents_by_type[State]] == [*model.powers, *model.states]
    assert sorted(agent.unique_id for agent in model.agents) == list(range(1, len(model.agents) + 1))
    assert all(agent.model is model for agent in model.agents)


# stepping by hand -------------------------------------------------------------------------------------------


def test_stepping_by_hand_stops_at_the_end():
    model = model_of()
    seen = []
    for _ in range(QUARTERS):
        assert model.running
        seen.append(model.quarter)
        model.step()
    assert tuple(seen) == SPEC.quarters
    assert not model.running
    assert model.steps == QUARTERS
    assert model.quarter == SPEC.end.plus(1)


def test_a_step_after_the_end_changes_nothing():
    model = model_of()
    list(steps(model))
    quarter, share, gdp = model.quarter, model.ties.share.copy(), model.of_states.gdp.copy()
    model.step()
    assert model.quarter == quarter
    assert not model.running
    np.testing.assert_array_equal(model.ties.share, share)
    np.testing.assert_array_equal(model.of_states.gdp, gdp)
    assert len(model.datacollector.get_model_vars_dataframe()) == QUARTERS


def test_run_model_runs_to_the_end():
    model = model_of()
    model.run_model()
    assert model.quarter == SPEC.end.plus(1)


def test_one_quarter_is_a_scenario():
    model = RegionalInfluenceModel(spec_of(quarters=1), 1, 0)
    model.step()
    assert not model.running


# seeds and worlds -------------------------------------------------------------------------------------------


def test_no_seed_draws_one_and_keeps_it():
    one, other = model_of(None), model_of(None)
    assert one.seed != other.seed
    assert 0 <= one.seed < 2**31
    assert_same(course_of(model_of(one.seed)), course_of(one))


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**64 + 1, np.int64(5), np.uint8(5)])
def test_whole_numbers_from_zero_up_are_seeds(seed):
    model = model_of(seed)
    assert model.seed == int(seed)
    assert type(model.seed) is int
    assert_same(course_of(model), course_of(model_of(int(seed))))


@pytest.mark.parametrize(
    ("rng", "shown"),
    [
        (-1, "-1"),
        (1.0, "1.0"),
        (True, "True"),
        ("1", "'1'"),
        ([1], "[1]"),
        (np.int64(-3), repr(np.int64(-3))),
    ],
)
def test_anything_else_is_no_seed(rng, shown):
    with pytest.raises(SteppewiseError) as caught:
        model_of(rng)
    assert str(caught.value) == f"a seed is a whole number from 0 up, not {shown}"


@pytest.mark.parametrize(("worlds", "first"), [(0, 0), (-5, 0), (1, -1)])
def test_worlds_are_counted_from_one_and_numbered_from_zero(worlds, first):
    with pytest.raises(SteppewiseError) as caught:
        model_of(0, worlds, first_world=first)
    expected = f"worlds must be 1 or more and first_world 0 or more, not {worlds} and {first}"
    assert str(caught.value) == expected


def test_an_unknown_uncertainty_is_refused():
    with pytest.raises(SteppewiseError) as caught:
        model_of(uncertainty="some")
    assert str(caught.value) == "uncertainty is one of both, chance, ignorance, none, not 'some'"


def test_only_the_seed_matters_not_the_state_of_other_generators():
    np.random.default_rng(1).random(3)
    one = course_of(model_of(3, 2))
    np.random.default_rng(2).random(5)
    assert_same(one, course_of(model_of(3, 2)))


def test_given_values_take_the_place_of_draws_and_factors_multiply_them():
    theta, factor = np.array([0.0, 0.5, 1.0]), np.array([1.0, 2.0, 0.5])
    drawn = model_of(worlds=3).rows["world.trust.negativity"]
    model = model_of(worlds=3, given={"world.influence.theta": theta}, scaled={"world.trust.negativity": factor})
    np.testing.assert_array_equal(model.world_values.influence_theta, theta)
    np.testing.assert_array_equal(model.rows["world.trust.negativity"], drawn * factor)
    theta[:] = 9.0
    assert model.rows["world.influence.theta"].max() == 1.0


def test_a_scenario_that_lacks_a_parameter_is_a_bug():
    lacking = {name: parameter for name, parameter in SPEC.parameters.items() if name != "world.influence.theta"}
    with pytest.raises(KeyError, match=r"world\.influence_theta"):
        RegionalInfluenceModel(replace(SPEC, parameters=lacking), 1, 0)


# leaving no trace -------------------------------------------------------------------------------------------


def closed(rng: int = 0, worlds: int = 3, quarters: int = QUARTERS) -> list[weakref.ref]:
    """Weak references to a model that was run and closed, and to its agents."""
    model = RegionalInfluenceModel(spec_of(quarters=quarters), worlds, rng)
    references = [weakref.ref(model), *(weakref.ref(agent) for agent in model.agents)]
    list(steps(model))
    model.close()
    return references


@pytest.mark.parametrize("worlds", [1, 3])
def test_a_closed_model_goes_away(worlds):
    references = closed(worlds=worlds)
    gc.collect()
    assert [reference() for reference in references] == [None] * len(references)


def test_closing_lets_go_of_the_arrays_at_once():
    """Without waiting for the collector of cycles: a sweep makes a model a second."""
    model = model_of(worlds=3)
    arrays = [weakref.ref(model.ties.share), weakref.ref(model.rows["world.influence.theta"])]
    gc.disable()
    try:
        model.close()
        del model
        assert [array() for array in arrays] == [None, None]
    finally:
        gc.enable()


def test_mesa_keeps_no_table_of_closed_models():
    before = len(getattr(mesa.Agent, "_ids", {}))
    closed()
    assert len(getattr(mesa.Agent, "_ids", {})) == before


def test_a_failing_block_leaves_nothing_behind(monkeypatch):
    def fail(model):
        raise ValueError("on purpose")

    monkeypatch.setattr(RegionalInfluenceModel, "_end_quarter", fail)
    before = len(getattr(mesa.Agent, "_ids", {}))
    result = run_block(Block(SPEC, 0, 2, 0))
    assert result.status == ("ValueError: on purpose",) * 2
    assert len(getattr(mesa.Agent, "_ids", {})) == before


def test_blocks_leave_no_memory_behind():
    """Fifteen blocks hold as much memory as three: less than a tenth of what one block holds while it runs."""
    worlds, spec = 300, spec_of(quarters=2, start=Quarter.parse("2025Q1"))

    def run(count: int) -> None:
        for number in range(count):
            run_block(Block(spec, number * worlds, worlds, 0))
        gc.collect()

    run(3)
    tracemalloc.start()
    try:
        run(1)
        before, peak = tracemalloc.get_traced_memory()
        run(15)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak > 2e6
    assert after - before < peak / 10
