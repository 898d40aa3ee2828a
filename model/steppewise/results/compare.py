"""The verb `compare` for notebooks: the same worlds under several scenarios, what differs, and its folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from pydantic import Field

from steppewise.analysis import comparison
from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.results import tables
from steppewise.results.kind import SavedResults, figure_of
from steppewise.results.manifest import (
    COMPARISON,
    Entries,
    ScenarioEntry,
    WorldsManifest,
    folder_name,
    read_manifest,
    scenario_entry,
    state_of,
)
from steppewise.results.rerun import StoredWorlds, is_other
from steppewise.results.run import Progress, Scenario, specification
from steppewise.scenario.contrast import check_comparable
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.comparison import advice, sentences
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.analysis.structures import Conclusion
    from steppewise.report.page import Shown

Picture = Literal["shares", "states", "powers_at_end", "states_at_end"]


@dataclass(frozen=True, eq=False)
class Comparison(SavedResults):
    """What a comparison came to: every scenario's worlds at the end, and all differences against the first.

    `found` stands in the order of the further scenarios; `seconds` are wall times by stage; `folder` is where the
    comparison lies, None before it is saved.
    """

    KIND = COMPARISON

    ensembles: tuple[Ensemble, ...]
    found: tuple[Differences, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def specs(self) -> tuple[ScenarioSpec, ...]:
        """The scenarios, resolved; the first is the one that the others are compared with."""
        return tuple(ensemble.spec for ensemble in self.ensembles)

    @property
    def plan(self) -> Plan:
        """How all scenarios were run."""
        return self.ensembles[0].plan

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Tidy: scenario, against, time, power, state, variable, unit, statistic, value, worlds."""
        return comparison.table(self.found)

    @cached_property
    def at_end(self) -> pd.DataFrame:
        """A row for each scenario, variable and actor at the end; a column for each statistic, and worlds."""
        return comparison.end_table(self.found)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row for each scenario and world: status, drawn parameters, outcomes, as in runs.parquet."""
        runs: pd.DataFrame = all_runs(self.ensembles).to_pandas()
        return runs

    def of(self, scenario: str | None = None) -> Differences:
        """The differences of one scenario against the first; without a name, of the first further one.

        Raises SteppewiseError where there is no such scenario.
        """
        names = [one.further.name for one in self.found]
        if scenario is not None and scenario not in names:
            raise SteppewiseError(
                Problem(f"'{scenario}' is not among the scenarios compared", allowed=", ".join(names))
            )
        return self.found[0 if scenario is None else names.index(scenario)]

    def at(self, variable: str, *actors: str, scenario: str | None = None) -> PairedDifference:
        """The difference of a variable at the end, as `at("regional_share", "japan")`."""
        return self.of(scenario).at(variable, *actors)

    def sentences(self) -> list[str]:
        """What differs, in words, with advice where that rests on too few worlds."""
        return [*sentences(self.found), *advice(self.found)]

    def conclusions(self, progress: Callable[[int], None] = lambda worlds: None) -> tuple[Conclusion, ...]:
        """What differs clearly at the end, and under how many rival formulations of the model it does, too.

        Runs the same worlds once more under each; `progress` is told of the worlds done.
        """
        from steppewise.analysis.structures import conclusions

        return conclusions(self.specs, self.plan, progress)

    def plot(self, picture: Picture = "shares", scenario: str | None = None) -> Figure:
        """One of the figures: shares over time, state by state (of one scenario), or the end by power or state."""
        from steppewise.report.figures import differences_at_end, differences_over_time

        pictures = {
            "shares": lambda: differences_over_time.share_differences(self.of(scenario)),
            "states": lambda: differences_over_time.differences_by_state(self.of(scenario)),
            "powers_at_end": lambda: differences_at_end.ends_by_power(self.found),
            "states_at_end": lambda: differences_at_end.ends_by_state(self.found),
        }
        return figure_of(pictures, picture)

    @property
    def name(self) -> str:
        """The name of the comparison's folder."""
        return comparison_name(self.specs, self.plan)

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, each as it stands by itself, a row for every world and scenario, and the differences."""
        (folder / SCENARIOS).mkdir()
        for spec in self.specs:
            tables.write_spec(folder / SCENARIOS, spec, spec.name)
        pq.write_table(all_runs(self.ensembles), folder / tables.RUNS, compression="zstd")
        tables.write_summary(folder / DIFFERENCES, comparison.differences_table(self.found))

    def write_page(self, page: Path, figures: Path) -> None:
        """Draw the figures and write the report page."""
        from steppewise.report.comparison_page import write_comparison
        from steppewise.report.figures.of_comparison import draw_comparison

        write_comparison(page, self.ensembles, self.found, draw_comparison(self.found, figures))

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        scenarios = [{**scenario_entry(one.spec), **state_of(one)} for one in self.ensembles]
        return {"scenarios": scenarios, **asdict(self.plan), "seconds": {**self.seconds, "writing": writing}}

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.comparison_page import of_comparison

        return of_comparison(self.found, self.sentences())

    def __repr__(self) -> str:
        names = ", ".join(spec.name for spec in self.specs[1:])
        return f"<Comparison of {names} with {self.specs[0].name}: {self.plan.worlds:,} worlds>"


def compare(
    *scenarios: Scenario,
    runs: int = 1000,
    seed: int = 0,
    uncertainty: Uncertainty = "both",
    workers: int = 1,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
    progress: Progress = lambda stage, done, total: None,
) -> Comparison:
    """Run the same worlds under two or more scenarios and compare each with the first, world by world.

    One scenario and `rules`: without them and with them.

    Args:
        scenarios: names of the library, paths of files, or specifications.
        runs: how many worlds, under each scenario.
        seed: a whole number from 0 up; world r of a seed has the same luck under every scenario.
        uncertainty: what differs between worlds: "chance", "ignorance", "both" or "none".
        workers: threads to share the worlds among.
        overrides: parameters to set in all scenarios, such as `powers.japan.execution=0.9`.
        rules: functions in place of the model's rules, in all scenarios, by names such as `trust.trust`.
        progress: called as worlds are done.

    Raises SteppewiseError for whatever the user can mend.
    """
    plan = Plan(runs, seed, uncertainty, workers)
    if len(scenarios) == 1 and rules:
        as_it_is = specification(scenarios[0], overrides)
        return compare_plan((as_it_is, specification(as_it_is, (), rules)), plan, progress)
    return compare_plan(specifications(scenarios, overrides, rules), plan, progress)


def specifications(
    scenarios: Sequence[Scenario], overrides: Sequence[str] = (), rules: Mapping[str, Rule] = NO_RULES
) -> tuple[ScenarioSpec, ...]:
    """The specifications of scenarios that can be compared. Raises SteppewiseError with all problems of all."""
    specs: list[ScenarioSpec] = []
    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            specs.append(specification(scenario, overrides, rules))
        except SteppewiseError as error:
            problems += error.problems
    if problems:
        raise SteppewiseError(list(dict.fromkeys(problems)))
    check_comparable(specs)
    return tuple(specs)


def compare_plan(specs: Sequence[ScenarioSpec], plan: Plan, progress: Progress) -> Comparison:
    """Run a plan under every scenario. Only two ensembles at a time keep their trajectories."""
    started = time.perf_counter()
    first = _simulated(specs[0], plan, progress)
    ensembles, found = [first], []
    for spec in specs[1:]:
        further = _simulated(spec, plan, progress)
        found.append(comparison.compare(first, further))
        ensembles.append(replace(further, trajectories={}))
    ensembles[0] = replace(first, trajectories={})
    return Comparison(tuple(ensembles), tuple(found), {"simulation": time.perf_counter() - started})


def _simulated(spec: ScenarioSpec, plan: Plan, progress: Progress) -> Ensemble:
    stage = f"Running {spec.name}"
    ensemble = simulate(spec, plan, progress=lambda done: progress(stage, done, plan.worlds))
    return replace(ensemble, plan=plan)


# the folder ---------------------------------------------------------------------------------------------

SCENARIOS: Final = "scenarios"
DIFFERENCES: Final = "differences.csv"

TEXTS: Final = ("scenario", "against", "time", "power", "state", "variable", "unit", "statistic")
"""Columns of differences.csv that hold names."""

MOST_NAMED: Final = 3
"""Scenarios that the folder's name names."""


