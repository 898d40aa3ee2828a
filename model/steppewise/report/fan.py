"""Regional shares over time, as a fan for each power; and the parts that other figures share with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.series import Fan, Spread, band_note, courses, fan, period, spread_of, time_ticks, years
from steppewise.report.strip import draw_strip, strip_height
from steppewise.report.style import (
    AUTONOMY,
    SMALL,
    TEXT,
    WIDTH,
    Look,
    Props,
    about,
    looks,
    percent_axis,
    place,
    plain,
    sheet,
    shortened,
    spread_apart,
)
from steppewise.scenario.spec import ScenarioSpec

LEFT, LABELS, AXIS = 0.95, 2.9, 0.62
"""Inches for the numbers at the left, the labels at the right and the numbers below."""


@dataclass(frozen=True)
class Series:
    """One line of a chart with its band, (time,) each; `courses` are its worlds, (time, world)."""

    label: str
    look: Look
    fan: Fan
    courses: Array


def regional_shares(ensemble: Ensemble) -> Figure:
    """Fan chart of the powers' regional influence shares and of what no power holds, with events."""
    spec = ensemble.spec
    title = f"Regional influence shares, {period(spec)}"
    subtitle = about(spec.title, "Mean over the states; autonomy is what no power holds")
    width, chart = WIDTH - LEFT - LABELS, 4.6
    strip = strip_height(spec, width)
    figure = sheet(title, subtitle, band_note(ensemble), AXIS + chart + strip)
    axes = place(figure, LEFT, AXIS, width, chart)
    found = share_series(ensemble)
    draw_fans(axes, years(spec), found, spread_of(ensemble))
    time_axis(axes, spec, 9)
    axes.set_ylim(0, None)
    percent_axis(axes)
    axes.set_ylabel("regional influence share (%)", fontsize=TEXT)
    label_ends(axes, found, chart, spread_of(ensemble) == "bands")
    draw_strip(figure, axes, spec, LEFT, AXIS + chart, width)
    return figure


def share_series(ensemble: Ensemble) -> list[Series]:
    """The regional share of every power, then autonomy."""
    powers = power_series(ensemble, "regional_share")
    fans, worlds = fan(ensemble, "regional_autonomy"), courses(ensemble, "regional_autonomy")
    return [*powers, Series("autonomy", AUTONOMY, fans, worlds)]


def power_series(ensemble: Ensemble, variable: str) -> list[Series]:
    """A variable of every power, in their order."""
    fans, worlds, look = fan(ensemble, variable), courses(ensemble, variable), looks(ensemble.spec)
    return [
        Series(power.label, look[power.name], fans.at(number), worlds[:, number])
        for number, power in enumerate(ensemble.spec.powers)
    ]


def draw_fans(axes: Axes, time: Array, found: list[Series], spread: Spread) -> None:
    """Bands or single worlds below, means above."""
    for series in found:
        draw_spread(axes, time, series, spread)
    for series in found:
        draw_line(axes, time, series)


def draw_spread(axes: Axes, time: Array, series: Series, spread: Spread) -> None:
    """What shows how far worlds differ: bands, or every world where they are few, or nothing."""
    if spread == "bands":
        draw_band(axes, time, series)
    elif spread == "lines":
        axes.plot(time, series.courses, color=series.look.stroke, linewidth=0.8, alpha=0.5, zorder=2)


def draw_band(axes: Axes, time: Array, series: Series) -> None:
    """The bands of nine worlds in ten, and of the middle half."""
    colour, of = series.look.colour, series.fan
    wide, narrow = band_weights(series.look)
    axes.fill_between(time, of.low, of.high, color=colour, alpha=wide, linewidth=0, zorder=2)
    axes.fill_between(time, of.quarter, of.three_quarters, color=colour, alpha=narrow, linewidth=0, zorder=2.1)
    for edge in () if series.look.filled else (of.low, of.high):
        axes.plot(time, edge, color=colour, linewidth=0.9, linestyle=(0, (1, 2)), zorder=2.2)


def band_weights(look: Look) -> tuple[float, float]:
    """How strongly the wide band and the narrow band are coloured."""
    return (0.14, 0.22) if look.filled else (0.0, 0.10)


def draw_line(axes: Axes, time: Array, series: Series, width: float = 2.4) -> None:
    """The mean, with a marker now and then."""
    axes.plot(
        time,
        series.fan.mean,
        color=series.look.stroke,
        linestyle=series.look.dashes,
        linewidth=width,
        marker=series.look.marker,
        markevery=max(len(time) // 6, 1),
        markersize=6.5,
        markeredgecolor="white",
        markeredgewidth=0.8,
        label=plain(series.label),
        zorder=3,
    )


def time_axis(axes: Axes, spec: ScenarioSpec, most: int, named: bool = True) -> None:
    """The years of the run below a chart."""
    marks, words = time_ticks(spec, most)
    axes.set_xlim(spec.start.years, spec.end.years + 0.25)
    axes.set_xticks(marks, words)
    if named:
        axes.set_xlabel("year" if len(spec.quarters) > 6 else "quarter", fontsize=TEXT)


EndWords = Callable[[Fan], tuple[str, str]]
"""What stands at the end of a line: its last value, and the band around it."""


def in_percent(of: Fan) -> tuple[str, str]:
    """A share at the end: `34 %`, `30 to 38 %`."""
    low, high = 100 * np.array([of.low[-1], of.high[-1]])
    return f"{100 * of.mean[-1]:.0f} %", f"{low:.0f} to {high:.0f} %"


def label_ends(axes: Axes, found: list[Series], inches: float, banded: bool, end_words: EndWords = in_percent) -> None:
    """Names and last values at the right edge, moved apart, each tied to its line."""
    low, high = axes.get_ylim()
    lines = 2 if banded else 1
    ends = [float(series.fan.mean[-1]) for series in found]
    gap = (high - low) * (0.245 * lines + 0.05) / inches
    margin = gap * 0.4
    places = spread_apart(ends, gap, low + margin, high - margin)
    for series, end, height in zip(found, ends, places, strict=True):
        parts = ((end - low) / (high - low), (height - low) / (high - low))
        value, span = end_words(series.fan)
        _label_end(axes, series, parts, value, span if banded else "")


def _label_end(axes: Axes, series: Series, parts: tuple[float, float], value: str, span: str) -> None:
    """One label: the end of the line and the place of the words are in parts of the height of the axes."""
    end, height = parts
    line, ink = series.look, series.look.ink
    tie: Props = {"transform": axes.transAxes, "clip_on": False, "zorder": 3}
    axes.plot([1.0, 1.035], [end, height], color=line.stroke, linewidth=1.2, **tie)
    axes.plot([1.035], [height], marker=line.marker, color=line.stroke, markersize=8, **tie)
    words: Props = {"transform": axes.transAxes, "color": ink, "fontsize": SMALL}
    name = f"{shortened(series.label, 20)}  {value}"
    axes.text(1.055, height, plain(name), va="bottom" if span else "center", fontweight="bold", **words)
    if span:
        axes.text(1.055, height, span, va="top", **words)
