"""Small multiples: a panel for each state and power, all on the same scale.

All panels stand in one pair of axes measured in inches: real axes each would take seconds with eight powers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from steppewise.experiment.ensemble import Ensemble
from steppewise.report.fan import Series, draw_spread
from steppewise.report.series import Fan, band_note, courses, fan, period, spread_of, time_ticks, years
from steppewise.report.style import (
    AUTONOMY,
    INK,
    MARGIN,
    QUIET,
    RULE,
    SMALL,
    TEXT,
    WIDTH,
    Props,
    about,
    fits,
    headline,
    looks,
    place,
    plain,
    sheet,
    shortened,
)
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array

NAMES, AXIS, ROW, RIGHT = 2.3, 0.62, 1.0, 0.3
"""Inches: names of the states and numbers at the left, years below, a panel's height, the right margin."""

HEADS, SLANTED = 0.55, 1.05
"""Inches for the names of the powers above the panels, and where they are too long to stand level."""

ACROSS, UP = 0.16, 0.16
"""Inches between panels."""


@dataclass(frozen=True)
class Frame:
    """Where a panel stands, in inches, and what its edges mean: dates across, shares from 0 to `top` upwards."""

    left: float
    bottom: float
    width: float
    dates: tuple[float, float]
    top: float

    def x(self, date: Array) -> Array:
        """Inches of dates."""
        return self.left + self.width * (date - self.dates[0]) / (self.dates[1] - self.dates[0])

    def y(self, share: Array) -> Array:
        """Inches of shares."""
        return self.bottom + ROW * share / self.top


def shares_by_state(ensemble: Ensemble) -> Figure:
    """Influence share of every power in every state over time; the last column is the state's autonomy."""
    spec = ensemble.spec
    rows = len(spec.states)
    level = _stand_level(spec)
    height = AXIS + rows * (ROW + UP) + (HEADS if level else SLANTED)
    title = f"Influence shares state by state, {period(spec)}"
    subtitle = about(spec.title, "Rows: states; columns: powers; number: mean at the end")
    figure = sheet(title, subtitle, band_note(ensemble), height)
    axes = _canvas(figure, height)
    table = _table(ensemble)
    top = 1.05 * max(_highest(series, ensemble) for row in table for series in row)
    for row, line in enumerate(table):
        frames = list(_frames(spec, rows - 1 - row, top))
        for frame, series in zip(frames, line, strict=True):
            _draw(axes, ensemble, frame, series)
        _name_row(axes, frames[0], spec.states[row].label)
    _name_columns(axes, spec, table[0], top, level)
    return figure


def _canvas(figure: Figure, height: float) -> Axes:
    axes = place(figure, 0, 0, WIDTH, height)
    axes.axis("off")
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.set_autoscale_on(False)
    return axes


def _stand_level(spec: ScenarioSpec) -> bool:
    """True where the names of the powers fit above their columns."""
    width = next(_frames(spec, 0, 1.0)).width
    return all(fits(label, width) for label in (*(power.label for power in spec.powers), "autonomy"))


def _frames(spec: ScenarioSpec, place_: int, top: float) -> Iterator[Frame]:
    """The panels of a row, counted from below."""
    columns = len(spec.powers) + 1
    width = (WIDTH - NAMES - RIGHT - (columns - 1) * ACROSS) / columns
    dates = (spec.start.years, spec.end.years + 0.25)
    for column in range(columns):
        yield Frame(NAMES + column * (width + ACROSS), AXIS + place_ * (ROW + UP), width, dates, top)


def _table(ensemble: Ensemble) -> list[list[Series]]:
    """The series of every panel, by state, then by power, autonomy last."""
    spec, shares, free = ensemble.spec, fan(ensemble, "share"), fan(ensemble, "autonomy")
    worlds, free_worlds = courses(ensemble, "share"), courses(ensemble, "autonomy")
    heads = [(power.label, look) for power, look in zip(spec.powers, looks(spec).values(), strict=True)]
    return [
        [
            *(Series(*head, shares.at(p, s), worlds[:, p, s]) for p, head in enumerate(heads)),
            Series("autonomy", AUTONOMY, free.at(s), free_worlds[:, s]),
        ]
        for s in range(len(spec.states))
    ]


def _highest(series: Series, ensemble: Ensemble) -> float:
    few = spread_of(ensemble) == "lines"
    return max(float(series.courses.max() if few else series.fan.high.max()), 1e-6)


