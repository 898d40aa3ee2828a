"""The verb `sweep` for notebooks: a study at all its points, as a folder that grows, resumes and plots itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steppewise.analysis.effects import SweepFindings, find
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.executors import Executor, cores_available, executor_of
from steppewise.experiment.loading import load_study
from steppewise.experiment.responses import Responses
from steppewise.experiment.study import Piece, Study, task_of
from steppewise.experiment.versions import numeric_versions
from steppewise.report.figures.picture import FIGURES, REPORT
from steppewise.results import rows
from steppewise.results.folder import appearing, replacing
from steppewise.results.kind import NotebookView, figure_of
from steppewise.results.manifest import SWEEP, read_manifest
from steppewise.results.rerun import Again, Progress, Stored, check_row
from steppewise.results.run import checked, without_overrides
from steppewise.results.store import (
    Store,
    SweepManifest,
    note_collected,
    open_store,
    peek,
    read_study,
    run_missing,
    store_name,
    stored_in,
)
from steppewise.results.tables import STATUS, SUMMARY, WORLD, Runs, intact
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.wording.sweep import advice, sentences

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

Experiment = str | PathLike[str] | Study
Picture = Literal["response", "moves", "map"]


@dataclass(frozen=True, eq=False)
class Sweep(NotebookView):
    """What a sweep came to: `responses` are the statistics of every outcome at every point; `folder` holds the rows."""

    responses: Responses
    folder: Path

    @property
    def study(self) -> Study:
        """What was swept: scenario, factors, points, worlds."""
        return self.responses.study

    @cached_property
    def findings(self) -> SweepFindings:
        """The effect of every factor on every outcome, the largest first, and why worlds failed."""
        why = rows.causes(self.folder) if self.responses.failed.any() else Counter[str]()
        return find(self.responses, rows.read_results(self.folder, self.study), why)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a point and outcome: the factors' values, mean, standard error, quantiles, worlds, failed."""
        import pandas as pd

        return pd.read_csv(self.folder / SUMMARY)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """A row a point and world: the factors' values by name, status, and the outcomes by name."""
        import pandas as pd

        table = pd.read_parquet(self.folder / rows.RESULTS)
        values = self.study.points[table["point"].to_numpy()]
        named = {factor.name: values[:, number] for number, factor in enumerate(self.study.factors)}
        keys = table[["point", "world"]]
        return pd.concat([keys, pd.DataFrame(named), table.drop(columns=["point", "world"])], axis=1)

    def sentences(self) -> list[str]:
        """What was found, in words, with advice where that rests on too little."""
        return [*sentences(self.findings), *advice(self.findings)]

    def plot(self, picture: Picture = "response", along: str | None = None) -> Figure:
        """Outcomes along a factor (the one that moves most, or that named), what moves what, or a map of two factors.

        Raises SteppewiseError for another picture, another factor, or a map of what makes none.
        """
        from steppewise.report.figures import what_moves

        pictures = {
            "response": lambda: self._draw_response(along),
            "moves": lambda: what_moves.moves(self.findings),
            "map": self._draw_map,
        }
        return figure_of(pictures, picture)

    def _draw_response(self, along: str | None) -> Figure:
        from steppewise.report.figures import response_curves

        number = self._number(along)
        outcomes = response_curves.sheets_of(self.study.factors[number], self.study.outcomes)[0]
        return response_curves.response(self.findings, number, outcomes)

    def _draw_map(self) -> Figure:
        from steppewise.report.figures import heat_map

        pair = heat_map.pair_of(self.findings)
        if pair is None:
            raise SteppewiseError("a map needs two factors with three values or more each, and points at most pairs")
        return heat_map.heat_map(self.findings, pair, self.study.outcomes[: heat_map.MOST_PANELS])

    def _number(self, name: str | None) -> int:
        names = [factor.name for factor in self.study.factors]
        if name is not None and name not in names:
            raise SteppewiseError(Problem(f"'{name}' does not vary", allowed=", ".join(names)))
        return self.findings.ranked[0] if name is None else names.index(name)

    def __repr__(self) -> str:
        study = self.study
        return f"<Sweep of {study.name}: {len(study.points):,} points, {study.worlds:,} worlds each>"

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.sweep_page import of_sweep

        return of_sweep(self.findings, self.sentences())


