"""Who leads where: states on a map, coloured by the power with the highest influence share, and bars beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from steppewise.analysis.findings import StateFinding, find
from steppewise.arrays import Array
from steppewise.evidence.types import Actor
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.figures.axes import draw_parts, mute, place, say, sheet
from steppewise.report.figures.bands import worlds_note
from steppewise.report.figures.colours import INK, PAPER, Look, legible_on, looks, mixed
from steppewise.report.figures.style import (
    FOOTER,
    MARGIN,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Props,
    about,
    plain,
    short,
    shortened,
)
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import listed
from steppewise.wording.numbers import in_percent_of_worlds

LEAST: Final = 0.16
"""Parts of a bar that are too narrow for a number are left without."""

TALLEST: Final = 0.92
"""Inches a state takes at most."""

HEAD: Final = 0.42


def draw_leads(axes: Axes, found: Sequence[StateFinding], styles: Mapping[str, Look], height: float) -> None:
    """A bar for each state, its parts in the order of the powers; axes are `height` inches tall."""
    mute(axes, 1, height)
    row = min((height - HEAD) / len(found), TALLEST)
    say(axes, 0, height, "worlds in which a power leads", va="top", colour=QUIET)
    for number, finding in enumerate(found):
        _draw_bar(axes, finding, styles, height - HEAD - number * row, row)


def _draw_bar(axes: Axes, finding: StateFinding, styles: Mapping[str, Look], top: float, row: float) -> None:
    say(axes, 0, top, short(finding.state.label, 24), va="top", bold=True)
    told = ((lead, f"{in_percent_of_worlds(lead.share)} %" if lead.share >= LEAST else "") for lead in finding.leads)
    parts = ((lead.share, styles[lead.power.name].colour, words) for lead, words in told)
    draw_parts(axes, top - 0.23 - 0.4 * row, 0.4 * row, parts)


OUTLINES: Final = Path(__file__).with_name("outlines.geojson")
"""Natural Earth 1:50m, public domain: the five states, their neighbours and context."""

WEST_EAST: Final = (46.0, 88.5)
SOUTH_NORTH: Final = (34.6, 55.9)
KEY, COLUMN = 0.3, 2.75
"""Inches: a row of the key below, the bars at the right."""

IN_ROW: Final = 5

SEA, LAND, BORDER = "#e6edf0", "#eeece6", "#b8b4aa"

NAMED_AT: Final = {
    "RUS": (84.0, 53.8),
    "CHN": (84.0, 42.0),
    "IRN": (55.2, 35.6),
    "AFG": (66.0, 35.3),
    "PAK": (73.4, 35.3),
}
"""Where the name of a neighbour stands, longitude and latitude. Others show too little of themselves for a name."""

CASPIAN: Final = ((46.9, 36.2), (46.9, 47.6), (55.3, 47.6), (55.3, 36.2))
"""A frame around the Caspian Sea, which the outlines leave open."""

CASPIAN_AT: Final = (51.0, 39.2)

WRITTEN_AT: Final = {"UZB": (63.2, 42.5), "KGZ": (74.6, 41.6), "TKM": (58.6, 39.1), "TJK": (78.6, 37.0)}
"""Where the words of a state stand, if not in its middle; those beside it are tied to it by a line."""


@dataclass(frozen=True)
class Country:
    """An outline: rings of (longitude, latitude), the largest first. `is_state` is one of the five."""

    iso3: str
    name: str
    is_state: bool
    rings: tuple[Array, ...]


@cache
def countries() -> tuple[Country, ...]:
    """The outlines of the package, read once."""
    found = []
    for feature in json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]:
        rings = [np.array(ring) for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        told, ordered = feature["properties"], sorted(rings, key=lambda ring: -abs(_area(ring)))
        found.append(Country(told["iso3"], told["name"], told["role"] == "state", tuple(ordered)))
    return tuple(found)


def _area(ring: Array) -> float:
    x, y = ring.T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def centre(ring: Array) -> Array:
    """Centroid of a ring."""
    x, y = ring.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    sums = [np.sum((c + np.roll(c, -1)) * cross) for c in (x, y)]
    middle: Array = np.array(sums) / (3.0 * np.sum(cross))
    return middle


def projected(points: Array) -> Array:
    """Lambert conformal conic with parallels at 38 and 50 degrees, in degrees of the globe's radius; (n, 2)."""
    first, second, middle = np.radians([38.0, 50.0, 44.0])
    half = [np.tan(np.pi / 4 + angle / 2) for angle in (first, second, middle)]
    cone = np.log(np.cos(first) / np.cos(second)) / np.log(half[1] / half[0])
    scale = np.cos(first) * half[0] ** cone / cone
    longitude = np.radians((points[:, 0] - 67.0 + 180.0) % 360.0 - 180.0)
    radius = scale / np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2) ** cone
    x, y = radius * np.sin(cone * longitude), scale / half[2] ** cone - radius * np.cos(cone * longitude)
    degrees: Array = np.degrees(np.column_stack([x, y]))
    return degrees


