"""Small multiples: a panel for each state and power, all on the same scale.

All panels stand in one pair of axes measured in inches: real axes each would take seconds with eight powers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.fan import Series, band_weights
from steppewise.report.series import Spread, band_note, courses, fan, period, spread_of, time_ticks, years
from steppewise.report.style import (
    AUTONOMY,
    BLANK,
    MARGIN,
    QUIET,
    RULE,
    TEXT,
    WIDTH,
    Props,
    about,
    fits,
    headline,
    looks,
    mute,
    place,
    plain,
    say,
    sheet,
    shortened,
)
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
class Scale:
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
    scale: Scale

    def x(self, date: Array) -> Array:
        """Inches of dates."""
        return self.left + self.width * (date - self.dates[0]) / (self.dates[1] - self.dates[0])

    def y(self, value: Array) -> Array:
        """Inches of values."""
        return self.bottom + ROW * (value - self.scale.low) / (self.scale.high - self.scale.low)


@dataclass(frozen=True)
class Panel:
    """A series in its frame, at `time`."""

    frame: Frame
    series: Series
    time: Array

    def line(self, shares: Array) -> Array:
        """Corners of a line in inches, (time, 2)."""
        return np.column_stack([self.frame.x(self.time), self.frame.y(shares)])

    def area(self, low: Array, high: Array) -> Array:
        """Corners of the area between two lines, there and back."""
        return np.concatenate([self.line(low), self.line(high)[::-1]])


def shares_by_state(ensemble: Ensemble) -> Figure:
    """Influence share of every power in every state over time; the last column is the state's autonomy."""
    spec, table = ensemble.spec, _series(ensemble)
    words = (
        f"Influence shares state by state, {period(spec)}",
        about(spec.title, "Rows: states; columns: powers; number: mean at the end"),
        band_note(ensemble),
    )
    top = 1.05 * max(_highest(series, ensemble) for row in table for series in row)
    return small_multiples(words, spec, table, spread_of(ensemble), Scale("influence share (%)", 0.0, top))


Table = list[list[Series]]
"""Series by state, then by power, autonomy last."""


def small_multiples(
    words: tuple[str, str, str], spec: ScenarioSpec, table: Table, spread: Spread, scale: Scale
) -> Figure:
    """A panel for each state and power, and one for the state's autonomy; title, subtitle and note around them."""
    level = _stand_level(spec)
    height = AXIS + len(table) * (ROW + UP) + (HEADS if level else SLANTED)
    figure = sheet(*words, height)
    axes = _canvas(figure, height)
    panels = _panels(spec, table, scale)
    every = [panel for row in panels for panel in row]
    _draw_rules(axes, every)
    _draw_spread(axes, every, spread)
    _draw_means(axes, every)
    for state, row in zip(spec.states, panels, strict=True):
        _name_row(axes, row[0].frame, state.label)
    _name_columns(axes, spec, panels, level)
    return figure


def _canvas(figure: Figure, height: float) -> Axes:
    axes = place(figure, 0, 0, WIDTH, height)
    mute(axes, WIDTH, height)
    axes.set_autoscale_on(False)
    return axes


def _stand_level(spec: ScenarioSpec) -> bool:
    """True where the names of the powers fit above their columns."""
    width = next(_frames(spec, 0, Scale("", 0.0, 1.0))).width
    return all(fits(label, width) for label in (*(power.label for power in spec.powers), "autonomy"))


def _frames(spec: ScenarioSpec, place_: int, scale: Scale) -> Iterator[Frame]:
    """The panels of a row, counted from below."""
    columns = len(spec.powers) + 1
    width = (WIDTH - NAMES - RIGHT - (columns - 1) * ACROSS) / columns
    dates = (spec.start.years, spec.end.years + 0.25)
    for column in range(columns):
        yield Frame(NAMES + column * (width + ACROSS), AXIS + place_ * (ROW + UP), width, dates, scale)


def _panels(spec: ScenarioSpec, table: Table, scale: Scale) -> list[list[Panel]]:
    """Every panel, by state, then by power, autonomy last."""
    time, panels = years(spec), []
    for row, line in enumerate(reversed(table)):
        frames = _frames(spec, row, scale)
        panels.append([Panel(frame, series, time) for frame, series in zip(frames, line, strict=True)])
    return panels[::-1]


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


def _highest(series: Series, ensemble: Ensemble) -> float:
    few = spread_of(ensemble) == "lines"
    return max(float(series.courses.max() if few else series.fan.high.max()), 1e-6)


def _marks(scale: Scale) -> Array:
    marks = np.array(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(scale.low, scale.high))
    return marks[(marks >= scale.low) & (marks <= scale.high)]


