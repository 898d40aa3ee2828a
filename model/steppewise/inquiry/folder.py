"""The folders of questions that take a design: their names, and what all of them hold.

results/sensitivity-baseline-3f2a9c1b/
    manifest.json      versions, what was asked, points, worlds, wall time
    scenario.yaml      the scenario, frozen; evidence.csv: all its parameters with their sources
    against-1.yaml     the same of a second scenario whose effect was asked for, and against-1.csv; and so on
    design.parquet     a row a point: design, number, value of every factor, mean outcomes over the worlds
    ...                what was found, figures, report.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from csv import writer
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from steppewise.analysis.sampling import Design
from steppewise.analysis.subject import Subject
from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.manifest import Manifest, circumstances, code_version, rounded, scenario_entry
from steppewise.experiment.store import read_named, write_named, write_spec
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

if TYPE_CHECKING:
    import pyarrow as pa

DESIGN: Final = "design.parquet"
AGAINST: Final = "against"
ROWS_AT_ONCE: Final = 10_000

Columns = Mapping[str, Mapping[str, Array]]
"""Name of a design -> name of a column -> (point,)."""


def folder_name(kind: str, subject: Subject, *asked: object) -> str:
    """`sensitivity-baseline-3f2a9c1b`: the same question to the same version has the same name."""
    seconds = [(name, fingerprint(spec)) for name, spec in subject.seconds.items()]
    setting = (subject.worlds, subject.seed, subject.uncertainty)
    whole = (fingerprint(subject.spec), subject.factors, seconds, setting, asked, code_version())
    return f"{kind}-{subject.name}-{sha256(repr(whole).encode()).hexdigest()[:8]}"


def manifest_of(kind: str, subject: Subject, seconds: Mapping[str, float], **asked: object) -> Manifest:
    """The manifest of a question; `asked` are the things that only its kind knows."""
    return {
        **circumstances(),
        "kind": kind,
        "name": subject.name,
        "scenario": scenario_entry(subject.spec),
        "against": {name: scenario_entry(spec) for name, spec in subject.seconds.items()},
        "worlds": subject.worlds,
        "seed": subject.seed,
        "uncertainty": subject.uncertainty,
        "points": dict(subject.points),
        "runs": subject.runs,
        "factors": [asdict(factor) for factor in subject.factors],
        **asked,
        "seconds": rounded(seconds),
    }


def write_specs(folder: Path, subject: Subject) -> None:
    """Write the scenario and the second ones, each with all its parameters."""
    write_spec(folder, subject.spec)
    for number, spec in enumerate(subject.seconds.values(), start=1):
        write_named(folder, f"{AGAINST}-{number}", spec)


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
    spec, changed = read_named(folder, file)
    then = load_scenario(folder / f"{file}.yaml")  # with today's evidence, so that the scenarios alone are compared
    try:
        is_todays = fingerprint(load_scenario(name)) == fingerprint(then)
    except SteppewiseError:
        is_todays = False
    return Second(spec, changed, is_todays)


def write_design(path: Path, designs: Mapping[str, Design], found: Columns) -> None:
    """Write every point with what was found there, some thousand at a time."""
    import pyarrow.parquet as pq

    file = None
    for name, design in designs.items():
        for start in range(0, len(design), ROWS_AT_ONCE):
            table = _points_table(name, design, found[name], start)
            file = file or pq.ParquetWriter(path, table.schema, compression="zstd")
            file.write_table(table)
    if file is not None:
        file.close()


def _points_table(name: str, design: Design, found: Mapping[str, Array], start: int) -> pa.Table:
    import pyarrow as pa

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
    import pyarrow.parquet as pq

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
