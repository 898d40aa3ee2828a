"""Differences at the end by power or by state, with paired and unpaired intervals.

Rows are counted from above, in inches: a row for each actor or, with several scenarios, for each scenario below the
name of an actor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.evidence.types import Actor
from steppewise.report.figures.axes import draw_key, place, say, sheet
from steppewise.report.figures.colours import AUTONOMY, INK, looks
from steppewise.report.figures.differences_over_time import SMALLEST, points_axis, worlds_note
from steppewise.report.figures.style import MARGIN, QUIET, SMALL, TEXT, WIDTH, Props, short
from steppewise.wording.comparison import measure_of
from steppewise.world.variables import OUTCOMES

NAMES, NUMBER, GAP, RIGHT = 2.45, 0.72, 0.28, 0.15
"""Inches: names at the left, the mean beside each panel, between panels, the right margin."""

HEAD, AXIS, KEY, ROW, GROUP, LAST = 0.42, 0.62, 0.42, 0.46, 0.34, 0.1
"""Inches: a panel's name, its axis, the key, a row, an actor's name above several rows, room below the last."""

BY_POWER: Final = {
    "regional_share": "regional share",
    "regional_trust": "mean trust",
    "execution": "delivered of due",
}
BY_STATE: Final = {
    "autonomy": "autonomy share",
    "cooperation": "cooperation",
    "absorptive_capacity": "absorptive capacity",
}
"""The variable of each panel, and its name above it."""

WITHOUT_ACTOR: Final = {"regional_share": "regional_autonomy"}
"""What stands in a panel in the row that is nobody's: what no power holds."""


@dataclass(frozen=True)
class DotRow:
    """Where a row stands, what it is called, in which colours, and what it shows; a mere heading shows nothing."""

    y: float
    name: str
    colour: str
    ink: str
    bold: bool
    actor: Actor | None
    found: Differences | None

    def of(self, variable: str) -> PairedDifference | None:
        """The difference of a variable at the end; None where the row has none of it."""
        if self.found is None:
            return None
        if self.actor is None:
            return self.found.at(WITHOUT_ACTOR[variable]) if variable in WITHOUT_ACTOR else None
        present = (*self.found.spec.power_names, *self.found.spec.state_names)
        return self.found.at(variable, self.actor.name) if self.actor.name in present else None


def ends_by_power(found: Sequence[Differences]) -> Figure:
    """Differences at the end in share, trust and execution of every power, with paired and unpaired intervals."""
    return _figure(found, "power", BY_POWER, [*actors_of(found, "power"), None])


def ends_by_state(found: Sequence[Differences]) -> Figure:
    """Differences at the end in autonomy, cooperation and absorptive capacity of every state, with both intervals."""
    return _figure(found, "state", BY_STATE, actors_of(found, "state"))


def actors_of(found: Sequence[Differences], kind: str) -> list[Actor | None]:
    """Powers or states of all comparisons, each once."""
    actors = [actor for one in found for actor in (*one.spec.powers, *one.spec.states) if actor.kind == kind]
    return list({actor.name: actor for actor in actors}.values())


def _figure(found: Sequence[Differences], kind: str, panels: dict[str, str], actors: Sequence[Actor | None]) -> Figure:
    rows = list(_rows(found, actors))
    height = rows[-1].y + ROW / 2 + LAST
    figure = sheet(*_words(found, kind), KEY + HEAD + height + AXIS)
    width = (WIDTH - NAMES - RIGHT - (len(panels) - 1) * GAP) / len(panels)
    for column, (variable, name) in enumerate(panels.items()):
        axes = _canvas(figure, NAMES + column * (width + GAP), width - NUMBER, height)
        _draw_panel(axes, rows, variable, name)
    _write_names(_canvas(figure, 0, NAMES, height), rows)
    _draw_key(figure)
    return figure


