"""In how many rival formulations of the model a conclusion holds: comparisons under each, on the same worlds."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from steppewise.analysis.patterns.row import OFTEN
from steppewise.arrays import Array
from steppewise.experiment.ensemble import Plan, Progress, simulate
from steppewise.scenario.spec import STRUCTURES, ScenarioSpec

FILE: Final = "structures.csv"
"""What is found, in the folder of a comparison."""

SMALL: Final = 0.001
"""Mean difference below which nothing is concluded."""


@dataclass(frozen=True)
class Conclusion:
    """A difference of an outcome at the end, and under which formulations it has the same sign.

    difference: mean over worlds under the scenarios' own formulation. by: formulation -> the same there; one that is
    not large and frequent enough holds nowhere.
    """

    scenario: str
    outcome: str
    difference: float
    by: Mapping[str, float]
    holds: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In words."""
        word = "higher" if self.difference > 0 else "lower"
        missing = [name for name in self.by if name not in self.holds]
        but = f" (not with {', '.join(missing)})" if missing else ""
        return f"{self.scenario}: {self.outcome} is {word} in {len(self.holds)} of {len(self.by)} formulations{but}"


def formulations() -> tuple[Mapping[str, str], ...]:
    """The scenario's own, and each rival one by itself."""
    return ({}, *({part: choice} for part, choices in STRUCTURES.items() for choice in list(choices)[1:]))


def named(changed: Mapping[str, str]) -> str:
    """A formulation in words: `influence: capacity_only`."""
    return "; ".join(f"{part}: {choice}" for part, choice in changed.items()) or "the model's own"


def conclusions(
    specs: Sequence[ScenarioSpec], plan: Plan, progress: Progress = lambda worlds: None
) -> tuple[Conclusion, ...]:
    """What differs at the end between the first scenario and each further one, under every formulation.

    Outcomes are regional shares and trust of the powers of the first, and regional autonomy. What is no conclusion
    under the scenarios' own formulation is left out.
    """
    found: dict[tuple[str, str], dict[str, Array]] = {}
    for changed in formulations():
        first, *others = (
            simulate(one.with_structure({**one.structure, **changed}), plan, (), progress=progress) for one in specs
        )
        for spec, other in zip(specs[1:], others, strict=True):
            for outcome in outcomes_of(specs[0]):
                if outcome in other.outcomes:
                    difference = other.outcomes[outcome] - first.outcomes[outcome]
                    found.setdefault((spec.name, outcome), {})[named(changed)] = difference
    told = (_conclusion(scenario, outcome, by) for (scenario, outcome), by in found.items())
    return tuple(one for one in told if one is not None)


def outcomes_of(spec: ScenarioSpec) -> tuple[str, ...]:
    """The outcomes that conclusions are about."""
    stems = ("regional_share", "regional_trust")
    return (*(f"{stem}.{power}" for stem in stems for power in spec.power_names), "regional_autonomy")


def _conclusion(scenario: str, outcome: str, by: Mapping[str, Array]) -> Conclusion | None:
    means = {name: float(np.nanmean(values)) for name, values in by.items()}
    own = means[named({})]
    if not _is_clear(by[named({})], own):
        return None
    holds = tuple(name for name, values in by.items() if means[name] * own > 0 and _is_clear(values, means[name]))
    return Conclusion(scenario, outcome, own, means, holds)


def _is_clear(differences: Array, mean: float) -> bool:
    """True where a difference is large enough and has its sign in nearly all worlds."""
    return abs(mean) >= SMALL and float(np.mean(np.sign(differences) == np.sign(mean))) >= OFTEN


def write(path: Path, found: Sequence[Conclusion]) -> None:
    """Write a row for each conclusion: in how many formulations it holds, and the mean difference under each."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["scenario", "outcome", "holds_in", *map(named, formulations())])
        for one in found:
            writer.writerow([one.scenario, one.outcome, len(one.holds), *(f"{mean:.6g}" for mean in one.by.values())])
