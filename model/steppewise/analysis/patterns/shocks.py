"""Rows about shocks and rivals: sanctions, crises, unions, surges, and what must stay bounded; in paired worlds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from steppewise.analysis.patterns.articles import ALL, BASELINE, Outcome, at, difference, library, quarter
from steppewise.analysis.patterns.row import LEAST, Measured, Row, frequency
from steppewise.analysis.patterns.variant import Laboratory, Trajectories, Variant
from steppewise.arrays import Array
from steppewise.scenario.events.budget import BudgetChange
from steppewise.scenario.events.membership import Membership
from steppewise.scenario.events.remittance_shock import RemittanceShock
from steppewise.scenario.events.security_crisis import SecurityCrisis
from steppewise.scenario.events.trade_shock import TradeShock


def trade_part(power: str, when: int = -1) -> Outcome:
    """A power's part of the powers' trade with all states, (world,)."""

    def outcome(course: Trajectories) -> Array:
        trade = course.whole("trade")[when].sum(axis=1)
        part: Array = trade[course.powers.index(power)] / trade.sum(axis=0)
        return part

    return outcome


def budget(power: str) -> Outcome:
    """ln of a power's budget at the end, (world,)."""
    return lambda course: np.log(course.of("budget", power)[-1])


def _answered(outcome: Outcome) -> Callable[[Laboratory], Measured]:
    """What an outcome is at a surge of China's with full counterbalancing of Japan's more than with none."""
    full, none = (Variant(values={"powers.japan.counterbalancing": x}, events=SURGE) for x in (1.0, 0.0))
    return difference(full, none, outcome)


def _growing(outcome: Outcome) -> Callable[[Laboratory], Measured]:
    """What an outcome is with growth .06 of China more than with .02."""
    fast, slow = (Variant(values={"powers.china.growth": x}) for x in (0.06, 0.02))
    return difference(fast, slow, outcome)


def _bounded(laboratory: Laboratory) -> Measured:
    century = laboratory.course(Variant(end="2124Q4"))
    return Measured(frequency(century.of("trade_of_gdp").max(axis=0) < 200.0))


def _no_flood(laboratory: Laboratory) -> Measured:
    course = laboratory.course(Variant(values={"powers.japan.effort": 5.0}))
    return Measured(float(np.median(course.of("aid", "japan")[-1], axis=-1).max()))


SURGE: Final = (BudgetChange("budget/china/-/9", quarter("2026Q1"), 1.0, 3.0, "china", 99.0),)
CRISIS: Final = Variant(
    events=(SecurityCrisis("security_crisis/-/tajikistan/9", quarter("2026Q1"), 1.0, 3.0, ("tajikistan",), 5.0),)
)
NO_REMITTANCES: Final = Variant(
    events=(RemittanceShock("remittance_shock/-/all/9", quarter("2026Q1"), 1.0, 0.5, None, ALL, 3.0),)
)
SANCTIONS: Final = Variant(
    events=(TradeShock("trade_shock/russia/all/9", quarter("2026Q1"), 1.0, 0.3, "russia", ALL, 5.0),)
)
UNION: Final = (
    Membership("membership/russia/turkmenistan/9", quarter("2026Q1"), 1.0, "joined", "russia", ("turkmenistan",)),
)

JOINED: Final = Variant(
    events=(Membership("membership/russia/uzbekistan/9", quarter("2026Q1"), 1.0, "joined", "russia", ("uzbekistan",)),)
)

