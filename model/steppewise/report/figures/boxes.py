"""The boxes of scenario discovery: their ranges, and coverage against density on the way to them."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.discovery import Discovery, Restriction
from steppewise.analysis.prim import Found
from steppewise.report.figures.axes import draw_key, mute, percent_axis, place, place_rows, say, sheet
from steppewise.report.figures.colours import COLOURS, INK, LOOKS
from steppewise.report.figures.drivers import AXIS, EDGE, KEY, LONGEST_TITLE, ROW, key_of_classes, write_factor
from steppewise.report.figures.style import MARGIN, QUIET, SMALL, TEXT, WIDTH, Props, about, shortened
from steppewise.wording.discovery import limits
from steppewise.wording.numbers import percent

NAMES, LIMITS, HEAD = 4.65, 2.3, 0.75
"""Inches: names at the left, limits at the right, the words above a box's rows."""

LEFT, RIGHT, BODY = 1.15, 0.6, 4.6


def _title(found: Discovery, form: str) -> str:
    return shortened(form.format(found.asked.condition.text), LONGEST_TITLE)


def _note(found: Discovery) -> str:
    asked = found.asked
    return (
        f"2 × {asked.size:,} points over {len(asked.factors):,} parameters, each in the same {asked.worlds:,} worlds; "
        f"{found.asked.runs:,} runs"
    )


# ranges -------------------------------------------------------------------------------------------------


def _name_base(axes: Axes, base: float, top: float) -> None:
    """The name of the line of all points: below its right end, where no path goes, or above where there is no room."""
    below = base > 0.1 * top
    height, va = (0.98 * base, "top") if below else (1.02 * base, "bottom")
    say(axes, 1.01, height, f"all points: {percent(base, 0)} %", va=va, ha="right", colour=QUIET)


def ranges(found: Discovery) -> Figure:
    """The restricted parameters of every box, as parts of their ranges."""
    boxes = [(box, list(found.restrictions(box))) for box in found.boxes]
    heights = [HEAD + ROW * len(rows) for _, rows in boxes]
    subtitle = about(found.asked.title, f"It holds at {percent(found.base_rate, 0)} % of all points; bars: in the box")
    figure = sheet(_title(found, "Where {}"), subtitle, _note(found), AXIS + sum(heights) + KEY)
    bottom = sum(heights)
    for number, ((box, rows), height) in enumerate(zip(boxes, heights, strict=True), start=1):
        bottom -= height
        _draw_box(figure, found, number, box, rows, bottom)
    evidence = [found.asked.factor(row.factor).evidence for _, rows in boxes for row in rows]
    key_of_classes(figure, list(dict.fromkeys(evidence)))
    return figure


def _draw_box(
    figure: Figure, found: Discovery, number: int, box: Found, rows: Sequence[Restriction], bottom: float
) -> None:
    height = ROW * len(rows)
    names = place(figure, 0, AXIS + bottom, NAMES, height + HEAD)
    mute(names, NAMES, height + HEAD)
    _write_head(names, number, box, height)
    axes = place_rows(figure, NAMES, AXIS + bottom, WIDTH - NAMES - LIMITS, height)
    axes.set_xlim(0, 1)
    last = number == len(found.boxes)
    axes.set_xticks([0.0, 0.5, 1.0], ["low end", "middle", "high end"] if last else ["", "", ""])
    axes.set_xlabel("place in the parameter's range" if last else "")
    for row, one in enumerate(rows):
        y = height - (row + 0.5) * ROW
        factor = found.asked.factor(one.factor)
        write_factor(names, factor, found.asked, NAMES - 0.12, y)
        axes.barh(y, 1.0, height=0.1, color="#e3e0d8", edgecolor="none", zorder=2)
        look: Props = {"color": COLOURS[factor.evidence], "edgecolor": EDGE, "linewidth": 0.6, "zorder": 3}
        axes.barh(y, one.high - one.low, left=one.low, height=0.26, **look)
        likely = "below .001" if one.quasi_p < 0.001 else f"{one.quasi_p:.3f}".lstrip("0")
        say(axes, 1.03, y, f"{limits(one)}\nquasi-p {likely}", size=SMALL - 1)


def _write_head(axes: Axes, number: int, box: Found, height: float) -> None:
    quality = box.fresh
    words = (
        f"density {percent(quality.density, 0)} %, coverage {percent(quality.coverage, 0)} %, in "
        f"{percent(quality.mass, 0)} % of the space; {quality.points:,} fresh points"
    )
    say(axes, MARGIN, height + 0.45, f"Box {number}", size=TEXT, bold=True)
    say(axes, MARGIN, height + 0.18, words, colour=QUIET)


# paths --------------------------------------------------------------------------------------------------


def paths(found: Discovery) -> Figure:
    """Coverage against density of every box on the way, with the one that was taken."""
    subtitle = about(found.asked.title, "Each dot cuts off one slice more; ring: taken, cross: among fresh points")
    figure = sheet(_title(found, "What a box costs: {}"), subtitle, _note(found), AXIS + BODY + KEY)
    axes = place(figure, LEFT, AXIS, WIDTH - LEFT - RIGHT, BODY)
    handles = []
    for number, box in enumerate(found.boxes, start=1):
        handles.append(_draw_path(axes, number, box))
    base = found.base_rate
    axes.axhline(base, color="#9a978f", linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    axes.set_xlim(0, 1.02)
    densest = max(step.density for box in found.boxes for step in (*box.path, box.fresh))
    top = min(1.2 * densest, 1.04)
    axes.set_ylim(0, top)
    _name_base(axes, base, top)
    percent_axis(axes, "x")
    percent_axis(axes, "y")
    axes.set_xlabel("coverage: part of all points of interest in the box (%)")
    axes.set_ylabel("density: of interest inside (%)")
    draw_key(figure, handles)
    return figure


def _draw_path(axes: Axes, number: int, box: Found) -> Line2D:
    look = LOOKS[number - 1]
    coverage, density = [step.coverage for step in box.path], [step.density for step in box.path]
    [line] = axes.plot(
        coverage, density, color=look.colour, linewidth=1.2, marker=look.marker, markersize=5, label=f"box {number}"
    )
    taken = box.path[box.chosen]
    ring: Props = {"markerfacecolor": "none", "markeredgecolor": INK, "markeredgewidth": 2.0, "markersize": 13}
    axes.plot([taken.coverage], [taken.density], linestyle="", marker="o", zorder=5, **ring)
    cross: Props = {"markeredgecolor": look.colour, "markeredgewidth": 3.0, "markersize": 11}
    axes.plot([box.fresh.coverage], [box.fresh.density], linestyle="", marker="x", zorder=6, **cross)
    return line
