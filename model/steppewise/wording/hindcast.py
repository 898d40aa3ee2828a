"""What a hindcast says: how far the worlds follow the record, beside rules of thumb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Final

from steppewise.analysis.hindcast import BENCHMARKS, Hindcast, Score
from steppewise.wording.names import begin, listed
from steppewise.wording.numbers import counted
from steppewise.world.variables import VARIABLES

RULES: Final[Mapping[str, str]] = {
    "persistence": "the last observation kept",
    "drift": "its mean change carried on",
    "trend": "a straight line through all",
}
"""The rules of thumb, in words."""

NARROW: Final = 0.8
"""Part of the observations below which a band that should hold nine of ten is called too narrow."""


def number_of(value: float) -> str:
    """An error or a score, as tables and sentences say it."""
    return f"{value:.3g}" if isfinite(value) else "–"


def years_of(score: Score) -> str:
    """Which years a score is of."""
    return "years that helped to set values" if score.seen else "years that were held out"


def sentences(found: Hindcast) -> list[str]:
    """How far the worlds follow the record, a sentence for each variable and kind of years."""
    ensemble, spec = found.ensemble, found.ensemble.spec
    times = sorted({point.observation.time for point in found.points})
    head = (
        f"{spec.title} ({spec.name}) beside {counted(len(found.points), 'observation')} of {times[0]} to {times[-1]}: "
        f"{counted(ensemble.plan.worlds, 'world')}, seed {ensemble.plan.seed}."
    )
    return [head, *map(_of_score, found.scores)]


def _of_score(score: Score) -> str:
    variable = VARIABLES[score.variable]
    rules = [f"{number_of(rmse)} with {RULES[rule]}" for rule, (rmse, _) in score.benchmarks.items() if isfinite(rmse)]
    against = f"; by {listed(rules)}" if rules else "; nothing earlier was observed, so there is nothing to beat"
    return (
        f"{begin(variable.label)}, {years_of(score)}: {100 * score.covered:.0f} percent of "
        f"{counted(score.count, 'observation')} lie in the band of nine tenths of the worlds; the median world errs by "
        f"{number_of(score.rmse)} ({variable.unit}){against}."
    )


def doubts(found: Hindcast) -> list[str]:
    """What speaks against reading much into it."""
    told = []
    for score in found.scores:
        better = [RULES[rule] for rule in BENCHMARKS if score.benchmarks[rule][1] < score.crps]
        label = begin(VARIABLES[score.variable].label)
        if better:
            told.append(f"{label}, {years_of(score)}: {listed(better)} does as well or better (CRPS).")
        if score.covered < NARROW:
            told.append(f"{label}, {years_of(score)}: the bands are too narrow, or the model is wrong there.")
    if found.early:
        told.append(
            f"{counted(len(found.early), 'observation')} from before the run ({found.ensemble.spec.start}) "
            "serve the rules of thumb alone."
        )
    if all(point.seen for point in found.points):
        told.append(
            f"Every year here is {found.seen_until} or earlier and helped to set values: that they are met says little "
            "about other years."
        )
    return told


def score_rows(scores: Sequence[Score]) -> list[tuple[str, tuple[str, ...]]]:
    """A row for each score: what it is of; number, coverage, errors of the median world and of the rules, CRPS."""
    return [
        (
            f"{begin(VARIABLES[one.variable].label)} ({'seen' if one.seen else 'held out'})",
            (
                f"{one.count:,}",
                f"{100 * one.covered:.0f}",
                number_of(one.rmse),
                *(number_of(one.benchmarks[rule][0]) for rule in BENCHMARKS),
                number_of(one.crps),
                number_of(min((crps for _, crps in one.benchmarks.values() if isfinite(crps)), default=float("nan"))),
            ),
        )
        for one in scores
    ]


SCORE_HEADS: Final = (
    *("Observed", "In band (%)", "Error", "Persistence", "Drift", "Trend", "CRPS", "Best rule's CRPS"),
)
