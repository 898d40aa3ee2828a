"""The results folders of a run and of a comparison: their names, what is written into them, how it is read back.

    results/compare-baseline-package-delivered-3f2a9c1b/
        manifest.json      versions, seed, worlds, every scenario with its hash, wall time
        scenarios/         each scenario frozen (NAME.yaml), and all its parameters with their sources (NAME.csv)
        runs.parquet       a row a world and scenario: status, drawn parameters, outcomes
        differences.csv    tidy: scenario, against, time, power, state, variable, unit, statistic, value, worlds
        figures/*.png      report.html

The first scenario of a comparison is the one that all others are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.results.manifest import (
    COMPARISON,
    NAME,
    RUN,
    SWEEP,
    Manifest,
    circumstances,
    plan_of,
    read_manifest,
    remedy,
    rounded,
    scenario_entry,
    state_of,
)
from steppewise.results.manifest import folder_name as named
from steppewise.results.tables import (
    STATUS,
    Runs,
    read_evidence,
    read_series,
    runs_from,
    runs_table,
    write_evidence,
    write_series,
)
from steppewise.scenario.freeze import fingerprint, freeze
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

if TYPE_CHECKING:
    import pandas as pd


T = TypeVar("T")

SCENARIO: Final = "scenario.yaml"
RUNS: Final = "runs.parquet"
EVIDENCE: Final = "evidence.csv"
SERIES: Final = "series.nc"
SUMMARY: Final = "summary.csv"


def folder_name(spec: ScenarioSpec, plan: Plan) -> str:
    """`package-delivered-3f2a9c1b`."""
    return named(spec.name, fingerprint(spec), plan.worlds, plan.seed, plan.uncertainty)


def is_there(folder: Path) -> bool:
    """True where the results folder is there already; raises SteppewiseError where something else is."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise SteppewiseError(Problem("is a file, where the results folder belongs; move it away", file=str(folder)))
    if not (folder / NAME).is_file():
        message = "is a folder, but not one of results; move it away, or choose another place with --out"
        raise SteppewiseError(Problem(message, file=str(folder)))
    return True


def write_data(folder: Path, ensemble: Ensemble) -> None:
    """Write what the numbers can be computed from again, a row a world to compare them with, and trajectories."""
    write_spec(folder, ensemble.spec)
    if ensemble.trajectories:
        write_series(folder / SERIES, ensemble)
    pq.write_table(runs_table(ensemble), folder / RUNS, compression="zstd", use_dictionary=[STATUS])


def write_spec(folder: Path, spec: ScenarioSpec, name: str = "") -> None:
    """Write a scenario with all its parameters, so that it stands apart from later evidence; of several, by name."""
    scenario, evidence = _spec_files(folder, name)
    scenario.write_text(freeze(spec), encoding="utf-8")
    write_evidence(evidence, spec)


def _spec_files(folder: Path, name: str) -> tuple[Path, Path]:
    return (folder / f"{name}.yaml", folder / f"{name}.csv") if name else (folder / SCENARIO, folder / EVIDENCE)


@dataclass(frozen=True, eq=False)
class Stored:
    """What a folder of one scenario or of several holds: ensembles, their trajectories left out.

    Scenarios have the parameters of the folder itself; `evidence_changed` names those that today's evidence has
    otherwise, with today's.
    """

    manifest: Manifest
    ensembles: tuple[Ensemble, ...]
    evidence_changed: Mapping[str, Parameter]


def read_data(folder: Path) -> Stored:
    """Read a results folder. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder)
    spec, changed = read_spec(folder)
    runs = reading(folder / RUNS, _read_runs)
    plan = plan_of(manifest)
    return Stored(manifest, (Ensemble(spec, plan, runs.status, runs.parameters, runs.outcomes, {}),), changed)


def read_trajectories(folder: Path) -> dict[str, Array]:
    """The trajectories that a results folder keeps, variable -> (time, *axes, world). Raises SteppewiseError."""
    return reading(folder / SERIES, read_series)


def read_spec(folder: Path, name: str = "") -> tuple[ScenarioSpec, Mapping[str, Parameter]]:
    """A scenario with the parameters that it had, and those that today's evidence has otherwise; of several, by name.

    Raises SteppewiseError where a file is missing or damaged.
    """
    scenario, evidence = _spec_files(folder, name)
    today = load_scenario(scenario)
    spec = today.with_parameters(read_evidence(evidence, today.parameters))
    pairs = ((parameter, spec.parameters[name]) for name, parameter in today.parameters.items())
    return spec, {a.name: a for a, b in pairs if (a.value, a.low, a.high) != (b.value, b.low, b.high)}


def _read_runs(path: Path) -> Runs:
    return runs_from(pq.read_table(path))


def reading(path: Path, read: Callable[[Path], T], kind: str = RUN) -> T:
    """Read a file of the folder; whatever a damaged one raises becomes what the user can mend."""
    with intact(path, kind):
        return read(path)


@contextmanager
def intact(path: Path, kind: str) -> Iterator[None]:
    """Turn what a damaged file raises into what the user can mend."""
    try:
        yield
    except FileNotFoundError:
        missing = "is not there; the same command makes it" if kind == SWEEP else "there is no such file"
        raise SteppewiseError(Problem(missing, file=str(path))) from None
    except (OSError, ValueError, KeyError) as error:
        said = str(error).splitlines()[0] if str(error) else repr(error)
        message = f"is damaged ({said}); {remedy(kind)}"
        raise SteppewiseError(Problem(message, file=str(path))) from None


# comparisons --------------------------------------------------------------------------------------------

SCENARIOS: Final = "scenarios"
DIFFERENCES: Final = "differences.csv"

TEXTS: Final = ("scenario", "against", "time", "power", "state", "variable", "unit", "statistic")
"""Columns of differences.csv that hold names."""

MOST_NAMED: Final = 3
"""Scenarios that the folder's name names."""


