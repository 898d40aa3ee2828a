"""Response curves: outcomes of a sweep along one factor, a panel each, with bands; levels as dots and intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.effects import SweepFindings
from steppewise.arrays import Array
from steppewise.experiment.study import Factor, Study
from steppewise.report.figures.axes import draw_key, place, say, sheet
from steppewise.report.figures.bands import Fan
from steppewise.report.figures.colours import INK, LOOKS, PAPER, Look, looks
from steppewise.report.figures.factor_axis import (
    axis_name,
    dress_factor,
    levels_of,
    mark_own,
    name_panel,
    number_axis,
    number_mark,
    panel_name,
    size_note,
)
from steppewise.report.figures.strands import Strand, Strands, fan_of, shown_band, strands_of
from steppewise.report.figures.style import QUIET, TEXT, WIDTH, Props, about, short
from steppewise.wording.names import factor_words, is_scale

NUMBERS, RIGHT, AXIS, HEAD, KEY, UP = 0.9, 0.25, 1.0, 0.55, 0.36, 0.52
"""Inches: numbers left of a panel, the right margin, the common axis, panel names, the key, numbers below a panel."""

HEIGHTS: Final = {1: 4.2, 2: 2.6, 3: 2.1}
"""Inches of a panel, by the number of columns."""

MOST_ROWS: Final = 3

WIDE_FROM: Final = 5
"""Levels from which on a panel takes half of the width."""

BURIED: Final = 5.0
"""Bands that reach so many times as far as the lines would bury them: they are told in words instead."""

SHIFT: Final = 0.62
"""Part of the room of a level over which the lines' dots are spread."""


@dataclass(frozen=True)
class Curve:
    """A line of a panel: where along the axis, what it shows, how it looks, whether its bands are drawn."""

    x: Array
    fan: Fan
    look: Look
    banded: bool


@dataclass(frozen=True)
class Panel:
    """An outcome along a factor."""

    study: Study
    outcome: str
    factor: Factor
    curves: tuple[Curve, ...]

    @property
    def band(self) -> tuple[float, float]:
        """From the lowest to the highest edge of all bands."""
        edges = np.concatenate([edge for curve in self.curves for edge in (curve.fan.low, curve.fan.high)])
        good = edges[np.isfinite(edges)]
        return (float(good.min()), float(good.max())) if len(good) else (0.0, 0.0)

    @property
    def is_buried(self) -> bool:
        """True where bands reach so much further than several lines that these would look flat."""
        lines = np.concatenate([curve.fan.mean for curve in self.curves])
        good = lines[np.isfinite(lines)]
        low, high = self.band
        several = len(self.curves) > 1 and any(curve.banded for curve in self.curves)
        return bool(several and len(good) and high - low > BURIED * np.ptp(good))


