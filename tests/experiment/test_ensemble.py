"""Many worlds of one scenario: in blocks, on threads, and with worlds that fail."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from threading import Barrier

import numpy as np
import pytest
from tests.support.courses import assert_same, course
from tests.support.generated import spec_of

from steppewise.engine.forms import SWITCH
from steppewise.errors import SteppewiseError
from steppewise.experiment import ensemble
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, BlockResult, Columns, Job, drawn_parameters, run_block
from steppewise.experiment.ensemble import Ensemble, Plan, blocks_of, extended, simulate
from steppewise.experiment.executors import Threads, cores_available
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.rules.influence import influence
from steppewise.world.variables import VARIABLES, outcome_names

SPEC = spec_of(quarters=3)
VARIED, ECONOMY = "world.influence.theta", "states.kazakhstan.gdp"


def assert_equal(one: Ensemble, other: Ensemble) -> None:
    assert one.status == other.status
    for room in ("parameters", "outcomes", "trajectories"):
        ours, theirs = getattr(one, room), getattr(other, room)
        assert ours.keys() == theirs.keys()
        for name, values in ours.items():
            np.testing.assert_array_equal(values, theirs[name], err_msg=name)


# plans ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"worlds": 0}, "runs must be 1 or more, not 0"),
        ({"seed": -1}, "a seed is a whole number from 0 up, not -1"),
        ({"workers": 0}, "workers must be 1 or more, not 0"),
        ({"uncertainty": "all"}, "uncertainty is one of both, chance, ignorance, none, not 'all'"),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(wrong, message):
    with pytest.raises(SteppewiseError) as caught:
        Plan(**wrong)
    assert str(caught.value) == message


@pytest.mark.parametrize("worlds", [1, 7, 999, 1000, 1001, 2500])
@pytest.mark.parametrize("workers", [1, 2, 3, 64])
def test_blocks_hold_every_world_once(worlds, workers):
    blocks = list(blocks_of(SPEC, Plan(worlds, 5, "chance", workers)))
    held = [world for block in blocks for world in range(block.first, block.first + block.count)]
    assert held == list(range(worlds))
    assert max(block.count for block in blocks) <= WORLDS_IN_BLOCK
    assert {(block.seed, block.uncertainty) for block in blocks} == {(5, "chance")}


def test_there_is_a_core():
    assert cores_available() >= 1


# results ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Ensemble:
    return simulate(SPEC, Plan(25, 3))


def test_an_ensemble_holds_what_the_model_does(whole):
    run = course(SPEC, 25, 3, "both")
    assert whole.status == ("ok",) * 25
    assert whole.failures == {}
    assert tuple(whole.outcomes) == outcome_names(SPEC)
    assert set(whole.trajectories) == set(VARIABLES)
    for name, values in whole.trajectories.items():
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, run[name].astype(np.float32), err_msg=name)
    np.testing.assert_array_equal(whole.outcomes["trust.china.tajikistan"], run["trust"][-1, 1, 3])
    np.testing.assert_array_equal(whole.outcomes["regional_autonomy"], run["regional_autonomy"][-1])
    leaders = run["share"][-1].argmax(axis=0)
    np.testing.assert_array_equal(whole.outcomes["leads.russia"], (leaders == 2).sum(axis=0))


def test_only_what_is_uncertain_is_told_as_drawn(whole):
    uncertain = {name for name, parameter in SPEC.parameters.items() if parameter.is_uncertain}
    assert set(whole.parameters) == uncertain
    for name, values in whole.parameters.items():
        parameter = SPEC.parameters[name]
        assert parameter.low <= values.min() < values.max() <= parameter.high, name


def test_what_is_told_as_drawn_depends_on_the_uncertainty():
    certain = next(name for name, parameter in SPEC.parameters.items() if not parameter.is_uncertain)
    numbers = {certain: np.zeros(2)}
    assert Block(SPEC, 0, 2, 0, "chance").drawn_names() == ()
    assert Block(SPEC, 0, 2, 0, "none", given=numbers).drawn_names() == (certain,)
    assert Block(SPEC, 0, 2, 0, "none", scaled=numbers).drawn_names() == (certain,)
    assert certain in Block(SPEC, 0, 2, 0, "both", given=numbers).drawn_names()


def test_parameters_are_those_that_the_worlds_were_run_with_drawn_when_asked_for(monkeypatch):
    pieces = []

    def draw(block: Block) -> Columns:
        pieces.append(block.count)
        return drawn_parameters(block)

    monkeypatch.setattr(ensemble, "drawn_parameters", draw)
    monkeypatch.setattr(ensemble, "AT_ONCE", 4)
    found = simulate(SPEC, Plan(10, 3), ())
    assert VARIED in found.parameters
    assert pieces == []
    run = run_block(Block(SPEC, 0, 10, 3)).parameters
    assert_same(dict(found.parameters), dict(run))
    assert pieces == [4, 4, 2]
    assert_same(dict(found.parameters), dict(run))
    assert pieces == [4, 4, 2], "once"


@pytest.mark.parametrize("kept", [None, frozenset(), frozenset({"chance"}), frozenset({"assumed"})])
def test_parameters_of_streams_that_are_drawn_anew(kept):
    found = simulate(SPEC, Plan(5, 3), (), kept)
    assert_same(dict(found.parameters), dict(run_block(Block(SPEC, 0, 5, 3, kept=kept)).parameters))


def test_an_ensemble_that_is_extended_has_the_parameters_of_all_its_worlds():
    whole, more = simulate(SPEC, Plan(9, 3), ()), extended(simulate(SPEC, Plan(4, 3), ()), Plan(9, 3))
    assert_same(dict(more.parameters), dict(whole.parameters))
    assert_same(more.outcomes, whole.outcomes)


def test_columns_are_handed_over_joined_and_picked_with_their_names():
    one = Columns.of({"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0])}, 2)
    again = pickle.loads(pickle.dumps(one))
    whole = Columns.joined([one, again])
    assert {name: values.tolist() for name, values in whole.items()} == {"a": [1, 2, 1, 2], "b": [3, 4, 3, 4]}
    assert {name: values.tolist() for name, values in whole.picked(("b",)).items()} == {"b": [3, 4, 3, 4]}
    with pytest.raises(KeyError):
        whole["c"]


def test_progress_counts_every_world():
    done = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "WORLDS_IN_BLOCK", 10)
        simulate(SPEC, Plan(25), (), progress=done.append)
    assert done == [10, 10, 5]


@pytest.mark.parametrize("size", [1, 4, 7, 25])
def test_trajectories_of_the_first_worlds_are_kept_whatever_the_blocks(whole, size):
    """Blocks that lie across the last world that is kept count in part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "WORLDS_IN_BLOCK", size)
        patch.setattr(ensemble, "TRAJECTORIES_AT_MOST", 10)
        found = simulate(SPEC, Plan(25, 3), ("share", "regional_autonomy"))
    for name, values in found.trajectories.items():
        np.testing.assert_array_equal(values, whole.trajectories[name][..., :10], err_msg=name)
    assert len(found.outcomes["regional_autonomy"]) == 25


