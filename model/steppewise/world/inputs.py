"""Economies and remittances: by their yearly records, and by growth where these have ended; docs/odd.md, 7.13, 7.14."""

from __future__ import annotations

from typing import Final

from steppewise.world.layout import FIRST_YEAR, LAST_YEAR
from steppewise.world.mathematics import exp, power
from steppewise.world.memory import Switches, World
from steppewise.world.rules import records, trade

YEARS: Final = LAST_YEAR - FIRST_YEAR + 1
BASE: Final = 2020.5
"""The middle of the year of the GDP in the evidence."""

MIDDLE: Final = 0.125
"""From the beginning of a quarter to its middle, years."""


def open_inputs(w: World, on: Switches, year: int, h: int) -> None:
    """GDP in the first quarter, `h` (0 to 3) of `year`, and the record of remittances there."""
    first = year
    if h < 2:
        first = year - 1
    for p in range(w.powers):
        w.gdp[p] = gdp_of(w, on, p, first, h, opening_gdp(w, on, p, year + 0.25 * h + MIDDLE))
        w.opening_gdp[p], w.trade_growth[p] = w.gdp[p], 1.0
    for s in range(w.states):
        w.output[s] = output_of(w, on, s, first, h, opening_output(w, on, s, year + 0.25 * h + MIDDLE))
        w.opening_economy[s], w.economy[s] = w.output[s], w.output[s]
        w.sent_at_start[s], w.sent[s] = sent_of(w, on, s, first, h), 1.0


def opening_gdp(w: World, on: Switches, p: int, at: float) -> float:
    """GDP of a power at `at` (decimal years): its last recorded year before that, and growth since."""
    latest, middle = 0.0, BASE
    if on.record:
        for i in range(YEARS):
            if FIRST_YEAR + 0.5 + i <= at:
                known = w.gdp_record[p, i] < records.NONE
                latest = w.gdp_record[p, i] if known else latest
                middle = FIRST_YEAR + 0.5 + i if known else middle
    return w.power_gdp[p] * exp(latest) * power(1.0 + w.power_growth[p], at - middle)


def opening_output(w: World, on: Switches, s: int, at: float) -> float:
    """GDP of a state at `at` (decimal years): its last recorded year before that, and growth since."""
    latest, middle = 0.0, BASE
    if on.record:
        for i in range(YEARS):
            if FIRST_YEAR + 0.5 + i <= at:
                known = w.output_record[s, i] < records.NONE
                latest = w.output_record[s, i] if known else latest
                middle = FIRST_YEAR + 0.5 + i if known else middle
    return w.state_gdp[s] * exp(latest) * power(1.0 + w.state_growth[s], at - middle)


def gdp_of(w: World, on: Switches, p: int, first: int, h: int, otherwise: float) -> float:
    """GDP of a power in a quarter by its record; `otherwise` where there is none.

    The middle of quarter `h` lies between the middles of the years `first` and `first` + 1.
    """
    found = otherwise
    if on.record and FIRST_YEAR <= first < LAST_YEAR:
        before, after = w.gdp_record[p, first - FIRST_YEAR], w.gdp_record[p, first - FIRST_YEAR + 1]
        found = records.level(w.power_gdp[p], before, after, records.way(h), otherwise)
    return found


def output_of(w: World, on: Switches, s: int, first: int, h: int, otherwise: float) -> float:
    """GDP of a state in a quarter, at ordinary prices of resources, by its record; `otherwise` where there is none."""
    found = otherwise
    if on.record and FIRST_YEAR <= first < LAST_YEAR:
        before, after = w.output_record[s, first - FIRST_YEAR], w.output_record[s, first - FIRST_YEAR + 1]
        found = records.level(w.state_gdp[s], before, after, records.way(h), otherwise)
    return found


def sent_of(w: World, on: Switches, s: int, first: int, h: int) -> float:
    """Logarithm of a state's remittances by the record, NONE where there is none."""
    found = records.NONE
    if on.record and FIRST_YEAR <= first < LAST_YEAR:
        before, after = w.remittances_record[s, first - FIRST_YEAR], w.remittances_record[s, first - FIRST_YEAR + 1]
        found = records.between(before, after, records.way(h))
    return found


def move_on(w: World, on: Switches, year: int, h: int) -> None:
    """Economies, remittances and the pull of the rest of the world in quarter `h` of `year`."""
    first = year
    if h < 2:
        first = year - 1
    for p in range(w.powers):
        w.gdp[p] = gdp_of(w, on, p, first, h, w.gdp[p] * w.growth_factor[p])
        if on.gravity:
            w.trade_growth[p] = trade.growth(w.gdp[p], w.opening_gdp[p], w.trade_elasticity)
    for s in range(w.states):
        w.output[s] = output_of(w, on, s, first, h, w.output[s] * w.economy_growth[s])
        w.sent[s] = records.relative(sent_of(w, on, s, first, h), w.sent_at_start[s], w.sent[s])
        if on.gravity:
            w.rest_of_trade[s] = w.rest_of_trade[s] * w.rest_factor
