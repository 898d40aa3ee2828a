"""The map of the page as paths of SVG, from the outlines that the report draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from steppewise.arrays import Array
from steppewise.report.figures.leaders_map import NAMED_AT, Country, centre, countries, frame, projected
from steppewise.scenario.spec import ScenarioSpec

WIDTH: Final = 900.0
WRITTEN_AT: Final = {"UZB": (63.2, 42.5), "KGZ": (74.6, 41.9), "TKM": (58.6, 39.4), "TJK": (71.6, 38.4)}
"""Where the words of a state stand, if not in its middle, longitude and latitude."""

SMALLEST: Final = 1.5
"""Units of the map: points nearer to the last one are left out."""


def outlines(spec: ScenarioSpec) -> dict[str, Any]:
    """States of the scenario and what lies around them: paths, and where names stand. A state without an outline has no
    path, and is told in words only.
    """
    left, right, low, high = frame()
    scale = WIDTH / (right - left)

    def placed(points: Array) -> Array:
        there = projected(points)
        return np.column_stack([(there[:, 0] - left) * scale, (high - there[:, 1]) * scale])

    def path(country: Country) -> str:
        rings = (_thinned(placed(ring)) for ring in country.rings)
        return "".join("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in ring) + "Z" for ring in rings if len(ring) > 2)

    def at(country: Country, written: Mapping[str, tuple[float, float]]) -> list[float]:
        point = written.get(country.iso3, tuple(centre(country.rings[0])))
        return [round(float(number), 1) for number in placed(np.array([point]))[0]]

    by_code = {country.iso3: country for country in countries()}
    states = [(actor.name, by_code[actor.iso3]) for actor in spec.states if actor.iso3 in by_code]
    taken = {country.iso3 for _, country in states}
    around = [country for country in countries() if country.iso3 not in taken]
    return {
        "width": WIDTH,
        "height": round((high - low) * scale, 1),
        "states": [{"name": name, "path": path(one), "at": at(one, WRITTEN_AT)} for name, one in states],
        "neighbours": [
            {"label": one.name, "path": path(one), "at": at(one, NAMED_AT) if one.iso3 in NAMED_AT else None}
            for one in around
        ],
    }


def _thinned(ring: Array) -> Array:
    """A ring without points that nobody could see."""
    kept = [ring[0]]
    for point in ring[1:]:
        if np.hypot(*(point - kept[-1])) >= SMALLEST:
            kept.append(point)
    return np.array(kept)
