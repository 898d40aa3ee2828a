"""The command sweep and its verb in Python: what a person meets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from matplotlib.figure import Figure
from tests.results.test_run import Terminal
from tests.support import swept
from tests.support.swept import digests, environment, study

import steppewise
from steppewise.errors import SteppewiseError
from steppewise.experiment import study as studies
from steppewise.results.sweep import finish, is_finished

SHORT = {"name": "short", "extends": "baseline", "inherit_events": False, "end": "2026Q1"}
EXPERIMENT = {
    "name": "small",
    "title": "A small sweep",
    "question": "What follows from what?",
    "scenario": "short.yaml",
    "vary": {
        "powers.japan.effort": {"from": 0.5, "to": 2, "relative": True},
        "powers.japan.execution": {"levels": ["low", "medium", "high"]},
    },
    "design": {"kind": "grid", "steps": 4},
    "worlds": 30,
    "outcomes": ["regional_share.japan", "regional_trust.japan"],
}
COMMAND = "import steppewise.experiment.study as s; s.ROWS_IN_PIECE = 30; from steppewise.cli import main; main()"


def written(folder: Path, **changes: object) -> Path:
    """The experiment and its scenario as files."""
    (folder / "short.yaml").write_text(yaml.safe_dump(SHORT))
    path = folder / "small.yaml"
    path.write_text(yaml.safe_dump({**EXPERIMENT, **changes}, sort_keys=False))
    return path


@pytest.fixture
def call(capsys, tmp_path, monkeypatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(studies, "ROWS_IN_PIECE", 30)
    written(tmp_path)
    return Terminal(capsys)


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> steppewise.Sweep:
    folder = tmp_path_factory.mktemp("sweeps")
    return steppewise.sweep(written(folder), folder=folder, workers=1)


def only(folder: Path) -> Path:
    [found] = folder.iterdir()
    return found


# the command ------------------------------------------------------------------------------------------------


def test_what_a_person_reads(call):
    assert call("sweep", "small.yaml", "--workers", "1") == 0
    folder = only(Path("sweeps"))
    lines = call.out.splitlines()
    assert lines[0] == "A small sweep (small)"
    assert call.err == ""
    assert max(map(len, lines)) <= 80
    assert re.search(r"^Regional influence share, Japan \(percent\)$", call.out, re.MULTILINE)
    assert re.search(r"^  lowest \d+\.\d+ where Japan's effort is ", call.out, re.MULTILINE)
    assert re.search(
        r"^  Japan's effort +\d+\.\d+ at 0\.5× +\d+\.\d+ at 2× +[+-]\d+\.\d+ \(\d+\.\d+\)$", call.out, re.M
    )
    assert lines[-2:] == [f"Results: {folder}", f"Report:  {folder / 'report.html'}"]
    for name in ("results.parquet", "summary.csv", "report.html", "figures/response_1.png", "figures/moves.png"):
        assert (folder / name).stat().st_size > 1000


def test_the_same_command_finds_what_is_there(call):
    assert call("sweep", "small.yaml", "-q") == 0
    folder = only(Path("sweeps"))
    assert (call.out, call.err) == (f"{folder}\n", "")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert call("sweep", "small.yaml") == 0
    assert call.err == f"{folder} holds all 360 rows already.\n"
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}.items() <= before.items()
    next(folder.glob("pieces/*")).unlink()
    assert call("sweep", "small.yaml", "--worlds", "20") == 0
    assert call.err == (
        f"{folder} was begun with 30 worlds at each point; they stay.\n330 of 360 rows are there; 30 to go.\n"
    )
    assert call("sweep", "small.yaml", "--worlds", "40") == 0
    assert call.err == "360 of 480 rows are there; 120 to go.\n"
    assert "the same 40 worlds" in " ".join(call.out.split())


def test_other_questions_have_other_folders(call):
    for options in ([], ["--seed", "7"], ["--set", "powers.japan.predictability=0.2"]):
        assert call("sweep", "small.yaml", "-q", "--workers", "1", *options) == 0
    assert len(list(Path("sweeps").iterdir())) == 3


def test_a_dry_run_makes_nothing(call):
    assert call("sweep", "small.yaml", "--dry-run", "--workers", "2") == 0
    lines = call.out.splitlines()
    assert lines[0] == "small: 12 points (grid), 30 worlds at each: 360 runs."
    assert re.fullmatch(r"About \d+ s with 2 threads, \d+ MB of files\.", lines[1])
    assert lines[2] == "Told by a pilot of 30 runs; nothing was written."
    assert not Path("sweeps").exists()
    assert call("sweep", "small.yaml", "-q") == 0
    assert call("sweep", "small.yaml", "--dry-run", "--worlds", "50") == 0
    assert call.out.startswith("small: 12 points (grid), 50 worlds at each: 600 runs, of which 360 are there.\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "there is no experiment 'nothing'. Allowed: "),
        (["nothing.yaml"], "nothing.yaml: there is no such file"),
        (["small.yaml", "--worlds", "0"], "worlds must be 1 or more, not 0\n"),
        (["small.yaml", "--seed", "-1"], "a seed is a whole number from 0 up, not -1\n"),
        (["small.yaml", "--workers", "0"], "workers must be 1 or more, not 0\n"),
        (["small.yaml", "--executor", "slurm"], "the executor is local or dask, not 'slurm'\n"),
        (["small.yaml", "--scheduler", "tcp://x:1"], "--scheduler goes with --executor dask\n"),
        (["small.yaml", "--out", "small.yaml"], "small.yaml: is a file; a folder is needed here\n"),
    ],
)
def test_what_the_user_can_mend(call, words, told):
    assert call("sweep", *words) == 2
    assert call.err.startswith(told)
    assert call.err.count("\n") == 1
    assert not Path("sweeps").exists()


def test_a_sweep_is_repeated_by_rerun(call):
    assert call("sweep", "small.yaml", "-q", "--workers", "1") == 0
    folder = only(Path("sweeps"))
    assert call("rerun", folder) == 0
    assert call.out == "Identical: all 360 rows, 2 outcomes, to the last bit.\n"
    assert call("rerun", folder, "--run", "95") == 0
    assert call.out.splitlines()[0] == "Row 95, point 3, world 5: ok"
    assert call.out.splitlines()[-1] == "Identical: this row, 2 outcomes, to the last bit."
    assert call("rerun", folder, "--run", "360") == 2
    assert call.err == "there is no row 360; rows are numbered from 0 to 359\n"


def test_rerun_says_what_is_not_as_it_was(call):
    import json

    assert call("sweep", "small.yaml", "-q", "--workers", "1") == 0
    folder = only(Path("sweeps"))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["versions"]["numpy"] = "1.0"
    manifest["study"]["seed"] = 1
    manifest["versions"]["steppewise"] = "0.0.1"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert call("rerun", folder) == 2
    lines = call.out.splitlines()
    assert lines[0] == "2 of the columns of results.parquet come out otherwise; the largest differences:"
    assert lines[3:5] == ["What is not as it was:", "  steppewise was 0.0.1, now 0.1.0"]


def test_other_folders_are_told_apart(call):
    assert call("sweep", "small.yaml", "-q", "--workers", "1") == 0
    with pytest.raises(SteppewiseError, match="holds a sweep, where a run is asked for"):
        steppewise.load_results(only(Path("sweeps")))


INTERRUPTED = """
import os, signal, sys
moved = []
def look(event, given):
    if event == "os.rename" and str(given[1]).endswith(".parquet"):
        moved.append(given)
        if len(moved) == 3:
            os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(look)
