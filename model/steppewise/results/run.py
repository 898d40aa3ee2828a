"""The verbs of the command line for notebooks: run a scenario, look at what came out, keep it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import pyarrow.parquet as pq

from steppewise.analysis.findings import Findings, find, spread_outcomes
from steppewise.analysis.spread import SpreadShare, groups_of, sources_of_spread, worlds_again
from steppewise.analysis.summary import summary, summary_table
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.report.drawing_process import write_pages
from steppewise.results import tables
from steppewise.results.kind import SavedResults, SaveOptions, figure_of
from steppewise.results.manifest import (
    RUN,
    Entries,
    WorldsManifest,
    folder_name,
    read_manifest,
    scenario_entry,
    state_of,
)
from steppewise.results.rerun import StoredWorlds, is_other
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.run import advice, sentences
from steppewise.world.source import with_rules
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

T = TypeVar("T")

Scenario = str | PathLike[str] | ScenarioSpec
Progress = Callable[[str, int, int], None]
"""Called with the stage, the worlds done since the last call, and the worlds of the stage in all."""

SIMULATION: Final = "Running the worlds"
SPREAD: Final = "What the spread rests on"

Picture = Literal["shares", "states", "map", "promises", "trust", "spread"]


@dataclass(frozen=True, eq=False)
class Results(SavedResults):
    """What a run came to: the ensemble, its tables, its findings, its figures.

    `shares` say what the spread of the outcomes rests on; `seconds` are wall times by stage; `folder` is
    where the results lie, None before they are saved.
    """

    KIND = RUN

    ensemble: Ensemble
    shares: tuple[SpreadShare, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario, resolved."""
        return self.ensemble.spec

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Tidy statistics over worlds of every trajectory: see `analysis.summary.summary`."""
        return summary(self.ensemble)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """A row a world: its status and every outcome at the end, by name."""
        return self._by_world({"status": self.ensemble.status, **self.ensemble.outcomes})

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """A row a world: the value of every parameter that differs between worlds, by name."""
        return self._by_world(self.ensemble.parameters)

    @cached_property
    def trajectories(self) -> xr.Dataset:
        """The course of every variable with named axes time, power, state and world."""
        return tables.dataset(self.ensemble)

    @cached_property
    def findings(self) -> Findings:
        """Who leads where, how much, and what that rests on."""
        return find(self.ensemble, self.shares)

    def sentences(self) -> list[str]:
        """The findings in words, with advice where they rest on too few worlds."""
        return [*sentences(self.findings), *advice(self.findings)]

    def plot(self, picture: Picture = "shares") -> Figure:
        """One of the figures: regional shares, shares by state, map of leaders, promises, trust, spread."""
        from steppewise.report.figures.of_run import drawings

        pictures = drawings(self.ensemble, self.shares)
        if picture == "spread" and not self.shares:
            raise SteppewiseError("what the spread rests on was not asked: run with spread=True, uncertainty='both'")
        if picture in pictures and picture != "spread" and not self.ensemble.trajectories:
            raise SteppewiseError("the folder holds no courses: there is no series.nc")
        return figure_of(pictures, picture)

    @property
    def name(self) -> str:
        """The name of the results folder."""
        return run_name(self.spec, self.ensemble.plan)

    def write_tables(self, folder: Path) -> None:
        """Write what numbers can be computed from again, a row a world to compare them with, courses, the summary."""
        tables.write_summary(folder / tables.SUMMARY, summary_table(self.ensemble))
        tables.write_spec(folder, self.spec)
        if self.ensemble.trajectories:
            tables.write_series(folder / tables.SERIES, self.ensemble)
        pq.write_table(
            tables.runs_table(self.ensemble), folder / tables.RUNS, compression="zstd", use_dictionary=[tables.STATUS]
        )

    def write_pages(self, folder: Path, options: SaveOptions) -> None:
        """Draw the figures and write the report page, unless that was done meanwhile."""
        if not options.beside.finish(folder, self.ensemble, self.shares):
            write_pages(folder, self.ensemble, self.shares)

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        return {
            "scenario": scenario_entry(self.spec),
            **asdict(self.ensemble.plan),
            **state_of(self.ensemble),
            "seconds": {**self.seconds, "writing": writing},
            "spread": [asdict(share) for share in self.shares],
        }

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.run_page import of_run

        return of_run(self.ensemble, self.findings, self.sentences())

    def _by_world(self, columns: Mapping[str, object]) -> pd.DataFrame:
        import pandas as pd

        index = pd.RangeIndex(len(self.ensemble.status), name="world")
        return pd.DataFrame(dict(columns), index=index)

    def __repr__(self) -> str:
        worlds, failed = len(self.ensemble.status), len(self.ensemble.failures)
        return f"<Results of {self.spec.name}: {worlds:,} worlds, {failed:,} failed>"


def run(
    scenario: Scenario,
    runs: int = 1000,
    seed: int = 0,
    uncertainty: Uncertainty = "both",
    workers: int = 1,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
    spread: bool = True,
    progress: Progress = lambda stage, done, total: None,
) -> Results:
    """Run a scenario in many worlds.

    Args:
        scenario: a name of the library, the path of a file, or a specification.
        runs: how many worlds.
        seed: a whole number from 0 up; world r of a seed is the same world in every run.
        uncertainty: what differs between worlds: "chance", "ignorance", "both" or "none".
        workers: threads to share the worlds among.
        overrides: parameters to set, such as `powers.japan.execution=0.9`.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        spread: whether to find out what the spread of the outcomes rests on, by further runs.
        progress: called as worlds are done.

    Raises SteppewiseError for whatever the user can mend.
    """
    plan = Plan(runs, seed, uncertainty, workers)
    return run_plan(specification(scenario, overrides, rules), plan, spread, progress)


def run_plan(
    spec: ScenarioSpec,
    plan: Plan,
    spread: bool,
    progress: Progress,
    ready: Ensemble | None = None,
    show: Callable[[Ensemble], None] = lambda ensemble: None,
) -> Results:
    """Run a plan, `show` its worlds, and find out what the spread rests on.

    Where the worlds are `ready`, they are not run again.
    """
    times = [time.perf_counter()]
    ensemble = ready or simulate(spec, plan, progress=lambda done: progress(SIMULATION, done, plan.worlds))
    ensemble = replace(ensemble, plan=plan)
    show(ensemble)
    times.append(time.perf_counter())
    shares: tuple[SpreadShare, ...] = ()
    if spread:
        total = len(groups_of(spec, plan)) * worlds_again(plan)
        told = spread_outcomes(spec)
        shares = sources_of_spread(ensemble, told, lambda done: progress(SPREAD, done, total))
    times.append(time.perf_counter())
    return Results(ensemble, shares, {"simulation": times[1] - times[0], "spread": times[2] - times[1]})


def specification(
    scenario: Scenario, overrides: Sequence[str] = (), rules: Mapping[str, Rule] = NO_RULES
) -> ScenarioSpec:
    """The specification of a scenario by name, by path, or as it is. Raises SteppewiseError."""
    if not isinstance(scenario, ScenarioSpec):
        return load_scenario(scenario, overrides, rules=checked(rules))
    return without_overrides(scenario, overrides).with_rules(checked(rules))


def without_overrides(resolved: T, overrides: Sequence[str]) -> T:
    """What is resolved already, as it is. Raises SteppewiseError where parameters are to be set in it."""
    if overrides:
        raise SteppewiseError(
            "overrides go with the name or path of a scenario or experiment; this one is resolved already"
        )
    return resolved


def checked(rules: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """Rules that take the place of the model's. Raises SteppewiseError for what is none."""
    with_rules(rules)
    return rules


