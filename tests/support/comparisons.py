"""Short comparisons that the tests of numbers, of words and of folders share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from steppewise.analysis import comparison
from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

WORLDS = 40
PLAN = Plan(WORLDS)
END = Quarter.parse("2028Q2")


def short(name: str, **changes: object) -> ScenarioSpec:
    """A scenario of the library that ends early."""
    return replace(load_scenario(name), **{"end": END, **changes})


def run(spec: ScenarioSpec, plan: Plan = PLAN) -> Ensemble:
    return simulate(spec, plan)


def between(first: ScenarioSpec, further: ScenarioSpec, plan: Plan = PLAN) -> Differences:
    return comparison.compare(run(first, plan), run(further, plan))


@cache
def pair() -> tuple[Ensemble, Ensemble]:
    """The same worlds without and with a package."""
    return run(short("baseline")), run(short("package-delivered"))


@cache
def found() -> Differences:
    return comparison.compare(*pair())


def failing(ensemble: Ensemble, *worlds: int) -> Ensemble:
    """The ensemble, had some worlds failed."""
    lost = np.isin(np.arange(len(ensemble.status)), worlds)
    return replace(
        ensemble,
        status=tuple("a cause" if bad else "ok" for bad in lost),
        outcomes={name: np.where(lost, np.nan, values) for name, values in ensemble.outcomes.items()},
        trajectories={name: np.where(lost, np.nan, values) for name, values in ensemble.trajectories.items()},
    )


def of(mean: float, error: float, positive: float, negative: float, worlds: int = 100) -> PairedDifference:
    """A difference with quantiles that nobody looks at."""
    reach = 2.0 if worlds > 1 else np.nan
    ends = (mean - reach * error, mean + reach * error)
    wide = (4 * error, mean - 4 * reach * error, mean + 4 * reach * error)
    zero = round(1 - positive - negative, 9)
    return PairedDifference(worlds, mean, error, *ends, *wide, *[mean] * 5, positive, negative, zero)
