"""All pieces of a sweep read as one table, by point and world, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.pieces import POINT, WORLD
from steppewise.experiment.sweeping import Placed, Store

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE: Final = 20_000


def points_at_once(worlds: int) -> int:
    """How many points are read together, and are a row group of the results."""
    return max(ROWS_AT_ONCE // worlds, 1)


def read_by_points(store: Store) -> Iterator[pa.Table]:
    """All rows by point and world, some points at a time, each of them whole.

    Where worlds were added, or mechanisms switched, several runs of pieces hold the points; they are read side by
    side. Raises SteppewiseError where a piece lacks or is damaged.
    """
    import pyarrow as pa

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
    import pyarrow.parquet as pq

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
