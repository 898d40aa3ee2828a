"""The page of a sweep with its tables: one HTML file that opens offline, in the style of the page of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from steppewise import __version__
from steppewise.analysis.effects import Effect, Extreme, SweepFindings, extremes
from steppewise.experiment.study import Factor, Study
from steppewise.report.assumptions import Assumption, assumption
from steppewise.report.figures.bands import period
from steppewise.report.figures.factor_axis import panel_name
from steppewise.report.figures.of_sweep import main_sketch
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.page import MOST_OPEN, UNCERTAIN, Shown, called, command, rendered
from steppewise.report.tables import Table, TableRow
from steppewise.scenario.library import library_names
from steppewise.wording.names import factor_words, unit_words, value_words
from steppewise.wording.numbers import counted, typeset
from steppewise.wording.sweep import EXACT, advice, amount_of, apart_of, ends_of, number_of, sentences

EXTREMES: Final = "The points with the lowest and the highest mean of each outcome, standard error in brackets"
EXTREME_HEADS: Final = ("Lowest", "Where", "Highest", "Where")
EFFECT_HEADS: Final = ("Low end", "High end", "Difference", "Standard error")

MOST_EFFECTS = 8
"""Factors of an outcome in a table: those that move it most."""

MOST_PARAMETERS = 3
"""Parameters of a factor whose evidence is shown."""


def write_sweep(path: Path, found: SweepFindings, figures: Sequence[DrawnFigure]) -> None:
    """Write the page to a file."""
    path.write_text(render(found, figures), encoding="utf-8")


def render(found: SweepFindings, figures: Sequence[DrawnFigure]) -> str:
    """The page as text."""
    study = found.study
    failures = [TableRow(cause, "", (f"{count:,}",)) for cause, count in found.causes.most_common()]
    values = {
        "kicker": "sweep",
        "title": study.title,
        "question": study.question,
        "study": study,
        "answer": sentences(found),
        "advice": advice(found),
        "facts": _facts(study),
        "extremes": extreme_table(found),
        "effects": [_effect_table(found, outcome) for outcome in found.effects],
        "failures": Table("Failed worlds, left out of all other numbers", "Cause", ("Worlds",), failures),
        "factors": _factor_table(study),
        "evidence": list(_evidence_of(study)),
        "command": command_of(study),
    }
    return rendered("sweep.html", study.spec, figures, values)


def of_sweep(found: SweepFindings, sentences: Sequence[str]) -> Shown:
    """What a notebook shows of a study: the response to the factor that moves most, and the extremes."""
    table = extreme_table(found)
    sketch = main_sketch(found) if table.rows else None
    return Shown(found.study.title, sketch, (table,) if table.rows else (), sentences)


def _facts(study: Study) -> list[tuple[str, str]]:
    spec = study.spec
    return [
        ("Scenario", f"{spec.title} ({spec.name})"),
        ("Period", f"{period(spec)}, {counted(len(spec.quarters), 'quarter')}"),
        ("Factors", ", ".join(factor_words(factor, spec) for factor in study.factors[:MOST_OPEN])),
        ("Points", f"{len(study.points):,} ({study.design})"),
        ("Worlds", f"{counted(study.worlds, 'world')} at every point, the same ones: {study.rows:,} rows"),
        ("Uncertain", UNCERTAIN[study.uncertainty]),
        ("Seed", str(study.seed)),
        ("Version", f"steppewise {__version__}"),
    ]


def command_of(study: Study) -> str:
    """The command that sweeps the same again."""
    options = ["--worlds", str(study.worlds), "--seed", str(study.seed)]
    return command("sweep", [called(study.name, *library_names("experiments"))], options, study.spec)


# tables -------------------------------------------------------------------------------------------------


def extreme_table(found: SweepFindings) -> Table:
    """A row for each outcome: the points with the lowest and the highest mean; none where no world ran to the end."""
    rows = []
    for outcome in found.study.outcomes:
        ends = extremes(found.responses, outcome)
        if ends is not None:
            cells = (text for end in ends for text in _extreme(outcome, end, found.study))
            rows.append(TableRow(panel_name(outcome, found.study), "", tuple(cells)))
    return Table(EXTREMES, "Outcome", EXTREME_HEADS, rows)


def _extreme(outcome: str, end: Extreme, study: Study) -> tuple[str, str]:
    """`8.7 percent (0.6)` and where that is."""
    error = f" ({number_of(outcome, end.error, end.error)})" if end.error > EXACT else ""
    return f"{amount_of(outcome, end.mean, end.error)}{error}", _point_words(end.point, study)


def _point_words(point: int, study: Study) -> str:
    """`Japan's effort 0.5×, hedging off`; of many factors the point's number."""
    if len(study.factors) > MOST_PARAMETERS:
        return f"point {point:,}"
    pairs = zip(study.factors, study.points[point].tolist(), strict=True)
    return ", ".join(f"{factor_words(factor, study.spec)} {value_words(factor, value)}" for factor, value in pairs)


def _effect_table(found: SweepFindings, outcome: str) -> Table:
    """A row for each of the factors that move an outcome most."""
    study = found.study
    shown = [effect for effect in found.effects[outcome][:MOST_EFFECTS] if len(effect.mean)]
    rows = [TableRow(factor_words(effect.factor, study.spec), "", _effect(outcome, effect)) for effect in shown]
    return Table(panel_name(outcome, study), "Factor", EFFECT_HEADS, rows)


def _effect(outcome: str, effect: Effect) -> tuple[str, ...]:
    """Means at the ends and their difference; what luck would do is said to be so."""
    low, high = ends_of(effect, outcome)
    apart, error = apart_of(effect, outcome)
    luck = "" if effect.is_settled else " (mixed with other factors)" if effect.mixed else " (may be luck)"
    return low, high, f"{typeset(apart)}{luck}", error or "–"


def _factor_table(study: Study) -> Table:
    """A row for each factor: over what it varies, and on what kind of evidence."""
    rows = [
        TableRow(factor_words(one, study.spec), "", (_range(one), unit_words(one), one.name)) for one in study.factors
    ]
    return Table("The factors", "Factor", ("Range", "Evidence", "Name"), rows)


def _range(factor: Factor) -> str:
    """`0.5× to 8×`, or the values."""
    if factor.labels and len(factor.labels) <= 6:
        return ", ".join(factor.labels)
    return f"{value_words(factor, factor.low)} to {value_words(factor, factor.high)}"


def _evidence_of(study: Study) -> Iterator[Assumption]:
    """The parameters that vary, with their passages; of a factor of many only the first few."""
    for factor in study.factors:
        for name in factor.targets[:MOST_PARAMETERS] if factor.kind == "parameter" else ():
            yield assumption(study.spec.parameters[name], study.spec)
