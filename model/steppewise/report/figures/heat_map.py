"""Heat maps: the mean of each outcome over two factors, with contours where both are scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from steppewise.analysis.effects import SweepFindings, steps_of
from steppewise.arrays import Array
from steppewise.experiment.study import Study
from steppewise.report.figures.axes import place, say, sheet
from steppewise.report.figures.colours import INK, legible_on
from steppewise.report.figures.factor_axis import (
    ROUND,
    SIGN,
    axis_name,
    bare_number,
    full_name,
    levels_of,
    mark_axis,
    name_panel,
    number_mark,
    own_inside,
    panel_name,
    size_note,
    unit_name,
)
from steppewise.report.figures.style import FOOTER, HEADER, MARGIN, SMALL, TEXT, WIDTH, Props, plain, shortened
from steppewise.wording.names import begin, factor_words, is_scale
from steppewise.wording.numbers import counted
from steppewise.wording.sweep import number_of

LABEL, NUMBERS, BAR, AXIS, HEAD, UP = 0.42, 0.9, 1.3, 1.0, 0.55, 0.5
"""Inches: the factor at the left, numbers left of a panel, its colour bar, the factor below, panel names, numbers."""

HEIGHTS: Final = {1: 4.4, 2: 3.0}
MOST_PANELS: Final = 6
FEWEST_STEPS: Final = 3
"""Values of both factors below which lines say more."""

FILLED: Final = 0.9
"""Part of the cells that must hold points."""

MOST_ACROSS: Final = 7
"""Columns up to which cells show their numbers where no contours can be drawn."""

LOOKED_AT: Final = 4
"""Factors, those that move the outcomes most, of which two are drawn."""

COLOURS: Final = "viridis"
UNBOUNDED: Final = 99.0
"""Inches: more than any name needs."""

SMALLEST: Final = 1e-12
"""What means differ by at least where they differ."""


@dataclass(frozen=True)
class HeatTable:
    """The mean of an outcome at every pair of values of two factors, (second, first); NaN where there are no points."""

    first: int
    second: int
    across: Array
    upwards: Array
    cells: Array
    binned: bool


def pair_of(found: SweepFindings) -> tuple[int, int] | None:
    """The two factors that move the outcomes most, of those that can be drawn together; None where none can."""
    pairs = combinations(sorted(found.ranked[:LOOKED_AT]), 2)
    return next((pair for pair in pairs if _is_drawable(found.study, *pair)), None)


def outcomes_of(found: SweepFindings, pair: tuple[int, int]) -> list[str]:
    """The outcomes that one of the two factors moves by more than luck, at most MOST_PANELS."""
    factors = [found.study.factors[number] for number in pair]
    moved = [
        outcome
        for outcome in found.study.outcomes
        if any(found.effect(outcome, factor).is_settled for factor in factors)
    ]
    return moved[:MOST_PANELS]


def _is_drawable(study: Study, first: int, second: int) -> bool:
    one, other = steps_of(study, first), steps_of(study, second)
    if min(len(one.places), len(other.places)) < FEWEST_STEPS:
        return False
    cells = np.unique(one.of_point * len(other.places) + other.of_point)
    return len(cells) >= FILLED * len(one.places) * len(other.places)


def table_of(found: SweepFindings, outcome: str, pair: tuple[int, int]) -> HeatTable:
    """The means of an outcome over a pair of factors, averaged over all others."""
    study = found.study
    first, second = steps_of(study, pair[0]), steps_of(study, pair[1])
    means = found.responses.of(outcome)
    good = np.isfinite(means)
    shape = (len(second.places), len(first.places))
    spot = (second.of_point * shape[1] + first.of_point)[good]
    count = np.bincount(spot, minlength=shape[0] * shape[1])
    total = np.bincount(spot, weights=means[good], minlength=shape[0] * shape[1])
    cells = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return HeatTable(*pair, first.places, second.places, cells.reshape(shape), first.binned or second.binned)


def heat_map(found: SweepFindings, pair: tuple[int, int], outcomes: Sequence[str]) -> Figure:
    """The means of some outcomes, at most MOST_PANELS, over a pair of factors: the first across, the second upwards."""
    study = found.study
    columns = min(len(outcomes), 2)
    rows, height = -(-len(outcomes) // columns), HEIGHTS[columns]
    figure = sheet(title_of(pair, study), study.title, _note(found), AXIS + rows * (height + HEAD + UP) - UP)
    for spot, outcome in enumerate(outcomes):
        row, column = divmod(spot, columns)
        width = (WIDTH - LABEL - columns * (NUMBERS + BAR)) / columns
        left = LABEL + column * (width + NUMBERS + BAR) + NUMBERS
        bottom = AXIS + (rows - 1 - row) * (height + HEAD + UP)
        bar = place(figure, left + width + 0.12, bottom, 0.16, height)
        _draw_panel(place(figure, left, bottom, width, height), bar, found, outcome, table_of(found, outcome, pair))
    _name_axes(figure, found, pair)
    return figure


def title_of(pair: tuple[int, int], study: Study) -> str:
    """Both factors."""
    return begin(" and ".join(factor_words(study.factors[number], study.spec) for number in pair))


def _name_axes(figure: Figure, found: SweepFindings, pair: tuple[int, int]) -> None:
    study, tall = found.study, figure.get_figheight()
    first, second = (study.factors[number] for number in pair)
    words: Props = {"fontsize": TEXT, "color": INK}
    figure.text(0.5, 0.76 / tall, axis_name(first, study), ha="center", va="bottom", **words)
    middle, signs = (FOOTER + tall - HEADER) / 2 / tall, int((tall - HEADER - FOOTER) / SIGN)
    name = full_name(second, study)
    upwards = name if len(name) <= signs else shortened(factor_words(second, study.spec), signs)
    figure.text(MARGIN / WIDTH, middle, upwards, rotation=90, ha="left", va="center", **words)


def _note(found: SweepFindings) -> str:
    others = len(found.study.factors) - 2
    averaged = [f"averaged over {counted(others, 'other factor')}"] if others else []
    return "; ".join(["cell: mean over worlds; lines, where drawn: equal means", *averaged, size_note(found)])


def _draw_panel(axes: Axes, beside: Axes, found: SweepFindings, outcome: str, table: HeatTable) -> None:
    study = found.study
    scales = [is_scale(study.factors[number]) for number in (table.first, table.second)]
    cells = _ordered(table, study)
    edges = [
        _edges(places) if scale else np.arange(len(places) + 1) - 0.5
        for places, scale in zip((table.across, table.upwards), scales, strict=True)
    ]
    image = axes.pcolormesh(*edges, cells, cmap=COLOURS, shading="flat", linewidth=0, zorder=1)
    if all(scales):
        _draw_contours(axes, table, outcome)
    elif cells.shape[1] <= MOST_ACROSS:
        middles = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
        _write_numbers(axes, cells, middles, outcome)
    axes.grid(visible=False)
    _dress(axes, table, study)
    name_panel(axes, panel_name(outcome, study))
    _draw_bar(axes, beside, image, outcome)


def _draw_bar(axes: Axes, beside: Axes, image: QuadMesh, outcome: str) -> None:
    """The colours with their numbers and their unit."""
    figure = axes.figure
    bar = figure.colorbar(image, cax=beside, ticks=MaxNLocator(5, steps=ROUND))
    beside.grid(visible=False)
    beside.tick_params(labelsize=SMALL, labelcolor=INK)
    beside.yaxis.set_major_formatter(FuncFormatter(lambda value, _: bare_number(outcome, value)))
    bar.set_label(plain(unit_name(outcome)), fontsize=SMALL, color=INK)
    bar.outline.set_visible(False)


def _edges(places: Array) -> Array:
    """Edges of cells around places: halfway between neighbours, and as far beyond the first and last."""
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]])


def _ordered(table: HeatTable, study: Study) -> Array:
    """The cells with the levels of factors of words in the order of figures."""
    cells = table.cells
    for axis, number, places in ((1, table.first, table.across), (0, table.second, table.upwards)):
        if not is_scale(study.factors[number]):
            present = [level for level in levels_of(study.factors[number]) if level in places]
            cells = cells.take([list(places).index(level) for level in present], axis=axis)
    return cells


def _draw_contours(axes: Axes, table: HeatTable, outcome: str) -> None:
    """Lines of equal means with their values, where there is something between."""
    cells = table.cells
    if not np.isfinite(cells).all() or table.binned or np.ptp(cells) < SMALLEST:
        return
    levels = [
        level
        for level in MaxNLocator(5, steps=ROUND).tick_values(float(cells.min()), float(cells.max()))
        if cells.min() < level < cells.max()
    ]
    if levels:
        lines = axes.contour(
            table.across, table.upwards, cells, levels=levels, colors="white", linewidths=1.4, zorder=2
        )
        texts = axes.clabel(lines, fmt=lambda value: number_mark(outcome, value), fontsize=SMALL, colors="white")
        for text in texts:
            text.set_path_effects([patheffects.withStroke(linewidth=2.5, foreground=INK)])


def _write_numbers(axes: Axes, cells: Array, middles: list[Array], outcome: str) -> None:
    scale = Normalize(float(np.nanmin(cells)), float(np.nanmax(cells)))
    for (row, column), value in np.ndenumerate(cells):
        if np.isfinite(value):
            ink = legible_on(to_hex(colormaps[COLOURS](scale(value))))
            spot = (float(middles[0][column]), float(middles[1][row]))
            say(axes, *spot, number_of(outcome, value, 0.0), ha="center", colour=ink)


def _dress(axes: Axes, table: HeatTable, study: Study) -> None:
    """Marks of both factors; a dotted line where the scenario itself stands."""
    inches = axes.get_position().width * WIDTH
    sides = ((table.first, axes.xaxis, axes.axvline, inches), (table.second, axes.yaxis, axes.axhline, UNBOUNDED))
    for number, axis, draw, room in sides:
        factor = study.factors[number]
        mark_axis(axis, factor, room, most=5)
        own = own_inside(factor, study)
        if own is not None and is_scale(factor):
            draw(own, color="white", linewidth=1.3, linestyle=(0, (1, 2)), zorder=2.5)
