"""Findings in sentences: what happens in these worlds, never what is to come.

Every sentence is made of the numbers and names its worlds. `advice` says which of them rest on too few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from steppewise.analysis.findings import MAJORITY, Estimate, Findings, Gap, StateFinding
from steppewise.analysis.words import band, counted, decimals_for, in_worlds, listed, percent, possessive

if TYPE_CHECKING:
    from steppewise.analysis.comparison import Differences

BAND_NEEDS: Final = 20
"""Worlds below which a band is not told: one world in twenty lies beyond each of its edges."""

BAND_IS_ROUGH: Final = 200
"""Worlds below which the edges of a band rest on fewer than ten worlds each."""

PARTS_ARE_ROUGH: Final = 0.1
"""Standard error above which the parts of a variance are not told apart."""

SETTLED: Final = 2.0
"""Standard errors between an estimate and what it is compared with."""

MOST_WORLDS: Final = 1_000_000

VARIES: Final = {
    "both": "chance and uncertain parameters vary",
    "chance": "only chance varies, parameters are fixed",
    "ignorance": "only uncertain parameters vary, chance is off",
    "none": "nothing varies",
}


def sentences(findings: Findings) -> list[str]:
    """All that a run found, in plain sentences, the most general first."""
    parts = (_setting, failures, _shares, _gaps, _leads, _autonomy, _trust, _execution, _sources)
    if not findings.good_worlds:
        return [*_setting(findings), *failures(findings)]
    return [sentence for part in parts for sentence in part(findings)]


def advice(findings: Findings) -> list[str]:
    """What rests on opening values of another year or on too few worlds, and about how many would do."""
    if not findings.good_worlds:
        return ["No world ran to the end; the causes stand in runs.parquet."]
    from steppewise.scenario.openings import opening_doubts  # loads the schema of events, which figures do without

    doubts = opening_doubts(findings.spec)
    if findings.uncertainty == "none":
        return doubts
    few = rough_bands(findings.good_worlds)
    return [*doubts, *few, *_rough_parts(findings), *_open_gaps(findings), *_open_leads(findings)]


# numbers in words ---------------------------------------------------------------------------------------


def mean_and_error(estimate: Estimate, scale: float = 100.0, unit: str = "") -> str:
    """`mean 11.2, standard error 0.1`, in percent unless the scale is another."""
    mean, error = _numbers(estimate, scale)
    return f"mean {mean}{unit}, standard error {error}" if error else f"{mean}{unit}"


def _numbers(estimate: Estimate, scale: float = 100.0) -> tuple[str, str]:
    """Mean and standard error to the same decimals; an empty text where there is no error to tell."""
    mean, error = scale * estimate.mean, scale * estimate.standard_error
    decimals = decimals_for(error, 1 if scale == 100.0 else 2)
    return f"{mean:.{decimals}f}", f"{error:.{decimals}f}" if error > 0 else ""


# one part of the findings each --------------------------------------------------------------------------


def _setting(findings: Findings) -> Iterator[str]:
    spec = findings.spec
    worlds = f"{counted(findings.worlds, 'world')} from {spec.start} to {spec.end}"
    yield f"{spec.title}: {worlds}, seed {findings.seed}; {VARIES[findings.uncertainty]}."


def failures(findings: Findings | Differences) -> Iterator[str]:
    """How many worlds failed and of what; nothing where none did."""
    if findings.failures:
        causes = Counter(cause for _, cause in findings.failures).most_common(3)
        told = "; ".join(f"{count:,} with '{cause}'" for cause, count in causes)
        yield (
            f"{len(findings.failures):,} of {findings.worlds:,} worlds failed ({told}) and are left out "
            "of the numbers below."
        )


def _shares(findings: Findings) -> Iterator[str]:
    end = findings.spec.end
    for power in findings.by_share:
        yield _range(f"{possessive(power.power.label)} regional share in {end}", power.share.end)


def _range(what: str, estimate: Estimate) -> str:
    """A share over all worlds: its band, where there are enough worlds for one."""
    mean, error = _numbers(estimate)
    worlds = estimate.worlds
    if not error:
        return f"In {in_worlds(1.0, worlds)} {what} is {mean} percent."
    if worlds < BAND_NEEDS:
        return f"In these {worlds} worlds {what} is on average {mean} percent (standard error {error})."
    edges = band(estimate.low, estimate.high, " and ")
    return f"In 90 of 100 worlds {what} lies between {edges} percent ({mean_and_error(estimate)})."


def _gaps(findings: Findings) -> Iterator[str]:
    if findings.gaps and findings.good_worlds > 1 and _is_settled(findings.gaps[0]):
        gap = findings.gaps[0]
        points = percent(gap.difference.mean)
        yield (
            f"{gap.higher.label} has the highest mean regional share, {points} percentage points above "
            f"{gap.lower.label}."
        )


def _leads(findings: Findings) -> Iterator[str]:
    """One sentence a leader, one an open state."""
    for power in (finding.power for finding in findings.by_share):
        led = [state for state in findings.states if state.leader == power]
        if led:
            told = [f"{state.state.label} (in {_often(state, findings)})" for state in led]
            yield f"{power.label} leads in {listed(told)}."
    for state in findings.states:
        if not state.first.share:
            yield f"Nobody leads in {state.state.label}: no power has influence there in any world."
        elif state.leader is None:
            yield (
                f"{state.state.label} is open: no power leads there in more than half of the worlds; "
                f"{state.first.power.label} comes first most often, in {_often(state, findings)}."
            )


def _often(state: StateFinding, findings: Findings) -> str:
    """In how many worlds the first power of a state leads, with the standard error in percent."""
    lead = state.first
    error = f", standard error {percent(lead.standard_error)} percent" if lead.standard_error > 0 else ""
    return f"{in_worlds(lead.share, findings.good_worlds)}{error}"


def _autonomy(findings: Findings) -> Iterator[str]:
    yield _range(f"the regional autonomy share in {findings.spec.end}", findings.autonomy.end)
    ordered = sorted(findings.states, key=lambda state: -state.autonomy.end.mean)
    if len(ordered) > 1:
        most, least = ordered[0], ordered[-1]
        yield f"{_kept(most)} keeps the highest autonomy, {_kept(least)} the lowest."


def _kept(state: StateFinding) -> str:
    return f"{state.state.label} ({mean_and_error(state.autonomy.end, unit=' percent')})"


def _trust(findings: Findings) -> Iterator[str]:
    ranked = sorted(findings.powers, key=lambda power: -power.trust.end.mean)
    told = [f"{power.power.label} ({mean_and_error(power.trust.end, 1.0)})" for power in ranked]
    yield (
        f"Trust in the powers in {findings.spec.end}, on average over states, from 0 to 1, highest first: "
        f"{listed(told)}."
    )


def _execution(findings: Findings) -> Iterator[str]:
    ranked = sorted(findings.powers, key=lambda power: -power.execution.mean)
    told = [f"{power.power.label} ({mean_and_error(power.execution)})" for power in ranked]
    due = f"fell due by {findings.spec.end} and could be taken in"
    yield f"Percent delivered of what {due}, highest first: {listed(told)}."


def _sources(findings: Findings) -> Iterator[str]:
    """What the spread of each power's share rests on, in parts of its variance."""
    for power in findings.by_share:
        outcome = f"regional_share.{power.power.name}"
        parts = {share.group: share.share for share in findings.rests_on if share.outcome == outcome}
        if "chance" in parts and "ignorance" in parts:
            yield _resting(possessive(power.power.label), parts)


