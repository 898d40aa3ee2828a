"""The figures of a sweep: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from steppewise.analysis.effects import SweepFindings, extremes
from steppewise.analysis.quantities import label_of
from steppewise.experiment.study import Factor
from steppewise.report.figures.heat_map import heat_map, outcomes_of, pair_of, title_of
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn, told_in_words
from steppewise.report.figures.response_curves import response, sheets_of
from steppewise.report.figures.what_moves import moves
from steppewise.wording.names import factor_words
from steppewise.wording.sweep import amount_of, at_point, ends_of

MOST_RESPONSES: Final = 4
"""Factors with figures of their own: those that move the outcomes most."""

MOST_SHEETS: Final = 2
"""Figures of one factor."""

MOVES: Final = (
    "For every outcome the factors with the largest effects: its mean at the low and at the high end of each, over all "
    "values of the others; where the mean turns on the way, at the values with the lowest and the highest mean. Pale: "
    "no more than luck would do, counted world by world, for all points run the same worlds; or a factor that moves "
    "together with others."
)
RESPONSE: Final = (
    "Bands say how far worlds differ at a point, not how uncertain the line is: all points run the same worlds, so "
    "that the way from point to point is surer than a band is wide. Dotted: the value that the scenario itself has."
)
HEAT: Final = (
    "The mean over worlds at every pair of values; along a line it stays the same. Dotted: the scenario itself."
)


def draw_sweep(found: SweepFindings, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder, which is made where it is missing; none where no world ran to the end."""
    if not np.isfinite(next(iter(found.responses.values.values()))).any():
        return ()
    return all_drawn(_sketches(found), folder)


def main_sketch(found: SweepFindings) -> Sketch:
    """The response to the factor that moves the outcomes most."""
    return next(_responses(found, found.ranked[0], "response"))


def _sketches(found: SweepFindings) -> Iterator[Sketch]:
    if len(found.study.factors) > 1:
        yield Sketch("moves", "What moves each outcome", partial(moves, found), _of_moves(found), MOVES)
    for count, number in enumerate(sorted(found.ranked[:MOST_RESPONSES]), start=1):
        yield from _responses(found, number, f"response_{count}")
    pair = pair_of(found)
    if pair is not None and outcomes_of(found, pair):
        yield _heat(found, pair)


def _responses(found: SweepFindings, number: int, name: str) -> Iterator[Sketch]:
    factor = found.study.factors[number]
    sheets = sheets_of(factor, found.study.outcomes)[:MOST_SHEETS]
    for count, outcomes in enumerate(sheets, start=1):
        part = f" ({count} of {len(sheets)})" if len(sheets) > 1 else ""
        yield Sketch(
            f"{name}{'abcdef'[count - 1] if part else ''}",
            f"Response to {factor_words(factor, found.study.spec)}{part}",
            partial(response, found, number, outcomes),
            _of_response(found, factor, outcomes),
            RESPONSE,
        )


def _heat(found: SweepFindings, pair: tuple[int, int]) -> Sketch:
    outcomes = outcomes_of(found, pair)
    draw, words = partial(heat_map, found, pair, outcomes), _of_heat(found, pair, outcomes)
    return Sketch("map", title_of(pair, found.study), draw, words, HEAT)


# what they show in words --------------------------------------------------------------------------------


def _of_moves(found: SweepFindings) -> str:
    told = []
    for outcome, effects in found.effects.items():
        first = effects[0]
        name = factor_words(first.factor, found.study.spec)
        told.append(f"{label_of(outcome, found.study.spec)}: most by {name}, {' and '.join(ends_of(first, outcome))}")
    return f"Bars of means at the low and the high end of each factor, a panel for each outcome. {told_in_words(told)}"


def _of_response(found: SweepFindings, factor: Factor, outcomes: Sequence[str]) -> str:
    told = [
        f"{label_of(outcome, found.study.spec)}: {' and '.join(ends_of(found.effect(outcome, factor), outcome))}"
        for outcome in outcomes
    ]
    return f"Line charts of outcomes along {factor_words(factor, found.study.spec)}. On average: {told_in_words(told)}"


def _of_heat(found: SweepFindings, pair: tuple[int, int], outcomes: Sequence[str]) -> str:
    told = []
    for outcome in outcomes:
        ends = extremes(found.responses, outcome)
        if ends is not None:
            low, high = (
                f"{amount_of(outcome, end.mean, end.error)} {at_point(end.point, found.study)}" for end in ends
            )
            told.append(f"{label_of(outcome, found.study.spec)}: from {low} to {high}")
    return f"Heat maps of outcomes over {title_of(pair, found.study)}. {told_in_words(told)}"