def sweep(
    experiment: Experiment,
    worlds: int | None = None,
    seed: int | None = None,
    overrides: Sequence[str] = (),
    workers: int | None = None,
    executor: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    folder: str | PathLike[str] = "sweeps",
    rules: Mapping[str, Rule] = NO_RULES,
    progress: Progress = lambda done, total: None,
) -> Sweep:
    """Run an experiment at all its points; what was computed before is found again.

    Args:
        experiment: a name of the library, the path of a file, or a study.
        worlds: worlds at every point, those of the experiment if not given; more later add to what is there.
        seed: seed of the worlds, that of the experiment if not given.
        overrides: parameters of the scenario to set, such as `powers.japan.execution=0.9`.
        workers: threads to share the rows among; all cores if not given.
        executor: "local" or "dask".
        scheduler: the address of a Dask scheduler; without one, a cluster on this computer.
        folder: where the folder of the sweep goes.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        progress: called as rows are done.

    Raises SteppewiseError for whatever the user can mend; what was computed before that is kept.
    """
    study = study_of(experiment, worlds, seed, overrides)
    study = replace(study, spec=study.spec.with_rules(checked(rules)))
    cores = cores_available() if workers is None else workers
    runner = executor_of(executor, cores, scheduler)
    store = begin(study, Path(folder), runner)
    run(store, runner, progress)
    return finish(store)


def study_of(experiment: Experiment, worlds: int | None, seed: int | None, overrides: Sequence[str]) -> Study:
    """The study of an experiment, with other worlds or another seed where these are given. Raises SteppewiseError."""
    study = (
        without_overrides(experiment, overrides) if isinstance(experiment, Study) else load_study(experiment, overrides)
    )
    if worlds is not None and worlds < 1:
        raise SteppewiseError(f"worlds must be 1 or more, not {worlds}")
    if seed is not None and seed < 0:
        raise SteppewiseError(f"a seed is a whole number from 0 up, not {seed}")
    study = study if worlds is None else replace(study, worlds=worlds)
    return study if seed is None else replace(study, seed=seed)


def begin(study: Study, parent: Path, executor: Executor) -> Store:
    """The store of a study, made or made larger only where the executor can compute what is missing.

    Raises SteppewiseError.
    """
    if next(peek(study, parent).missing(), None) is not None:
        executor.check()
    return open_store(study, parent)


def run(store: Store, executor: Executor, progress: Progress = lambda done, total: None) -> None:
    """Compute the rows that are missing."""
    missing, total = store.rows_missing(), store.study.rows
    progress(total - missing, total)
    if not missing:
        return
    for done in run_missing(store, executor):
        progress(done, total)


def finish(store: Store, stage: Callable[[str], None] = lambda name: None) -> Sweep:
    """Collect results, summary, figures and report, unless they are there. Raises SteppewiseError."""
    if is_finished(store):
        return Sweep(rows.read_responses(store.folder, store.study), store.folder)
    stage("Collecting the rows")
    found = Sweep(rows.collect(store), store.folder)
    stage("Drawing the figures")
    write_pages(found)
    note_collected(store)
    return found


def is_finished(store: Store) -> bool:
    """True where results, summary and report are there and rest on all worlds."""
    files = (rows.RESULTS, SUMMARY, REPORT)
    return store.collected == store.study.worlds and all((store.folder / name).exists() for name in files)


def write_pages(found: Sweep) -> None:
    """Draw the figures and write the report page. Raises SteppewiseError where they cannot be written."""
    from steppewise.report.figures.of_sweep import draw_sweep
    from steppewise.report.sweep_page import write_sweep

    with appearing(found.folder / FIGURES, replace=True) as figures:
        drawn = draw_sweep(found.findings, figures)
        with replacing(found.folder / REPORT) as page:
            write_sweep(page, found.findings, drawn)


# from the folder ----------------------------------------------------------------------------------------

MOST_PLACES: Final = 20
"""Places of a large sweep, evenly spread, from which rows are taken to be run again."""

ROWS_AT_A_PLACE: Final = 5000

Points = NDArray[np.int64]


def load_sweep(folder: str | PathLike[str]) -> Sweep:
    """Read a sweep back from its folder. Raises SteppewiseError where it is none, is damaged, or is not complete."""
    store = stored(Path(folder)).store
    if not is_finished(store):
        raise incomplete(store.folder)
    return Sweep(rows.read_responses(store.folder, store.study), store.folder)


