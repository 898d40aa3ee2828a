"""A comparison in sentences: what differs in these worlds, never what is to come; and what rests on too few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from steppewise.analysis.comparison import Differences, PairedDifference, reach_of
from steppewise.evidence.types import Actor
from steppewise.scenario.contrast import remarks
from steppewise.wording.names import listed, possessive
from steppewise.wording.numbers import Measure, in_worlds, is_visible, measure_of_change
from steppewise.wording.run import VARIES, failures, rough_bands, worlds_wanted
from steppewise.world.variables import LEADS, OUTCOMES

SHARE, AUTONOMY, TRUST, EXECUTION = "regional_share", "regional_autonomy", "regional_trust", "execution"

PASSING: Final = 1.25
"""A difference has passed its peak where that was so many times what is left at the end."""


def measure_of(variable: str) -> Measure:
    """How differences of a variable are told."""
    return measure_of_change(OUTCOMES[variable].unit)


def sentences(found: Iterable[Differences]) -> list[str]:
    """All that a comparison found, in plain sentences, one scenario after the other."""
    return [sentence for one in found for sentence in of_one(one)]


def of_one(found: Differences) -> list[str]:
    """The sentences on one scenario against the first."""
    if not found.good_worlds or found.is_nothing:
        return opening(found)
    return [*opening(found), *_shares(found), *_course(found), *_places(found), *_others(found)]


def opening(found: Differences) -> list[str]:
    """What is compared and what had to be left out; and whether nothing differs."""
    told = [*_setting(found), *remarks(found.first, found.further), *failures(found)]
    if found.good_worlds and found.is_nothing:
        worlds = in_worlds(1.0, found.good_worlds)
        told.append(f"Nothing differs: in {worlds} every variable is the same in every quarter, to the last digit.")
    return told


def advice(found: Iterable[Differences]) -> list[str]:
    """Which differences rest on too few worlds, and about how many would do."""
    told = [sentence for one in found for sentence in _advice(one)]
    return list(dict.fromkeys(told))


# one part of a comparison each --------------------------------------------------------------------------


def _setting(found: Differences) -> Iterator[str]:
    first, further, plan = found.first, found.further, found.plan
    worlds = "one world" if plan.worlds == 1 else f"{plan.worlds:,} worlds"
    yield (
        f"{further.title} ({further.name}) against {first.title} ({first.name}): the same {worlds} under both, from "
        f"{found.spec.start} to {found.spec.end}, seed {plan.seed}; {VARIES[plan.uncertainty]}."
    )


def _shares(found: Differences) -> Iterator[str]:
    """Each power's regional share, the largest difference first, then autonomy."""
    for power in by_size(found, SHARE):
        what = f"{possessive(power.label)} regional share in {found.spec.end}"
        yield verdict(what, found, found.at(SHARE, power.name), measure_of(SHARE))
    what = f"the regional autonomy share in {found.spec.end}"
    yield verdict(what, found, found.at(AUTONOMY), measure_of(AUTONOMY))


def by_size(found: Differences, variable: str) -> list[Actor]:
    """The powers, that with the largest mean difference at the end first."""
    return sorted(found.spec.powers, key=lambda power: -abs(found.at(variable, power.name).mean))


def verdict(what: str, found: Differences, difference: PairedDifference, measure: Measure) -> str:
    """In how many worlds a quantity is higher or lower, and by how much on average."""
    further, first, worlds = found.further.name, found.first.name, difference.worlds
    if difference.is_nothing:
        return f"In {in_worlds(1.0, worlds)} {what} is exactly the same with {further} as in {first}."
    up = difference.positive >= difference.negative
    often = in_worlds(max(difference.positive, difference.negative), worlds)
    head = f"In {often} {what} is {_way(up)} with {further} than in {first}"
    if worlds == 1 or not difference.standard_error:
        return f"{head}, by {measure.amount(abs(difference.mean), np.nan)}."
    if 0 < difference.zero < 1:
        head += f", in {in_worlds(difference.zero, worlds)} exactly the same"
    return f"{head}{_on_average(difference, measure, up)}."


def _on_average(difference: PairedDifference, measure: Measure, up: bool) -> str:
    """What the mean says where most of the worlds that differ go up, or down."""
    above = difference.mean > 0
    by = _by(difference, measure, 1.0 if above else -1.0)
    if not difference.is_settled:
        other = in_worlds(min(difference.positive, difference.negative), difference.worlds)
        return f", in {other} {_way(not up)}; which of the two holds on average is open: {_way(above)} {by}"
    return f", over all worlds {by}" if up == above else f", yet over all worlds {_way(above)} {by}"


def _way(up: bool) -> str:
    return "higher" if up else "lower"


def _by(difference: PairedDifference, measure: Measure, sign: float) -> str:
    """`by 1.2 points on average (95 % interval 1.1 to 1.3; unpaired it would be 0.8 to 1.6)`."""
    mean = measure.amount(sign * difference.mean, difference.standard_error)
    paired, unpaired = interval(difference, measure, sign), unpaired_interval(difference, measure, sign)
    return f"by {mean} on average (95 % interval {paired}; unpaired it would be {unpaired})"


