"""A study as a folder holds it: complete, so that it can be run again from the folder alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.manifest import Manifest
from steppewise.experiment.store import EVIDENCE, SCENARIO, read_spec, write_spec
from steppewise.experiment.study import Factor, Study
from steppewise.scenario.freeze import fingerprint

POINTS: Final = "points.csv"
POINTS_AT_ONCE: Final = 100_000

_PLAIN: Final = ("name", "title", "question", "look_for", "design", "worlds", "seed", "uncertainty", "keep")
"""What of a study is written as it is."""


def study_record(study: Study) -> dict[str, Any]:
    """All of a study but its scenario and its points, as the manifest holds it."""
    plain = {key: getattr(study, key) for key in _PLAIN}
    return {**plain, "outcomes": list(study.outcomes), "factors": [asdict(factor) for factor in study.factors]}


def write_study(folder: Path, study: Study) -> None:
    """Write the scenario with its evidence, and the points."""
    write_spec(folder, study.spec)
    header = ("point", *(factor.name for factor in study.factors))
    with csv_file(folder / POINTS, header) as write:
        for start in range(0, len(study.points), POINTS_AT_ONCE):
            rows = study.points[start : start + POINTS_AT_ONCE]
            write([np.arange(start, start + len(rows)), *rows.T])


def read_study(folder: Path, manifest: Manifest) -> tuple[Study, Mapping[str, Parameter]]:
    """The study of a folder; and the parameters that today's evidence has otherwise, as it has them.

    Raises SteppewiseError where a file lacks, is damaged or was changed.
    """
    spec, changed = read_spec(folder / SCENARIO, folder / EVIDENCE)
    try:
        if fingerprint(spec) != manifest["scenario"]["hash"]:
            raise SteppewiseError(Problem("is not what the sweep was made with", file=str(folder / SCENARIO)))
        record = dict(manifest["study"])
        factors = tuple(factor_from(entry) for entry in record.pop("factors"))
        outcomes = tuple(record.pop("outcomes"))
        points = _read_points(folder / POINTS, len(factors))
        return Study(spec=spec, factors=factors, points=points, outcomes=outcomes, **record), changed
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SteppewiseError(Problem(f"is damaged: {error!r}", file=str(folder))) from None


def factor_from(entry: Mapping[str, Any]) -> Factor:
    """A factor of what a manifest says of it."""
    listed = {key: tuple(entry[key]) for key in ("targets", "levels", "labels")}
    return Factor(**{**entry, **listed})


def _read_points(path: Path, factors: int) -> Array:
    import pyarrow as pa
    import pyarrow.csv as pc

    names = [str(number) for number in range(factors + 1)]
    numbers = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.float64()))
    table = pc.read_csv(path, pc.ReadOptions(skip_rows=1, column_names=names), None, numbers)
    return np.stack([table[name].to_numpy() for name in names[1:]], axis=-1)


@contextmanager
def csv_file(path: Path, header: Sequence[str]) -> Iterator[Any]:
    """A CSV file to write columns into, some rows at a time; numbers with all their digits."""
    import pyarrow as pa
    import pyarrow.csv as pc

    first = StringIO()
    csv.writer(first, lineterminator="\n").writerow(header)
    names = [str(number) for number in range(len(header))]
    how = pc.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        file.write(first.getvalue().encode())

        def write(columns: Sequence[object]) -> None:
            pc.write_csv(pa.table(dict(zip(names, columns, strict=True))), file, how)

        yield write
