"""The model is an ordinary Mesa model: Mesa's own tools run, record and count it, and it goes away when it is done."""

from __future__ import annotations

import gc
import inspect
import multiprocessing
import tracemalloc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.generated import EVIDENCE, scenarios, seeds, spec_of, uncertainties
from tests.support.shipped import shipped

from steppewise.engine.forms import SWITCH
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.world.layout import FIELDS
from steppewise.world.model import Power, RegionalInfluenceModel, State
from steppewise.world.variables import main_outcomes, outcome_names

QUARTERS = 5
SPEC = spec_of(quarters=QUARTERS)


def model_of(rng: int | None = 0, **options) -> RegionalInfluenceModel:
    return RegionalInfluenceModel(SPEC, rng, **options)


def steps(model: RegionalInfluenceModel) -> Iterator[RegionalInfluenceModel]:
    """The model after every quarter."""
    while model.running:
        model.step()
        yield model


def outcomes(model: RegionalInfluenceModel) -> list[float]:
    """Where a model ends, in every outcome."""
    list(steps(model))
    return [model.outcome(name) for name in outcome_names(model.spec)]


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
    arguments = {"spec": SPEC, "uncertainty": ["none", "chance"]}
    options = {"number_processes": 1, "display_progress": False, "max_steps": 100}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        rows = mesa.batch_run(RegionalInfluenceModel, arguments, rng=[0, 1], **options)
    else:
        rows = mesa.batch_run(RegionalInfluenceModel, {**arguments, "rng": [0, 1]}, **options)
    assert len(rows) == 4
    for row in rows:
        model = model_of(row["rng"], uncertainty=row["uncertainty"])
        list(steps(model))
        for name in main_outcomes(SPEC):
            assert row[name] == model.outcome(name), name
    by_run = {(row["uncertainty"], row["rng"]): row["regional_share.japan"] for row in rows}
    assert by_run["none", 0] == by_run["none", 1]
    assert by_run["chance", 0] != by_run["chance", 1]


def test_the_data_collector_has_a_row_a_quarter():
    model = model_of()
    shares = [stepped.outcome("regional_share.japan") for stepped in steps(model)]
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(main_outcomes(SPEC))
    assert len(frame) == QUARTERS
    assert frame["regional_share.japan"].tolist() == shares
    powers = [f"regional_share.{power}" for power in SPEC.power_names]
    np.testing.assert_allclose(frame[powers].sum(axis=1) + frame["regional_autonomy"], 1)


def test_the_reporters_name_powers_and_states():
    names = main_outcomes(spec_of(EVIDENCE.powers[:1], EVIDENCE.states[:1]))
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
    quarter, share, gdp = model.quarter, model.read("share"), model.read("economy")
    model.step()
    assert model.quarter == quarter
    assert not model.running
    np.testing.assert_array_equal(model.read("share"), share)
    np.testing.assert_array_equal(model.read("economy"), gdp)
    assert len(model.datacollector.get_model_vars_dataframe()) == QUARTERS


def test_run_model_runs_to_the_end():
    model = model_of()
    model.run_model()
    assert model.quarter == SPEC.end.plus(1)


def test_one_quarter_is_a_scenario():
    model = RegionalInfluenceModel(spec_of(quarters=1), 0)
    model.step()
    assert not model.running


# asking agents one by one -------------------------------------------------------------------------------------


def by_hand(model: RegionalInfluenceModel, shuffled: Random | None = None) -> None:
    """A quarter in the order of docs/odd.md, every agent asked by itself; powers and states in any order."""
    world, now, source = model.world, model.quarter, model.source
    powers, states = (list(agents) for agents in (model.powers, model.states))

    def everyone(agents: list[mesa.Agent]) -> list[mesa.Agent]:
        if shuffled is not None:
            shuffled.shuffle(agents)
        return agents

    source.events.take_effect(world, model.on, model.plan, now.number, now.years)
    if now == model.spec.start or now.index == 0:
        source.streams.draw_year(world, model.on, model.keys, now.year)
    source.region.advance_chance(world, model.on, now.index)
    source.sensing.look_around(world)
    for power in everyone(powers):
        power.decide()
    for power in everyone(powers):
        power.act()
    for state in everyone(states):
        state.decide()
    for state in everyone(states):
        state.act()
    source.region.settle(world, model.on)
    source.region.end_quarter(world, model.on, now.year, now.index)
    source.outcomes.observe(world, model.plan)
    model.quarter = now.plus(1)


def assert_same_worlds(one: RegionalInfluenceModel, other: RegionalInfluenceModel) -> None:
    """Every number of two worlds, to the last bit."""
    for name in FIELDS:
        np.testing.assert_array_equal(one.read(name), other.read(name), err_msg=name)


@given(scenarios(longest=8), seeds, uncertainties)
def test_agents_asked_one_by_one_do_what_a_step_does(spec, seed, uncertainty):
    model, asked = (RegionalInfluenceModel(spec, seed, uncertainty=uncertainty) for _ in range(2))
    for _ in steps(model):
        by_hand(asked)
        assert_same_worlds(model, asked)


@pytest.mark.parametrize("name", shipped())
def test_agents_asked_one_by_one_tell_every_scenario_of_the_library(name):
    model, asked, shuffled = (RegionalInfluenceModel(load_scenario(name), 3) for _ in range(3))
    order = Random(0)
    for _ in steps(model):
        by_hand(asked)
        by_hand(shuffled, order)
    assert_same_worlds(model, asked)
    assert_same_worlds(model, shuffled)


