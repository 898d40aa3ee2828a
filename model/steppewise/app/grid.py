"""The grid of a page: answers at some positions of its levers, between which the page interpolates.

The levels of each lever begin as its ends, its opening value and where the lesson sets it, so that a guess is compared
with what the engine says. Where a regional share between two levels strays most from the engine, a level is put in
between, until the worst error at fresh positions is small.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.app.answer import BlockOfNumbers, Vector, answer, layout, run
from steppewise.app.classroom import Page, PageState
from steppewise.world.tables import Uncertainty

TOLERANCE: Final = 0.01
"""Worst error of a regional share, any quantile in any quarter, that is accepted: one point."""

MARGIN: Final = 0.6
"""Part of the tolerance that the error along one lever may take: errors along several add up."""

CHECKED: Final = 64
"""Fresh positions at which the error is measured."""

PROBES: Final = 3
"""Places along the other levers at which the error of an interval is looked for."""

MOST_POINTS: Final = 400
WORLDS_AT_ONCE: Final = 1000
SHOWN: Final = ("share", "trust", "dependence")
"""Parts of an answer whose error is told."""

STEPS: Final = 65535

Position = tuple[float, ...]
Option = tuple[str, Uncertainty]
"""A scenario and an uncertainty."""

Progress = Callable[[int], None]
"""Called with the number of positions computed since the last call."""


@dataclass(frozen=True)
class Grid:
    """The levels of each lever, the options, and a vector a point: options first, then levers, row-major.

    worst: the largest error by part of an answer at `checked` positions that are no points. is_fine: whether that of
    the regional shares is below TOLERANCE.
    """

    levels: tuple[tuple[float, ...], ...]
    options: tuple[Option, ...]
    vectors: NDArray[np.float32]
    worst: dict[str, float]
    checked: int
    is_fine: bool


class _Engine:
    """Answers of the engine at positions of a page's main levers, each computed once."""

    def __init__(self, page: Page, progress: Progress) -> None:
        self.page, self._progress = page, progress
        self._known: dict[tuple[Option, Position], Vector] = {}
        self._opening = run(page, [page.opening])[0]

    def at(self, option: Option, positions: Iterable[Position]) -> NDArray[np.float32]:
        """The vectors at positions under an option, (position, number)."""
        wanted = list(positions)
        missing = [position for position in dict.fromkeys(wanted) if (option, position) not in self._known]
        size = max(WORLDS_AT_ONCE // self.page.worlds, 1)
        for start in range(0, len(missing), size):
            part = missing[start : start + size]
            found = run(self.page, [self._state(option, position) for position in part])
            for position, worlds in zip(part, found, strict=True):
                self._known[option, position] = answer(worlds, self._opening)
            self._progress(len(part))
        return np.array([self._known[option, position] for position in wanted])

    def _state(self, option: Option, position: Position) -> PageState:
        names = (one.name for one in self.page.levers)
        return PageState(*option, self.page.seed, dict(zip(names, position, strict=True)))


def build(page: Page, progress: Progress = lambda positions: None, most_points: int = MOST_POINTS) -> Grid:
    """The grid of a page, made finer until its error is below TOLERANCE or it would have more than `most_points`."""
    options: tuple[Option, ...] = tuple(product(page.scenarios, page.uncertainties))
    engine = _Engine(page, progress)
    levels = _first_levels(page, len(options), most_points // 2)
    grows = True
    while grows:
        error, axis, level = _worst_interval(engine, levels, options)
        grows = error > MARGIN * TOLERANCE and _insert(levels, axis, level, len(options), most_points)
    for attempt in range(most_points):
        vectors = _vectors(engine, levels, options)
        worst = _measured(engine, levels, options, vectors, attempt)
        if worst["share"] < TOLERANCE:
            break
        _, axis, level = _worst_interval(engine, levels, options)
        if not _insert(levels, axis, level, len(options), most_points):
            break
    return Grid(tuple(map(tuple, levels)), options, vectors, worst, CHECKED, worst["share"] < TOLERANCE)


def _first_levels(page: Page, options: int, most: int) -> list[list[float]]:
    """The ends of each lever, where it opens, and where scenarios and the lesson set it, as far as there is room."""
    levels = [sorted({one.low, one.value, one.high}) for one in page.levers]
    changes = () if page.lesson is None else page.lesson.changes
    settings = (*map(page.values_under, page.scenarios), *(change.values for change in changes))
    for values in settings:
        for axis, one in enumerate(page.levers):
            if values.get(one.name, one.value) not in levels[axis]:
                _insert(levels, axis, values[one.name], options, most)
    return levels


def _insert(levels: list[list[float]], axis: int, level: float, options: int, most: int) -> bool:
    """Put a level in if the grid stays within its size; whether it did."""
    sizes = [len(one) + (number == axis) for number, one in enumerate(levels)]
    if not levels or options * int(np.prod(sizes)) > most:
        return False
    levels[axis] = sorted({*levels[axis], level})
    return True


def _vectors(engine: _Engine, levels: Sequence[Sequence[float]], options: Sequence[Option]) -> NDArray[np.float32]:
    return np.concatenate([engine.at(option, product(*levels)) for option in options])


def _worst_interval(engine: _Engine, levels: list[list[float]], options: Sequence[Option]) -> tuple[float, int, float]:
    """The largest error of a regional share in the middle of an interval of a lever: error, lever, middle.

    The other levers stand at levels of theirs: all at the lowest, all at the highest, and at random.
    """
    found = [(0.0, 0, 0.0)]
    draws = np.random.default_rng(engine.page.seed)
    shares = layout(engine.page)[0].size
    for axis, own in enumerate(levels):
        for low, high in pairwise(own):
            others = [[one[0] for one in levels], [one[-1] for one in levels]]
            others += [[one[draws.integers(len(one))] for one in levels] for _ in range(PROBES - len(others))]
            values = (low, (low + high) / 2, high)
            rows = [[_moved(other, axis, value) for other in others] for value in values]
            error = 0.0
            for option in options:
                below, between, above = (engine.at(option, row)[:, :shares] for row in rows)
                error = max(error, float(np.abs((below + above) / 2 - between).max()))
            found.append((error, axis, values[1]))
    return max(found)


def _moved(position: Sequence[float], axis: int, value: float) -> Position:
    return tuple(value if number == axis else own for number, own in enumerate(position))


def _measured(
    engine: _Engine,
    levels: Sequence[Sequence[float]],
    options: Sequence[Option],
    vectors: NDArray[np.float32],
    attempt: int,
) -> dict[str, float]:
    """The largest error by part of an answer at positions drawn anew at every attempt."""
    draws = np.random.default_rng([engine.page.seed, attempt + 1])
    worst = dict.fromkeys(SHOWN, 0.0)
    blocks = layout(engine.page)
    each = -(-CHECKED // len(options))
    for number, option in enumerate(options):
        positions = [tuple(float(draws.uniform(one[0], one[-1])) for one in levels) for _ in range(each)]
        true = engine.at(option, positions)
        own = vectors.reshape(len(options), -1, vectors.shape[-1])[number]
        error = np.abs(np.array([interpolated(own, levels, position) for position in positions]) - true)
        start = 0
        for block in blocks:
            if block.name in worst:
                worst[block.name] = max(worst[block.name], float(error[:, start : start + block.size].max()))
            start += block.size
    return worst


def interpolated(vectors: NDArray[np.float32], levels: Sequence[Sequence[float]], position: Position) -> Vector:
    """Multilinear interpolation between the points of one option, (point, number), as the page does it."""
    corners = [(0, 1.0)]
    for own, value in zip(levels, position, strict=True):
        place = min(max(int(np.searchsorted(own, value)) - 1, 0), max(len(own) - 2, 0))
        part = (value - own[place]) / (own[place + 1] - own[place]) if len(own) > 1 else 0.0
        steps = [(place, 1.0 - part), (place + 1, part)] if len(own) > 1 else [(0, 1.0)]
        corners = [(point * len(own) + at, weight * share) for point, weight in corners for at, share in steps]
    found: Vector = sum(weight * vectors[point] for point, weight in corners).astype(np.float32)
    return found


# for the page ----------------------------------------------------------------------------------------------------


def packed(grid: Grid, page: Page) -> dict[str, Any]:
    """The grid as the page takes it, ready for JSON: see static/grid.js for how it is unpacked."""
    blocks = layout(page)
    bounds, steps = _quantised(grid.vectors, blocks)
    changes = np.diff(steps.astype(np.int32), axis=1, prepend=0).astype(np.uint16).ravel()
    data = (changes >> 8).astype(np.uint8).tobytes() + (changes & 255).astype(np.uint8).tobytes()
    axes: list[dict[str, Any]] = [
        {"name": "scenario", "options": list(page.scenarios)},
        {"name": "uncertainty", "options": list(page.uncertainties)},
    ]
    axes += [{"name": one.name, "values": own} for one, own in zip(page.levers, grid.levels, strict=True)]
    return {
        "axes": axes,
        "blocks": bounds,
        "points": len(grid.vectors),
        "size": grid.vectors.shape[1],
        "worlds": page.worlds,
        "seed": page.seed,
        "checked": grid.checked,
        "worst": grid.worst,
        "is_fine": grid.is_fine,
        "data": base64.b64encode(zlib.compress(data, 9)).decode("ascii"),
    }


def _quantised(
    vectors: NDArray[np.float32], blocks: Sequence[BlockOfNumbers]
) -> tuple[list[list[float]], NDArray[np.uint16]]:
    """Each part of an answer in steps from its lowest to its highest value: the bounds, and the steps."""
    bounds, parts, start = [], [], 0
    for block in blocks:
        part = vectors[:, start : start + block.size].astype(float)
        low, high = float(part.min()), float(part.max())
        scale = STEPS / (high - low) if high > low else 0.0
        parts.append(np.round((part - low) * scale).astype(np.uint16))
        bounds.append([low, high])
        start += block.size
    return bounds, np.concatenate(parts, axis=1)
