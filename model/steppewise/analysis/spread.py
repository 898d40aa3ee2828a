"""How much of the spread of an outcome is chance, how much ignorance, and on which evidence it rests.

Pick and freeze (Sobol 2001; Saltelli 2008): the same worlds are run again with one group of streams kept and
all others drawn anew. The correlation of an outcome between the two runs is the part of its variance that the
group alone accounts for; what all groups leave over are interactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from steppewise.arrays import Array
from steppewise.evidence.types import CLASSES
from steppewise.experiment.ensemble import Ensemble, Plan, Progress, simulate
from steppewise.scenario.spec import ScenarioSpec

WORLDS_AT_MOST = 1000


@dataclass(frozen=True)
class SpreadShare:
    """The part of an outcome's variance that a group of streams accounts for alone, with its standard error."""

    outcome: str
    group: str
    share: float
    standard_error: float
    worlds: int


def groups_of(spec: ScenarioSpec, plan: Plan) -> dict[str, frozenset[str]]:
    """The groups to keep, by name: chance, ignorance, and each class of evidence that is uncertain."""
    if plan.uncertainty != "both":
        return {}
    uncertain = {parameter.evidence for parameter in spec.parameters.values() if parameter.is_uncertain}
    classes: dict[str, frozenset[str]] = {name: frozenset({name}) for name in CLASSES if name in uncertain}
    return {"chance": frozenset({"chance"}), "ignorance": frozenset(CLASSES), **classes}


def worlds_again(plan: Plan) -> int:
    """How many worlds of a plan each group runs again."""
    return min(plan.worlds, WORLDS_AT_MOST)


def sources_of_spread(
    ensemble: Ensemble, outcomes: Sequence[str], progress: Progress = lambda worlds: None
) -> tuple[SpreadShare, ...]:
    """The shares of every group in the variance of each outcome. Runs the ensemble once more a group."""
    shares, plan = [], ensemble.plan
    again = replace(plan, worlds=worlds_again(plan))
    for name, kept in groups_of(ensemble.spec, plan).items():
        second = simulate(ensemble.spec, again, variables=(), kept=kept).outcomes
        for outcome in outcomes:
            first = ensemble.outcomes[outcome][: again.worlds]
            shares.append(_share(outcome, name, first, second[outcome]))
        progress(again.worlds)
    return tuple(shares)


def by_outcome(shares: Sequence[SpreadShare]) -> dict[str, dict[str, SpreadShare]]:
    """Shares by outcome, then by group, in the order given."""
    table: dict[str, dict[str, SpreadShare]] = {share.outcome: {} for share in shares}
    for share in shares:
        table[share.outcome][share.group] = share
    return table


def _share(outcome: str, group: str, first: Array, second: Array) -> SpreadShare:
    both = np.isfinite(first) & np.isfinite(second)
    count = int(both.sum())
    share = correlation(first[both], second[both])
    return SpreadShare(outcome, group, max(share, 0.0), (1.0 - share**2) / max(count, 1) ** 0.5, count)


def correlation(first: Array, second: Array) -> float:
    """Correlation of the same outcome in two runs, with pooled mean and variance; 0 without spread.

    Pooling is the estimator of Janon et al. 2014, the most precise of its kind.
    """
    if len(first) < 2:
        return 0.0
    centre = 0.5 * (first.mean() + second.mean())
    variance = 0.5 * ((first - centre) ** 2 + (second - centre) ** 2).mean()
    if variance <= 1e-24:
        return 0.0
    return float(((first - centre) * (second - centre)).mean() / variance)
