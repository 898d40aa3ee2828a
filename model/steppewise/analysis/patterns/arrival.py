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
    "trade": "baseline opens on customs figures of 2024, whose ranges are narrow; Russia's trade with Kyrgyzstan and "
    "Uzbekistan rose after 2022 with transit, that with Turkmenistan fell with gas contracts; neither is in history; "
    "China's trade with Kazakhstan stood still from 2013 to 2020, while here new connectivity adds to it",
    "farthest": "Russia's trade with Kyrgyzstan doubled with transit after 2022, which is no event of history; China's "
    "aid to Tajikistan opens on commitments with single large gifts, which its yearly budget in history does not hold",
}
VARIABLES: Final = ("trust", "trade", "aid", "connectivity", "security", "remittances", "cooperation", "share")


def distances(laboratory: Laboratory, variable: str) -> Array:
    """Distance of means in standard deviations of both together, by tie or by state."""
    end = laboratory.course(HISTORY).whole(variable)[-1]
    start = laboratory.course(BASELINE).whole(variable)[0]
    spread = np.sqrt((end.var(axis=-1) + start.var(axis=-1)) / 2.0)
    apart: Array = np.abs(end.mean(axis=-1) - start.mean(axis=-1)) / np.maximum(spread, 1e-9)
    return apart


def _mean(variable: str) -> Callable[[Laboratory], Measured]:
    return lambda laboratory: Measured(float(distances(laboratory, variable).mean()))


def far(laboratory: Laboratory) -> list[str]:
    """What arrives more than 2.5 standard deviations away: `trade japan kazakhstan 3.1`."""
    course = laboratory.course(BASELINE)
    states, powers = course.spec.state_names, course.powers
    found = []
    for variable in VARIABLES:
        apart = distances(laboratory, variable)
        for index in zip(*np.nonzero(apart > FAR), strict=True):
            names = (states[index[0]],) if apart.ndim == 1 else (powers[index[0]], states[index[1]])
            found.append(" ".join((variable, *names, f"{apart[index]:.1f}")))
    return found


def _count_far(laboratory: Laboratory) -> Measured:
    found = far(laboratory)
    return Measured(float(len(found)), detail="; ".join(found))


ROWS: Final = (
    *(
        Row(
            f"arrival_{variable}",
            f"History arrives where baseline opens: {variable}.",
            "one model, two openings",
            "distance of the means at the end of history and after the first quarter of baseline, in standard "
            "deviations, mean over ties or states",
            _mean(variable),
            lowest=0.0,
            highest=1.0,
            role="used" if variable in USED else "held out",
            known_reason=REASONS.get(variable, ""),
        )
        for variable in VARIABLES
    ),
    Row(
        "arrival_farthest",
        "Nothing arrives far from where baseline opens.",
        "one model, two openings",
        "how many of all ties and variables are more than 2.5 standard deviations apart",
        _count_far,
        lowest=0.0,
        highest=0.0,
        known_reason=REASONS["farthest"],
    ),
)
