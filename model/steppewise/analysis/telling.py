"""Findings in sentences: what happens in these worlds, never what is to come.

Every sentence is made of the numbers and names its worlds. `advice` says which of them rest on too few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from math import ceil, floor, isfinite, log10
from typing import Final

from steppewise.analysis.findings import MAJORITY, Estimate, Findings, Gap, PowerFinding, StateFinding

BAND_NEEDS: Final = 20
"""Worlds below which a band is not told: one world in twenty lies beyond each of its edges."""

BAND_IS_ROUGH: Final = 200
"""Worlds below which the edges of a band rest on fewer than ten worlds each."""

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
    parts = (_setting, _failures, _shares, _gaps, _leads, _autonomy, _trust, _execution, _sources)
    if not findings.good_worlds:
        return [*_setting(findings), *_failures(findings)]
    return [sentence for part in parts for sentence in part(findings)]


def advice(findings: Findings) -> list[str]:
    """What rests on too few worlds, and about how many would do."""
    if not findings.good_worlds:
        return ["No world ran to the end; the causes stand in runs.parquet."]
    if findings.uncertainty == "none":
        return []
    return [*_rough_bands(findings), *_open_gaps(findings), *_open_leads(findings)]


# numbers in words ---------------------------------------------------------------------------------------


def percent(share: float, decimals: int = 1) -> str:
    """A share as percent: 0.112 is `11.2`."""
    return f"{100 * share:.{decimals}f}"


def band(low: float, high: float) -> str:
    """Two shares as percent, with a decimal where they lie close: `8 to 15`, `8.1 to 9.4`."""
    decimals = 0 if high - low >= 0.03 else 1
    return f"{percent(low, decimals)} to {percent(high, decimals)}"


def decimals_for(error: float, fewest: int = 1, most: int = 4) -> int:
    """Decimals that show one digit of a standard error."""
    if not isfinite(error) or error <= 0:
        return fewest
    return min(max(fewest, -floor(log10(error))), most)


def mean_in_percent(estimate: Estimate) -> str:
    """`mean 11.2, standard error 0.1`, in percent."""
    return _mean(100 * estimate.mean, 100 * estimate.standard_error)


def mean_as_index(estimate: Estimate) -> str:
    """`mean 0.412, standard error 0.002`."""
    return _mean(estimate.mean, estimate.standard_error, 2)


def _mean(mean: float, error: float, fewest: int = 1) -> str:
    decimals = decimals_for(error, fewest)
    if not isfinite(error):
        return f"mean {mean:.{decimals}f}"
    return f"mean {mean:.{decimals}f}, standard error {error:.{decimals}f}"


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


# one part of the findings each --------------------------------------------------------------------------


def _setting(findings: Findings) -> Iterator[str]:
    spec = findings.spec
    worlds = "1 world" if findings.worlds == 1 else f"{findings.worlds:,} worlds"
    yield (
        f"{spec.title}: {worlds} from {spec.start} to {spec.end}, seed {findings.seed}; "
        f"{VARIES[findings.uncertainty]}."
    )


def _failures(findings: Findings) -> Iterator[str]:
    if findings.failures:
        causes = Counter(cause for _, cause in findings.failures).most_common(3)
        told = "; ".join(f"{count} with '{cause}'" for cause, count in causes)
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
    if estimate.worlds < BAND_NEEDS or estimate.high - estimate.low < 1e-4:
        return f"In {_these(estimate.worlds)} {what} is {mean_in_percent(estimate)} percent."
    edges = band(estimate.low, estimate.high).replace(" to ", " and ")
    return f"In 90 of 100 worlds {what} lies between {edges} percent ({mean_in_percent(estimate)})."


def _these(worlds: int) -> str:
    return "this one world" if worlds == 1 else f"these {worlds:,} worlds"


def possessive(name: str) -> str:
    """`Japan's`, `the United States'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _gaps(findings: Findings) -> Iterator[str]:
    if findings.gaps and _is_settled(findings.gaps[0]):
        gap = findings.gaps[0]
        points = percent(gap.difference.mean)
        yield (
            f"{gap.higher.label} has the highest mean regional share, {points} percentage points above "
            f"{gap.lower.label}."
        )


def _leads(findings: Findings) -> Iterator[str]:
    for state in findings.states:
        first = state.first
        worlds = f"{percent(first.share, 0)} percent of the worlds"
        error = f"standard error {percent(first.standard_error)}"
        if state.leader is not None:
            yield f"{first.power.label} leads in {state.state.label} in {worlds} ({error})."
        else:
            yield (
                f"{state.state.label} is open: no power leads there in more than half of the worlds; "
                f"{first.power.label} comes first most often, in {worlds} ({error})."
            )


def _autonomy(findings: Findings) -> Iterator[str]:
    end = findings.spec.end
    yield _range(f"the regional autonomy share in {end}", findings.autonomy.end)
    ordered = sorted(findings.states, key=lambda state: -state.autonomy.end.mean)
    if len(ordered) > 1:
        most, least = ordered[0], ordered[-1]
        yield f"{_kept(most)} keeps the highest autonomy on average, {_kept(least)} the lowest."


def _kept(state: StateFinding) -> str:
    return f"{state.state.label} ({mean_in_percent(state.autonomy.end)} percent)"


def _trust(findings: Findings) -> Iterator[str]:
    told = [f"{power.power.label} ({mean_as_index(power.trust.end)})" for power in _ranked(findings, _trust_of)]
    yield f"Trust, on average over states and from 0 to 1, in {findings.spec.end}: {listed(told)}."


def _execution(findings: Findings) -> Iterator[str]:
    ranked = _ranked(findings, _execution_of)
    told = [f"{power.power.label} {mean_in_percent(power.execution)} percent" for power in ranked]
    yield f"Of what fell due by {findings.spec.end}, delivered in these worlds: {'; '.join(told)}."


def _trust_of(power: PowerFinding) -> float:
    return power.trust.end.mean


def _execution_of(power: PowerFinding) -> float:
    return power.execution.mean


def _ranked(findings: Findings, of: Callable[[PowerFinding], float]) -> list[PowerFinding]:
    return sorted(findings.powers, key=of, reverse=True)


def _sources(findings: Findings) -> Iterator[str]:
    """What the spread of each power's share rests on, in parts of its variance."""
    for power in findings.by_share:
        shares = {
            share.group: share.share
            for share in findings.rests_on
            if share.outcome == f"regional_share.{power.power.name}"
        }
        if "chance" in shares and "ignorance" in shares:
            classes = [f"{name} {percent(part, 0)}" for name, part in shares.items() if name not in _WHOLE]
            yield (
                f"Of the variance of {possessive(power.power.label)} regional share between worlds, chance alone "
                f"accounts for {percent(shares['chance'], 0)} percent and uncertain parameters for "
                f"{percent(shares['ignorance'], 0)} ({listed(classes)}); the rest is both together."
            )


_WHOLE: Final = ("chance", "ignorance")


# advice -------------------------------------------------------------------------------------------------


def _rough_bands(findings: Findings) -> Iterator[str]:
    worlds = findings.good_worlds
    if worlds < BAND_IS_ROUGH:
        yield (
            f"{worlds} worlds are few for bands: fewer than ten worlds lie beyond each edge. "
            f"Run {BAND_IS_ROUGH} or more."
        )


def _open_gaps(findings: Findings) -> Iterator[str]:
    for gap in findings.gaps:
        if gap.difference.worlds > 1 and not _is_settled(gap):
            wanted = worlds_wanted(gap.difference.mean, gap.difference.standard_error, findings.good_worlds)
            yield f"Whether {gap.higher.label} or {gap.lower.label} has the higher mean share is open; {wanted}."


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


def worlds_wanted(distance: float, error: float, worlds: int) -> str:
    """How many worlds would settle a distance, when so many leave it with this standard error."""
    if distance <= 0 or worlds * (SETTLED * error / distance) ** 2 > MOST_WORLDS:
        return "the two are equal for all that worlds can tell"
    number = worlds * (SETTLED * error / distance) ** 2
    unit = 10 ** floor(log10(number))
    return f"about {ceil(number / unit) * unit:,} worlds would tell"