@pytest.mark.parametrize("workers", [2, 3, 25])
def test_workers_find_what_one_thread_finds(whole, workers):
    plan = replace(whole.plan, workers=workers)
    assert_equal(simulate(SPEC, plan), replace(whole, plan=plan))


@dataclass(frozen=True)
class Meeting:
    """A job that begins when as many others do as a barrier asks for."""

    job: Job
    barrier: Barrier

    def run(self) -> BlockResult:
        self.barrier.wait(timeout=120)
        return self.job.run()


@pytest.mark.parametrize("workers", [2, 3])
def test_threads_that_are_at_work_at_once_find_the_same(workers):
    barrier = Barrier(workers)
    jobs = (Meeting(Job(block), barrier) for block in blocks_of(SPEC, Plan(30, 3, workers=30)))
    found = {meeting.job.block.first: result for meeting, result in Threads(workers).run(jobs)}
    assert sorted(found) == list(range(30))
    expected = run_block(Block(SPEC, 0, 30, 3))
    for world, result in found.items():
        for name, values in expected.outcomes.items():
            assert result.outcomes[name][0] == values[world], name


# failing worlds ---------------------------------------------------------------------------------------------


FAILING = [5, 11]


def assert_others_sound(found: Ensemble | BlockResult, whole: Ensemble) -> None:
    """Worlds that fail are told, and are the only ones that are not as they were."""
    assert [world for world, word in enumerate(found.status) if word != "ok"] == FAILING
    sound = [world for world in range(25) if world not in FAILING]
    for name, values in found.outcomes.items():
        np.testing.assert_array_equal(values[sound], whole.outcomes[name][sound], err_msg=name)
    np.testing.assert_array_equal(found.trajectories["share"][..., sound], whole.trajectories["share"][..., sound])


