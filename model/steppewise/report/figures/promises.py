"""Promised against delivered: what became of the money, and how much of what fell due was delivered."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import draw_key, percent_axis, place, say, sheet
from steppewise.report.figures.bands import band_note, fan, period, spread_of, years
from steppewise.report.figures.colours import Look, mixed
from steppewise.report.figures.fan_chart import Series, draw_spread, power_series, time_axis
from steppewise.report.figures.style import BLANK, MARGIN, SMALL, TEXT, WIDTH, Props, about, headline

MOST_IN_ROW: Final = 4
LEFT, GAP, KEY = 1.1, 0.5, 0.3
MONEY, RATE, BETWEEN, AXIS, HEAD = 2.0, 1.35, 0.3, 0.66, 0.42
"""Inches: the two panels of a power, what lies between them, the years below, the name above."""

BLOCK: Final = AXIS + RATE + BETWEEN + MONEY + HEAD

FATES: Final = ("delivered", "in_pipeline", "cancelled")
WORDS: Final = {"delivered": "delivered", "in_pipeline": "still awaited", "cancelled": "cancelled"}
PALENESS: Final = {"delivered": 0.15, "in_pipeline": 0.62, "cancelled": 1.0}


def promises(ensemble: Ensemble) -> Figure:
    """For every power: money promised since the start by what became of it, and the execution rate."""
    spec = ensemble.spec
    columns = min(len(spec.powers), MOST_IN_ROW)
    blocks = -(-len(spec.powers) // columns)
    title = f"Promised and delivered, {period(spec)}"
    subtitle = about(spec.title, "Above: money since the start; below: what was delivered of what fell due")
    note = f"{band_note(ensemble, 'areas and lines')}; above, each power has its own scale"
    figure = sheet(title, subtitle, note, blocks * BLOCK + KEY)
    width = (WIDTH - LEFT - MARGIN - (columns - 1) * GAP) / columns
    money = {fate: fan(ensemble, fate).mean for fate in FATES}
    for number, series in enumerate(power_series(ensemble, "execution")):
        row, column = divmod(number, columns)
        corner = (LEFT + column * (width + GAP), (blocks - 1 - row) * BLOCK)
        upper = place(figure, corner[0], corner[1] + AXIS + RATE + BETWEEN, width, MONEY)
        lower = place(figure, corner[0], corner[1] + AXIS, width, RATE)
        _draw_money(upper, ensemble, series, {fate: values[:, number] for fate, values in money.items()})
        _draw_rate(lower, ensemble, series)
        _name(upper, lower, series, first=column == 0, width=width)
    _draw_key(figure)
    return figure


def _draw_money(axes: Axes, ensemble: Ensemble, series: Series, money: dict[str, Array]) -> None:
    """Areas on top of each other: together they are what was promised."""
    time, below = years(ensemble.spec), np.zeros(len(years(ensemble.spec)))
    for fate in FATES:
        above = below + money[fate]
        axes.fill_between(time, below, above, **_filling(fate, series.look), zorder=2)
        below = above
    axes.plot(time, below, color=series.look.ink, linewidth=2, zorder=3)
    axes.set_ylim(0, max(float(below.max()) * 1.18, 1e-9))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    time_axis(axes, ensemble.spec, 3, named=False)
    axes.tick_params(labelbottom=False)
    promised = f"promised {below[-1]:,.3g}" if below[-1] < 1000 else f"promised {below[-1]:,.0f}"
    say(axes, 0.03, 0.97, promised, va="top", across=axes.transAxes).set_bbox(BLANK)


def _filling(fate: str, look: Look) -> Props:
    colour = mixed(look.colour, "#ffffff", PALENESS[fate])
    hatch = "////" if fate == "cancelled" else None
    return {"facecolor": colour, "edgecolor": look.ink, "linewidth": 0.0, "hatch": hatch}


def _draw_rate(axes: Axes, ensemble: Ensemble, series: Series) -> None:
    time = years(ensemble.spec)
    draw_spread(axes, time, series, spread_of(ensemble))
    axes.plot(time, series.fan.mean, color=series.look.ink, linewidth=2.2)
    axes.set_ylim(0, 1)
    percent_axis(axes, ticks=3)
    time_axis(axes, ensemble.spec, 3)
    y, side = (0.05, "bottom") if series.fan.low[-1] > 0.3 else (0.97, "top")
    words = f"{100 * series.fan.mean[-1]:.0f} % at the end"
    say(axes, 0.97, y, words, va=side, ha="right", across=axes.transAxes).set_bbox(BLANK)


def _name(upper: Axes, lower: Axes, series: Series, first: bool, width: float) -> None:
    name = headline(series.label, width)
    upper.set_title(name, fontsize=TEXT, color=series.look.ink, fontweight="bold", loc="left", pad=8)
    if first:
        for axes, words in ((upper, "billion USD of 2020"), (lower, "execution (%)")):
            axes.set_ylabel(words, fontsize=SMALL)
            axes.yaxis.set_label_coords(-0.7 / width, 0.5)
    else:
        lower.tick_params(labelleft=False)


def _draw_key(figure: Figure) -> None:
    grey = Look("#6f6c66", (0.0, ()), "o")
    patches = [Patch(label=WORDS[fate], **_filling(fate, grey)) for fate in reversed(FATES)]
    for patch in patches:
        patch.set_linewidth(0.8)
    draw_key(figure, patches)
