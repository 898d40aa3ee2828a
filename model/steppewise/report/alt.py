"""What each figure shows, in words: alternative texts for those who do not see it, made of the findings."""

from __future__ import annotations

from steppewise.analysis.findings import Estimate, Findings, PowerFinding, StateFinding
from steppewise.analysis.spread import by_outcome
from steppewise.analysis.telling import BAND_NEEDS, band, percent
from steppewise.report.series import period
from steppewise.report.wording import labels, listed


def of_regional_shares(findings: Findings) -> str:
    """The fan chart."""
    told = [_course(power) for power in findings.by_share]
    autonomy = findings.autonomy
    told.append(f"autonomy goes from {percent(autonomy.start.mean, 0)} to {_end(autonomy.end)}")
    return f"Line chart of regional influence shares, {period(findings.spec)}. {_sentence(told)}"


def _course(power: PowerFinding) -> str:
    start, end = power.share.start.mean, power.share.end
    return f"{power.power.label} goes from {percent(start, 0)} to {_end(end)}"


def _end(end: Estimate) -> str:
    told = f"{percent(end.mean, 0)} percent"
    if end.worlds < BAND_NEEDS or end.high - end.low < 1e-4:
        return told
    return f"{told} (in 90 of 100 worlds {band(end.low, end.high)})"


def of_leaders(findings: Findings) -> str:
    """The map."""
    told = [_leader(state) for state in findings.states]
    return f"Map of the states, coloured by the power that leads in {findings.spec.end}. {_sentence(told)}"


def _leader(state: StateFinding) -> str:
    share = f"{percent(state.first.share, 0)} percent of the worlds"
    if state.leader is None:
        return f"{state.state.label} is open, {state.first.power.label} comes first in {share}"
    return f"{state.state.label}: {state.first.power.label} in {share}"


def of_states(findings: Findings) -> str:
    """The small multiples."""
    told = [_shares(findings, state) for state in findings.states]
    return f"Small line charts, a row for each state, a column for each power. At the end: {_sentence(told)}"


def _shares(findings: Findings, state: StateFinding) -> str:
    pairs = zip(findings.powers, state.shares, strict=True)
    parts = [f"{power.power.label} {percent(share.mean, 0)}" for power, share in pairs]
    return f"{state.state.label}: {', '.join(parts)}, autonomy {percent(state.autonomy.end.mean, 0)} percent"


def of_trust(findings: Findings) -> str:
    """Trust against influence."""
    told = [
        f"{power.power.label} goes from trust {power.trust.start.mean:.2f} to {power.trust.end.mean:.2f} at a share "
        f"of {percent(power.share.end.mean, 0)} percent"
        for power in findings.by_share
    ]
    return f"Chart of mean trust (0 to 1) against regional influence share. {_sentence(told)}"


def of_promises(findings: Findings) -> str:
    """Promised and delivered."""
    told = [f"{power.power.label} {percent(power.execution.mean, 0)} percent" for power in findings.powers]
    head = "For each power, areas of money delivered, awaited and cancelled since the start, and its execution rate."
    return f"{head} Delivered of what fell due by the end: {_sentence(told)}"


def of_rests(findings: Findings) -> str:
    """What the spread rests on."""
    known = labels(findings.spec)
    told = []
    for outcome, groups in by_outcome(findings.rests_on).items():
        whose = known.get(outcome.rpartition(".")[2], "autonomy")
        parts = [f"{name} {percent(share.share, 0)}" for name, share in groups.items()]
        told.append(f"{whose}: {listed(parts)} percent")
    return f"Stacked bars of shares of the variance of regional influence shares. {_sentence(told)}"


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