@pytest.mark.parametrize("form", ["native", "wasm", "floats"])
def test_a_world_without_numbers_takes_no_other_with_it(monkeypatch, whole, form):
    monkeypatch.setenv(SWITCH, form)
    values = whole.parameters[ECONOMY].copy()
    values[FAILING] = np.nan
    found = run_block(Block(SPEC, 0, 25, 3, given={ECONOMY: values}), ("share",))
    assert_others_sound(found, whole)
    assert {found.status[world] for world in FAILING} == {"share.japan.kazakhstan is not finite"}
    assert all(np.isnan(found.outcomes["share.japan.kazakhstan"][FAILING]))
    assert np.isnan(found.trajectories["share"][0, 0, 0, FAILING]).all()
    for name, drawn in found.parameters.items():
        wanted = values if name == ECONOMY else whole.parameters[name]
        np.testing.assert_array_equal(drawn, wanted, err_msg=f"{name}, also of the failing worlds")


def breaking(monkeypatch: pytest.MonkeyPatch, failing: np.ndarray, cause: Exception) -> ScenarioSpec:
    """The scenario on plain floats with a rule that breaks off where a parameter has these values."""
    monkeypatch.setenv(SWITCH, "floats")

    def broken(bandwidth: float, consent: float, leverage: float, theta: float) -> float:
        if theta in failing:
            raise cause
        return influence(bandwidth, consent, leverage, theta)

    return replace(SPEC, rules={"influence.influence": broken})


PURPOSE = ValueError("on purpose")
TOLD = "the rule 'influence.influence' failed: ValueError: on purpose"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_world_that_breaks_off_takes_no_other_with_it(monkeypatch, whole, workers):
    spec = breaking(monkeypatch, whole.parameters[VARIED][FAILING], PURPOSE)
    found = simulate(spec, Plan(25, 3, workers=workers), ("share",))
    assert_others_sound(found, whole)
    assert found.failures == dict.fromkeys(FAILING, TOLD)
    assert all(np.isnan(values[FAILING]).all() for values in found.outcomes.values())
    assert np.isnan(found.trajectories["share"][..., FAILING]).all()
    for name, values in found.parameters.items():
        np.testing.assert_array_equal(values, whole.parameters[name], err_msg=f"{name}, also of the failing worlds")


@pytest.mark.parametrize("block", [Block(SPEC, 3, 10, 0), Block(SPEC, 3, 10, 0, cycle=4, phase=2)])
def test_a_part_of_a_block_holds_the_worlds_of_its_places(block):
    block = replace(block, given={VARIED: np.arange(10.0)}, scaled={"world.trust.negativity": np.arange(10.0)})
    whole = block.numbers.tolist()
    for start, stop in ((0, 5), (5, 10), (2, 3)):
        part = block.part(start, stop)
        assert part.numbers.tolist() == whole[start:stop]
        assert part.given[VARIED].tolist() == list(range(start, stop))
        assert part.scaled["world.trust.negativity"].tolist() == list(range(start, stop))


def test_given_values_stay_with_their_worlds_when_one_fails(monkeypatch):
    values = np.linspace(0, 1, 12)
    found = run_block(Block(breaking(monkeypatch, values[FAILING], PURPOSE), 0, 12, 0, given={VARIED: values}))
    assert [world for world in range(12) if found.status[world] != "ok"] == FAILING
    np.testing.assert_array_equal(found.parameters[VARIED], values)


def test_a_block_in_which_every_world_fails():
    result = run_block(Block(SPEC, 0, 512, 0, given={ECONOMY: np.full(512, np.nan)}))
    assert result.status == ("share.japan.kazakhstan is not finite",) * 512
    assert len(result.outcomes["regional_autonomy"]) == len(result.parameters[VARIED]) == 512


def test_a_failing_block_of_one_world_names_the_cause(monkeypatch):
    spec = breaking(monkeypatch, np.array([0.5]), ValueError("several\nlines"))
    result = run_block(Block(spec, 7, 1, 0, given={VARIED: np.array([0.5])}), ("share",))
    assert len(result.status) == 1
    assert result.first == 7
    assert "lines" in result.status[0]
    assert np.isnan(result.trajectories["share"]).all()
    assert all(np.isnan(values).all() for values in result.outcomes.values())
