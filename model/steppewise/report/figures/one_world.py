"""One world at a moment: the map with the ties of the powers to the states, and the course of the shares so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from steppewise.analysis.summary import leaders
from steppewise.arrays import Array
from steppewise.evidence.types import Actor
from steppewise.report.figures.axes import percent_axis, place, say, sheet
from steppewise.report.figures.bands import Fan
from steppewise.report.figures.colours import AUTONOMY, INK, PAPER, Look, legible_on, looks, mixed
from steppewise.report.figures.fan_chart import Series, draw_line, label_ends, time_axis
from steppewise.report.figures.leaders_map import (
    centre,
    country_of,
    draw_around,
    fill_state,
    frame,
    projected,
    tallness,
    write_state,
)
from steppewise.report.figures.style import BOLD, SMALL, TEXT, Props, short, shortened
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.numbers import percent

Width = Literal["share", "trust"]
WIDTHS: Final[dict[Width, str]] = {"share": "influence share", "trust": "trust"}

STRONGEST: Final[dict[Width, float]] = {"share": 0.5, "trust": 1.0}
"""What has the widest line."""

WIDEST: Final = 13.0
"""Points."""

LONGEST: Final = 16
"""Signs of a power's name."""

ACROSS: Final = 8.0
"""Inches: the width of the pictures."""

STANDS: Final = {
    "russia": (60.5, 54.9),
    "china": (86.5, 47.0),
    "japan": (85.8, 42.6),
    "united_states": (49.5, 36.6),
    "south_korea": (85.0, 39.4),
}
"""Where a power stands on the map, longitude and latitude: near home, or at the edge towards it."""

FREE: Final = ((48.6, 44.5), (48.0, 49.0), (50.0, 54.0), (58.0, 35.6), (72.0, 55.0), (86.5, 50.0))
"""Where powers stand that have no place of their own."""


@dataclass(frozen=True)
class Moment:
    """One world at the end of a quarter, or before the first one.

    `share` and `trust` are those of every tie, (power, state). `time` are decimal years, (time,), at which the powers
    had the regional shares `course`, (time, power).
    """

    spec: ScenarioSpec
    when: str
    share: Array
    trust: Array
    time: Array
    course: Array


# the map --------------------------------------------------------------------------------------------------


def ties_map(moment: Moment, width: Width) -> Figure:
    """The states in the colour of the power with the highest share; a line a tie, as wide as its share or trust."""
    height = ACROSS * tallness()
    figure = sheet(f"Powers and states, {moment.when}", f"Lines: {WIDTHS[width]} of a tie", "", height, ACROSS)
    figure.said = ties_in_words(moment)
    axes = place(figure, 0, 0, ACROSS, height)
    powers = frozenset(power.iso3 for power in moment.spec.powers)
    draw_around(axes, {state.iso3 for state in moment.spec.states}, powers)
    for number, state in enumerate(moment.spec.states):
        _draw_state(axes, moment, number, state)
    look = looks(moment.spec)
    places = {power.name: _stand(power, moment.spec) for power in moment.spec.powers}
    for number, power in enumerate(moment.spec.powers):
        _draw_ties(axes, moment, number, places[power.name], look[power.name], width)
    for power in moment.spec.powers:
        _draw_power(axes, power, places[power.name], look[power.name])
    _draw_key(figure, width)
    return figure


def _stand(power: Actor, spec: ScenarioSpec) -> Array:
    """Where a power stands on the map, its name inside the frame. More strangers than free places share them."""
    strangers = [name for name in spec.power_names if name not in STANDS]
    free = {name: FREE[place % len(FREE)] for place, name in enumerate(strangers)}
    left, right, _, _ = frame()
    half = (0.2 + 0.5 * BOLD * min(len(power.label), LONGEST)) * (right - left) / ACROSS
    x, y = projected(np.array([{**STANDS, **free}[power.name]]))[0]
    return np.array([np.clip(x, left + half, right - half), y])


def _draw_state(axes: Axes, moment: Moment, number: int, state: Actor) -> None:
    country = country_of(state)
    if country is None:
        return
    shares = moment.share[:, number]
    place, colour, told = int(leaders(shares)), PAPER, "nobody leads"
    if place < len(shares):
        first = moment.spec.powers[place]
        colour = mixed(looks(moment.spec)[first.name].colour, PAPER, 0.85 - 0.7 * float(shares.max()))
        told = f"{shortened(first.label, 14)} {percent(float(shares.max()), 0)} %"
    fill_state(axes, state, country, colour)
    write_state(axes, state, country, told, colour)


