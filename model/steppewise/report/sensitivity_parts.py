"""What the figures of a sensitivity analysis have in common: names of factors, keys of classes, notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.factor_words import factor_words
from steppewise.analysis.indices import Index
from steppewise.analysis.sensitivity import BY_FACTOR, Question, Sensitivity
from steppewise.analysis.subject import Subject
from steppewise.analysis.telling_sensitivity import size_words, value_of
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor
from steppewise.report.comparison_tables import typeset
from steppewise.report.rests import COLOURS
from steppewise.report.style import INK, MARGIN, QUIET, SMALL, TEXT, WIDTH, Props, mixed, place, plain, shortened

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
    return title if len(title) <= LONGEST_TITLE else shortened(f"{label[:1].upper()}{label[1:]}", LONGEST_TITLE)


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
    axes.axis("off")
    axes.set_xlim(0, NAMES)
    axes.set_ylim(0, height)
    for row, factor in enumerate(shown):
        write_factor(axes, factor, question, NAMES - 0.12, middle_of(row, len(shown)))
    return axes


def write_factor(axes: Axes, factor: Factor, subject: Subject, right: float, middle: float) -> None:
    """A factor in two lines: its name; its value with its range, and its class of evidence."""
    name = plain(shortened(factor_words(factor, subject.spec), 44))
    axes.text(right, middle + 0.1, name, fontsize=TEXT, color=INK, ha="right", va="center")
    told = plain(shortened(f"{value_of(factor, subject.spec)}, {factor.evidence}", 48))
    axes.text(right, middle - 0.12, told, fontsize=SMALL - 1, color=QUIET, ha="right", va="center")


def place_bars(figure: Figure, rows: int) -> Axes:
    """Axes for horizontal bars beside the names, the first row on top, measured in inches upwards."""
    axes = place(figure, NAMES, AXIS, WIDTH - NAMES - NUMBERS, ROW * rows)
    axes.set_ylim(0, ROW * rows)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color="#e8e5de", linewidth=0.8)
    return axes


def middle_of(row: int, rows: int) -> float:
    """The height of a row's middle, in inches."""
    return ROW * (rows - row - 0.5)


def draw_interval(axes: Axes, index: Index, y: float, scale: float = 1.0) -> None:
    """The 95 % interval of an index."""
    ends = [scale * index.low, scale * index.high]
    axes.plot(ends, [y, y], color=INK, linewidth=1.5, marker="|", markersize=8, solid_capstyle="butt", zorder=4)


def write_number(axes: Axes, text: str, y: float) -> None:
    """A number at the right of the bars."""
    words: Props = {"va": "center", "fontsize": SMALL, "color": INK}
    axes.text(1.02, y, typeset(text), transform=axes.get_yaxis_transform(), **words)


def draw_key(figure: Figure, classes: Sequence[str], others: Sequence[Patch] = ()) -> None:
    """Which colour is which class of evidence."""
    known = [Patch(facecolor=COLOURS[name], edgecolor="white", label=name) for name in CLASSES if name in classes]
    y = 1 - 0.92 / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0}
    handles = [*known, *others]
    figure.legend(handles=handles, ncols=len(handles), frameon=False, fontsize=SMALL, labelcolor=INK, **spot)