ROWS: Final = (
    Row(
        "sanctions_divert_trade",
        "Sanctions on one power divert trade to others.",
        "Anderson and van Wincoop 2003",
        "ln of China's trade after two years of sanctions on Russia's, more than without",
        difference(SANCTIONS, BASELINE, lambda course: np.log(course.of("trade", "china")[10].sum(axis=0))),
        least=LEAST,
    ),
    Row(
        "sanctions_cost_influence",
        "Sanctions on a power's trade cost it influence.",
        "FBIC (Moyer et al. 2021)",
        "Russia's regional share after two years of sanctions on its trade, less than without",
        difference(BASELINE, SANCTIONS, at("regional_share", "russia", when=10)),
        least=LEAST,
    ),
    Row(
        "crisis_raises_share_of_ally",
        "A security crisis raises the influence of the ally.",
        "ankasam2021-19; Kuik 2008",
        "Russia's share in Tajikistan after three years of crisis, more than without",
        difference(CRISIS, BASELINE, at("share", "russia", "tajikistan", 14)),
        least=LEAST,
        about=("security", "choice"),
    ),
    Row(
        "union_raises_share",
        "A union raises its power's influence in a state that joins.",
        "ankasam2021-08; FBIC (Moyer et al. 2021)",
        "Russia's share in Uzbekistan five years after it joins, more than without",
        difference(JOINED, BASELINE, at("share", "russia", "uzbekistan", 22)),
        least=LEAST,
        about=("security",),
    ),
    Row(
        "answer_keeps_share",
        "Who answers a surge of China's keeps more influence.",
        "tca2025-15, tca2025-29",
        "Japan's share at the end of a surge with full counterbalancing, more than with none",
        _answered(at("regional_share")),
        least=0.0005,
    ),
    Row(
        "crisis_turns_to_ally",
        "A security crisis turns a state to its ally.",
        "ankasam2021-19; Kuik 2008",
        "engagement of Tajikistan with Russia after three years of crisis, more than without",
        difference(CRISIS, BASELINE, at("engagement", "russia", "tajikistan", 14)),
        least=LEAST,
        about=("security",),
    ),
    Row(
        "remittances_cost_russia",
        "A fall of remittances costs Russia influence where migrants' money matters.",
        "World Bank WDI (remittances)",
        "Russia's share in Tajikistan after two years of half the remittances, less than without",
        difference(BASELINE, NO_REMITTANCES, at("share", "russia", "tajikistan", 9)),
        least=0.001,
        about=("people",),
    ),
    Row(
        "neutral_stays_out",
        "A neutral state gains less dependence from a union than one that is not neutral.",
        "ankasam2021-15",
        "dependence of Turkmenistan on Russia's union, had it no neutrality, more than with it",
        difference(
            Variant(values={"states.turkmenistan.neutrality": 0.0}, events=UNION),
            Variant(values={"states.turkmenistan.neutrality": 0.9}, events=UNION),
            at("dependence", "russia", "turkmenistan"),
        ),
        least=LEAST,
        about=("security",),
    ),
    Row(
        "corridors_open_markets",
        "Corridors and cooperation open other markets: the powers' part of trade falls.",
        "tca2025-40, tca2025-41",
        "trade with the powers in percent of GDP at the end of baseline, over that with integration, as ln",
        difference(
            BASELINE,
            library("regional-integration"),
            lambda course: np.log(course.of("trade_of_gdp")[-1].mean(axis=0)),
        ),
        least=LEAST,
        about=("transit", "cooperation"),
    ),
    Row(
        "surge_is_answered",
        "Others answer a surge of China's money.",
        "tca2025-15, tca2025-29, ankasam2021-32",
        "ln of Japan's budget at the end of a surge with full counterbalancing, more than with none",
        _answered(budget("japan")),
        least=LEAST,
        about=("counterbalancing",),
    ),
    Row(
        "growth_pulls_trade",
        "The trade of an economy that grows faster grows faster.",
        "Head and Mayer 2014",
        "China's part of trade at the end with growth .06, more than with .02",
        _growing(trade_part("china")),
        least=0.03,
        about=("gravity",),
    ),
    Row(
        "surge_raises_share",
        "A second wave of China's money raises its influence.",
        "ankasam2021-08",
        "China's regional share at the end of five years of it, more than in baseline",
        difference(library("china-surge"), BASELINE, at("regional_share", "china", when=22)),
        least=0.001,
    ),
    Row(
        "retreat_costs_share",
        "A power that turns away loses influence.",
        "tca2025-18",
        "Russia's regional share five years after its retreat, less than in baseline; it presses less, too",
        difference(BASELINE, library("russia-retreat"), at("regional_share", "russia", when=22)),
        lowest=0.8,
        least=0.001,
    ),
    Row(
        "withdrawal_costs_share",
        "A power that gives up its format and its money loses influence.",
        "tca2025-27",
        "the United States' regional share five years after it withdraws, less than in baseline",
        difference(BASELINE, library("us-withdrawal"), at("regional_share", "united_states", when=22)),
        least=0.001,
    ),
    Row(
        "recession_costs_share",
        "A recession costs influence.",
        "ankasam2021-09",
        "Japan's regional share at the end of japan-recession, less than in baseline",
        difference(BASELINE, library("japan-recession"), at("regional_share")),
        least=0.0005,
    ),
    Row(
        "weak_alliance_costs_share",
        "An alliance that weakens costs influence.",
        "FBIC (Moyer et al. 2021)",
        "Russia's regional share five years after its alliance weakens, less than in baseline",
        difference(BASELINE, library("alliance-weakens"), at("regional_share", "russia", when=22)),
        least=0.001,
        about=("security",),
    ),
    Row(
        "growth_raises_share",
        "An economy that grows faster gains influence.",
        "Hirschman 1945",
        "China's regional share at the end with growth .06, more than with .02",
        _growing(at("regional_share", "china")),
        least=LEAST,
    ),
    Row(
        "trade_stays_bounded",
        "Trade in percent of GDP stays bounded over a century.",
        "trade cannot outgrow an economy for good",
        "share of worlds in which that with the powers stays below 200 % for a century, lowest of the states",
        _bounded,
    ),
    Row(
        "no_flood",
        "Five percent of Japan's GDP do not flood the region.",
        "what a state can take in is limited (Hansen and Tarp 2001)",
        "median aid stock of Japan at the end, percent of GDP, highest of the states",
        _no_flood,
        lowest=0.0,
        highest=60.0,
    ),
)
