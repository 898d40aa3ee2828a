"""The end of a sweep: all pieces as one table, and what they say at every point, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.block import OK
from steppewise.experiment.responses import STATISTICS, Responses, statistics
from steppewise.experiment.study import Study
from steppewise.results.folder import replacing
from steppewise.results.manifest import SWEEP
from steppewise.results.pieces import POINT, STATUS, WORLD
from steppewise.results.store import Placed, Store
from steppewise.results.tables import SUMMARY, csv_file, intact, rounded

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
