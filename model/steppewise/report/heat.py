"""Heat maps: the mean of each outcome over two factors, with contours where both are scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from steppewise.analysis.effects import SweepFindings, steps_of
from steppewise.analysis.factor_words import QUARTER, is_scale
from steppewise.experiment.study import Study
from steppewise.report.along import (
    ROUND,
    axis_name,
    level_names,
    levels_of,
    mark,
    name_panel,
    number_mark,
    own_inside,
    panel_name,
    size_note,
    unit_name,
)
from steppewise.report.style import INK, SMALL, TEXT, WIDTH, Props, about, legible_on, place, plain, sheet, shortened
from steppewise.world.luck import Array

NUMBERS, BAR, RIGHT, AXIS, HEAD, UP = 1.0, 1.1, 0.1, 0.95, 0.55, 0.5
"""Inches: numbers left of a panel, its colour bar, the right margin, the common axis, a panel's name, numbers below."""

HEIGHTS: Final = {1: 4.4, 2: 3.0}
MOST_PANELS: Final = 6
FEWEST_STEPS: Final = 3
"""Values of both factors below which lines say more."""

FILLED: Final = 0.9
"""Part of the cells that must hold points."""

MOST_NUMBERS: Final = 49
"""Cells up to which each shows its number where no contours can be drawn."""

COLOURS: Final = "viridis"


@dataclass(frozen=True)
class Table:
    """The mean of an outcome at every pair of values of two factors, (second, first); NaN where there are no points."""

    first: int
    second: int
    across: Array
    upwards: Array
    cells: Array


def pairs_of(found: SweepFindings) -> list[tuple[int, int]]:
    """The pair of factors to draw: the two that move the outcomes most, of those that can be drawn; none if none can."""
    study = found.study
    ranks = {number: 0.0 for number in range(len(study.factors))}
    for effects in found.effects.values():
        for rank, effect in enumerate(effects):
            ranks[study.factors.index(effect.factor)] += rank
    order = sorted(ranks, key=lambda number: ranks[number])[:4]
    usable = (tuple(sorted(pair)) for pair in combinations(order, 2))
    return [(first, second) for first, second in usable if _is_drawable(study, first, second)][:1]


def _is_drawable(study: Study, first: int, second: int) -> bool:
    one, other = steps_of(study, first), steps_of(study, second)
    if min(len(one.places), len(other.places)) < FEWEST_STEPS:
        return False
    cells = np.unique(one.of_point * len(other.places) + other.of_point)
    return len(cells) >= FILLED * len(one.places) * len(other.places)


def table_of(found: SweepFindings, outcome: str, pair: tuple[int, int]) -> Table:
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
    return Table(*pair, first.places, second.places, cells.reshape(shape))


def heat_map(found: SweepFindings, pair: tuple[int, int], outcomes: Sequence[str]) -> Figure:
    """The means of some outcomes, at most MOST_PANELS, over a pair of factors: the first across, the second upwards."""
    study = found.study
    columns = min(len(outcomes), 2)
    rows, height = -(-len(outcomes) // columns), HEIGHTS[columns]
    first, second = (study.factors[number] for number in pair)
    title = "Two factors at once"
    subtitle = about(study.title, f"Upwards: {axis_name(second, study)}")
    figure = sheet(title, subtitle, _note(found), AXIS + rows * (height + HEAD + UP) - UP)
    for spot, outcome in enumerate(outcomes):
        row, column = divmod(spot, columns)
        width = (WIDTH - RIGHT) / columns - NUMBERS - BAR
        left = column * (width + NUMBERS + BAR) + NUMBERS
        bottom = AXIS + (rows - 1 - row) * (height + HEAD + UP)
        axes = place(figure, left, bottom, width, height)
        _draw_panel(figure, axes, found, outcome, table_of(found, outcome, pair))
    words: Props = {"ha": "center", "va": "bottom", "fontsize": TEXT, "color": INK}
    figure.text(0.5, 0.78 / figure.get_figheight(), axis_name(first, study), **words)
    return figure


def _note(found: SweepFindings) -> str:
    others = len(found.study.factors) - 2
    averaged = [f"averaged over {others} other factors"] if others else []
    return "; ".join(["cell: mean over worlds; lines: equal means", *averaged, size_note(found)])


def _draw_panel(figure: Figure, axes: Axes, found: SweepFindings, outcome: str, table: Table) -> None:
    study = found.study
    pair = (study.factors[table.first], study.factors[table.second])
    edges = [_edges(p) if is_scale(f) else np.arange(len(p) + 1) - 0.5 for f, p in zip(pair, _places(table), strict=True)]
    cells = _ordered(table, study)
    image = axes.pcolormesh(*edges, cells, cmap=COLOURS, shading="flat", linewidth=0, zorder=1)
    if all(map(is_scale, pair)):
        _draw_contours(axes, table, outcome)
    elif cells.size <= MOST_NUMBERS:
        _write_numbers(axes, cells, outcome, image.norm)
    axes.grid(visible=False)
    _dress(axes, table, study)
    name_panel(axes, panel_name(outcome, study))
    bar = figure.colorbar(image, ax=axes, fraction=0.05, pad=0.03)
    bar.ax.tick_params(labelsize=SMALL, labelcolor=INK)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number_mark(outcome, value)))
    bar.locator = MaxNLocator(5, steps=ROUND)
    bar.set_label(plain(unit_name(outcome)), fontsize=SMALL, color=INK)
    bar.outline.set_visible(False)