# from the folder ----------------------------------------------------------------------------------------


class RunManifest(WorldsManifest):
    """The manifest of a run."""

    KIND = RUN

    spread: tuple[SpreadShare, ...]


def run_name(spec: ScenarioSpec, plan: Plan) -> str:
    """`package-delivered-3f2a9c1b`."""
    return folder_name(spec.name, fingerprint(spec), plan.worlds, plan.seed, plan.uncertainty)


def load_results(folder: str | PathLike[str]) -> Results:
    """Read results back from their folder. Raises SteppewiseError where it is none, or is damaged.

    Those of another model are read, too; parameters that it did not know are today's.
    """
    path = Path(folder)
    manifest = read_manifest(path, RunManifest)
    [ensemble] = stored(path, of_any_model=True).ensembles
    with tables.intact(path / tables.SERIES):
        ensemble = replace(ensemble, trajectories=tables.read_series(path / tables.SERIES))
    return Results(ensemble, manifest.spread, manifest.seconds, path)


def stored(folder: Path, of_any_model: bool = False) -> StoredWorlds:
    """The worlds of a folder, to be run again. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, RunManifest)
    spec, changed = tables.read_spec(folder, another_model=of_any_model and is_other(manifest))
    with tables.intact(folder / tables.RUNS):
        ensemble = tables.ensemble_of(pq.read_table(folder / tables.RUNS), spec, manifest.plan)
    return StoredWorlds(manifest=manifest, evidence_changed=changed, ensembles=(ensemble,))
