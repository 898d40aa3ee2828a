"""The findings of a run in the terminal, within 80 columns."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from steppewise.analysis.findings import Course, Estimate, Findings, Lead
from steppewise.cli.terminal import new_table, show, show_lines, show_section
from steppewise.evidence.types import CLASSES
from steppewise.results.run import Results
from steppewise.wording.numbers import band, counted, decimals_for, percent
from steppewise.wording.run import BAND_NEEDS, VARIES, advice, failures


def show_results(results: Results) -> None:
    """What a run found: setting, powers, states, what it rests on, advice."""
    findings = results.findings
    show(_heading(findings))
    show_lines(failures(findings))
    if findings.good_worlds:
        end = findings.spec.end
        show_section(f"Powers at the end of {end}, in percent; trust from 0 to 1", _powers(findings))
        show_section(f"States at the end of {end}: who leads, and influence that stays their own", _states(findings))
        show(Text(_NOTE))
    if findings.good_worlds and findings.rests_on:
        show_section("What the differences between worlds rest on: percent of a share's variance", _sources(findings))
        show(Text(_SOURCES_NOTE))
    show_lines(advice(findings))


_NOTE = (
    "Means over worlds, standard error in brackets; 90 of 100 worlds lie in the band. Delivered: of what fell due "
    "and could be taken in. Open: no power leads in more than half of the worlds."
)

_SOURCES_NOTE = "Each group alone; stated to assumed are the classes of the parameters' evidence."


_GROUPS = {"ignorance": "Parameters"}


def _heading(findings: Findings) -> Text:
    spec, worlds = findings.spec, counted(findings.worlds, "world")
    setting = f"{worlds}, {spec.start} to {spec.end}, seed {findings.seed}; {VARIES[findings.uncertainty]}"
    return Text.assemble((spec.title, "bold"), f" ({spec.name})\n", setting)


def _powers(findings: Findings) -> Table:
    table = new_table(("Power",), (f"Share {findings.spec.start}", "Share", "Band", "Trust", "Delivered"))
    for power in findings.by_share:
        share, trust = power.share.end, with_error(power.trust.end, 1.0, 2)
        delivered = with_error(power.execution)
        table.add_row(power.power.label, start_of(power.share), with_error(share), band_of(share), trust, delivered)
    return table


def _states(findings: Findings) -> Table:
    numbers = ("First in %", f"Autonomy {findings.spec.start}", "Autonomy", "Band")
    table = new_table(("State", "Leader"), numbers)
    for state in findings.states:
        first = state.most_often
        leader = first if state.leader else f"open ({first})"
        table.add_row(state.state.label, leader, often(state.first), *_autonomy(state.autonomy))
    table.add_row("Region", "", "", *_autonomy(findings.autonomy))
    return table


def _autonomy(course: Course) -> tuple[str, str, str]:
    return start_of(course), with_error(course.end), band_of(course.end)


def _sources(findings: Findings) -> Table:
    """Parts of the variance of each share, by group."""
    parts = {(share.outcome, share.group): share.share for share in findings.rests_on}
    groups = [group for group in ("chance", "ignorance", *CLASSES) if any(g == group for _, g in parts)]
    table = new_table(("Power",), [_GROUPS.get(group, group.capitalize()) for group in groups])
    for power in findings.by_share:
        row = [parts[f"regional_share.{power.power.name}", group] for group in groups]
        table.add_row(power.power.label, *(percent(part, 0) for part in row))
    return table


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


def start_of(course: Course) -> str:
    """The share at the end of the first quarter, where it was kept."""
    return percent(course.start.mean) if course.start.worlds else "-"


def band_of(estimate: Estimate) -> str:
    """The band of a share, where there are worlds enough for one."""
    return band(estimate.low, estimate.high, " - ") if estimate.worlds >= BAND_NEEDS else "-"
