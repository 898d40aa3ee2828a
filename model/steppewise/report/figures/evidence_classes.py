"""What the results of a sensitivity analysis rest on, by class of evidence."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.indices import CHANCE, PARAMETERS, TOGETHER
from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import BY_CLASS, Sensitivity
from steppewise.report.figures.axes import draw_key, draw_parts, place_rows, say, share_axis, sheet
from steppewise.report.figures.colours import COLOURS, INK
from steppewise.report.figures.drivers import EDGE, nested_bars, pale
from steppewise.report.figures.style import MARGIN, QUIET, TEXT, WIDTH, about, short
from steppewise.wording.numbers import counted, typeset
from steppewise.wording.sensitivity import percent_and_reach, rest_of

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
    axes = place_rows(figure, NAMES, AXIS, _width(), each * len(shown), ruled=True, edge=False)
    share_axis(axes, "share of the variance (%)")
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


def _draw_outcome(axes: Axes, found: Sensitivity, outcome: str, top: float) -> None:
    label = quantity(outcome, found.question.spec).label
    left, name = (MARGIN - NAMES) / _width(), short(label, 78)
    say(axes, left, top - 0.2, name, size=TEXT, bold=True, across=axes.get_yaxis_transform())
    first, total = (found.of(outcome, "class", order) for order in ("first", "total"))
    for row, name in enumerate(found.question.classes):
        y = top - HEAD - BAR * (row + 0.5)
        _name(axes, name, y)
        nested_bars(axes, y, first[name], total[name], COLOURS[name])
        say(axes, 1.02, y, typeset(f"{percent_and_reach(first[name])} alone"))
    _draw_chance(axes, found, outcome, top - HEAD - BAR * len(found.question.classes) - 0.5 * STRIP)


def _width() -> float:
    return WIDTH - NAMES - NUMBERS - RIGHT


def _name(axes: Axes, text: str, y: float, colour: str = INK) -> None:
    say(axes, -0.12 / _width(), y, text, size=TEXT, colour=colour, ha="right")


def _draw_chance(axes: Axes, found: Sensitivity, outcome: str, y: float) -> None:
    """One bar of the whole variance between single worlds."""
    shares = found.of(outcome, "variance", "share")
    if not shares:
        return
    _name(axes, "single worlds", y, QUIET)
    parts = ((shares[name].value, colour) for name, colour in PARTS.items())
    told = ((s, c, f"{100 * s:.0f}" if s >= LEAST and c != PARTS[TOGETHER] else "") for s, c in parts)
    draw_parts(axes, y - 0.13, 0.26, told)
    rest = CHANCE if rest_of(found.question) == CHANCE else "the rest"
    say(axes, 1.02, y, f"{rest} {percent_and_reach(shares[CHANCE])}")


def _draw_key(figure: Figure, rest: str) -> None:
    handles = (
        Patch(facecolor="#c9a24a", edgecolor=EDGE, label="class alone"),
        Patch(facecolor=pale("#c9a24a"), edgecolor=EDGE, label="with interactions"),
        Patch(facecolor=PARTS[PARAMETERS], edgecolor=EDGE, label="parameters"),
        Patch(facecolor=PARTS[CHANCE], edgecolor=EDGE, label=rest if rest == CHANCE else f"{CHANCE} and the rest"),
        Patch(facecolor=PARTS[TOGETHER], edgecolor=EDGE, hatch="///", label="only together"),
    )
    draw_key(figure, handles)
