"""The rows of a sweep: a piece as a table, all pieces as one, and what they say at every point, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.block import OK, BlockResult
from steppewise.experiment.responses import STATISTICS, Responses, statistics
from steppewise.experiment.study import Piece, Study
from steppewise.results.folder import replacing
from steppewise.results.manifest import SWEEP
from steppewise.results.tables import STATUS, SUMMARY, WORLD, csv_file, intact, rounded
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES, place_of

if TYPE_CHECKING:
    from steppewise.results.store import Placed, Store

# a piece as a table -------------------------------------------------------------------------------------

POINT: Final = "point"


def outcomes_table(piece: Piece, result: BlockResult) -> pa.Table:
    """A row a point and world: `point`, `world`, `status`, and the outcomes by name."""
    columns: dict[str, object] = {
        POINT: np.repeat(piece.points, piece.worlds).astype(np.int32),
        WORLD: np.tile(np.arange(piece.first, piece.first + piece.worlds, dtype=np.int32), len(piece.points)),
        STATUS: pa.array(result.status, pa.string()),
    }
    return pa.table({**columns, **result.outcomes})


def variables_of(study: Study) -> tuple[str, ...]:
    """The variables whose course a study keeps: those of its outcomes, or none."""
    if study.keep == "outcomes":
        return ()
    stems = dict.fromkeys(name.split(".")[0] for name in study.outcomes)
    return tuple(stem for stem in stems if stem in VARIABLES)


def series_table(study: Study, piece: Piece, result: BlockResult) -> pa.Table:
    """The course of the outcomes: every world's ("trajectories"), or count, mean and sum of squares ("summary")."""
    courses = {name: course_of(study.spec, name, result) for name in study.outcomes if name.split(".")[0] in VARIABLES}
    return _trajectories(piece, courses) if study.keep == "trajectories" else _moments(piece, courses)


def course_of(spec: ScenarioSpec, outcome: str, result: BlockResult) -> Array:
    """The course of an outcome, (time, world)."""
    variable, place = place_of(outcome, spec)
    values = result.trajectories[variable.name]
    for actor in place:
        values = values[:, actor]
    return values


def _trajectories(piece: Piece, courses: dict[str, Array]) -> pa.Table:
    times = len(next(iter(courses.values())))
    worlds = np.tile(np.arange(piece.first, piece.first + piece.worlds, dtype=np.int32), len(piece.points))
    columns: dict[str, object] = {
        POINT: np.repeat(np.repeat(piece.points, piece.worlds).astype(np.int32), times),
        WORLD: np.repeat(worlds, times),
        "quarter": np.tile(np.arange(times, dtype=np.int16), piece.rows),
    }
    return pa.table({**columns, **{name: course.T.reshape(-1) for name, course in courses.items()}})


