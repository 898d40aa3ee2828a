"""The state of all worlds of a block: arrays of powers, of states, of ties and of links.

Agents hold no numbers of their own: a power reads and writes its row of these arrays, a state its column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from steppewise.evidence.types import COMPONENTS, INSTRUMENTS, SECTORS
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array
from steppewise.world.rules.trust import PRIOR, trust
from steppewise.world.values import Rows, StateValues, link_rows, tie_rows


@dataclass
class PowerArrays:
    """Every quantity of a power, shape (power, world) unless said otherwise.

    gdp: billion USD. trade_growth: growth of its trade since the start by its own economy. budget: billion
    USD a year; budget_factor: what budget changes make of it. offer, next_offer: (power, sector, world), sum 1.
    has_format: 0 or 1. adoption: hazard gathered. committed, due, delivered, cancelled: billion USD since the
    start. pipeline: promises neither delivered nor cancelled, without packages, (instrument, power, state, world).
    """

    gdp: Array
    trade_growth: Array
    budget: Array
    budget_factor: Array
    offer: Array
    next_offer: Array
    has_format: Array
    adoption: Array
    committed: Array
    due: Array
    delivered: Array
    cancelled: Array
    pipeline: Array


@dataclass
class StateArrays:
    """Every quantity of a state, shape (state, world).

    gdp: billion USD. trade_growth: growth of its trade since the start by its own economy.
    absorptive_capacity: 0 to 1.
    """

    gdp: Array
    trade_growth: Array
    absorptive_capacity: Array


@dataclass
class Ties:
    """Every quantity of a tie, shape (power, state, world).

    kept, broken: evidence, years. new_kept, new_broken: this quarter's, years a year. news_kept,
    news_broken: evidence of visits, years, soon forgotten. trust 0-1. aid: percent
    of GDP. connectivity: billion USD. intensity 0-1. trade: billion USD a year; trade_base: trade at the
    start over its connectivity and engagement factors. dialogue 0-1. fit 0-1. engagement: mean 1 over powers.
    bandwidth. dependence 0-1. share: influence share. allocation: share of the power's budget. due,
    delivered: this quarter, all instruments, percent of GDP a year. schooling: the same, in human capital and
    governance. learned: return 0-1. open_pressure: strength of announced pressure.
    """

    kept: Array
    broken: Array
    new_kept: Array
    new_broken: Array
    news_kept: Array
    news_broken: Array
    trust: Array
    aid: Array
    connectivity: Array
    intensity: Array
    trade: Array
    trade_base: Array
    dialogue: Array
    fit: Array
    engagement: Array
    bandwidth: Array
    dependence: Array
    share: Array
    allocation: Array
    due: Array
    delivered: Array
    schooling: Array
    learned: Array
    open_pressure: Array
    logged_aid: Array
    substance: Array


@dataclass
class Links:
    """Links between states, (state, state, world), symmetric, zero on the diagonal."""

    border: Array
    cooperation: Array


def opening_powers(spec: ScenarioSpec, worlds: int) -> PowerArrays:
    """Arrays of the powers, to be filled when the powers enter."""
    shape = (len(spec.powers), worlds)
    return PowerArrays(
        gdp=np.zeros(shape),
        trade_growth=np.ones(shape),
        budget=np.zeros(shape),
        budget_factor=np.ones(shape),
        offer=np.zeros((shape[0], len(SECTORS), worlds)),
        next_offer=np.zeros((shape[0], len(SECTORS), worlds)),
        has_format=np.zeros(shape),
        adoption=np.zeros(shape),
        committed=np.zeros(shape),
        due=np.zeros(shape),
        delivered=np.zeros(shape),
        cancelled=np.zeros(shape),
        pipeline=np.zeros((len(INSTRUMENTS), shape[0], len(spec.states), worlds)),
    )


def opening_states(values: StateValues, years: float) -> StateArrays:
    """The states at the start: their economies `years` after the base year."""
    return StateArrays(
        gdp=values.gdp * (1.0 + values.growth) ** years,
        trade_growth=np.ones_like(values.gdp),
        absorptive_capacity=values.absorptive_capacity.copy(),
    )


def opening_ties(spec: ScenarioSpec, rows: Rows) -> Ties:
    """The ties at the start, from the evidence; what follows from rules is filled in by the agents."""
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
        news_kept=zero(),
        news_broken=zero(),
        trust=trust(kept, broken),
        aid=tie_rows(rows, spec, "aid"),
        connectivity=np.sum(parts, axis=0),
        intensity=zero(),
        trade=trade,
        trade_base=trade.copy(),
        dialogue=zero(),
        fit=zero(),
        engagement=np.ones_like(kept),
        bandwidth=zero(),
        dependence=zero(),
        share=zero(),
        allocation=np.full_like(kept, 1.0 / kept.shape[1]),
        due=zero(),
        delivered=zero(),
        schooling=zero(),
        learned=np.full_like(kept, 0.5),
        open_pressure=zero(),
        logged_aid=zero(),
        substance=zero(),
    )


def opening_links(spec: ScenarioSpec, rows: Rows) -> Links:
    """The links at the start, from the evidence."""
    return Links(link_rows(rows, spec, "border"), link_rows(rows, spec, "cooperation"))
