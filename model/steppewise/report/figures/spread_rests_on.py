"""What the spread between worlds rests on: chance and ignorance, and the classes of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from steppewise.analysis.spread import SpreadShare, by_outcome
from steppewise.evidence.types import CLASSES
from steppewise.report.figures.axes import draw_key, draw_parts, place_rows, say, share_axis, sheet
from steppewise.report.figures.colours import COLOURS, TOGETHER
from steppewise.report.figures.style import FAINT, TEXT, WIDTH, about, plain, short
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.numbers import counted
from steppewise.world.variables import VARIABLES

NAMES, KEY, AXIS, RIGHT = 2.75, 0.65, 0.62, 0.45
ROW, UPPER, LOWER = 0.98, 0.34, 0.42
"""Inches: an outcome, its bar of two, its bar by classes of evidence."""

LEAST: Final = 0.055
"""Parts that are too narrow for a number are left without."""

WORDS: Final = {
    "chance": "chance",
    "ignorance": "ignorance (uncertain parameters)",
    "stated": "stated",
    "coded": "coded",
    "external": "external",
    "assumed": "assumed",
    TOGETHER: "only together (interactions)",
}


@dataclass(frozen=True)
class Part:
    """A part of a bar: its group, its share of the variance, its standard error (0 where there is none)."""

    group: str
    share: float
    error: float


def what_spread_rests_on(spec: ScenarioSpec, shares: Sequence[SpreadShare]) -> Figure:
    """Two stacked bars for every outcome: by kind of uncertainty, and by class of evidence."""
    outcomes = by_outcome(shares)
    worlds = min(share.worlds for share in shares)
    title = "What the spread between worlds rests on"
    subtitle = about(spec.title, "Upper bar: chance or ignorance; lower bar: ignorance by class of evidence")
    worst = max(share.standard_error for share in shares)
    note = f"shares of the variance at the end, two runs of {counted(worlds, 'world')}; "
    note += f"standard error: up to {100 * worst:.0f} points"
    figure = sheet(title, subtitle, note, AXIS + ROW * len(outcomes) + KEY)
    axes = place_rows(figure, NAMES, AXIS, WIDTH - NAMES - RIGHT, ROW * len(outcomes), edge=False)
    share_axis(axes, "share of the variance between worlds (%), ± standard error")
    for row, (outcome, groups) in enumerate(reversed(outcomes.items())):
        base = row * ROW + 0.12
        _draw_bar(axes, kinds(groups), base + LOWER, UPPER)
        _draw_bar(axes, classes(groups), base, LOWER)
        say(axes, -0.015, base + (LOWER + UPPER) / 2, _name(outcome, spec), size=TEXT, ha="right")
    present = {TOGETHER, *(name for groups in outcomes.values() for name in groups)}
    _draw_key(figure, [name for name in COLOURS if name in present])
    return figure


def kinds(groups: Mapping[str, SpreadShare]) -> list[Part]:
    """Chance, ignorance, and what they do only together."""
    return _completed([groups[name] for name in ("chance", "ignorance") if name in groups])


def classes(groups: Mapping[str, SpreadShare]) -> list[Part]:
    """Chance, each class of evidence, and what they do only together."""
    return _completed([groups[name] for name in ("chance", *CLASSES) if name in groups])


def _completed(shares: list[SpreadShare]) -> list[Part]:
    """Parts that add up to 1. Estimates that add up to more than 1, by chance, are scaled down."""
    total = max(sum(share.share for share in shares), 1.0)
    parts = [Part(share.group, share.share / total, share.standard_error) for share in shares]
    return [*parts, Part(TOGETHER, max(1.0 - sum(part.share for part in parts), 0.0), 0.0)]


def _name(outcome: str, spec: ScenarioSpec) -> str:
    """Two short lines: whose, and what."""
    stem, *actors = outcome.split(".")
    known = spec.labels
    if not actors:
        return plain(VARIABLES[stem].label).replace(" ", "\n", 1)
    whose = short(" in ".join(known.get(actor, actor) for actor in actors), 20)
    return f"{whose}\n{VARIABLES[stem].label if stem in VARIABLES else stem}"


def _draw_bar(axes: Axes, parts: list[Part], base: float, height: float) -> None:
    told = ((part.share, COLOURS[part.group], _number(part) if part.share >= LEAST else "") for part in parts)
    draw_parts(axes, base, height - 0.04, told)


def _number(part: Part) -> str:
    """The share and, where there is room, its standard error in percentage points."""
    exact = f"{100 * part.share:.0f} ± {max(100 * part.error, 1):.0f}"
    return exact if part.error and part.share >= 2 * LEAST else f"{100 * part.share:.0f}"


def _draw_key(figure: Figure, names: list[str]) -> None:
    hatches = {TOGETHER: "///"}
    patches = [
        Patch(facecolor=COLOURS[name], edgecolor=FAINT, hatch=hatches.get(name), label=WORDS[name]) for name in names
    ]
    draw_key(figure, patches, columns=4)
