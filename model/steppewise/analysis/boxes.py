"""The search for boxes: screen, peel, choose, paste, drop what fresh points do not bear out, and begin anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from steppewise.analysis.prim import Box, Cases, Quality, borne_out, pasted, peeled, quality, quasi_p, screened

LEAST_MASS: Final = 0.05
"""Part of all points below which no box shrinks."""

MOST_BOXES: Final = 3
"""Boxes looked for, each among the points that those before have left over."""

WORTH_IT: Final = 0.1
"""Coverage below which a further box is not worth telling."""


@dataclass(frozen=True, eq=False)
class Found:
    """A box with its quality among the points of the search and among fresh ones, and the way to it.

    quasi_p: of each restricted factor, from the fresh points. path: the quality of every box on the way among the
    points of the search; chosen: the place on it from which the box was made.
    """

    box: Box
    found: Quality
    fresh: Quality
    quasi_p: tuple[float, ...]
    path: tuple[Quality, ...]
    chosen: int


def search(cases: Cases, fresh: Cases, density: float | None = None, most: int = MOST_BOXES) -> tuple[Found, ...]:
    """Boxes in which what is of interest is frequent, the best first; none where no restriction is borne out.

    density: the least density of a box; where it is None, the box has the highest gain. Each further box is sought
    among the points that those before have left; its coverage and mass count all points.
    """
    boxes: list[Found] = []
    left, left_fresh = cases, fresh
    while len(boxes) < most and left.of_interest.any() and left_fresh.of_interest.any():
        one = _one(left, left_fresh, cases, fresh, density)
        if one is None or one.fresh.coverage < WORTH_IT or one.fresh.density <= left_fresh.base_rate:
            break
        boxes.append(one)
        left, left_fresh = (part.among(~one.box.inside(part.points)) for part in (left, left_fresh))
    return tuple(boxes)


def _one(left: Cases, left_fresh: Cases, cases: Cases, fresh: Cases, density: float | None) -> Found | None:
    """The best box among what is left; None where fresh points bear out no restriction."""
    hits, points = int(cases.of_interest.sum()), len(cases)
    candidates = screened(left)
    while len(candidates):
        path = peeled(left, max(int(LEAST_MASS * points), 1), candidates)
        steps = [quality(box, left, hits, points) for box in path]
        chosen = choose(steps, density)
        box = borne_out(pasted(path[chosen], left), left_fresh)
        if box.restricted and set(box.restricted) == set(path[chosen].restricted):
            return Found(
                box,
                quality(box, left, hits, points),
                quality(box, left_fresh, int(fresh.of_interest.sum()), len(fresh)),
                tuple(quasi_p(box, factor, left_fresh) for factor in box.restricted),
                tuple(steps),
                chosen,
            )
        candidates = np.array(box.restricted, dtype=np.int64)
    return None


def choose(path: Sequence[Quality], density: float | None) -> int:
    """The place of the best box: the widest that is dense enough (or the densest), or the one with the most gain."""
    if density is None:
        return max(range(len(path)), key=lambda place: path[place].gain)
    dense = [place for place, step in enumerate(path) if step.density >= density]
    return dense[0] if dense else max(range(len(path)), key=lambda place: path[place].density)
