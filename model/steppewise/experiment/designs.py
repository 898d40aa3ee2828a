"""Designs: at which points of the factors' ranges a study looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.study import Factor

MOST_POINTS = 10_000_000


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
