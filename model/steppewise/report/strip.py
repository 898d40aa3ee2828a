"""The events of a scenario above the time axis of a figure: a mark and a small label each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from steppewise.report.style import INK, PAPER, QUIET, SMALL, place, plain, shortened
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
    _say_rest(axes, spec, height)


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


def _say_rest(axes: Axes, spec: ScenarioSpec, height: float) -> None:
    rest = len(spec.events) - MOST
    if rest > 0:
        words = f"and {rest} more, marked by dotted lines and listed in the report"
        axes.text(spec.start.years, height - ROW / 2, words, fontsize=SMALL, color=QUIET, va="center")
