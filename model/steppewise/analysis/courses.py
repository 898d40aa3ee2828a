"""The ensembles that the patterns look at, by the names of scenarios, actors and quarters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble, Plan, Progress, simulate
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario

VARIABLES = (
    "share",
    "regional_share",
    "regional_autonomy",
    "trust",
    "regional_trust",
    "dependence",
    "allocation",
    "trade_share",
    "has_format",
)


class Runs:
    """The ensembles that the patterns look at, run when first asked for; all share seed and worlds."""

    def __init__(self, plan: Plan, progress: Progress = lambda worlds: None) -> None:
        self._plan, self._progress = plan, progress
        self._done: dict[str, Ensemble] = {}

    def of(self, scenario: str, *overrides: str) -> Course:
        """The course of a scenario of the library, with parameters set as `NAME=VALUE`."""
        name = " ".join((scenario, *overrides))
        if name not in self._done:
            spec = load_scenario(scenario, overrides)
            self._done[name] = simulate(spec, self._plan, VARIABLES, progress=self._progress)
        return Course(self._done[name])


@dataclass(frozen=True)
class Course:
    """Trajectories of an ensemble by the names of actors and quarters."""

    ensemble: Ensemble

    @cached_property
    def _powers(self) -> tuple[str, ...]:
        return self.ensemble.spec.power_names

    @cached_property
    def _states(self) -> tuple[str, ...]:
        return self.ensemble.spec.state_names

    @property
    def others(self) -> tuple[str, ...]:
        """All powers but Japan."""
        return tuple(power for power in self._powers if power != "japan")

    def at(self, variable: str, power: str, quarter: str | None = None) -> Array:
        """A power's values at the end of a quarter (the last by default): (state, world) or (world,)."""
        when = -1 if quarter is None else self._time(quarter)
        values: Array = self.ensemble.trajectories[variable][when, self._powers.index(power)]
        return values.astype(float)

    def over_time(self, variable: str, power: str) -> Array:
        """A power's values by quarter: (time, state, world) or (time, world)."""
        values: Array = self.ensemble.trajectories[variable][:, self._powers.index(power)]
        return values.astype(float)

    def year(self, variable: str, power: str, year: int) -> Array:
        """Mean over the quarters of a calendar year that the scenario covers, (..., world)."""
        inside = [i for i, quarter in enumerate(self.ensemble.spec.quarters) if quarter.year == year]
        mean: Array = self.over_time(variable, power)[inside].mean(axis=0)
        return mean

    def autonomy(self) -> Array:
        """Regional autonomy at the end, (world,)."""
        last: Array = self.ensemble.trajectories["regional_autonomy"][-1]
        return last.astype(float)

    def state(self, name: str) -> int:
        """Position of a state."""
        return self._states.index(name)

    def _time(self, quarter: str) -> int:
        return Quarter.parse(quarter).number - self.ensemble.spec.start.number

    def quarters_from_start(self, count: int) -> str:
        """The quarter so many quarters after the start."""
        return str(self.ensemble.spec.start.plus(count))
