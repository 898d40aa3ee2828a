"""What a person reads of an ensemble: who leads where, how much, and what that rests on.

The command line and the report page show the same findings; `wording.run` puts them into words.
Worlds that failed are left out of every number and counted beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.summary import good_worlds, leaders, standard_error
from steppewise.arrays import Array
from steppewise.evidence.types import Actor
from steppewise.experiment.ensemble import Ensemble
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import place_of

LOW, HIGH = 0.05, 0.95
"""The quantiles of the worlds that a band spans: nine worlds in ten lie between them."""

MAJORITY: Final = 0.5
"""A state is open where no power leads it in more than this share of the worlds."""


@dataclass(frozen=True)
class Estimate:
    """One quantity over worlds: mean with its standard error, median, and the band of nine worlds in ten.

    `worlds` counts the worlds behind it. The standard error is NaN with fewer than two of them, all numbers
    are NaN with none.
    """

    mean: float
    standard_error: float
    low: float
    median: float
    high: float
    worlds: int


@dataclass(frozen=True)
class Course:
    """A quantity at the end of the first quarter and at the end of the last."""

    start: Estimate
    end: Estimate


@dataclass(frozen=True)
class PowerFinding:
    """One power: regional influence share, trust and dependence as means over states, and what it delivered.

    `leads` is the number of states in which it has the highest share at the end; `execution` is what it
    delivered of what fell due since the start.
    """

    power: Actor
    share: Course
    trust: Course
    dependence: Course
    execution: Estimate
    leads: Estimate


@dataclass(frozen=True)
class Lead:
    """In which share of the worlds a power has the highest influence share of a state, and standard error."""

    power: Actor
    share: float
    standard_error: float


@dataclass(frozen=True)
class StateFinding:
    """One state: its autonomy, each power's influence share at the end, and who leads in how many worlds.

    `shares` stand in the order of the powers; `leads` too. `leader` is None where the state is open.
    """

    state: Actor
    autonomy: Course
    shares: tuple[Estimate, ...]
    leads: tuple[Lead, ...]

    @property
    def first(self) -> Lead:
        """The power that leads in most worlds, be it in more than half of them or not."""
        return max(self.leads, key=lambda lead: lead.share)

    @property
    def most_often(self) -> str:
        """The name of the power that leads in most worlds; `nobody` where none leads in any."""
        return self.first.power.label if self.first.share else "nobody"

    @property
    def leader(self) -> Actor | None:
        """The power that leads in more than half of the worlds, or None."""
        return self.first.power if self.first.share > MAJORITY else None


@dataclass(frozen=True)
class Gap:
    """By how much one power's regional share at the end exceeds that of the next, world by world."""

    higher: Actor
    lower: Actor
    difference: Estimate


@dataclass(frozen=True)
class Findings:
    """All findings of one ensemble. `worlds` counts all worlds, `failures` holds those that failed.

    `rests_on` says what the spread of the outcomes rests on; it is empty where that was not asked.
    """

    spec: ScenarioSpec
    worlds: int
    seed: int
    uncertainty: str
    failures: tuple[tuple[int, str], ...]
    powers: tuple[PowerFinding, ...]
    states: tuple[StateFinding, ...]
    autonomy: Course
    gaps: tuple[Gap, ...]
    rests_on: tuple[SpreadShare, ...]

    @property
    def by_share(self) -> tuple[PowerFinding, ...]:
        """The powers by their mean regional share at the end, highest first."""
        return tuple(sorted(self.powers, key=lambda power: -power.share.end.mean))

    @property
    def good_worlds(self) -> int:
        """Worlds that ran to the end."""
        return self.worlds - len(self.failures)


def spread_outcomes(spec: ScenarioSpec) -> tuple[str, ...]:
    """The outcomes of which a run tells what their spread rests on."""
    return (*(f"regional_share.{power}" for power in spec.power_names), "regional_autonomy")


