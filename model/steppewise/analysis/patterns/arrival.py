"""Rows about arrival: how far `history` at its end is from the opening of `baseline`, variable by variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from steppewise.analysis.patterns.articles import BASELINE, HISTORY
from steppewise.analysis.patterns.row import Measured, Row
from steppewise.analysis.patterns.variant import Laboratory
from steppewise.arrays import Array

FAR: Final = 2.5
USED: Final = ("aid", "connectivity", "security", "remittances", "share")
"""Where openings of 2025 are those that history ends with, as far as there are no figures, or what rests on them."""
REASONS: Final = {
    "aid china tajikistan": "opens on commitments with single large gifts, which China's yearly budget does not hold",
}
"""Why a tie arrives more than `FAR` away, by variable and names."""

VARIABLES: Final = ("trust", "trade", "aid", "connectivity", "security", "remittances", "cooperation", "share")


def distances(laboratory: Laboratory, variable: str) -> Array:
    """Distance of means in standard deviations of the difference of both, by tie or by state.

    A perfect model would show .8 in the mean, since `baseline` opens on one course of many.
    """
    end = laboratory.course(HISTORY).whole(variable)[-1]
    start = laboratory.course(BASELINE).whole(variable)[0]
    spread = np.sqrt(end.var(axis=-1) + start.var(axis=-1))
    apart: Array = np.abs(end.mean(axis=-1) - start.mean(axis=-1)) / np.maximum(spread, 1e-9)
    return apart


def _mean(variable: str) -> Callable[[Laboratory], Measured]:
    return lambda laboratory: Measured(float(distances(laboratory, variable).mean()))


def far(laboratory: Laboratory) -> dict[str, float]:
    """What arrives more than `FAR` away, by variable and names: `trade japan kazakhstan`: 3.1."""
    course = laboratory.course(BASELINE)
    states, powers = course.spec.state_names, course.powers
    found = {}
    for variable in VARIABLES:
        apart = distances(laboratory, variable)
        for index in zip(*np.nonzero(apart > FAR), strict=True):
            names = (states[index[0]],) if apart.ndim == 1 else (powers[index[0]], states[index[1]])
            found[" ".join((variable, *names))] = float(apart[index])
    return found


def _count_far(laboratory: Laboratory) -> Measured:
    found = far(laboratory)
    words = [f"{name} {apart:.1f}: {REASONS.get(name, 'not yet understood')}" for name, apart in found.items()]
    return Measured(float(len(found.keys() - REASONS.keys())), detail="; ".join(words))


ROWS: Final = (
    *(
        Row(
            f"arrival_{variable}",
            f"History arrives where baseline opens: {variable}.",
            "one model, two openings",
            "distance of the means at the end of history and after the first quarter of baseline, in standard "
            "deviations of the difference, mean over ties or states",
            _mean(variable),
            lowest=0.0,
            highest=1.0,
            role="used" if variable in USED else "held out",
        )
        for variable in VARIABLES
    ),
    Row(
        "arrival_farthest",
        "Nothing arrives far from where baseline opens without a known reason.",
        "one model, two openings",
        "how many ties and states are more than 2.5 standard deviations apart and have no reason beside them",
        _count_far,
        lowest=0.0,
        highest=0.0,
    ),
)