"""
"""Ctrl-C just before the third piece is in its place."""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_that_the_same_command_goes_on(tmp_path, workers):
    written(tmp_path, worlds=90)
    words = ["sweep", "small.yaml", "--workers", workers]
    how = {"cwd": tmp_path, "env": environment(), "capture_output": True, "text": True, "timeout": 120}
    process = subprocess.run([sys.executable, "-c", INTERRUPTED + COMMAND, *words], **how)
    assert process.returncode == 130
    assert process.stderr == "Interrupted; what was computed is kept, and the same command goes on from there.\n"
    assert process.stdout == ""
    again = subprocess.run([sys.executable, "-c", COMMAND, *words], **how)
    assert again.returncode == 0, again.stderr
    assert again.stderr == "60 of 1,080 rows are there; 1,020 to go.\n"
    assert not list(tmp_path.rglob(".steppewise-*"))


# the verb ---------------------------------------------------------------------------------------------------


def test_a_sweep_in_python(done):
    assert repr(done) == "<Sweep of small: 12 points, 30 worlds each>"
    assert done.summary.shape == (24, 3 + 1 + 7 + 2)
    assert list(done.rows.columns) == [
        "point",
        "world",
        "powers.japan.effort",
        "powers.japan.execution",
        "status",
        "regional_share.japan",
        "regional_trust.japan",
    ]
    assert len(done.rows) == 360
    means = done.rows.groupby("point")["regional_share.japan"].mean()
    np.testing.assert_allclose(done.responses.of("regional_share.japan"), means, rtol=1e-9)
    np.testing.assert_array_equal(done.rows.groupby("point").first()[["powers.japan.effort"]], done.study.points[:, :1])
    assert done.sentences()[0].startswith("A small sweep: 12 points (grid) over Japan's effort and Japan's execution")


def test_a_sweep_plots_itself(done):
    assert isinstance(done.plot(), Figure)
    assert isinstance(done.plot("moves"), Figure)
    assert isinstance(done.plot("map"), Figure)
    assert isinstance(done.plot("response", "powers.japan.execution"), Figure)
    with pytest.raises(SteppewiseError, match=re.escape("there is no figure 'pie'. Allowed: response, moves, map.")):
        done.plot("pie")
    with pytest.raises(SteppewiseError, match=r"'x' does not vary. Allowed: powers\.japan\.effort, powers"):
        done.plot("response", "x")
    html = done._repr_html_()
    assert "<img" in html
    assert "A small sweep" in html


def test_a_map_of_one_factor_is_none(tmp_path):
    found = steppewise.sweep(study((swept.EFFORT,), worlds=2), folder=tmp_path, workers=1)
    with pytest.raises(SteppewiseError, match="a map needs two factors"):
        found.plot("map")


def test_a_sweep_is_read_back(done, tmp_path):
    again = steppewise.load_sweep(done.folder)
    assert again.study.factors == done.study.factors
    np.testing.assert_array_equal(again.study.points, done.study.points)
    for name, values in done.responses.values.items():
        np.testing.assert_array_equal(again.responses.values[name], values)
    assert again.sentences() == done.sentences()
    with pytest.raises(SteppewiseError, match="there is no such folder"):
        steppewise.load_sweep(tmp_path / "nowhere")
    store = swept.filled(study(worlds=1), tmp_path)
    with pytest.raises(SteppewiseError, match="is a sweep that is not complete; the command that began it goes on"):
        steppewise.load_sweep(store.folder)


def test_what_is_finished_is_not_done_again(done):
    from steppewise.results.store import open_store

    store = open_store(done.study, done.folder.parent)
    assert is_finished(store)
    before = digests(store.folder)
    stages = []
    finish(store, stages.append)
    assert stages == []
    (store.folder / "report.html").unlink()
    finish(store, stages.append)
    assert stages == ["Collecting the rows", "Drawing the figures"]
    assert digests(store.folder) == before
    assert is_finished(store)


def test_progress_counts_what_was_there(tmp_path):
    told: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies, "ROWS_IN_PIECE", 50)
        store = swept.filled(study(worlds=10), tmp_path)
        steppewise.sweep(study(), folder=tmp_path, progress=lambda done, total: told.append((done, total)), workers=1)
    assert told[0] == (250, 500)
    assert sum(done for done, _ in told) == 500
    assert {total for _, total in told} == {500}
    assert store.folder == only(tmp_path)


def test_overrides_go_with_a_name(tmp_path):
    with pytest.raises(SteppewiseError, match="overrides go with the name or path of a scenario or experiment"):
        steppewise.sweep(study(), overrides=["powers.japan.effort=1"], folder=tmp_path)


def test_the_library_can_be_swept(tmp_path):
    found = steppewise.sweep("effort-for-a-share", worlds=1, folder=tmp_path, workers=1)
    assert found.study.name == "effort-for-a-share"
    assert (found.folder / "report.html").exists()