class ComparisonManifest(WorldsManifest):
    """The manifest of a comparison."""

    KIND = COMPARISON

    scenarios: Annotated[tuple[ScenarioEntry, ...], Field(min_length=1)]


def comparison_name(specs: Sequence[ScenarioSpec], plan: Plan) -> str:
    """`compare-baseline-package-delivered-3f2a9c1b`."""
    scenarios = [(spec.name, fingerprint(spec)) for spec in specs]
    more = [f"and-{len(specs) - MOST_NAMED}-more"] if len(specs) > MOST_NAMED else []
    called = "-".join(["compare", *(spec.name for spec in specs[:MOST_NAMED]), *more])
    return folder_name(called, scenarios, plan.worlds, plan.seed, plan.uncertainty)


def all_runs(ensembles: Sequence[Ensemble]) -> pa.Table:
    """The rows of all ensembles below each other, named in the column `scenario`.

    What a scenario has not, be it a parameter or an outcome of an actor, is null in its rows.
    """
    return pa.concat_tables([_named_runs(one) for one in ensembles], promote_options="default")


def _named_runs(ensemble: Ensemble) -> pa.Table:
    rows = tables.runs_table(ensemble)
    names = pa.array([ensemble.spec.name] * rows.num_rows).dictionary_encode()
    return rows.add_column(0, "scenario", names)