def line_width(value: float, width: Width) -> float:
    """Points of a line."""
    return WIDEST * min(value / STRONGEST[width], 1.0)


def _draw_ties(axes: Axes, moment: Moment, number: int, start: Array, look: Look, width: Width) -> None:
    """A curve from a power to each state that is on the map."""
    values = moment.share if width == "share" else moment.trust
    for number_of_state, state in enumerate(moment.spec.states):
        country = country_of(state)
        if country is None:
            continue
        end = projected(centre(country.rings[0])[None, :])[0]
        across = 0.12 * np.array([start[1] - end[1], end[0] - start[0]])
        codes = [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3]
        curve = Outline([start, (start + end) / 2 + across, end], codes)
        stroke: Props = {
            "edgecolor": look.stroke,
            "linewidth": line_width(float(values[number, number_of_state]), width),
        }
        tie = PathPatch(curve, fill=False, alpha=0.75, capstyle="round", zorder=3, **stroke)
        tie.set_gid(f"tie/{moment.spec.powers[number].name}/{state.name}")
        axes.add_artist(tie)


def _draw_power(axes: Axes, power: Actor, stand: Array, look: Look) -> None:
    x, y = stand
    box: Props = {"boxstyle": "round,pad=0.35", "facecolor": look.colour, "edgecolor": PAPER, "linewidth": 1.5}
    name, ink = short(power.label, LONGEST), legible_on(look.colour)
    say(axes, x, y, name, size=TEXT, colour=ink, bold=True, ha="center").set(zorder=6, bbox=box)


def _draw_key(figure: Figure, width: Width) -> None:
    """What a line's width says."""
    marks = [part * STRONGEST[width] for part in (0.25, 0.5, 1.0)]
    names = [f"{100 * mark:.0f} %" if width == "share" else f"{mark:.2f}" for mark in marks]
    names[-1] += " or more" if STRONGEST[width] < 1 else ""
    handles = [
        Line2D([], [], color="#77746c", linewidth=line_width(mark, width), solid_capstyle="butt", label=name)
        for mark, name in zip(marks, names, strict=True)
    ]
    spot: Props = {"loc": "lower left", "bbox_to_anchor": (0.0, 0.0), "handlelength": 2.4, "frameon": False}
    figure.legend(handles=handles, ncols=3, fontsize=SMALL, labelcolor=INK, **spot)


def ties_in_words(moment: Moment) -> str:
    """What the map shows, for those who cannot see it."""
    told = [_state_in_words(moment, number, state) for number, state in enumerate(moment.spec.states)]
    return f"Map of the states with lines from the powers, {moment.when}. {'; '.join(told)}."


def _state_in_words(moment: Moment, number: int, state: Actor) -> str:
    pairs = zip(moment.spec.powers, moment.share[:, number], moment.trust[:, number], strict=True)
    parts = [f"{power.label} {percent(float(share), 0)} percent (trust {trust:.2f})" for power, share, trust in pairs]
    return f"{state.label}: {', '.join(parts)}"


# the course -----------------------------------------------------------------------------------------------


def course_chart(moment: Moment) -> Figure:
    """Regional shares so far, on an axis that reaches to the end of the run."""
    body, left, right, low = 4.6, 0.85, 2.4, 0.55
    figure = sheet(f"Regional influence shares, {moment.when}", "One world: no band, no mean", "", body, ACROSS)
    figure.said = course_in_words(moment)
    chart = body - low
    axes = place(figure, left, low, ACROSS - left - right, chart)
    pairs = zip(moment.spec.powers, moment.course.T, strict=True)
    found = [_line(power.label, looks(moment.spec)[power.name], values) for power, values in pairs]
    found.append(_line("autonomy", AUTONOMY, 1.0 - moment.course.sum(axis=1)))
    for series in found:
        draw_line(axes, moment.time, series)
    time_axis(axes, moment.spec, 5)
    axes.set_ylim(0, max(0.5, 1.1 * max(float(series.fan.mean.max()) for series in found)))
    percent_axis(axes)
    label_ends(axes, found, chart, banded=False)
    return figure


def _line(label: str, look: Look, values: Array) -> Series:
    """The line of one world."""
    return Series(label, look, Fan(values, values, values, values, values), values[:, None])


def course_in_words(moment: Moment) -> str:
    """What the chart shows, for those who cannot see it."""
    pairs = zip(moment.spec.powers, moment.course[0], moment.course[-1], strict=True)
    told = [f"{power.label} from {percent(float(a), 0)} to {percent(float(b), 0)} percent" for power, a, b in pairs]
    return f"Line chart of regional influence shares in one world, {moment.when}: {', '.join(told)}."
