"""Morris's plane: how strongly a factor acts, against how much its effect varies with all the others."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.factor_words import factor_words
from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.telling_sensitivity import measure_of
from steppewise.evidence.types import CLASSES
from steppewise.report.drivers import unit_words
from steppewise.report.rests import COLOURS
from steppewise.report.sensitivity_parts import EDGE, MARKERS, note_of, titled
from steppewise.report.style import (
    INK,
    MARGIN,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Props,
    about,
    place,
    plain,
    sheet,
    shortened,
    spread_apart,
)

LABELLED: Final = 10
LEFT, LABELS, AXIS, KEY, BODY = 0.95, 4.2, 0.7, 0.5, 5.6
"""Inches: numbers of the axis, names at the right, the axis below, the key, the plane."""


def effects(found: Sensitivity, outcome: str) -> Figure:
    """mu* across, sigma upwards, a mark for each factor; the strongest are named at the right."""
    asked = quantity(outcome, found.question.spec)
    scale = measure_of(asked).scale
    subtitle = "Right: acts strongly. Above a line: its effect depends on the other parameters"
    title = titled("How parameters act on {}", asked.label)
    figure = sheet(title, about(found.question.title, subtitle), note_of(found), AXIS + BODY + KEY)
    axes = place(figure, LEFT, AXIS, WIDTH - LEFT - LABELS, BODY)
    _draw_marks(axes, found, outcome, scale)
    _draw_lines(axes)
    _draw_names(axes, found, outcome, scale)
    axes.set_xlabel(f"mean absolute effect, μ* ({unit_words(asked)})", fontsize=TEXT)
    axes.set_ylabel(f"standard deviation of the effect, σ ({unit_words(asked)})", fontsize=TEXT)
    _draw_key(figure, found)
    return figure


def _draw_marks(axes: Axes, found: Sensitivity, outcome: str, scale: float) -> None:
    strength, spread = found.of(outcome, "factor", "mu_star"), found.of(outcome, "factor", "sigma")
    for name in CLASSES:
        chosen = [factor.name for factor in found.question.factors if factor.evidence == name]
        x, y = ([scale * by_name[factor].value for factor in chosen] for by_name in (strength, spread))
        look: Props = {"facecolor": COLOURS[name], "edgecolor": EDGE, "linewidth": 0.7, "s": 64, "zorder": 3}
        axes.scatter(x, y, marker=MARKERS[name], **look)
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    axes.set_xlim(0, right)
    axes.set_ylim(0, top)


def _draw_lines(axes: Axes) -> None:
    """Where the effect's standard deviation is as large as, or half as large as, the effect itself."""
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    for slope, words in ((1.0, "σ = μ*"), (0.5, "σ = μ*/2")):
        end = min(right, top / slope)
        axes.plot([0, end], [0, slope * end], color="#b5b1a8", linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        ends_above = end < right
        look: Props = {"fontsize": SMALL, "color": QUIET, "va": "bottom", "ha": "center" if ends_above else "right"}
        axes.text(end, min(1.01 * slope * end, 1.01 * top), words, clip_on=False, zorder=2, **look)


def _draw_names(axes: Axes, found: Sensitivity, outcome: str, scale: float) -> None:
    """Names at the right, in the order of the marks' heights, each with a line to its mark."""
    ranked = [index for index in found.ranked(outcome) if index.value > 0][:LABELLED]
    spread = found.of(outcome, "factor", "sigma")
    top, right = axes.get_ylim()[1], axes.get_xlim()[1]
    heights = spread_apart([scale * spread[i.name].value for i in ranked], 0.28 / BODY * top, 0.0, top)
    for index, height in zip(ranked, heights, strict=True):
        x, y = scale * index.value, scale * spread[index.name].value
        factor = found.question.factor(index.name)
        axes.plot([x, 1.03 * right], [y, height], color="#9a978f", linewidth=0.8, clip_on=False, zorder=1)
        words = plain(shortened(factor_words(factor, found.question.spec), 40))
        axes.text(1.04 * right, height, words, fontsize=SMALL, color=INK, va="center", clip_on=False)


def _draw_key(figure: Figure, found: Sensitivity) -> None:
    present = found.question.classes
    marks = [
        Line2D([], [], linestyle="", marker=MARKERS[name], markersize=9, label=name, **_look(name))
        for name in CLASSES
        if name in present
    ]
    y = 1 - 0.92 / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0}
    figure.legend(handles=marks, ncols=len(marks), frameon=False, fontsize=SMALL, labelcolor=INK, **spot)


def _look(name: str) -> Props:
    return {"markerfacecolor": COLOURS[name], "markeredgecolor": EDGE, "markeredgewidth": 0.7}
