"""What moves each outcome of a sweep: its mean at the low and at the high end of every factor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.effects import Effect, SweepFindings
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor, Study
from steppewise.report.figures.axes import draw_key, place, say, sheet
from steppewise.report.figures.colours import COLOURS, INK
from steppewise.report.figures.factor_axis import mark, name_panel, number_axis, panel_name, size_note
from steppewise.report.figures.style import QUIET, SMALL, WIDTH, Props, about, short
from steppewise.wording.names import factor_words

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
