"""Differences at the end with their 95 % intervals: what the same luck tells, and what different luck would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.comparison import COMPARED, Differences, PairedDifference
from steppewise.analysis.telling_comparison import measure_of
from steppewise.evidence.types import Actor
from steppewise.report.difference import points_axis, worlds_note
from steppewise.report.style import (
    AUTONOMY,
    INK,
    MARGIN,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Props,
    looks,
    place,
    plain,
    sheet,
    shortened,
)

NAMES, NUMBER, GAP, RIGHT = 2.45, 0.72, 0.28, 0.15
"""Inches: names at the left, the mean beside each panel, between panels, the right margin."""

HEAD, AXIS, KEY, ROW, GROUP, LAST = 0.42, 0.62, 0.42, 0.46, 0.34, 0.2
"""Inches: a panel's name, its axis, the key, a scenario's row, a name above several rows, room below the last."""

BY_POWER = ("regional_share", "regional_trust", "execution")
BY_STATE = ("autonomy", "cooperation", "absorptive_capacity")
NAMED = {
    "regional_share": "regional share",
    "regional_trust": "mean trust",
    "execution": "delivered of due",
    "autonomy": "autonomy share",
    "cooperation": "cooperation",
    "absorptive_capacity": "absorptive capacity",
}
THREE = len(BY_POWER)


@dataclass(frozen=True)
class Line:
    """One row of the figure: whose it is, which scenario's, in which colour, and how high in inches."""

    actor: Actor | None
    found: Differences
    colour: str
    ink: str
    y: float

    def of(self, variable: str) -> PairedDifference | None:
        """The difference of a variable at the end; None where the row has none of it."""
        if self.actor is None:
            return self.found.at("regional_autonomy") if variable == "regional_share" else None
        names = self.found.spec.power_names if self.actor.kind == "power" else self.found.spec.state_names
        return self.found.at(variable, self.actor.name) if self.actor.name in names else None


@dataclass(frozen=True)
class Block:
    """Three panels side by side: their variables, their rows, the names of the rows, height in inches."""

    kind: str
    variables: tuple[str, ...]
    lines: tuple[Line, ...]
    names: tuple[tuple[str, str, float], ...]
    height: float


def ends_by_power(found: Sequence[Differences]) -> Figure:
    """Differences at the end in share, trust and execution of every power, with paired and unpaired intervals."""
    return _figure(found, _block(found, BY_POWER, [*_of_kind(found, "power"), None]))


def ends_by_state(found: Sequence[Differences]) -> Figure:
    """Differences at the end in autonomy, cooperation and absorptive capacity of every state, with both intervals."""
    return _figure(found, _block(found, BY_STATE, _of_kind(found, "state")))


def _figure(found: Sequence[Differences], block: Block) -> Figure:
    words = (f"{_title(found)}, by {block.kind}", _subtitle(found), _note(found))
    figure = sheet(*words, KEY + HEAD + block.height + AXIS)
    _draw_block(figure, block, AXIS, len(found))
    _draw_key(figure)
    return figure


def _title(found: Sequence[Differences]) -> str:
    quarters = dict.fromkeys(str(one.spec.end) for one in found)
    return f"Differences at the end, {' and '.join(quarters)}"


def _subtitle(found: Sequence[Differences]) -> str:
    which = found[0].further.name if len(found) == 1 else "Each scenario"
    return f"{which} minus {found[0].first.name}. Mean over worlds with its 95 % interval"


def _note(found: Sequence[Differences]) -> str:
    worlds = dict.fromkeys(worlds_note(one) for one in found)
    lone = "; one world has no interval" if min(one.good_worlds for one in found) < 2 else ""
    return f"{' or '.join(worlds)}, the same under all scenarios; numbers: means of the differences{lone}"


def _of_kind(found: Sequence[Differences], kind: str) -> list[Actor | None]:
    """Powers or states of all comparisons, each once."""
    actors = [actor for one in found for actor in (*one.spec.powers, *one.spec.states) if actor.kind == kind]
    return list({actor.name: actor for actor in actors}.values())


def _block(found: Sequence[Differences], variables: tuple[str, ...], actors: Sequence[Actor | None]) -> Block:
    """Rows from above: a group for each actor, in it a row for each scenario."""
    several = len(found) > 1
    lines, names, y = [], [], 0.0
    for actor in actors:
        label, colour, ink = _look(actor, found)
        if several:
            names.append((label, ink, y + GROUP / 2))
            y += GROUP
        for one in found:
            lines.append(Line(actor, one, colour, ink, y + ROW / 2))
            names.append((one.further.name if several else label, QUIET if several else ink, y + ROW / 2))
            y += ROW
    height = y + LAST
    flipped = tuple(Line(n.actor, n.found, n.colour, n.ink, height - n.y) for n in lines)
    kind = "power" if variables is BY_POWER else "state"
    return Block(kind, variables, flipped, tuple((text, ink, height - at) for text, ink, at in names), height)


