"""The rows of the report page's tables, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from steppewise.analysis.findings import Estimate, Findings, PowerFinding, StateFinding
from steppewise.analysis.spread import SpreadShare, by_outcome
from steppewise.analysis.telling import BAND_NEEDS, band, percent
from steppewise.evidence.types import CLASSES
from steppewise.report.looks import looks
from steppewise.report.wording import labels
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES


@dataclass(frozen=True)
class Row:
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
    rows: tuple[Row, ...]


POWERS = "Powers: means of the worlds; the start is the end of the first quarter"
STATES = "States: who has the highest influence share at the end, and what no power holds"
POWER_HEADS = (
    "Regional share, start (%)",
    "Regional share, end (%)",
    "Share, 90 of 100 worlds (%)",
    "Trust, end (0 to 1)",
    "Dependence, end (%)",
    "Delivered of due (%)",
    "Leads in states (mean)",
)
STATE_HEADS = ("Leads in most worlds", "Worlds (%)", "Autonomy, end (%)", "Autonomy, 90 of 100 worlds (%)")


def power_rows(findings: Findings) -> list[Row]:
    """A row for each power, the highest share at the end first."""
    styles = looks(findings.spec)
    return [Row(p.power.label, styles[p.power.name].colour, _of_power(p, findings)) for p in findings.by_share]


def _of_power(power: PowerFinding, findings: Findings) -> tuple[str, ...]:
    return (
        _percent(power.share.start.mean),
        _percent(power.share.end.mean),
        _band(power.share.end),
        _index(power.trust.end.mean),
        _percent(power.dependence.end.mean),
        _percent(power.execution.mean),
        f"{power.leads.mean:.1f} of {len(findings.states)}",
    )


def state_rows(findings: Findings) -> list[Row]:
    """A row for each state."""
    return [Row(state.state.label, _colour(state, findings.spec), _of_state(state)) for state in findings.states]


def _colour(state: StateFinding, spec: ScenarioSpec) -> str:
    return looks(spec)[state.leader.name].colour if state.leader else ""


def _of_state(state: StateFinding) -> tuple[str, ...]:
    first = state.first
    leader = state.leader.label if state.leader else f"open; most often {first.power.label}"
    autonomy = state.autonomy.end
    return leader, _percent(first.share, 0), _percent(autonomy.mean), _band(autonomy)


def _percent(share: float, decimals: int = 1) -> str:
    return percent(share, decimals) if isfinite(share) else "–"


def _index(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "–"


def _band(estimate: Estimate) -> str:
    return band(estimate.low, estimate.high) if estimate.worlds >= BAND_NEEDS else "too few worlds"


def spread_heads(shares: Sequence[SpreadShare]) -> list[str]:
    """The groups of streams, in the order in which they were kept."""
    return list(dict.fromkeys(share.group for share in shares))


def spread_rows(spec: ScenarioSpec, shares: Sequence[SpreadShare]) -> list[Row]:
    """A row for each outcome: the percent of its variance that each group accounts for alone."""
    heads = spread_heads(shares)
    return [
        Row(outcome_words(outcome, spec), "", tuple(_part(groups.get(head)) for head in heads))
        for outcome, groups in by_outcome(shares).items()
    ]


def _part(share: SpreadShare | None) -> str:
    if share is None:
        return "–"
    return f"{percent(share.share, 0)} ± {max(round(100 * share.standard_error), 1)}"


def outcome_words(outcome: str, spec: ScenarioSpec) -> str:
    """An outcome as people say it: `regional influence share, Japan`."""
    stem, *actors = outcome.split(".")
    known = labels(spec)
    what = VARIABLES[stem].label if stem in VARIABLES else stem
    return ", ".join([what, *(known.get(actor, actor) for actor in actors)])


def class_rows(spec: ScenarioSpec) -> list[Row]:
    """A row for each class of evidence: parameters, and how many of them have a range."""
    every = Counter(parameter.evidence for parameter in spec.parameters.values())
    ranged = Counter(p.evidence for p in spec.parameters.values() if p.is_uncertain)
    return [Row(name, "", (f"{every[name]:,}", f"{ranged[name]:,}", MEANINGS[name])) for name in CLASSES]


MEANINGS = {
    "stated": "An article gives the number; the range is its rounding.",
    "coded": "An article says it in words; a written rubric turns the words into a level and its band.",
    "external": "A public statistic or study, named with year and publisher.",
    "assumed": "Nobody says it; the modeller's judgement, with a reason and a wide range.",
}


def failure_rows(findings: Findings) -> list[Row]:
    """A row for each cause of failure: in how many worlds, and the first of them."""
    causes = Counter(cause for _, cause in findings.failures)
    first = {cause: world for world, cause in reversed(findings.failures)}
    return [Row(cause, "", (f"{count:,}", str(first[cause]))) for cause, count in causes.most_common()]