def stored(folder: Path) -> StoredSweep:
    """The sweep of a folder. Raises SteppewiseError where it is none, is damaged, was changed, or is not complete."""
    manifest = read_manifest(folder, SweepManifest)
    study, changed = read_study(folder, manifest)
    store = stored_in(folder, manifest, study)
    same_code = numeric_versions().items() <= manifest.versions.items()
    if same_code and not manifest.own_rules and store_name(study) != manifest.store:
        raise SteppewiseError(Problem("its points or factors are not those that the sweep was made with", str(folder)))
    if store.collected != store.study.worlds:
        raise incomplete(folder)
    return StoredSweep(manifest=manifest, evidence_changed=changed, store=store)


def incomplete(folder: Path) -> SteppewiseError:
    """What to say of a sweep of which points or pages are missing."""
    return SteppewiseError(Problem("is a sweep that is not complete; the command that began it goes on", str(folder)))


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredSweep(Stored):
    """A sweep as its folder holds it."""

    FILE = rows.RESULTS

    store: Store

    def again(self, row: int | None = None, workers: int = 1, progress: Progress = lambda done, total: None) -> Again:
        """Points from all over the sweep in all their worlds, of a small one all points; or one row."""
        study = self.store.study
        check_row(row, study.rows)
        if row is not None:
            point, world = divmod(row, study.worlds)
            kept, again = self._one_again(point, world)
            return Again(kept, again, f"this row, {_outcomes(study)}", f"Row {row}, point {point}, world {world}")
        kept, again = self._some_again(executor_of("local", workers, None), progress)
        some, every = len(kept.status), study.rows
        told = f"all {every:,} rows" if some == every else f"{some:,} of {every:,} rows, from all over the sweep"
        return Again(kept, again, f"{told}, {_outcomes(study)}")

    def _some_again(self, executor: Executor, progress: Progress) -> tuple[Runs, Runs]:
        points = _points_all_over(self.store.study)
        part = replace(self.store.study, points=self.store.study.points[points])
        found = []
        for task, result in executor.run(task_of(part, piece) for piece in part.pieces()):
            found.append(rows.outcomes_table(task.piece, result))
            progress(task.piece.rows, part.rows)
        return _runs([self._rows_of((rows.POINT, "in", points.tolist()))], part), _runs(found, part)

    def _one_again(self, point: int, world: int) -> tuple[Runs, Runs]:
        alone = replace(self.store.study, points=self.store.study.points[[point]], worlds=1)
        piece = Piece(np.array([0]), alone.points, world, 1)
        again = rows.outcomes_table(piece, task_of(alone, piece).run())
        return _runs([self._rows_of((rows.POINT, "=", point), (WORLD, "=", world))], alone), _runs([again], alone)

    def _rows_of(self, *wanted: tuple[str, str, object]) -> pa.Table:
        """The rows that meet all conditions; only row groups that can hold such are read."""
        path = self.store.folder / rows.RESULTS
        with intact(path, SWEEP):
            return pq.read_table(path, filters=list(wanted))


def _outcomes(study: Study) -> str:
    return f"{len(study.outcomes)} outcomes"


def _points_all_over(study: Study) -> Points:
    """Points from places all over a large sweep, which are row groups of its results; of a small one all points."""
    first = np.arange(0, len(study.points), rows.points_at_once(study.worlds))
    places = np.array_split(np.arange(len(study.points)), first[1:])
    picked = _spread(len(places), MOST_PLACES)
    most = max(ROWS_AT_A_PLACE * MOST_PLACES // len(picked) // study.worlds, 1)
    return np.concatenate([places[place][_spread(len(places[place]), most)] for place in picked])


def _spread(count: int, most: int) -> Points:
    """So many of the numbers below a count at most, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(int))


def _runs(tables: Sequence[pa.Table], study: Study) -> Runs:
    table = pa.concat_tables(tables).sort_by([(rows.POINT, "ascending"), (WORLD, "ascending")])
    if table.num_rows != study.rows:
        raise SteppewiseError(f"results.parquet has {table.num_rows} of {study.rows} rows that were looked for")
    return Runs(tuple(table[STATUS].to_pylist()), {}, {name: table[name].to_numpy() for name in study.outcomes})
