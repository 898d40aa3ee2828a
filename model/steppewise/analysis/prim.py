"""PRIM, the patient rule induction method: boxes of assumptions in which an outcome of interest is frequent.

A box is found by peeling: again and again the small slice is cut off whose loss raises the density most. Pasting
then puts back what was cut off too much. What fresh points, which had no part in the search, do not bear out is
dropped, and the search begins anew with what is left. Source: Friedman & Fisher 1999, doi:10.1023/A:1008894516817;
Bryant & Lempert 2010, doi:10.1016/j.techfore.2009.08.002 (coverage, density, quasi-p-values); Kwakkel & Jaxa-Rozen
2016, doi:10.1016/j.envsoft.2015.11.020 (gain by what a slice costs, for levels and switches). Why it is not a library:
docs/decisions/0013-own-prim.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

SLICE: Final = 0.05
"""Part of a box's points that is peeled off, or pasted back, at a time."""

FEW: Final = 20
"""Factors up to which all of them are searched."""

BY_LUCK: Final = 0.1
"""Part of the factors kept for the search that may be there by luck."""

SIGNIFICANT: Final = 0.05
"""Quasi-p-value above which a restriction is dropped."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Points, (point, factor), and which of them are of interest, (point,)."""

    points: Array
    of_interest: Mask

    def __len__(self) -> int:
        return len(self.points)

    @property
    def base_rate(self) -> float:
        """The part of the points that is of interest."""
        return float(self.of_interest.mean()) if len(self) else 0.0

    def among(self, chosen: Mask) -> Cases:
        """Some of the cases."""
        return Cases(self.points[chosen], self.of_interest[chosen])


@dataclass(frozen=True, eq=False)
class Box:
    """Lower and upper limits, (factor,) each; infinite where a factor is not restricted."""

    low: Array
    high: Array

    @classmethod
    def whole(cls, factors: int) -> Box:
        """The box without restrictions."""
        return cls(np.full(factors, -np.inf), np.full(factors, np.inf))

    def inside(self, points: Array) -> Mask:
        """True for each point in the box, (point,)."""
        within: Mask = np.logical_and.reduce((points >= self.low) & (points <= self.high), axis=1)
        return within

    @property
    def restricted(self) -> tuple[int, ...]:
        """The places of the restricted factors."""
        return tuple(np.flatnonzero(np.isfinite(self.low) | np.isfinite(self.high)).tolist())

    def limited(self, factor: int, low: float | None = None, high: float | None = None) -> Box:
        """The same with another limit of one factor."""
        lows, highs = self.low.copy(), self.high.copy()
        lows[factor] = lows[factor] if low is None else low
        highs[factor] = highs[factor] if high is None else high
        return Box(lows, highs)

    def without(self, factor: int) -> Box:
        """The same without the restriction of one factor."""
        return self.limited(factor, -np.inf, np.inf)


@dataclass(frozen=True)
class Quality:
    """How good a box is, in parts: coverage of all that is of interest, density of it inside, mass of all points.

    restricted: how many factors the box limits. points: how many lie inside. Density is 0 where none does.
    """

    coverage: float
    density: float
    mass: float
    restricted: int
    points: int

    @property
    def gain(self) -> float:
        """Coverage beyond what a box of that mass has by luck; 0 for the whole, at most 1."""
        return self.coverage - self.mass


def quality(box: Box, cases: Cases, of_interest: int, points: int) -> Quality:
    """A box's quality among cases; coverage and mass are parts of `of_interest` and `points`."""
    inside = box.inside(cases.points)
    count, hits = int(inside.sum()), int(cases.of_interest[inside].sum())
    density = hits / count if count else 0.0
    return Quality(hits / max(of_interest, 1), density, count / max(points, 1), len(box.restricted), count)


# screening ----------------------------------------------------------------------------------------------


def screened(cases: Cases) -> Places:
    """The factors that go with the outcome of interest; all of them where they are few.

    Among some hundred factors peeling takes the luck of the sample for a rule. A factor stays where its ranks differ
    (rank sum), or the frequency over quarters of its range (chi-square), with at most one in ten staying by luck
    (Benjamini & Hochberg 1995).
    """
    factors = cases.points.shape[1]
    if factors <= FEW:
        return np.arange(factors)
    ranks = cases.points.argsort(axis=0).argsort(axis=0)
    p_values = np.minimum(2.0 * np.minimum(_of_trend(ranks, cases), _of_quarters(ranks, cases)), 1.0)
    order = p_values.argsort(kind="stable")
    passing = np.flatnonzero(p_values[order] <= BY_LUCK * np.arange(1, factors + 1) / factors)
    return np.sort(order[: passing[-1] + 1]) if len(passing) else order[:0]


def _of_trend(ranks: Places, cases: Cases) -> Array:
    """Two-sided p-values of the rank sum of the cases of interest, (factor,)."""
    from scipy.special import ndtr

    count, hits = len(cases), int(cases.of_interest.sum())
    error = (count + 1) * (count - hits) / (12.0 * hits)
    mean = ranks[cases.of_interest].mean(axis=0)
    return 2.0 * ndtr(-np.abs(mean - 0.5 * (count - 1)) / max(error, 1e-12) ** 0.5)