def _canvas(figure: Figure, left: float, width: float, height: float) -> Axes:
    """Axes whose rows are measured in inches from above."""
    axes = place(figure, left, AXIS, width, height)
    axes.set_ylim(height, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return axes


def _words(found: Sequence[Differences], kind: str) -> tuple[str, str, str]:
    """Title, subtitle and note."""
    quarters = dict.fromkeys(str(one.spec.end) for one in found)
    which = found[0].further.name if len(found) == 1 else "Each scenario"
    worlds = dict.fromkeys(worlds_note(one) for one in found)
    lone = "; one world has no interval" if min(one.good_worlds for one in found) < 2 else ""
    return (
        f"Differences at the end, {' and '.join(quarters)}, by {kind}",
        f"{which} minus {found[0].first.name}. Mean over worlds with its 95 % interval",
        f"{' or '.join(worlds)}, the same under all scenarios; numbers: means of the differences{lone}",
    )


def _rows(found: Sequence[Differences], actors: Sequence[Actor | None]) -> Iterator[DotRow]:
    """A row for each actor; with several scenarios a heading and a row for each of them."""
    several, y = len(found) > 1, 0.0
    for actor in actors:
        name, colour, ink = _look(actor, found)
        if several:
            yield DotRow(y + GROUP / 2, name, colour, ink, True, actor, None)
            y += GROUP
        for one in found:
            called = (one.further.name, colour, QUIET, False) if several else (name, colour, ink, True)
            yield DotRow(y + ROW / 2, *called, actor, one)
            y += ROW


def _look(actor: Actor | None, found: Sequence[Differences]) -> tuple[str, str, str]:
    """Name, colour of marks and colour of words."""
    if actor is None:
        return "autonomy", AUTONOMY.colour, AUTONOMY.ink
    styles = {name: look for one in found for name, look in looks(one.spec).items()}
    look = styles.get(actor.name)
    return (actor.label, look.stroke, look.ink) if look else (actor.label, INK, INK)


def _draw_panel(axes: Axes, rows: Sequence[DotRow], variable: str, name: str) -> None:
    axes.axvline(0.0, color=INK, linewidth=1.1, zorder=1)
    for row in rows:
        difference = row.of(variable)
        if difference is not None and difference.worlds:
            _draw_intervals(axes, row, difference)
            _write_mean(axes, row, difference, variable)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -SMALLEST), max(high, SMALLEST))
    points_axis(axes, "x", 3, measure_of(variable).scale)
    say(axes, 0, -0.1, name, size=TEXT, bold=True, va="baseline", across=axes.get_yaxis_transform())
    unit = "percentage points" if OUTCOMES[variable].unit == "share" else "difference, scale 0 to 1"
    axes.set_xlabel(unit, fontsize=SMALL)


def _draw_intervals(axes: Axes, row: DotRow, difference: PairedDifference) -> None:
    """The paired interval with its mean above, the unpaired one below."""
    above, below = row.y - 0.07, row.y + 0.1
    paired = [difference.interval_low, difference.interval_high]
    unpaired = [difference.unpaired_low, difference.unpaired_high]
    axes.plot(unpaired, [below, below], color=QUIET, linewidth=1.4, marker="|", markersize=7, zorder=2)
    axes.plot(paired, [above, above], color=row.colour, linewidth=3.2, marker="|", markersize=9, zorder=3)
    axes.plot([difference.mean], [above], color=row.colour, marker="o", markersize=6, zorder=4)


def _write_mean(axes: Axes, row: DotRow, difference: PairedDifference, variable: str) -> None:
    mean = measure_of(variable).signed(difference.mean, difference.standard_error)
    text = "0" if difference.is_nothing else mean.replace("-", "−")
    say(axes, 1.03, row.y, text, colour=row.ink, bold=True, across=axes.get_yaxis_transform())


def _write_names(axes: Axes, rows: Sequence[DotRow]) -> None:
    axes.axis("off")
    axes.set_xlim(0, NAMES)
    for row in rows:
        size, longest = (TEXT, 18) if row.bold else (SMALL, 23)
        say(axes, MARGIN, row.y, short(row.name, longest), size=size, colour=row.ink, bold=row.bold)


def _draw_key(figure: Figure) -> None:
    heavy: Props = {"color": INK, "linewidth": 3.2, "marker": "o", "markersize": 6}
    light: Props = {"color": QUIET, "linewidth": 1.4, "marker": "|", "markersize": 7}
    handles = [
        Line2D([], [], label="same luck under both (paired)", **heavy),
        Line2D([], [], label="as if luck differed (unpaired)", **light),
    ]
    draw_key(figure, handles)
