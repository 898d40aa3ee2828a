"""The verb `hindcast`: the record beside the worlds of a scenario.

results/hindcast-history-3f2a9c1b/
    manifest.json      versions, plan, last year that helped to set values, wall time
    scenario.yaml      the scenario, frozen; evidence.csv: all its parameters with their sources
    runs.parquet       a row a world
    observations.csv   every observation, what the worlds have at its time, and what rules of thumb say
    scores.csv         a row for each variable; figures, report.html
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow.parquet as pq

from steppewise.analysis import hindcast as scoring
from steppewise.analysis.hindcast import BENCHMARKS, SEEN_UNTIL, Hindcast, Scored
from steppewise.analysis.observations import Observation, read_observations, record_of
from steppewise.experiment.ensemble import Plan
from steppewise.results import tables
from steppewise.results.kind import SavedResults, figure_of
from steppewise.results.manifest import (
    HINDCAST,
    Entries,
    WorldsManifest,
    folder_name,
    read_manifest,
    scenario_entry,
    state_of,
)
from steppewise.results.rerun import StoredWorlds
from steppewise.results.run import SIMULATION, Progress, Scenario, specification
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.hindcast import doubts, sentences
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

OBSERVATIONS, SCORES = "observations.csv", "scores.csv"
OBSERVED: Final = ("time", "first", "last", "power", "state", "variable", "value", "source")
BESIDE: Final = ("seen", "median", "low", "high", "inside", "crps", *BENCHMARKS)
SCORE_COLUMNS: Final = (
    *("variable", "seen", "observations", "covered", "rmse", "crps"),
    *(f"{rule}_{what}" for rule in BENCHMARKS for what in ("rmse", "crps")),
)


@dataclass(frozen=True, eq=False)
class HindcastResults(SavedResults):
    """The record beside the worlds: scores, words, figures, a folder.

    `data` is the file of observations, empty for those that come with the package; `folder` is where the results lie,
    None before they are saved.
    """

    KIND = HINDCAST

    found: Hindcast
    seconds: Mapping[str, float]
    data: str = ""
    folder: Path | None = None

    @property
    def scores(self) -> pd.DataFrame:
        """A row for each variable, years that helped to set values apart: SCORE_COLUMNS."""
        import pandas as pd

        return pd.DataFrame(list(_score_rows(self.found)), columns=list(SCORE_COLUMNS))

    @property
    def observations(self) -> pd.DataFrame:
        """A row for each observation, with what the worlds have at its time."""
        import pandas as pd

        return pd.DataFrame(list(_rows(self.found)), columns=[*OBSERVED, *BESIDE])

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def plot(self, variable: str | None = None) -> Figure:
        """Observations of a variable (that with the most, if not named) over the bands of the worlds."""
        from steppewise.report.figures.of_hindcast import drawings, main_sketch

        return figure_of(drawings(self.found), variable or main_sketch(self.found).name)

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.hindcast_page import of_hindcast

        return of_hindcast(self.found)

    @property
    def name(self) -> str:
        """The name of the results folder."""
        found = self.found
        observations = [*(point.observation for point in found.points), *found.early]
        return hindcast_name(found.ensemble.spec, observations, found.ensemble.plan, found.seen_until)

    def write_tables(self, folder: Path) -> None:
        """Write the scenario, the worlds, the observations with what stands beside them, and the scores."""
        tables.write_spec(folder, self.found.ensemble.spec)
        pq.write_table(tables.runs_table(self.found.ensemble), folder / tables.RUNS, compression="zstd")
        tables.write_rows(folder / OBSERVATIONS, (*OBSERVED, *BESIDE), _rows(self.found))
        tables.write_rows(folder / SCORES, SCORE_COLUMNS, _score_rows(self.found))

    def write_page(self, page: Path, figures: Path) -> None:
        """Draw the figures into their folder, and write the page with them."""
        from steppewise.report.figures.of_hindcast import draw_hindcast
        from steppewise.report.hindcast_page import write_hindcast

        write_hindcast(page, self.found, draw_hindcast(self.found, figures), self.data)

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        ensemble = self.found.ensemble
        return {
            "scenario": scenario_entry(ensemble.spec),
            **asdict(ensemble.plan),
            **state_of(ensemble),
            "seen_until": self.found.seen_until,
            "data": self.data,
            "seconds": {**self.seconds, "writing": writing},
        }

    def __repr__(self) -> str:
        return f"<Hindcast of {self.found.ensemble.spec.name}: {len(self.found.points)} observations>"


def hindcast(
    scenario: Scenario = "history",
    data: str | PathLike[str] | None = None,
    runs: int = 1000,
    seed: int = 0,
    uncertainty: Uncertainty = "both",
    workers: int = 1,
    seen_until: int = SEEN_UNTIL,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
    progress: Progress = lambda stage, done, total: None,
) -> HindcastResults:
    """Hold the worlds of a scenario against what was observed.

    Args:
        scenario: a name of the library, the path of a file, or a specification.
        data: a CSV file or workbook of observations; those that come with the package if not given.
        runs: how many worlds, 2,000 at most.
        seed: a whole number from 0 up; world r of a seed is the same world in every run.
        uncertainty: what differs between worlds: "chance", "ignorance", "both" or "none".
        workers: threads to share the worlds among.
        seen_until: the last year whose observations helped to set values; later ones are held out.
        overrides: parameters to set, such as `powers.japan.execution=0.9`.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        progress: called as worlds are done.

    Raises SteppewiseError for whatever the user can mend.
    """
    spec = specification(scenario, overrides, rules)
    plan = Plan(runs, seed, uncertainty, workers)
    return hindcast_plan(
        spec, observations_for(spec, data), plan, seen_until, "" if data is None else fspath(data), progress
    )


def observations_for(spec: ScenarioSpec, data: str | PathLike[str] | None) -> tuple[Observation, ...]:
    """The observations of a file, or those that come with the package. Raises SteppewiseError."""
    return record_of(spec) if data is None else read_observations(fspath(data), spec)


def hindcast_plan(
    spec: ScenarioSpec,
    observations: Sequence[Observation],
    plan: Plan,
    seen_until: int,
    data: str,
    progress: Progress,
) -> HindcastResults:
    """Run a plan and score it. Raises SteppewiseError."""
    started = time.perf_counter()
    found = scoring.hindcast(spec, observations, plan, seen_until, lambda done: progress(SIMULATION, done, plan.worlds))
    return HindcastResults(found, {"simulation": time.perf_counter() - started}, data)


def hindcast_name(spec: ScenarioSpec, observations: Sequence[Observation], plan: Plan, seen_until: int) -> str:
    """`hindcast-history-3f2a9c1b`."""
    record = sha256(repr(sorted(map(repr, observations))).encode()).hexdigest()
    setting = (plan.worlds, plan.seed, plan.uncertainty, seen_until)
    return folder_name(f"{HINDCAST}-{spec.name}", fingerprint(spec), record, *setting)


# the folder ---------------------------------------------------------------------------------------------


class HindcastManifest(WorldsManifest):
    """The manifest of a hindcast."""

    KIND = HINDCAST

    seen_until: int
    data: str


def _rows(found: Hindcast) -> Iterator[tuple[object, ...]]:
    """A row for each observation; what stands beside it is empty for those from before the run."""
    for one in found.early:
        yield (*_observed(one), *("",) * len(BESIDE))
    for point in found.points:
        numbers = (point.median, point.low, point.high, point.inside, point.crps)
        yield (*_observed(point.observation), point.seen, *numbers, *point.benchmarks.values())


def _observed(one: Observation) -> tuple[object, ...]:
    return (
        one.time,
        str(one.first),
        str(one.last),
        one.power or "",
        one.state or "",
        one.variable,
        one.value,
        one.source,
    )


def _score_rows(found: Hindcast) -> Iterator[tuple[object, ...]]:
    for one in found.scores:
        rules = (number for rule in BENCHMARKS for number in one.benchmarks[rule])
        yield one.variable, one.seen, one.count, one.covered, one.rmse, one.crps, *rules


def load_hindcast(folder: str | PathLike[str]) -> HindcastResults:
    """Read a hindcast back from its folder. Raises SteppewiseError where it is none, or is damaged."""
    path = Path(folder)
    manifest = read_manifest(path, HindcastManifest)
    [ensemble] = stored(path).ensembles
    with tables.intact(path / OBSERVATIONS, HINDCAST), (path / OBSERVATIONS).open(newline="", encoding="utf-8") as file:
        rows = [(_observation(row), row) for row in csv.DictReader(file)]
        points = tuple(_point(one, row) for one, row in rows if row["seen"])
    early = tuple(one for one, row in rows if not row["seen"])
    return HindcastResults(
        Hindcast(ensemble, points, early, manifest.seen_until), manifest.seconds, manifest.data, path
    )


def _observation(row: Mapping[str, str]) -> Observation:
    first, last = Quarter.parse(row["first"]), Quarter.parse(row["last"])
    actors = row["power"] or None, row["state"] or None
    return Observation(row["time"], first, last, row["variable"], *actors, float(row["value"]), row["source"])


def _point(one: Observation, row: Mapping[str, str]) -> Scored:
    median, low, high, crps = (float(row[name]) for name in ("median", "low", "high", "crps"))
    rules = {rule: float(row[rule] or "nan") for rule in BENCHMARKS}
    return Scored(one, row["seen"] == "True", median, low, high, crps, rules)


def stored(folder: Path) -> StoredWorlds:
    """The worlds of a folder, to be run again. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, HindcastManifest)
    spec, changed = tables.read_spec(folder)
    with tables.intact(folder / tables.RUNS, HINDCAST):
        ensemble = tables.ensemble_of(pq.read_table(folder / tables.RUNS), spec, manifest.plan)
    return StoredWorlds(manifest=manifest, evidence_changed=changed, ensembles=(ensemble,))
