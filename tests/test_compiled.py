"""The compiled quarter does what the plain one does, to the last bit, in every scenario that the schema allows."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.courses import assert_same, course
from tests.generated import scenarios, seeds, uncertainties

from steppewise.errors import SteppewiseError
from steppewise.experiment import compiling
from steppewise.experiment.block import WORLDS_COMPILED, WORLDS_PLAIN, Block, run_block, worlds_in_block
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.experiment.helpers import shared
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec
from steppewise.world.luck import Luck, Worlds

KERNELS = {
    "luck": ["draw"],
    "powers": ["act"],
    "ties": ["build", "press", "shake"],
    "states": ["respond", "settle"],
}
BASELINE = load_scenario("baseline")


@pytest.fixture(scope="module", autouse=True)
def ready():
    """Fetched from the user's cache, where `make test` has put it, or else made."""
    compiling.load()
    yield
    compiling._quarters = None


def assert_equal_courses(spec: ScenarioSpec, worlds: int, seed: int = 0, uncertainty: str = "both") -> None:
    plain = course(spec, worlds, seed, uncertainty)
    assert_same(plain, course(spec, worlds, seed, uncertainty, passing=compiling.passing()))


# the same numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", library_names())
def test_every_scenario_of_the_library_has_the_same_course(name):
    assert_equal_courses(load_scenario(name), 7)


@given(scenarios(), uncertainties, seeds)
def test_every_scenario_has_the_same_course(spec, uncertainty, seed):
    assert_equal_courses(spec, 3, seed, uncertainty)


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_a_mechanism_that_is_off_is_off_here_too(mechanism):
    assert_equal_courses(replace(BASELINE, switched_off=frozenset({mechanism}), end=BASELINE.start.plus(11)), 5)


def test_worlds_do_not_depend_on_how_many_there_are():
    many, few = (
        course(BASELINE, worlds, 0, "both", first, passing=compiling.passing()) for worlds, first in ((130, 0), (3, 40))
    )
    assert_same({name: values[..., 40:43] for name, values in many.items()}, few)


def test_kept_draws_are_used_and_not_changed():
    memory = {}
    first, again = (course(BASELINE, 4, 0, "both", passing=compiling.passing(), memory=memory) for _ in range(2))
    assert_same(first, again)
    assert memory
    assert_same(first, course(BASELINE, 4, 0, "both"))


@given(st.integers(0, 2**70), st.integers(0, 2**40), st.integers(1990, 2100))
def test_the_compiled_generator_draws_the_numbers_of_numpy(seed, first, year):
    worlds = Worlds(first, 9, cycle=5, phase=2)
    plain, fast = (kind(worlds, lambda name: seed) for kind in (Luck, compiling.passing().luck))
    keys = plain.keys(("a", "b/c"))
    np.testing.assert_array_equal(fast.years(keys, year), plain.years(keys, year))
    np.testing.assert_array_equal(fast.year(keys[1], year), plain.year(keys[1], year))
    np.testing.assert_array_equal(fast.each_once(("a", "b/c")), plain.each_once(("a", "b/c")))
    assert fast.each_once(()).shape == plain.each_once(()).shape == (0, 9)


def test_compiled_blocks_are_smaller(monkeypatch):
    assert worlds_in_block() == WORLDS_COMPILED
    monkeypatch.setattr(compiling, "_quarters", None)
    assert worlds_in_block() == WORLDS_PLAIN


def test_nothing_is_compiled_twice():
    """Each loop is compiled for one kind of arrays: nobody waits for a compiler in the middle of a run."""
    for room, names in KERNELS.items():
        kernels = import_module(f"steppewise.world.kernels.{room}")
        assert [len(getattr(kernels, name).signatures) for name in names] == [1] * len(names)


# where it is used -------------------------------------------------------------------------------------------


def test_blocks_pass_compiled_where_it_was_fetched(monkeypatch):
    fetched = run_block(Block(BASELINE, 0, 5, 0))
    passed = []
    monkeypatch.setattr(type(compiling.passing()), "__call__", lambda self, model: passed.append(model))
    run_block(Block(BASELINE, 0, 5, 0))
    assert len(passed) == len(BASELINE.quarters)
    monkeypatch.undo()
    monkeypatch.setattr(compiling, "_quarters", None)
    plain = run_block(Block(BASELINE, 0, 5, 0))
    assert fetched.outcomes.keys() == plain.outcomes.keys()
    for name, values in plain.outcomes.items():
        np.testing.assert_array_equal(fetched.outcomes[name], values, err_msg=name)


