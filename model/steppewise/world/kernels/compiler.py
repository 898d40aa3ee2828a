"""How loops and rules are compiled, and sums that several loops need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from numba.core import types
from numba.experimental import structref

from steppewise.world.luck import Array

Compiled = Callable[..., Any]


def rule(of_one: Compiled) -> Compiled:
    """A rule for single numbers, or loops that others call; divisions by zero give what NumPy gives."""
    return numba.njit(error_model="numpy")(of_one)


def kernel(loops: Compiled) -> Compiled:
    """Loops that are called with arrays; kept on disk only where `experiment.compiling` has named the folder."""
    settings: Any = numba.config
    return numba.njit(error_model="numpy", nogil=True, cache=bool(settings.CACHE_DIR))(loops)


@structref.register
class HeldType(types.StructRef):
    """What the compiler calls `Held`."""


class Held(structref.StructRefProxy):
    """Tuples of arrays, handed over to compiled code once and not at every call, which for sixty arrays takes long."""


structref.define_proxy(Held, HeldType, ["given"])  # type: ignore[no-untyped-call]


@kernel
def hold(given: Any) -> Any:
    """Hand over what a kernel is then called with."""
    return Held(given)  # type: ignore[no-untyped-call]


@rule
def sum_rows(rows: Array, out: Array) -> None:
    """The sum over the first axis, in its order."""
    for r in range(rows.shape[1]):
        out[r] = rows[0, r]
    for i in range(1, rows.shape[0]):
        for r in range(rows.shape[1]):
            out[r] += rows[i, r]


@rule
def through_neighbours(weights: Array, of_ties: Array, p: int, s: int, out: Array) -> None:
    """Sum over neighbours of weight times what they have with a power."""
    for r in range(len(out)):
        out[r] = weights[s, 0, r] * of_ties[p, 0, r]
    for n in range(1, weights.shape[1]):
        for r in range(len(out)):
            out[r] += weights[s, n, r] * of_ties[p, n, r]
