"""Rows about levers: what moves what, in which direction, and how much; each in paired worlds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from steppewise.analysis.patterns.articles import (
    ALL,
    BASELINE,
    WITHOUT_FORMAT,
    Outcome,
    at,
    difference,
    library,
    mean_of_states,
    quarter,
)
from steppewise.analysis.patterns.row import LEAST, Measured, Row, effect, frequency
from steppewise.analysis.patterns.variant import Laboratory, Trajectories, Variant
from steppewise.arrays import Array
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.pressure import Pressure


def _with(**values: float) -> Variant:
    """Baseline with values of Japan: `execution=0.9`."""
    return Variant(values={f"powers.japan.{name}": value for name, value in values.items()})


def _package(aid: float, connectivity: float, dialogue: float) -> Variant:
    """Baseline with two billion of Japan's over five years, by some instruments."""
    mix = (aid, connectivity, dialogue)
    return Variant(events=(Package("package/japan/all/9", quarter("2026Q1"), 1.0, 2.0, "japan", ALL, 5.0, mix, 0.9),))


def _effort(execution: float, outcome: Outcome, sign: int = 1) -> Callable[[Laboratory], Measured]:
    """What an outcome is with three times Japan's effort more than with none, or less where the sign is -1."""
    more = Variant(values={"powers.japan.execution": execution}, factors={"powers.japan.effort": 3.0})
    none = _with(execution=execution, effort=0.0)
    return difference(more, none, outcome) if sign > 0 else difference(none, more, outcome)


AID, ROADS, TALK = _package(1, 0, 0), _package(0, 1, 0), _package(0, 0, 1)
FIVE_YEARS_LATER: Final = 22


def _most(one: Variant, others: tuple[Variant, ...], outcome: Outcome) -> Callable[[Laboratory], Measured]:
    """What an outcome is in one variant more than in each of the others: the weakest difference."""

    def measure(laboratory: Laboratory) -> Measured:
        first = outcome(laboratory.course(one))
        return effect(np.array([first - outcome(laboratory.course(other)) for other in others]))

    return measure


def concentration(course: Trajectories) -> Array:
    """Sum of squared influence shares in each state at the end, (state, world)."""
    found: Array = (course.whole("share")[-1] ** 2).sum(axis=0)
    return found


def _fits_best(laboratory: Laboratory) -> Measured:
    fit = laboratory.course(BASELINE).whole("fit")[-1].mean(axis=1)
    return Measured(frequency(fit[0] >= fit.max(axis=0)))


