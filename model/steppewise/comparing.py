"""The verb `compare` for notebooks: the same worlds under several scenarios, what differs, and its folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from steppewise.analysis import comparison
from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.analysis.telling_comparison import advice, sentences
from steppewise.api import Progress, Scenario, specification
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.experiment.folder import FIGURES, REPORT
from steppewise.experiment.manifest import COMPARISON, Manifest
from steppewise.experiment.store import (
    DIFFERENCES,
    all_runs,
    comparison_manifest,
    comparison_name,
    read_comparison,
    read_differences,
    reading,
    write_comparison,
)
from steppewise.keeping import Keeping, Kept, drawing, write_summary
from steppewise.scenario.contrast import check_comparable
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.analysis.structures import Conclusion
    from steppewise.report.page import Shown

Picture = Literal["shares", "states", "powers_at_end", "states_at_end"]


@dataclass(frozen=True, eq=False)
class Comparison(Kept):
    """What a comparison came to: every scenario's worlds at the end, and all differences against the first.

    `found` stands in the order of the further scenarios; `seconds` are wall times by stage; `folder` is where the
    comparison lies, None before it is saved.
    """

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
        return drawing(pictures, picture)()

    @property
    def name(self) -> str:
        """The name of the comparison's folder."""
        return comparison_name(self.specs, self.plan)

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the worlds under each, and the differences."""
        write_comparison(folder, self.ensembles)
        write_summary(folder / DIFFERENCES, comparison.differences_table(self.found))

    def write_pages(self, folder: Path, how: Keeping) -> None:
        """Draw the figures and write the report page."""
        from steppewise.report.comparison_page import write_comparison as write_page
        from steppewise.report.figures.of_comparison import draw_comparison

        (folder / FIGURES).mkdir()
        drawn = draw_comparison(self.found, folder / FIGURES)
        write_page(folder / REPORT, self.ensembles, self.found, drawn)

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What the folder says of itself."""
        return comparison_manifest(self.ensembles, {**self.seconds, **seconds})

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


def load_comparison(folder: str | PathLike[str]) -> Comparison:
    """Read a comparison back from its folder. Raises SteppewiseError where it is none, or is damaged."""
    path = Path(folder)
    stored = read_comparison(path)

    def read(differences: Path) -> tuple[Differences, ...]:
        first, *others = stored.ensembles
        rows = read_differences(differences)
        return tuple(comparison.from_table(rows, first, further) for further in others)

    found = reading(path / DIFFERENCES, read, COMPARISON)
    return Comparison(stored.ensembles, found, stored.manifest["seconds"], path)
