"""The verb `compare` for notebooks: the same worlds under several scenarios, what differs, and its folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from steppewise.analysis import comparison
from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.analysis.telling_comparison import advice, sentences
from steppewise.api import Progress, Scenario, specification
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.compared import (
    DIFFERENCES,
    all_runs,
    folder_name,
    manifest_of,
    read_data,
    write_data,
)
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.experiment.folder import FIGURES, REPORT
from steppewise.experiment.manifest import COMPARISON, write_manifest
from steppewise.experiment.store import reading
from steppewise.keeping import Keeping, put, write_summary
from steppewise.scenario.contrast import check_comparable
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Picture = Literal["shares", "states", "powers_at_end", "states_at_end"]
PICTURES: Final = ("shares", "states", "powers_at_end", "states_at_end")


@dataclass(frozen=True, eq=False)
class Comparison:
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

    def plot(self, picture: Picture = "shares", scenario: str | None = None) -> Figure:
        """One of the figures: shares over time, state by state (of one scenario), or the end by power or state."""
        from steppewise.report import comparison_figures, difference

        if picture not in PICTURES:
            raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(PICTURES)))
        if picture == "powers_at_end":
            return comparison_figures.ends_by_power(self.found)
        if picture == "states_at_end":
            return comparison_figures.ends_by_state(self.found)
        draw = difference.share_differences if picture == "shares" else difference.differences_by_state
        return draw(self.of(scenario))

    def save(self, folder: str | PathLike[str] = "results", force: bool = False) -> Path:
        """Write the folder of the comparison into `folder` and return its path; where it is there already, leave it.

        With `force` it is written again. Raises SteppewiseError where it cannot be written.
        """
        return keep(self, Path(folder), Keeping(force))

    def __repr__(self) -> str:
        names = ", ".join(spec.name for spec in self.specs[1:])
        return f"<Comparison of {names} with {self.specs[0].name}: {self.plan.worlds:,} worlds>"

    def _repr_html_(self) -> str:
        from steppewise.report.comparison_page import of_comparison
        from steppewise.report.page import as_html

        return as_html(of_comparison(self.found, self.sentences()))


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
    ensembles, found = [_at_end(first)], []
    for spec in specs[1:]:
        further = _simulated(spec, plan, progress)
        found.append(comparison.compare(first, further))
        ensembles.append(_at_end(further))
    return Comparison(tuple(ensembles), tuple(found), {"simulation": time.perf_counter() - started})


def _simulated(spec: ScenarioSpec, plan: Plan, progress: Progress) -> Ensemble:
    stage = f"Running {spec.name}"
    ensemble = simulate(spec, plan, progress=lambda done: progress(stage, done, plan.worlds))
    return replace(ensemble, plan=plan)


def _at_end(ensemble: Ensemble) -> Ensemble:
    """The ensemble without its trajectories."""
    return replace(ensemble, trajectories={})


# the folder ---------------------------------------------------------------------------------------------


def keep(of: Comparison, parent: Path, how: Keeping) -> Path:
    """Write the folder of a comparison below `parent`; leave one that is there, unless forced.

    Raises SteppewiseError where the folder cannot be written.
    """
    return put(parent / folder_name(of.specs, of.plan), how.force, lambda folder: _fill(folder, of, how))


def _fill(folder: Path, of: Comparison, how: Keeping) -> None:
    """Write all files; the manifest, which tells the time taken, comes last."""
    started = time.perf_counter()
    how.stage("Writing tables")
    write_data(folder, of.ensembles)
    write_summary(folder / DIFFERENCES, comparison.differences_table(of.found))
    if how.pages:
        how.stage("Drawing figures")
        _write_pages(folder, of)
    seconds = {**of.seconds, "writing": time.perf_counter() - started}
    write_manifest(folder, manifest_of(of.ensembles, seconds))


def _write_pages(folder: Path, of: Comparison) -> None:
    from steppewise.report.comparison_figures import draw_comparison
    from steppewise.report.comparison_page import write_comparison

    (folder / FIGURES).mkdir()
    drawn = draw_comparison(of.found, folder / FIGURES)
    write_comparison(folder / REPORT, of.ensembles, of.found, drawn)


def load_comparison(folder: str | PathLike[str]) -> Comparison:
    """Read a comparison back from its folder. Raises SteppewiseError where it is none, or is damaged."""
    kept = read_data(Path(folder))
    found = reading(Path(folder) / DIFFERENCES, lambda _: _found(kept.differences, kept.ensembles), COMPARISON)
    return Comparison(kept.ensembles, found, kept.manifest["seconds"], Path(folder))


def _found(rows: pd.DataFrame, ensembles: Sequence[Ensemble]) -> tuple[Differences, ...]:
    first, *others = ensembles
    return tuple(comparison.from_table(rows, first, further) for further in others)