def _resting(whose: str, parts: dict[str, float]) -> str:
    chance, ignorance = percent(parts.pop("chance"), 0), percent(parts.pop("ignorance"), 0)
    classes = listed([f"{name} {percent(part, 0)}" for name, part in parts.items()])
    return (
        f"Of the variance of {whose} regional share between worlds, chance alone accounts for {chance} percent "
        f"and uncertain parameters for {ignorance} (by class of evidence: {classes}); the rest is their interplay."
    )


# advice -------------------------------------------------------------------------------------------------


def rough_bands(worlds: int) -> Iterator[str]:
    """What to say where so many worlds are few for bands."""
    if worlds < BAND_IS_ROUGH:
        few = "One world tells nothing of the spread" if worlds == 1 else f"{worlds} worlds are few for bands"
        yield f"{few}: run {BAND_IS_ROUGH} or more."


def _rough_parts(findings: Findings) -> Iterator[str]:
    errors = [share.standard_error for share in findings.rests_on]
    if errors and max(errors) > PARTS_ARE_ROUGH:
        yield (
            f"What the spread rests on is rough: standard errors of up to {percent(max(errors), 0)} percent. "
            f"Run {BAND_IS_ROUGH} or more."
        )


def _open_gaps(findings: Findings) -> Iterator[str]:
    for gap in findings.gaps:
        if gap.difference.worlds > 1 and not _is_settled(gap):
            which = f"Whether {gap.higher.label} or {gap.lower.label} has the higher mean share is open"
            apart = gap.difference
            yield f"{which}; {worlds_wanted(apart.mean, apart.standard_error, findings.good_worlds)}."


def _is_settled(gap: Gap) -> bool:
    difference = gap.difference
    return difference.mean > 0 and not difference.mean < SETTLED * difference.standard_error


def _open_leads(findings: Findings) -> Iterator[str]:
    for state in findings.states:
        lead = state.first
        distance = abs(lead.share - MAJORITY)
        if distance < SETTLED * lead.standard_error:
            wanted = worlds_wanted(distance, lead.standard_error, findings.good_worlds)
            yield f"Whether {lead.power.label} leads in {state.state.label} in most worlds is open; {wanted}."


def worlds_wanted(distance: float, error: float, worlds: int, reach: float = SETTLED) -> str:
    """How many worlds would settle a distance, when so many leave it with this standard error.

    It is settled where it is `reach` standard errors long.
    """
    if distance <= 0 or worlds * (reach * error / distance) ** 2 > MOST_WORLDS:
        return "the two are equal for all that worlds can tell"
    number = worlds * (reach * error / distance) ** 2
    unit = 10 ** floor(log10(number))
    return f"about {ceil(number / unit) * unit:,} worlds would tell"
