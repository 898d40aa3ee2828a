"""Sweeps: pieces that hold every row once, files that are the same whoever made them, and stores that grow."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import swept
from tests.support.generated import setting
from tests.support.swept import (
    EFFORT,
    EXECUTION,
    FAILING,
    HEDGING,
    OUTCOMES,
    Disorderly,
    digests,
    filled,
    study,
)

from steppewise.experiment import study as studies
from steppewise.experiment.block import Block, BlockResult, run_block
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.experiment.executors import UNDER_WAY, Serial, Threads
from steppewise.experiment.responses import STATISTICS, statistics
from steppewise.experiment.study import Factor, Study, Task, latin_hypercube, task_of
from steppewise.results.manifest import read_manifest
from steppewise.results.rows import (
    RESULTS,
    SUMMARY,
    causes,
    collect,
    read_by_points,
    read_responses,
)
from steppewise.results.store import SweepManifest, open_store, read_study, run_missing
from steppewise.scenario.resolve import load_scenario

pytestmark = pytest.mark.usefixtures("small_pieces")


# pieces -----------------------------------------------------------------------------------------------------


@given(
    points=st.integers(1, 40),
    layers=st.lists(st.integers(1, 130), min_size=1, max_size=3),
    switched=st.booleans(),
    rows=st.integers(1, 120),
)
def test_pieces_hold_every_row_once(points, layers, switched, rows):
    factors = (EFFORT, HEDGING) if switched else (EFFORT,)
    values = np.random.default_rng(points).random((points, len(factors))).round(0 if switched else 9)
    held: list[tuple[int, int]] = []
    names = []
    first = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(studies, "ROWS_IN_PIECE", rows)
        for worlds in layers:
            for piece in study(factors, points=values, worlds=first + worlds).pieces(first):
                assert piece.rows <= max(rows, worlds)
                assert (np.diff(piece.points) > 0).all()
                assert (piece.values == values[piece.points]).all()
                assert not switched or len(set(piece.values[:, 1])) == 1, "the same mechanisms throughout"
                names.append(piece.name)
                held += [(p, w) for p in piece.points.tolist() for w in range(piece.first, piece.first + piece.worlds)]
            first += worlds
    assert sorted(held) == [(point, world) for point in range(points) for world in range(first)]
    assert len(set(names)) == len(names)


def outcomes_at(study: Study, **blocks: object) -> dict[str, np.ndarray]:
    """What a plain block of the same worlds comes to."""
    block = Block(study.spec, 0, study.worlds, study.seed, study.uncertainty)
    return dict(run_block(replace(block, **blocks)).outcomes)


def rows_of(study: Study, point: int) -> dict[str, np.ndarray]:
    results = [(piece, task_of(study, piece).run()) for piece in study.pieces() if point in piece.points]
    (piece, result), *_ = results
    start = list(piece.points).index(point) * piece.worlds
    return {name: values[start : start + piece.worlds] for name, values in result.outcomes.items()}


def test_a_point_is_the_scenario_with_its_values():
    """One factor of every kind and way, against a scenario that is changed by hand."""
    spec = load_scenario("package-delivered")
    package = next(event for event in spec.events if hasattr(event, "amount"))
    spec = replace(spec, end=max(package.at, spec.start).plus(4))
    ranged = next(p for p in spec.parameters.values() if p.is_uncertain and p.name.startswith("world."))
    cases = [
        (EXECUTION, 0.7, setting(spec, {"powers.japan.execution": 0.7}), {}),
        (EFFORT, 2.0, spec, {"scaled": {EFFORT.name: np.full(20, 2.0)}}),
        (HEDGING, 0.0, replace(spec, switched_off=spec.switched_off | {"hedging"}), {}),
        (
            Factor(ranged.name, "parameter", (ranged.name,), "evidence", 0, 1),
            0.25,
            setting(spec, {ranged.name: 0.75 * ranged.low + 0.25 * ranged.high}),
            {},
        ),
        (
            Factor(f"events.{package.label}.amount", "event", (f"events.{package.label}.amount",), "absolute", 0, 9),
            5.0,
            replace(spec, events=tuple(replace(e, amount=5.0) if e == package else e for e in spec.events)),
            {},
        ),
    ]
    for factor, value, changed, blocks in cases:
        one = study((factor,), spec=spec, points=np.array([[value * 0.9], [value]]), design="list")
        wanted = outcomes_at(replace(one, spec=changed), **blocks)
        for name, values in rows_of(one, 1).items():
            np.testing.assert_array_equal(values, wanted[name], err_msg=f"{factor.name}: {name}")


def test_every_point_runs_the_worlds_of_a_run():
    one = study((EXECUTION,), points=np.array([[0.5], [0.8]]), design="list", worlds=25)
    for number, value in enumerate((0.5, 0.8)):
        run = simulate(setting(one.spec, {EXECUTION.name: value}), Plan(25))
        np.testing.assert_array_equal(rows_of(one, number)[OUTCOMES[0]], run.outcomes[OUTCOMES[0]])


# the same files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "executor",
    [Threads(2), Threads(5), Disorderly(1), Disorderly(2)],
    ids=["threads2", "threads5", "disorder1", "disorder2"],
)
def test_files_are_the_same_whoever_computes_them(tmp_path, undisturbed_folder, executor):
    store, _ = swept.swept(study(), tmp_path, executor)
    assert digests(store.folder) == digests(undisturbed_folder)


@pytest.mark.parametrize("size", [1, 7, 40])
def test_files_are_the_same_whatever_the_blocks(tmp_path, undisturbed_folder, monkeypatch, size):
    monkeypatch.setattr(studies, "WORLDS_IN_BLOCK", size)
    store, _ = swept.swept(study(), tmp_path)
    assert digests(store.folder) == digests(undisturbed_folder)


# threads ----------------------------------------------------------------------------------------------------


@dataclass
class Counted:
    """Threads that count the tasks they were given and those they ran; one of them, by its number, breaks off."""

    workers: int
    breaking: int | None = None
    taken: int = 0
    ran: list[Task] = field(default_factory=list)

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, BlockResult]]:
        return Threads(self.workers).run(self._noted(tasks))

    def _noted(self, tasks: Iterable[Task]) -> Iterator[Task]:
        for task in tasks:
            self.taken += 1
            yield CountedTask(**vars(task), ran=self.ran, breaks=self.taken == self.breaking)


@dataclass(frozen=True)
class CountedTask(Task):
    """A task that is counted when it is run."""

    ran: list[Task] = field(default_factory=list)
    breaks: bool = False

    def run(self) -> BlockResult:
        self.ran.append(self)
        if self.breaks:
            raise MemoryError("on purpose")
        return super().run()


def threads_at_work() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("worlds")]


@pytest.mark.parametrize("workers", [2, 3])
def test_an_error_in_a_thread_reaches_the_caller_and_leaves_whole_pieces(tmp_path, undisturbed_folder, workers):
    store = open_store(study(), tmp_path)
    done = []
    with pytest.raises(MemoryError, match="on purpose"):
        done.extend(run_missing(store, Counted(workers, breaking=6)))
    assert threads_at_work() == []
    pieces = list((store.folder / "pieces").iterdir())
    assert len(pieces) < len(list(store.study.pieces()))
    assert not list(tmp_path.rglob(".steppewise-*"))
    swept.assert_whole(tmp_path)
    again = open_store(study(), tmp_path)
    assert again.rows_missing() == 500 - sum(pq.ParquetFile(piece).metadata.num_rows for piece in pieces)
    again, _ = swept.swept(study(), tmp_path, Threads(workers))
    assert digests(again.folder) == digests(undisturbed_folder)


@pytest.mark.parametrize("workers", [2, 3])
def test_closing_the_results_early_stops_the_work(tmp_path, workers):
    store, executor = open_store(study(), tmp_path), Counted(workers)
    running = run_missing(store, executor)
    rows = next(running)
    assert executor.taken == UNDER_WAY * workers < len(list(store.study.pieces()))
    running.close()
    assert threads_at_work() == []
    assert len(executor.ran) <= executor.taken == UNDER_WAY * workers, "none was begun after that"
    assert open_store(study(), tmp_path).rows_missing() == 500 - rows


def test_a_sweep_that_is_broken_off_goes_on(tmp_path, undisturbed_folder):
    store = open_store(study(), tmp_path)
    running = run_missing(store, Serial())
    done = [next(running) for _ in range(4)]
    running.close()
    again = open_store(study(), tmp_path)
    assert again.rows_missing() == 500 - sum(done)
    assert sum(run_missing(again, Serial())) == again.study.rows - sum(done)
    collect(again)
    assert digests(again.folder) == digests(undisturbed_folder)


@pytest.mark.parametrize("factors", [(EFFORT, EXECUTION), (EFFORT, HEDGING)], ids=["numbers", "switches"])
def test_more_worlds_add_to_what_is_there(tmp_path, factors):
    few = study(factors, worlds=7)
    store, before = swept.swept(few, tmp_path / "grown")
    pieces = digests(store.folder)
    for worlds in (20, 83):
        store, _ = swept.swept(replace(few, worlds=worlds), tmp_path / "grown")
    assert store.study.worlds == 83
    assert store.layers == (range(7), range(7, 20), range(20, 83))
    for name in (name for name in pieces if name.startswith("pieces")):
        assert digests(store.folder)[name] == pieces[name], "what was there stays"
    fresh, found = swept.swept(replace(few, worlds=83), tmp_path / "fresh")
    assert digests(store.folder, pieces=False) == digests(fresh.folder, pieces=False)
    assert (found.worlds == 83).all()
    assert (before.worlds == 7).all()


def test_fewer_worlds_change_nothing(tmp_path):
    store, _ = swept.swept(study(), tmp_path)
    before = digests(store.folder)
    again = open_store(study(worlds=5), tmp_path)
    assert (again.study.worlds, again.rows_missing()) == (20, 0)
    assert digests(again.folder) == before


def test_what_is_kept_over_time_is_there_with_its_piece(tmp_path):
    for keep, rows in (("summary", 25 * 3), ("trajectories", 500 * 3)):
        store = filled(study(keep=keep), tmp_path)
        names = sorted(path.name for path in (store.folder / "pieces").iterdir())
        assert names == sorted(path.name for path in (store.folder / "series").iterdir())
        series = pd.read_parquet(store.folder / "series")
        assert len(series) == rows
    one = series[(series.point == 3) & (series.world == 11)].sort_values("quarter")
    course = run_block(task_block(study(keep=keep), 3), ("regional_share",)).trajectories["regional_share"]
    np.testing.assert_array_equal(one[OUTCOMES[0]], course[:, 0, 11])


def task_block(study: Study, point: int) -> Block:
    piece = next(piece for piece in study.pieces() if point in piece.points)
    block = studies.block_of(task_of(study, piece))
    start = list(piece.points).index(point) * piece.worlds
    return block.part(start, start + piece.worlds)


# results and summary ----------------------------------------------------------------------------------------


def test_results_hold_every_row_in_order(undisturbed_folder):
    table = pd.read_parquet(undisturbed_folder / RESULTS)
    assert list(table.columns) == ["point", "world", "status", *OUTCOMES]
    assert (table.point == np.repeat(np.arange(25), 20)).all()
    assert (table.world == np.tile(np.arange(20), 25)).all()
    assert (table.status == "ok").all()


def test_summary_says_what_the_rows_do(undisturbed_folder):
    rows = pd.read_parquet(undisturbed_folder / RESULTS).groupby("point")[OUTCOMES[1]]
    summary = pd.read_csv(undisturbed_folder / SUMMARY)
    assert list(summary.columns) == ["point", EFFORT.name, EXECUTION.name, "outcome", *STATISTICS, "worlds", "failed"]
    trust = summary[summary.outcome == OUTCOMES[1]]
    np.testing.assert_allclose(trust["mean"], rows.mean(), rtol=1e-9)
    np.testing.assert_allclose(trust["standard_error"], rows.sem(), rtol=1e-9)
    for name, share in (("q05", 0.05), ("median", 0.5), ("q95", 0.95)):
        np.testing.assert_allclose(trust[name], rows.quantile(share), rtol=1e-9)
    np.testing.assert_array_equal(trust[[EFFORT.name, EXECUTION.name]], study().points)
    found = read_responses(undisturbed_folder, study())
    np.testing.assert_allclose(found.of(OUTCOMES[1]), rows.mean(), rtol=1e-9)
    assert (found.worlds == 20).all()
    assert not found.failed.any()


def test_statistics_by_hand():
    values = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, np.nan, 7.0, np.nan], [np.nan] * 4, [np.nan, 9.0, np.nan, np.nan]])
    found = statistics(values, np.isfinite(values))
    assert found[0].tolist() == pytest.approx([2.5, (5 / 3) ** 0.5 / 2, 1.15, 1.75, 2.5, 3.25, 3.85])
    assert found[1].tolist() == pytest.approx([6.0, 1.0, 5.1, 5.5, 6.0, 6.5, 6.9])
    assert np.isnan(found[2]).all()
    assert found[3, 0] == 9
    assert np.isnan(found[3, 1])
    np.testing.assert_array_equal(found[:1], statistics(values[:1], np.isfinite(values[:1])), "alone the same")


def test_a_point_that_fails_is_recorded_and_the_sweep_goes_on(tmp_path):
    points = np.array([[100.0], [np.nan], [200.0]])
    store, found = swept.swept(study((FAILING,), points=points, design="list"), tmp_path)
    assert found.failed.tolist() == [0, 20, 0]
    assert np.isfinite(found.of(OUTCOMES[0])).tolist() == [True, False, True]
    assert dict(causes(store.folder)) == {"share.japan.kazakhstan is not finite": 20}
    alone = filled(study((FAILING,), points=points[[2]], design="list"), tmp_path)
    wanted = pd.read_parquet(alone.folder / "pieces")
    rows = pd.read_parquet(store.folder / RESULTS)
    np.testing.assert_array_equal(rows[rows.point == 2][OUTCOMES[0]], wanted[OUTCOMES[0]])
    assert "nan" in (store.folder / "points.csv").read_text()
    assert np.isnan(read_study(store.folder, read_manifest(store.folder, SweepManifest))[0].points[1, 0])


@pytest.mark.parametrize(("size", "worlds"), [(1, 1), (1, 500), (500, 1), (3, 70), (70, 3)])
def test_any_shape_can_be_collected(tmp_path, size, worlds):
    points = latin_hypercube((EFFORT, EXECUTION), size, 0)
    store, found = swept.swept(study(points=points, design="latin hypercube", worlds=worlds), tmp_path)
    assert len(found.of(OUTCOMES[0])) == size
    file = pq.ParquetFile(store.folder / RESULTS)
    assert file.metadata.num_rows == size * worlds
    groups = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert all(rows % worlds == 0 for rows in groups), "points are not torn"
    assert sum(table.num_rows for table in read_by_points(store)) == size * worlds