def response(found: SweepFindings, number: int, outcomes: Sequence[str]) -> Figure:
    """Some outcomes along the factor of that number, as many as `panels_of` allows."""
    study, factor = found.study, found.study.factors[number]
    strands = strands_of(found, number)
    columns = columns_of(factor, len(outcomes))
    rows, height = -(-len(outcomes) // columns), HEIGHTS[columns]
    key = KEY if len(strands.lines) > 1 else 0.0
    title = f"Response to {factor_words(factor, study.spec)}"
    subtitle = about(study.title, f"Lines: {strands.title}") if strands.title else study.title
    figure = sheet(title, subtitle, note(strands, factor, found), AXIS + rows * (height + HEAD + UP) - UP + key)
    for spot, outcome in enumerate(outcomes):
        row, column = divmod(spot, columns)
        width = (WIDTH - RIGHT - columns * NUMBERS) / columns
        bottom = AXIS + (rows - 1 - row) * (height + HEAD + UP)
        axes = place(figure, NUMBERS + column * (width + NUMBERS), bottom, width, height)
        _draw_panel(axes, Panel(study, outcome, factor, tuple(_curves(found, outcome, number, strands))))
    words: Props = {"ha": "center", "va": "bottom", "fontsize": TEXT, "color": INK}
    figure.text(0.5, 0.76 / figure.get_figheight(), axis_name(factor, study), **words)
    if key:
        _draw_key(figure, strands)
    return figure


def columns_of(factor: Factor, outcomes: int) -> int:
    """In how many columns so many panels stand."""
    wide = not is_scale(factor) and len(levels_of(factor)) >= WIDE_FROM
    return min(outcomes, 2 if outcomes <= 4 or wide else 3)


def sheets_of(factor: Factor, outcomes: Sequence[str]) -> list[Sequence[str]]:
    """The outcomes of each of the figures along a factor, as even as can be."""
    most = MOST_ROWS * columns_of(factor, len(outcomes))
    sheets = -(-len(outcomes) // most)
    each = -(-len(outcomes) // sheets)
    return [outcomes[start : start + each] for start in range(0, len(outcomes), each)]


def note(strands: Strands, factor: Factor, found: SweepFindings) -> str:
    """What lines and bands are, and of how many points and worlds."""
    study = found.study
    kind, several = shown_band(strands, study), len(strands.lines) > 1
    parts = "band: 5 to 95" if several else "bands: 5 to 95 and 25 to 75"
    middle = "mean" if study.design == "grid" else "median"
    if not is_scale(factor) and kind == "worlds":
        parts = "intervals: 5 to 95" if several else "intervals: 5 to 95 and 25 to 75"
    inside = {
        "worlds": f"{'line' if is_scale(factor) else 'dot'}: mean; {parts} percent of worlds",
        "points": f"line: {middle} of points' means; {parts} percent of them",
        "nothing": "line: mean" if study.design == "grid" else "line: median of points' means",
    }
    return "; ".join(part for part in (inside[kind], strands.note, size_note(found)) if part)


# the curves -------------------------------------------------------------------------------------------------


def _curves(found: SweepFindings, outcome: str, number: int, strands: Strands) -> Iterator[Curve]:
    study, count = found.study, len(strands.lines)
    factor = study.factors[number]
    styles = shades(count) if count > 1 else [_look_of(outcome, study)]
    shifts = np.zeros(count) if is_scale(factor) or count == 1 else np.linspace(-SHIFT / 2, SHIFT / 2, count)
    banded = shown_band(strands, study) != "nothing"
    for line, strand in enumerate(strands.lines):
        outer = not is_scale(factor) or line in (0, count - 1)
        fan = fan_of(strand, found.responses, outcome)
        yield Curve(_positions(factor, strand) + shifts[line], fan, styles[line], banded and outer)


def _positions(factor: Factor, strand: Strand) -> Array:
    """Where along the axis the places of a strand stand: as numbers, or level beside level."""
    if is_scale(factor):
        return strand.places
    order = list(levels_of(factor))
    return np.array([float(order.index(value)) for value in strand.places.tolist()])


def _look_of(outcome: str, study: Study) -> Look:
    """A power has its own look; all else is drawn as the first."""
    actor = next((part for part in outcome.split(".")[1:] if part in study.spec.power_names), None)
    return looks(study.spec)[actor] if actor else LOOKS[0]


def shades(count: int) -> list[Look]:
    """Looks of lines that follow one another in some order: from dark to light, each with a marker of its own."""
    colours = [to_hex(colormaps["viridis"](share)) for share in np.linspace(0.0, 0.82, count)]
    return [Look(colour, look.dashes, look.marker) for colour, look in zip(colours, LOOKS, strict=False)]


def _draw_panel(axes: Axes, panel: Panel) -> None:
    draw = _draw_curve if is_scale(panel.factor) else _draw_dots
    buried = panel.is_buried
    for curve in panel.curves:
        draw(axes, replace(curve, banded=curve.banded and not buried), len(panel.curves))
    mark_own(axes, panel.factor, panel.study)
    dress_factor(axes, panel.factor, panel.study)
    number_axis(axes.yaxis, panel.outcome)
    name_panel(axes, panel_name(panel.outcome, panel.study))
    if buried:
        _tell_band(axes, panel)


def _tell_band(axes: Axes, panel: Panel) -> None:
    """How far worlds differ, in words above the lines, where bands would bury them; no line shines through."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + 0.16 * (top - bottom))
    low, high = (number_mark(panel.outcome, edge, 3) for edge in panel.band)
    words = say(axes, 0.02, 0.99, f"all bands: {low} to {high}", colour=QUIET, va="top", across=axes.transAxes)
    words.set(zorder=4, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 2.5})


def _draw_curve(axes: Axes, curve: Curve, of: int) -> None:
    colour, fan = curve.look.colour, curve.fan
    if curve.banded:
        axes.fill_between(curve.x, fan.low, fan.high, color=colour, alpha=0.13, linewidth=0, zorder=2)
    if curve.banded and of == 1:
        axes.fill_between(curve.x, fan.quarter, fan.three_quarters, color=colour, alpha=0.2, linewidth=0, zorder=2.1)
    every = 1 if len(curve.x) <= 12 else len(curve.x) // 6
    marks: Props = {"marker": curve.look.marker, "markersize": 6, "markeredgecolor": "white", "markevery": every}
    axes.plot(curve.x, fan.mean, color=colour, linewidth=2.0, linestyle=curve.look.dashes, zorder=3, **marks)


def _draw_dots(axes: Axes, curve: Curve, of: int) -> None:
    """A dot for the mean, a thin interval for nine in ten; for a single line a thick one for the middle half."""
    colour, fan = curve.look.stroke, curve.fan
    if curve.banded:
        axes.vlines(curve.x, fan.low, fan.high, color=colour, linewidth=1.3, alpha=0.8, zorder=2)
    if curve.banded and of == 1:
        axes.vlines(curve.x, fan.quarter, fan.three_quarters, color=colour, linewidth=5, alpha=0.5, zorder=2.1)
    axes.plot(curve.x, fan.mean, color=colour, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1.9)
    size = 8.0 if of < 4 else 6.5
    dot: Props = {"marker": curve.look.marker, "markersize": size, "markeredgecolor": "white", "linestyle": "none"}
    axes.plot(curve.x, fan.mean, color=colour, zorder=3, **dot)


def _draw_key(figure: Figure, strands: Strands) -> None:
    """The lines' names above the panels."""
    handles = []
    for look, strand in zip(shades(len(strands.lines)), strands.lines, strict=True):
        stroke: Props = {"color": look.colour, "linestyle": look.dashes, "marker": look.marker, "markersize": 7}
        handles.append(Line2D([], [], linewidth=2.0, label=short(strand.label, 40), **stroke))
    longest = max(len(strand.label) for strand in strands.lines)
    draw_key(figure, handles, 0 if longest < 12 else 3, length=3.2)