def comparison_name(specs: Sequence[ScenarioSpec], plan: Plan) -> str:
    """`compare-baseline-package-delivered-3f2a9c1b`."""
    scenarios = [(spec.name, fingerprint(spec)) for spec in specs]
    first = [spec.name for spec in specs[:MOST_NAMED]]
    rest = [f"and-{len(specs) - MOST_NAMED}-more"] if len(specs) > MOST_NAMED else []
    called = "-".join(["compare", *first, *rest])
    return named(called, scenarios, plan.worlds, plan.seed, plan.uncertainty)


def comparison_manifest(ensembles: Sequence[Ensemble], seconds: Mapping[str, float]) -> Manifest:
    """The manifest of a comparison; `seconds` are wall times by stage."""
    return {
        **circumstances(),
        "kind": COMPARISON,
        "scenarios": [{**scenario_entry(one.spec), **state_of(one)} for one in ensembles],
        **asdict(ensembles[0].plan),
        "seconds": rounded(seconds),
    }


def write_comparison(folder: Path, ensembles: Sequence[Ensemble]) -> None:
    """Write the scenarios, each as it stands by itself, and a row for every world and scenario."""
    (folder / SCENARIOS).mkdir()
    for spec in (ensemble.spec for ensemble in ensembles):
        write_spec(folder / SCENARIOS, spec, spec.name)
    pq.write_table(all_runs(ensembles), folder / RUNS, compression="zstd")


def all_runs(ensembles: Sequence[Ensemble]) -> pa.Table:
    """The rows of all ensembles below each other, named in the column `scenario`.

    What a scenario has not, be it a parameter or an outcome of an actor, is null in its rows.
    """
    tables = []
    for ensemble in ensembles:
        rows = runs_table(ensemble)
        names = pa.array([ensemble.spec.name] * rows.num_rows).dictionary_encode()
        tables.append(rows.add_column(0, "scenario", names))
    return pa.concat_tables(tables, promote_options="default")


def read_comparison(folder: Path) -> Stored:
    """The ensembles of a comparison. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, COMPARISON)
    plan = plan_of(manifest)
    names = reading(folder / NAME, lambda _: [entry["name"] for entry in manifest["scenarios"]], COMPARISON)
    read = [read_spec(folder / SCENARIOS, name) for name in names]
    ensembles = reading(folder / RUNS, lambda path: _ensembles(path, [spec for spec, _ in read], plan), COMPARISON)
    return Stored(manifest, ensembles, {name: parameter for _, changed in read for name, parameter in changed.items()})


def _ensembles(path: Path, specs: Sequence[ScenarioSpec], plan: Plan) -> tuple[Ensemble, ...]:
    table = pq.read_table(path)
    return tuple(_ensemble_of(table, spec, plan) for spec in specs)


def _ensemble_of(table: pa.Table, spec: ScenarioSpec, plan: Plan) -> Ensemble:
    """The rows of one scenario, without the columns that only others have."""
    import pyarrow.compute as pc

    rows = table.filter(pc.equal(table["scenario"], spec.name)).drop_columns("scenario")
    rows = rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])
    runs = runs_from(rows)
    return Ensemble(spec, plan, runs.status, runs.parameters, runs.outcomes, {})


def read_differences(path: Path) -> pd.DataFrame:
    """The table of differences of a file, its texts as categories."""
    text = pa.dictionary(pa.int32(), pa.string())
    types = {**dict.fromkeys(TEXTS, text), "value": pa.float64(), "worlds": pa.int64()}
    table: pd.DataFrame = pcsv.read_csv(path, convert_options=pcsv.ConvertOptions(column_types=types)).to_pandas()
    return table