PRESSED: Final = Variant(events=(Pressure("pressure/china/all/9", quarter("2027Q1"), 1.0, 0.7, "china", ALL, 2.0),))
ROWS: Final = (
    Row(
        "delivered_effort_raises_trust",
        "Effort that is delivered raises trust.",
        "tca2025-16, tca2025-35, ankasam2021-35",
        "trust in Japan at the end with execution .9 and three times the effort, more than with none",
        _effort(0.9, at("regional_trust")),
        least=LEAST,
    ),
    Row(
        "delivered_effort_raises_trust_at_70",
        "Effort raises trust at an execution of .7 already.",
        "tca2025-16, tca2025-35",
        "the same with execution .7",
        _effort(0.7, at("regional_trust")),
        least=LEAST,
    ),
    Row(
        "undelivered_effort_lowers_trust",
        "Effort that is not delivered lowers trust.",
        "tca2025-38",
        "trust in Japan at the end with execution .3 and no effort, more than with three times the effort",
        _effort(0.3, at("regional_trust"), sign=-1),
        least=LEAST,
        about=("slippage",),
    ),
    Row(
        "effort_raises_share",
        "More effort, more influence.",
        "ankasam2021-35",
        "Japan's share at the end with execution .9 and three times the effort, more than with none",
        _effort(0.9, at("regional_share")),
        least=LEAST,
    ),
    Row(
        "execution_raises_trust",
        "Keeping promises raises trust.",
        "tca2025-38, tca2025-44",
        "trust in Japan at the end with execution .9, more than with .5",
        difference(_with(execution=0.9), _with(execution=0.5), at("regional_trust")),
        least=LEAST,
        about=("slippage",),
    ),
    Row(
        "responsiveness_raises_trust",
        "Who follows needs is trusted more.",
        "tca2025-31",
        "trust in Japan at the end with responsiveness 1, more than with 0",
        difference(_with(responsiveness=1.0), _with(responsiveness=0.0), at("regional_trust")),
        least=LEAST,
        about=("responsiveness",),
    ),
    Row(
        "differentiation_fits",
        "Who leaves crowded sectors fits better.",
        "tca2025-29, tca2025-34",
        "mean fit of Japan's offers at the end with differentiation 1, more than with 0",
        difference(_with(differentiation=1.0), _with(differentiation=0.0), mean_of_states("fit", "japan")),
        least=LEAST,
        about=("differentiation",),
    ),
    Row(
        "japan_fits_best",
        "Of all powers Japan's offers fit the needs of the states best.",
        "tca2025-31",
        "share of worlds in which the mean fit of Japan's offers at the end of baseline is the highest",
        _fits_best,
    ),
    Row(
        "pressure_costs_trust",
        "Open pressure costs trust.",
        "tca2025-28",
        "trust in China at the end of two years of pressure, less than without",
        difference(BASELINE, PRESSED, at("regional_trust", "china", when=13)),
        least=LEAST,
        about=("pressure",),
    ),
    Row(
        "pressure_costs_influence",
        "Open pressure costs influence in the end.",
        "tca2025-28",
        "China's regional share two years after two years of pressure, less than without",
        difference(BASELINE, PRESSED, at("regional_share", "china", when=21)),
        least=0.001,
        about=("pressure",),
    ),
    Row(
        "execution_raises_share",
        "Keeping promises raises influence.",
        "tca2025-35, tca2025-38",
        "Japan's share at the end with execution .9, more than with .5",
        difference(_with(execution=0.9), _with(execution=0.5), at("regional_share")),
        least=LEAST,
    ),
    Row(
        "coercion_costs_influence",
        "Coercive conditions cost influence.",
        "tca2025-28",
        "Japan's share at the end, less than in baseline",
        difference(BASELINE, library("coercive-format"), at("regional_share")),
        least=LEAST,
    ),
    Row(
        "capacity_raises_autonomy",
        "Capacity that aid builds gives states weight of their own.",
        "tca2025-12, ankasam2021-23",
        "regional autonomy at the end where aid builds capacity twice as fast, more than where it builds none",
        difference(
            Variant(factors={"world.absorption.gain": 2.0}),
            Variant(values={"world.absorption.gain": 0.0}),
            at("regional_autonomy", None),
        ),
        least=LEAST,
        about=("absorption", "capacity_autonomy"),
    ),
    Row(
        "hedging_spreads",
        "Hedging lowers concentration in every state.",
        "ankasam2021-52; Kuik 2008",
        "sum of squared shares at the end without hedging, more than with twice as much, the weakest of the states",
        difference(
            Variant(values={"states.*.hedging": 0.0}), Variant(factors={"states.*.hedging": 2.0}), concentration
        ),
        least=LEAST,
        about=("hedging", "choice"),
    ),
    Row(
        "aid_is_capacity",
        "Aid builds capacity most.",
        "tca2025-12",
        "mean capacity five years after two billion of aid, more than after as much for roads or talk",
        _most(AID, (ROADS, TALK), mean_of_states("absorptive_capacity", None, FIVE_YEARS_LATER)),
        least=0.001,
        about=("absorption",),
    ),
    Row(
        "roads_are_trade",
        "Roads bring trade most.",
        "tca2025-17, tca2025-40",
        "Japan's trade at the end after two billion for roads, over its trade after as much for aid or talk, as ln",
        _most(ROADS, (AID, TALK), lambda course: np.log(course.of("trade", "japan")[-1].sum(axis=0))),
        least=LEAST,
        about=("connectivity_trade",),
    ),
    Row(
        "talk_is_trust",
        "Talk brings trust most.",
        "tca2025-24",
        "trust in Japan five years after two billion for dialogue, more than after as much for aid or roads",
        _most(TALK, (AID, ROADS), at("regional_trust", when=FIVE_YEARS_LATER)),
        least=0.001,
        about=("dialogue",),
    ),
    Row(
        "format_raises_share",
        "A format raises the influence of its owner.",
        "tca2025-22, tca2025-27",
        "Japan's share at the end, more than where its format ends in 2025",
        difference(BASELINE, WITHOUT_FORMAT, at("regional_share")),
        least=0.001,
    ),
    Row(
        "roads_are_influence",
        "A billion for roads raises influence through trade and dependence.",
        "tca2025-17; Hirschman 1945",
        "Japan's share at the end with two billion for roads, more than without",
        difference(ROADS, BASELINE, at("regional_share")),
        least=0.001,
    ),
    Row(
        "talk_raises_share",
        "Talk raises influence through trust.",
        "tca2025-16, tca2025-24",
        "Japan's share five years after two billion for dialogue, more than without",
        difference(TALK, BASELINE, at("regional_share", when=FIVE_YEARS_LATER)),
        least=0.001,
    ),
    Row(
        "aid_raises_share",
        "Aid raises influence.",
        "tca2025-12, ankasam2021-05",
        "Japan's share five years after two billion of aid, more than without",
        difference(AID, BASELINE, at("regional_share", when=FIVE_YEARS_LATER)),
        least=0.001,
    ),
    Row(
        "meetings_raise_share",
        "More meetings, more influence.",
        "tca2025-01, ankasam2021-13",
        "Japan's share at the end with four meetings a year, more than with one",
        difference(_with(meetings_per_year=4.0), _with(meetings_per_year=1.0), at("regional_share")),
        least=LEAST,
        about=("dialogue",),
    ),
    Row(
        "responsiveness_raises_share",
        "Who follows needs gains influence.",
        "tca2025-31",
        "Japan's share at the end with responsiveness 1, more than with 0",
        difference(_with(responsiveness=1.0), _with(responsiveness=0.0), at("regional_share")),
        least=0.0005,
        about=("responsiveness",),
    ),
    Row(
        "predictability_raises_share",
        "Who is predictable gains influence.",
        "tca2025-26, tca2025-37",
        "Japan's share at the end with predictability .9, more than with .3",
        difference(_with(predictability=0.9), _with(predictability=0.3), at("regional_share")),
        least=LEAST,
    ),
    Row(
        "integration_costs_the_strongest",
        "Cooperation of the states costs the power that they depend on most.",
        "tca2025-12, tca2025-41",
        "Russia's share at the end of regional-integration, less than in baseline",
        difference(BASELINE, library("regional-integration"), at("regional_share", "russia")),
        least=LEAST,
        about=("cooperation",),
    ),
)
