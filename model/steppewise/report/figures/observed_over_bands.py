"""What was observed over the bands of the worlds: a panel for each state, the powers in their colours."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from steppewise.analysis.hindcast import Hindcast, Scored
from steppewise.report.figures.axes import draw_key, percent_axis, place, sheet
from steppewise.report.figures.colours import AUTONOMY, INK, PAPER, Look, looks
from steppewise.report.figures.style import MARGIN, SMALL, TEXT, WIDTH, about, headline
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES

COLUMNS: Final = 3
LEFT, GAP, KEY = 0.85, 0.75, 0.35
PANEL, AXIS, HEAD = 2.5, 0.5, 0.45
"""Inches: a panel, the years below it, the name above it."""

FEW: Final = 2
"""Observations up to which each stands by itself, with a bar instead of a band."""


def observed_over_bands(found: Hindcast, variable: str) -> Figure:
    """Observations of a variable over the band of nine tenths of the worlds, and the median world."""
    spec, points = found.ensemble.spec, found.of(variable)
    panels = list(dict.fromkeys(point.observation.state for point in points))
    blocks = -(-len(panels) // COLUMNS)
    title = f"Observed, and in the worlds: {VARIABLES[variable].label}"
    subtitle = about(spec.title, "Marks: observed, hollow outside the band; lines: median world")
    plan = found.ensemble.plan
    note = f"{plan.worlds:,} worlds, seed {plan.seed}; bands: 5 to 95 percent; {len(points)} observations"
    figure = sheet(title, subtitle, note, blocks * (PANEL + AXIS + HEAD) + KEY)
    width = (WIDTH - LEFT - MARGIN - (COLUMNS - 1) * GAP) / COLUMNS
    styles, years = looks(spec), [point.observation.year for point in points]
    for number, state in enumerate(panels):
        row, column = divmod(number, COLUMNS)
        bottom = (blocks - 1 - row) * (PANEL + AXIS + HEAD) + AXIS
        axes = place(figure, LEFT + column * (width + GAP), bottom, width, PANEL)
        here = [point for point in points if point.observation.state == state]
        for power in dict.fromkeys(point.observation.power for point in here):
            look = styles.get(power or "", AUTONOMY)
            _draw(axes, [point for point in here if point.observation.power == power], look)
        _dress(axes, variable, min(years), max(years))
        name = spec.labels[state] if state else "The region"
        axes.set_title(headline(name, width), fontsize=TEXT, color=INK, fontweight="bold", loc="left", pad=8)
    _draw_key(figure, spec, points)
    return figure


def _draw(axes: Axes, points: list[Scored], look: Look) -> None:
    """One series of observations over its band."""
    years, seen, median, low, high = np.array(
        [(one.observation.year, one.observation.value, one.median, one.low, one.high) for one in points]
    ).T
    if len(points) > FEW:
        axes.fill_between(years, low, high, color=look.colour, alpha=0.18, linewidth=0, zorder=2)
        axes.plot(years, median, color=look.stroke, linestyle=look.dashes, linewidth=1.8, zorder=3)
    else:
        axes.vlines(years, low, high, color=look.colour, alpha=0.35, linewidth=7, zorder=2)
        axes.plot(years, median, color=look.stroke, linestyle="none", marker="_", markersize=12, zorder=3)
    inside = np.array([one.inside for one in points])
    for chosen, face in ((inside, look.colour), (~inside, PAPER)):
        axes.plot(
            years[chosen],
            seen[chosen],
            linestyle="none",
            marker=look.marker,
            markersize=6,
            zorder=4,
            markerfacecolor=face,
            markeredgecolor=look.ink,
            markeredgewidth=1.4,
        )


def _dress(axes: Axes, variable: str, first: float, last: float) -> None:
    axes.set_xlim(np.floor(first) - 0.2, np.ceil(last) + 0.2)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.set_ylim(bottom=0)
    if VARIABLES[variable].unit == "share":
        percent_axis(axes)
    else:
        axes.set_ylabel(VARIABLES[variable].unit, fontsize=SMALL)


def _draw_key(figure: Figure, spec: ScenarioSpec, points: tuple[Scored, ...]) -> None:
    styles, present = looks(spec), {point.observation.power for point in points}
    handles = [
        Line2D(
            [],
            [],
            color=styles[name].stroke,
            linestyle=styles[name].dashes,
            marker=styles[name].marker,
            markerfacecolor=styles[name].colour,
            markeredgecolor=styles[name].ink,
            label=spec.labels[name],
        )
        for name in spec.power_names
        if name in present
    ]
    if handles:
        draw_key(figure, handles, length=3.0)
