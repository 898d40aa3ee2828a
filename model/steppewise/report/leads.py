"""Bars beside the map: in which share of the worlds each power leads, state by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from matplotlib.axes import Axes

from steppewise.analysis.findings import StateFinding
from steppewise.report.style import INK, QUIET, SMALL, Look, Props, legible_on, plain, shortened

LEAST: Final = 0.16
"""Parts of a bar that are too narrow for a number are left without."""

TALLEST: Final = 0.92
"""Inches a state takes at most."""

HEAD: Final = 0.42


def draw_leads(axes: Axes, found: Sequence[StateFinding], styles: Mapping[str, Look], height: float) -> None:
    """A bar for each state, its parts in the order of the powers; axes are `height` inches tall."""
    axes.axis("off")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, height)
    row = min((height - HEAD) / len(found), TALLEST)
    axes.text(0, height, "worlds in which a power leads", va="top", fontsize=SMALL, color=QUIET)
    for number, finding in enumerate(found):
        _draw_bar(axes, finding, styles, height - HEAD - number * row, row)


def _draw_bar(axes: Axes, finding: StateFinding, styles: Mapping[str, Look], top: float, row: float) -> None:
    name = plain(shortened(finding.state.label, 24))
    axes.text(0, top, name, va="top", fontsize=SMALL, fontweight="bold", color=INK)
    bottom, thick, left = top - 0.23 - 0.4 * row, 0.4 * row, 0.0
    for lead in finding.leads:
        colour = styles[lead.power.name].colour
        bar: Props = {"height": thick, "align": "edge", "edgecolor": "white", "linewidth": 0.8}
        axes.barh(bottom, lead.share, left=left, color=colour, **bar)
        if lead.share >= LEAST:
            words: Props = {"ha": "center", "va": "center", "fontsize": SMALL, "color": legible_on(colour)}
            axes.text(left + lead.share / 2, bottom + thick / 2, f"{100 * lead.share:.0f} %", **words)
        left += lead.share
