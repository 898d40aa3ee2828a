"""Many worlds of one scenario: in blocks, in processes, and with worlds that fail."""

from __future__ import annotations

import pickle
import platform
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from tests.courses import assert_same, course
from tests.generated import setting, spec_of

from steppewise.errors import SteppewiseError
from steppewise.experiment import draws, ensemble
from steppewise.experiment.block import Block, BlockResult, run_block, worlds_in_block
from steppewise.experiment.columns import Columns
from steppewise.experiment.draws import drawn_names, drawn_parameters
from steppewise.experiment.ensemble import Ensemble, Plan, blocks_of, extended, processes_available, simulate
from steppewise.experiment.helpers import shared
from steppewise.world.luck import Worlds
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.variables import VARIABLES, outcome_names

SPEC = spec_of(quarters=3)
VARIED = "world.influence.theta"


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
    assert max(block.count for block in blocks) <= worlds_in_block()
    assert {(block.seed, block.uncertainty) for block in blocks} == {(5, "chance")}


def test_there_is_a_core():
    assert processes_available() >= 1


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
    assert drawn_names(Block(SPEC, 0, 2, 0, "chance")) == ()
    assert drawn_names(Block(SPEC, 0, 2, 0, "none", given=numbers)) == (certain,)
    assert drawn_names(Block(SPEC, 0, 2, 0, "none", scaled=numbers)) == (certain,)
    assert certain in drawn_names(Block(SPEC, 0, 2, 0, "both", given=numbers))


def test_parameters_are_those_that_the_worlds_were_run_with_drawn_when_asked_for(monkeypatch):
    pieces = []

    def draw(block: Block) -> Columns:
        pieces.append(block.count)
        return drawn_parameters(block)

    monkeypatch.setattr(draws, "drawn_parameters", draw)
    monkeypatch.setattr(draws, "AT_ONCE", 4)
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


FAULTS = """
import resource
import numpy as np
from steppewise.experiment.block import keep_freed_memory
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(2**19)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
first = faults()
keep_freed_memory()
faults()
print(first, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems have their own ways with memory")
def test_memory_that_a_block_frees_is_there_for_the_next():
    """Four megabytes, twenty times: fetched from the system page by page each time, or kept."""
    told = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True).stdout
    before, after = map(int, told.split())
    assert after < before / 10


def test_progress_counts_every_world():
    done = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "worlds_in_block", lambda: 10)
        simulate(SPEC, Plan(25), (), progress=done.append)
    assert done == [10, 10, 5]


@pytest.mark.parametrize("size", [1, 4, 7, 25])
def test_trajectories_of_the_first_worlds_are_kept_whatever_the_blocks(whole, size):
    """Blocks that lie across the last world that is kept count in part."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "worlds_in_block", lambda: size)
        patch.setattr(ensemble, "TRAJECTORIES_AT_MOST", 10)
        found = simulate(SPEC, Plan(25, 3), ("share", "regional_autonomy"))
    for name, values in found.trajectories.items():
        np.testing.assert_array_equal(values, whole.trajectories[name][..., :10], err_msg=name)
    assert len(found.outcomes["regional_autonomy"]) == 25


def test_workers_find_what_one_process_finds(whole):
    assert_equal(simulate(SPEC, replace(whole.plan, workers=2)), replace(whole, plan=replace(whole.plan, workers=2)))


def test_another_process_finds_the_same():
    """This one waits before each block of its own, so that the other is ready long before it could be through."""
    blocks = list(blocks_of(SPEC, Plan(30, 3, workers=30)))
    own = []

    def here(block: Block) -> BlockResult:
        time.sleep(0.2)
        own.append(block.first)
        return run_block(block)

    found = {block.first: result for block, result in shared(iter(blocks), run_block, 2, here=here)}
    assert sorted(found) == list(range(30))
    assert 1 <= len(own) < 30, "both work"
    expected = run_block(Block(SPEC, 0, 30, 3))
    for world, result in found.items():
        for name, values in expected.outcomes.items():
            assert result.outcomes[name][0] == values[world], name


# failing worlds ---------------------------------------------------------------------------------------------


