"""The commands run and rerun, and the same from Python: real runs, interrupted runs, found and recomputed ones."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import steppewise
from steppewise.cli import main
from steppewise.errors import SteppewiseError
from steppewise.results import rerun
from steppewise.results.folder import PREFIX
from steppewise.results.rerun import differences
from steppewise.results.run import stored as read_data
from steppewise.results.tables import Runs
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.run import sentences

RUNS = "20"
COMMAND = [sys.executable, "-c", "from steppewise.cli import main; main()"]


class Terminal:
    """Calls the command line and keeps what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        self.out, self.err = self._capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code


@pytest.fixture
def call(capsys, tmp_path, monkeypatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(capsys)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A results folder, made by the command, with figures and report."""
    parent = tmp_path_factory.mktemp("results")
    done = subprocess.run(
        [*COMMAND, "run", "package-delivered", "--runs", RUNS, "--out", str(parent), "--workers", "2", "-q"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return Path(done.stdout.strip())


def below(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir()) if parent.exists() else []


# run --------------------------------------------------------------------------------------------------------


def test_all_files_are_there(folder):
    assert below(folder) == [
        "evidence.csv",
        "figures",
        "manifest.json",
        "report.html",
        "runs.parquet",
        "scenario.yaml",
        "series.nc",
        "summary.csv",
    ]
    assert all(name.endswith(".png") for name in below(folder / "figures"))
    assert below(folder.parent) == [folder.name]


def test_what_a_person_reads(call, folder):
    assert call("run", "package-delivered", "--runs", RUNS, "--out", folder.parent) == 0
    lines = call.out.splitlines()
    assert lines[0] == f"{folder} holds this run already (--force runs it again)."
    assert lines[2:4] == [
        "A package, announced and delivered (package-delivered)",
        "20 worlds, 2025Q3 to 2040Q4, seed 0; chance and uncertain parameters vary",
    ]
    assert lines[-2:] == [f"Results: {folder}", f"Report:  {folder / 'report.html'}"]
    text = call.out
    for actor in (*load_scenario("baseline").powers, *load_scenario("baseline").states):
        assert re.search(rf"^{actor.label} +", text, re.MULTILINE)
    for words in ("Delivered", "Trust", "Autonomy", "First in", "Chance", "Assumed", "20 worlds are few for bands"):
        assert words in text
    assert "nan" not in text
    own = [line for line in lines if str(folder) not in line]
    assert max(map(len, own)) <= 80
    assert not any(line != line.rstrip() for line in lines)


def test_numbers_on_the_screen_are_those_of_the_folder(call, folder):
    assert call("run", "package-delivered", "--runs", RUNS, "--out", folder.parent) == 0
    share = 100 * pd.read_parquet(folder / "runs.parquet")["outcome:regional_share.china"]
    row = next(line for line in call.out.splitlines() if line.startswith("China"))
    assert f"{share.mean():.1f} ({share.std() / 20**0.5:.1f})" in row
    assert f"{share.quantile(0.05):.0f} - {share.quantile(0.95):.0f}" in row


def test_what_was_asked_is_found_again(call):
    words = ("run", "baseline", "--runs", "3", "--no-report", "--workers", "1", "-q")
    assert call(*words) == 0
    folder = Path(call.out.strip())
    assert folder.parent == Path("results")
    made = (folder / "manifest.json").read_bytes()
    assert call(*words) == 0
    assert call.out.strip() == str(folder)
    assert (folder / "manifest.json").read_bytes() == made
    assert call(*words, "--force") == 0
    assert (folder / "manifest.json").read_bytes() != made
    assert below(Path("results")) == [folder.name]


def test_a_report_is_added_to_what_is_there(call):
    words = ("run", "baseline", "--runs", "3", "--workers", "1", "-q")
    assert call(*words, "--no-report") == 0
    folder = Path(call.out.strip())
    rows = (folder / "runs.parquet").read_bytes()
    assert not (folder / "report.html").exists()
    assert call(*words) == 0
    assert (folder / "report.html").exists()
    assert (folder / "runs.parquet").read_bytes() == rows


def test_seeds_and_settings_make_other_folders(call):
    few = ("--runs", "2", "--no-report", "--workers", "1", "-q", "--uncertainty", "chance")
    assert call("run", "baseline", *few, "--seed", "0") == 0
    first = Path(call.out.strip())
    assert call("run", "baseline", *few, "--seed", "1") == 0
    second = Path(call.out.strip())
    assert (
        call("run", "baseline", *few, "--set", "powers.japan.execution=0.5", "--set", "world.influence.theta=0.3") == 0
    )
    third = Path(call.out.strip())
    assert len({first, second, third}) == 3
    assert steppewise.load_results(third).spec.parameters["powers.japan.execution"].value == 0.5
    assert set(steppewise.load_results(third).spec.changed) >= {"powers.japan.execution", "world.influence.theta"}
    outcomes = [steppewise.load_results(path).ensemble.outcomes["regional_share.japan"] for path in (first, second)]
    assert (outcomes[0] != outcomes[1]).any(), "seed 0 is a seed like any other"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["baseline", "--runs", "0"], "runs must be 1 or more, not 0"),
        (["baseline", "--seed", "-1"], "a seed is a whole number from 0 up, not -1"),
        (["baseline", "--workers", "0"], "workers must be 1 or more, not 0"),
        (
            ["baseline", "--uncertainty", "all"],
            "uncertainty is one of both, chance, ignorance, none, not 'all'",
        ),
        (["baseline", "--out", "file"], "file: is a file; a folder is needed here"),
    ],
)
def test_what_cannot_be_run_is_told_in_one_line(call, words, message):
    Path("file").write_text("", encoding="utf-8")
    assert call("run", *words) == 2
    assert call.err.strip() == message
    assert call.out == ""


def test_an_unknown_scenario_and_parameter(call):
    assert call("run", "basline") == 2
    assert call.err.startswith("there is no scenario 'basline'.")
    assert call.err.strip().endswith("Did you mean 'baseline'?")
    assert call("run", "baseline", "--set", "powers.japan.exekution=1") == 2
    assert "Did you mean 'powers.japan.execution'?" in call.err
    assert below(Path()) == []


def test_a_dry_run_writes_nothing(call):
    assert call("run", "baseline", "--runs", "5000", "--dry-run", "--workers", "1") == 0
    assert call.out.startswith("baseline: 5,000 worlds of 62 quarters and 6,000 more to see what the spread rests on.")
    assert re.search(r"About \d+ s with 1 thread, \d+ MB of memory, \d+ MB of files\.", call.out)
    assert below(Path()) == []


def test_a_quiet_run_leaves_the_slow_libraries_alone(tmp_path):
    """matplotlib is loaded by the process that draws, pandas by nobody."""
    words = ["run", "baseline", "--runs", RUNS, "--workers", "2", "-q", "--out", str(tmp_path)]
    code = (
        "import atexit, sys; from steppewise.cli import main;"
        "slow = {'matplotlib', 'mesa', 'pandas', 'pyarrow.compute', 'rich', 'scipy', 'xarray'};"
        f"atexit.register(lambda: print(slow & sys.modules.keys())); main({words})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "set()"
    assert (Path(done.stdout.splitlines()[0]) / "report.html").is_file()


def test_workers_change_no_number(call):
    few = ("--runs", "12", "--no-report", "-q")
    assert call("run", "visit-cancelled", *few, "--workers", "1", "--out", "one") == 0
    assert call("run", "visit-cancelled", *few, "--workers", "2", "--out", "two") == 0
    one, two = (steppewise.load_results(next(Path(name).iterdir())) for name in ("one", "two"))
    assert differences(*(r.ensemble for r in (one, two))) == ()
    assert one.shares == two.shares


# interrupted ------------------------------------------------------------------------------------------------


AT = """
import os, signal, sys
sent = []
def look(event, given):
    if not sent and event == {event!r} and str(given[0]).startswith({place!r}):
        sent.append(event)
        os.kill(os.getpid(), signal.{name})
sys.addaudithook(look)
from steppewise.cli import main
main()
"""
"""The command, which gets a signal at the first event of the interpreter that is about such a place."""


def ended(folder: Path, event: str, place: str, name: str) -> tuple[int, str, str]:
    """What is left of a run that gets a signal: how it ends, and what it says. It starts no processes that stay."""
    words = ["run", "baseline", "--runs", "200", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-c", AT.format(event=event, place=place, name=name), *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    out, err = process.communicate(timeout=120)
    patience = time.monotonic() + 30
    while not group_is_gone(process) and time.monotonic() < patience:
        time.sleep(0.05)
    assert group_is_gone(process)
    return process.returncode, out, err


def group_is_gone(process: subprocess.Popen[str]) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("event", "place"),
    [("os.mkdir", "results"), ("os.mkdir", f"results/{PREFIX}"), ("open", f"results/{PREFIX}")],
    ids=["before", "begun", "writing"],
)
def test_an_interrupted_run_leaves_nothing(tmp_path, event, place):
    code, out, err = ended(tmp_path, event, place, "SIGINT")
    assert (code, out) == (130, "")
    assert err.strip().splitlines()[-1] == "Interrupted; nothing was written."
    assert "Traceback" not in err
    assert below(tmp_path / "results") == []


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_killed_run_leaves_no_half_folder_and_no_process(tmp_path):
    assert ended(tmp_path, "open", f"results/{PREFIX}", "SIGKILL")[0] == -signal.SIGKILL
    assert below(tmp_path / "results")
    assert all(name.startswith(PREFIX) for name in below(tmp_path / "results"))
    words = ["run", "baseline", "--runs", "2", "--no-report", "--workers", "1", "-q"]
    done = subprocess.run([*COMMAND, *words], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert below(tmp_path / "results") == [Path(done.stdout.strip()).name], "the next run sweeps what was left"


def limit_files() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))


@pytest.mark.skipif(sys.platform != "linux", reason="limits on the size of files")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_cannot_grow_is_told(tmp_path, workers):
    """As on a full disk: writing stops in the middle."""
    done = subprocess.run(
        [*COMMAND, "run", "baseline", "--runs", "20", "--no-report", "--workers", workers],
        cwd=tmp_path,
        preexec_fn=limit_files,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    [folder] = re.findall(r"^(results/baseline-[0-9a-f]{8}): ", done.stderr)
    message = "cannot be written: the disk is full; make room or choose another folder with --out"
    assert done.stderr.strip() == f"{folder}: {message}"
    assert below(tmp_path / "results") == []


# rerun ------------------------------------------------------------------------------------------------------


def test_the_same_numbers_again(call, folder):
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert call("rerun", folder) == 0
    [stored] = read_data(folder).ensembles
    assert call.out == (
        f"Identical: 20 worlds, {len(stored.parameters)} drawn parameters and {len(stored.outcomes)} "
        "outcomes, to the last bit.\n"
    )
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


@pytest.mark.parametrize("world", [0, 7, 19])
def test_one_world_again(call, folder, world):
    assert call("rerun", folder, "--run", str(world)) == 0
    lines = call.out.splitlines()
    assert lines[0] == f"World {world}: ok"
    assert lines[-1].startswith("Identical: this world, ")
    value = pd.read_parquet(folder / "runs.parquet")["outcome:regional_share.japan"][world]
    assert re.search(rf"^regional_share\.japan +{value:.6g}$", call.out, re.MULTILINE)


@pytest.mark.parametrize("world", ["20", "-1"])
def test_a_world_that_is_not_there(call, folder, world):
    assert call("rerun", folder, "--run", world) == 2
    assert call.err == f"there is no world {world}; worlds are numbered from 0 to 19\n"


def copied(folder: Path, to: Path) -> Path:
    copy = to / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        if path.is_file():
            (copy / path.name).write_bytes(path.read_bytes())
    return copy


def test_numbers_that_differ_without_a_cause_are_a_bug(call, folder, tmp_path):
    copy = copied(folder, tmp_path)
    runs = pd.read_parquet(copy / "runs.parquet")
    runs.loc[3, "outcome:regional_share.japan"] *= 1.01
    runs.to_parquet(copy / "runs.parquet")
    assert call("rerun", copy) == 1
    lines = call.out.splitlines()
    assert lines[0] == "1 of the columns of runs.parquet come out otherwise; the largest differences:"
    assert re.fullmatch(
        r"  outcome:regional_share\.japan: in 1 rows, by 0\.00\d+ at most \(0\.0099 of its size\)", lines[1]
    )
    assert lines[-1] == "Versions, platform and evidence are the same: this is a bug; please report it."


def test_numbers_of_another_version_name_it(call, folder, tmp_path):
    copy = copied(folder, tmp_path)
    runs = pd.read_parquet(copy / "runs.parquet")
    runs["outcome:leads.china"] += 1
    runs.to_parquet(copy / "runs.parquet")
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["versions"]["numpy"] = "1.0"
    manifest["platform"] = "Abacus"
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert call("rerun", copy) == 2
    assert f"  numpy was 1.0, now {np.__version__}\n  platform was Abacus, now " in call.out


EVIDENCE_CHANGED = "Today's evidence has other values for world.trust.forgetting; the folder's own are used.\n"


def change_evidence(table: Path) -> None:
    """Give one parameter of a folder another value than it has today."""
    evidence = table.read_text(encoding="utf-8")
    row = next(line for line in evidence.splitlines() if line.startswith("world.trust.forgetting,"))
    name, value, *others = row.split(",")
    table.write_text(evidence.replace(row, ",".join([name, repr(float(value) * 1.001), *others])), encoding="utf-8")


def test_evidence_that_has_changed_is_told_and_the_folders_own_used(call, folder, tmp_path, monkeypatch):
    copy = copied(folder, tmp_path)
    change_evidence(copy / "evidence.csv")
    call("rerun", copy)
    assert call.out.startswith(EVIDENCE_CHANGED)


def test_differences_by_hand():
    stored = Runs(("ok", "ok"), {}, {"a": np.array([1.0, 2.0]), "b": np.array([np.nan, 1.0])})
    again = Runs(("ok", "bad"), {}, {"a": np.array([1.0, 2.5]), "b": np.array([np.nan, 1.0])})
    status, a = differences(stored, again)
    assert (status.column, status.rows) == ("status", 1)
    assert (a.column, a.rows, a.largest, a.relative) == ("outcome:a", 1, 0.5, 0.25)
    [lost] = differences(stored, Runs(stored.status, {}, {"a": stored.outcomes["a"]}))
    assert (lost.column, lost.rows, lost.relative) == ("outcome:b", 2, np.inf)


def test_a_world_alone_is_the_world_of_the_ensemble(folder):
    stored = read_data(folder)
    for world in (0, 5, 19):
        pair = stored.again(world)
        assert len(pair.kept.status) == 1
        assert rerun.differences(pair.kept, pair.again) == ()


# from Python ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results() -> steppewise.Results:
    return steppewise.run("baseline", runs=20, spread=False)


def test_results_in_a_notebook(results):
    assert repr(results) == "<Results of baseline: 20 worlds, 0 failed>"
    html = results._repr_html_()
    assert "<h3>As things stand</h3>" in html
    assert "data:image/png;base64," in html
    assert "As things stand: 20 worlds from 2025Q3 to 2040Q4, seed 0;" in html


def test_results_as_tables(results):
    assert results.outcomes.index.name == "world"
    assert results.outcomes.loc[3, "regional_share.japan"] == results.ensemble.outcomes["regional_share.japan"][3]
    assert (results.outcomes["status"] == "ok").all()
    assert results.parameters.shape == (20, len(results.ensemble.parameters))
    assert results.trajectories["trust"].sel(power="japan", state="kazakhstan").shape == (62, 20)
    assert set(results.summary.worlds) == {20}
    assert results.sentences()[0] == sentences(results.findings)[0]


@pytest.mark.parametrize("picture", ["shares", "states", "map", "promises", "trust"])
def test_results_plot_themselves(results, picture):
    assert results.plot(picture).get_axes()


def test_an_unknown_figure(results):
    with pytest.raises(SteppewiseError) as caught:
        results.plot("pie")
    assert str(caught.value) == ("there is no figure 'pie'. Allowed: shares, states, map, promises, trust, spread.")


def test_the_spread_can_be_drawn_where_it_was_asked(results, folder):
    with pytest.raises(SteppewiseError, match="what the spread rests on was not asked"):
        results.plot("spread")
    assert steppewise.load_results(folder).plot("spread").get_axes()


def test_what_is_run_from_python_is_what_the_command_runs(folder):
    ran = steppewise.run("package-delivered", runs=20)
    stored = steppewise.load_results(folder)
    assert ran.shares == stored.shares
    np.testing.assert_array_equal(
        ran.ensemble.outcomes["regional_share.japan"], stored.ensemble.outcomes["regional_share.japan"]
    )
    assert ran.save(folder.parent) == folder, "it is there already"


def test_a_specification_runs_as_it_is(results):
    spec = load_scenario("baseline", ["powers.japan.execution=0.9"])
    assert steppewise.run(spec, runs=2, spread=False).spec is spec
    with pytest.raises(SteppewiseError, match="overrides go with the name or path of a scenario"):
        steppewise.run(spec, runs=2, overrides=["powers.japan.execution=0.9"])
    by_name = steppewise.run("baseline", runs=2, overrides=["powers.japan.execution=0.9"], spread=False)
    assert by_name.spec.parameters == spec.parameters


def test_progress_counts_every_world():
    told: dict[str, list[int]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        told.setdefault(stage, []).append(done)
        assert sum(told[stage]) <= total

    steppewise.run("baseline", runs=5, progress=progress)
    assert {stage: sum(done) for stage, done in told.items()} == {
        "Running the worlds": 5,
        "What the spread rests on": 30,
    }