def _moments(piece: Piece, courses: dict[str, Array]) -> pa.Table:
    """Count, mean and sum of squared deviations by point and quarter: what can be merged over layers of worlds."""
    times = len(next(iter(courses.values())))
    columns: dict[str, object] = {
        POINT: np.repeat(piece.points.astype(np.int32), times),
        "quarter": np.tile(np.arange(times, dtype=np.int16), len(piece.points)),
    }
    for name, course in courses.items():
        values = course.astype(float).T.reshape(len(piece.points), piece.worlds, times)
        good = np.isfinite(values)
        count = good.sum(axis=1)
        mean = np.divide(np.where(good, values, 0.0).sum(axis=1), count, out=np.zeros(count.shape), where=count > 0)
        squares = np.where(good, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
        columns |= {f"{name}:count": count.reshape(-1), f"{name}:mean": mean.reshape(-1)}
        columns[f"{name}:squares"] = squares.reshape(-1)
    return pa.table(columns)


def write_table(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file, the same for the same table."""
    buffer = BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


# all pieces as one table --------------------------------------------------------------------------------

ROWS_AT_ONCE: Final = 20_000


def points_at_once(worlds: int) -> int:
    """How many points are read together, and are a row group of the results."""
    return max(ROWS_AT_ONCE // worlds, 1)


def read_by_points(store: Store) -> Iterator[pa.Table]:
    """All rows by point and world, some points at a time, each of them whole.

    Where worlds were added, or mechanisms switched, several runs of pieces hold the points; they are read side by
    side. Raises SteppewiseError where a piece lacks or is damaged.
    """
    study = store.study
    at_once = points_at_once(study.worlds)
    stops = range(at_once, len(study.points) + at_once, at_once)
    for parts in zip(*(_cut(run, stops) for run in store.runs()), strict=True):
        table = pa.concat_tables([part for run in parts for part in run])
        yield table.sort_by([(POINT, "ascending"), (WORLD, "ascending")]).combine_chunks()


def _cut(run: Iterator[Placed], stops: Sequence[int]) -> Iterator[list[pa.Table]]:
    """The rows of a run of pieces up to each of the stops: those whose point lies below it."""
    table = _next(run)
    for stop in stops:
        parts = []
        while table is not None and table[POINT][0].as_py() < stop:
            count = int(np.searchsorted(table[POINT].to_numpy(), stop))
            parts.append(table.slice(0, count))
            table = table.slice(count) if count < table.num_rows else _next(run)
        yield parts


def _next(run: Iterator[Placed]) -> pa.Table | None:
    """The rows of the next piece. Raises SteppewiseError where it lacks or is damaged."""
    path, piece = next(run, (None, None))
    if path is None or piece is None:
        return None
    try:
        table = pq.ParquetFile(path).read()
        if table.num_rows != piece.rows:
            raise ValueError(f"it has {table.num_rows} rows, not {piece.rows}")
    except (OSError, ValueError) as error:
        said = "not there" if isinstance(error, FileNotFoundError) else f"damaged ({str(error).splitlines()[0]})"
        message = f"is {said}; without it, the same command computes it anew"
        raise SteppewiseError(Problem(message, file=str(path))) from None
    return table


# what they say ------------------------------------------------------------------------------------------

RESULTS: Final = "results.parquet"
EXACT_UP_TO: Final = 200_000
"""Points up to which the summary is held in double precision; of more in single, to spare memory."""

DIGITS: Final = 10
"""Significant digits of summary.csv."""


def collect(store: Store) -> Responses:
    """Write results.parquet and summary.csv from the pieces, which must all be there; returns the summary.

    Raises SteppewiseError where they cannot be written, or a piece cannot be read.
    """
    study, writer = store.study, None
    header = ["point", *(factor.name for factor in study.factors), "outcome", *STATISTICS, "worlds", "failed"]
    with replacing(store.folder / SUMMARY) as summary, replacing(store.folder / RESULTS) as results:
        try:
            with csv_file(summary, header) as write:
                for table in read_by_points(store):
                    writer = writer or pq.ParquetWriter(results, table.schema, compression="zstd")
                    writer.write_table(table, row_group_size=table.num_rows)
                    write(_summary(table, study))
        finally:
            if writer is not None:
                writer.close()
    return read_responses(store.folder, study)


def _summary(table: pa.Table, study: Study) -> list[Any]:
    """The columns of summary.csv for the points of a table, which holds each of them whole: an outcome a row."""
    points = np.unique(table[POINT].to_numpy())
    good = _is_good(table).reshape(len(points), study.worlds)
    columns = (table[name].to_numpy().reshape(good.shape) for name in study.outcomes)
    values = np.stack([rounded(statistics(column, good), DIGITS) for column in columns], axis=1)
    names = np.tile(np.arange(len(study.outcomes), dtype=np.int32), len(points))
    by_point = [points, *study.points[points].T]
    worlds = [np.full(len(points), study.worlds), (~good).sum(axis=1)]
    return [
        *(np.repeat(column, len(study.outcomes)) for column in by_point),
        pa.DictionaryArray.from_arrays(names, list(study.outcomes)).cast(pa.string()),
        *values.reshape(-1, len(STATISTICS)).T,
        *(np.repeat(column, len(study.outcomes)) for column in worlds),
    ]


def _is_good(table: pa.Table) -> NDArray[np.bool_]:
    """True for every row whose world ran to the end."""
    import pyarrow.compute as pc

    good: NDArray[np.bool_] = pc.equal(table[STATUS], OK).to_numpy()
    return good


def read_responses(folder: Path, study: Study) -> Responses:
    """The summary of a sweep that is complete, from its folder. Raises SteppewiseError where it is damaged."""
    path, points, outcomes = folder / SUMMARY, len(study.points), study.outcomes
    kind = np.float64 if points <= EXACT_UP_TO else np.float32
    table = np.empty((points * len(outcomes), len(STATISTICS) + 2), kind)
    done = 0
    with intact(path, SWEEP):
        for rows in _numbers(path, len(study.factors) + 2):
            table[done : done + len(rows)] = rows
            done += len(rows)
        if done < len(table):
            raise ValueError(f"it has {done:,} of {len(table):,} rows")
    cube = table.reshape(points, len(outcomes), -1)
    values = {name: cube[:, number, :-2] for number, name in enumerate(outcomes)}
    worlds, failed = (cube[:, 0, place].astype(np.int64) for place in (-2, -1))
    return Responses(study, values, worlds, failed)


def _numbers(path: Path, before: int) -> Iterator[Array]:
    """Statistics and counts of summary.csv, some rows at a time: the columns behind so many others."""
    names = [str(number) for number in range(before + len(STATISTICS) + 2)]
    wanted = names[before:]
    how = pcsv.ConvertOptions(column_types=dict.fromkeys(wanted, pa.float64()), include_columns=wanted)
    for batch in pcsv.open_csv(path, pcsv.ReadOptions(skip_rows=1, column_names=names), None, how):
        yield np.stack([column.to_numpy(zero_copy_only=False) for column in batch.columns], axis=-1)


def read_results(folder: Path, study: Study) -> Iterator[tuple[NDArray[np.int64], Mapping[str, Array]]]:
    """Some points at a time: their numbers, and name -> (point, world) of every outcome, NaN where a world failed.

    Raises SteppewiseError where results.parquet lacks or is damaged.
    """
    path = folder / RESULTS
    with intact(path, SWEEP):
        file = pq.ParquetFile(path)
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            shape = (-1, study.worlds)
            points = table[POINT].to_numpy().reshape(shape)[:, 0].astype(np.int64)
            failed = ~_is_good(table).reshape(shape)
            cubes = {name: np.where(failed, np.nan, table[name].to_numpy().reshape(shape)) for name in study.outcomes}
            yield points, cubes


def causes(folder: Path) -> Counter[str]:
    """Why rows of a sweep failed, and how many of each cause, from its results."""
    found: Counter[str] = Counter()
    with intact(folder / RESULTS, SWEEP):
        for batch in pq.ParquetFile(folder / RESULTS).iter_batches(columns=[STATUS]):
            for entry in batch.column(0).value_counts():
                found[entry["values"].as_py()] += entry["counts"].as_py()
    del found[OK]
    return found
