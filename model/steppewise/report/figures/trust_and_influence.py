"""Trust against influence: each power's path from the first quarter to the last."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from steppewise.arrays import Array
from steppewise.evidence.types import Actor
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import percent_axis, place, say, sheet, spread_apart
from steppewise.report.figures.bands import courses, spread_of, worlds_note
from steppewise.report.figures.colours import PAPER, Look, looks
from steppewise.report.figures.style import WIDTH, Props, about, short
from steppewise.wording.run import BAND_NEEDS

LEFT, LABELS, AXIS, CHART = 0.95, 2.9, 0.62, 5.0
"""Inches."""

MOST_DOTS: Final = 300
"""Worlds drawn as dots for each power."""


def trust_and_influence(ensemble: Ensemble) -> Figure:
    """Each power's path from the first quarter to the last, and the last quarter of single worlds."""
    spec = ensemble.spec
    title = f"Trust and influence, from {spec.start} to {spec.end}"
    subtitle = about(spec.title, "Means over the states; from the hollow mark to the full one")
    figure = sheet(title, subtitle, _note(ensemble), AXIS + CHART)
    axes = place(figure, LEFT, AXIS, WIDTH - LEFT - LABELS, CHART)
    axes.grid(axis="x", color="#ebe9e4", linewidth=0.8)
    paths = np.stack([courses(ensemble, "regional_share"), courses(ensemble, "regional_trust")])
    for number, look in enumerate(looks(spec).values()):
        _draw(axes, paths[:, :, number], look, spread_of(ensemble) != "nothing")
    axes.set_ylim(0, 1)
    axes.set_xlim(0, None)
    percent_axis(axes, "x", 7)
    axes.set_xlabel("regional influence share (%)")
    axes.set_ylabel("mean trust (index, 0 to 1)")
    ends = paths[:, -1].mean(axis=-1, dtype=float)
    _label(axes, spec.powers, list(looks(spec).values()), ends)
    return figure


def _note(ensemble: Ensemble) -> str:
    worlds = worlds_note(ensemble)
    dots = f"; dots: single worlds at the end, {MOST_DOTS} at most"
    if spread_of(ensemble) == "nothing":
        return f"line: mean of {worlds}, hence no cross"
    if spread_of(ensemble) == "lines":
        return f"line: mean of {worlds}{dots}; too few for a cross"
    return f"line: mean; cross: 5 to 95 percent of {worlds} at the end{dots}"


def _draw(axes: Axes, path: Array, look: Look, spread: bool) -> None:
    """One power; path is (share and trust, time, world)."""
    last = path[:, -1]
    if spread:
        dots = last[:, :MOST_DOTS]
        alpha, size = (0.28, 5) if dots.shape[1] > 60 else (0.6, 8)
        axes.plot(*dots, ".", color=look.colour, alpha=alpha, markersize=size, markeredgewidth=0, zorder=2)
    if spread and last.shape[1] >= BAND_NEEDS:
        _draw_cross(axes, last, look)
    mean = path.mean(axis=-1, dtype=float)
    axes.plot(*mean, color=look.ink, linewidth=2.4, linestyle=look.dashes, zorder=4)
    axes.plot(*mean[:, :1], look.marker, color=look.ink, markerfacecolor=PAPER, markersize=10, mew=2, zorder=5)
    axes.plot(*mean[:, -1:], look.marker, color=look.ink, markersize=12, markeredgecolor=PAPER, zorder=6)


def _draw_cross(axes: Axes, last: Array, look: Look) -> None:
    low, high = np.quantile(last, (0.05, 0.95), axis=-1)
    x, y = last.mean(axis=-1, dtype=float)
    axes.plot([low[0], high[0]], [y, y], color=look.ink, linewidth=1.6, zorder=3)
    axes.plot([x, x], [low[1], high[1]], color=look.ink, linewidth=1.6, zorder=3)


def _label(axes: Axes, powers: tuple[Actor, ...], styles: list[Look], ends: Array) -> None:
    """Names at the right edge, in the order of trust; ends are (share and trust, power)."""
    heights = spread_apart(ends[1], 0.62 / CHART, 0.05, 0.95)
    for power, look, share, trust, height in zip(powers, styles, *ends, heights, strict=True):
        mark: Props = {"transform": axes.transAxes, "clip_on": False, "color": look.ink, "linestyle": ""}
        axes.plot([1.035], [height], marker=look.marker, markersize=10, **mark)
        _name(axes, power, look, height, f"share {100 * share:.0f} %, trust {trust:.2f}")


def _name(axes: Axes, power: Actor, look: Look, height: float, numbers: str) -> None:
    name = short(power.label, 24)
    say(axes, 1.055, height, name, va="bottom", colour=look.ink, bold=True, across=axes.transAxes)
    say(axes, 1.055, height, numbers, va="top", across=axes.transAxes)
