"""Rows that the articles give: who stands where, and what a visit, a package, a format and a crisis do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from steppewise.analysis.patterns.row import LEAST, Measured, Row, effect, frequency
from steppewise.analysis.patterns.variant import Laboratory, Trajectories, Variant
from steppewise.arrays import Array
from steppewise.scenario.events.format import FormatChange
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.quarter import Quarter

BASELINE: Final = Variant()
HISTORY: Final = Variant("history")
Outcome = Callable[[Trajectories], Array]
"""What is looked at in the worlds of a variant."""

ALL: Final = ("kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan")


def quarter(text: str) -> Quarter:
    """A quarter such as 2026Q1."""
    return Quarter.parse(text)


def library(name: str) -> Variant:
    """A scenario of the library."""
    return Variant(name)


def at(variable: str, power: str | None = "japan", state: str | None = None, when: int = -1) -> Outcome:
    """A variable of a power, or of its tie with a state, at a time, (world,)."""
    return lambda course: course.of(variable, power, state)[when]


def mean_of_states(variable: str, power: str | None = None, when: int = -1) -> Outcome:
    """Mean over states of a variable at a time, (world,)."""
    return lambda course: course.of(variable, power)[when].mean(axis=0)


def difference(one: Variant, other: Variant, outcome: Outcome) -> Callable[[Laboratory], Measured]:
    """What an outcome is in one variant more than in another, world by world."""
    return lambda laboratory: effect(outcome(laboratory.course(one)) - outcome(laboratory.course(other)))


def _limited(laboratory: Laboratory) -> Measured:
    shares = laboratory.course(BASELINE).whole("share")[0]
    japan, china, russia = (shares[laboratory.course(BASELINE).powers.index(p)] for p in ("japan", "china", "russia"))
    return Measured(frequency(japan < np.minimum(china, russia)))


def _rank(variable: str, highest_first: bool) -> Callable[[Laboratory], Measured]:
    sign = 1.0 if highest_first else -1.0

    def measure(laboratory: Laboratory) -> Measured:
        course = laboratory.course(BASELINE)
        japan = course.of(variable, "japan")[-1]
        ahead = np.sum([sign * course.of(variable, power)[-1] > sign * japan for power in course.others], axis=0)
        return Measured(frequency(ahead <= 1))

    return measure


def _least_served(laboratory: Laboratory) -> Measured:
    course = laboratory.course(BASELINE)
    japan, *others = (course.of("allocation", p).mean(axis=0).min(axis=0) for p in ("japan", *course.others))
    return Measured(frequency(japan > np.max(others, axis=0)))


def _included(laboratory: Laboratory) -> Measured:
    course = laboratory.course(BASELINE)
    neutral = course.of("allocation", "japan", "turkmenistan").mean(axis=0)
    return Measured(frequency(neutral >= 0.5 / len(course.spec.states)))


def _overtakes(laboratory: Laboratory) -> Measured:
    course = laboratory.course(HISTORY)
    japan, china, russia = (course.of("regional_share", power) for power in ("japan", "china", "russia"))
    ahead = (china[-1] > japan[-1]) & (russia[-1] > japan[-1])
    return Measured(frequency(ahead & (china[-1] - japan[-1] > china[0] - japan[0])))


def _visit(outcome: str) -> Variant:
    blame = 0.0 if outcome == "held" else 0.7
    return Variant(events=(Visit("visit/japan/all/9", quarter("2026Q1"), 1.0, outcome, "japan", ALL, "leader", blame),))  # type: ignore[arg-type]


def _dent(laboratory: Laboratory) -> Array:
    held, cancelled = (laboratory.course(_visit(outcome)) for outcome in ("held", "cancelled"))
    lost: Array = (held.of("regional_trust", "japan") - cancelled.of("regional_trust", "japan")).mean(axis=-1)
    return lost


def _dent_is_small(laboratory: Laboratory) -> Measured:
    return Measured(float(_dent(laboratory).max()))


def _dent_heals(laboratory: Laboratory) -> Measured:
    dent = _dent(laboratory)
    later = min(int(dent.argmax()) + 8, len(dent) - 1)
    return Measured(float(dent[later]))


def _long_horizon(laboratory: Laboratory) -> Measured:
    good, bad = (laboratory.course(Variant(values={"powers.japan.execution": x})) for x in (0.9, 0.5))
    gain = good.of("regional_share", "japan") - bad.of("regional_share", "japan")
    return effect(gain[-1] - gain[8])


def _resilience(laboratory: Laboratory) -> Measured:
    quiet, shaken = laboratory.course(BASELINE), laboratory.course(library("russia-retreat"))
    change = quiet.of("regional_trust", "japan") - shaken.of("regional_trust", "japan")
    return Measured(float(np.abs(change[8:16]).mean(axis=-1).max()))


WITHOUT_FORMAT: Final = Variant(events=(FormatChange("format/japan/-/9", quarter("2025Q4"), 1.0, "ended", "japan"),))

ROWS: Final = (
    Row(
        "japan_limited",
        "Japan's share is small beside Russia's and China's everywhere.",
        "ankasam2021-34",
        "share of worlds in which Japan's share is below both at the start of baseline, lowest of the states",
        _limited,
        lowest=0.75,
        role="used",
    ),
    Row(
        "japan_trusted",
        "Japan is the most or second most trusted power everywhere.",
        "tca2025-06, tca2025-09, ankasam2021-16, ankasam2021-53",
        "share of worlds in which at most one power is trusted more at the end of baseline, lowest of the states",
        _rank("trust", highest_first=True),
        lowest=0.8,
        role="used",
    ),
    Row(
        "japan_dependence_low",
        "Dependence on Japan is the lowest of the four or near it.",
        "tca2025-10, tca2025-12",
        "share of worlds in which at most one power is depended on less at the end of baseline, lowest of the states",
        _rank("dependence", highest_first=False),
        lowest=0.8,
    ),
    Row(
        "nobody_excluded",
        "Nobody is excluded: neutral Turkmenistan has half of an equal part of Japan's money at the least.",
        "ankasam2021-14, ankasam2021-15",
        "share of worlds in which Turkmenistan's mean part of Japan's budget in baseline is .1 or more",
        _included,
    ),
    Row(
        "balanced_approach",
        "Japan is balanced: its least served state has a larger part than the least served of any other power.",
        "ankasam2021-14, tca2025-23",
        "share of worlds in which the lowest of Japan's mean parts of budget exceeds each other power's in baseline",
        _least_served,
        lowest=0.8,
        about=("allocation",),
    ),
    Row(
        "china_overtakes",
        "From 2004 China overtakes and overshadows Japan, and Russia stays ahead of it.",
        "ankasam2021-08",
        "share of worlds of history in which both are ahead in 2025 and China's lead has grown",
        _overtakes,
        lowest=0.8,
    ),
    Row(
        "cancelled_visit_small",
        "A leader's visit cancelled, even with blame, leaves a small dent.",
        "tca2025-02, tca2025-42",
        "largest mean loss of Japan's trust against the same visit held",
        _dent_is_small,
        lowest=0.001,
        highest=0.05,
        about=("trust",),
    ),
    Row(
        "cancelled_visit_heals",
        "The dent heals within about two years.",
        "tca2025-42",
        "mean loss of Japan's trust left two years after the largest, against the same visit held",
        _dent_heals,
        lowest=-0.01,
        highest=0.01,
        role="used",
        about=("trust",),
    ),
    Row(
        "package_delivered",
        "A package delivered raises Japan's share.",
        "tca2025-03, tca2025-35, tca2025-38",
        "Japan's regional share at the end of its five years, more than without the package",
        difference(library("package-delivered"), BASELINE, at("regional_share", when=22)),
        least=0.001,
    ),
    Row(
        "package_announced_only",
        "The same package announced and not delivered lowers trust below no package at all.",
        "tca2025-38",
        "Japan's regional trust while it falls due (2029), less than without the package",
        difference(BASELINE, library("package-announced-only"), at("regional_trust", when=14)),
        least=LEAST,
        about=("slippage",),
    ),
    Row(
        "long_horizon",
        "The bet on trust and delivery pays in the long run.",
        "tca2025-35",
        "Japan's gain in share from execution .9 instead of .5, at the end more than after two years",
        _long_horizon,
        least=0.001,
    ),
    Row(
        "resilience",
        "Great-power swings leave trust in Japan nearly unchanged.",
        "tca2025-42",
        "largest mean change of Japan's regional trust in the third and fourth year after Russia retreats",
        _resilience,
        lowest=0.0,
        highest=0.02,
    ),
    Row(
        "format_helps_owner",
        "A format raises trust in its owner.",
        "tca2025-22, tca2025-24, tca2025-27",
        "trust in Japan at the end, more than where its format ends in 2025",
        difference(BASELINE, WITHOUT_FORMAT, at("regional_trust")),
        least=LEAST,
        about=("dialogue",),
    ),
    Row(
        "format_is_catalyst",
        "Japan's format raises cooperation among the states.",
        "tca2025-33, tca2025-41, ankasam2021-24",
        "mean cooperation at the end, more than where Japan's format ends in 2025",
        difference(BASELINE, WITHOUT_FORMAT, mean_of_states("cooperation")),
        least=LEAST,
        about=("cooperation",),
    ),
    Row(
        "coercive_format",
        "With coercive conditions attached, the same format earns less trust.",
        "tca2025-28",
        "trust in Japan at the end, less than in baseline",
        difference(BASELINE, library("coercive-format"), at("regional_trust")),
        least=LEAST,
    ),
    Row(
        "integration_autonomy",
        "More regional cooperation, more autonomy.",
        "tca2025-12, tca2025-41",
        "regional autonomy at the end, more than in baseline",
        difference(library("regional-integration"), BASELINE, at("regional_autonomy", None)),
        least=LEAST,
    ),
)
