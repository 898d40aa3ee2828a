"""What figures draw of an ensemble: bands over worlds, dates, and the words that say what a band is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis.summary import STATISTICS, good_worlds, statistics
from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.numbers import counted
from steppewise.wording.run import BAND_NEEDS

Spread = Literal["bands", "lines", "nothing"]


@dataclass(frozen=True)
class Fan:
    """A variable over worlds: (time, *axes) each; 5, 25, 75 and 95 percent of the worlds lie below."""

    low: Array
    quarter: Array
    mean: Array
    three_quarters: Array
    high: Array

    def at(self, *index: int) -> Fan:
        """The fan of one actor or tie, (time,)."""
        return self.mapped(lambda part: np.moveaxis(part, 0, -1)[index])

    def mapped(self, change: Callable[[Array], Array]) -> Fan:
        """The fan with each of its parts changed in the same way."""
        return Fan(*(change(part) for part in (self.low, self.quarter, self.mean, self.three_quarters, self.high)))


def shown_worlds(ensemble: Ensemble) -> NDArray[np.intp]:
    """Numbers of the worlds that figures show: their course was kept, and they ran to the end."""
    course = ensemble.trajectories["regional_autonomy"]
    finite = np.isfinite(course).all(axis=0)
    return np.flatnonzero(finite & good_worlds(ensemble)[: course.shape[-1]])


def courses(ensemble: Ensemble, variable: str) -> Array:
    """A variable of the worlds shown, (time, *axes, world), at `years`."""
    values, worlds = ensemble.trajectories[variable], shown_worlds(ensemble)
    kept = values if len(worlds) == values.shape[-1] else values[..., worlds]
    return kept if len(kept) > 1 else np.repeat(kept, 2, axis=0)


def fan(ensemble: Ensemble, variable: str) -> Fan:
    """The bands and the mean of a variable over the worlds shown."""
    values, _ = statistics(courses(ensemble, variable))
    names = ("q05", "q25", "mean", "q75", "q95")
    return Fan(*(values[..., STATISTICS.index(name)] for name in names))


def spread_of(ensemble: Ensemble) -> Spread:
    """How figures show that worlds differ: too few of them make no band."""
    worlds = len(shown_worlds(ensemble))
    if worlds < 2 or ensemble.plan.uncertainty == "none":
        return "nothing"
    return "bands" if worlds >= BAND_NEEDS else "lines"


def years(spec: ScenarioSpec) -> Array:
    """When each quarter ends, as decimal years, (time,): values are those at the end of a quarter.

    A single quarter has a start as well, with the same values, so that there is something to draw.
    """
    ends = [quarter.years + 0.25 for quarter in spec.quarters]
    return np.array(ends if len(ends) > 1 else [spec.start.years, *ends])


def time_ticks(spec: ScenarioSpec, most: int) -> tuple[list[float], list[str]]:
    """Where an axis of time has marks and what stands there: years, or quarters in a short run."""
    quarters = spec.quarters
    if len(quarters) <= 6:
        step = -(-len(quarters) // most)
        return [q.years + 0.25 for q in quarters][::step], [str(q) for q in quarters][::step]
    first, last = -(-quarters[0].number // 4), (quarters[-1].number + 1) // 4
    for step in (1, 2, 4, 5, 10, 20, 50, 100):
        marks = [year for year in range(first, last + 1) if year % step == 0] or [last]
        if len(marks) <= most:
            break
    return [float(year) for year in marks], [str(year) for year in marks]


def period(spec: ScenarioSpec) -> str:
    """First and last quarter in words."""
    return f"{spec.start} to {spec.end}"


def worlds_note(ensemble: Ensemble) -> str:
    """How many worlds a figure shows, and which were left out."""
    failed = len(ensemble.failures)
    return shown_of(len(shown_worlds(ensemble)), len(ensemble.status) - failed, failed)


def shown_of(shown: int, kept: int, failed: int) -> str:
    """So many of the worlds that ran to the end, and how many failed: `50 of 60 worlds (2 failed worlds left out)`."""
    text = counted(shown, "world") if shown == kept else f"{shown:,} of {counted(kept, 'world')}"
    return f"{text} ({counted(failed, 'failed world')} left out)" if failed else text


def band_note(ensemble: Ensemble, line: str = "line") -> str:
    """What lines and bands are, for the foot of a figure."""
    worlds, spread = worlds_note(ensemble), spread_of(ensemble)
    if spread == "bands":
        return f"{line}: mean; bands: 5 to 95 and 25 to 75 percent of {worlds}"
    if spread == "lines":
        return f"thick {line}: mean; thin lines: each of {worlds}, too few for a band"
    if len(shown_worlds(ensemble)) == 1:
        return f"{worlds}, hence no band"
    return f"{worlds}, all alike: nothing was uncertain in this run, hence no band"
