"""The folder of a comparison: its name, and its numbers as files.

    results/compare-baseline-package-delivered-3f2a9c1b/
        manifest.json      versions, seed, worlds, every scenario with its hash, wall time
        scenarios/         each scenario frozen (NAME.yaml), and all its parameters with their sources (NAME.csv)
        runs.parquet       a row a world and scenario: status, drawn parameters, outcomes
        differences.csv    tidy: scenario, against, time, power, state, variable, unit, statistic, value, worlds
        figures/*.png      report.html

The first scenario is the one that all others are compared with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.experiment.manifest import (
    COMPARISON,
    NAME,
    Manifest,
    asked,
    circumstances,
    code_version,
    plan_of,
    read_manifest,
    rounded,
    scenario_entry,
    state_of,
)
from steppewise.experiment.store import RUNS, read_named, reading, write_named
from steppewise.experiment.tables import runs_from, runs_table
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.spec import ScenarioSpec

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SCENARIOS: Final = "scenarios"
DIFFERENCES: Final = "differences.csv"

TEXTS: Final = ("scenario", "against", "time", "power", "state", "variable", "unit", "statistic")
"""Columns of differences.csv that hold names."""

MOST_NAMED: Final = 3
"""Scenarios that the folder's name names."""


def folder_name(specs: Sequence[ScenarioSpec], plan: Plan) -> str:
    """`compare-baseline-package-delivered-3f2a9c1b`: the same question to the same version has the same name."""
    scenarios = [(spec.name, fingerprint(spec)) for spec in specs]
    asked_for = (scenarios, plan.worlds, plan.seed, plan.uncertainty, code_version())
    named = [spec.name for spec in specs[:MOST_NAMED]]
    rest = [f"and-{len(specs) - MOST_NAMED}-more"] if len(specs) > MOST_NAMED else []
    return "-".join(["compare", *named, *rest, sha256(repr(asked_for).encode()).hexdigest()[:8]])


def manifest_of(ensembles: Sequence[Ensemble], seconds: Mapping[str, float]) -> Manifest:
    """The manifest of a comparison; `seconds` are wall times by stage."""
    return {
        **circumstances(),
        "kind": COMPARISON,
        "scenarios": [{**scenario_entry(one.spec), **state_of(one)} for one in ensembles],
        **asked(ensembles[0].plan),
        "seconds": rounded(seconds),
    }


def write_data(folder: Path, ensembles: Sequence[Ensemble]) -> None:
    """Write the scenarios, each as it stands by itself, and a row for every world and scenario."""
    import pyarrow.parquet as pq

    (folder / SCENARIOS).mkdir()
    for spec in (ensemble.spec for ensemble in ensembles):
        write_named(folder / SCENARIOS, spec.name, spec)
    pq.write_table(all_runs(ensembles), folder / RUNS, compression="zstd")


def all_runs(ensembles: Sequence[Ensemble]) -> pa.Table:
    """The rows of all ensembles below each other, named in the column `scenario`.

    What a scenario has not, be it a parameter or an outcome of an actor, is null in its rows.
    """
    import pyarrow as pa

    tables = [_named(runs_table(ensemble), ensemble.spec.name) for ensemble in ensembles]
    return pa.concat_tables(tables, promote_options="default")


def _named(rows: pa.Table, scenario: str) -> pa.Table:
    import pyarrow as pa

    names = pa.array([scenario] * rows.num_rows).dictionary_encode()
    return rows.add_column(0, "scenario", names)


@dataclass(frozen=True, eq=False)
class StoredComparison:
    """A comparison as its folder holds it: ensembles without their trajectories, and the table of differences.

    `evidence_changed` are parameters of any of the scenarios that today's evidence has otherwise.
    """

    manifest: Manifest
    ensembles: tuple[Ensemble, ...]
    differences: pd.DataFrame
    evidence_changed: Mapping[str, Parameter]


def read_data(folder: Path) -> StoredComparison:
    """Read the folder of a comparison. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, COMPARISON)
    plan = plan_of(manifest)
    names = reading(folder / NAME, lambda _: _names(manifest), COMPARISON)
    read = [read_named(folder / SCENARIOS, name) for name in names]
    ensembles = reading(folder / RUNS, lambda path: _read_runs(path, [spec for spec, _ in read], plan), COMPARISON)
    changed = {name: parameter for _, by_name in read for name, parameter in by_name.items()}
    return StoredComparison(manifest, ensembles, reading(folder / DIFFERENCES, _read_differences, COMPARISON), changed)


def _names(manifest: Manifest) -> list[str]:
    return [entry["name"] for entry in manifest["scenarios"]]


def _read_runs(path: Path, specs: Sequence[ScenarioSpec], plan: Plan) -> tuple[Ensemble, ...]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    return tuple(_ensemble(table, spec, plan) for spec in specs)


def _ensemble(table: pa.Table, spec: ScenarioSpec, plan: Plan) -> Ensemble:
    """The rows of one scenario, without the columns that only others have."""
    import pyarrow.compute as pc

    rows = table.filter(pc.equal(table["scenario"], spec.name)).drop_columns("scenario")
    rows = rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])
    runs = runs_from(rows)
    return Ensemble(spec, plan, runs.status, runs.parameters, runs.outcomes, {})


def _read_differences(path: Path) -> pd.DataFrame:
    """The table of differences, its texts as categories."""
    import pyarrow as pa
    import pyarrow.csv as pc

    text = pa.dictionary(pa.int32(), pa.string())
    types = {**dict.fromkeys(TEXTS, text), "value": pa.float64(), "worlds": pa.int64()}
    table: pd.DataFrame = pc.read_csv(path, convert_options=pc.ConvertOptions(column_types=types)).to_pandas()
    return table