def find(ensemble: Ensemble, shares: Sequence[SpreadShare] = ()) -> Findings:
    """The findings of an ensemble; `shares` from `sources_of_spread`. The start needs its trajectories."""
    reader = _Reader(ensemble)
    spec, plan = ensemble.spec, ensemble.plan
    return Findings(
        spec,
        len(ensemble.status),
        plan.seed,
        plan.uncertainty,
        failures=tuple(ensemble.failures.items()),
        powers=tuple(_of_power(reader, power) for power in spec.powers),
        states=tuple(_of_state(reader, state) for state in spec.states),
        autonomy=reader.course("regional_autonomy"),
        gaps=_gaps(reader),
        rests_on=tuple(shares),
    )


class _Reader:
    """Reads outcomes of the worlds that ran to the end."""

    def __init__(self, ensemble: Ensemble) -> None:
        self.ensemble, self.spec = ensemble, ensemble.spec
        self.good = good_worlds(ensemble)

    def end(self, outcome: str) -> Array:
        """An outcome at the end, (world,)."""
        values: Array = self.ensemble.outcomes[outcome][self.good]
        return values

    def opening(self, outcome: str) -> Array:
        """An outcome at the end of the first quarter, (world,); no world where no trajectory was kept."""
        variable, place = place_of(outcome, self.spec)
        if variable.name not in self.ensemble.trajectories:
            return np.empty(0)
        values: Array = self.ensemble.trajectories[variable.name][(0, *place)]
        return values[self.good[: values.shape[-1]]].astype(float)

    def course(self, outcome: str) -> Course:
        """An outcome at the start and at the end."""
        return Course(estimate(self.opening(outcome)), estimate(self.end(outcome)))


def _of_power(reader: _Reader, power: Actor) -> PowerFinding:
    name = power.name
    return PowerFinding(
        power,
        share=reader.course(f"regional_share.{name}"),
        trust=reader.course(f"regional_trust.{name}"),
        dependence=reader.course(f"regional_dependence.{name}"),
        execution=estimate(reader.end(f"execution.{name}")),
        leads=estimate(reader.end(f"leads.{name}")),
    )


def _of_state(reader: _Reader, state: Actor) -> StateFinding:
    powers = reader.spec.powers
    shares = np.stack([reader.end(f"share.{power.name}.{state.name}") for power in powers])
    return StateFinding(
        state,
        autonomy=reader.course(f"autonomy.{state.name}"),
        shares=tuple(estimate(share) for share in shares),
        leads=_leads(powers, shares),
    )


def _leads(powers: tuple[Actor, ...], shares: Array) -> tuple[Lead, ...]:
    """How often each power comes first, from shares (power, world)."""
    worlds = shares.shape[1]
    if not worlds:
        return tuple(Lead(power, np.nan, np.nan) for power in powers)
    parts = np.bincount(leaders(shares), minlength=len(powers) + 1)[:-1] / worlds
    errors = np.sqrt(parts * (1.0 - parts) / worlds)
    return tuple(Lead(power, float(p), float(e)) for power, p, e in zip(powers, parts, errors, strict=True))


def _gaps(reader: _Reader) -> tuple[Gap, ...]:
    """Each power and the next one by mean regional share at the end."""
    shares = {power: reader.end(f"regional_share.{power.name}") for power in reader.spec.powers}
    if not reader.good.any():
        return ()
    order = sorted(shares, key=lambda power: -shares[power].mean())
    return tuple(Gap(a, b, estimate(shares[a] - shares[b])) for a, b in pairwise(order))


def estimate(values: Array) -> Estimate:
    """Mean, standard error and quantiles of (world,)."""
    count = len(values)
    if count == 0:
        return Estimate(np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    low, median, high = np.quantile(values, (LOW, 0.5, HIGH))
    error = standard_error(np.sort(values))
    return Estimate(float(values.mean()), float(error), float(low), float(median), float(high), count)
