"""All figures of a sweep, each with a title, a caption and words for it; and that of what moves what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.effects import Effect, SweepFindings, extremes
from steppewise.analysis.quantities import label_of
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor, Study
from steppewise.report.along import mark, name_panel, number_axis, panel_name, size_note
from steppewise.report.drawn import DrawnFigure
from steppewise.report.heat import heat_map, outcomes_of, pair_of, title_of
from steppewise.report.looks import INK
from steppewise.report.picture import Sketch, all_drawn
from steppewise.report.response import response, sheets_of
from steppewise.report.rests import COLOURS
from steppewise.report.style import QUIET, SMALL, WIDTH, Props, about, draw_key, place, say, sheet, short
from steppewise.wording.names import begin, factor_words
from steppewise.wording.sweep import amount_of, at_point, ends_of

MOST_RESPONSES: Final = 4
"""Factors with figures of their own: those that move the outcomes most."""

MOST_SHEETS: Final = 2
"""Figures of one factor."""

MOVES: Final = (
    "For every outcome the factors with the largest effects: its mean at the low and at the high end of each, over all "
    "values of the others; where the mean turns on the way, at the values with the lowest and the highest mean. Pale: "
    "no more than luck would do, counted world by world, for all points run the same worlds."
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
    return f"Bars of means at the low and the high end of each factor, a panel for each outcome. {_sentence(told)}"


def _of_response(found: SweepFindings, factor: Factor, outcomes: Sequence[str]) -> str:
    told = [
        f"{label_of(outcome, found.study.spec)}: {' and '.join(ends_of(found.effect(outcome, factor), outcome))}"
        for outcome in outcomes
    ]
    return f"Line charts of outcomes along {factor_words(factor, found.study.spec)}. On average: {_sentence(told)}"


def _of_heat(found: SweepFindings, pair: tuple[int, int], outcomes: Sequence[str]) -> str:
    told = []
    for outcome in outcomes:
        ends = extremes(found.responses, outcome)
        if ends is not None:
            low, high = (
                f"{amount_of(outcome, end.mean, end.error)} {at_point(end.point, found.study)}" for end in ends
            )
            told.append(f"{label_of(outcome, found.study.spec)}: from {low} to {high}")
    return f"Heat maps of outcomes over {title_of(pair, found.study)}. {_sentence(told)}"


def _sentence(parts: Sequence[str]) -> str:
    return f"{begin('; '.join(parts))}."


NAMES, RIGHT, ROW, HEAD, AXIS, KEY, GAP = 3.05, 0.35, 0.34, 0.42, 0.42, 0.3, 0.12
"""Inches: factors at the left, room for the last value, a row, a panel's name, its axis, the key, between panels."""

MOST_FACTORS: Final = 6
MOST_OUTCOMES: Final = 6

OTHER: Final = "#6b6760"
"""Colour of events and mechanisms, which have no class of evidence."""


def moves(found: SweepFindings) -> Figure:
    """Dumb-bells: the mean of an outcome at the low and at the high end of every factor, the largest effect first."""
    study, outcomes = found.study, found.study.outcomes[:MOST_OUTCOMES]
    shown = {outcome: found.effects[outcome][:MOST_FACTORS] for outcome in outcomes}
    height = sum(_height(effects) for effects in shown.values())
    subtitle = about(study.title, "Averaged over all values of the other factors")
    figure = sheet("What moves each outcome", subtitle, _note(found), height + KEY)
    bottom = height
    for outcome, effects in shown.items():
        bottom -= _height(effects)
        axes = place(figure, NAMES, bottom + AXIS, WIDTH - NAMES - RIGHT, ROW * len(effects))
        _draw_panel(axes, outcome, effects, study)
    _draw_key(figure, [effect.factor for effects in shown.values() for effect in effects])
    return figure


def _height(effects: Sequence[Effect]) -> float:
    return HEAD + ROW * len(effects) + AXIS + GAP


def _note(found: SweepFindings) -> str:
    study = found.study
    more = [
        f"{size} more {what} in summary.csv"
        for size, what in (
            (len(study.factors) - MOST_FACTORS, "factors"),
            (len(study.outcomes) - MOST_OUTCOMES, "outcomes"),
        )
        if size > 0
    ]
    which = "pale: no more than luck"
    return "; ".join([f"means over points and worlds; {which}", size_note(found), *more[:1]])


def _draw_panel(axes: Axes, outcome: str, effects: Sequence[Effect], study: Study) -> None:
    for row, effect in enumerate(effects):
        _draw_effect(axes, effect, row)
        name = short(factor_words(effect.factor, study.spec), 30)
        say(axes, -0.015, row, name, ha="right", across=axes.get_yaxis_transform())
    axes.set_ylim(len(effects) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.grid(axis="x", color="#e6e3dc", linewidth=0.8)
    axes.margins(x=0.17)
    number_axis(axes.xaxis, outcome)
    name_panel(axes, panel_name(outcome, study))


def _draw_effect(axes: Axes, effect: Effect, row: int) -> None:
    """A hollow dot at the low end, a filled one at the high end, each with the value of the factor."""
    colour, strength = colour_of(effect.factor), 1.0 if effect.is_settled else 0.35
    first, last = effect.ends
    ends = [float(effect.mean[first]), float(effect.mean[last])]
    low, high = sorted((float(effect.steps.places[step]), end) for step, end in zip((first, last), ends, strict=True))
    axes.plot(ends, [row, row], color=colour, linewidth=2.6, alpha=strength, zorder=2)
    dot: Props = {"marker": "o", "markersize": 8, "markeredgecolor": colour, "markeredgewidth": 1.8, "alpha": strength}
    axes.plot([low[1]], [row], markerfacecolor="white", zorder=3, **dot)
    axes.plot([high[1]], [row], markerfacecolor=colour, zorder=3, **dot)
    for (place_, end), other in ((low, high), (high, low)):
        right = end > other[1] or (end == other[1] and place_ > other[0])
        side: Props = {"ha": "left" if right else "right", "xytext": (9 if right else -9, 0)}
        text = short(mark(effect.factor, place_), 12)
        words: Props = {"textcoords": "offset points", "va": "center", "fontsize": SMALL, "color": QUIET}
        axes.annotate(text, (end, row), annotation_clip=False, **side, **words)


def colour_of(factor: Factor) -> str:
    """The colour of a factor's class of evidence."""
    return COLOURS[factor.evidence] if factor.kind == "parameter" else OTHER


def _draw_key(figure: Figure, factors: Sequence[Factor]) -> None:
    present = {factor.evidence for factor in factors if factor.kind == "parameter"}
    entries = [(f"evidence: {name}", COLOURS[name]) for name in CLASSES if name in present]
    if any(factor.kind != "parameter" for factor in factors):
        entries.append(("event or mechanism", OTHER))
    bar: Props = {"linewidth": 2.6}
    handles = [Line2D([], [], color=colour, label=name, **bar) for name, colour in entries]
    hollow: Props = {"marker": "o", "linestyle": "none", "color": INK, "markersize": 8}
    handles.append(Line2D([], [], markerfacecolor="white", label="low end", **hollow))
    handles.append(Line2D([], [], label="high end", **hollow))
    draw_key(figure, handles)
