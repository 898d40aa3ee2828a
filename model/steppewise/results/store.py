"""A sweep and its store: pieces that are written whole or not at all, resumed by asking again.

    sweeps/trust-against-money-3f2a9c1b/
        manifest.json    versions, the study, which worlds are asked for so far
        scenario.yaml    the scenario, resolved; evidence.csv all its parameters with their sources
        points.csv       number and factor values of every point
        pieces/          a Parquet file a piece: point, world, status, outcomes
        series/          the same over time, where the study keeps it
        results.parquet  all pieces together, by point and world, once all are there
        summary.csv      mean, standard error and quantiles of every outcome at every point
        figures/*.png    report.html

The folder's name covers all that a number depends on but the number of worlds: asking for more adds to what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from pydantic import Field

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.executors import Executor
from steppewise.experiment.study import Factor, Keep, Piece, Study, task_of
from steppewise.experiment.versions import commit, numeric_versions
from steppewise.results.folder import appearing, prepare, saying_why, write_whole
from steppewise.results.manifest import (
    NAME,
    SWEEP,
    Entry,
    Manifest,
    ScenarioEntry,
    circumstances,
    folder_name,
    manifest_text,
    read_entries,
    read_manifest,
    scenario_entry,
)
from steppewise.results.rows import outcomes_table, series_table, variables_of, write_table
from steppewise.results.tables import SCENARIO, Parameters, csv_file, intact, read_spec, write_spec
from steppewise.scenario.freeze import fingerprint
from steppewise.world.tables import Uncertainty

# the study, complete in the folder ----------------------------------------------------------------------

POINTS: Final = "points.csv"
POINTS_AT_ONCE: Final = 100_000


class StudyEntry(Entry):
    """All of a study but its scenario and its points."""

    name: str
    title: str
    question: str
    look_for: str
    design: str
    worlds: int
    seed: int
    uncertainty: Uncertainty
    keep: Keep
    outcomes: tuple[str, ...]
    factors: tuple[Factor, ...]


class SweepManifest(Manifest):
    """The manifest of a sweep; layers are first world and end of those that were asked for at a time."""

    KIND = SWEEP

    store: str
    scenario: ScenarioEntry
    study: StudyEntry
    layers: Annotated[tuple[tuple[int, int], ...], Field(min_length=1)]
    collected: int


def study_record(study: Study) -> dict[str, Any]:
    """All of a study but its scenario and its points, as the manifest holds it."""
    plain = {key: getattr(study, key) for key in StudyEntry.model_fields}
    return {**plain, "factors": [asdict(factor) for factor in study.factors]}


def write_study(folder: Path, study: Study) -> None:
    """Write the scenario with its evidence, and the points."""
    write_spec(folder, study.spec)
    header = ("point", *(factor.name for factor in study.factors))
    with csv_file(folder / POINTS, header) as write:
        for start in range(0, len(study.points), POINTS_AT_ONCE):
            rows = study.points[start : start + POINTS_AT_ONCE]
            write([np.arange(start, start + len(rows)), *rows.T])


def read_study(folder: Path, manifest: SweepManifest) -> tuple[Study, Parameters]:
    """The study of a folder; and the parameters that today's evidence has otherwise, as it has them.

    Raises SteppewiseError where a file lacks, is damaged or was changed.
    """
    spec, changed = read_spec(folder)
    if fingerprint(spec) != manifest.scenario.hash:
        raise SteppewiseError(Problem("is not what the sweep was made with", file=str(folder / SCENARIO)))
    with intact(folder / POINTS, SWEEP):
        points = _read_points(folder / POINTS, len(manifest.study.factors))
    return Study(spec=spec, points=points, **dict(manifest.study)), changed


def _read_points(path: Path, factors: int) -> Array:
    names = [str(number) for number in range(factors + 1)]
    numbers = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.float64()))
    table = pc.read_csv(path, pc.ReadOptions(skip_rows=1, column_names=names), None, numbers)
    return np.stack([table[name].to_numpy() for name in names[1:]], axis=-1)


# the store ----------------------------------------------------------------------------------------------

PIECES: Final = "pieces"
SERIES: Final = "series"

Placed = tuple[Path, Piece]
"""A piece and the file that it belongs into."""


@dataclass(frozen=True)
class Store:
    """The folder of a sweep and the layers of worlds that were asked for at a time; its study asks for all of them.

    `collected` is the number of worlds a point that results, figures and report rest on, 0 before they are there.
    """

    folder: Path
    study: Study
    layers: tuple[range, ...]
    collected: int = 0

    def runs(self) -> Iterator[Iterator[Placed]]:
        """All pieces in runs, along each of which points ascend, and worlds with them."""
        for layer in self.layers:
            study = replace(self.study, worlds=layer.stop)
            yield from (self._placed(study.pieces_of(group, layer.start)) for group in self.study.groups)

    def _placed(self, pieces: Iterator[Piece]) -> Iterator[Placed]:
        return ((self.folder / PIECES / f"{piece.name}.parquet", piece) for piece in pieces)

    def missing(self) -> Iterator[Piece]:
        """Pieces that are not there yet."""
        return (piece for path, piece in chain.from_iterable(self.runs()) if not path.exists())

    def rows_missing(self) -> int:
        """Rows of the pieces that are not there yet."""
        return sum(piece.rows for piece in self.missing())


def store_name(study: Study) -> str:
    """`trust-against-money-3f2a9c1b`: covers all that a number depends on, but the number of worlds."""
    factors = [(f.name, f.kind, f.targets, f.way) for f in study.factors]
    points = sha256(np.ascontiguousarray(study.points).data).hexdigest()
    asked = (fingerprint(study.spec), factors, points, study.seed, study.uncertainty, study.outcomes, study.keep)
    return folder_name(study.name, asked)


def open_store(study: Study, parent: Path) -> Store:
    """The store of a study, made where it is not there yet, and made larger where more worlds are asked for.

    Fewer worlds than are there change nothing. Raises SteppewiseError where the folder cannot be written, holds
    something else, or was begun with other versions of what numbers depend on.
    """
    folder = parent / store_name(study)
    if not _is_there(folder):
        with appearing(folder) as unfinished:
            _fill(unfinished, study)
    store = _asked_for(study, folder)
    prepare(folder / PIECES)
    prepare(folder)
    return _noted(store)


def peek(study: Study, parent: Path) -> Store:
    """The store of a study as `open_store` would have it; nothing is made or changed. Raises SteppewiseError."""
    folder = parent / store_name(study)
    return _asked_for(study, folder) if _is_there(folder) else Store(folder, study, (range(study.worlds),))


def _is_there(folder: Path) -> bool:
    with saying_why(folder):
        return folder.exists()


def _fill(folder: Path, study: Study) -> None:
    (folder / PIECES).mkdir()
    write_study(folder, study)
    manifest = {
        **circumstances(),
        "kind": SWEEP,
        "store": store_name(study),
        "scenario": scenario_entry(study.spec),
        "study": study_record(study),
        "points": len(study.points),
        "layers": [[0, study.worlds]],
        "collected": 0,
    }
    write_whole(folder / NAME, manifest_text(manifest).encode())


def _asked_for(study: Study, folder: Path) -> Store:
    """The store that is there, with the further worlds that are asked for. Raises SteppewiseError."""
    manifest = read_manifest(folder, SweepManifest)
    if manifest.store != store_name(study):
        message = f"holds the sweep '{manifest.store}', of another version or scenario"
        raise SteppewiseError(Problem(message, file=str(folder)))
    store = stored_in(folder, manifest, study)
    if study.worlds > store.study.worlds:
        further = range(store.study.worlds, study.worlds)
        store = replace(store, study=study, layers=(*store.layers, further))
    if next(store.missing(), None) is not None:
        _check_versions(manifest, folder)
    return store


def stored_in(folder: Path, manifest: SweepManifest, study: Study) -> Store:
    """The store of a study as its manifest has it."""
    layers = tuple(range(first, stop) for first, stop in manifest.layers)
    return Store(folder, replace(study, worlds=layers[-1].stop), layers, manifest.collected)


def _check_versions(manifest: SweepManifest, folder: Path) -> None:
    """Raises SteppewiseError where further pieces would rest on other versions than those that are there."""
    then, today = manifest.versions, numeric_versions()
    other = [f"{name} {then.get(name)}, now {now}" for name, now in today.items() if then.get(name) != now]
    if other:
        message = f"was begun with {', '.join(other)}; go on with that, or begin anew with --out"
        raise SteppewiseError(Problem(message, file=str(folder)))


def code_changed(store: Store) -> bool:
    """True where the source checkout is not at the commit that the sweep was begun with."""
    return read_entries(store.folder, SWEEP).get("commit") != commit()


def _noted(store: Store) -> Store:
    """The store, with its layers and what is collected noted in its manifest."""
    layers = [[layer.start, layer.stop] for layer in store.layers]
    entries = read_entries(store.folder, SWEEP)
    before = manifest_text(entries)
    noted = {"study": study_record(store.study), "layers": layers, "collected": store.collected}
    if (after := manifest_text({**entries, **noted})) != before:
        write_whole(store.folder / NAME, after.encode())
    return store


def note_collected(store: Store) -> Store:
    """Note that results, figures and report rest on all worlds."""
    return _noted(replace(store, collected=store.study.worlds))


def run_missing(store: Store, executor: Executor) -> Iterator[int]:
    """Compute and write the pieces that are missing; yields the rows of each as it is there.

    Raises SteppewiseError where a piece cannot be written; what was written stays.
    """
    study = store.study
    tasks = (task_of(study, piece, variables_of(study)) for piece in store.missing())
    with closing(executor.run(tasks)) as results:
        for task, result in results:
            _write_piece(store, task.piece, result)
            yield task.piece.rows


def _write_piece(store: Store, piece: Piece, result: BlockResult) -> None:
    """Write a piece: what it keeps over time first, so that a piece that is there is there with all it keeps."""
    name = f"{piece.name}.parquet"
    if store.study.keep != "outcomes":
        over_time = store.folder / SERIES
        with saying_why(over_time):
            over_time.mkdir(exist_ok=True)
        write_whole(over_time / name, write_table(series_table(store.study, piece, result)))
    write_whole(store.folder / PIECES / name, write_table(outcomes_table(piece, result)))
