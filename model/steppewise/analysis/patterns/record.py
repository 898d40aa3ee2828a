"""Rows that the public record gives: levels and timing of `history`, against observations to 2010 and known dates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from steppewise.analysis.observations import Observation, record
from steppewise.analysis.patterns.articles import BASELINE, HISTORY
from steppewise.analysis.patterns.row import Measured, Row, frequency
from steppewise.analysis.patterns.variant import Laboratory, Trajectories
from steppewise.arrays import Array

YEARS: Final = range(2005, 2011)
AIDDATA: Final = {
    "kazakhstan": 0.652,
    "uzbekistan": 0.148,
    "kyrgyzstan": 0.019,
    "tajikistan": 0.04,
    "turkmenistan": 0.141,
}
"""Parts of the five in China's commitments of 2005-2010 (AidData GCDF 3.0)."""


def part_of_trade(course: Trajectories, year: int) -> Array:
    """Parts of the powers in their trade with all states in a year, (power, world)."""
    trade = course.whole("trade")[course.year(year)].mean(axis=0).sum(axis=1)
    parts: Array = trade / trade.sum(axis=0)
    return parts


def parts_by_state(course: Trajectories, year: int) -> Array:
    """Parts of the powers in their trade with each state in a year, (power, state, world)."""
    trade = course.whole("trade")[course.year(year)].mean(axis=0)
    parts: Array = trade / trade.sum(axis=0)
    return parts


