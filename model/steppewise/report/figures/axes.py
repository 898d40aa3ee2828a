"""Sheets with their titles, and axes on them, measured in inches; bars, keys and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Transform

from steppewise.report.figures.colours import INK, PAPER, legible_on
from steppewise.report.figures.picture import DOTS, png_of
from steppewise.report.figures.style import (
    BLANK,
    DPI,
    FAINT,
    FOOTER,
    HEADER,
    MARGIN,
    QUIET,
    RULE,
    SMALL,
    TEXT,
    TITLE,
    WIDTH,
    Props,
    plain,
    shortened,
)


class Sheet(Figure):
    """A figure that draws itself in a notebook; `said` is what it shows, for those who cannot see it."""

    said = ""

    def _repr_png_(self) -> tuple[bytes, dict[str, str]]:
        return png_of(self, DOTS), {"alt": self.said}


def sheet(title: str, subtitle: str, note: str, body: float, width: float = WIDTH) -> Sheet:
    """An empty figure with its words; `body` is the height in inches between header and footer."""
    height = HEADER + body + FOOTER
    figure = Sheet(figsize=(width, height), dpi=DPI, facecolor=PAPER)
    figure.said = f"{title}. {subtitle}. {note}."
    left = MARGIN / width
    write(figure, left, 1 - 0.18 / height, shortened(title, 84), TITLE, INK, weight="bold", va="top")
    write(figure, left, 1 - 0.56 / height, shortened(subtitle, 110), TEXT, QUIET, va="top")
    write(figure, left, 0.14 / height, shortened(note, 125), SMALL, QUIET, va="bottom")
    return figure


def write(
    figure: Figure, x: float, y: float, text: str, size: float, colour: str, weight: str = "normal", va: str = "top"
) -> None:
    """Words on the sheet, from (x, y) in parts of it."""
    figure.text(x, y, plain(text), fontsize=size, color=colour, fontweight=weight, va=va, ha="left")


def say(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL,
    colour: str = INK,
    bold: bool = False,
    ha: str = "left",
    va: str = "center",
    across: Transform | None = None,
) -> Text:
    """Words on axes, from (x, y) in data unless `across` measures it otherwise, such as `axes.transAxes`."""
    weight = "bold" if bold else "normal"
    where = across or axes.transData
    words: Props = {"fontsize": size, "color": colour, "fontweight": weight, "ha": ha, "va": va, "transform": where}
    return axes.text(x, y, text, **words)


def draw_parts(axes: Axes, bottom: float, height: float, parts: Iterable[tuple[float, str, str]]) -> None:
    """A bar of parts side by side: the length of each, its colour (white is hatched), and the words in it."""
    left = 0.0
    for length, colour, words in parts:
        hatched = colour.lower() == PAPER
        look: Props = {"edgecolor": FAINT if hatched else PAPER, "hatch": "///" if hatched else None, "linewidth": 0.8}
        axes.barh(bottom, length, height, left, align="edge", color=colour, zorder=3, **look)
        if words:
            told = say(axes, left + length / 2, bottom + height / 2, words, ha="center", colour=legible_on(colour))
            told.set(zorder=5, bbox={**BLANK, "alpha": 1.0} if hatched else None)
        left += length


def draw_key(figure: Figure, handles: Sequence[Artist], columns: int = 0, length: float = 2.0) -> None:
    """The key below the subtitle, in one row unless told otherwise; `length` of its lines in signs."""
    corner = (MARGIN / WIDTH, 1 - 0.92 / figure.get_figheight())
    spot: Props = {"loc": "upper left", "bbox_to_anchor": corner, "borderaxespad": 0, "frameon": False}
    words: Props = {"fontsize": SMALL, "labelcolor": INK, "handlelength": length, "columnspacing": 1.6}
    figure.legend(handles=handles, ncols=columns or len(handles), **spot, **words)


def mute(axes: Axes, width: float, height: float) -> None:
    """Axes without rules and numbers, so wide and high in inches, for words and marks alone."""
    axes.axis("off")
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)


def place(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Axes at a place in inches from the left lower corner of the body, dressed."""
    across, whole = figure.get_size_inches()
    box = (left / across, (FOOTER + bottom) / whole, width / across, height / whole)
    axes = figure.add_axes(box)
    dress(axes)
    return axes


def place_rows(
    figure: Figure, left: float, bottom: float, width: float, height: float, ruled: bool = False, edge: bool = True
) -> Axes:
    """Axes for rows measured in inches upwards, without numbers at their left; `ruled` at the numbers below."""
    axes = place(figure, left, bottom, width, height)
    axes.set_ylim(0, height)
    axes.set_yticks([])
    axes.spines["left"].set_visible(edge)
    axes.grid(visible=False)
    if ruled:
        axes.grid(visible=True, axis="x", color="#e8e5de", linewidth=0.8)
    return axes


def share_axis(axes: Axes, name: str) -> None:
    """An axis of shares from nothing to all below rows."""
    axes.set_xlim(0, 1)
    percent_axis(axes, "x")
    axes.set_xlabel(name)


def dress(axes: Axes) -> None:
    """Quiet rules, no box, readable numbers."""
    axes.set_facecolor(PAPER)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#9a978f")
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_fontsize(TEXT)
    axes.tick_params(labelsize=SMALL, labelcolor=INK, color="#9a978f", length=4)
    axes.grid(axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)


def percent_axis(axes: Axes, which: str = "y", ticks: int = 5) -> None:
    """Numbers of an axis of shares as percent."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.3g} %"))


def spread_apart(wanted: Iterable[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to the wanted ones, at least `gap` apart, between low and high where they fit."""
    values = list(wanted)
    order = sorted(range(len(values)), key=lambda i: values[i])
    gap = min(gap, (high - low) / max(len(values) - 1, 1))
    places = [min(max(values[i], low), high) for i in order]
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    ceiling = high
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], ceiling)
        ceiling = places[i] - gap
    return [place for _, place in sorted(zip(order, places, strict=True))]
