"""What the model must reproduce before anyone may believe it: the pattern table, each row measured by running it.

Pattern-oriented modelling, Grimm et al. 2005. A pattern that was used to set a value is marked `used`; the others
are held out. A row that fails stays in the table as failing, with the reason as far as it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from steppewise.analysis import measures
from steppewise.analysis.courses import Runs
from steppewise.experiment.ensemble import Plan, Progress

Role = Literal["used", "held out"]


@dataclass(frozen=True)
class Pattern:
    """One row: what must show, who says so, how it is measured, which values are accepted."""

    id: str
    statement: str
    source: str
    statistic: str
    lowest: float
    highest: float
    role: Role
    scenarios: tuple[str, ...]
    measure: Callable[[Runs], float]
    known_reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """A pattern measured. `passed` is never set by hand."""

    pattern: Pattern
    value: float

    @property
    def passed(self) -> bool:
        """True where the value lies in the accepted band."""
        return bool(self.pattern.lowest <= self.value <= self.pattern.highest)

    @property
    def reason(self) -> str:
        """Why the row fails, as far as it is known; empty where it passes."""
        if self.passed:
            return ""
        return self.pattern.known_reason or "not yet understood"


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "japan_limited",
        "Japan's share is small beside Russia's and China's everywhere.",
        "ankasam2021-34",
        "share of worlds in which Japan's share is below both at the start of baseline, lowest of the states",
        0.75,
        1.0,
        "used",
        ("baseline",),
        measures.limited,
    ),
    Pattern(
        "japan_trusted",
        "Japan is the most or second most trusted power everywhere.",
        "tca2025-06, tca2025-09, ankasam2021-16",
        "share of worlds in which at most one power is trusted more at the end of baseline, lowest of the states",
        0.8,
        1.0,
        "used",
        ("baseline",),
        lambda runs: measures.rank_of_japan(runs, "trust", highest_first=True),
    ),
    Pattern(
        "japan_dependence_low",
        "Dependence on Japan is the lowest of the four or near it.",
        "tca2025-10, tca2025-12",
        "share of worlds in which at most one power is depended on less at the end of baseline, lowest of the states",
        0.8,
        1.0,
        "held out",
        ("baseline",),
        lambda runs: measures.rank_of_japan(runs, "dependence", highest_first=False),
    ),
    Pattern(
        "nobody_excluded",
        "Nobody is excluded: Turkmenistan, neutral, has a larger part of Japan's attention than of any other's.",
        "ankasam2021-15",
        "share of worlds in which Japan's mean share of budget for Turkmenistan exceeds each other power's in baseline",
        0.8,
        1.0,
        "held out",
        ("baseline",),
        measures.nobody_excluded,
        "China goes where the gas is: its weight of resources gives Turkmenistan more than an equal part, Japan's even "
        "hand just that. The article says that Turkmenistan was included, which balanced_approach measures.",
    ),
    Pattern(
        "balanced_approach",
        "Japan is balanced: its least served state has a larger part than the least served of any other power.",
        "ankasam2021-14, tca2025-23",
        "share of worlds in which the lowest of Japan's mean shares of budget exceeds each other power's in baseline",
        0.8,
        1.0,
        "held out",
        ("baseline",),
        measures.least_served,
    ),
    Pattern(
        "china_overtakes",
        "From 2004 China overtakes and overshadows Japan, and Russia stays ahead of it.",
        "ankasam2021-08",
        "share of worlds of history in which both are ahead in 2025 and China's lead has grown",
        0.8,
        1.0,
        "held out",
        ("history",),
        measures.china_overtakes,
    ),
    Pattern(
        "format_spreads",
        "The C5+1 format spreads from Japan to the others.",
        "tca2025-05, tca2025-27, ankasam2021-11",
        "mean number of the other three powers that have a format of their own by 2025 in history",
        1.5,
        3.0,
        "used",
        ("history",),
        measures.format_spreads,
    ),
    Pattern(
        "cancelled_visit_small",
        "A leader's visit cancelled, even with blame, leaves a small dent.",
        "tca2025-02, tca2025-42",
        "largest mean loss of Japan's trust against the same visit held",
        0.001,
        0.05,
        "held out",
        ("visit-held", "visit-cancelled-blamed"),
        measures.visit_small,
    ),
    Pattern(
        "cancelled_visit_heals",
        "The dent heals within about two years.",
        "tca2025-42",
        "mean loss of Japan's trust left two years after the largest, against the same visit held",
        -0.01,
        0.01,
        "used",
        ("visit-held", "visit-cancelled-blamed"),
        measures.visit_heals,
    ),
    Pattern(
        "package_delivered",
        "A package delivered raises Japan's share.",
        "tca2025-03, tca2025-35, tca2025-38",
        "share of worlds in which Japan's regional share is higher at the end than without the package",
        0.9,
        1.0,
        "held out",
        ("baseline", "package-delivered"),
        lambda runs: measures.paired(runs, "regional_share", "package-delivered", "baseline"),
    ),
    Pattern(
        "package_announced_only",
        "The same package announced and not delivered lowers its trust below no package at all.",
        "tca2025-38",
        "share of worlds in which Japan's regional trust is lower at the end than without the package",
        0.9,
        1.0,
        "held out",
        ("baseline", "package-announced-only"),
        lambda runs: measures.paired(runs, "regional_trust", "baseline", "package-announced-only"),
    ),
    Pattern(
        "coercive_format",
        "With coercive conditions attached, the same format earns less trust.",
        "tca2025-28",
        "share of worlds in which Japan's regional trust is lower at the end than in baseline",
        0.9,
        1.0,
        "held out",
        ("baseline", "coercive-format"),
        lambda runs: measures.paired(runs, "regional_trust", "baseline", "coercive-format"),
    ),
    Pattern(
        "cooperation_autonomy",
        "More regional cooperation, more autonomy.",
        "tca2025-41",
        "share of worlds in which regional autonomy is higher at the end than in baseline",
        0.9,
        1.0,
        "held out",
        ("baseline", "regional-integration"),
        measures.more_autonomy,
    ),
    Pattern(
        "long_horizon",
        "The bet on trust and delivery pays in the long run.",
        "tca2025-35",
        "share of worlds in which Japan's gain in share from execution .9 instead of .5 is larger at the end than "
        "after two years",
        0.9,
        1.0,
        "held out",
        ("baseline",),
        measures.long_horizon,
    ),
    Pattern(
        "resilience",
        "Great-power swings leave trust in Japan nearly unchanged.",
        "tca2025-42",
        "largest mean change of Japan's regional trust in the third and fourth year after Russia retreats",
        0.0,
        0.02,
        "held out",
        ("baseline", "russia-retreat"),
        measures.resilience,
    ),
    Pattern(
        "trade_china_rises",
        "China's share of the four powers' trade rises while Russia's falls.",
        "cow_trade4",
        "the smaller of China's rise and Russia's fall in trade share from 2005 to 2009, mean over worlds of history "
        "(recorded: .21 and .14)",
        0.05,
        0.25,
        "held out",
        ("history",),
        measures.china_rises,
    ),
    Pattern(
        "trade_passes_russia",
        "China's trade with the five passes Russia's around 2009.",
        "cow_trade4",
        "median decimal year in which China's trade share first exceeds Russia's in history",
        2007.0,
        2011.99,
        "held out",
        ("history",),
        measures.year_of_passing,
        "Some years late. Recorded trade is in current dollars, with the prices of 2008 and the crisis of 2009, which "
        "cut Russia's trade most; here trade follows real economies, and pipelines begun in 2006 to 2009 take years.",
    ),
    Pattern(
        "trade_japan_band",
        "Japan's share of the four powers' trade stays between .02 and .05.",
        "cow_trade4",
        "share of worlds of history in which its mean over 2005 to 2010 lies there",
        0.8,
        1.0,
        "held out",
        ("history",),
        lambda runs: measures.share_between(runs, "japan", 0.02, 0.05),
    ),
    Pattern(
        "trade_us_band",
        "The United States' share of the four powers' trade stays under .15.",
        "cow_trade4",
        "share of worlds of history in which its mean over 2005 to 2010 lies there",
        0.8,
        1.0,
        "held out",
        ("history",),
        lambda runs: measures.share_between(runs, "united_states", 0.0, 0.15),
    ),
)


def validate(plan: Plan, progress: Progress = lambda worlds: None) -> tuple[Verdict, ...]:
    """Measure every pattern, all on the same worlds."""
    runs = Runs(plan, progress)
    return tuple(Verdict(pattern, pattern.measure(runs)) for pattern in PATTERNS)


def runs_needed() -> tuple[str, ...]:
    """The runs that all patterns look at: scenarios, and baseline with two levels of execution."""
    return (*sorted({name for pattern in PATTERNS for name in pattern.scenarios}), *measures.EXECUTIONS)


def table(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    """The pattern table as rows of text."""
    return [
        {
            "pattern": verdict.pattern.id,
            "statement": verdict.pattern.statement,
            "source": verdict.pattern.source,
            "statistic": verdict.pattern.statistic,
            "lowest": f"{verdict.pattern.lowest:g}",
            "highest": f"{verdict.pattern.highest:g}",
            "value": f"{verdict.value:.6g}",
            "verdict": "passed" if verdict.passed else "failed",
            "role": verdict.pattern.role,
            "scenarios": ", ".join(verdict.pattern.scenarios),
            "reason": verdict.reason,
        }
        for verdict in verdicts
    ]
