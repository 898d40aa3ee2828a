"""How much of the results rests on which class of evidence, and how much is left to chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import BY_CLASS, Sensitivity
from steppewise.analysis.telling_sensitivity import percent_and_reach, rest_of
from steppewise.analysis.variance import CHANCE, PARAMETERS, TOGETHER
from steppewise.report.comparison_tables import typeset
from steppewise.report.rests import COLOURS
from steppewise.report.sensitivity_parts import EDGE, draw_interval, pale
from steppewise.report.series import counted
from steppewise.report.style import (
    INK,
    MARGIN,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Props,
    about,
    legible_on,
    percent_axis,
    place,
    plain,
    sheet,
    shortened,
)

NAMES, NUMBERS, RIGHT = 1.9, 1.6, 0.3
HEAD, BAR, STRIP, AXIS, KEY, GAP = 0.42, 0.42, 0.42, 0.62, 0.5, 0.3
"""Inches: the outcome's name, a class's bar, the bar of chance, the axis, the key, between outcomes."""

MOST_OUTCOMES: Final = 5
LEAST: Final = 0.08
PARTS: Final = {PARAMETERS: "#8c887f", CHANCE: "#3a3a3a", TOGETHER: "#ffffff"}


def classes(found: Sensitivity) -> Figure:
    """For every outcome a bar for each class of evidence, and one of what is left to chance."""
    shown = changing(found)[:MOST_OUTCOMES]
    each = HEAD + BAR * len(found.question.classes) + STRIP + GAP
    title = "What the results rest on, by class of evidence"
    subtitle = about(found.question.title, "Shares of the variance between points; below, between single worlds")
    figure = sheet(title, subtitle, _note(found), AXIS + each * len(shown) + KEY)
    axes = place(figure, NAMES, AXIS, WIDTH - NAMES - NUMBERS - RIGHT, each * len(shown))
    _dress(axes, each * len(shown))
    for number, outcome in enumerate(shown):
        _draw_outcome(axes, found, outcome, each * (len(shown) - number))
    _draw_key(figure, rest_of(found.question))
    return figure


def changing(found: Sensitivity) -> list[str]:
    """The outcomes that are not the same at every point."""
    return [name for name in found.question.outcomes if any(index.value for index in found.ranked(name))]


def _note(found: Sensitivity) -> str:
    question = found.question
    worlds = "the same world" if question.worlds == 1 else f"the same {question.worlds:,} worlds"
    left_out = len(question.outcomes) - len(changing(found)[:MOST_OUTCOMES])
    more = f"; {counted(left_out, 'outcome')} not drawn" if left_out else ""
    return f"{question.points[BY_CLASS]:,} points, each in {worlds}; lines and ±: 95 % intervals{more}"


def _dress(axes: Axes, height: float) -> None:
    axes.set_ylim(0, height)
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#e8e5de", linewidth=0.8)
    percent_axis(axes, "x")
    axes.set_xlabel("share of the variance (%)", fontsize=TEXT)


def _draw_outcome(axes: Axes, found: Sensitivity, outcome: str, top: float) -> None:
    label = quantity(outcome, found.question.spec).label
    words: Props = {"fontsize": TEXT, "fontweight": "bold", "color": INK, "va": "center", "clip_on": False}
    across = axes.get_yaxis_transform()
    axes.text(-NAMES / _width() + MARGIN / _width(), top - 0.2, plain(shortened(label, 78)), transform=across, **words)
    first, total = (found.of(outcome, "class", order) for order in ("first", "total"))
    for row, name in enumerate(found.question.classes):
        y = top - HEAD - BAR * (row + 0.5)
        _name(axes, name, y)
        for value, colour, thick in ((total[name], pale(COLOURS[name]), 0.3), (first[name], COLOURS[name], 0.16)):
            shift = 0.0 if thick == 0.3 else -0.05
            share = min(max(value.value, 0.0), 1.0)
            axes.barh(y + shift, share, height=thick, color=colour, edgecolor=EDGE, linewidth=0.6, zorder=3)
        draw_interval(axes, total[name], y + 0.11)
        draw_interval(axes, first[name], y - 0.05)
        text = f"{percent_and_reach(first[name])} alone"
        axes.text(1.02, y, typeset(text), fontsize=SMALL, color=INK, va="center", clip_on=False)
    _draw_chance(axes, found, outcome, top - HEAD - BAR * len(found.question.classes) - 0.5 * STRIP)


def _width() -> float:
    return WIDTH - NAMES - NUMBERS - RIGHT


def _name(axes: Axes, text: str, y: float, colour: str = INK) -> None:
    words: Props = {"ha": "right", "va": "center", "fontsize": TEXT, "color": colour, "clip_on": False}
    axes.text(-0.12 / _width(), y, text, **words)


def _draw_chance(axes: Axes, found: Sensitivity, outcome: str, y: float) -> None:
    """One bar of the whole variance between single worlds."""
    shares = found.of(outcome, "variance", "share")
    if not shares:
        return
    _name(axes, "single worlds", y, QUIET)
    left = 0.0
    for name, colour in PARTS.items():
        share = shares[name].value
        look: Props = {"edgecolor": EDGE, "linewidth": 0.6, "zorder": 3, "hatch": "///" if name == TOGETHER else None}
        axes.barh(y, share, left=left, height=0.26, color=colour, **look)
        if share >= LEAST and name != TOGETHER:
            inside: Props = {
                "ha": "center",
                "va": "center",
                "fontsize": SMALL,
                "color": legible_on(colour),
                "zorder": 5,
            }
            axes.text(left + share / 2, y, f"{100 * share:.0f}", **inside)
        left += share
    rest = CHANCE if rest_of(found.question) == CHANCE else "the rest"
    text = f"{rest} {percent_and_reach(shares[CHANCE])}"
    axes.text(1.02, y, plain(text), fontsize=SMALL, color=INK, va="center", clip_on=False)


def _draw_key(figure: Figure, rest: str) -> None:
    handles: Sequence[Patch] = (
        Patch(facecolor="#c9a24a", edgecolor=EDGE, label="class alone"),
        Patch(facecolor=pale("#c9a24a"), edgecolor=EDGE, label="with interactions"),
        Patch(facecolor=PARTS[PARAMETERS], edgecolor=EDGE, label="parameters"),
        Patch(facecolor=PARTS[CHANCE], edgecolor=EDGE, label=rest if rest == CHANCE else f"{CHANCE} and the rest"),
        Patch(facecolor=PARTS[TOGETHER], edgecolor=EDGE, hatch="///", label="only together"),
    )
    y = 1 - 0.92 / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0}
    figure.legend(handles=handles, ncols=len(handles), frameon=False, fontsize=SMALL, labelcolor=INK, **spot)
