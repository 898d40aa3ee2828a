"""A study: what varies around a scenario, at which points, in how many worlds; and its division into pieces.

All points are worlds of the same blocks: a factor is one more array whose last axis is the world. Every point runs the
same worlds, so that points differ by their factors and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.evidence.types import EvidenceClass
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, BlockResult, Job, joined
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

ROWS_IN_PIECE = 5000
"""Rows that are computed, written and, after an interruption, lost together: some seconds of work."""

MOST_POINTS: Final = 10_000_000
"""Points of a design."""

MOST_ROWS: Final = 100_000_000
"""Worlds that are run at all points together."""

Way = Literal["absolute", "relative", "evidence"]
Keep = Literal["outcomes", "summary", "trajectories"]


@dataclass(frozen=True)
class Factor:
    """One thing that varies.

    kind: a parameter, a number of an event, or the switch of a mechanism. targets: the parameters that it sets (several
    where the name holds a wildcard), the one `events.LABEL.FIELD`, or the one mechanism. way: the value itself
    ("absolute"), a factor on what is drawn ("relative"), or the position from 0 to 1 within the evidence range of each
    target ("evidence"). low, high: the range for sampled designs. levels: the values of a grid, in order, or
    the only values that may be taken (levels, switches); empty for a plain range. labels: their names in figures.
    """

    name: str
    kind: Literal["parameter", "event", "mechanism"]
    targets: tuple[str, ...]
    way: Way
    low: float
    high: float
    levels: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    unit: str = ""
    evidence: EvidenceClass = "assumed"

    def from_unit(self, position: Array) -> Array:
        """Values at positions from 0 to 1: along the range, or the level into whose part the position falls."""
        if not self.levels:
            return self.low + (self.high - self.low) * position
        steps = np.minimum((position * len(self.levels)).astype(int), len(self.levels) - 1)
        return np.array(self.levels)[steps]


@dataclass(frozen=True)
class Piece:
    """Rows that are computed together: every one of some points in every one of some worlds, points first.

    `values` (point, factor) belong to the numbers in `points`, which ascend; worlds are `first` to
    `first + worlds - 1`.
    """

    points: NDArray[np.int64]
    values: Array
    first: int
    worlds: int

    @property
    def rows(self) -> int:
        """How many rows the piece has."""
        return len(self.points) * self.worlds

    @property
    def name(self) -> str:
        """`w0000000-0000400-p00000012`: its worlds and its first point, which no other piece of the study has."""
        return f"w{self.first:07d}-{self.first + self.worlds:07d}-p{self.points[0]:08d}"


@dataclass(frozen=True)
class Study:
    """A scenario, what varies around it, and what is looked at.

    `points` (point, factor) are the factors' values; every point runs `worlds` worlds of `seed`.
    """

    name: str
    title: str
    question: str
    look_for: str
    spec: ScenarioSpec
    factors: tuple[Factor, ...]
    points: Array
    design: str
    worlds: int
    seed: int
    uncertainty: Uncertainty
    outcomes: tuple[str, ...]
    keep: Keep = "outcomes"

    @property
    def rows(self) -> int:
        """Points times worlds."""
        return len(self.points) * self.worlds

    def pieces(self, first: int = 0) -> Iterator[Piece]:
        """The pieces of the worlds from `first` on, the same whoever computes them and in whatever order."""
        for group in self.groups:
            yield from self.pieces_of(group, first)

    def pieces_of(self, group: NDArray[np.int64], first: int = 0) -> Iterator[Piece]:
        """The pieces of one group of points, by point and world."""
        points_at_once = max(ROWS_IN_PIECE // (self.worlds - first), 1)
        for start in range(0, len(group), points_at_once):
            points = group[start : start + points_at_once]
            for world in range(first, self.worlds, ROWS_IN_PIECE):  # several where a single point has more than fit
                yield Piece(points, self.points[points], world, min(ROWS_IN_PIECE, self.worlds - world))

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], ...]:
        """Numbers of the points by what they switch off, ascending: a block has the same mechanisms throughout."""
        switches = [i for i, factor in enumerate(self.factors) if factor.kind == "mechanism"]
        if not switches:
            return (np.arange(len(self.points)),)
        _, group = np.unique(self.points[:, switches], axis=0, return_inverse=True)
        return tuple(np.flatnonzero(group.reshape(-1) == g) for g in range(group.max() + 1))


@dataclass(frozen=True)
class Task:
    """A piece with all that is needed to compute it elsewhere; the study has the points of the piece alone."""

    piece: Piece
    study: Study
    variables: tuple[str, ...] = ()

    def run(self) -> BlockResult:
        """Compute the piece: its rows in blocks of worlds, one after the other, as one result."""
        block = block_of(self)
        ends = range(0, block.count, WORLDS_IN_BLOCK)
        parts = [block.part(start, min(start + WORLDS_IN_BLOCK, block.count)) for start in ends]
        return joined([Job(part, self.variables, self.study.outcomes).run() for part in parts])


def task_of(study: Study, piece: Piece, variables: tuple[str, ...] = ()) -> Task:
    """The task of a piece of a study."""
    return Task(piece, replace(study, points=piece.values), variables)


def block_of(task: Task) -> Block:
    """All rows of a piece as one block: point after point, each in all its worlds."""
    piece, study = task.piece, task.study
    given: dict[str, Array] = {}
    scaled: dict[str, Array] = {}
    for factor, values in zip(study.factors, piece.values.T, strict=True):
        rows = np.repeat(values, piece.worlds)
        if factor.kind == "event" or (factor.kind == "parameter" and factor.way == "absolute"):
            given.update(dict.fromkeys(factor.targets, rows))
        elif factor.way == "relative":
            scaled.update(dict.fromkeys(factor.targets, rows))
        elif factor.way == "evidence" and factor.kind == "parameter":
            given.update(_within_evidence(study.spec, factor.targets, rows))
    cycle = piece.worlds if len(piece.points) > 1 else None
    spec = _switched(study.spec, study.factors, piece.values[0])
    return Block(spec, piece.first, piece.rows, study.seed, study.uncertainty, None, given, scaled, cycle)


def _within_evidence(spec: ScenarioSpec, names: tuple[str, ...], position: Array) -> Mapping[str, Array]:
    ranges = {name: spec.parameters[name] for name in names}
    return {name: p.low + (p.high - p.low) * position for name, p in ranges.items()}


def _switched(spec: ScenarioSpec, factors: tuple[Factor, ...], point: Array) -> ScenarioSpec:
    """The scenario with the mechanisms of a point, (factor,), on or off."""
    off = set(spec.switched_off)
    for factor, value in zip(factors, point, strict=True):
        if factor.kind == "mechanism":
            off = off - {*factor.targets} if value else off | {*factor.targets}
    return replace(spec, switched_off=frozenset(off))


# designs: at which points of the factors' ranges a study looks ------------------------------------------------


def grid(factors: Sequence[Factor], steps: int) -> Array:
    """Every combination of the factors' levels; a plain range gives `steps` evenly spaced values; (point, factor)."""
    axes = [np.array(f.levels) if f.levels else np.linspace(f.low, f.high, steps) for f in factors]
    size = int(np.prod([len(axis) for axis in axes], dtype=object))
    if size > MOST_POINTS:
        raise SteppewiseError(
            f"the grid has {size:,} points; at most {MOST_POINTS:,} are run: fewer steps, or a sample"
        )
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(factors))


