"""What the model must show before anyone may believe it: rows of the articles and of the record, each measured.

Pattern-oriented modelling, Grimm et al. 2005. `variant` says which worlds are run, `row` what a row is, `articles`,
`levers`, `shocks`, `record` and `arrival` hold the rows, `ablation` what they say when the model is taken apart.
"""

from __future__ import annotations

from steppewise.analysis.patterns import arrival, articles, levers, record, shocks
from steppewise.analysis.patterns.row import Row, Verdict, judge, table
from steppewise.analysis.patterns.variant import Laboratory
from steppewise.experiment.ensemble import Plan, Progress

ROWS: tuple[Row, ...] = (*articles.ROWS, *levers.ROWS, *shocks.ROWS, *record.ROWS, *arrival.ROWS)

__all__ = ["ROWS", "Laboratory", "Row", "Verdict", "judge", "table", "validate"]


def validate(plan: Plan, progress: Progress = lambda worlds: None) -> tuple[Verdict, ...]:
    """Measure every row, all on the same worlds."""
    laboratory = Laboratory(plan, progress=progress)
    return tuple(judge(row, laboratory) for row in ROWS)