def _of_quarters(ranks: Places, cases: Cases) -> Array:
    """p-values of the frequencies over quarters of the ranks, (factor,)."""
    from scipy.special import chdtrc

    count, rate = len(cases), cases.base_rate
    statistic = np.zeros(ranks.shape[1])
    for quarter in range(4):
        inside = ranks * 4 // count == quarter
        points, hits = inside.sum(axis=0), cases.of_interest.astype(float) @ inside
        statistic += (hits - points * rate) ** 2 / np.maximum(points * rate * (1.0 - rate), 1e-12)
    return chdtrc(3, statistic)


# peeling ------------------------------------------------------------------------------------------------


def peeled(cases: Cases, least: int, candidates: Places) -> list[Box]:
    """The boxes from the whole one down, each with one more slice cut off, until fewer than `least` points remain.

    Slices are cut along the candidates only. Peeling ends early where every point inside is of interest.
    """
    box = Box.whole(cases.points.shape[1])
    boxes = [box]
    while True:
        smaller = _smaller(box, cases.among(box.inside(cases.points)), least, candidates)
        if smaller is None:
            return boxes
        box = smaller
        boxes.append(box)


def _smaller(box: Box, inside: Cases, least: int, candidates: Places) -> Box | None:
    """The box without the slice whose loss pays most; None where nothing can be cut off any more."""
    if len(inside) <= least or inside.base_rate == 1.0:
        return None
    points = inside.points[:, candidates]
    sides = [(sign, *_slices(sign * points, inside.of_interest, least)) for sign in (1.0, -1.0)]
    sign, limit, gain = max(sides, key=lambda side: float(side[2].max()))
    best = int(gain.argmax())
    if gain[best] == -np.inf:
        return None
    edge = float(sign * limit[best])
    return box.limited(int(candidates[best]), **{"low" if sign > 0 else "high": edge})


def _slices(points: Array, of_interest: Mask, least: int) -> tuple[Array, Array]:
    """New lower limits of every factor, and what the slice below pays, (factor,) each; -inf where it cannot be.

    Of equal values all go or none. A slice pays the rise in density for each point that it costs.
    """
    count = len(points)
    lowest = points.min(axis=0)
    place = max(int(SLICE * count), 1)
    limit = np.partition(points, place, axis=0)[place]
    above = np.where(points > lowest, points, np.inf).min(axis=0)
    limit = np.where(limit > lowest, limit, above)
    kept = points >= limit
    left = kept.sum(axis=0)
    density = np.divide(of_interest.astype(float) @ kept, left, out=np.zeros(len(left)), where=left > 0)
    cost = np.maximum(count - left, 1)
    return limit, np.where(left >= least, (density - of_interest.mean()) / cost, -np.inf)


# pasting and dropping -----------------------------------------------------------------------------------


def pasted(box: Box, cases: Cases) -> Box:
    """The box with slices put back as long as that does not lower its density."""
    density = _density(box, cases)
    while True:
        wider = max(_wider(box, cases), key=lambda other: _density(other, cases), default=None)
        if wider is None or _density(wider, cases) < density:
            return box
        box, density = wider, _density(wider, cases)


def _density(box: Box, cases: Cases) -> float:
    return cases.among(box.inside(cases.points)).base_rate


def _wider(box: Box, cases: Cases) -> Iterator[Box]:
    """The box with one slice more at each of its limits."""
    inside = box.inside(cases.points)
    slice_ = max(int(SLICE * inside.sum()), 1)
    for factor in box.restricted:
        for sign, limits, limit, open_ in ((-1.0, box.low, "low", -np.inf), (1.0, box.high, "high", np.inf)):
            if np.isfinite(limits[factor]):
                wider = box.limited(factor, **{limit: open_})
                beyond = np.sort(sign * cases.points[wider.inside(cases.points) & ~inside, factor])
                edge = float(sign * beyond[slice_ - 1]) if len(beyond) > slice_ else open_
                yield box.limited(factor, **{limit: edge})


def quasi_p(box: Box, factor: int, cases: Cases) -> float:
    """How likely the box would hold as many cases of interest if the restriction of one factor did nothing.

    Binomial, with the density of the box without that restriction; 1 where the box is empty.
    """
    from scipy.special import bdtrc

    inside, freer = box.inside(cases.points), box.without(factor).inside(cases.points)
    count, hits = int(inside.sum()), int(cases.of_interest[inside].sum())
    if hits == 0:
        return 1.0
    return float(bdtrc(hits - 1, count, cases.of_interest[freer].mean()))


def borne_out(box: Box, fresh: Cases) -> Box:
    """The box without the restrictions that fresh points do not bear out, the worst dropped first."""
    while box.restricted:
        worst = max(box.restricted, key=lambda factor: quasi_p(box, factor, fresh))
        if quasi_p(box, worst, fresh) <= SIGNIFICANT:
            break
        box = box.without(worst)
    return box


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