def load_comparison(folder: str | PathLike[str]) -> Comparison:
    """Read a comparison back from its folder. Raises SteppewiseError where it is none, or is damaged.

    That of another model is read, too; parameters that it did not know are today's.
    """
    path = Path(folder)
    manifest = read_manifest(path, ComparisonManifest)
    first, *others = ensembles = stored(path, of_any_model=True).ensembles
    with tables.intact(path / DIFFERENCES, COMPARISON):
        rows = read_differences(path / DIFFERENCES)
        found = tuple(comparison.from_table(rows, first, further) for further in others)
    return Comparison(ensembles, found, manifest.seconds, path)


def stored(folder: Path, of_any_model: bool = False) -> StoredWorlds:
    """The worlds of a folder, to be run again. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, ComparisonManifest)
    other = of_any_model and is_other(manifest)
    read = [tables.read_spec(folder / SCENARIOS, entry.name, other) for entry in manifest.scenarios]
    with tables.intact(folder / tables.RUNS, COMPARISON):
        table = pq.read_table(folder / tables.RUNS)
        ensembles = tuple(tables.ensemble_of(_runs_of(spec, table), spec, manifest.plan) for spec, _ in read)
    changed = {name: parameter for _, one in read for name, parameter in one.items()}
    return StoredWorlds(manifest=manifest, evidence_changed=changed, ensembles=ensembles)


def _runs_of(spec: ScenarioSpec, table: pa.Table) -> pa.Table:
    """The rows of one scenario, without the columns that only others have."""
    import pyarrow.compute as pc

    rows = table.filter(pc.equal(table["scenario"], spec.name)).drop_columns("scenario")
    return rows.select([name for name in rows.column_names if rows[name].null_count < rows.num_rows])


def read_differences(path: Path) -> pd.DataFrame:
    """The table of differences of a file, its texts as categories."""
    text = pa.dictionary(pa.int32(), pa.string())
    types = {**dict.fromkeys(TEXTS, text), "value": pa.float64(), "worlds": pa.int64()}
    table: pd.DataFrame = pcsv.read_csv(path, convert_options=pcsv.ConvertOptions(column_types=types)).to_pandas()
    return table
