"""How each pattern is measured: from the courses of many worlds to one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from steppewise.analysis.courses import Runs
from steppewise.arrays import Array

EXECUTIONS = ("powers.japan.execution=0.9", "powers.japan.execution=0.5")
"""What the long run is measured with: baseline, Japan delivering, and not."""


def _frequency(holds: Any) -> float:
    """Share of worlds in which a condition holds; for several states the lowest of them."""
    return float(np.atleast_2d(holds).mean(axis=-1).min())


def limited(runs: Runs) -> float:
    """How often Japan's share is below China's and Russia's, in the state where it is least often."""
    course = runs.of("baseline")
    start = course.quarters_from_start(0)
    japan = course.at("share", "japan", start)
    rivals = np.minimum(course.at("share", "china", start), course.at("share", "russia", start))
    return _frequency(japan < rivals)


def rank_of_japan(runs: Runs, variable: str, highest_first: bool) -> float:
    """How often at most one power is ahead of Japan, in the state where it is least often."""
    course = runs.of("baseline")
    japan = course.at(variable, "japan")
    sign = 1.0 if highest_first else -1.0
    ahead = np.sum([sign * course.at(variable, power) > sign * japan for power in course.others], axis=0)
    return _frequency(ahead <= 1)


def nobody_excluded(runs: Runs) -> float:
    """How often Turkmenistan's part of Japan's budget exceeds its part of any other's."""
    course = runs.of("baseline")
    neutral = course.state("turkmenistan")
    japan, *others = (
        course.over_time("allocation", power)[:, neutral].mean(axis=0) for power in ("japan", *course.others)
    )
    return _frequency(japan > np.max(others, axis=0))


def least_served(runs: Runs) -> float:
    """How often Japan's least served state fares better than that of any other power."""
    course = runs.of("baseline")
    japan, *others = (
        course.over_time("allocation", power).mean(axis=0).min(axis=0) for power in ("japan", *course.others)
    )
    return _frequency(japan > np.max(others, axis=0))


def china_overtakes(runs: Runs) -> float:
    """How often China and Russia are ahead of Japan at the end, China by more than at the start."""
    course = runs.of("history")
    japan = course.at("regional_share", "japan")
    ahead = (course.at("regional_share", "china") > japan) & (course.at("regional_share", "russia") > japan)
    start = course.quarters_from_start(0)
    gap = course.at("regional_share", "china") - japan
    gap_then = course.at("regional_share", "china", start) - course.at("regional_share", "japan", start)
    return _frequency(ahead & (gap > gap_then))


def format_spreads(runs: Runs) -> float:
    """How many of the other powers have a format at the end, mean over worlds."""
    course = runs.of("history")
    return float(np.sum([course.at("has_format", power) for power in course.others], axis=0).mean())


def _dent(runs: Runs) -> Array:
    """What a leader's visit cancelled with blame costs Japan's trust, by quarter, mean over worlds, (time,)."""
    held, cancelled = runs.of("visit-held"), runs.of("visit-cancelled-blamed")
    dent = held.over_time("regional_trust", "japan") - cancelled.over_time("regional_trust", "japan")
    mean: Array = dent.mean(axis=-1)
    return mean


def visit_small(runs: Runs) -> float:
    """The largest dent, in trust."""
    return float(_dent(runs).max())


def visit_heals(runs: Runs) -> float:
    """The dent left two years after the largest, in trust."""
    dent = _dent(runs)
    return float(dent[dent.argmax() + 8])


def paired(runs: Runs, variable: str, better: str, worse: str) -> float:
    """How often Japan's variable is higher at the end in one scenario than in the other, world by world."""
    one, other = (runs.of(name).at(variable, "japan") for name in (better, worse))
    return _frequency(one > other)


def more_autonomy(runs: Runs) -> float:
    """How often regional integration ends with more autonomy than baseline."""
    return _frequency(runs.of("regional-integration").autonomy() > runs.of("baseline").autonomy())


def long_horizon(runs: Runs) -> float:
    """How often execution gains Japan more share at the end than after two years."""
    reliable, unreliable = (runs.of("baseline", execution) for execution in EXECUTIONS)
    gain = reliable.over_time("regional_share", "japan") - unreliable.over_time("regional_share", "japan")
    return _frequency(gain[-1] > gain[8])


def resilience(runs: Runs) -> float:
    """The largest mean change of trust in Japan in the third and fourth year after Russia's retreat."""
    quiet, shaken = runs.of("baseline"), runs.of("russia-retreat")
    change = quiet.over_time("regional_trust", "japan") - shaken.over_time("regional_trust", "japan")
    return float(np.abs(change[8:16]).mean(axis=1).max())


def china_rises(runs: Runs) -> float:
    """The smaller of China's rise and Russia's fall in trade share from 2005 to 2009, mean over worlds."""
    course = runs.of("history")
    rise = course.year("trade_share", "china", 2009) - course.year("trade_share", "china", 2005)
    fall = course.year("trade_share", "russia", 2005) - course.year("trade_share", "russia", 2009)
    return float(np.minimum(rise, fall).mean())


def year_of_passing(runs: Runs) -> float:
    """The median decimal year in which China's trade share first exceeds Russia's."""
    course = runs.of("history")
    ahead = course.over_time("trade_share", "china") > course.over_time("trade_share", "russia")
    first = np.where(ahead.any(axis=0), ahead.argmax(axis=0), len(ahead))
    return float(np.median(first) / 4 + course.ensemble.spec.start.years)


def share_between(runs: Runs, power: str, lowest: float, highest: float) -> float:
    """How often a power's mean trade share of 2005 to 2010 lies between two bounds."""
    course = runs.of("history")
    years = [course.year("trade_share", power, year) for year in range(2005, 2011)]
    mean = np.mean(years, axis=0)
    return _frequency((mean >= lowest) & (mean <= highest))
