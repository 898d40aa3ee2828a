"""Response curves: every outcome of a sweep along one factor, a panel each, with bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from steppewise.analysis.effects import SweepFindings, own_value
from steppewise.analysis.factor_words import factor_words, unit_words, value_words
from steppewise.analysis.quantities import label_of, unit_of
from steppewise.analysis.telling_sweep import begin, is_scale
from steppewise.experiment.study import Factor, Study
from steppewise.report.series import Fan, counted
from steppewise.report.strands import Strand, Strands, fan_of, shown_band, strands_of
from steppewise.report.style import (
    INK,
    LOOKS,
    MARGIN,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Look,
    Props,
    about,
    headline,
    looks,
    percent_axis,
    place,
    plain,
    sheet,
    shortened,
)
from steppewise.world.luck import Array

NUMBERS, RIGHT, AXIS, HEAD, KEY, UP = 0.85, 0.25, 0.95, 0.55, 0.62, 0.42
"""Inches: numbers left of a panel, the right margin, the common axis, a panel's name, the key, numbers below a panel."""

HEIGHTS: Final = {1: 4.2, 2: 2.6, 3: 2.1}
"""Inches of a panel, by the number of columns."""

MOST_PANELS: Final = 18
SHIFT: Final = 0.62
"""Part of the room of a level over which the lines' dots are spread."""


@dataclass(frozen=True)
class Curve:
    """A line of a panel: where along the axis, what it shows, how it looks, whether its bands are drawn."""

    x: Array
    fan: Fan
    look: Look
    label: str
    banded: bool