def _look(actor: Actor | None, found: Sequence[Differences]) -> tuple[str, str, str]:
    """Name, colour of marks and colour of words."""
    if actor is None:
        return "autonomy", AUTONOMY.colour, AUTONOMY.ink
    styles = {name: look for one in found for name, look in looks(one.spec).items()}
    look = styles.get(actor.name)
    return (actor.label, look.stroke, look.ink) if look else (actor.label, INK, INK)


def _draw_block(figure: Figure, block: Block, bottom: float, scenarios: int) -> None:
    width = (WIDTH - NAMES - RIGHT - (THREE - 1) * GAP) / THREE - NUMBER
    for column, variable in enumerate(block.variables):
        left = NAMES + column * (width + NUMBER + GAP)
        _draw_panel(place(figure, left, bottom, width, block.height), block, variable)
    names = place(figure, 0, bottom, NAMES, block.height)
    _write_names(names, block, scenarios > 1)


def _draw_panel(axes: Axes, block: Block, variable: str) -> None:
    measure = measure_of(variable)
    axes.set_ylim(0, block.height)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0.0, color=INK, linewidth=1.1, zorder=1)
    for line, difference in _shown(block, variable):
        _draw_intervals(axes, line, difference)
        words: Props = {"va": "center", "fontsize": SMALL, "color": line.ink, "fontweight": "bold"}
        mean = "0" if difference.is_nothing else measure.signed(difference.mean, difference.standard_error)
        axes.text(1.03, line.y, mean.replace("-", "−"), transform=axes.get_yaxis_transform(), **words)
    points_axis(axes, "x", 3, measure.scale)
    _widen(axes)
    head = NAMED[variable]
    words = {"fontsize": TEXT, "fontweight": "bold", "color": INK, "transform": axes.get_yaxis_transform()}
    axes.text(0, block.height + 0.1, head, **words)
    unit = "percentage points" if COMPARED[variable].unit == "share" else "difference, scale 0 to 1"
    axes.set_xlabel(unit, fontsize=SMALL)


def _shown(block: Block, variable: str) -> Iterator[tuple[Line, PairedDifference]]:
    """The rows that have the variable."""
    for line in block.lines:
        difference = line.of(variable)
        if difference is not None:
            yield line, difference


def _draw_intervals(axes: Axes, line: Line, difference: PairedDifference) -> None:
    """The paired interval with its mean above, the unpaired below."""
    above, below = line.y + 0.07, line.y - 0.1
    paired, unpaired = (
        (difference.interval_low, difference.interval_high),
        (difference.unpaired_low, difference.unpaired_high),
    )
    axes.plot(unpaired, [below, below], color=QUIET, linewidth=1.4, marker="|", markersize=7, zorder=2)
    axes.plot(paired, [above, above], color=line.colour, linewidth=3.2, marker="|", markersize=9, zorder=3)
    axes.plot([difference.mean], [above], color=line.colour, marker="o", markersize=6, zorder=4)


def _widen(axes: Axes) -> None:
    """Zero in sight, and some room where nothing differs."""
    low, high = axes.get_xlim()
    least = 1e-4
    axes.set_xlim(min(low, -least), max(high, least))


def _write_names(axes: Axes, block: Block, several: bool) -> None:
    axes.axis("off")
    axes.set_xlim(0, NAMES)
    axes.set_ylim(0, block.height)
    for text, ink, y in block.names:
        is_scenario = several and ink == QUIET
        words: Props = {"fontsize": SMALL if is_scenario else TEXT, "fontweight": "normal" if is_scenario else "bold"}
        axes.text(MARGIN, y, plain(shortened(text, 22 if is_scenario else 18)), va="center", color=ink, **words)


def _draw_key(figure: Figure) -> None:
    paired = Line2D([], [], color=INK, linewidth=3.2, marker="o", markersize=6, label="same luck under both (paired)")
    unpaired = Line2D(
        [], [], color=QUIET, linewidth=1.4, marker="|", markersize=7, label="as if luck differed (unpaired)"
    )
    y = 1 - 0.92 / figure.get_figheight()
    spot: Props = {"loc": "upper left", "bbox_to_anchor": (MARGIN / WIDTH, y), "borderaxespad": 0}
    figure.legend(handles=[paired, unpaired], ncols=2, frameon=False, fontsize=SMALL, labelcolor=INK, **spot)
