"""Small multiples: a panel for each state and power, all on the same scale."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from steppewise.evidence.types import Actor
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.fan import Series, draw_spread, time_axis
from steppewise.report.series import Fan, band_note, courses, fan, period, spread_of, years
from steppewise.report.style import (
    AUTONOMY,
    INK,
    MARGIN,
    SMALL,
    TEXT,
    WIDTH,
    Look,
    looks,
    percent_axis,
    place,
    plain,
    sheet,
    shortened,
)

NAMES, HEADS, AXIS, GAP = 2.25, 0.4, 0.62, 0.16
"""Inches: names of the states and numbers at the left, names of the powers above, years below, between panels."""

ROW: Final = 1.02


def shares_by_state(ensemble: Ensemble) -> Figure:
    """Influence share of every power in every state over time; the last column is the state's autonomy."""
    spec = ensemble.spec
    rows, columns = len(spec.states), len(spec.powers) + 1
    body = AXIS + rows * ROW + (rows - 1) * GAP + HEADS
    title = f"Influence shares state by state, {period(spec)}"
    subtitle = f"{spec.title}. A row for each state, a column for each power; number: mean at the end"
    figure = sheet(title, subtitle, band_note(ensemble), body)
    width = (WIDTH - NAMES - MARGIN - (columns - 1) * GAP) / columns
    heads = [(power.label, look) for power, look in zip(spec.powers, looks(spec).values(), strict=True)]
    table = _table(ensemble, [*heads, ("autonomy", AUTONOMY)])
    top = max(float(series.fan.high.max()) for row in table for series in row)
    for row, line in enumerate(table):
        bottom = AXIS + (rows - 1 - row) * (ROW + GAP)
        panels = [
            place(figure, NAMES + column * (width + GAP), bottom, width, ROW) for column in range(columns)
        ]
        for panel, series in zip(panels, line, strict=True):
            _draw(panel, ensemble, series, top)
        _name_row(panels, spec.states[row], last=row == rows - 1)
        if row == 0:
            _name_columns(panels, line, width)
    figure.supxlabel("year", fontsize=TEXT, y=0.5 / figure.get_figheight())
    return figure


def _table(ensemble: Ensemble, heads: list[tuple[str, Look]]) -> list[list[Series]]:
    """The series of every panel, by state, then by power, autonomy last."""
    shares, free = fan(ensemble, "share"), fan(ensemble, "autonomy")
    worlds, free_worlds = courses(ensemble, "share"), courses(ensemble, "autonomy")
    names, styles = zip(*heads, strict=True)
    table = []
    for state in range(len(ensemble.spec.states)):
        fans = [*(shares.at(power, state) for power in range(len(heads) - 1)), free.at(state)]
        lines = [*(worlds[:, power, state] for power in range(len(heads) - 1)), free_worlds[:, state]]
        table.append([Series(*parts) for parts in zip(names, styles, fans, lines, strict=True)])
    return table


def _draw(panel: Axes, ensemble: Ensemble, series: Series, top: float) -> None:
    time = years(ensemble.spec)
    draw_spread(panel, time, series, spread_of(ensemble))
    look = series.look
    single = "" if len(time) > 1 else look.marker
    panel.plot(time, series.fan.mean, color=look.colour, linewidth=2.2, linestyle=look.dashes, marker=single)
    panel.set_ylim(0, top * 1.04)
    percent_axis(panel, ticks=3)
    time_axis(panel, ensemble.spec, 3, named=False)
    _say_end(panel, series.fan, look)


def _say_end(panel: Axes, of: Fan, look: Look) -> None:
    """The last value, in the corner that the fan leaves free."""
    low, high = panel.get_ylim()
    free = (of.low[-len(of.low) // 3 :].min() - low) / (high - low) < 0.33
    y, anchor = (0.97, "top") if free else (0.05, "bottom")
    words = {"fontsize": SMALL, "color": look.ink, "fontweight": "bold", "transform": panel.transAxes}
    panel.text(0.97, y, f"{100 * of.mean[-1]:.0f} %", ha="right", va=anchor, **words)


def _name_row(panels: list[Axes], state: Actor, last: bool) -> None:
    """The state's name at the left; numbers only along the edges of the grid."""
    first = panels[0]
    first.set_ylabel("share (%)", fontsize=SMALL)
    left = -(NAMES - MARGIN) / (first.get_position().width * WIDTH)
    words = {"fontsize": TEXT, "color": INK, "fontweight": "bold", "transform": first.transAxes}
    first.text(left, 0.5, plain(shortened(state.label, 13)), va="center", **words)
    for panel in panels[1:]:
        panel.tick_params(labelleft=False)
    for panel in [] if last else panels:
        panel.tick_params(labelbottom=False)


def _name_columns(panels: list[Axes], line: list[Series], width: float) -> None:
    for panel, series in zip(panels, line, strict=True):
        name = plain(shortened(series.label, max(int(width / 0.115), 6)))
        panel.set_title(name, fontsize=TEXT, color=series.look.ink, fontweight="bold", loc="left", pad=8)
