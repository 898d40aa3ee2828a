"""The findings of a run in the terminal, within 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from steppewise.analysis.telling import VARIES, advice, failures
from steppewise.analysis.words import band, decimals_for, percent
from steppewise.cli.showing import show
from steppewise.evidence.types import CLASSES
from steppewise.experiment.folder import REPORT

if TYPE_CHECKING:
    from pathlib import Path

    from steppewise.analysis.findings import Course, Estimate, Findings, Lead, PowerFinding, StateFinding
    from steppewise.api import Results


def show_results(results: Results) -> None:
    """What a run found: setting, powers, states, what it rests on, advice, and where the rest is."""
    findings = results.findings
    show(_heading(findings))
    for line in failures(findings):
        show(Text(f"\n{line}"))
    if findings.good_worlds:
        end = findings.spec.end
        show_section(f"Powers at the end of {end}, in percent; trust from 0 to 1", _powers(findings))
        show_section(f"States at the end of {end}: who leads, and influence that stays their own", _states(findings))
        show(Text(_NOTE))
    if findings.good_worlds and findings.rests_on:
        show_section("What the differences between worlds rest on: percent of a share's variance", _sources(findings))
        show(Text(_SOURCES_NOTE))
    for line in advice(findings):
        show(Text(f"\n{line}"))
    if results.folder is not None:
        show_places(results.folder)


def show_section(title: str, table: Table) -> None:
    """A table below its title."""
    show(Text(f"\n{title}", "bold"), table)


_NOTE = (
    "Means over worlds, standard error in brackets; 90 of 100 worlds lie in the band. Delivered: of what fell due. "
    "Open: no power leads in more than half of the worlds."
)

_SOURCES_NOTE = "Each group alone; stated to assumed are the classes of the parameters' evidence."


_GROUPS = {"ignorance": "Parameters"}


def _table_of(words: Sequence[str], numbers: Sequence[str]) -> Table:
    """An empty table with columns of words, which never wrap, and then of numbers."""
    table = new_table()
    for head in words:
        table.add_column(head, no_wrap=True)
    for head in numbers:
        table.add_column(head, justify="right")
    return table


def _heading(findings: Findings) -> Text:
    spec, worlds = findings.spec, findings.worlds
    counted = "1 world" if worlds == 1 else f"{worlds:,} worlds"
    setting = f"{counted}, {spec.start} to {spec.end}, seed {findings.seed}; {VARIES[findings.uncertainty]}"
    return Text.assemble((spec.title, "bold"), f" ({spec.name})\n", setting)


def _powers(findings: Findings) -> Table:
    spec = findings.spec
    table = _table_of(("Power",), (f"Share {spec.start}", "Share", "Band", "Trust", "Delivered"))
    for power in findings.by_share:
        table.add_row(*_power(power))
    return table


def _power(power: PowerFinding) -> Iterator[str]:
    yield power.power.label
    yield start_in_percent(power.share)
    yield in_percent(power.share.end)
    yield band_of(power.share.end)
    yield with_error(power.trust.end, 1.0, 2)
    yield in_percent(power.execution)


def _states(findings: Findings) -> Table:
    spec = findings.spec
    table = _table_of(("State", "Leader"), ("First in %", f"Autonomy {spec.start}", "Autonomy", "Band"))
    for state in findings.states:
        table.add_row(*_state(state))
    table.add_row("Region", "", "", *_autonomy(findings.autonomy))
    return table


def _state(state: StateFinding) -> Iterator[str]:
    first = state.most_often
    yield state.state.label
    yield first if state.leader else f"open ({first})"
    yield often(state.first)
    yield from _autonomy(state.autonomy)


def _autonomy(course: Course) -> Iterator[str]:
    yield start_in_percent(course)
    yield in_percent(course.end)
    yield band_of(course.end)


def _sources(findings: Findings) -> Table:
    """Parts of the variance of each share, by group."""
    parts = {(share.outcome, share.group): share.share for share in findings.rests_on}
    groups = [group for group in ("chance", "ignorance", *CLASSES) if any(g == group for _, g in parts)]
    table = _table_of(("Power",), [_GROUPS.get(group, group.capitalize()) for group in groups])
    for power in findings.by_share:
        row = [parts[f"regional_share.{power.power.name}", group] for group in groups]
        table.add_row(power.power.label, *(percent(part, 0) for part in row))
    return table


def new_table() -> Table:
    """A table without a box that fits into 80 columns."""
    return Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="underline")


def with_error(estimate: Estimate, scale: float = 100.0, fewest: int = 1) -> str:
    """A mean and, in brackets, its standard error, to the digits that this one allows: `33.8 (0.1)`."""
    mean, error = scale * estimate.mean, scale * estimate.standard_error
    decimals = min(decimals_for(error, fewest), fewest + 1)
    return f"{mean:.{decimals}f} ({error:.{decimals}f})" if error > 0 else f"{mean:.{decimals}f}"


def often(lead: Lead) -> str:
    """The percent of worlds in which a power leads, with its standard error; `all` where it always does."""
    if lead.share == 1:
        return "all"
    return f"{percent(lead.share)} ({percent(lead.standard_error)})"


def in_percent(estimate: Estimate) -> str:
    """A share in percent with its standard error."""
    return with_error(estimate)


def start_in_percent(course: Course) -> str:
    """The share at the end of the first quarter, where it was kept."""
    return percent(course.start.mean) if course.start.worlds else "-"


def band_of(estimate: Estimate) -> str:
    """The band of a share, where there are worlds enough for one."""
    from steppewise.analysis.telling import BAND_NEEDS

    return band(estimate.low, estimate.high, " - ") if estimate.worlds >= BAND_NEEDS else "-"


def show_places(folder: Path) -> None:
    """Where the results lie, and the report if there is one."""
    typer.echo(f"\nResults: {folder}")
    if (folder / REPORT).exists():
        typer.echo(f"Report:  {folder / REPORT}")
