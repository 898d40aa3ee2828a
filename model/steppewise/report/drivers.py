"""The factors that matter most for an outcome: bars with their intervals, coloured by class of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.driver_rows import FINE
from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import Quantity, quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.telling_comparison import Measure
from steppewise.analysis.telling_sensitivity import measure_of, percent_and_reach
from steppewise.report.rests import COLOURS
from steppewise.report.sensitivity_parts import (
    AXIS,
    EDGE,
    KEY,
    ROW,
    draw_interval,
    draw_key,
    draw_names,
    middle_of,
    note_of,
    pale,
    place_bars,
    titled,
    write_number,
)
from steppewise.report.style import INK, TEXT, Props, about, percent_axis, sheet, shortened

MOST_BARS: Final = 12
THICK, THIN = 0.3, 0.16
"""Inches: a bar, and one that is drawn inside another."""


def drivers(found: Sensitivity, outcome: str) -> Figure:
    """The figure of the method: effects (Morris), shares of the variance (Sobol), or a tornado."""
    draw = {"morris": effects_of_morris, "sobol": shares_of_sobol, "tornado": tornado}
    return draw[found.question.method](found, outcome)


def shown(found: Sensitivity, outcome: str) -> list[Index]:
    """The factors that are drawn: the largest, without those that do nothing."""
    return [index for index in found.ranked(outcome) if index.value > 0][:MOST_BARS]


def _drawn(
    found: Sensitivity, outcome: str, title: str, subtitle: str, others: Sequence[Patch] = ()
) -> tuple[Figure, Axes]:
    """The sheet with the names of the factors and a key, and axes for the bars."""
    indices = shown(found, outcome)
    factors = [found.question.factor(index.name) for index in indices]
    of_all = f"; {len(indices)} of {len(found.question.factors):,} parameters shown"
    note = note_of(found, of_all if len(found.question.factors) > len(indices) else "")
    figure = sheet(title, about(found.question.title, subtitle), note, AXIS + ROW * len(indices) + KEY)
    draw_names(figure, factors, found.question)
    draw_key(figure, list(dict.fromkeys(factor.evidence for factor in factors)), others)
    return figure, place_bars(figure, len(indices))


def _asked(found: Sensitivity, outcome: str) -> tuple[Quantity, Measure]:
    asked = quantity(outcome, found.question.spec)
    return asked, measure_of(asked)


def _colour(found: Sensitivity, index: Index) -> str:
    return COLOURS[found.question.factor(index.name).evidence]


def _bar(axes: Axes, y: float, left: float, width: float, colour: str, thick: float) -> None:
    look: Props = {"edgecolor": EDGE, "linewidth": 0.6, "zorder": 3}
    axes.barh(y, width, left=left, height=thick, color=colour, **look)


def effects_of_morris(found: Sensitivity, outcome: str) -> Figure:
    """The mean absolute effect of every factor over its whole range."""
    asked, measure = _asked(found, outcome)
    subtitle = "Mean absolute effect over a parameter's whole range, lines: 95 % interval"
    figure, axes = _drawn(found, outcome, titled("What moves {}", asked.label), subtitle)
    indices = shown(found, outcome)
    for row, index in enumerate(indices):
        y = middle_of(row, len(indices))
        _bar(axes, y, 0.0, measure.scale * index.value, _colour(found, index), THICK)
        draw_interval(axes, index, y, measure.scale)
        numbers = [measure.number(value, index.half_width) for value in (index.value, index.half_width)]
        write_number(axes, " ± ".join(numbers), y)
    axes.set_xlim(0, None)
    axes.set_xlabel(f"mean absolute effect ({unit_words(asked)})", fontsize=TEXT)
    return figure


def unit_words(asked: Quantity) -> str:
    """The unit on an axis of effects."""
    return "percentage points" if measure_of(asked).scale > 1 else asked.unit


def shares_of_sobol(found: Sensitivity, outcome: str) -> Figure:
    """First-order and total indices of every factor."""
    asked, _ = _asked(found, outcome)
    parts = [
        Patch(facecolor="#3a3a3a", edgecolor=EDGE, label="alone (first order)"),
        Patch(facecolor=pale("#3a3a3a"), edgecolor=EDGE, label="with interactions (total)"),
    ]
    subtitle = "Share of the variance between points, lines: 95 % intervals"
    figure, axes = _drawn(found, outcome, titled("What the variance of {} rests on", asked.label), subtitle, parts)
    first, indices = found.of(outcome, "factor", "first"), shown(found, outcome)
    for row, total in enumerate(indices):
        y, colour, alone = middle_of(row, len(indices)), _colour(found, total), first[total.name]
        _bar(axes, y, 0.0, total.value, pale(colour), THICK)
        _bar(axes, y - 0.05, 0.0, max(alone.value, 0.0), colour, THIN)
        draw_interval(axes, total, y + 0.11)
        draw_interval(axes, alone, y - 0.05)
        write_number(axes, f"{percent_and_reach(total)}", y)
    axes.set_xlim(min(0.0, min(index.low for index in first.values())), None)
    percent_axis(axes, "x")
    axes.set_xlabel("share of the variance (%); at the right: total", fontsize=TEXT)
    return figure


def tornado(found: Sensitivity, outcome: str) -> Figure:
    """The outcome with each factor at the low and at the high end of its range, the others at their values."""
    asked, measure = _asked(found, outcome)
    ends = [
        Patch(facecolor=pale("#3a3a3a"), edgecolor=EDGE, label="low end of the range"),
        Patch(facecolor="#3a3a3a", edgecolor=EDGE, label="high end"),
    ]
    subtitle = "Each parameter at its low and its high end, all others at their values (line)"
    figure, axes = _drawn(found, outcome, titled("One at a time: {}", asked.label), subtitle, ends)
    low, high = (found.of(outcome, "factor", end) for end in ("low", "high"))
    indices, base = shown(found, outcome), next(iter(found.of(outcome, "factor", "base").values())).value
    for row, index in enumerate(indices):
        y, colour = middle_of(row, len(indices)), _colour(found, index)
        for end, shade in ((low[index.name], pale(colour)), (high[index.name], colour)):
            _bar(axes, y, measure.scale * base, measure.scale * (end.value - base), shade, THICK)
        told = [measure.number(end[index.name].value, indices[0].value / FINE) for end in (low, high)]
        write_number(axes, " to ".join(told), y)
    axes.axvline(measure.scale * base, color=INK, linewidth=1.2, zorder=4)
    axes.margins(x=0.04)
    unit = "%" if measure.scale > 1 and not asked.against else unit_words(asked)
    axes.set_xlabel(f"{shortened(asked.label, 56)} ({unit})", fontsize=TEXT)
    return figure