def test_small_work_does_without(monkeypatch):
    monkeypatch.setattr(compiling, "_quarters", None)
    simulate(replace(BASELINE, end=BASELINE.start), Plan(10))
    assert not compiling.is_loaded()
    compiling.load_for(compiling.PAYS - 1)
    assert not compiling.is_loaded()
    compiling.load_for(compiling.PAYS)
    assert compiling.is_loaded()


def is_loaded_there(place: int) -> bool:
    """In whichever process the task falls to."""
    return compiling.is_loaded()


def test_other_processes_fetch_what_this_one_has():
    def here(place: int) -> str:
        time.sleep(0.3)
        return "here"

    found = {told for _, told in shared(iter(range(20)), is_loaded_there, 2, here=here)}
    assert found == {"here", True}


def test_without_a_compiler_the_work_is_done_all_the_same(monkeypatch):
    monkeypatch.setattr(compiling, "_quarters", None)
    monkeypatch.setattr(compiling, "NEEDED", ("numba", "a_module_that_is_not_there"))
    compiling.load_for(10**9)
    assert compiling.passing() is None
    with pytest.raises(SteppewiseError, match=r"compiling needs the extra 'fast'"):
        compiling.load()


def test_it_can_be_switched_off(monkeypatch):
    monkeypatch.setenv(compiling.SWITCH, "no")
    assert compiling.passing() is None
    assert not compiling.is_loaded()
    with pytest.raises(SteppewiseError, match="compiling is switched off: STEPPEWISE_COMPILED is 'no'"):
        compiling.load()
    monkeypatch.delenv(compiling.SWITCH)
    assert compiling.is_loaded()


def test_where_compiling_fails_a_warning_tells_why(monkeypatch):
    def fail() -> Path:
        raise OSError("no room")

    monkeypatch.setattr(compiling, "_quarters", None)
    monkeypatch.setattr(compiling, "folder", fail)
    with pytest.warns(UserWarning, match=r"the rules cannot be compiled \(no room\); going on without, slower"):
        compiling.try_to_load()
    assert compiling.passing() is None


def test_who_waits_for_the_compiler_is_told(monkeypatch, caplog):
    def fail() -> object:
        raise OSError("no room")

    monkeypatch.setattr(compiling, "_quarters", None)
    monkeypatch.setattr(compiling, "COMPLETE", "not there")
    monkeypatch.setattr(compiling, "_imported", fail)
    compiling.load_for(compiling.PAYS_TO_COMPILE - 1)
    assert not caplog.messages
    with pytest.warns(UserWarning, match="no room"):
        compiling.load_for(compiling.PAYS_TO_COMPILE)
    assert caplog.messages == ["Compiling the rules, once for this computer: about half a minute ..."]


def test_what_nobody_has_used_for_long_is_removed(tmp_path, monkeypatch):
    now = time.time()
    ages = {"compiled-now": 0, "compiled-lately": compiling.DAYS_KEPT - 1, "compiled-long-ago": compiling.DAYS_KEPT + 1}
    for name, days in ages.items():
        mark = tmp_path / name / compiling.COMPLETE
        mark.parent.mkdir()
        mark.touch()
        os.utime(mark, (now, now - days * 24 * 3600))
    (tmp_path / "compiled-unfinished").mkdir()
    (tmp_path / "another").mkdir()
    monkeypatch.setattr(compiling, "folder", lambda: tmp_path / "compiled-now")
    compiling._remove_unused()
    assert {path.name for path in tmp_path.iterdir()} == {
        "compiled-now",
        "compiled-lately",
        "compiled-unfinished",
        "another",
    }


def test_a_change_of_a_rule_is_compiled_anew(tmp_path, monkeypatch):
    """What numba itself would not notice: a rule stands in another file than the loop that it is compiled into."""
    package = Path(compiling.__file__).parents[1]
    shutil.copytree(package / "world", tmp_path / "world")
    before = compiling.folder()
    monkeypatch.setattr(compiling, "__file__", str(tmp_path / "experiment" / "compiling.py"))
    assert compiling.folder.__wrapped__() == before
    rule = tmp_path / "world" / "rules" / "trust.py"
    rule.write_text(rule.read_text().replace("PRIOR = 1.0", "PRIOR = 2.0"))
    assert compiling.folder.__wrapped__() != before
