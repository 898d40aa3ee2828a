"""What a notebook shows of each kind of result; `notebook.as_html` puts it into HTML."""

from __future__ import annotations

from collections.abc import Sequence

from steppewise.analysis.comparison import Differences
from steppewise.analysis.discovery import Discovery
from steppewise.analysis.effects import SweepFindings
from steppewise.analysis.findings import Findings
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.telling_comparison import SHARE
from steppewise.experiment.ensemble import Ensemble
from steppewise.report import comparison_figures, discovery_figures, figures, sensitivity_figures, sweep_figures
from steppewise.report.comparison_page import headline
from steppewise.report.comparison_tables import HEADS, power_rows
from steppewise.report.inquiry_page import box_table, tables_of
from steppewise.report.notebook import Shown
from steppewise.report.sensitivity_figures import changing
from steppewise.report.sweep_tables import EXTREME_HEADS, extreme_rows
from steppewise.report.tables import POWER_HEADS, POWERS, STATE_HEADS, STATES, Table, state_rows
from steppewise.report.tables import power_rows as powers_at_end


def of_run(ensemble: Ensemble, found: Findings, sentences: Sequence[str]) -> Shown:
    """A scenario in its worlds: regional shares, powers, states."""
    if not found.good_worlds:
        return Shown(found.spec.title, None, (), sentences)
    powers = Table(POWERS, "Power", POWER_HEADS, tuple(powers_at_end(found)))
    states = Table(STATES, "State", STATE_HEADS, tuple(state_rows(found)))
    return Shown(found.spec.title, figures.main_sketch(ensemble, found), (powers, states), sentences)


def of_comparison(found: Sequence[Differences], sentences: Sequence[str]) -> Shown:
    """Scenarios against the first: differences in regional shares."""
    told = [one for one in found if one.pairs.min() > 0]
    sketch = comparison_figures.main_sketch(told) if told else None
    tables = tuple(_differences(one) for one in told)
    return Shown(headline(found[0].first, found), sketch, tables, sentences)


def _differences(found: Differences) -> Table:
    caption = (
        f"{found.further.name} minus {found.first.name} in {found.spec.end}: "
        "regional influence share, percentage points"
    )
    return Table(caption, "Whose", HEADS, tuple(power_rows(found, SHARE)))


def of_sweep(found: SweepFindings, sentences: Sequence[str]) -> Shown:
    """A study at its points: the response to the factor that moves most, and the extremes."""
    rows = tuple(extreme_rows(found))
    caption = "The points with the lowest and the highest mean of each outcome, standard error in brackets"
    tables = (Table(caption, "Outcome", EXTREME_HEADS, rows),) if rows else ()
    return Shown(found.study.title, sweep_figures.main_sketch(found) if rows else None, tables, sentences)


def of_sensitivity(found: Sensitivity, sentences: Sequence[str]) -> Shown:
    """What drives the first outcome that is not the same everywhere."""
    outcomes = changing(found)[:1]
    sketch = sensitivity_figures.main_sketch(found, outcomes[0]) if outcomes else None
    tables = [table for outcome in outcomes for table in tables_of(found, outcome)]
    title = f"What drives “{found.question.title}”"
    return Shown(title, sketch, tables, sentences)


def of_discovery(found: Discovery, sentences: Sequence[str]) -> Shown:
    """The boxes in which an outcome of interest is frequent."""
    tables = [box_table(found, number) for number in range(len(found.boxes))]
    sketch = discovery_figures.main_sketch(found) if found.boxes else None
    return Shown(f"Where {found.asked.condition.text}", sketch, tables, sentences)
