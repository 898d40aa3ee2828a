"""Small multiples: a panel for each state and power, all on the same scale.

All panels stand in one pair of axes measured in inches: real axes each would take seconds with eight powers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import mute, place, say, sheet
from steppewise.report.figures.bands import Spread, band_note, courses, fan, period, spread_of, time_ticks, years
from steppewise.report.figures.colours import AUTONOMY, looks
from steppewise.report.figures.fan_chart import Series, draw_spread
from steppewise.report.figures.style import BLANK, MARGIN, QUIET, RULE, TEXT, WIDTH, Props, about, fits, headline, short
from steppewise.scenario.spec import ScenarioSpec

NAMES, AXIS, ROW, RIGHT = 2.3, 0.62, 1.0, 0.3
"""Inches: names of the states and numbers at the left, years below, a panel's height, the right margin."""

HEADS, SLANTED = 0.55, 1.05
"""Inches for the names of the powers above the panels, and where they are too long to stand level."""

ACROSS, UP = 0.16, 0.16
"""Inches between panels."""


def in_percent(share: float) -> str:
    """A share on the scale or at the end of a line."""
    return f"{100 * share:.3g} %"


@dataclass(frozen=True)
class PanelScale:
    """What all panels measure: its name, the values at their lower and upper edges, and how values are said."""

    name: str
    low: float
    high: float
    say_mark: Callable[[float], str] = in_percent
    say_end: Callable[[float], str] = lambda share: f"{100 * share:.0f} %"


@dataclass(frozen=True)
class Frame:
    """Where a panel stands, in inches, and what its edges mean: dates across, values on a scale upwards."""

    left: float
    bottom: float
    width: float
    dates: tuple[float, float]
    scale: PanelScale

    def x(self, date: Array) -> Array:
        """Inches of dates."""
        return self.left + self.width * (date - self.dates[0]) / (self.dates[1] - self.dates[0])

    def y(self, value: Array) -> Array:
        """Inches of values."""
        return self.bottom + ROW * (value - self.scale.low) / (self.scale.high - self.scale.low)

    def holding(self, series: Series) -> Series:
        """A series with its values in inches."""
        return replace(series, fan=series.fan.mapped(self.y), courses=self.y(series.courses))


def shares_by_state(ensemble: Ensemble) -> Figure:
    """Influence share of every power in every state over time; the last column is the state's autonomy."""
    spec, table = ensemble.spec, _series(ensemble)
    words = (
        f"Influence shares state by state, {period(spec)}",
        about(spec.title, "Rows: states; columns: powers; number: mean at the end"),
        band_note(ensemble),
    )
    every, few = [series for row in table for series in row], spread_of(ensemble) == "lines"
    top = 1.05 * max(1e-6, *(float((one.courses if few else one.fan.high).max()) for one in every))
    return small_multiples(words, spec, table, spread_of(ensemble), PanelScale("influence share (%)", 0.0, top))


Table = list[list[Series]]
"""Series by state, then by power, autonomy last."""


def small_multiples(
    words: tuple[str, str, str], spec: ScenarioSpec, table: Table, spread: Spread, scale: PanelScale
) -> Figure:
    """A panel for each state and power, and one for the state's autonomy; title, subtitle and note around them."""
    level = _stand_level(spec)
    height = AXIS + len(table) * (ROW + UP) + (HEADS if level else SLANTED)
    figure = sheet(*words, height)
    axes = place(figure, 0, 0, WIDTH, height)
    mute(axes, WIDTH, height)
    axes.set_autoscale_on(False)
    frames = [list(_frames(spec, row, scale)) for row in reversed(range(len(table)))]
    for state, row, found in zip(spec.states, frames, table, strict=True):
        for frame, series in zip(row, found, strict=True):
            _draw_panel(axes, frame, series, frame.x(years(spec)), spread)
        _name_row(axes, row[0], state.label)
    _name_columns(axes, spec, list(zip(frames[0], table[0], strict=True)), level)
    for frame in frames[-1]:
        _name_dates(axes, spec, frame)
    return figure


def _stand_level(spec: ScenarioSpec) -> bool:
    """True where the names of the powers fit above their columns."""
    width = next(_frames(spec, 0, PanelScale("", 0.0, 1.0))).width
    return all(fits(label, width) for label in (*(power.label for power in spec.powers), "autonomy"))


