"""One engine: its forms give the same bits, its file is that of its source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import cases
from tests.support.courses import assert_same, course, worlds_of
from tests.support.generated import fixed, parameter, scenarios, seeds, uncertainties
from tests.support.shipped import shipped

from steppewise.engine import build, compiled, digest, forms
from steppewise.engine.floats import Floats
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, Job, drawn_parameters, outcome_work, run_block
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec
from steppewise.world.source import standard

BASELINE = load_scenario("baseline")
SHORT = replace(BASELINE, end=BASELINE.start.plus(6))
CASES = dict(cases.cases())

plain = Floats(standard())


@pytest.fixture(scope="module")
def native() -> compiled.Native:
    found = forms.form_for({})
    assert isinstance(found, compiled.Native)
    return found


@pytest.fixture(scope="module")
def wasm() -> compiled.Wasm:
    return opened(forms.BUILT)


def opened(path: Path) -> compiled.Wasm:
    built = path.read_bytes()
    told = forms.digest_in(built)
    assert told is not None
    return compiled.Wasm(built, told[1])


# forms ----------------------------------------------------------------------------------------------------------


def same_everywhere(spec: ScenarioSpec, worlds: int, seed: int, uncertainty: str, *others: object) -> None:
    ours = course(spec, worlds, seed, uncertainty, form=plain)
    for form in others:
        assert_same(ours, course(spec, worlds, seed, uncertainty, form=form))


@pytest.mark.parametrize("name", CASES)
def test_all_forms_agree_in_every_case(name, native, wasm):
    same_everywhere(CASES[name], 2, 5, "both", native, wasm)


@given(scenarios(longest=12), uncertainties, seeds)
def test_all_forms_have_the_same_course(native, wasm, spec, uncertainty, seed):
    cells = outcome_work(Block(spec, 0, 2, seed, uncertainty))
    ours = plain.run(cells).outcomes
    for form in (native, wasm):
        np.testing.assert_array_equal(ours, form.run(cells).outcomes)


@pytest.mark.parametrize("name", shipped())
def test_every_scenario_of_the_library_has_the_same_outcomes_in_all_forms(native, wasm, name):
    work = outcome_work(Block(load_scenario(name), 3, 2, 1))
    ours = plain.run(work).outcomes
    for form in (native, wasm):
        np.testing.assert_array_equal(ours, form.run(work).outcomes)


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_a_mechanism_that_is_off_is_off_in_all_forms(native, wasm, mechanism):
    same_everywhere(replace(SHORT, switched_off=frozenset({mechanism})), 1, 0, "both", native, wasm)


@pytest.mark.parametrize("cast", cases.CASTS)
def test_no_cast_is_too_large(native, wasm, cast):
    spec = cases.cast(*cast)
    same_everywhere(replace(spec, end=spec.start.plus(2)), 1, 0, "both", native, wasm)


def test_a_browser_without_simd_has_the_same_numbers(wasm):
    work = outcome_work(Block(CASES["with all events"], 0, 9, 0))
    np.testing.assert_array_equal(wasm.run(work).outcomes, opened(forms.WITHOUT_SIMD).run(work).outcomes)


def test_the_course_of_variables_is_the_same_in_all_forms(native, wasm):
    cells = tuple(range(400, 700, 7))
    work = outcome_work(Block(SHORT, 0, 5, 0), SHORT.parameters.keys() & {"world.influence.theta"}, cells)
    ours = plain.run(work)
    assert ours.observed.shape == (7, len(cells), 5)
    assert np.isfinite(ours.observed).all()
    for form in (native, wasm):
        theirs = form.run(work)
        np.testing.assert_array_equal(ours.observed, theirs.observed)
        np.testing.assert_array_equal(ours.drawn, theirs.drawn)


def test_given_and_scaled_values_and_dates_by_world_are_the_same_in_all_forms(native, wasm):
    spec = load_scenario("package-delivered")
    spec = replace(spec, end=spec.start.plus(11))
    label, at = spec.events[0].label, spec.start.number
    values = {
        "world.influence.theta": np.linspace(0, 1, 7),
        f"events.{label}.at": at + np.array([0.0, 1, 2, 3, 4, 5, 11]),
        f"events.{label}.amount": np.arange(7.0),
    }
    scaled = {"powers.japan.effort": np.linspace(0, 3, 7)}
    runs = [course(spec, 7, 0, "both", form=form, given=values, scaled=scaled) for form in (plain, native, wasm)]
    assert_same(runs[0], runs[1])
    assert_same(runs[0], runs[2])
    announced = runs[0]["promised"][:, 0]
    assert len(np.unique(announced[-1])) == 7
    for world in range(7):
        again = course(
            spec, 1, 0, "both", world, given={n: v[[world]] for n, v in values.items()},
            scaled={n: v[[world]] for n, v in scaled.items()},
        )  # fmt: skip
        assert_same(again, worlds_of(runs[0], slice(world, world + 1)))


def test_a_world_that_divides_by_zero_goes_on_as_processors_do(native, wasm):
    spec = SHORT.with_parameters(
        {name: fixed(parameter(name), 0.0) for name in ("world.bandwidth.trade", "states.kazakhstan.gdp")}
    )
    work = outcome_work(Block(spec, 0, 2, 0))
    ours = plain.run(work)
    assert not ours.errors
    assert not np.isfinite(ours.outcomes).all()
    for form in (native, wasm):
        np.testing.assert_array_equal(np.isfinite(ours.outcomes), np.isfinite(form.run(work).outcomes))


# blocks and threads -----------------------------------------------------------------------------------------------


@given(st.integers(0, 2**40), st.integers(1, 40), st.integers(0, 30))
def test_a_world_is_the_same_in_whatever_company(first, count, before):
    alone = run_block(Block(SHORT, first + before, 1, 3))
    among = run_block(Block(SHORT, first, before + count, 3))
    np.testing.assert_array_equal(alone.outcomes.table[:, 0], among.outcomes.table[:, before])
    np.testing.assert_array_equal(alone.parameters.table[:, 0], among.parameters.table[:, before])


@pytest.mark.parametrize("form", ["native", "wasm"])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_number_of_threads_gives_the_same_bytes(monkeypatch, form, workers):
    monkeypatch.setenv(forms.SWITCH, form)
    worlds = 2 * WORLDS_IN_BLOCK + 3
    found = simulate(SHORT, Plan(worlds, workers=workers), ("share",))
    alone = run_block(Block(SHORT, worlds - 2, 2, 0))
    for name, values in alone.outcomes.items():
        np.testing.assert_array_equal(found.outcomes[name][-2:], values)
    whole = Job(Block(SHORT, 0, worlds, 0), ("share",)).run()
    np.testing.assert_array_equal(found.trajectories["share"], whole.trajectories["share"])


def test_what_is_drawn_is_known_without_a_run():
    block = Block(SHORT, 5, 6, 0, kept=frozenset({"chance"}))
    np.testing.assert_array_equal(drawn_parameters(block).table, run_block(block).parameters.table)


# the built file -----------------------------------------------------------------------------------------------------


def test_the_built_files_are_those_of_the_sources():
    """Built again, they are the same to the byte; `make engine` builds them."""
    for path, width in ((forms.BUILT, build.WIDTH_IN_WASM), (forms.WITHOUT_SIMD, 1)):
        assert path.stat().st_size < 100_000
        assert build.wasm_of(standard(), width) == path.read_bytes(), path.name


def test_a_built_file_says_of_which_sources_it_is():
    built = forms.BUILT.read_bytes()
    assert forms.digest_in(built) == (digest.digest_of({}), build.WIDTH_IN_WASM)
    broken = bytearray(built)
    broken[2000] ^= 1
    assert forms.digest_in(bytes(broken)) is None
    assert forms.digest_in(built[:-1]) is None
    assert forms.digest_in(b"") is None


def wasm_form() -> forms.Form:
    return forms._form.__wrapped__(digest.digest_of({}), "wasm", ())


@pytest.mark.parametrize("harm", ["damaged", "cut", "gone"])
def test_a_damaged_built_file_is_told(monkeypatch, tmp_path, caplog, harm):
    built = forms.BUILT.read_bytes()
    path = tmp_path / "engine.wasm"
    if harm != "gone":
        path.write_bytes(built[:1000] + bytes(50) + built[1050:] if harm == "damaged" else built[: len(built) // 2])
    monkeypatch.setattr(forms, "BUILT", path)
    assert isinstance(wasm_form(), Floats)
    state = "is not there; 'make engine' makes it" if harm == "gone" else "is damaged; 'make engine' or installing"
    assert f"the built file engine.wasm {state}" in caplog.text


def run_python(code: str, **names: str) -> str:
    """What it says, and then what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **names}, capture_output=True, text=True, check=True
    )
    return done.stderr + done.stdout


