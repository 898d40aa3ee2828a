"""Differences between two scenarios over time: regional shares of each power, and every state by power."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from steppewise.analysis.comparison import Differences
from steppewise.report.figures.bands import Fan, Spread, period, shown_of
from steppewise.report.figures.colours import AUTONOMY, INK, Look, looks
from steppewise.report.figures.fan_chart import CHART, LABELS, Series, fan_chart, label_ends
from steppewise.report.figures.shares_by_state import PanelScale, Table, small_multiples
from steppewise.report.figures.style import WIDTH, about
from steppewise.scenario.contrast import contrast
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.run import BAND_NEEDS

BANDS = ("q05", "q25", "mean", "q75", "q95")
"""The statistics that a fan is made of, lowest first."""

INTERVAL = ("interval_low", "interval_low", "mean", "interval_high", "interval_high")
"""What stands in for them where worlds are too few for a band."""

BESIDE, NUMBERS = 1.15, 0.88
"""Inches left of the axis, for its numbers and its name; for the numbers alone."""

SMALLEST = 5e-4
"""Half the height of a chart in which next to nothing differs: 0.05 percentage points."""


def share_differences(found: Differences) -> Figure:
    """Fan chart of the paired differences of regional shares and of autonomy, with the events that differ."""
    series, spread = list(_regional(found)), spread_of(found)
    words = (f"Difference in regional influence shares, {period(found.spec)}", _subtitle(found), note(found))
    figure, axes = fan_chart(words, _with_new_events(found), series, spread, BESIDE)
    axes.axhline(0.0, color=INK, linewidth=1.1, zorder=2.5)
    _dress(axes, series)
    label_ends(axes, series, CHART, spread == "bands", in_points)
    return figure


def _subtitle(found: Differences) -> str:
    return about(f"{found.further.name} minus {found.first.name}", "Above zero: higher with the former")


def _with_new_events(found: Differences) -> ScenarioSpec:
    """The scenario with only those of its events that the first has not, in the quarters that both have."""
    added = contrast(found.first, found.further).events_added
    inside = tuple(event for event in added if found.spec.start <= event.at <= found.spec.end)
    return replace(found.spec, events=inside)


def _regional(found: Differences) -> Iterator[Series]:
    fans = fan_of(found, "regional_share")
    for place_, (power, look) in enumerate(zip(found.spec.powers, looks(found.spec).values(), strict=True)):
        yield _series(power.label, look, fans.at(place_))
    yield _series("autonomy", AUTONOMY, fan_of(found, "regional_autonomy"))


def _series(label: str, look: Look, fan: Fan) -> Series:
    return Series(label, look, fan, np.empty((len(fan.mean), 0)))


def fan_of(found: Differences, variable: str) -> Fan:
    """The bands of worlds around the mean difference, at `series.years`; with few worlds, its 95 % interval."""
    names = BANDS if spread_of(found) != "bands" or found.pairs.min() >= BAND_NEEDS else INTERVAL
    parts = [found.statistic(variable, name) for name in names]
    return Fan(*(part if len(part) > 1 else np.repeat(part, 2, axis=0) for part in parts))


def spread_of(found: Differences) -> Spread:
    """How figures show that worlds differ."""
    return "nothing" if found.pairs.min() < 2 or found.plan.uncertainty == "none" else "bands"


def note(found: Differences) -> str:
    """What lines and bands are, for the foot of a figure."""
    worlds = worlds_note(found)
    if spread_of(found) == "nothing":
        return f"{worlds}, the same under both; no band"
    if found.pairs.min() < BAND_NEEDS:
        return f"line: mean difference; band: its 95 % interval over {worlds}, too few for a band of worlds"
    return f"line: mean difference; bands: 5 to 95 and 25 to 75 percent of {worlds}, the same under both"


def worlds_note(found: Differences) -> str:
    """How many worlds a figure shows, and which were left out."""
    return shown_of(int(found.pairs.min()), found.good_worlds, len(found.failures))


def signed(value: float) -> str:
    """A mark of a scale of differences: `+1.5`, `−0.5`, `0`."""
    return f"{value:+.3g}".replace("-", "−") if value else "0"


def points(share: float) -> str:
    """A difference of shares in percentage points: `+1.20`, `−12.3`; `0.00` where it is small, `0` where it is none."""
    text = f"{100 * share:+.{2 if abs(share) < 0.1 else 1}f}".replace("-", "−")
    return text if text.strip("+−.0") else "0.00" if share else "0"


def in_points(of: Fan) -> tuple[str, str]:
    """A difference at the end of a line: `+1.2`, `+0.9 to +1.5`."""
    low, high = points(of.low[-1]), points(of.high[-1])
    return points(of.mean[-1]), f"{low} to {high}" if low != high else ""


def _dress(axes: Axes, series: list[Series]) -> None:
    low, high = _reach(series)
    axes.set_ylim(low - 0.06 * (high - low), high + 0.06 * (high - low))
    points_axis(axes, "y")
    axes.set_ylabel("difference in share (percentage points)")
    axes.yaxis.set_label_coords(-NUMBERS / (WIDTH - BESIDE - LABELS), 0.5)


def points_axis(axes: Axes, which: str = "y", ticks: int = 5, scale: float = 100.0) -> None:
    """Numbers of an axis of differences with their signs; shares, by default, in percentage points."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: signed(scale * value)))


def _reach(series: list[Series]) -> tuple[float, float]:
    """The lowest and the highest value of all bands, zero between them."""
    low, high = min(float(s.fan.low.min()) for s in series), max(float(s.fan.high.max()) for s in series)
    return min(low, -SMALLEST), max(high, SMALLEST)


# state by power ---------------------------------------------------------------------------------------------


def differences_by_state(found: Differences) -> Figure:
    """The paired difference of every power's influence share in every state; last, the state's autonomy."""
    table = _by_state(found)
    low, high = _reach([series for row in table for series in row])
    margin = 0.05 * (high - low)
    words = (f"Difference in influence shares state by state, {period(found.spec)}", _subtitle(found), note(found))
    scale = PanelScale("difference (points)", low - margin, high + margin, lambda share: signed(100 * share), points)
    return small_multiples(words, found.spec, table, spread_of(found), scale)


def _by_state(found: Differences) -> Table:
    shares, free, styles = fan_of(found, "share"), fan_of(found, "autonomy"), looks(found.spec)
    heads = [(power.label, styles[power.name]) for power in found.spec.powers]
    return [
        [
            *(_series(*head, shares.at(p, s)) for p, head in enumerate(heads)),
            _series("autonomy", AUTONOMY, free.at(s)),
        ]
        for s in range(len(found.spec.states))
    ]