@given(scenarios(longest=8), seeds, st.randoms(use_true_random=False))
def test_the_order_of_agents_does_not_matter(spec, seed, order):
    """Within deciding and within acting: nobody reads what another writes in the same phase."""
    model, shuffled = (RegionalInfluenceModel(spec, seed) for _ in range(2))
    for _ in steps(model):
        by_hand(shuffled, order)
        assert_same_worlds(model, shuffled)


def test_powers_that_act_before_all_have_decided_find_states_with_other_room():
    """So that the equal numbers above say something: what a state takes in rests on what all powers owe it (7.4)."""
    model, hasty = model_of(), model_of()
    for one in (model, hasty):
        by_hand(one)
        one.source.sensing.look_around(one.world)
    for power in model.powers:
        power.decide()
    for power in model.powers:
        power.act()
    for power in hasty.powers:
        power.decide()
        power.act()
    assert (model.read("delivered") != hasty.read("delivered")).any()


# seeds and worlds -------------------------------------------------------------------------------------------


def test_no_seed_draws_one_and_keeps_it():
    one, other = model_of(None), model_of(None)
    assert one.seed != other.seed
    assert 0 <= one.seed < 2**31
    assert outcomes(model_of(one.seed)) == outcomes(one)


@pytest.mark.parametrize("seed", [0, 1, 2**31, 2**64 + 1, np.int64(5), np.uint8(5)])
def test_whole_numbers_from_zero_up_are_seeds(seed):
    model = model_of(seed)
    assert model.seed == int(seed)
    assert type(model.seed) is int
    assert outcomes(model) == outcomes(model_of(int(seed)))


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


def test_worlds_are_numbered_from_zero():
    with pytest.raises(SteppewiseError) as caught:
        model_of(number=-1)
    assert str(caught.value) == "worlds are numbered from 0 up, not -1"


def test_a_world_is_that_of_the_same_number_among_many():
    among = run_block(Block(SPEC, 0, 5, 0)).outcomes
    assert outcomes(model_of(number=3)) == [among[name][3] for name in outcome_names(SPEC)]


def test_an_unknown_uncertainty_is_refused():
    with pytest.raises(SteppewiseError) as caught:
        model_of(uncertainty="some")
    assert str(caught.value) == "uncertainty is one of both, chance, ignorance, none, not 'some'"


def test_only_the_seed_matters_not_the_state_of_other_generators():
    np.random.default_rng(1).random(3)
    one = outcomes(model_of(3))
    np.random.default_rng(2).random(5)
    assert one == outcomes(model_of(3))


def test_given_values_take_the_place_of_draws_and_factors_multiply_them():
    drawn = model_of().parameter("world.trust.negativity")
    model = model_of(given={"world.influence.theta": 0.5}, scaled={"world.trust.negativity": 2.0})
    assert model.parameter("world.influence.theta") == model.world.influence_theta == 0.5
    assert model.parameter("world.trust.negativity") == 2 * drawn
    others = set(SPEC.parameters) - {"world.influence.theta", "world.trust.negativity"}
    assert all(model.parameter(name) == model_of().parameter(name) for name in sorted(others)[::20])


def test_given_and_scaled_are_copied():
    theta = {"world.influence.theta": 0.5}
    model = model_of(given=theta)
    theta["world.influence.theta"] = 9.0
    list(steps(model))
    assert model.parameter("world.influence.theta") == 0.5


@pytest.mark.parametrize("way", ["given", "scaled"])
def test_an_unknown_parameter_is_a_key_error(way):
    with pytest.raises(KeyError, match=r"world\.influence\.tehta"):
        model_of(**{way: {"world.influence.tehta": 1.0}})
    with pytest.raises(KeyError, match=r"world\.influence\.tehta"):
        model_of().parameter("world.influence.tehta")


def test_a_parameter_can_be_changed_on_the_way():
    changed, usual = model_of(), model_of()
    changed.change({"powers.japan.effort": 0.0})
    for model in (changed, usual):
        model.step()
    assert changed.world.budget[0] == 0 < usual.world.budget[0]
    with pytest.raises(KeyError):
        changed.change({"powers.japan.efort": 0.0})


def test_a_world_has_the_numbers_of_the_layout_and_no_others():
    world = model_of().world
    assert world.trust[0, 1] == model_of().read("trust")[0, 1]
    with pytest.raises(AttributeError, match="a world has no 'trsut'"):
        world.trsut  # noqa: B018
    with pytest.raises(AttributeError, match="a world has no 'aid_kpet'"):
        world.aid_kpet = 0.5
    for index in ((9, 0), (0,), 0):
        with pytest.raises(KeyError):
            world.trust[index]


def test_a_scenario_that_lacks_a_parameter_is_a_bug():
    lacking = {name: parameter for name, parameter in SPEC.parameters.items() if name != "world.influence.theta"}
    with pytest.raises(KeyError, match=r"world\.influence\.theta"):
        RegionalInfluenceModel(replace(SPEC, parameters=lacking), 0)


# leaving no trace -------------------------------------------------------------------------------------------


def test_a_model_goes_away():
    model = model_of()
    references = [weakref.ref(model), *(weakref.ref(agent) for agent in model.agents), weakref.ref(model.world)]
    list(steps(model))
    getattr(mesa.Agent, "_ids", {}).pop(model, None)  # Mesa 3.3 keeps every model in a table of its agents' numbers
    del model
    gc.collect()
    assert [reference() for reference in references] == [None] * len(references)


@pytest.mark.parametrize("engine", ["native", "floats"])
def test_blocks_leave_no_trace_in_mesa(monkeypatch, engine):
    monkeypatch.setenv(SWITCH, engine)
    before = len(getattr(mesa.Agent, "_ids", {}))
    run_block(Block(SPEC, 0, 2, 0))
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
    assert peak > 1e6
    assert after - before < peak / 10
