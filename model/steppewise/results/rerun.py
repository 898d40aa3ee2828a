"""Computing a results folder again: whether the numbers are the same, and if not, why and by how much."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.block import Block, BlockResult, run_block
from steppewise.experiment.ensemble import Ensemble, simulate
from steppewise.experiment.executors import Executor
from steppewise.experiment.study import Piece, Study, task_of
from steppewise.experiment.versions import ENGINE, numeric_versions, versions
from steppewise.results.collecting import RESULTS, points_at_once
from steppewise.results.manifest import (
    SWEEP,
    Manifest,
    own_rules_of,
    read_manifest,
)
from steppewise.results.pieces import POINT, STATUS, WORLD, outcomes_table
from steppewise.results.store import Store, read_study, store_name, stored
from steppewise.results.stored import reading
from steppewise.results.tables import OUTCOME, PARAMETER, Runs

ROUNDING: Final = 4e-14
"""What logarithms and exponentials of its own move a number by, relative to its size."""


Rows = Ensemble | BlockResult | Runs
"""Rows of worlds: status, parameters and outcomes."""


@dataclass(frozen=True)
class Pair:
    """Rows as they were stored, and as they come out again."""

    kept: Rows
    again: Rows


@dataclass(frozen=True)
class Difference:
    """A column of results that comes out otherwise: in how many rows, by how much at most.

    `relative` is the largest difference against the size of the stored value; infinite where one of the two is
    not finite.
    """

    column: str
    rows: int
    largest: float
    relative: float


def worlds_again(ensembles: Sequence[Ensemble], world: int | None = None, workers: int = 1) -> Pair:
    """All worlds of a folder as they were stored and as they come out again, or one alone.

    Of several scenarios columns are named `SCENARIO:NAME`. Raises SteppewiseError where there is no such world.
    """
    pairs = {one.spec.name: _again(one, world, workers) for one in ensembles}
    if len(pairs) == 1:
        return pairs[ensembles[0].spec.name]
    kept = {name: pair.kept for name, pair in pairs.items()}
    return Pair(together(kept), together({name: pair.again for name, pair in pairs.items()}))


def _again(stored: Ensemble, world: int | None, workers: int) -> Pair:
    plan = stored.plan
    if world is None:
        return Pair(stored, simulate(stored.spec, replace(plan, workers=workers), variables=()))
    if not 0 <= world < plan.worlds:
        raise SteppewiseError(f"there is no world {world}; worlds are numbered from 0 to {plan.worlds - 1}")
    return Pair(row_of(stored, world), run_block(Block(stored.spec, world, 1, plan.seed, plan.uncertainty)))


def row_of(rows: Rows, row: int) -> Runs:
    """One row alone."""
    parameters, outcomes = (
        {name: values[row : row + 1] for name, values in columns.items()}
        for columns in (rows.parameters, rows.outcomes)
    )
    return Runs(rows.status[row : row + 1], parameters, outcomes)


def together(rows: Mapping[str, Rows]) -> Runs:
    """Several as one, their columns named `NAME:COLUMN`."""
    return Runs(
        tuple(word for one in rows.values() for word in one.status),
        {f"{name}:{column}": values for name, one in rows.items() for column, values in one.parameters.items()},
        {f"{name}:{column}": values for name, one in rows.items() for column, values in one.outcomes.items()},
    )


def differences(stored: Rows, again: Rows) -> tuple[Difference, ...]:
    """What differs, the largest relative difference first; nothing where every bit is the same."""
    found = [
        *_in_status(stored.status, again.status),
        *_in_columns(PARAMETER, stored.parameters, again.parameters),
        *_in_columns(OUTCOME, stored.outcomes, again.outcomes),
    ]
    return tuple(sorted(found, key=lambda difference: -difference.relative))


def _in_status(stored: tuple[str, ...], again: tuple[str, ...]) -> Iterator[Difference]:
    other = sum(a != b for a, b in zip(stored, again, strict=True))
    if other:
        yield Difference("status", other, np.inf, np.inf)


def _in_columns(prefix: str, stored: Mapping[str, Array], again: Mapping[str, Array]) -> Iterator[Difference]:
    for name in stored.keys() | again.keys():
        if name in stored and name in again:
            yield from _in_column(f"{prefix}{name}", stored[name], again[name])
        else:
            yield Difference(f"{prefix}{name}", len(stored.get(name, again.get(name, ()))), np.inf, np.inf)


def _in_column(column: str, stored: Array, again: Array) -> Iterator[Difference]:
    other = (stored != again) & ~(np.isnan(stored) & np.isnan(again))
    if other.any():
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = np.abs(stored[other] - again[other])
            relative = apart / np.abs(stored[other])
        yield Difference(column, int(other.sum()), _largest(apart), _largest(relative))


def _largest(values: Array) -> float:
    """The largest; infinite where one is not a number."""
    return float(np.where(np.isnan(values), np.inf, values).max())


def other_circumstances(manifest: Manifest) -> list[str]:
    """What is not as it was when the folder was written: code, rules, versions and platform, in words."""
    then, now = manifest["versions"], versions()
    found = [f"the model's code was changed: {_changed(name, then, now)}" for name in (ENGINE,) if is_other(manifest)]
    own = own_rules_of(manifest)
    if own:
        found.append(f"it was run with rules of one's own, which the folder does not hold: {', '.join(own)}")
    found += [_changed(name, then, now) for name in now if name != ENGINE and then.get(name) != now[name]]
    here = platform.platform()
    return found if manifest["platform"] == here else [*found, f"platform was {manifest['platform']}, now {here}"]


def _changed(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    return f"{name} was {then.get(name, 'not told')}, now {now[name]}"


def is_other(manifest: Manifest) -> bool:
    """True where a folder was written by another engine, or by the first version's, which told none."""
    return bool(manifest["versions"].get(ENGINE) != versions()[ENGINE])


def is_rounding(manifest: Manifest, found: Sequence[Difference]) -> bool:
    """True where the engine is another one, and numbers differ by no more than its own logarithms explain."""
    return is_other(manifest) and all(difference.relative <= ROUNDING for difference in found)


Points = NDArray[np.int64]

# sweeps -------------------------------------------------------------------------------------------------

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
    same_code = numeric_versions().items() <= manifest["versions"].items()
    if same_code and not own_rules_of(manifest) and store_name(study) != manifest.get("store"):
        raise SteppewiseError(Problem("its points or factors are not those that the sweep was made with", str(folder)))
    if store.collected != store.study.worlds:
        raise incomplete(folder)
    return StoredSweep(manifest, store, changed)


def incomplete(folder: Path) -> SteppewiseError:
    """What to say of a sweep of which points or pages are missing."""
    return SteppewiseError(Problem("is a sweep that is not complete; the command that began it goes on", str(folder)))


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
    table = pq.ParquetFile(path).read_row_group(group)
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table[POINT], value_set=pa.array(points.astype(np.int32))))


def _runs(tables: Sequence[pa.Table], study: Study) -> Runs:
    table = pa.concat_tables(tables).sort_by([(POINT, "ascending"), (WORLD, "ascending")])
    if table.num_rows != study.rows:
        raise SteppewiseError(f"results.parquet has {table.num_rows} of {study.rows} rows that were looked for")
    return Runs(tuple(table[STATUS].to_pylist()), {}, {name: table[name].to_numpy() for name in study.outcomes})


@dataclass(frozen=True)
class Row:
    """One row of a sweep: its point and world, and what it was and is."""

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
    return Row(point, world, Pair(_runs([table.slice(world, 1)], alone), _runs([again], alone)))
