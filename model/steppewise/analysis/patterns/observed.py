"""Observations that ship with the project: cited public facts, by year and tie."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def trade_parts() -> tuple[tuple[int, str, str, float], ...]:
    """Parts of the powers in their trade with each state, observed: (year, power, state, part of the four powers)."""
    text = (files("steppewise.evidence") / "trade_observed.csv").read_text("utf-8")
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))[1:]
    trade = {(int(year), power, state): float(value) for year, power, state, value in rows}
    whole: dict[tuple[int, str], float] = {}
    for (year, _power, state), value in trade.items():
        whole[year, state] = whole.get((year, state), 0.0) + value
    return tuple((year, power, state, value / whole[year, state]) for (year, power, state), value in trade.items())
