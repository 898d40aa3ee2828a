"""What the answers to questions have in common: their table, their folder, and how they are found there again.

results/sensitivity-baseline-3f2a9c1b/
    manifest.json      versions, what was asked, points, worlds, wall time
    scenario.yaml      the scenario, frozen; evidence.csv: all its parameters with their sources
    against-1.yaml     the same of a second scenario whose effect was asked for, and against-1.csv; and so on
    design.parquet     a row a point: design, number, value of every factor, mean outcomes over the worlds
    ...                what was found, figures, report.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from csv import writer
from dataclasses import asdict, dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steppewise.analysis.discovery import Discovery
from steppewise.analysis.sampling import Design
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.subject import Subject
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor, executor_of
from steppewise.report.drawn import FIGURES, REPORT
from steppewise.results.kind import Keeping, Kept, drawing
from steppewise.results.manifest import (
    Manifest,
    circumstances,
    folder_name,
    read_manifest,
    rounded,
    scenario_entry,
)
from steppewise.results.stored import read_spec, write_spec
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


DESIGN: Final = "design.parquet"
AGAINST: Final = "against"
ROWS_AT_ONCE: Final = 10_000

Columns = Mapping[str, Mapping[str, Array]]
"""Name of a design -> name of a column -> (point,)."""


@dataclass(frozen=True)
class Second:
    """A second scenario as a folder holds it.

    `evidence_changed` are parameters that today's evidence has otherwise; `is_todays` is False where the scenario of
    that name says something else today, or is not there.
    """

    spec: ScenarioSpec
    evidence_changed: Mapping[str, Parameter]
    is_todays: bool


def read_seconds(folder: Path, manifest: Manifest) -> Mapping[str, Second]:
    """The second scenarios that a folder holds, by the names that quantities give them; none in folders of old.

    Raises SteppewiseError where a file is missing or damaged.
    """
    names = enumerate(manifest.get("against", ()), start=1)
    return {name: _read_second(folder, f"{AGAINST}-{number}", name) for number, name in names}


def _read_second(folder: Path, file: str, name: str) -> Second:
    spec, changed = read_spec(folder, file)
    then = load_scenario(folder / f"{file}.yaml")  # with today's evidence, so that the scenarios alone are compared
    try:
        is_todays = fingerprint(load_scenario(name)) == fingerprint(then)
    except SteppewiseError:
        is_todays = False
    return Second(spec, changed, is_todays)


def write_design(path: Path, designs: Mapping[str, Design], found: Columns) -> None:
    """Write every point with what was found there, some thousand at a time."""
    file = None
    for name, design in designs.items():
        for start in range(0, len(design), ROWS_AT_ONCE):
            table = _points_table(name, design, found[name], start)
            file = file or pq.ParquetWriter(path, table.schema, compression="zstd")
            file.write_table(table)
    if file is not None:
        file.close()


def _points_table(name: str, design: Design, found: Mapping[str, Array], start: int) -> pa.Table:
    rows = design.rows(start, start + ROWS_AT_ONCE)
    columns: dict[str, object] = {
        "design": pa.array([name] * len(rows)).dictionary_encode(),
        "point": np.arange(start, start + len(rows)),
    }
    columns |= {f"factor:{factor.name}": column for factor, column in zip(design.factors, rows.T, strict=True)}
    columns |= {column: values[start : start + len(rows)] for column, values in found.items()}
    return pa.table(columns)


def read_design(path: Path, columns: Mapping[str, str]) -> dict[str, dict[str, Array]]:
    """Some columns of the points of every design, each under its new name: design -> name -> (point,)."""
    table = pq.read_table(path, columns=["design", *columns])
    designs = np.array(table["design"].to_pylist())
    values = {name: table[column].to_numpy() for column, name in columns.items()}
    return {one: {name: v[designs == one] for name, v in values.items()} for one in dict.fromkeys(designs.tolist())}


def write_rows(path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, numbers with all their digits, nothing for those that are not told."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = writer(stream, lineterminator="\n")
        out.writerow(heads)
        out.writerows([[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> object:
    if not isinstance(value, float):
        return value
    return repr(float(value)) if isfinite(value) else ""


# kinds of questions, and their answers ------------------------------------------------------------------

Drawings = Mapping[str, Callable[[], "Figure"]]


S = TypeVar("S", bound=Subject)
F = TypeVar("F", bound=Sensitivity | Discovery)


@dataclass(frozen=True)
class Kind(Generic[S, F]):
    """A kind of question.

    name: of the folder's kind. file, columns: the table in the folder, and its heads. asked: what only this kind asks
    for, by the names of the manifest. find: runs the model. read: what was found, from a folder. rows: of the table.
    designs: the points that are run; at_points: what was found there. write_page: draws the figures into a folder
    and writes the page.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    asked: Callable[[S], Mapping[str, Any]]
    find: Callable[[S, Executor, Progress], F]
    read: Callable[[Path, S, Manifest], F]
    rows: Callable[[F], Iterator[tuple[object, ...]]]
    designs: Callable[[S], Mapping[str, Design]]
    at_points: Callable[[F], Columns]
    write_page: Callable[[Path, F, Path], None]


