"""What a sensitivity analysis cannot tell yet, and what size of design would do.

The half-width of an interval falls with the square root of the size, so that a quarter of it takes sixteen times
the points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, floor, log2, log10
from typing import Final

from steppewise.analysis.indices import Index
from steppewise.analysis.sensitivity import POINTS_A_TRAJECTORY, Sensitivity
from steppewise.analysis.telling import percent

WIDE: Final = 0.15
"""Half-width of a Sobol index's 95 % interval above which the design is called too small, in parts of the variance."""

WIDE_EFFECT: Final = 0.25
"""The same for the effects of Morris, in parts of the largest effect."""

LOOKED_AT: Final = 10
"""Factors whose effects of Morris are looked at: the largest."""

BELOW: Final = 0.05
"""By how much a total index may be below the first-order one, or this one below zero, before it is told."""

OWN_LUCK: Final = 0.1
"""Part of the variance between points that may rest on the luck of the few worlds at each of them."""

MOST_POINTS: Final = 2**24
ORDERS: Final = {"first": "first order", "total": "total"}


def doubts(found: Sensitivity) -> list[str]:
    """Everything that speaks against an answer, a sentence each; nothing where nothing does."""
    outcomes = found.question.outcomes
    return [sentence for outcome in outcomes for sentence in _of_outcome(found, outcome)]


def _of_outcome(found: Sensitivity, outcome: str) -> Iterator[str]:
    if not any(index.value for index in found.ranked(outcome)):
        yield f"{outcome} is the same at every point: there is nothing to explain."
        return
    if found.question.method == "morris":
        yield from _of_morris(found, outcome)
    if found.question.method != "tornado":
        yield from _of_sobol(found, outcome)
        yield from _of_worlds(found, outcome)


# shares of the variance -----------------------------------------------------------------------------------


def _of_sobol(found: Sensitivity, outcome: str) -> Iterator[str]:
    """Doubts about shares of the variance, of factors and of classes of evidence."""
    of_variance = [index for index in found.indices if index.outcome == outcome and index.measure in ORDERS]
    worst = max(of_variance, key=lambda index: index.half_width)
    if worst.half_width > WIDE:
        yield (
            f"{outcome}: the design is small. The interval of {worst.name} ({ORDERS[worst.measure]}) is ± "
            f"{percent(worst.half_width, 0)} percent of the variance, more than {percent(WIDE, 0)}; "
            f"{_advice(found, worst)}."
        )
    for by in ("factor", "class"):
        yield from _impossible(found.of(outcome, by, "first"), found.of(outcome, by, "total"), outcome)


def _impossible(first: Mapping[str, Index], total: Mapping[str, Index], outcome: str) -> Iterator[str]:
    """Estimates that exact indices can never have."""
    below = [name for name in total if name in first and first[name].value - total[name].value > BELOW]
    if below:
        yield f"{outcome}: the total index of {_named(below)} comes out below the first-order one: both are rough."
    negative = [name for name, index in first.items() if index.high < 0 and index.value < -BELOW]
    if negative:
        yield f"{outcome}: the first-order index of {_named(negative)} comes out below zero: it is rough."


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _advice(found: Sensitivity, worst: Index) -> str:
    """What size brings the widest interval below the threshold."""
    question = found.question
    wanted = size_for(question.size if worst.by == "factor" else question.class_size, worst.half_width, WIDE)
    if wanted > MOST_POINTS:
        return "no size that can be run would do"
    size = wanted // POINTS_A_TRAJECTORY if question.method == "morris" else wanted
    return f"--size {size} would do"


def size_for(size: int, half_width: float, wanted: float) -> int:
    """The power of two from which on an interval is as narrow as wanted: half-widths go with 1 / sqrt(size)."""
    needed = size * (half_width / wanted) ** 2
    return int(2 ** ceil(log2(max(needed, 1.0))))


# effects of Morris ----------------------------------------------------------------------------------------


def _of_morris(found: Sensitivity, outcome: str) -> Iterator[str]:
    ranked = found.ranked(outcome)[:LOOKED_AT]
    largest = ranked[0].value
    worst = max(ranked, key=lambda index: index.half_width)
    if worst.half_width > WIDE_EFFECT * largest:
        needed = found.question.size * (worst.half_width / (WIDE_EFFECT * largest)) ** 2
        reach = f"{percent(worst.half_width / largest, 0)} percent of the largest effect"
        yield (
            f"{outcome}: the design is small. The interval of the effect of {worst.name} is ± {reach}, "
            f"more than {percent(WIDE_EFFECT, 0)}; about --size {rounded_up(needed)} would do."
        )
    elif len(ranked) > 1 and ranked[0].low < ranked[1].high:
        both = f"{ranked[0].name} and {ranked[1].name}"
        yield f"{outcome}: which of {both} matters more is open; their intervals overlap."


def rounded_up(number: float) -> int:
    """The next number of one or two digits and zeros: 1,234 is 1,300."""
    unit = 10 ** max(floor(log10(max(number, 1.0))) - 1, 0)
    return int(ceil(number / unit) * unit)


# worlds ---------------------------------------------------------------------------------------------------


def _of_worlds(found: Sensitivity, outcome: str) -> Iterator[str]:
    worlds = found.question.worlds
    if worlds == 1:
        yield (
            f"{outcome}: with one world at each point, what is left to chance cannot be told, and the indices are "
            "those of this one world's luck; --worlds 8 tells both."
        )
        return
    shares = found.of(outcome, "variance", "share")
    together, parameters = shares["together"].value, shares["parameters"].value
    if parameters == 0:
        yield f"{outcome}: next to everything is left to chance; the indices tell of these {worlds} worlds only."
        return
    part = together / worlds / (parameters + together / worlds)
    if part > OWN_LUCK:
        needed = rounded_up(together * (1 - OWN_LUCK) / (OWN_LUCK * parameters))
        yield (
            f"{outcome}: {percent(part, 0)} percent of the variance between points is the luck of these {worlds} "
            f"worlds; about --worlds {needed} would do."
        )