def frame() -> tuple[float, float, float, float]:
    """Edges of the map: left, right, bottom, top, projected."""
    left = projected(np.array([[WEST_EAST[0], 43.0]]))[0, 0]
    right = projected(np.array([[WEST_EAST[1], 43.0]]))[0, 0]
    low, high = projected(np.array([[67.0, y] for y in SOUTH_NORTH]))[:, 1]
    return left, right, low, high


def leaders_map(ensemble: Ensemble) -> Figure:
    """The states coloured by the leading power at the end, with the share of worlds in which it leads."""
    spec = ensemble.spec
    found = find(ensemble).states
    width = WIDTH - 3 * MARGIN - COLUMN
    height = width * tallness()
    title = f"Who leads where at the end, {spec.end}"
    subtitle = about(spec.title, "Percent: worlds in which the power has the highest influence share there")
    swatches = _swatches(found, ensemble)
    key = 0.15 + KEY * -(-len(swatches) // IN_ROW)
    figure = sheet(title, subtitle, _note(ensemble, found), height + key)
    axes = place(figure, MARGIN, key, width, height)
    draw_around(axes, {finding.state.iso3 for finding in found})
    for finding in found:
        _draw_state(axes, finding, spec)
    draw_leads(place(figure, WIDTH - MARGIN - COLUMN, key, COLUMN, height), found, looks(spec), height)
    _draw_key(figure, swatches, key)
    return figure


def _note(ensemble: Ensemble, found: Sequence[StateFinding]) -> str:
    known = {country.iso3 for country in countries()}
    homeless = [finding.state.label for finding in found if finding.state.iso3 not in known]
    beside = f"; only in the bars: {listed(homeless)}" if homeless else ""
    return f"{worlds_note(ensemble)}; paler where a power leads in fewer; outlines: Natural Earth{beside}"


def tallness() -> float:
    """Height of the map over its width."""
    left, right, low, high = frame()
    return (high - low) / (right - left)


def draw_around(axes: Axes, states: set[str], unnamed: frozenset[str] = frozenset()) -> None:
    """The map without the states: sea and neighbours, some of them without a name; all are told by their codes."""
    left, right, low, high = frame()
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_facecolor(LAND)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.add_artist(PathPatch(Outline(projected(np.array(CASPIAN))), facecolor=SEA, edgecolor="none"))
    _name_place(axes, CASPIAN_AT, "Caspian\nSea", "#5f7480")
    _draw_neighbours(axes, states, unnamed)


def _outline(country: Country) -> Outline:
    rings = [Outline(np.vstack([ring, ring[:1]]), closed=True) for ring in map(projected, country.rings)]
    return Outline.make_compound_path(*rings)


def _draw_neighbours(axes: Axes, states: set[str], unnamed: frozenset[str]) -> None:
    for country in countries():
        if country.iso3 in states:
            continue
        axes.add_artist(PathPatch(_outline(country), facecolor=LAND, edgecolor=BORDER, linewidth=0.8))
        if country.is_state:
            _name_place(axes, tuple(centre(country.rings[0])), country.name)
        elif country.iso3 in NAMED_AT and country.iso3 not in unnamed:
            _name_place(axes, NAMED_AT[country.iso3], country.name)


def _name_place(axes: Axes, at: tuple[float, float], name: str, colour: str = QUIET) -> None:
    x, y = projected(np.array([at]))[0]
    words = say(axes, x, y, name, ha="center", colour=colour)
    words.set(clip_on=True, style="italic", zorder=2)


def _draw_state(axes: Axes, finding: StateFinding, spec: ScenarioSpec) -> None:
    """The leader's colour, paler where it leads in fewer worlds; white and hatched where the state is open."""
    country, leader, colour = country_of(finding.state), finding.leader, PAPER
    if country is None:
        return
    if leader is not None:
        colour = mixed(looks(spec)[leader.name].colour, PAPER, 0.75 - 0.7 * finding.first.share)
    fill_state(axes, finding.state, country, colour, None if leader else "//")
    write_state(axes, finding.state, country, verdict(finding), colour)


def country_of(state: Actor) -> Country | None:
    """The outline of a state, where there is one."""
    return next((country for country in countries() if country.iso3 == state.iso3), None)


def fill_state(axes: Axes, state: Actor, country: Country, colour: str, hatch: str | None = None) -> None:
    """A state in a colour."""
    patch = PathPatch(_outline(country), facecolor=colour, edgecolor="#a9a59b" if hatch else PAPER, hatch=hatch)
    patch.set_gid(f"state/{state.name}")
    axes.add_artist(patch)
    axes.add_artist(PathPatch(_outline(country), fill=False, edgecolor=INK, linewidth=1.1))


def write_state(axes: Axes, state: Actor, country: Country, told: str, colour: str) -> None:
    """The name of a state, and what is told of it below; words that stand outside are tied to it by a line."""
    spot, inside = _spot(country)
    ground = colour if inside else LAND
    if not inside:
        middle = projected(centre(country.rings[0])[None, :])[0]
        axes.plot(*np.array([middle, spot - (0.9, 0.0)]).T, color=INK, linewidth=1, zorder=4)
        axes.plot(*middle, ".", color=INK, markersize=6, zorder=4)
    ink, name, (x, y) = legible_on(ground), short(state.label, 16), spot
    above = say(axes, x, y + 0.05, name, size=TEXT, colour=ink, bold=True, ha="center", va="bottom")
    for words in (above, say(axes, x, y, plain(told), colour=ink, ha="center", va="top")):
        words.set(zorder=5, path_effects=[withStroke(linewidth=3, foreground=ground)])


def _spot(country: Country) -> tuple[Array, bool]:
    """Where a state's words stand, projected and inside the frame; True where that is inside the state."""
    at = {**NAMED_AT, **WRITTEN_AT}.get(country.iso3, tuple(centre(country.rings[0])))
    left, right, low, high = frame()
    x, y = projected(np.array([at]))[0]
    spot = np.array([np.clip(x, left + 2.2, right - 2.2), np.clip(y, low + 1.0, high - 1.0)])
    return spot, bool(_outline(country).contains_point((spot[0], spot[1])))


def verdict(finding: StateFinding) -> str:
    """`China 71 %`, or `open` with the power that comes first most often."""
    first = f"{shortened(finding.most_often, 14)} {in_percent_of_worlds(finding.first.share)} %"
    return first if finding.leader else f"open ({first})"


def _swatches(found: Sequence[StateFinding], ensemble: Ensemble) -> list[Patch]:
    """The key: every power, those that lead nowhere as well, and open where a state is."""
    styles = looks(ensemble.spec)
    patches = [
        Patch(facecolor=styles[power.name].colour, label=short(power.label, 16)) for power in ensemble.spec.powers
    ]
    if any(finding.leader is None for finding in found):
        words = "open: no power in more than half"
        patches.append(Patch(facecolor=PAPER, edgecolor="#a9a59b", hatch="//", label=words))
    return patches


def _draw_key(figure: Figure, swatches: list[Patch], height: float) -> None:
    y = (FOOTER + height - 0.08) / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0, "borderpad": 0}
    spacing: Props = {"columnspacing": 1.4, "handlelength": 1.4}
    figure.legend(handles=swatches, ncols=IN_ROW, frameon=False, fontsize=SMALL, **spot, **spacing)
