"""The tables of report pages and notebooks, as text: those of a run, and those that all pages have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from steppewise.analysis.findings import Estimate, Findings, PowerFinding, StateFinding
from steppewise.analysis.quantities import label_of
from steppewise.analysis.spread import SpreadShare, by_outcome
from steppewise.evidence.types import CLASSES
from steppewise.report.figures.colours import looks
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.numbers import band, in_percent_of_worlds, percent, plus_minus
from steppewise.wording.run import BAND_NEEDS


@dataclass(frozen=True)
class TableRow:
    """A row of a table: its head, the colour of its swatch or nothing, and its cells."""

    head: str
    colour: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table: its caption, the head of its first column, the heads of the others, and its rows."""

    caption: str
    first: str
    heads: Sequence[str]
    rows: Sequence[TableRow]


POWER_HEADS: Final = (
    "Regional share, start (%)",
    "Regional share, end (%)",
    "Share, 90 of 100 worlds (%)",
    "Trust, end (0 to 1)",
    "Dependence, end (%)",
    "Delivered of due (%)",
    "Leads in states (mean)",
)
STATE_HEADS: Final = ("Leads in most worlds", "Worlds (%)", "Autonomy, end (%)", "Autonomy, 90 of 100 worlds (%)")
SPREAD: Final = "Percent of the variance between worlds at the end that each kind accounts for alone, ± standard error"


def power_table(findings: Findings) -> Table:
    """A row for each power, the highest share at the end first."""
    styles = looks(findings.spec)
    rows = [TableRow(p.power.label, styles[p.power.name].colour, _of_power(p, findings)) for p in findings.by_share]
    return Table("Powers: means of the worlds; the start is the end of the first quarter", "Power", POWER_HEADS, rows)


def _of_power(power: PowerFinding, findings: Findings) -> tuple[str, ...]:
    return (
        _percent(power.share.start.mean),
        _percent(power.share.end.mean),
        _band(power.share.end),
        f"{power.trust.end.mean:.2f}" if isfinite(power.trust.end.mean) else "–",
        _percent(power.dependence.end.mean),
        _percent(power.execution.mean),
        f"{power.leads.mean:.1f} of {len(findings.states)}",
    )


def state_table(findings: Findings) -> Table:
    """A row for each state."""
    colours = {name: look.colour for name, look in looks(findings.spec).items()}
    leaders = [(state, state.leader.name if state.leader else "") for state in findings.states]
    rows = [TableRow(state.state.label, colours.get(leader, ""), _of_state(state)) for state, leader in leaders]
    caption = "States: who has the highest influence share at the end, and what no power holds"
    return Table(caption, "State", STATE_HEADS, rows)


def _of_state(state: StateFinding) -> tuple[str, ...]:
    first = state.first
    leader = state.leader.label if state.leader else f"open; most often {state.most_often}"
    autonomy = state.autonomy.end
    part = in_percent_of_worlds(first.share) if isfinite(first.share) else "–"
    return leader, part, _percent(autonomy.mean), _band(autonomy)


def _percent(share: float, decimals: int = 1) -> str:
    return percent(share, decimals) if isfinite(share) else "–"


def _band(estimate: Estimate) -> str:
    return band(estimate.low, estimate.high) if estimate.worlds >= BAND_NEEDS else "too few worlds"


def spread_table(spec: ScenarioSpec, shares: Sequence[SpreadShare]) -> Table:
    """A row for each outcome: the percent of its variance that each group of streams accounts for alone."""
    heads = list(dict.fromkeys(share.group for share in shares))
    rows = [
        TableRow(label_of(outcome, spec), "", tuple(_part(groups.get(head)) for head in heads))
        for outcome, groups in by_outcome(shares).items()
    ]
    return Table(SPREAD, "Outcome", heads, rows)


def _part(share: SpreadShare | None) -> str:
    return "–" if share is None else plus_minus(share.share, share.standard_error)


def class_table(spec: ScenarioSpec, whose: str = "") -> Table:
    """A row for each class of evidence: parameters, and how many of them have a range."""
    every = Counter(parameter.evidence for parameter in spec.parameters.values())
    ranged = Counter(p.evidence for p in spec.parameters.values() if p.is_uncertain)
    rows = [TableRow(name, "", (f"{every[name]:,}", f"{ranged[name]:,}", MEANINGS[name])) for name in CLASSES]
    return Table(
        f"Parameters{whose} by class of evidence", "Class", ("Parameters", "With a range", "What it means"), rows
    )


MEANINGS = {
    "stated": "An article gives the number; the range is its rounding.",
    "coded": "An article says it in words; a written rubric turns the words into a level and its band.",
    "external": "A public statistic or study, named with year and publisher.",
    "assumed": "Nobody says it; the modeller's judgement, with a reason and a wide range.",
}


def failure_table(failures: Sequence[tuple[int, str]], where: str = "") -> Table:
    """A row for each cause of failure: in how many worlds, and the first of them."""
    causes = Counter(cause for _, cause in failures)
    first = {cause: world for world, cause in reversed(failures)}
    rows = [TableRow(cause, "", (f"{count:,}", str(first[cause]))) for cause, count in causes.most_common()]
    return Table(f"Failed worlds, left out of all other numbers{where}", "Cause", ("Worlds", "First world"), rows)
