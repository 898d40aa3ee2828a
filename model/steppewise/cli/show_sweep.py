"""The findings of a sweep in the terminal, within 80 columns."""

from __future__ import annotations

from typing import Final

from rich.table import Table
from rich.text import Text

from steppewise.analysis.effects import Effect, SweepFindings, extremes
from steppewise.analysis.quantities import label_of, unit_of
from steppewise.cli.terminal import new_table, show, show_lines
from steppewise.results.sweep import Sweep
from steppewise.results.tables import SUMMARY
from steppewise.wording.names import begin, factor_words
from steppewise.wording.sweep import advice, apart_of, at_point, bare_ends_of, failures, number_of, setting

MOST_OUTCOMES: Final = 8
MOST_FACTORS: Final = 5
"""Outcomes, and factors of each, that are shown."""

NOTE: Final = (
    "Means over worlds; shares in percent. Differences are taken in the same worlds at both ends, standard error in "
    "brackets; in the table they are averages over all values of the other factors. Open: no more than luck would do. "
    "Mixed: the factor moves together with others."
)


def show_sweep(sweep: Sweep) -> None:
    """What a sweep found: setting, then for each outcome its lowest and highest point and its response."""
    found = sweep.findings
    study = found.study
    show(Text.assemble((study.title, "bold"), f" ({study.name})"))
    show(Text(setting(study).partition(": ")[2]))
    show_lines(failures(found))
    for outcome in study.outcomes[:MOST_OUTCOMES]:
        _show_outcome(found, outcome)
    if len(study.outcomes) > MOST_OUTCOMES:
        show(Text(f"\n{len(study.outcomes) - MOST_OUTCOMES} more outcomes stand in {SUMMARY} and in the report."))
    show_lines((NOTE, *advice(found)))


def _show_outcome(found: SweepFindings, outcome: str) -> None:
    ends = extremes(found.responses, outcome)
    if ends is None:
        return
    unit = {"share": "percent", "index": "0 to 1"}.get(unit_of(outcome), unit_of(outcome))
    show(Text(f"\n{begin(label_of(outcome, found.study.spec))} ({unit})", "bold"))
    for name, end in zip(("lowest", "highest"), ends, strict=True):
        where = at_point(end.point, found.study)
        show(Text(f"  {name} {number_of(outcome, end.mean, end.error)} {where}"))
    show(_responses(found, outcome))


def _responses(found: SweepFindings, outcome: str) -> Table:
    """The response to each factor: the means at its ends and their difference."""
    table = new_table()
    for head in ("  Factor", "From", "To", "Difference"):
        table.add_column(head, justify="right" if head == "Difference" else "left", no_wrap=head == "Difference")
    for effect in found.effects[outcome][:MOST_FACTORS]:
        name = factor_words(effect.factor, found.study.spec)
        table.add_row(f"  {name}", *bare_ends_of(effect, outcome, "~"), _difference(effect, outcome))
    return table


def _difference(effect: Effect, outcome: str) -> str:
    if not effect.is_settled:
        return "mixed" if effect.mixed else "open"
    apart, error = apart_of(effect, outcome)
    return f"{apart} ({error})" if error else apart