def response(found: SweepFindings, number: int) -> Figure:
    """All outcomes along the factor of that number; at most MOST_PANELS of them."""
    study, factor = found.study, found.study.factors[number]
    strands = strands_of(found, number)
    outcomes = study.outcomes[:MOST_PANELS]
    columns = 1 if len(outcomes) == 1 else 2 if len(outcomes) <= 4 else 3
    rows = -(-len(outcomes) // columns)
    key = KEY if len(strands.lines) > 1 else 0.0
    height = HEIGHTS[columns]
    figure = sheet(
        f"Response to {factor_words(factor, study.spec)}",
        about(study.title, _reading(strands, study)),
        note(strands, found),
        AXIS + rows * (height + HEAD + UP) - UP + key,
    )
    for spot, outcome in enumerate(outcomes):
        row, column = divmod(spot, columns)
        left, width = _across(column, columns)
        bottom = AXIS + (rows - 1 - row) * (height + HEAD + UP)
        _draw_panel(
            place(figure, left, bottom, width, height), _curves(found, outcome, number, strands), outcome, found, number
        )
    _name_axis(figure, factor, study)
    if key:
        _draw_key(figure, strands)
    return figure


def _across(column: int, columns: int) -> tuple[float, float]:
    """Left edge and width of a column in inches."""
    width = (WIDTH - RIGHT - columns * NUMBERS) / columns
    return NUMBERS + column * (width + NUMBERS), width


def _reading(strands: Strands, study: Study) -> str:
    if len(strands.lines) > 1:
        return f"Lines: {strands.title}"
    return "All points" if len(study.factors) > 1 else ""


def note(strands: Strands, found: SweepFindings) -> str:
    """What lines and bands are, and of how many points and worlds."""
    study = found.study
    size = f"{counted(len(study.points), 'point')}, {counted(study.worlds, 'world')} each"
    failed = int(found.responses.failed.sum())
    if failed:
        size += f" ({counted(failed, 'failed world')} left out)"
    notes = "; ".join(part for part in (strands.note, size) if part)
    kind = shown_band(strands, study)
    if kind == "worlds":
        which = "band" if len(strands.lines) > 1 else "bands"
        parts = "5 to 95" if len(strands.lines) > 1 else "5 to 95 and 25 to 75"
        return f"line: mean; {which}: {parts} percent of worlds; {notes}"
    middle = "mean" if study.design == "grid" else "median"
    if kind == "points":
        return f"line: {middle} of points' means; bands: 5 to 95 and 25 to 75 percent of them; {notes}"
    return f"line: mean; {notes}"


# the panels -------------------------------------------------------------------------------------------------


def _curves(found: SweepFindings, outcome: str, number: int, strands: Strands) -> list[Curve]:
    study, factor = found.study, found.study.factors[number]
    several = len(strands.lines) > 1
    banded = shown_band(strands, study) != "nothing"
    styles = shades(len(strands.lines)) if several else [_look_of(outcome, study)]
    shifts = _shifts(len(strands.lines)) if not is_scale(factor) else np.zeros(len(strands.lines))
    outer = (0, len(strands.lines) - 1)
    return [
        Curve(
            positions(factor, strand) + shift,
            fan_of(strand, found.responses, outcome),
            look,
            strand.label,
            banded and (not is_scale(factor) or place_ in outer),
        )
        for place_, (strand, look, shift) in enumerate(zip(strands.lines, styles, shifts, strict=True))
    ]


def _shifts(count: int) -> Array:
    return np.zeros(1) if count == 1 else np.linspace(-SHIFT / 2, SHIFT / 2, count)


def positions(factor: Factor, strand: Strand) -> Array:
    """Where along the axis the places of a strand stand: as numbers, or level beside level."""
    if is_scale(factor):
        return strand.places
    order = list(levels_of(factor))
    return np.array([float(order.index(value)) for value in strand.places.tolist()])


def levels_of(factor: Factor) -> tuple[float, ...]:
    """The values of a factor of words, in the order of figures."""
    return factor.levels or (0.0, 1.0)


def _look_of(outcome: str, study: Study) -> Look:
    """A power has its own look; all else is drawn as the first."""
    actor = next((part for part in outcome.split(".")[1:] if part in study.spec.power_names), None)
    return looks(study.spec)[actor] if actor else LOOKS[0]


def shades(count: int) -> list[Look]:
    """Looks of lines that follow one another in some order: from dark to light, each with a marker of its own."""
    colours = [to_hex(colormaps["viridis"](share)) for share in np.linspace(0.0, 0.82, count)]
    return [Look(colour, look.dashes, look.marker) for colour, look in zip(colours, LOOKS, strict=False)]


def _draw_panel(axes: Axes, curves: list[Curve], outcome: str, found: SweepFindings, number: int) -> None:
    study, factor = found.study, found.study.factors[number]
    draw = _draw_curve if is_scale(factor) else _draw_dots
    for curve in curves:
        draw(axes, curve, len(curves) > 1)
    _mark_own(axes, factor, study)
    _dress_x(axes, factor, study)
    dress_y(axes, outcome)
    name = headline(begin(label_of(outcome, study.spec)), axes.get_position().width * WIDTH)
    words: Props = {"fontsize": TEXT, "fontweight": "bold", "color": INK, "va": "bottom", "ha": "left"}
    axes.text(0, 1.03, name, transform=axes.transAxes, linespacing=1.1, **words)


def _draw_curve(axes: Axes, curve: Curve, several: bool) -> None:
    colour, fan = curve.look.colour, curve.fan
    if curve.banded:
        axes.fill_between(curve.x, fan.low, fan.high, color=colour, alpha=0.13, linewidth=0, zorder=2)
    if curve.banded and not several:
        axes.fill_between(curve.x, fan.quarter, fan.three_quarters, color=colour, alpha=0.2, linewidth=0, zorder=2.1)
    every = 1 if len(curve.x) <= 12 else len(curve.x) // 6
    marks: Props = {"marker": curve.look.marker, "markersize": 6, "markeredgecolor": "white", "markevery": every}
    axes.plot(curve.x, fan.mean, color=colour, linewidth=2.0, linestyle=curve.look.dashes, zorder=3, **marks)


def _draw_dots(axes: Axes, curve: Curve, several: bool) -> None:
    """A dot for the mean, a thick interval for half of the worlds, a thin one for nine in ten."""
    colour, fan = curve.look.stroke, curve.fan
    if curve.banded:
        axes.vlines(curve.x, fan.low, fan.high, color=colour, linewidth=1.3, zorder=2)
        axes.vlines(curve.x, fan.quarter, fan.three_quarters, color=colour, linewidth=4.5, alpha=0.55, zorder=2.1)
    axes.plot(curve.x, fan.mean, color=colour, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1.9)
    dot: Props = {"marker": curve.look.marker, "markersize": 8, "markeredgecolor": "white", "linestyle": "none"}
    axes.plot(curve.x, fan.mean, color=colour, zorder=3, **dot)


def _mark_own(axes: Axes, factor: Factor, study: Study) -> None:
    """A dotted line at the value that the scenario itself has."""
    value = own_value(factor, study)
    values = study.points[:, study.factors.index(factor)]
    if value is not None and is_scale(factor) and values.min() <= value <= values.max():
        axes.axvline(value, color=QUIET, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1.5)


def _dress_x(axes: Axes, factor: Factor, study: Study) -> None:
    if is_scale(factor):
        dress_scale(axes, factor, study)
        return
    levels = levels_of(factor)
    names = [plain(value_words(factor, level)) for level in levels]
    axes.set_xlim(-0.6, len(levels) - 0.4)
    tight = sum(map(len, names)) * 0.1 > axes.get_position().width * WIDTH
    axes.set_xticks(range(len(levels)), names, rotation=20 if tight else 0, ha="right" if tight else "center")


def dress_scale(axes: Axes, factor: Factor, study: Study, which: str = "x") -> None:
    """Marks along the values of a factor, named as people name them."""
    values = study.points[:, study.factors.index(factor)]
    low, high = float(values.min()), float(values.max())
    margin = 0.02 * (high - low)
    axis, limit = (axes.xaxis, axes.set_xlim) if which == "x" else (axes.yaxis, axes.set_ylim)
    limit(low - margin, high + margin)
    most = 4 if factor.unit == "quarter" else 6
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 4, 5, 10], integer=factor.unit == "quarter"))
    axis.set_major_formatter(FuncFormatter(lambda value, _: mark(factor, value)))


