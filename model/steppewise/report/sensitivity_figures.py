"""All figures of a sensitivity analysis, with titles, captions and words for each; and that by class of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.indices import CHANCE, PARAMETERS, TOGETHER
from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import BY_CLASS, Sensitivity
from steppewise.report.drawn import DrawnFigure
from steppewise.report.drivers import EDGE, drivers, effects, nested_bars, pale
from steppewise.report.looks import INK
from steppewise.report.picture import Sketch, all_drawn
from steppewise.report.rests import COLOURS
from steppewise.report.style import (
    MARGIN,
    QUIET,
    TEXT,
    WIDTH,
    about,
    draw_key,
    draw_parts,
    percent_axis,
    place,
    say,
    sheet,
    short,
)
from steppewise.wording.numbers import counted, typeset
from steppewise.wording.sensitivity import of_outcome, percent_and_reach, rest_of

_CAPTIONS: Final = {
    "morris": (
        "Every parameter moves through its whole range from many starting points, in the same worlds. The bar is the "
        "mean size of what that changes; the interval says how well so many trajectories tell it."
    ),
    "sobol": (
        "The variance of the mean over worlds between points, divided among the parameters: what each accounts for "
        "alone, and with all that it does only together with others. Intervals by resampling the base points."
    ),
    "tornado": (
        "All parameters at their values but one, which is at the low or at the high end of its range. What "
        "parameters do together does not show."
    ),
}
_EFFECTS: Final = (
    "A parameter far to the right acts strongly. One above a line acts differently from point to point: its effect "
    "bends, or depends on other parameters."
)
_BY_CLASS: Final = (
    "All parameters of a class move together: how much of a result rests on what articles state, on what was coded "
    "from their words, on public figures, and on plain assumption. The last bar divides the variance between single "
    "worlds into what parameters do, what chance does, and what the two do only together."
)


def drawings(found: Sensitivity, outcome: str) -> Mapping[str, Callable[[], Figure]]:
    """The figures of one outcome, by name; none of an outcome that is the same at every point."""
    if outcome not in changing(found):
        return {}
    by_class = [] if found.question.method == "tornado" else [_classes(found)]
    return {sketch.name.partition("-")[0]: sketch.draw for sketch in (*_of_outcome(found, outcome), *by_class)}


def draw_sensitivity(found: Sensitivity, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder."""
    shown = changing(found)
    by_class = [_classes(found)] if shown and found.question.method != "tornado" else []
    return all_drawn([*by_class, *(sketch for outcome in shown for sketch in _of_outcome(found, outcome))], folder)


def main_sketch(found: Sensitivity, outcome: str) -> Sketch:
    """What drives an outcome."""
    return next(_of_outcome(found, outcome))


def _of_outcome(found: Sensitivity, outcome: str) -> Iterator[Sketch]:
    label, method = quantity(outcome, found.question.spec).label, found.question.method
    file, words = outcome.replace("/", "-"), of_outcome(found, outcome)[0]
    draw = partial(drivers, found, outcome)
    yield Sketch(f"drivers-{file}", f"What moves {label}", draw, f"Bars. {words}", _CAPTIONS[method])
    if method == "morris":
        draw = partial(effects, found, outcome)
        yield Sketch(f"effects-{file}", f"How parameters act on {label}", draw, f"Scatter chart. {words}", _EFFECTS)


def _classes(found: Sensitivity) -> Sketch:
    words = " ".join(sentence for outcome in changing(found) for sentence in of_outcome(found, outcome)[1:])
    title = "What the results rest on, by class of evidence"
    return Sketch("classes", title, partial(classes, found), f"Bars. {words}", _BY_CLASS)


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
    axes.set_xlabel("share of the variance (%)")


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
