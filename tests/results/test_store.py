"""The results folder: what is in it, that it comes back as it was, and that it appears whole or not at all."""

from __future__ import annotations

import csv
import errno
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from tests.support.ensembles import FAILING, WORLDS, small, with_failures

from steppewise import __version__
from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.summary import COLUMNS, summary, summary_table
from steppewise.errors import SteppewiseError
from steppewise.evidence.types import CLASSES
from steppewise.experiment import ensemble, versions
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.results import folder as folders
from steppewise.results import kind as keeping
from steppewise.results.folder import PREFIX, appearing, prepare
from steppewise.results.kind import SaveOptions, is_there
from steppewise.results.run import Results, load_results
from steppewise.results.run import run_name as folder_name
from steppewise.results.run import stored as read_data
from steppewise.results.tables import DIGITS, EVIDENCE_COLUMNS, OUTCOME, PARAMETER, rounded, write_summary
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.resolve import load_scenario
from steppewise.world.variables import VARIABLES, outcome_names

SHARES = (SpreadShare("regional_share.japan", "chance", 0.25, 0.01, 24),)
PLAIN = SaveOptions(pages=False)


def kept(found, parent: Path, how: SaveOptions = PLAIN) -> Path:
    return Results(found, SHARES, {"simulation": 1.5}).save_with(parent, how)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return kept(small(), tmp_path_factory.mktemp("results"))


def leftovers(parent: Path) -> list[str]:
    return sorted(path.name for path in parent.iterdir()) if parent.exists() else []


def refused(work) -> str:
    with pytest.raises(SteppewiseError) as caught:
        work()
    return str(caught.value)


# the name ---------------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_name():
    spec = load_scenario("baseline")
    name = folder_name(spec, Plan(100, 0))
    assert re.fullmatch(r"baseline-[0-9a-f]{8}", name)
    assert name == folder_name(load_scenario("baseline"), Plan(100, 0, workers=7)), "workers change no number"


def test_another_question_has_another_name(monkeypatch):
    spec = load_scenario("baseline")
    other = load_scenario("baseline", ["powers.japan.execution=0.9"])
    names = [
        folder_name(spec, Plan(100, 0)),
        folder_name(spec, Plan(101, 0)),
        folder_name(spec, Plan(100, 1)),
        folder_name(spec, Plan(100, 0, "chance")),
        folder_name(other, Plan(100, 0)),
        folder_name(replace(spec, end=spec.end.plus(-1)), Plan(100, 0)),
    ]
    monkeypatch.setattr(versions, "__version__", "9.9.9")
    names.append(folder_name(spec, Plan(100, 0)))
    monkeypatch.setattr(versions, "digest_of_files", lambda: "another engine")
    names.append(folder_name(spec, Plan(100, 0)))
    assert len(set(names)) == len(names)


# what is in it ----------------------------------------------------------------------------------------------


def test_the_files(folder):
    assert leftovers(folder) == [
        "evidence.csv",
        "manifest.json",
        "runs.parquet",
        "scenario.yaml",
        "series.nc",
        "summary.csv",
    ]


def test_the_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    spec = small().spec
    assert manifest["scenario"]["hash"] == fingerprint(spec)
    assert (manifest["worlds"], manifest["seed"], manifest["uncertainty"]) == (WORLDS, 0, "both")
    assert manifest["versions"]["steppewise"] == __version__
    assert manifest["versions"]["numpy"] == np.__version__
    assert {"python", "mesa"} <= manifest["versions"].keys()
    assert manifest["uncertain"]["chance"] is True
    assert manifest["uncertain"]["parameters"] == len(small().parameters)
    assert sum(manifest["evidence"][name] for name in CLASSES) == len(spec.parameters)
    assert manifest["failures"] == {"worlds": 0, "causes": {}}
    assert manifest["seconds"]["simulation"] == 1.5
    assert manifest["seconds"]["writing"] > 0
    assert manifest["spread"][0]["share"] == 0.25


def test_a_row_a_world(folder):
    runs = pd.read_parquet(folder / "runs.parquet")
    assert runs.world.tolist() == list(range(WORLDS))
    assert set(runs.status) == {"ok"}
    outcomes = [name.removeprefix(OUTCOME) for name in runs.columns if name.startswith(OUTCOME)]
    assert tuple(outcomes) == outcome_names(small().spec)
    for name in ("regional_share.japan", "leads.china"):
        np.testing.assert_array_equal(runs[f"{OUTCOME}{name}"], small().outcomes[name])
    drawn = runs[f"{PARAMETER}powers.japan.execution"]
    np.testing.assert_array_equal(drawn, small().parameters["powers.japan.execution"])


