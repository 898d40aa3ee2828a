"""The rows of the tables of a sweep's page, as text; the command line prints the same."""

from __future__ import annotations

from collections.abc import Iterator

from steppewise.analysis.effects import Effect, Extreme, SweepFindings, extremes
from steppewise.analysis.factor_words import factor_words, unit_words, value_words
from steppewise.analysis.telling_sweep import EXACT, amount_of, ends_of, measure_of, number_of
from steppewise.experiment.study import Factor, Study
from steppewise.report.along import panel_name
from steppewise.report.assumptions import Assumption, assumption
from steppewise.report.tables import Row

EXTREME_HEADS = ("Lowest", "Where", "Highest", "Where")
EFFECT_HEADS = ("Low end", "High end", "Difference", "Standard error")
FACTOR_HEADS = ("Range", "Evidence", "Name")

MOST_EFFECTS = 8
"""Factors of an outcome in a table: those that move it most."""

MOST_PARAMETERS = 3
"""Parameters of a factor whose evidence is shown."""


def extreme_rows(found: SweepFindings) -> list[Row]:
    """A row for each outcome: the points with the lowest and the highest mean."""
    rows = []
    for outcome in found.study.outcomes:
        ends = extremes(found.responses, outcome)
        if ends is not None:
            cells = (text for end in ends for text in _extreme(outcome, end, found.study))
            rows.append(Row(panel_name(outcome, found.study), "", tuple(cells)))
    return rows


def _extreme(outcome: str, end: Extreme, study: Study) -> tuple[str, str]:
    """`8.7 percent (0.6)` and where that is."""
    error = f" ({number_of(outcome, end.error, end.error)})" if end.error > EXACT else ""
    return f"{amount_of(outcome, end.mean, end.error)}{error}", point_words(end.point, study)


def point_words(point: int, study: Study) -> str:
    """`Japan's effort 0.5×, hedging off`; of many factors the point's number."""
    if len(study.factors) > MOST_PARAMETERS:
        return f"point {point:,}"
    pairs = zip(study.factors, study.points[point].tolist(), strict=True)
    return ", ".join(f"{factor_words(factor, study.spec)} {value_words(factor, value)}" for factor, value in pairs)


def effect_rows(found: SweepFindings, outcome: str) -> list[Row]:
    """A row for each of the factors that move an outcome most."""
    shown = [effect for effect in found.effects[outcome][:MOST_EFFECTS] if len(effect.mean)]
    return [Row(factor_words(effect.factor, found.study.spec), "", _effect(outcome, effect)) for effect in shown]


def _effect(outcome: str, effect: Effect) -> tuple[str, ...]:
    """Means at the ends and their difference; what luck would do is said to be so."""
    low, high = ends_of(effect, outcome)
    first, last = effect.ends
    error = effect.error_between(first, last)
    apart = measure_of(outcome).signed(float(effect.mean[last] - effect.mean[first]), error if error > EXACT else 0.0)
    luck = "" if effect.is_settled else " (may be luck)"
    return low, high, f"{apart.replace('-', '−')}{luck}", number_of(outcome, error, error) if error > EXACT else "–"


def factor_rows(study: Study) -> list[Row]:
    """A row for each factor: over what it varies, and on what kind of evidence."""
    return [
        Row(factor_words(factor, study.spec), "", (range_words(factor), unit_words(factor), factor.name))
        for factor in study.factors
    ]


def range_words(factor: Factor) -> str:
    """`0.5× to 8×`, or the values."""
    if factor.labels and len(factor.labels) <= 6:
        return ", ".join(factor.labels)
    return f"{value_words(factor, factor.low)} to {value_words(factor, factor.high)}"


def evidence_of(study: Study) -> Iterator[Assumption]:
    """The parameters that vary, with their passages; of a factor of many only the first few."""
    for factor in study.factors:
        for name in factor.targets[:MOST_PARAMETERS] if factor.kind == "parameter" else ():
            yield assumption(study.spec.parameters[name], study.spec)