def _rises(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    china, russia = course.powers.index("china"), course.powers.index("russia")
    then, now = part_of_trade(course, 2005), part_of_trade(course, 2009)
    return Measured(float(np.median(np.minimum(now[china] - then[china], then[russia] - now[russia]))))


def _passes(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    trade = course.whole("trade").sum(axis=2)
    ahead = trade[:, course.powers.index("china")] > trade[:, course.powers.index("russia")]
    first = np.where(ahead.any(axis=0), ahead.argmax(axis=0), len(ahead))
    return Measured(float(np.median(first) / 4 + course.spec.start.years))


def _between(power: str, lowest: float, highest: float) -> Callable[[Laboratory], Measured]:
    def measure(laboratory: Laboratory) -> Measured:
        course = laboratory.course(HISTORY)
        mean = np.mean([part_of_trade(course, year)[course.powers.index(power)] for year in YEARS], axis=0)
        return Measured(frequency((mean >= lowest) & (mean <= highest)))

    return measure


def _money(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    inside = [i for year in YEARS for i in course.year(year)]
    money = (course.of("budget", "china")[inside][:, None] * course.of("allocation", "china")[inside]).sum(axis=0)
    parts = np.median(money / money.sum(axis=0), axis=-1)
    recorded = np.array([AIDDATA[name] for name in course.spec.state_names])
    return Measured(float(np.abs(parts - recorded).mean()))


def _pipeline(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    tie = course.powers.index("china"), course.spec.state_names.index("turkmenistan")
    return Measured(float(np.median(parts_by_state(course, 2010)[tie] - parts_by_state(course, 2005)[tie])))


def _russia_first(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    russia, china = (
        course.of("formal_capacity", power)[course.year(2010)].mean(axis=(0, 1)) for power in ("russia", "china")
    )
    return Measured(frequency(russia > china))


def _approval(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    inside = [i for year in range(2006, 2011) for i in course.year(year)]
    asked = [i for i, name in enumerate(course.spec.state_names) if name != "turkmenistan"]
    russia, china, us = (
        course.of("trust", power)[inside][:, asked].mean(axis=(0, 1)) for power in ("russia", "china", "united_states")
    )
    return Measured(frequency((russia > china) & (china > us)))


def _adopts(power: str) -> Callable[[Laboratory], Measured]:
    def measure(laboratory: Laboratory) -> Measured:
        course = laboratory.course(HISTORY)
        has = course.of("has_format", power) > 0
        first = np.where(has.any(axis=0), has.argmax(axis=0), len(has) + 20)
        return Measured(float(np.median(first) / 4 + course.spec.start.years))

    return measure


def observed_parts() -> list[Observation]:
    """Observed parts of the powers in their trade with each state, 2005 to 2010."""
    return [one for one in record() if one.variable == "trade_share" and one.first.year in YEARS]


def _worlds(course: Trajectories, one: Observation) -> Array:
    """What the worlds have in place of an observed part of trade, (world,)."""
    tie = course.powers.index(str(one.power)), course.spec.state_names.index(str(one.state))
    parts: Array = parts_by_state(course, one.first.year)[tie]
    return parts


def coverage(course: Trajectories, lowest: float = 0.05, highest: float = 0.95) -> dict[str, list[bool]]:
    """Whether each observed part of trade lies in the band between two quantiles, by power."""
    inside: dict[str, list[bool]] = {}
    for one in observed_parts():
        low, high = np.quantile(_worlds(course, one), (lowest, highest))
        inside.setdefault(str(one.power), []).append(bool(low <= one.value <= high))
    return inside


def _covered(laboratory: Laboratory) -> Measured:
    by_power = coverage(laboratory.course(HISTORY))
    detail = "; ".join(f"{power} {np.mean(inside):.2f}" for power, inside in by_power.items())
    return Measured(float(np.mean([each for inside in by_power.values() for each in inside])), detail=detail)


def _error(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    errors = [float(np.median(_worlds(course, one))) - one.value for one in observed_parts()]
    return Measured(float(np.sqrt(np.mean(np.square(errors)))))


def _volatility(variable: str, power: str) -> Callable[[Laboratory], Measured]:
    """Standard deviation of yearly changes of ln money, median world."""

    def measure(laboratory: Laboratory) -> Measured:
        course = laboratory.course(HISTORY)
        quarters = [course.year(year) for year in range(2005, 2012)]
        money = np.array([course.of(variable, power)[inside].mean(axis=0) for inside in quarters])
        return Measured(float(np.median(np.diff(np.log(money), axis=0).std(axis=0))))

    return measure


def _strays(laboratory: Laboratory) -> Measured:
    course = laboratory.course(BASELINE)
    yearly = np.diff(course.of("delivered", "japan")[1::4], axis=0)
    return Measured(float(np.median(np.diff(np.log(yearly), axis=0).std(axis=0))))


ROWS: Final = (
    Row(
        "aid_fluctuates",
        "A donor's aid fluctuates from year to year.",
        "ForeignAssistance.gov (obligations of 1994-2010, yearly standard deviation of ln .43, bookings included)",
        "standard deviation of yearly changes of ln budget of the United States, 2005 to 2011, median world",
        _volatility("budget", "united_states"),
        lowest=0.1,
        highest=0.45,
        role="used",
    ),
    Row(
        "deliveries_stray",
        "What a donor delivers strays from year to year, even where its budget is steady.",
        "Celasun and Walliser 2008 (aid that strays from plan)",
        "standard deviation of yearly changes of ln of what Japan delivers in baseline, median world",
        _strays,
        lowest=0.035,
        highest=0.25,
    ),
    Row(
        "trade_china_rises",
        "China's part of the powers' trade rises while Russia's falls.",
        "Correlates of War, Dyadic Trade 4.0",
        "the smaller of China's rise and Russia's fall from 2005 to 2009, median world of history (recorded .21, .14)",
        _rises,
        lowest=0.07,
        highest=0.25,
        role="used",
    ),
    Row(
        "trade_passes_russia",
        "China's trade with the five passes Russia's around 2009.",
        "Correlates of War, Dyadic Trade 4.0",
        "median decimal year in which China's trade first exceeds Russia's in history",
        _passes,
        lowest=2007.0,
        highest=2011.99,
        role="used",
    ),
    Row(
        "trade_japan_band",
        "Japan's part of the powers' trade stays between .02 and .05.",
        "Correlates of War, Dyadic Trade 4.0",
        "share of worlds of history in which its mean over 2005 to 2010 lies there",
        _between("japan", 0.02, 0.05),
        lowest=0.8,
    ),
    Row(
        "trade_us_band",
        "The United States' part of the powers' trade stays under .15.",
        "Correlates of War, Dyadic Trade 4.0",
        "share of worlds of history in which its mean over 2005 to 2010 lies there",
        _between("united_states", 0.0, 0.15),
        lowest=0.8,
    ),
    Row(
        "trade_covered",
        "Observed trade of 2005 to 2010 lies in the bands that should hold nine of ten observations.",
        "Correlates of War, Dyadic Trade 4.0",
        "share of observed parts of trade, by tie and year, within the 5 to 95 % band of history",
        _covered,
        lowest=0.7,
        highest=0.97,
        role="used",
    ),
    Row(
        "trade_error",
        "The median world follows observed trade by tie.",
        "Correlates of War, Dyadic Trade 4.0",
        "root mean square error of parts of trade in each state, 2005 to 2010, median world of history",
        _error,
        lowest=0.0,
        highest=0.11,
        role="used",
    ),
    Row(
        "china_money_by_state",
        "China's money follows the size of economies.",
        "AidData GCDF 3.0",
        "mean distance of the five's parts of China's money of 2005 to 2010 from those recorded, median world",
        _money,
        lowest=0.0,
        highest=0.06,
        role="used",
    ),
    Row(
        "pipeline_turkmenistan",
        "Turkmenistan's trade with China rises with the pipeline of 2009.",
        "Correlates of War, Dyadic Trade 4.0",
        "rise of China's part of the powers' trade with Turkmenistan from 2005 to 2010, median world",
        _pipeline,
        lowest=0.1,
        highest=0.6,
    ),
    Row(
        "russia_first_in_2010",
        "Russia is ahead of China in influence capacity in 2010.",
        "FBIC (Moyer et al. 2021)",
        "share of worlds of history in which the mean of bandwidth times dependence is higher for Russia",
        _russia_first,
    ),
    Row(
        "approval_order",
        "In public opinion Russia comes before China, and China before the United States.",
        "Gallup World Poll 2006-2010, as reported in public",
        "share of worlds of history in which trust has that order, mean of the four states that were asked",
        _approval,
        lowest=0.5,
        role="used",
    ),
    *(
        Row(
            f"format_of_{power}",
            f"{label} adopts a format around {year}.",
            source,
            "median decimal year of adoption in history",
            _adopts(power),
            lowest=year - 3.0,
            highest=year + 3.0,
        )
        for power, label, year, source in (
            ("united_states", "The United States", 2015, "C5+1 of Samarkand, November 2015; tca2025-27"),
            ("china", "China", 2020, "first China + Central Asia meeting, July 2020; tca2025-27"),
            ("russia", "Russia", 2022, "first Russia - Central Asia summit, October 2022; tca2025-27"),
        )
    ),
)