def mark(factor: Factor, value: float) -> str:
    """A mark of an axis: short, with the sign of what it is."""
    return f"{100 * value:.0f} %" if factor.way == "evidence" else value_words(factor, value)


def dress_y(axes: Axes, outcome: str) -> None:
    """Numbers of an outcome at the left: shares as percent."""
    if unit_of(outcome) == "share":
        percent_axis(axes)
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.4g}"))


def _name_axis(figure: Figure, factor: Factor, study: Study) -> None:
    """The factor below all panels, with unit and class of evidence, and what the dotted line is."""
    height = figure.get_figheight()
    name = axis_name(factor, study)
    figure.text(0.5, (0.5 + 0.28) / height, plain(name), ha="center", va="bottom", fontsize=TEXT, color=INK)


def axis_name(factor: Factor, study: Study) -> str:
    """A factor below an axis: `Japan's effort (times what is drawn; evidence: assumed); dotted: as in the scenario`."""
    name = f"{factor_words(factor, study.spec)} ({unit_words(factor)})"
    value, values = own_value(factor, study), study.points[:, study.factors.index(factor)]
    own = value is not None and is_scale(factor) and values.min() <= value <= values.max()
    return shortened(f"{name}; dotted: as in the scenario" if own else name, 110)


def _draw_key(figure: Figure, strands: Strands) -> None:
    """The lines' names above the panels."""
    handles = [
        Line2D(
            [],
            [],
            color=look.colour,
            linestyle=look.dashes,
            marker=look.marker,
            markersize=7,
            linewidth=2.0,
            label=label,
        )
        for look, label in _entries(strands)
    ]
    y = 1 - 0.92 / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0}
    text: Props = {"frameon": False, "fontsize": SMALL, "labelcolor": INK, "handlelength": 3.2, "columnspacing": 1.6}
    figure.legend(handles=handles, ncols=len(handles) if len(handles) <= 5 else 3, **spot, **text)


def _entries(strands: Strands) -> Iterator[tuple[Look, str]]:
    styles = shades(len(strands.lines))
    return ((look, plain(shortened(strand.label, 40))) for look, strand in zip(styles, strands.lines, strict=True))