def test_every_parameter_in_force(tmp_path):
    spec = load_scenario("package-delivered", ["powers.japan.effort=0.013"])
    folder = kept(replace(small(), spec=spec), tmp_path)
    with (folder / "evidence.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["name"]: row for row in csv.DictReader(stream)}
    assert tuple(next(iter(rows.values()))) == EVIDENCE_COLUMNS
    assert rows.keys() == spec.parameters.keys()
    assert float(rows["powers.japan.effort"]["value"]) == 0.013
    assert rows["powers.japan.effort"]["set_by_scenario"] == "yes"
    assert rows["powers.china.effort"]["set_by_scenario"] == "no"
    row, parameter = rows["powers.china.gdp"], spec.parameters["powers.china.gdp"]
    assert (float(row["low"]), float(row["high"])) == (parameter.low, parameter.high)
    assert (row["unit"], row["class"], row["source"]) == (
        parameter.definition.unit,
        parameter.evidence,
        parameter.source,
    )


def test_named_arrays(folder):
    with xr.open_dataset(folder / "series.nc", engine="h5netcdf") as series:
        assert dict(series.sizes) == {"time": 62, "power": 4, "state": 5, "world": WORLDS}
        assert set(series.data_vars) == set(VARIABLES)
        assert series["trust"].dims == ("time", "power", "state", "world")
        assert series["trade"].attrs["units"] == "billion USD of 2020 per year"
        assert series["trust"].attrs["long_name"] == "trust"
        assert series["time"].values[[0, -1]].tolist() == ["2025Q3", "2040Q4"]
        assert series["year"].values[0] == 2025.5
        value = series["regional_share"].sel(time="2030Q1", power="russia", world=7).item()
        assert series["trust"].dtype == np.float32
    assert value == small().trajectories["regional_share"][18, 2, 7]


def test_the_summary_as_text(folder):
    table = pd.read_csv(folder / "summary.csv")
    expected = summary(small())
    assert tuple(table.columns) == COLUMNS
    assert len(table) == len(expected)
    np.testing.assert_allclose(table["value"], expected["value"].to_numpy(), rtol=1e-6)
    for name in ("time", "power", "state", "variable", "unit", "statistic"):
        assert table[name].fillna("").tolist() == expected[name].astype(object).fillna("").tolist()


def test_an_empty_summary_has_its_head(tmp_path):
    write_summary(tmp_path / "summary.csv", summary_table(replace(small(), trajectories={})))
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8").strip() == ",".join(COLUMNS)


def test_seven_digits():
    values = np.array([0.123456789, 123456.789, -1.5e-10, 0.0, np.nan])
    np.testing.assert_array_equal(rounded(values, DIGITS), [0.1234568, 123456.8, -1.5e-10, 0.0, np.nan])


def test_without_trajectories_there_is_no_series(tmp_path):
    folder = kept(replace(small(), trajectories={}), tmp_path)
    assert "series.nc" not in leftovers(folder)
    assert load_results(folder).ensemble.trajectories == {}


def test_of_many_worlds_the_first_keep_their_course(tmp_path, monkeypatch):
    whole = small()  # other tests share it: all of its course is kept
    monkeypatch.setattr(ensemble, "TRAJECTORIES_AT_MOST", 10)
    monkeypatch.setattr(ensemble, "WORLDS_IN_BLOCK", 8)
    many = simulate(whole.spec, Plan(WORLDS, 0))
    for name, values in whole.trajectories.items():
        np.testing.assert_array_equal(many.trajectories[name], values[..., :10])
    folder = kept(many, tmp_path)
    with xr.open_dataset(folder / "series.nc", engine="h5netcdf") as series:
        assert (series.sizes["world"], series.attrs["worlds_in_all"]) == (10, WORLDS)
    assert set(pd.read_csv(folder / "summary.csv").worlds) == {10}
    share = load_results(folder).findings.powers[0].share
    assert (share.start.worlds, share.end.worlds) == (10, WORLDS)


def test_the_scenario_stands_by_itself(folder):
    assert fingerprint(load_scenario(folder / "scenario.yaml")) == fingerprint(small().spec)


# coming back ------------------------------------------------------------------------------------------------


def test_results_come_back_as_they_were(folder):
    results = load_results(folder)
    ours, theirs = small(), results.ensemble
    assert theirs.status == ours.status
    for room in ("parameters", "outcomes", "trajectories"):
        assert getattr(theirs, room).keys() == getattr(ours, room).keys()
        for name, values in getattr(ours, room).items():
            np.testing.assert_array_equal(getattr(theirs, room)[name], values)
    assert results.shares == SHARES
    assert results.sentences() == Results(ours, SHARES).sentences()
    assert results.folder == folder


def test_worlds_in_another_order_come_back_in_theirs(tmp_path):
    """Whatever has sorted the rows meanwhile: a spreadsheet, a database."""
    folder = kept(small(), tmp_path)
    runs = pd.read_parquet(folder / "runs.parquet")
    runs.sort_values(f"{OUTCOME}regional_share.japan").to_parquet(folder / "runs.parquet", index=False)
    for name, values in load_results(folder).ensemble.outcomes.items():
        np.testing.assert_array_equal(values, small().outcomes[name])


def test_failed_worlds_come_back(tmp_path):
    folder = kept(with_failures(), tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["failures"]["worlds"] == len(FAILING)
    assert sum(manifest["failures"]["causes"].values()) == len(FAILING)
    runs = pd.read_parquet(folder / "runs.parquet")
    assert len(runs) == WORLDS, "failed worlds are recorded, never dropped"
    assert [world for world in range(WORLDS) if runs.status[world] != "ok"] == list(FAILING)
    assert load_results(folder).ensemble.failures == with_failures().failures


def test_the_folder_keeps_its_own_evidence(folder, tmp_path):
    """Evidence that has changed since is told, and the numbers of the folder are used."""
    copy = tmp_path / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    text = (copy / "evidence.csv").read_text(encoding="utf-8")
    today = load_scenario("baseline").parameters["world.influence.theta"]
    old, new = f"world.influence.theta,{today.value!r},", "world.influence.theta,0.4321,"
    assert old in text
    (copy / "evidence.csv").write_text(text.replace(old, new), encoding="utf-8")
    stored = read_data(copy)
    assert stored.ensembles[0].spec.parameters["world.influence.theta"].value == 0.4321
    assert dict(stored.evidence_changed) == {"world.influence.theta": today}


@pytest.mark.parametrize("file", ["manifest.json", "runs.parquet", "evidence.csv", "series.nc"])
def test_a_damaged_file_is_told(folder, tmp_path, file):
    copy = tmp_path / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / file).write_bytes(b"\x00nothing\xff")
    assert f"{copy / file}: is damaged" in refused(lambda: load_results(copy))


def test_every_fault_of_a_manifest_is_told(folder, tmp_path):
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    del manifest["seed"], manifest["spread"][0]["share"]
    manifest["worlds"] = "many"
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    lines = refused(lambda: load_results(copy)).splitlines()
    places = ("worlds: Input should be a valid integer", "seed: Field required", "spread.0.share: Field required")
    assert len(lines) == len(places)
    for line, place in zip(lines, places, strict=True):
        assert line.startswith(f"{copy / 'manifest.json'}: is damaged: {place}")
        assert line.endswith("; 'steppewise run --force' writes the folder anew")


@pytest.mark.parametrize("file", ["runs.parquet", "evidence.csv", "scenario.yaml"])
def test_a_file_that_lacks_is_told(folder, tmp_path, file):
    copy = tmp_path / folder.name
    copy.mkdir()
    for path in folder.iterdir():
        if path.name != file:
            (copy / path.name).write_bytes(path.read_bytes())
    assert refused(lambda: load_results(copy)).startswith(f"{copy / file}: ")


def test_what_is_no_results_folder(tmp_path):
    assert refused(lambda: load_results(tmp_path / "nowhere")) == f"{tmp_path / 'nowhere'}: there is no such folder"
    message = f"{tmp_path}: is not a results folder: it holds no manifest.json"
    assert refused(lambda: load_results(tmp_path)) == message


def test_a_folder_of_another_layout(folder, tmp_path):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "layout": 99}), encoding="utf-8")
    message = f"{tmp_path / 'manifest.json'}: was written by another version of steppewise"
    assert refused(lambda: load_results(tmp_path)) == message


