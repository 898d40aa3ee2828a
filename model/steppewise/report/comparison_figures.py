"""All figures of a comparison, each with a title, a caption and words for it, and that of the differences at its end.

Rows of the latter are counted from above, in inches: a row for each actor or, with several scenarios, for each scenario
below the name of an actor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.evidence.types import Actor
from steppewise.report.difference import SMALLEST, differences_by_state, points_axis, share_differences, worlds_note
from steppewise.report.drawn import DrawnFigure
from steppewise.report.looks import AUTONOMY, INK, looks
from steppewise.report.picture import Sketch, all_drawn
from steppewise.report.style import MARGIN, QUIET, SMALL, TEXT, WIDTH, Props, draw_key, place, say, sheet, short
from steppewise.wording.comparison import EXECUTION, SHARE, TRUST, interval, measure_of
from steppewise.world.variables import OUTCOMES

OVER_TIME = (
    "A power's regional share under the scenario minus its share in the same world under {first}. Where both have the "
    "same powers, all differences add up to nothing. Events above the chart are those that {first} has not."
)
STATE_BY_STATE = (
    "The same scale everywhere: along a row who gains and who loses in a state, down a column where a power does."
)
ENDS = (
    "Thick: the 95 % interval of the mean difference when both scenarios meet the same luck and the same drawn "
    "parameters. Thin: the interval if each had its own, which is what two separate runs would tell."
)


def draw_comparison(found: Sequence[Differences], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder; none of a scenario of which no world can be compared."""
    told = [one for one in found if one.pairs.min() > 0]
    return all_drawn(_sketches(told), folder) if told else ()


def main_sketch(found: Sequence[Differences]) -> Sketch:
    """The figure that tells most: over time for one scenario, the end for several."""
    return _regional(found[0]) if len(found) == 1 else _by_power(found)


def _sketches(found: Sequence[Differences]) -> Iterator[Sketch]:
    by_state = "Differences at the end, by state"
    yield from (_regional(one) for one in found)
    yield _by_power(found)
    yield from (_by_state(one) for one in found)
    yield Sketch("ends_by_state", by_state, partial(ends_by_state, found), " ".join(map(_of_states, found)), ENDS)


def _regional(found: Differences) -> Sketch:
    name, first = found.further.name, found.first.name
    return Sketch(
        f"share_differences-{name}",
        f"Regional shares: {name} minus {first}",
        partial(share_differences, found),
        f"Line chart of the difference in regional influence shares over time. {_of_powers(found, (SHARE,))}",
        OVER_TIME.format(first=first),
    )


def _by_power(found: Sequence[Differences]) -> Sketch:
    title = "Differences at the end, by power"
    return Sketch("ends_by_power", title, partial(ends_by_power, found), " ".join(map(_of_powers, found)), ENDS)


def _by_state(found: Differences) -> Sketch:
    name, first = found.further.name, found.first.name
    return Sketch(
        f"differences_by_state-{name}",
        f"State by state: {name} minus {first}",
        partial(differences_by_state, found),
        f"Small line charts of the difference in influence shares, a row for each state. {_of_cells(found)}",
        STATE_BY_STATE,
    )


# what they show in words --------------------------------------------------------------------------------


def _of_powers(found: Differences, variables: Sequence[str] = (SHARE, TRUST, EXECUTION)) -> str:
    """Mean differences of every power at the end, and of regional autonomy."""
    named = {SHARE: "regional share", TRUST: "mean trust", EXECUTION: "delivered of due"}
    told = [f"{named[variable]}: {_listed(found, variable, found.spec.powers)}" for variable in variables]
    return f"{_head(found)}: {'; '.join(told)}; autonomy: {_number(found, 'regional_autonomy')}."


def _of_states(found: Differences) -> str:
    return f"{_head(found)}: autonomy share: {_listed(found, 'autonomy', found.spec.states)}."


def _of_cells(found: Differences) -> str:
    told = []
    for state in found.spec.states:
        powers = [f"{p.label} {_number(found, 'share', p.name, state.name)}" for p in found.spec.powers]
        told.append(f"{state.label}: {', '.join(powers)}")
    return f"{_head(found)}: {'; '.join(told)}."


def _head(found: Differences) -> str:
    return f"{found.further.name} minus {found.first.name} in {found.spec.end}, mean over worlds with 95 % interval"


def _listed(found: Differences, variable: str, actors: Sequence[Actor]) -> str:
    return ", ".join(f"{actor.label} {_number(found, variable, actor.name)}" for actor in actors)


def _number(found: Differences, variable: str, *actors: str) -> str:
    difference, measure = found.at(variable, *actors), measure_of(variable)
    mean = f"{measure.signed(difference.mean, difference.standard_error)}{measure.unit}"
    return mean if difference.worlds < 2 else f"{mean} ({interval(difference, measure)})"


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
class Row:
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


def _rows(found: Sequence[Differences], actors: Sequence[Actor | None]) -> Iterator[Row]:
    """A row for each actor; with several scenarios a heading and a row for each of them."""
    several, y = len(found) > 1, 0.0
    for actor in actors:
        name, colour, ink = _look(actor, found)
        if several:
            yield Row(y + GROUP / 2, name, colour, ink, True, actor, None)
            y += GROUP
        for one in found:
            called = (one.further.name, colour, QUIET, False) if several else (name, colour, ink, True)
            yield Row(y + ROW / 2, *called, actor, one)
            y += ROW


def _look(actor: Actor | None, found: Sequence[Differences]) -> tuple[str, str, str]:
    """Name, colour of marks and colour of words."""
    if actor is None:
        return "autonomy", AUTONOMY.colour, AUTONOMY.ink
    styles = {name: look for one in found for name, look in looks(one.spec).items()}
    look = styles.get(actor.name)
    return (actor.label, look.stroke, look.ink) if look else (actor.label, INK, INK)


def _draw_panel(axes: Axes, rows: Sequence[Row], variable: str, name: str) -> None:
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


def _draw_intervals(axes: Axes, row: Row, difference: PairedDifference) -> None:
    """The paired interval with its mean above, the unpaired one below."""
    above, below = row.y - 0.07, row.y + 0.1
    paired = [difference.interval_low, difference.interval_high]
    unpaired = [difference.unpaired_low, difference.unpaired_high]
    axes.plot(unpaired, [below, below], color=QUIET, linewidth=1.4, marker="|", markersize=7, zorder=2)
    axes.plot(paired, [above, above], color=row.colour, linewidth=3.2, marker="|", markersize=9, zorder=3)
    axes.plot([difference.mean], [above], color=row.colour, marker="o", markersize=6, zorder=4)


def _write_mean(axes: Axes, row: Row, difference: PairedDifference, variable: str) -> None:
    mean = measure_of(variable).signed(difference.mean, difference.standard_error)
    text = "0" if difference.is_nothing else mean.replace("-", "−")
    say(axes, 1.03, row.y, text, colour=row.ink, bold=True, across=axes.get_yaxis_transform())


def _write_names(axes: Axes, rows: Sequence[Row]) -> None:
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