@dataclass(frozen=True, eq=False)
class Answer(Kept, Generic[S, F]):
    """What was found. `folder` is where the results lie, None before they are saved."""

    kind: ClassVar[Kind[Any, Any]]

    found: F
    folder: Path | None = None

    @property
    def subject(self) -> S:
        """What the question was about."""
        raise NotImplementedError

    @cached_property
    def table(self) -> pd.DataFrame:
        """What was found as a table, as in the folder."""
        import pandas as pd

        return pd.DataFrame(list(self.kind.rows(self.found)), columns=list(self.kind.columns))

    @property
    def name(self) -> str:
        """The name of the results folder."""
        return self.name_of(self.subject)

    @classmethod
    def name_of(cls, subject: S) -> str:
        """The name of a question's folder: `sensitivity-baseline-3f2a9c1b`. Raises SteppewiseError."""
        seconds = [(name, fingerprint(spec)) for name, spec in subject.seconds.items()]
        setting = (subject.worlds, subject.seed, subject.uncertainty)
        asked = tuple(cls.kind.asked(subject).values())
        called = f"{cls.kind.name}-{subject.name}"
        return folder_name(called, fingerprint(subject.spec), subject.factors, seconds, setting, asked)

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the table, and all points."""
        write_spec(folder, self.subject.spec)
        for number, spec in enumerate(self.subject.seconds.values(), start=1):
            write_spec(folder, spec, f"{AGAINST}-{number}")
        write_rows(folder / self.kind.file, self.kind.columns, self.kind.rows(self.found))
        write_design(folder / DESIGN, self.kind.designs(self.subject), self.kind.at_points(self.found))

    def write_pages(self, folder: Path, how: Keeping) -> None:
        """Draw the figures and write the report page."""
        (folder / FIGURES).mkdir()
        self.kind.write_page(folder / REPORT, self.found, folder / FIGURES)

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What the folder says of itself."""
        subject = self.subject
        return {
            **circumstances(),
            "kind": self.kind.name,
            "name": subject.name,
            "scenario": scenario_entry(subject.spec),
            "against": {name: scenario_entry(spec) for name, spec in subject.seconds.items()},
            "worlds": subject.worlds,
            "seed": subject.seed,
            "uncertainty": subject.uncertainty,
            "points": dict(subject.points),
            "runs": subject.runs,
            "factors": [asdict(factor) for factor in subject.factors],
            **self.kind.asked(subject),
            "seconds": rounded({**self.found.seconds, **seconds}),
        }

    @classmethod
    def answered(cls, subject: S, workers: int, progress: Progress) -> Self:
        """The answer to a question, by running the model. Raises SteppewiseError."""
        return cls(cls.kind.find(subject, executor_of("local", workers, None), progress))

    @classmethod
    def load(cls, folder: Path, subject: S) -> Self:
        """The answer to a question from its folder. Raises SteppewiseError where that is damaged."""
        return cls(cls.kind.read(folder, subject, read_manifest(folder, cls.kind.name)), folder)


def drawn(known: Drawings, picture: str) -> Figure:
    """The figure of that name. Raises SteppewiseError where there is none."""
    if not known:
        raise SteppewiseError("there is nothing to draw")
    return drawing(known, picture)()