def _frames(spec: ScenarioSpec, place_: int, scale: PanelScale) -> Iterator[Frame]:
    """The panels of a row, counted from below."""
    columns = len(spec.powers) + 1
    width = (WIDTH - NAMES - RIGHT - (columns - 1) * ACROSS) / columns
    dates = (spec.start.years, spec.end.years + 0.25)
    for column in range(columns):
        yield Frame(NAMES + column * (width + ACROSS), AXIS + place_ * (ROW + UP), width, dates, scale)


def _series(ensemble: Ensemble) -> Table:
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


def _marks(scale: PanelScale) -> Array:
    marks = np.array(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(scale.low, scale.high))
    return marks[(marks >= scale.low) & (marks <= scale.high)]


def _draw_panel(axes: Axes, frame: Frame, series: Series, time: Array, spread: Spread) -> None:
    """A rule at every mark, darker at zero; what shows how far worlds differ; the mean, and its last value."""
    marks = _marks(frame.scale)
    rules: Props = {"colors": [RULE if mark else "#9a978f" for mark in marks], "linewidths": 0.8, "zorder": 1}
    axes.hlines(frame.y(marks), frame.left, frame.left + frame.width, **rules)
    inside, look = frame.holding(series), series.look
    draw_spread(axes, time, inside, spread)
    axes.plot(time, inside.fan.mean, color=look.stroke, linewidth=2.2, linestyle=look.dashes, zorder=3)
    _say_end(axes, frame, series)


def _say_end(axes: Axes, frame: Frame, series: Series) -> None:
    """The last value, in the corner that the fan leaves free."""
    of = series.fan
    last = slice(-(-2 * len(of.low) // 3) - 1, None)
    above = frame.scale.high - of.high[last].max() >= of.low[last].min() - frame.scale.low
    y = frame.bottom + (ROW - 0.03 if above else 0.05)
    text, right, side = (
        frame.scale.say_end(float(of.mean[-1])),
        frame.left + frame.width - 0.03,
        "top" if above else "bottom",
    )
    words = say(axes, right, y, text, ha="right", va=side, colour=series.look.ink, bold=True)
    words.set(zorder=4, bbox=BLANK)


def _name_row(axes: Axes, frame: Frame, label: str) -> None:
    """The state's name, and the numbers of the scale."""
    middle = frame.bottom + ROW / 2
    say(axes, MARGIN, middle, short(label, 13), size=TEXT, bold=True)
    marks = _marks(frame.scale)
    for mark, y in zip(marks, frame.y(marks), strict=True):
        say(axes, frame.left - 0.08, y, frame.scale.say_mark(mark), ha="right")


def _name_columns(axes: Axes, spec: ScenarioSpec, row: list[tuple[Frame, Series]], level: bool) -> None:
    """Names of the powers above the uppermost row, what is measured at their left, and the axis of time below."""
    head = row[0][0].bottom + ROW + UP + 0.1
    for frame, series in row:
        name = headline(series.label, frame.width) if level else short(series.label, 15)
        words = say(axes, frame.left, head, name, size=TEXT, colour=series.look.ink, bold=True, va="baseline")
        words.set(linespacing=1.1, rotation=0 if level else 35, rotation_mode="anchor")
    say(axes, MARGIN, head, row[0][0].scale.name, colour=QUIET, va="baseline")
    axis = "year" if len(spec.quarters) > 6 else "quarter"
    say(axes, (NAMES + WIDTH - RIGHT) / 2, 0.0, axis, ha="center", va="bottom", size=TEXT)


def _name_dates(axes: Axes, spec: ScenarioSpec, frame: Frame) -> None:
    most = 3 if frame.width > 1.5 else 2 if frame.width > 1 else 1
    marks, texts = time_ticks(spec, most)
    places = frame.x(np.array(marks))
    axes.vlines(places, frame.bottom - 0.05, frame.bottom, color="#9a978f", linewidth=0.8)
    for x, words in zip(places, texts, strict=True):
        say(axes, x, frame.bottom - 0.08, words, ha=_side(float(x), frame, 0.05 * len(words)), va="top")


def _side(x: float, frame: Frame, half: float) -> Literal["left", "center", "right"]:
    """How words half so long stand at a mark without leaving their panel."""
    if x + half > frame.left + frame.width + ACROSS / 2:
        return "right"
    return "left" if x - half < frame.left - ACROSS / 2 else "center"
