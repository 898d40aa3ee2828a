"""Stores of sweeps: read back from their folder alone, refused where they belong to something else, computed again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.support.generated import setting
from tests.support.swept import (
    EFFORT,
    EXECUTION,
    HEDGING,
    OUTCOMES,
    changed_manifest,
    filled,
    refusal,
    short,
    study,
)

from steppewise.experiment import versions
from steppewise.experiment.executors import Serial, Threads, executor_of
from steppewise.results import store as sweeping
from steppewise.results.manifest import read_manifest
from steppewise.results.rerun import differences
from steppewise.results.rows import RESULTS, collect
from steppewise.results.store import SweepManifest, open_store, peek, read_study, run_missing, store_name
from steppewise.results.sweep import stored as read_sweep

pytestmark = pytest.mark.usefixtures("small_pieces")


# stores -----------------------------------------------------------------------------------------------------


def test_a_study_is_read_back_from_its_folder(tmp_path):
    factors = (EFFORT, replace(EXECUTION, levels=(0.4, 0.9), labels=("low", "very high")), HEDGING)
    spec = setting(short(), {"powers.japan.predictability": 0.123456789012345})
    points = np.column_stack([np.random.default_rng(0).random(9) / 3, np.full(9, 0.4), np.arange(9) % 2])
    one = study(factors, points=points, spec=replace(spec, changed=("powers.japan.predictability",)), seed=2**40)
    store = filled(one, tmp_path)
    found, changed = read_study(store.folder, read_manifest(store.folder, SweepManifest))
    assert found.factors == one.factors
    np.testing.assert_array_equal(found.points, points)
    assert store_name(found) == store_name(one)
    kept = ("name", "title", "question", "look_for", "design", "worlds", "seed", "uncertainty", "outcomes", "keep")
    assert [getattr(found, key) for key in kept] == [getattr(one, key) for key in kept]
    assert changed == {}


def test_the_name_covers_what_numbers_depend_on():
    one = study()
    others = [
        replace(one, seed=1),
        replace(one, points=one.points + 1e-12),
        replace(one, outcomes=OUTCOMES[:1]),
        replace(one, uncertainty="chance"),
        replace(one, keep="summary"),
        replace(one, factors=(replace(EFFORT, way="absolute"), EXECUTION)),
        replace(one, spec=setting(one.spec, {"powers.japan.predictability": 0.5})),
    ]
    assert len({store_name(other) for other in [one, *others]}) == len(others) + 1
    same = [replace(one, worlds=99), replace(one, title="Another"), replace(one, question="")]
    assert {store_name(other) for other in same} == {store_name(one)}


def test_a_store_of_another_study_is_refused(tmp_path):
    folder = filled(study(), tmp_path).folder
    changed_manifest(folder, store="another-12345678")
    assert refusal(open_store, study(), tmp_path) == (
        f"{folder}: holds the sweep 'another-12345678', of another version or scenario"
    )


def test_a_store_of_other_versions_is_not_mixed_with_these(tmp_path, monkeypatch):
    store = open_store(study(), tmp_path)
    now = versions.versions()
    changed_manifest(store.folder, versions={**now, "engine": "an older", "numpy": "1.0", "python": "3.99"})
    begun = f"{store.folder}: was begun with engine an older, now {now['engine']}"
    wanted = f"{begun}; go on with that, or begin anew with --out"
    assert refusal(open_store, study(), tmp_path) == wanted
    changed_manifest(store.folder, versions={**now, "numpy": "1.0", "python": "3.99"})
    assert open_store(study(), tmp_path).rows_missing() == 500, "no number depends on these"
    changed_manifest(store.folder, versions=now)
    filled(study(), tmp_path)
    changed_manifest(store.folder, versions={**now, "engine": "an older"})
    assert open_store(study(), tmp_path).rows_missing() == 0, "what is complete can be read"
    assert refusal(open_store, study(worlds=30), tmp_path) == wanted
    monkeypatch.setattr(versions, "__version__", "9.9")
    assert open_store(study(), tmp_path).folder != store.folder, "another version has a folder of its own"
    monkeypatch.undo()
    monkeypatch.setattr(versions, "digest_of_files", lambda: "another")
    assert open_store(study(), tmp_path).folder != store.folder, "and so has another engine"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json: is damaged ("),
        (lambda f: changed_manifest(f, layout=0), "was written by another version of steppewise"),
        (lambda f: changed_manifest(f, kind="run"), "holds a run, where a sweep is asked for"),
        (lambda f: changed_manifest(f, layers=[]), "manifest.json: is damaged: "),
        (lambda f: (f / "manifest.json").unlink(), "is not a results folder: it holds no manifest.json"),
    ],
)
def test_a_folder_that_is_no_store_is_refused(tmp_path, spoil, told):
    folder = open_store(study(), tmp_path).folder
    spoil(folder)
    assert told in refusal(open_store, study(), tmp_path)


def test_a_file_in_the_way(tmp_path):
    (tmp_path / store_name(study())).write_text("in the way")
    assert "manifest.json" in refusal(open_store, study(), tmp_path)
    (tmp_path / "file").write_text("in the way")
    assert refusal(open_store, study(), tmp_path / "file") == (
        f"{tmp_path / 'file'}: is a file; a folder is needed here"
    )


def test_pieces_that_are_lost_or_damaged_are_told(tmp_path):
    store = filled(study(), tmp_path)
    first, second = sorted((store.folder / "pieces").iterdir())[:2]
    whole = second.read_bytes()
    first.unlink()
    assert refusal(collect, store) == f"{first}: is not there; without it, the same command computes it anew"
    for content in (b"", whole[:-20], whole[: len(whole) // 2]):
        first.write_bytes(content)
        assert refusal(collect, store).startswith(f"{first}: is damaged (")
    first.unlink()
    for _ in run_missing(open_store(study(), tmp_path), Serial()):
        pass
    collect(store)


def test_nothing_is_made_by_a_look(tmp_path):
    assert peek(study(), tmp_path / "nowhere").rows_missing() == 500
    assert not (tmp_path / "nowhere").exists()
    filled(study(), tmp_path)
    assert peek(study(worlds=30), tmp_path).rows_missing() == 250
    assert len(read_manifest(tmp_path / store_name(study()), SweepManifest).layers) == 1


def test_an_unfinished_file_of_another_process_stays(tmp_path):
    """Two commands may work at the same sweep; what a dead one left is swept out."""
    from steppewise.results.folder import PREFIX, _computer, _owner

    pieces = filled(study(), tmp_path).folder / "pieces"
    ours, dead = pieces / f"{PREFIX}{_owner()}-1", pieces / f"{PREFIX}{_computer()}-4194999-1"
    for path in (ours, dead):
        path.write_text("unfinished")
    open_store(study(), tmp_path)
    assert ours.exists()
    assert not dead.exists()


# once more --------------------------------------------------------------------------------------------------


@pytest.fixture
def complete(undisturbed_folder, tmp_path) -> Path:
    """A copy of a folder that counts as complete."""
    import shutil

    folder = tmp_path / undisturbed_folder.name
    shutil.copytree(undisturbed_folder, folder)
    changed_manifest(folder, collected=20)
    return folder


def test_a_sweep_comes_out_the_same_from_its_folder_alone(complete):
    sweep = read_sweep(complete)
    pair = sweep.again()
    assert len(pair.kept.status) == 500
    assert differences(pair.kept, pair.again) == ()
    for number in (0, 137, 499):
        row = sweep.again(number)
        point, world = divmod(number, 20)
        assert row.row == f"Row {number}, point {point}, world {world}"
        assert len(row.kept.status) == 1
        assert differences(row.kept, row.again) == ()
    assert refusal(sweep.again, 500) == "there is no row 500; rows are numbered from 0 to 499"


def test_of_a_large_sweep_rows_from_all_over_are_computed_again(complete, monkeypatch):
    from steppewise.results import sweep

    monkeypatch.setattr(sweep, "MOST_PLACES", 3)
    monkeypatch.setattr(sweep, "ROWS_AT_A_PLACE", 20)
    pair = read_sweep(complete).again()
    assert len(pair.kept.status) == 60
    assert differences(pair.kept, pair.again) == ()


def test_a_number_that_was_changed_is_found(complete):
    file = pq.ParquetFile(complete / RESULTS)
    tables = [file.read_row_group(number) for number in range(file.num_row_groups)]
    with pq.ParquetWriter(complete / RESULTS, tables[0].schema) as writer:
        for number, table in enumerate(tables):
            if number == 1:
                values = table[OUTCOMES[0]].to_numpy().copy()
                values[3] = np.nextafter(values[3], 1)
                table = table.set_column(3, OUTCOMES[0], [values])
            writer.write_table(table)
    pair = read_sweep(complete).again()
    [difference] = differences(pair.kept, pair.again)
    assert (difference.column, difference.rows) == (f"outcome:{OUTCOMES[0]}", 1)


def test_a_folder_that_was_changed_is_told(complete):
    text = (complete / "points.csv").read_text()
    (complete / "points.csv").write_text(text.replace("0.5,0.4", "0.5,0.41", 1))
    assert refusal(read_sweep, complete) == (
        f"{complete}: its points or factors are not those that the sweep was made with"
    )
    (complete / "points.csv").write_text(text)
    evidence = (complete / "evidence.csv").read_text()
    (complete / "evidence.csv").write_text(evidence.replace("powers.japan.effort,", "powers.japan.effort,1", 1))
    assert refusal(read_sweep, complete) == f"{complete / 'scenario.yaml'}: is not what the sweep was made with"
    (complete / "evidence.csv").write_text(evidence)
    changed_manifest(complete, collected=10)
    assert refusal(read_sweep, complete) == (
        f"{complete}: is a sweep that is not complete; the command that began it goes on"
    )


# executors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("threads", 2, None), "the executor is local or dask, not 'threads'"),
        (("local", 2, "tcp://here:1"), "--scheduler goes with --executor dask"),
        (("local", 0, None), "workers must be 1 or more, not 0"),
    ],
)
def test_executors_that_there_are_not(asked, told):
    assert refusal(executor_of, *asked) == told


def test_one_worker_is_this_thread():
    assert isinstance(executor_of("local", 1, None), Serial)
    assert isinstance(executor_of("local", 2, None), Threads)


def test_no_piece_is_lost_when_a_piece_cannot_be_written(tmp_path, monkeypatch):
    """The error is told once, and what is missing is done by the next call."""
    store = open_store(study(), tmp_path)
    broken = iter([None, None, OSError(28, "No space left on device")])
    write = sweeping.write_whole

    def failing(path, content):
        error = next(broken, None)
        if error:
            with sweeping.saying_why(path.parent):
                raise error
        write(path, content)

    monkeypatch.setattr(sweeping, "write_whole", failing)
    assert "the disk is full" in refusal(list, run_missing(store, Serial()))
    assert store.rows_missing() == 420
