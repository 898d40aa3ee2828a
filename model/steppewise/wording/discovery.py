"""Scenario discovery in sentences: where what is of interest happens, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from steppewise.analysis.discovery import Discovery, Restriction
from steppewise.analysis.prim import Found
from steppewise.wording.names import listed
from steppewise.wording.numbers import percent

FEW_OF_INTEREST: Final = 50
"""Points of interest below which boxes rest on little."""

LIFT: Final = 1.5
"""A box should be so many times as dense as all points together."""

FELL: Final = 0.1
"""By how much density may be lower among fresh points than among those of the search."""


def sentences(found: Discovery) -> list[str]:
    """All that was found, in plain sentences."""
    return [*_setting(found), *_boxes(found)]


def _setting(found: Discovery) -> Iterator[str]:
    asked = found.asked
    condition = asked.condition
    yield (
        f"{asked.title}: where {condition.text} ({condition.quantity.label}). {asked.size:,} points over "
        f"{len(asked.factors):,} parameters, and as many fresh ones, each in the same {asked.worlds:,} worlds; "
        f"{found.asked.runs:,} runs, seed {asked.seed}."
    )
    yield f"It holds, in more than half of the worlds, at {percent(found.base_rate)} percent of the points."


def _boxes(found: Discovery) -> Iterator[str]:
    if not found.boxes:
        yield "No combination of assumptions was found in which it is more frequent than elsewhere."
    for number, box in enumerate(found.boxes, start=1):
        fresh, told = box.fresh, [f"{one.factor} {limits(one)}" for one in found.restrictions(box)]
        yield (
            f"Box {number}: {listed(told)}. It holds at {percent(fresh.density, 0)} percent of the points in the box "
            f"(density), and the box has {percent(fresh.coverage, 0)} percent of all points at which it holds "
            f"(coverage), in {percent(fresh.mass, 0)} percent of the space; on fresh points."
        )


def box_title(box: Found, number: int) -> str:
    """`Box 1: density 81 %, coverage 64 %, in 12 % of the space`, on fresh points; `number` counts from 0."""
    density, coverage, mass = (percent(part, 0) for part in (box.fresh.density, box.fresh.coverage, box.fresh.mass))
    return f"Box {number + 1}: density {density} %, coverage {coverage} %, in {mass} % of the space"


def limits(restriction: Restriction) -> str:
    """`above 0.021`, `below 3`, `0.2 to 0.4`."""
    low, high = f"{restriction.low_value:.3g}", f"{restriction.high_value:.3g}"
    if restriction.is_below:
        return f"below {high}"
    return f"above {low}" if restriction.is_above else f"from {low} to {high}"


def doubts(found: Discovery) -> list[str]:
    """Everything that speaks against the boxes, a sentence each."""
    return [*_of_cases(found), *(word for box in found.boxes for word in _of_box(box, found))]


def _of_cases(found: Discovery) -> Iterator[str]:
    hits, asked = int(found.cases.of_interest.sum()), found.asked
    text = asked.condition.text
    if hits in (0, len(found.cases)):
        where = "no point" if hits == 0 else "every point"
        values = np.concatenate(list(found.values.values()))
        spread = f"the means over worlds run from {values.min():.4g} to {values.max():.4g}"
        yield f"'{text}' holds at {where}: there is nothing to tell apart; {spread}."
    elif min(hits, len(found.cases) - hits) < FEW_OF_INTEREST:
        rare = "holds" if hits < len(found.cases) / 2 else "fails"
        fewest = min(hits, len(found.cases) - hits)
        size = asked.size
        while fewest * size / asked.size < FEW_OF_INTEREST:
            size *= 2
        yield f"'{text}' {rare} at {fewest} points only, which is little to learn from; --size {size} would do."


def _of_box(box: Found, found: Discovery) -> Iterator[str]:
    number = found.boxes.index(box) + 1
    if box.fresh.density < box.found.density - FELL:
        yield (
            f"Box {number} is less dense among fresh points ({percent(box.fresh.density, 0)} percent) than among "
            f"those it was found with ({percent(box.found.density, 0)}): it took luck for a rule; --size "
            f"{2 * found.asked.size}."
        )
    if box.fresh.density < LIFT * found.base_rate:
        yield (
            f"Box {number} is hardly denser ({percent(box.fresh.density, 0)} percent) than all points together "
            f"({percent(found.base_rate, 0)}): these assumptions do not decide it alone."
        )
    wanted = found.asked.density
    if wanted is not None and box.found.density < wanted:
        yield f"Box {number} is less dense than the {percent(wanted, 0)} percent asked for; no denser one was found."