@pytest.fixture
def breaking(monkeypatch):
    """A model that breaks off in worlds 5 and 11."""
    end_quarter = RegionalInfluenceModel._end_quarter

    def break_off(model):
        if {5, 11} & set(model.worlds.numbers.tolist()):
            raise ZeroDivisionError("on purpose")
        end_quarter(model)

    monkeypatch.setattr(RegionalInfluenceModel, "_end_quarter", break_off)


@pytest.mark.usefixtures("breaking")
def test_a_world_that_fails_takes_no_other_with_it(whole):
    found = simulate(SPEC, Plan(25, 3), ("share",))
    assert found.failures == dict.fromkeys((5, 11), "ZeroDivisionError: on purpose")
    sound = [world for world in range(25) if world not in (5, 11)]
    for name, values in found.outcomes.items():
        np.testing.assert_array_equal(values[sound], whole.outcomes[name][sound], err_msg=name)
        assert np.isnan(values[[5, 11]]).all(), name
    for name, values in found.parameters.items():
        np.testing.assert_array_equal(values, whole.parameters[name], err_msg=f"{name}, also of the failing worlds")
    np.testing.assert_array_equal(found.trajectories["share"][..., sound], whole.trajectories["share"][..., sound])
    assert np.isnan(found.trajectories["share"][..., [5, 11]]).all()


@pytest.mark.parametrize("block", [Block(SPEC, 3, 10, 0), Block(SPEC, 3, 10, 0, cycle=4, phase=2)])
def test_a_part_of_a_block_holds_the_worlds_of_its_places(block):
    block = replace(block, given={VARIED: np.arange(10.0)}, scaled={"world.trust.negativity": np.arange(10.0)})
    whole = numbers_of(block)
    for start, stop in ((0, 5), (5, 10), (2, 3)):
        part = block.part(start, stop)
        assert numbers_of(part) == whole[start:stop]
        assert part.given[VARIED].tolist() == list(range(start, stop))
        assert part.scaled["world.trust.negativity"].tolist() == list(range(start, stop))


def numbers_of(block: Block) -> list[int]:
    return Worlds(block.first, block.count, block.cycle, block.phase).numbers.tolist()


@pytest.mark.usefixtures("breaking")
def test_given_values_stay_with_their_worlds_when_one_fails():
    values = np.linspace(0, 1, 12)
    found = run_block(Block(SPEC, 0, 12, 0, given={VARIED: values}))
    assert [world for world in range(12) if found.status[world] != "ok"] == [5, 11]
    np.testing.assert_array_equal(found.parameters[VARIED], values)


def test_a_world_that_ends_with_no_number_is_recorded(monkeypatch):
    close = RegionalInfluenceModel._end_quarter

    def spoil(model):
        close(model)
        model.ties.trust[0, 0, 2] = np.nan

    monkeypatch.setattr(RegionalInfluenceModel, "_end_quarter", spoil)
    status = run_block(Block(setting(SPEC, {VARIED: 1.0}), 0, 4, 0)).status
    assert [word == "ok" for word in status] == [True, True, False, True]
    assert status[2].endswith("is not finite")


def test_a_block_in_which_every_world_fails_is_not_run_world_by_world(monkeypatch):
    runs = []

    def fail(model):
        runs.append(model.worlds.count)
        raise ValueError("on purpose")

    monkeypatch.setattr(RegionalInfluenceModel, "_end_quarter", fail)
    result = run_block(Block(SPEC, 0, 512, 0))
    assert result.status == ("ValueError: on purpose",) * 512
    assert len(runs) < 100
    assert len(result.outcomes["regional_autonomy"]) == len(result.parameters[VARIED]) == 512


def test_a_failing_block_of_one_world_names_the_cause(monkeypatch):
    def fail(model):
        raise ValueError("several\nlines")

    monkeypatch.setattr(RegionalInfluenceModel, "_end_quarter", fail)
    result = run_block(Block(SPEC, 7, 1, 0), ("share",))
    assert len(result.status) == 1
    assert result.first == 7
    assert "lines" in result.status[0]
    assert np.isnan(result.trajectories["share"]).all()
    assert all(np.isnan(values).all() for values in result.outcomes.values())