# found again, replaced --------------------------------------------------------------------------------------


def test_what_is_there_is_left(tmp_path):
    folder = kept(small(), tmp_path)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert is_there(folder)
    assert kept(small(), tmp_path) == folder
    assert (folder / "mine.txt").exists()


def test_force_replaces(tmp_path):
    folder = kept(small(), tmp_path)
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert kept(small(), tmp_path, replace(PLAIN, force=True)) == folder
    assert not (folder / "mine.txt").exists()
    assert leftovers(tmp_path) == [folder.name]


def test_a_replacement_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    folder = kept(small(), tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(keeping, "write_manifest", fail)
    with pytest.raises(KeyboardInterrupt):
        kept(small(), tmp_path, replace(PLAIN, force=True))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert leftovers(tmp_path) == [folder.name]


def test_a_rename_that_fails_puts_the_old_folder_back(tmp_path, monkeypatch):
    target = tmp_path / "target"
    target.mkdir()
    (target / "old.txt").write_text("old", encoding="utf-8")
    rename = Path.rename

    def failing(self, other):
        if other == target and (self / "new.txt").exists():
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(SteppewiseError), appearing(target, replace=True) as folder:
        (folder / "new.txt").write_text("new", encoding="utf-8")
    assert leftovers(target) == ["old.txt"]
    assert leftovers(tmp_path) == ["target"]


def test_what_is_in_the_way_is_told(tmp_path):
    target = tmp_path / folder_name(small().spec, small().plan)
    target.mkdir()
    message = f"{target}: is a folder, but not one of results; move it away, or choose another place with --out"
    assert refused(lambda: kept(small(), tmp_path)) == message
    assert refused(lambda: kept(small(), tmp_path, replace(PLAIN, force=True))) == message
    target.rmdir()
    target.write_text("", encoding="utf-8")
    message = f"{target}: is a file, where the results folder belongs; move it away"
    assert refused(lambda: kept(small(), tmp_path)) == message


# whole or not at all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, ValueError])
def test_what_stops_the_writing_leaves_nothing(tmp_path, stop):
    def write():
        with appearing(tmp_path / "results" / "one") as folder:
            (folder / "half.txt").write_text("half", encoding="utf-8")
            assert folder.name.startswith(PREFIX)
            raise stop

    with pytest.raises(stop):
        write()
    assert leftovers(tmp_path / "results") == []


def test_a_folder_that_appears_meanwhile_is_left(tmp_path):
    with pytest.raises(SteppewiseError, match="exists already"), appearing(tmp_path / "one"):
        (tmp_path / "one").mkdir()
    assert leftovers(tmp_path) == ["one"]


def dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.mark.skipif(os.name != "posix", reason="elsewhere, age alone tells")
def test_what_a_killed_run_left_is_swept(tmp_path):
    computer = folders._computer()
    of_dead = tmp_path / f"{PREFIX}{computer}-{dead_process()}-12345678"
    of_living = tmp_path / f"{PREFIX}{computer}-{os.getppid()}-12345678"
    of_others = tmp_path / f"{PREFIX}elsewhere-1-12345678"
    of_old = tmp_path / f"{PREFIX}elsewhere-2-12345678"
    for path in (of_dead, of_living, of_others, of_old, tmp_path / "mine"):
        path.mkdir()
    long_ago = of_old.stat().st_mtime - 2 * folders.ABANDONED
    os.utime(of_old, (long_ago, long_ago))
    prepare(tmp_path)
    assert leftovers(tmp_path) == sorted([of_living.name, of_others.name, "mine"])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "cannot be written: the disk is full; make room or choose another folder with --out"),
        (errno.EACCES, "cannot be written: no permission; choose another folder with --out"),
        (errno.EROFS, "cannot be written: no permission; choose another folder with --out"),
        (errno.EIO, "cannot be written: Input/output error; choose another folder with --out"),
    ],
)
def test_what_the_system_says_becomes_what_to_mend(tmp_path, code, message):
    def write():
        with appearing(tmp_path / "one"):
            raise OSError(code, os.strerror(code))

    assert refused(write) == f"{tmp_path / 'one'}: {message}"
    assert leftovers(tmp_path) == []


def test_a_file_where_a_folder_is_needed(tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert refused(lambda: prepare(file)) == f"{file}: is a file; a folder is needed here"
    message = f"{file / 'below'}: cannot be written: a file is in the way; choose another folder with --out"
    assert refused(lambda: prepare(file / "below")) == message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_to(tmp_path):
    tmp_path.chmod(0o500)
    message = f"{tmp_path}: cannot be written: no permission; choose another folder with --out"
    assert refused(lambda: prepare(tmp_path)) == message
