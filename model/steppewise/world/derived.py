"""What follows from the parameters alone, until an event changes them: weights that sum to 1, rates, factors."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import power
from steppewise.world.memory import Switches, World
from steppewise.world.powers import INSTRUMENTS, SECTORS
from steppewise.world.rules import DT, delivery, part_of, stocks, trade
from steppewise.world.states import PEOPLE, SECURITY

BANDWIDTH_PARTS: Final = 6


def prepare(w: World, on: Switches) -> None:
    """What follows from the parameters alone, until an event changes them."""
    prepare_world(w, on)
    for s in range(w.states):
        prepare_state(w, s)
    for p in range(w.powers):
        prepare_power(w, p)


def prepare_world(w: World, on: Switches) -> None:
    """Weights and rates of the world."""
    whole = 0.0
    for b in range(SECURITY):
        w.bandwidth_parts[b] = w.bandwidth_weights[b]
    w.bandwidth_parts[SECURITY], w.bandwidth_parts[PEOPLE] = 0.0, 0.0
    if on.security:
        w.bandwidth_parts[SECURITY] = w.bandwidth_weights[SECURITY]
    if on.people:
        w.bandwidth_parts[PEOPLE] = w.bandwidth_weights[PEOPLE]
    for b in range(BANDWIDTH_PARTS):
        whole = whole + w.bandwidth_parts[b]
    for b in range(BANDWIDTH_PARTS):
        w.bandwidth_parts[b] = part_of(w.bandwidth_parts[b], whole, BANDWIDTH_PARTS)
    for i in range(INSTRUMENTS):
        w.due_rate[i] = delivery.due_rate(w.maturity[i])
    w.aid_kept = stocks.kept_part(w.aid_decay)
    w.connectivity_kept = stocks.kept_part(w.connectivity_depreciation)
    w.rest_factor = power(1.0 + w.trade_rest_growth, DT * w.trade_elasticity)


def prepare_state(w: World, s: int) -> None:
    """Needs of a state by sector, and its growth."""
    whole = 0.0
    for j in range(SECTORS):
        whole = whole + w.need_weights[s, j]
    for j in range(SECTORS):
        w.need_parts[s, j] = part_of(w.need_weights[s, j], whole, SECTORS)
    w.economy_growth[s] = power(1.0 + w.state_growth[s], DT)


def prepare_power(w: World, p: int) -> None:
    """Doctrine of a power, its growth, its way to the region."""
    whole = w.doctrine_weights[p, 0] + w.doctrine_weights[p, 1] + w.doctrine_weights[p, 2]
    for i in range(INSTRUMENTS):
        w.doctrine[p, i] = part_of(w.doctrine_weights[p, i], whole, INSTRUMENTS)
    whole = 0.0
    for j in range(SECTORS):
        whole = whole + w.offer_weights[p, j]
    for j in range(SECTORS):
        w.doctrine_offer[p, j] = part_of(w.offer_weights[p, j], whole, SECTORS)
    w.growth_factor[p] = power(1.0 + w.power_growth[p], DT)
    w.route[p] = trade.route(w.land_route[p], w.trade_overseas)
