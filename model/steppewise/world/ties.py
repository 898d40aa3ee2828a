"""The graph of ties (power, state) and links (state, state): the state of all worlds of a block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steppewise.evidence.types import COMPONENTS
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array
from steppewise.world.rules.trust import PRIOR, trust
from steppewise.world.values import Rows, link_rows, tie_rows


@dataclass
class Ties:
    """Every quantity of a tie, shape (power, state, world) unless said otherwise.

    kept, broken: evidence, years. new_kept, new_broken: this quarter's, years a year. trust 0-1. aid: percent of
    GDP. connectivity: billion USD. intensity 0-1; opening_intensity at the start. trade, opening_trade: billion USD a
    year. dialogue 0-1. fit 0-1. engagement: mean 1 over powers; opening_engagement at the start. bandwidth.
    dependence 0-1. share: influence share. allocation: share of the power's budget. due, delivered: billion USD this
    quarter, all instruments. taste: utility. learned: return 0-1. open_pressure: strength of announced pressure.
    """

    kept: Array
    broken: Array
    new_kept: Array
    new_broken: Array
    trust: Array
    aid: Array
    connectivity: Array
    intensity: Array
    opening_intensity: Array
    trade: Array
    opening_trade: Array
    dialogue: Array
    fit: Array
    engagement: Array
    opening_engagement: Array
    bandwidth: Array
    dependence: Array
    share: Array
    allocation: Array
    due: Array
    delivered: Array
    schooling: Array
    taste: Array
    learned: Array
    open_pressure: Array


@dataclass
class Links:
    """Links between states, (state, state, world), symmetric, zero on the diagonal."""

    border: Array
    cooperation: Array

    def neighbours(self, state: int) -> tuple[int, ...]:
        """States that border this one in any world."""
        return tuple(np.flatnonzero((self.border[state] > 0).any(axis=-1)))

    def mean_cooperation(self, state: int) -> Array:
        """Mean cooperation of a state with the others, (world,); 0 for a state alone."""
        others = len(self.cooperation) - 1
        return self.cooperation[state].sum(axis=0) / max(others, 1)


def opening_ties(spec: ScenarioSpec, rows: Rows) -> Ties:
    """The ties at the start, from the evidence; what follows from rules is filled in by the model."""
    kept = PRIOR + tie_rows(rows, spec, "trust.kept")
    broken = PRIOR + tie_rows(rows, spec, "trust.broken")
    trade = tie_rows(rows, spec, "trade")
    parts = [tie_rows(rows, spec, f"connectivity.{part}") for part in COMPONENTS]

    def zero() -> Array:
        return np.zeros_like(kept)

    return Ties(
        kept=kept,
        broken=broken,
        new_kept=zero(),
        new_broken=zero(),
        trust=trust(kept, broken),
        aid=tie_rows(rows, spec, "aid"),
        connectivity=np.sum(parts, axis=0),
        intensity=zero(),
        opening_intensity=zero(),
        trade=trade.copy(),
        opening_trade=trade,
        dialogue=zero(),
        fit=zero(),
        engagement=np.ones_like(kept),
        opening_engagement=np.ones_like(kept),
        bandwidth=zero(),
        dependence=zero(),
        share=zero(),
        allocation=np.full_like(kept, 1.0 / kept.shape[1]),
        due=zero(),
        delivered=zero(),
        schooling=zero(),
        taste=zero(),
        learned=np.full_like(kept, 0.5),
        open_pressure=zero(),
    )


def opening_links(spec: ScenarioSpec, rows: Rows) -> Links:
    """The links at the start, from the evidence."""
    return Links(link_rows(rows, spec, "border"), link_rows(rows, spec, "cooperation"))
