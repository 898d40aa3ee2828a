"""The rules of the model: small pure functions on arrays whose last axis is the world.

Symbols, units and order are those of docs/odd.md. Shapes in the docstrings name axes; every rule broadcasts
over further ones.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

DT: Final = 0.25
"""Length of a step in years."""

TINY: Final = 1e-300
"""Guards a division by a sum that is zero only where there is nothing to share."""


def total(values: NDArray[Any]) -> NDArray[Any]:
    """Sum over the first axis, in its order, whatever the number of worlds.

    NumPy's own sum takes pairs where it adds eight or more numbers of a single world; then world r alone would differ
    from world r among others in the last digit.
    """
    added: NDArray[Any] = np.add.reduce(values) if len(values) < 8 else np.add.accumulate(values)[-1]
    return added


def over_states(by_tie: NDArray[Any]) -> NDArray[Any]:
    """Sum over the states of something by tie, (power, world)."""
    return total(by_tie.swapaxes(0, 1))