def interval(difference: PairedDifference, measure: Measure, sign: float = 1.0) -> str:
    """The 95 % interval of the mean difference, or of its negative: `1.1 to 1.3`."""
    ends = sorted((sign * difference.interval_low, sign * difference.interval_high))
    return " to ".join(measure.number(end, difference.standard_error) for end in ends)


def unpaired_interval(difference: PairedDifference, measure: Measure, sign: float = 1.0) -> str:
    """The interval as if the scenarios had been run with different luck, to the digits of the paired one."""
    ends = sorted((sign * difference.unpaired_low, sign * difference.unpaired_high))
    return " to ".join(measure.number(end, difference.standard_error) for end in ends)


def _course(found: Differences) -> Iterator[str]:
    """When the largest difference of a regional share was largest, if it has faded since."""
    means = found.statistic(SHARE, "mean")
    when, who = np.unravel_index(np.abs(means).argmax(), means.shape)
    peak, last = float(means[when, who]), float(means[-1, who])
    if abs(peak) > PASSING * abs(last):
        of, quarter = found.spec.powers[who], found.spec.quarters[when]
        error = found.at(SHARE, of.name).standard_error
        told = [measure_of(SHARE).signed(value, error) for value in (peak, last)]
        yield (
            f"The mean difference of {possessive(of.label)} regional share is largest in {quarter}, {told[0]} points; "
            f"in {found.spec.end} {told[1]} points are left of it."
        )


def _places(found: Differences) -> Iterator[str]:
    """In which states the share of the power that differs most does so most and least."""
    power, measure = by_size(found, SHARE)[0], measure_of(SHARE)
    own = {state.label: found.at("share", power.name, state.name) for state in found.spec.states}
    order = sorted(own, key=lambda state: -abs(own[state].mean))
    if len(order) > 1 and not own[order[0]].is_nothing:
        most, least = (
            f"{state} ({measure.signed(own[state].mean, own[state].standard_error)} points)"
            for state in (order[0], order[-1])
        )
        yield f"{possessive(power.label)} influence share differs most in {most}, least in {least}."


def _others(found: Differences) -> Iterator[str]:
    """Trust, execution and leads: the mean differences with their intervals, in one sentence each."""
    yield from _list(found, TRUST, f"Mean trust in {found.spec.end}, from 0 to 1, differs by")
    yield from _list(found, EXECUTION, f"What is delivered of what fell due by {found.spec.end} differs by")
    yield from _list(found, LEADS.name, f"The number of states led in {found.spec.end} differs by")


def _list(found: Differences, variable: str, head: str) -> Iterator[str]:
    """The powers with differences that show, and who has smaller ones or none; nothing where none shows."""
    measure = measure_of(variable)
    told: list[str] = []
    small: list[str] = []
    same: list[str] = []
    for power in by_size(found, variable):
        difference = found.at(variable, power.name)
        if difference.is_nothing:
            same.append(power.label)
        elif is_visible(measure.number(difference.mean, difference.standard_error)):
            told.append(_listed(power, difference, measure, not told))
        else:
            small.append(power.label)
    rest = f"; by next to nothing for {listed(small)}" if small else ""
    rest += f"; by nothing for {listed(same)}" if same else ""
    if told:
        yield f"{head} {listed(told)}{rest}."


def _listed(power: Actor, difference: PairedDifference, measure: Measure, first: bool) -> str:
    """`+0.012 for Japan (95 % interval 0.010 to 0.014)`; later ones in a list say no more what it is."""
    told = f"{measure.signed(difference.mean, difference.standard_error)}{measure.unit} for {power.label}"
    low, _, high = interval(difference, measure).partition(" to ")
    if low == high or difference.worlds < 2:
        return told
    return f"{told} ({'95 % interval ' if first else ''}{low} to {high})"


# advice -------------------------------------------------------------------------------------------------


def _advice(found: Differences) -> Iterator[str]:
    if not found.good_worlds:
        yield "No world ran to the end under both scenarios; the causes stand in runs.parquet."
    elif found.plan.uncertainty != "none":
        yield from rough_bands(found.good_worlds)
        yield from _open_signs(found)


def _open_signs(found: Differences) -> Iterator[str]:
    told = {f"{possessive(p.label)} regional share": found.at(SHARE, p.name) for p in found.spec.powers}
    told["the regional autonomy share"] = found.at(AUTONOMY)
    for what, difference in told.items():
        if difference.worlds > 1 and not difference.is_settled:
            worlds, error = difference.worlds, difference.standard_error
            wanted = worlds_wanted(abs(difference.mean), error, worlds, reach_of(worlds))
            yield (
                f"Whether {what} is on average higher or lower with {found.further.name} than in "
                f"{found.first.name} is open; {wanted}."
            )
