"""The figures of a run: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from steppewise.analysis.findings import Estimate, Findings, StateFinding, find
from steppewise.analysis.spread import SpreadShare, by_outcome
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.bands import period, shown_worlds
from steppewise.report.figures.leaders_map import leaders_map
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn, told_in_words
from steppewise.report.figures.promises import promises
from steppewise.report.figures.regional_shares import regional_shares
from steppewise.report.figures.shares_by_state import shares_by_state
from steppewise.report.figures.spread_rests_on import what_spread_rests_on
from steppewise.report.figures.trust_and_influence import trust_and_influence
from steppewise.wording.names import listed
from steppewise.wording.numbers import band, percent
from steppewise.wording.run import BAND_NEEDS

SHARES: Final = (
    "A power's regional share is the mean of its influence shares in the states. Autonomy is what no power "
    "holds; in every world all shares add up to 100 percent. Events stand above the chart, at their quarter."
)
LEADERS: Final = (
    "A state has the colour of the power with the highest influence share at the end, paler where that "
    "power leads in fewer worlds. A state in which no power leads in more than half of the worlds is open."
)
STATES: Final = (
    "The same scale everywhere: compare along a row who matters in a state, down a column where a power matters."
)
TRUST: Final = (
    "Influence is not affection: a power to the right is influential, a power at the top is trusted. Every "
    "dot is one world at the end of the run."
)
PROMISES: Final = (
    "Above, all that a power promised since the start and what became of it; the scales differ. Below, the "
    "execution rate: what was delivered of what fell due since the start and the states could take in."
)
RESTS: Final = (
    "Chance is what happens within a world; ignorance is what nobody knows, so that each world draws it from its "
    "range. What is left over comes about only together. Where estimates add up to more than 100 percent, which "
    "their errors allow, they are scaled down."
)


def draw_figures(ensemble: Ensemble, shares: Sequence[SpreadShare], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder, which is made where it is missing; none where no world ran to the end."""
    return (*draw_courses(ensemble, folder), *draw_sources(ensemble, shares, folder))


def draw_courses(ensemble: Ensemble, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw the figures that need the worlds alone, before it is known what their spread rests on."""
    return all_drawn(_courses(ensemble, find(ensemble)), folder) if len(shown_worlds(ensemble)) else ()


def draw_sources(ensemble: Ensemble, shares: Sequence[SpreadShare], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw what the spread rests on; nothing where too few worlds tell."""
    if not shares or min(share.worlds for share in shares) < BAND_NEEDS or not len(shown_worlds(ensemble)):
        return ()
    words, draw = _of_rests(find(ensemble, shares)), partial(what_spread_rests_on, ensemble.spec, shares)
    sketch = Sketch("spread_rests_on", "What the spread between worlds rests on", draw, words, RESTS)
    return all_drawn([sketch], folder)


def drawings(ensemble: Ensemble, shares: Sequence[SpreadShare]) -> Mapping[str, Callable[[], Figure]]:
    """The figures by name, for those who draw one alone."""
    return {
        "shares": partial(regional_shares, ensemble),
        "states": partial(shares_by_state, ensemble),
        "map": partial(leaders_map, ensemble),
        "promises": partial(promises, ensemble),
        "trust": partial(trust_and_influence, ensemble),
        "spread": partial(what_spread_rests_on, ensemble.spec, shares),
    }


def main_sketch(ensemble: Ensemble, found: Findings) -> Sketch:
    """The regional shares over time."""
    return next(_courses(ensemble, found))


def _courses(ensemble: Ensemble, found: Findings) -> Iterator[Sketch]:
    for name, title, draw, words, caption in (
        ("regional_shares", "Regional influence shares", regional_shares, _of_regional_shares, SHARES),
        ("leaders_map", "Who leads where", leaders_map, _of_leaders, LEADERS),
        ("shares_by_state", "Influence shares state by state", shares_by_state, _of_states, STATES),
        ("trust_and_influence", "Trust and influence", trust_and_influence, _of_trust, TRUST),
        ("promises", "Promised and delivered", promises, _of_promises, PROMISES),
    ):
        yield Sketch(name, title, partial(draw, ensemble), words(found), caption)


# what they show in words --------------------------------------------------------------------------------


def _of_regional_shares(findings: Findings) -> str:
    """The fan chart."""
    powers = [(power.power.label, percent(power.share.start.mean, 0), power.share.end) for power in findings.by_share]
    told = [f"{label} goes from {start} to {_end(end)}" for label, start, end in powers]
    autonomy = findings.autonomy
    told.append(f"autonomy goes from {percent(autonomy.start.mean, 0)} to {_end(autonomy.end)}")
    return f"Line chart of regional influence shares, {period(findings.spec)}. {told_in_words(told)}"


def _end(end: Estimate) -> str:
    told = f"{percent(end.mean, 0)} percent"
    if end.worlds < BAND_NEEDS or end.high - end.low < 1e-4:
        return told
    return f"{told} (in 90 of 100 worlds {band(end.low, end.high)})"


def _of_leaders(findings: Findings) -> str:
    """The map."""
    told = [_leader(state) for state in findings.states]
    return f"Map of the states, coloured by the power that leads in {findings.spec.end}. {told_in_words(told)}"


def _leader(state: StateFinding) -> str:
    share = f"{percent(state.first.share, 0)} percent of the worlds"
    if state.leader is None:
        return f"{state.state.label} is open, {state.most_often} comes first in {share}"
    return f"{state.state.label}: {state.first.power.label} in {share}"


def _of_states(findings: Findings) -> str:
    """The small multiples."""
    told = [_shares(findings, state) for state in findings.states]
    return f"Small line charts, a row for each state, a column for each power. At the end: {told_in_words(told)}"


def _shares(findings: Findings, state: StateFinding) -> str:
    pairs = zip(findings.powers, state.shares, strict=True)
    parts = [f"{power.power.label} {percent(share.mean, 0)}" for power, share in pairs]
    return f"{state.state.label}: {', '.join(parts)}, autonomy {percent(state.autonomy.end.mean, 0)} percent"


def _of_trust(findings: Findings) -> str:
    """Trust against influence."""
    told = [
        f"{power.power.label} goes from trust {power.trust.start.mean:.2f} to {power.trust.end.mean:.2f} at a share "
        f"of {percent(power.share.end.mean, 0)} percent"
        for power in findings.by_share
    ]
    return f"Chart of mean trust (0 to 1) against regional influence share. {told_in_words(told)}"


def _of_promises(findings: Findings) -> str:
    """Promised and delivered."""
    told = [f"{power.power.label} {percent(power.execution.mean, 0)} percent" for power in findings.powers]
    head = "For each power, areas of money delivered, awaited and cancelled since the start, and its execution rate."
    return f"{head} Delivered of what fell due by the end and could be taken in: {told_in_words(told)}"


def _of_rests(findings: Findings) -> str:
    """What the spread rests on."""
    known = findings.spec.labels
    told = []
    for outcome, groups in by_outcome(findings.rests_on).items():
        whose = known.get(outcome.rpartition(".")[2], "autonomy")
        parts = [f"{name} {percent(share.share, 0)}" for name, share in groups.items()]
        told.append(f"{whose}: {listed(parts)} percent")
    return f"Stacked bars of shares of the variance of regional influence shares. {told_in_words(told)}"
