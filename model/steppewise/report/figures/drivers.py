"""What drives an outcome: the factors that matter most as bars, and Morris's plane; coloured by class of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from steppewise.analysis.evaluating import Subject
from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import Quantity, quantity
from steppewise.analysis.sensitivity import BY_FACTOR, Question, Sensitivity
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor
from steppewise.report.figures.axes import (
    draw_key,
    mute,
    percent_axis,
    place,
    place_rows,
    say,
    sheet,
    spread_apart,
)
from steppewise.report.figures.colours import COLOURS, INK, mixed
from steppewise.report.figures.style import QUIET, SMALL, TEXT, WIDTH, Props, about, short, shortened
from steppewise.wording.names import begin, factor_words
from steppewise.wording.numbers import Measure, typeset
from steppewise.wording.sensitivity import FINE, measure_of, percent_and_reach, size_words, value_of

NAMES, NUMBERS = 4.65, 1.55
"""Inches: names at the left, numbers at the right."""

ROW: Final = 0.5
KEY: Final = 0.5
AXIS: Final = 0.66
EDGE: Final = "#55534e"
LONGEST_TITLE: Final = 68

MARKERS: Final = {"stated": "o", "coded": "s", "external": "^", "assumed": "D"}


def pale(colour: str) -> str:
    """A colour for what is drawn behind."""
    return mixed(colour, "#ffffff", 0.6)


def titled(form: str, label: str) -> str:
    """A title such as `What moves {}`; the label alone where that would be too long."""
    title = form.format(label)
    return title if len(title) <= LONGEST_TITLE else shortened(begin(label), LONGEST_TITLE)


def note_of(found: Sensitivity, words: str = "") -> str:
    """How many points in how many worlds are behind a figure."""
    question, points = found.question, found.question.points[BY_FACTOR]
    worlds = "the same world" if question.worlds == 1 else f"the same {question.worlds:,} worlds"
    luck = " without chance" if question.uncertainty == "none" else ""
    runs = f"{found.question.runs:,} runs in all"
    size = size_words(question).removeprefix(", ")
    return ": ".join(part for part in (size, f"{points:,} points, each in {worlds}{luck}; {runs}{words}") if part)


def draw_names(figure: Figure, shown: Sequence[Factor], question: Question) -> Axes:
    """Two lines for each factor, the first on top: its name, its value with its range."""
    height = ROW * len(shown)
    axes = place(figure, 0, AXIS, NAMES, height)
    mute(axes, NAMES, height)
    for row, factor in enumerate(shown):
        write_factor(axes, factor, question, NAMES - 0.12, middle_of(row, len(shown)))
    return axes


def write_factor(axes: Axes, factor: Factor, subject: Subject, right: float, middle: float) -> None:
    """A factor in two lines: its name; its value with its range, and its class of evidence."""
    name = short(factor_words(factor, subject.spec), 44)
    say(axes, right, middle + 0.1, name, size=TEXT, ha="right")
    told = short(f"{value_of(factor, subject.spec)}, {factor.evidence}", 48)
    say(axes, right, middle - 0.12, told, size=SMALL - 1, colour=QUIET, ha="right")


def place_bars(figure: Figure, rows: int) -> Axes:
    """Axes for horizontal bars beside the names, the first row on top, measured in inches upwards."""
    return place_rows(figure, NAMES, AXIS, WIDTH - NAMES - NUMBERS, ROW * rows, ruled=True)


def middle_of(row: int, rows: int) -> float:
    """The height of a row's middle, in inches."""
    return ROW * (rows - row - 0.5)


def draw_interval(axes: Axes, index: Index, y: float, scale: float = 1.0) -> None:
    """The 95 % interval of an index."""
    ends = [scale * index.low, scale * index.high]
    axes.plot(ends, [y, y], color=INK, linewidth=1.5, marker="|", markersize=8, solid_capstyle="butt", zorder=4)


def write_number(axes: Axes, text: str, y: float) -> None:
    """A number at the right of the bars."""
    say(axes, 1.02, y, typeset(text), across=axes.get_yaxis_transform())


def key_of_classes(figure: Figure, classes: Sequence[str], others: Sequence[Patch] = ()) -> None:
    """Which colour is which class of evidence."""
    known = [Patch(facecolor=COLOURS[name], edgecolor="white", label=name) for name in CLASSES if name in classes]
    draw_key(figure, [*known, *others])


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
    key_of_classes(figure, list(dict.fromkeys(factor.evidence for factor in factors)), others)
    return figure, place_bars(figure, len(indices))


def _asked(found: Sensitivity, outcome: str) -> tuple[Quantity, Measure]:
    asked = quantity(outcome, found.question.spec)
    return asked, measure_of(asked)


def _colour(found: Sensitivity, index: Index) -> str:
    return COLOURS[found.question.factor(index.name).evidence]


def _bar(axes: Axes, y: float, left: float, width: float, colour: str, thick: float) -> None:
    look: Props = {"edgecolor": EDGE, "linewidth": 0.6, "zorder": 3}
    axes.barh(y, width, left=left, height=thick, color=colour, **look)


def nested_bars(axes: Axes, y: float, alone: Index, total: Index, colour: str) -> None:
    """A share with all interactions, and inside it what a factor or a class does alone; both with their intervals."""
    _bar(axes, y, 0.0, max(total.value, 0.0), pale(colour), THICK)
    _bar(axes, y - 0.05, 0.0, max(alone.value, 0.0), colour, THIN)
    draw_interval(axes, total, y + 0.11)
    draw_interval(axes, alone, y - 0.05)


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
    axes.set_xlabel(f"mean absolute effect ({unit_words(asked)})")
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
        y = middle_of(row, len(indices))
        nested_bars(axes, y, first[total.name], total, _colour(found, total))
        write_number(axes, f"{percent_and_reach(total)}", y)
    axes.set_xlim(min(0.0, min(index.low for index in first.values())), None)
    percent_axis(axes, "x")
    axes.set_xlabel("share of the variance (%); at the right: total")
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
    axes.set_xlabel(f"{shortened(asked.label, 56)} ({unit})")
    return figure


LABELLED: Final = 10
LEFT, LABELS, BODY = 0.95, 4.2, 5.6
"""Inches: numbers of the axis, names at the right, the plane."""


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
    axes.set_xlabel(f"mean absolute effect, μ* ({unit_words(asked)})")
    axes.set_ylabel(f"standard deviation of the effect, σ ({unit_words(asked)})")
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
        side = "center" if end < right else "right"
        say(axes, end, min(1.01 * slope * end, 1.01 * top), words, colour=QUIET, va="bottom", ha=side)


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
        words = short(factor_words(factor, found.question.spec), 40)
        say(axes, 1.04 * right, height, words)


def _draw_key(figure: Figure, found: Sensitivity) -> None:
    marks = []
    for name in (name for name in CLASSES if name in found.question.classes):
        look: Props = {"markerfacecolor": COLOURS[name], "markeredgecolor": EDGE, "markeredgewidth": 0.7}
        marks.append(Line2D([], [], linestyle="", marker=MARKERS[name], markersize=9, label=name, **look))
    draw_key(figure, marks)