WITHOUT = "import sys; sys.modules.update(dict.fromkeys({lacking!r}))\n"
RUN = """
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.resolve import load_scenario
from steppewise.engine.forms import form_for
result = run_block(Block(load_scenario('baseline'), 0, 2, 0))
print(form_for({}).name, result.outcomes['regional_share.japan'].tolist())
"""


def test_without_packages_the_numbers_are_the_same(tmp_path):
    expected = run_block(Block(BASELINE, 0, 2, 0)).outcomes["regional_share.japan"].tolist()
    no_wasmtime = run_python(WITHOUT.format(lacking=["wasmtime"]) + RUN, STEPPEWISE_ENGINE="wasm")
    assert f"plain Python {expected}" in no_wasmtime
    assert "Worlds run on plain Python, the same numbers, but slower: the package wasmtime is not there" in no_wasmtime
    assert run_python(WITHOUT.format(lacking=["ziglang"]) + RUN).strip() == f"WebAssembly {expected}"


@pytest.fixture
def edited(tmp_path) -> Path:
    """A copy of the package in which somebody has changed one rule."""
    package = tmp_path / "steppewise"
    shutil.copytree(digest.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scenarios", "experiments"):
        shutil.copytree(Path(__file__).parents[2] / name, package / "_library" / name)
    rule = package / "world" / "rules" / "trust.py"
    text = rule.read_text(encoding="utf-8")
    assert "PRIOR: Final = 1.0" in text
    rule.write_text(text.replace("PRIOR: Final = 1.0", "PRIOR: Final = 2.0"), encoding="utf-8")
    return tmp_path


def test_an_edited_rule_is_obeyed_in_all_forms(edited):
    """Built anew where it can be; else on floats, and it says so. Never the old numbers."""
    found = {}
    for form in ("native", "wasm", "floats"):
        out = run_python(RUN, PYTHONPATH=str(edited), STEPPEWISE_ENGINE=form, XDG_CACHE_HOME=str(edited / "cache"))
        found[form] = out.strip().splitlines()[-1].partition("[")[2]
    assert len(set(found.values())) == 1
    old = run_block(Block(BASELINE, 0, 2, 0)).outcomes["regional_share.japan"].tolist()
    assert f"{old}".strip("[") != found["native"]
    without = run_python(WITHOUT.format(lacking=["ziglang"]) + RUN, PYTHONPATH=str(edited))
    assert "the model's files were changed, and building the engine anew needs the extra 'fast' (ziglang)" in without
    assert without.strip().splitlines()[-1] == f"plain Python [{found['floats']}"


def test_only_known_forms_can_be_chosen(monkeypatch):
    monkeypatch.setenv(forms.SWITCH, "gpu")
    with pytest.raises(forms.SteppewiseError, match="STEPPEWISE_ENGINE is native, wasm or floats, not 'gpu'"):
        forms.form_for({})


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited as Linux does it")
def test_too_little_memory_is_told(tmp_path):
    command = "ulimit -v 3000000; exec {} -c \"{}\"".format(
        sys.executable, "from steppewise.cli import main; main(['run', 'baseline', '--runs', '3000000', '--quiet'])"
    )  # fmt: skip
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "there is too little memory; ask for fewer worlds" in done.stderr
    assert "Traceback" not in done.stderr