def _places(table: Table) -> tuple[Array, Array]:
    return table.across, table.upwards


def _edges(places: Array) -> Array:
    """Edges of cells around places: halfway between neighbours, and as far beyond the first and last."""
    middle = (places[1:] + places[:-1]) / 2
    return np.concatenate([[2 * places[0] - middle[0]], middle, [2 * places[-1] - middle[-1]]])


def _ordered(table: Table, study: Study) -> Array:
    """The cells with the levels of factors of words in the order of figures."""
    cells = table.cells
    for axis, number, places in ((1, table.first, table.across), (0, table.second, table.upwards)):
        if not is_scale(study.factors[number]):
            present = [level for level in levels_of(study.factors[number]) if level in places]
            cells = cells.take([list(places).index(level) for level in present], axis=axis)
    return cells


def _draw_contours(axes: Axes, table: Table, outcome: str) -> None:
    """Lines of equal means with their values, where there is something between."""
    cells = table.cells
    if not np.isfinite(cells).all() or np.ptp(cells) < 1e-12:
        return
    levels = [
        level
        for level in MaxNLocator(6, steps=ROUND).tick_values(float(cells.min()), float(cells.max()))
        if cells.min() < level < cells.max()
    ]
    if levels:
        lines = axes.contour(table.across, table.upwards, cells, levels=levels, colors="white", linewidths=1.4, zorder=2)
        texts = axes.clabel(lines, fmt=lambda value: number_mark(outcome, value), fontsize=SMALL, colors="white")
        for text in texts:
            text.set_path_effects([patheffects.withStroke(linewidth=2.5, foreground=INK)])


def _write_numbers(axes: Axes, cells: Array, outcome: str, norm: object) -> None:
    from matplotlib import colormaps
    from matplotlib.colors import Normalize, to_hex

    scale = Normalize(np.nanmin(cells), np.nanmax(cells))
    for (row, column), value in np.ndenumerate(cells):
        if np.isfinite(value):
            ink = legible_on(to_hex(colormaps[COLOURS](scale(value))))
            axes.text(
                column, row, number_mark(outcome, value), ha="center", va="center", fontsize=SMALL, color=ink, zorder=3
            )


def _dress(axes: Axes, table: Table, study: Study) -> None:
    """Marks of both factors; a dotted line where the scenario itself stands."""
    for number, axis, draw, inches in (
        (table.first, axes.xaxis, axes.axvline, axes.get_position().width * WIDTH),
        (table.second, axes.yaxis, axes.axhline, 99.0),
    ):
        factor = study.factors[number]
        if not is_scale(factor):
            names = level_names(factor, inches)
            axis.set_major_locator(FixedLocator(list(range(len(names)))))
            axis.set_major_formatter(FuncFormatter(lambda value, _, names=names: names[round(value)]))
            continue
        quarters = factor.unit == QUARTER
        axis.set_major_locator(MaxNLocator(3 if quarters else 5, steps=[1, 2, 2.5, 4, 5, 10], integer=quarters))
        axis.set_major_formatter(FuncFormatter(lambda value, _, factor=factor: mark(factor, value)))
        own = own_inside(factor, study)
        if own is not None:
            draw(own, color="white", linewidth=1.3, linestyle=(0, (1, 2)), zorder=2.5)