def _draw_rules(axes: Axes, panels: list[Panel]) -> None:
    """A rule at every mark, darker at zero."""
    rules, colours = [], []
    for frame in (panel.frame for panel in panels):
        marks = _marks(frame.scale)
        rules += [[(frame.left, y), (frame.left + frame.width, y)] for y in frame.y(marks)]
        colours += [RULE if mark else "#9a978f" for mark in marks]
    axes.add_collection(LineCollection(rules, colors=colours, linewidths=0.8, zorder=1), autolim=False)


def _draw_spread(axes: Axes, panels: list[Panel], spread: Spread) -> None:
    """Bands, or every world where they are few."""
    if spread == "bands":
        _draw_bands(axes, panels)
    elif spread == "lines":
        lines = [panel.line(course) for panel in panels for course in panel.series.courses.T]
        colours = [panel.series.look.stroke for panel in panels for _ in panel.series.courses.T]
        _add_lines(axes, lines, colours, {"linewidths": 0.8, "alpha": 0.5, "zorder": 2})


def _draw_bands(axes: Axes, panels: list[Panel]) -> None:
    areas, colours = [], []
    for panel in panels:
        of, look = panel.series.fan, panel.series.look
        areas += [panel.area(of.low, of.high), panel.area(of.quarter, of.three_quarters)]
        colours += [to_rgba(look.colour, weight) for weight in band_weights(look)]
    axes.add_collection(PolyCollection(areas, facecolors=colours, linewidths=0, zorder=2), autolim=False)
    bare = [panel for panel in panels if not panel.series.look.filled]
    edges = [panel.line(edge) for panel in bare for edge in (panel.series.fan.low, panel.series.fan.high)]
    _add_lines(axes, edges, [AUTONOMY.colour], {"linewidths": 0.9, "linestyles": [(0, (1, 2))], "zorder": 2.2})


def _draw_means(axes: Axes, panels: list[Panel]) -> None:
    """The mean of every panel, and its last value."""
    lines = [panel.line(panel.series.fan.mean) for panel in panels]
    colours = [panel.series.look.stroke for panel in panels]
    dashes = [panel.series.look.dashes if panel.series.look.dashes[1] else "solid" for panel in panels]
    _add_lines(axes, lines, colours, {"linewidths": 2.2, "linestyles": dashes, "zorder": 3})
    for panel in panels:
        _say_end(axes, panel.frame, panel.series)


def _add_lines(axes: Axes, lines: list[Array], colours: list[str], props: Props) -> None:
    axes.add_collection(LineCollection(lines, colors=colours, **props), autolim=False)


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
    say(axes, MARGIN, middle, plain(shortened(label, 13)), size=TEXT, bold=True)
    marks = _marks(frame.scale)
    for mark, y in zip(marks, frame.y(marks), strict=True):
        say(axes, frame.left - 0.08, y, frame.scale.say_mark(mark), ha="right")


def _name_columns(axes: Axes, spec: ScenarioSpec, table: list[list[Panel]], level: bool) -> None:
    """Names of the powers above, dates below, what is measured at the left."""
    head = AXIS + len(table) * (ROW + UP) + 0.1
    for panel in table[-1]:
        frame, series = panel.frame, panel.series
        name = headline(series.label, frame.width) if level else plain(shortened(series.label, 15))
        words = say(axes, frame.left, head, name, size=TEXT, colour=series.look.ink, bold=True, va="baseline")
        words.set(linespacing=1.1, rotation=0 if level else 35, rotation_mode="anchor")
        _name_dates(axes, spec, frame)
    say(axes, MARGIN, head, table[0][0].frame.scale.name, colour=QUIET, va="baseline")
    axis = "year" if len(spec.quarters) > 6 else "quarter"
    say(axes, (NAMES + WIDTH - RIGHT) / 2, 0.0, axis, ha="center", va="bottom", size=TEXT)


def _name_dates(axes: Axes, spec: ScenarioSpec, frame: Frame) -> None:
    most = 3 if frame.width > 1.5 else 2 if frame.width > 1 else 1
    marks, texts = time_ticks(spec, most)
    places = frame.x(np.array(marks))
    ticks = [np.array([(x, frame.bottom), (x, frame.bottom - 0.05)]) for x in places]
    _add_lines(axes, ticks, ["#9a978f"], {"linewidths": 0.8})
    for x, words in zip(places, texts, strict=True):
        side = _side(float(x), frame, 0.05 * len(words))
        say(axes, x, frame.bottom - 0.08, words, ha=side, va="top")


def _side(x: float, frame: Frame, half: float) -> Literal["left", "center", "right"]:
    """How words half so long stand at a mark without leaving their panel."""
    if x + half > frame.left + frame.width + ACROSS / 2:
        return "right"
    return "left" if x - half < frame.left - ACROSS / 2 else "center"