def latin_hypercube(factors: Sequence[Factor], points: int, seed: int) -> Array:
    """A Latin hypercube sample, (point, factor). Source: McKay et al. 1979, through SciPy."""
    from scipy.stats import qmc

    sample = qmc.LatinHypercube(len(factors), rng=np.random.default_rng(seed)).random(points)
    return from_unit(factors, sample)


def sobol(factors: Sequence[Factor], points: int, seed: int) -> Array:
    """A scrambled Sobol sequence, (point, factor). Raises SteppewiseError for a size that is no power of two."""
    return from_unit(factors, sobol_positions(len(factors), points, seed))


def sobol_positions(dimensions: int, points: int, seed: int) -> Array:
    """A scrambled Sobol sequence in the unit cube, (point, dimension). Raises SteppewiseError as `sobol` does."""
    from scipy.stats import qmc

    if points < 1 or points & (points - 1):
        lower = 2 ** max(points.bit_length() - 1, 0)
        raise SteppewiseError(
            f"a Sobol sequence needs a power of two, not {points:,} points: take {lower:,} or {2 * lower:,}"
        )
    sample: Array = qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random(points)
    return sample


def from_unit(factors: Sequence[Factor], sample: Array) -> Array:
    """Values of the factors at positions in the unit cube, both (point, factor)."""
    return np.stack([f.from_unit(column) for f, column in zip(factors, sample.T, strict=True)], axis=-1)
