"""What a piece of a sweep looks like as a table."""

from __future__ import annotations

from io import BytesIO
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steppewise.arrays import Array
from steppewise.experiment.block import BlockResult
from steppewise.experiment.study import Piece, Study
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES

POINT: Final = "point"
WORLD: Final = "world"
STATUS: Final = "status"


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
    stem, *actors = outcome.split(".")
    names = {"power": spec.power_names, "state": spec.state_names}
    values = result.trajectories[stem]
    for axis, actor in zip(VARIABLES[stem].axes, actors, strict=True):
        values = values[:, names[axis].index(actor)]
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
