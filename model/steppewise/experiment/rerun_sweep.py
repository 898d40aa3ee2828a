"""Computing a sweep again from its folder alone: some points from all over it, or one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.collecting import RESULTS
from steppewise.experiment.executors import Executor
from steppewise.experiment.manifest import NUMERIC, SWEEP, Manifest, own_rules_of, read_manifest, versions
from steppewise.experiment.merging import points_at_once
from steppewise.experiment.pieces import POINT, STATUS, WORLD, outcomes_table
from steppewise.experiment.store import reading
from steppewise.experiment.stored_study import read_study
from steppewise.experiment.study import Piece, Study, task_of
from steppewise.experiment.sweeping import Store, store_name, stored
from steppewise.experiment.tables import Runs

if TYPE_CHECKING:
    import pyarrow as pa

Points = NDArray[np.int64]

MOST_PLACES: Final = 20
"""Places of a large sweep, evenly spread, from which rows are taken."""

ROWS_AT_A_PLACE: Final = 5000


@dataclass(frozen=True)
class StoredSweep:
    """A sweep as its folder holds it; `evidence_changed` are parameters that today's evidence has otherwise."""

    manifest: Manifest
    store: Store
    evidence_changed: Mapping[str, Parameter]

    @property
    def study(self) -> Study:
        """What was swept."""
        return self.store.study


def read_sweep(folder: Path) -> StoredSweep:
    """The sweep of a folder. Raises SteppewiseError where it is none, is damaged, was changed, or is not complete."""
    manifest = read_manifest(folder, SWEEP)
    study, changed = read_study(folder, manifest)
    store = stored(folder, manifest, study)
    same_code = all(manifest["versions"].get(name) == versions()[name] for name in NUMERIC)
    if same_code and not own_rules_of(manifest) and store_name(study) != manifest.get("store"):
        raise SteppewiseError(Problem("its points or factors are not those that the sweep was made with", str(folder)))
    if store.collected != store.study.worlds:
        raise SteppewiseError(
            Problem("is a sweep that is not complete; the command that began it goes on", str(folder))
        )
    return StoredSweep(manifest, store, changed)


@dataclass(frozen=True)
class Pair:
    """Rows of a sweep as they were stored, and as they come out again, by point and world."""

    kept: Runs
    again: Runs


def some_again(
    sweep: StoredSweep, executor: Executor, progress: Callable[[int, int], None] = lambda done, total: None
) -> Pair:
    """Points from all over a sweep, computed again in all their worlds; of a small sweep all points.

    `progress` is called with the rows done since the last call and the rows in all.
    """
    places = list(_places(sweep.study))
    tables = reading(sweep.store.folder / RESULTS, lambda path: [_rows_at(path, *place) for place in places], SWEEP)
    chosen = np.concatenate([points for _, points in places])
    part = replace(sweep.study, points=sweep.study.points[chosen])
    found = []
    for task, result in executor.run(task_of(part, piece) for piece in part.pieces()):
        found.append(outcomes_table(task.piece, result))
        progress(task.piece.rows, part.rows)
    return Pair(_runs(tables, part), _runs(found, part))


def _places(study: Study) -> Iterable[tuple[int, Points]]:
    """Row groups of results.parquet, and the points to take from each."""
    groups = np.array_split(np.arange(len(study.points)), _row_groups(study)[1:])
    picked = np.unique(np.linspace(0, len(groups) - 1, min(MOST_PLACES, len(groups))).round().astype(int))
    most = max(ROWS_AT_A_PLACE * MOST_PLACES // len(picked) // study.worlds, 1)
    for group in picked.tolist():
        spread = np.linspace(0, len(groups[group]) - 1, min(most, len(groups[group])))
        yield group, groups[group][np.unique(spread.round().astype(int))]


def _row_groups(study: Study) -> Points:
    """The first point of each row group."""
    return np.arange(0, len(study.points), points_at_once(study.worlds))


def _rows_at(path: Path, group: int, points: Points) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read_row_group(group)
    return table.filter(pc.is_in(table[POINT], value_set=pa.array(points.astype(np.int32))))


def _runs(tables: Sequence[pa.Table], study: Study) -> Runs:
    import pyarrow as pa

    table = pa.concat_tables(tables).sort_by([(POINT, "ascending"), (WORLD, "ascending")])
    if table.num_rows != study.rows:
        raise SteppewiseError(f"results.parquet has {table.num_rows} of {study.rows} rows that were looked for")
    return Runs(tuple(table[STATUS].to_pylist()), {}, {name: table[name].to_numpy() for name in study.outcomes})


@dataclass(frozen=True)
class Row:
    """One row of a sweep: its number, its point and world, and what it was and is."""

    number: int
    point: int
    world: int
    pair: Pair


def row_again(sweep: StoredSweep, number: int) -> Row:
    """One row of results.parquet, computed again alone. Raises SteppewiseError where there is no such row."""
    study = sweep.study
    if not 0 <= number < study.rows:
        raise SteppewiseError(f"there is no row {number}; rows are numbered from 0 to {study.rows - 1}")
    point, world = divmod(number, study.worlds)
    first = _row_groups(study)
    group = int(np.searchsorted(first, point, side="right")) - 1
    table = reading(sweep.store.folder / RESULTS, lambda path: _rows_at(path, group, np.array([point])), SWEEP)
    alone = replace(study, points=study.points[[point]], worlds=1)
    piece = Piece(np.array([0]), alone.points, world, 1)
    again = outcomes_table(piece, task_of(alone, piece).run())
    return Row(number, point, world, Pair(_runs([table.slice(world, 1)], alone), _runs([again], alone)))
