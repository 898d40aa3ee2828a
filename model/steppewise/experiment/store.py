"""The results folder: its name, what is written into it, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment import manifest as manifests
from steppewise.experiment.ensemble import Ensemble, Plan
from steppewise.experiment.manifest import Manifest, code_version
from steppewise.experiment.tables import (
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

T = TypeVar("T")

SCENARIO: Final = "scenario.yaml"
RUNS: Final = "runs.parquet"
EVIDENCE: Final = "evidence.csv"
SERIES: Final = "series.nc"
SUMMARY: Final = "summary.csv"


def folder_name(spec: ScenarioSpec, plan: Plan) -> str:
    """`package-delivered-3f2a9c1b`: the same question to the same version has the same name."""
    asked = (fingerprint(spec), plan.worlds, plan.seed, plan.uncertainty, code_version())
    return f"{spec.name}-{sha256(repr(asked).encode()).hexdigest()[:8]}"


def is_there(folder: Path) -> bool:
    """True where the results folder is there already; raises SteppewiseError where something else is."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise SteppewiseError(Problem("is a file, where the results folder belongs; move it away", file=str(folder)))
    if not (folder / manifests.NAME).is_file():
        message = "is a folder, but not one of results; move it away, or choose another place with --out"
        raise SteppewiseError(Problem(message, file=str(folder)))
    return True


def write_data(folder: Path, ensemble: Ensemble) -> None:
    """Write what the numbers can be computed from again, a row a world to compare them with, and trajectories."""
    import pyarrow.parquet as pq

    write_spec(folder, ensemble.spec)
    if ensemble.trajectories:
        write_series(folder / SERIES, ensemble)
    pq.write_table(runs_table(ensemble), folder / RUNS, compression="zstd", use_dictionary=[STATUS])


def write_spec(folder: Path, spec: ScenarioSpec) -> None:
    """Write a scenario with all its parameters, so that it stands apart from later evidence."""
    (folder / SCENARIO).write_text(freeze(spec), encoding="utf-8")
    write_evidence(folder / EVIDENCE, spec)


def write_named(folder: Path, name: str, spec: ScenarioSpec) -> None:
    """Write one of several scenarios with all its parameters: NAME.yaml and NAME.csv."""
    (folder / f"{name}.yaml").write_text(freeze(spec), encoding="utf-8")
    write_evidence(folder / f"{name}.csv", spec)


def read_named(folder: Path, name: str) -> tuple[ScenarioSpec, Mapping[str, Parameter]]:
    """Read what `write_named` wrote, as `read_spec` does."""
    return read_spec(folder / f"{name}.yaml", folder / f"{name}.csv")


@dataclass(frozen=True)
class Stored:
    """What a results folder holds.

    `spec` has the parameters of the folder itself; `evidence_changed` names those that today's evidence has
    otherwise, with today's. `runs` are the rows of the worlds.
    """

    folder: Path
    manifest: Manifest
    spec: ScenarioSpec
    plan: Plan
    runs: Runs
    evidence_changed: Mapping[str, Parameter]

    def ensemble(self) -> Ensemble:
        """The ensemble, with the trajectories that were kept. Raises SteppewiseError."""
        trajectories = reading(self.folder / SERIES, read_series)
        runs = self.runs
        return Ensemble(self.spec, self.plan, runs.status, runs.parameters, runs.outcomes, trajectories)


def read_data(folder: Path) -> Stored:
    """Read a results folder. Raises SteppewiseError where it is none, or is damaged."""
    manifest = manifests.read_manifest(folder)
    spec, changed = read_spec(folder / SCENARIO, folder / EVIDENCE)
    runs = reading(folder / RUNS, _read_runs)
    return Stored(folder, manifest, spec, manifests.plan_of(manifest), runs, changed)


def read_spec(scenario: Path, evidence: Path) -> tuple[ScenarioSpec, Mapping[str, Parameter]]:
    """A frozen scenario with the parameters that it had, and those that today's evidence has otherwise.

    Raises SteppewiseError where a file is missing or damaged.
    """
    today = load_scenario(scenario)
    parameters = read_evidence(evidence, today.parameters)
    spec = today.with_parameters(parameters)
    return spec, {name: today.parameters[name] for name in parameters if _differ(today, spec, name)}


def _differ(today: ScenarioSpec, then: ScenarioSpec, name: str) -> bool:
    """True where the numbers of a parameter are other ones."""
    a, b = today.parameters[name], then.parameters[name]
    return (a.value, a.low, a.high) != (b.value, b.low, b.high)


def _read_runs(path: Path) -> Runs:
    import pyarrow.parquet as pq

    return runs_from(pq.read_table(path))


def reading(path: Path, read: Callable[[Path], T], kind: str = manifests.RUN) -> T:
    """Read a file of the folder; whatever a damaged one raises becomes what the user can mend."""
    try:
        return read(path)
    except FileNotFoundError:
        raise SteppewiseError(Problem("there is no such file", file=str(path))) from None
    except (OSError, ValueError, KeyError) as error:
        said = str(error).splitlines()[0] if str(error) else repr(error)
        message = f"is damaged ({said}); {manifests.remedy(kind)}"
        raise SteppewiseError(Problem(message, file=str(path))) from None