def _draw(axes: Axes, ensemble: Ensemble, frame: Frame, series: Series) -> None:
    """One panel."""
    _draw_rules(axes, frame)
    moved = _moved(series, frame)
    time = frame.x(years(ensemble.spec))
    draw_spread(axes, time, moved, spread_of(ensemble))
    look = series.look
    axes.plot(time, moved.fan.mean, color=look.colour, linewidth=2.2, linestyle=look.dashes)
    _say_end(axes, frame, series)


def _moved(series: Series, frame: Frame) -> Series:
    """The series in the inches of its panel."""
    of = series.fan
    parts = (of.low, of.quarter, of.mean, of.three_quarters, of.high)
    return replace(series, fan=Fan(*(frame.y(part) for part in parts)), courses=frame.y(series.courses))


def _marks(top: float) -> Array:
    marks = np.array(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(0, top))
    return marks[(marks >= 0) & (marks <= top)]


def _draw_rules(axes: Axes, frame: Frame) -> None:
    """A rule at every mark; the lowest is the floor."""
    right = frame.left + frame.width
    marks = _marks(frame.top)
    for mark, y in zip(marks, frame.y(marks), strict=True):
        colour = RULE if mark > 0 else "#9a978f"
        axes.plot([frame.left, right], [y, y], color=colour, linewidth=0.8, zorder=1)


def _say_end(axes: Axes, frame: Frame, series: Series) -> None:
    """The last value, in the corner that the fan leaves free."""
    of = series.fan
    last = slice(-(-2 * len(of.low) // 3) - 1, None)
    above = frame.top - of.high[last].max() >= of.low[last].min()
    y = frame.bottom + (ROW - 0.03 if above else 0.05)
    words: Props = {"fontsize": SMALL, "color": series.look.ink, "fontweight": "bold", "zorder": 4}
    box: Props = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    text = f"{100 * of.mean[-1]:.0f} %"
    right = frame.left + frame.width - 0.03
    axes.text(right, y, text, ha="right", va="top" if above else "bottom", bbox=box, **words)


def _name_row(axes: Axes, frame: Frame, label: str) -> None:
    """The state's name, and the numbers of the scale."""
    middle = frame.bottom + ROW / 2
    name = plain(shortened(label, 13))
    axes.text(MARGIN, middle, name, va="center", fontsize=TEXT, color=INK, fontweight="bold")
    marks = _marks(frame.top)
    for mark, y in zip(marks, frame.y(marks), strict=True):
        words: Props = {"ha": "right", "va": "center", "fontsize": SMALL, "color": INK}
        axes.text(frame.left - 0.08, y, f"{100 * mark:.3g} %", **words)


def _name_columns(axes: Axes, spec: ScenarioSpec, line: list[Series], top: float, level: bool) -> None:
    """Names of the powers above, dates below, what is measured at the left."""
    rows = len(spec.states)
    head = AXIS + rows * (ROW + UP) + 0.1
    for frame, series in zip(_frames(spec, 0, top), line, strict=True):
        name = headline(series.label, frame.width) if level else plain(shortened(series.label, 15))
        words: Props = {"fontsize": TEXT, "color": series.look.ink, "fontweight": "bold", "linespacing": 1.1}
        axes.text(frame.left, head, name, rotation=0 if level else 35, rotation_mode="anchor", **words)
        _name_dates(axes, spec, frame)
    axes.text(MARGIN, head, "influence share (%)", fontsize=SMALL, color=QUIET)
    axis = "year" if len(spec.quarters) > 6 else "quarter"
    axes.text((NAMES + WIDTH - RIGHT) / 2, 0.0, axis, ha="center", va="bottom", fontsize=TEXT, color=INK)


def _name_dates(axes: Axes, spec: ScenarioSpec, frame: Frame) -> None:
    most = 3 if frame.width > 1.5 else 2 if frame.width > 1 else 1
    marks, texts = time_ticks(spec, most)
    for x, words in zip(frame.x(np.array(marks)), texts, strict=True):
        axes.plot([x, x], [frame.bottom, frame.bottom - 0.05], color="#9a978f", linewidth=0.8)
        axes.text(x, frame.bottom - 0.08, words, ha="center", va="top", fontsize=SMALL, color=INK)
