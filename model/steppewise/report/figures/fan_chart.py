"""Fans over time, with the events above: the parts that charts over time share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import place, say, sheet, spread_apart
from steppewise.report.figures.bands import Fan, Spread, courses, fan, time_ticks, years
from steppewise.report.figures.colours import INK, PAPER, Look, looks
from steppewise.report.figures.style import QUIET, SMALL, WIDTH, Props, plain, shortened
from steppewise.report.wording import event_label
from steppewise.scenario.spec import ScenarioSpec

ROW: Final = 0.24
"""Inches."""

MOST: Final = 10
"""Labels; of further events only the marks are drawn."""

LONGEST: Final = 64
SIGN: Final = 0.099
"""Inches of an average sign at 12 points."""


@dataclass(frozen=True)
class Mark:
    """An event on the strip: when, in words, on which row, to which side of its mark the words stand."""

    year: float
    words: str
    row: int
    side: str


def marks(spec: ScenarioSpec, inches: float) -> tuple[Mark, ...]:
    """Events with the lowest free row each, the last first, for an axis so many inches long."""
    start, end = spec.start.years, spec.end.years + 0.25
    taken: list[list[tuple[float, float]]] = []
    found = []
    for event in reversed(sorted(spec.events, key=lambda event: event.at)[:MOST]):
        words = shortened(event_label(event, spec), LONGEST)
        at = inches * (event.at.years - start) / (end - start)
        length = SIGN * len(words) + 0.2
        side = "left" if at + length <= inches or at < length else "right"
        span = (at, at + length) if side == "left" else (at - length, at)
        found.append(Mark(event.at.years, words, _free_row(taken, span), side))
    return tuple(found)


def _free_row(taken: list[list[tuple[float, float]]], span: tuple[float, float]) -> int:
    """The lowest row on which nothing overlaps; it is taken from then on."""
    for number, row in enumerate(taken):
        if all(span[1] <= low or span[0] >= high for low, high in row):
            row.append(span)
            return number
    taken.append([span])
    return len(taken) - 1


def strip_height(spec: ScenarioSpec, inches: float) -> float:
    """Inches that the events need above the chart."""
    rows = [mark.row for mark in marks(spec, inches)]
    hidden = len(spec.events) > MOST
    return ROW * (max(rows) + 1 + hidden) + 0.1 if rows else 0.0


def draw_strip(figure: Figure, chart: Axes, spec: ScenarioSpec, left: float, bottom: float, width: float) -> None:
    """Marks and labels above a chart that has the same left edge and width, in inches."""
    found = marks(spec, width)
    if not found:
        return
    height = strip_height(spec, width)
    axes = place(figure, left, bottom, width, height)
    axes.axis("off")
    axes.set_xlim(spec.start.years, spec.end.years + 0.25)
    axes.set_ylim(0, height)
    for mark in found:
        _draw(axes, mark)
    for event in spec.events:
        chart.axvline(event.at.years, color=QUIET, linewidth=0.9, linestyle=(0, (1, 3)), zorder=1)
    rest = len(spec.events) - MOST
    if rest > 0:
        words = f"and {rest} more, marked by dotted lines and listed in the report"
        say(axes, spec.start.years, height - ROW / 2, words, colour=QUIET)


def _draw(axes: Axes, mark: Mark) -> None:
    y = 0.1 + ROW * (mark.row + 0.5)
    axes.plot(
        [mark.year, mark.year], [0, y], color=QUIET, linewidth=0.9, linestyle=(0, (1, 3)), clip_on=False, zorder=1
    )
    axes.plot([mark.year], [y], marker="D", markersize=5, color=INK, clip_on=False)
    gap = 7 if mark.side == "left" else -7
    axes.annotate(
        plain(mark.words),
        (mark.year, y),
        xytext=(gap, 0),
        textcoords="offset points",
        ha=mark.side,
        va="center",
        fontsize=SMALL,
        color=INK,
        annotation_clip=False,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
    )


LEFT, LABELS, AXIS, CHART = 0.95, 3.1, 0.62, 4.6
"""Inches for the numbers at the left, the labels at the right, the numbers below, and the chart."""


@dataclass(frozen=True)
class Series:
    """One line of a chart with its band, (time,) each; `courses` are its worlds, (time, world)."""

    label: str
    look: Look
    fan: Fan
    courses: Array


def fan_chart(
    words: tuple[str, str, str], spec: ScenarioSpec, found: list[Series], spread: Spread, left: float
) -> tuple[Figure, Axes]:
    """A fan for each series with the events of a scenario above; title, subtitle and note around it.

    `left` are the inches for numbers at the left.
    """
    width = WIDTH - left - LABELS
    figure = sheet(*words, AXIS + CHART + strip_height(spec, width))
    axes = place(figure, left, AXIS, width, CHART)
    draw_fans(axes, years(spec), found, spread)
    time_axis(axes, spec, 9)
    draw_strip(figure, axes, spec, left, AXIS + CHART, width)
    return figure, axes


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
    wide, narrow = (0.14, 0.22) if series.look.filled else (0.0, 0.10)
    axes.fill_between(time, of.low, of.high, color=colour, alpha=wide, linewidth=0, zorder=2)
    axes.fill_between(time, of.quarter, of.three_quarters, color=colour, alpha=narrow, linewidth=0, zorder=2.1)
    for edge in () if series.look.filled else (of.low, of.high):
        axes.plot(time, edge, color=colour, linewidth=0.9, linestyle=(0, (1, 2)), zorder=2.2)


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
        axes.set_xlabel("year" if len(spec.quarters) > 6 else "quarter")


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
    name, side = plain(f"{shortened(series.label, 20)}  {value}"), "bottom" if span else "center"
    say(axes, 1.055, height, name, va=side, colour=ink, bold=True, across=axes.transAxes)
    if span:
        say(axes, 1.055, height, span, va="top", colour=ink, across=axes.transAxes)
