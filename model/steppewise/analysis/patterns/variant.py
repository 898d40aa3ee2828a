"""The worlds that rows look at: a scenario of the library, what is set otherwise, and events that come on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from steppewise.arrays import Array
from steppewise.evidence.names import expand
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Ensemble, Plan, Progress, simulate
from steppewise.scenario.event import Event
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

VARIABLES: Final = (
    *("share", "regional_share", "autonomy", "regional_autonomy", "trust", "regional_trust", "dependence"),
    *("engagement", "formal_capacity", "trade", "trade_of_gdp", "aid", "connectivity", "security", "remittances"),
    *("allocation", "has_format", "cooperation", "absorptive_capacity", "budget", "delivered", "fit"),
)


@dataclass(frozen=True)
class Variant:
    """A scenario of the library with values set (`*` stands for any one part of a name) and further events.

    A value that is set has no range; a factor multiplies value and range.
    """

    scenario: str = "baseline"
    values: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    end: str = ""
    """Last quarter, where it is another one."""

    @property
    def key(self) -> str:
        """The same for variants that are the same."""
        return repr((self.scenario, sorted(self.values.items()), sorted(self.factors.items()), self.events, self.end))


@dataclass(frozen=True)
class Conduct:
    """Another model or other conduct, in which all rows are measured once more."""

    name: str = ""
    off: frozenset[str] = frozenset()
    structure: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    copied: tuple[str, str] | None = None
    """(power, model): the power takes the model's conduct."""


CONDUCT: Final = (
    *("execution", "predictability", "coerciveness", "even_handedness", "responsiveness", "differentiation", "size"),
    *("catalytic_intent", "meetings_per_year", "counterbalancing"),
    *("instruments.aid", "instruments.connectivity", "instruments.dialogue"),
    *("allocation.need", "allocation.resources", "allocation.ties", "allocation.rivalry"),
)
"""What is copied where a power takes another one's conduct."""


class Laboratory:
    """Ensembles of variants, run when first asked for; all share seed and worlds, and one conduct."""

    def __init__(self, plan: Plan, conduct: Conduct | None = None, progress: Progress = lambda worlds: None) -> None:
        self._plan, self._conduct, self._progress = plan, conduct or Conduct(), progress
        self._done: dict[str, Trajectories] = {}

    def course(self, variant: Variant) -> Trajectories:
        """The course of a variant."""
        if variant.key not in self._done:
            spec = self.spec(variant)
            self._done[variant.key] = Trajectories(simulate(spec, self._plan, VARIABLES, progress=self._progress))
        return self._done[variant.key]

    def spec(self, variant: Variant) -> ScenarioSpec:
        """The scenario of a variant under this conduct; what a variant sets counts, whatever the conduct."""
        spec, conduct = load_scenario(variant.scenario), self._conduct
        if conduct.copied is not None:
            spec = _copied(spec, *conduct.copied)
        spec = _changed(spec, conduct.values, variant)
        structure = {**spec.structure, **conduct.structure}
        end = Quarter.parse(variant.end) if variant.end else spec.end
        return replace(
            spec,
            end=end,
            events=(*spec.events, *variant.events),
            switched_off=spec.switched_off | conduct.off,
            structure=structure,
        )


def _copied(spec: ScenarioSpec, power: str, model: str) -> ScenarioSpec:
    taken = {}
    for key in CONDUCT:
        found = spec.parameters[f"powers.{model}.{key}"]
        taken[f"powers.{power}.{key}"] = found.renamed(f"powers.{power}.{key}")
    return spec.with_parameters(taken)


def _changed(spec: ScenarioSpec, first: Mapping[str, float], variant: Variant) -> ScenarioSpec:
    new: dict[str, Parameter] = {}
    for pattern, value in (*first.items(), *variant.values.items()):
        for name in _matching(pattern, spec.parameters):
            new[name] = replace(spec.parameters[name], value=value, low=value, high=value)
    for pattern, factor in variant.factors.items():
        for name in _matching(pattern, spec.parameters):
            one = spec.parameters[name]
            new[name] = replace(one, value=one.value * factor, low=one.low * factor, high=one.high * factor)
    return spec.with_parameters(new)


def _matching(pattern: str, names: Collection[str]) -> tuple[str, ...]:
    """Names that a pattern hits. Raises KeyError where there is none."""
    found = expand(pattern, names)
    if not found:
        raise KeyError(pattern)
    return found


@dataclass(frozen=True)
class Trajectories:
    """Trajectories of an ensemble by the names of actors and quarters; the world is the last axis."""

    ensemble: Ensemble

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario."""
        return self.ensemble.spec

    @cached_property
    def powers(self) -> tuple[str, ...]:
        """Names of the powers, in order."""
        return self.ensemble.spec.power_names

    @property
    def others(self) -> tuple[str, ...]:
        """All powers but Japan."""
        return tuple(power for power in self.powers if power != "japan")

    def whole(self, variable: str) -> Array:
        """All of a variable: (time, axes..., world)."""
        values: Array = self.ensemble.trajectories[variable].astype(float)
        return values

    def of(self, variable: str, power: str | None = None, state: str | None = None) -> Array:
        """A variable by quarter, of a power and of a state where one is named: (time, ..., world)."""
        values = self.ensemble.trajectories[variable]
        if power is not None:
            values = values[:, self.powers.index(power)]
        if state is not None:
            values = values[..., self.ensemble.spec.state_names.index(state), :]
        found: Array = values.astype(float)
        return found

    def at(self, quarter: str) -> int:
        """Position of a quarter in time."""
        return Quarter.parse(quarter).number - self.ensemble.spec.start.number

    def year(self, year: int) -> list[int]:
        """Positions of the quarters of a calendar year."""
        return [i for i, quarter in enumerate(self.ensemble.spec.quarters) if quarter.year == year]
