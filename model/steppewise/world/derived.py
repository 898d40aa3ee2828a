"""What follows from the parameters alone, until an event changes them: weights that sum to 1, rates, factors."""

from __future__ import annotations

from steppewise.world.mathematics import power
from steppewise.world.memory import Switches, World
from steppewise.world.powers import INSTRUMENTS, SECTORS
from steppewise.world.rules import DT, allocation, delivery, part_of, stocks


def prepare(w: World, on: Switches) -> None:
    """What follows from the parameters alone, until an event changes them."""
    prepare_world(w)
    for s in range(w.states):
        prepare_state(w, s)
    for j in range(SECTORS):
        whole = 0.0
        for s in range(w.states):
            whole = whole + w.needs[s, j]
        w.mean_needs[j] = whole / w.states
    for p in range(w.powers):
        prepare_power(w, on, p)


def prepare_world(w: World) -> None:
    """Weights and rates of the world."""
    whole = w.bandwidth_weights[0] + w.bandwidth_weights[1] + w.bandwidth_weights[2]
    for b in range(3):
        w.bandwidth_parts[b] = part_of(w.bandwidth_weights[b], whole, 3)
    for i in range(INSTRUMENTS):
        w.due_rate[i] = delivery.due_rate(w.maturity[i])
    w.aid_kept = stocks.kept_part(w.aid_decay)
    w.connectivity_kept = stocks.kept_part(w.connectivity_depreciation)


def prepare_state(w: World, s: int) -> None:
    """Needs of a state, by sector and by the instrument that serves them, and its growth."""
    whole = 0.0
    for j in range(SECTORS):
        whole = whole + w.need_weights[s, j]
    for j in range(SECTORS):
        w.needs[s, j] = part_of(w.need_weights[s, j], whole, SECTORS)
    w.needed[s, 0] = w.needs[s, 0] + w.needs[s, 3]
    w.needed[s, 1] = w.needs[s, 1] + w.needs[s, 2]
    w.needed[s, 2] = w.needs[s, 4]
    w.economy_growth[s] = power(1.0 + w.state_growth[s], DT)
    w.state_trade_factor[s] = power(w.economy_growth[s], w.trade_state_elasticity)


def prepare_power(w: World, on: Switches, p: int) -> None:
    """Doctrine of a power, its growth, and the part of attraction that does not move."""
    whole = w.doctrine_weights[p, 0] + w.doctrine_weights[p, 1] + w.doctrine_weights[p, 2]
    for i in range(INSTRUMENTS):
        w.doctrine[p, i] = part_of(w.doctrine_weights[p, i], whole, INSTRUMENTS)
    whole = 0.0
    for j in range(SECTORS):
        whole = whole + w.offer_weights[p, j]
    for j in range(SECTORS):
        w.doctrine_offer[p, j] = part_of(w.offer_weights[p, j], whole, SECTORS)
    w.growth_factor[p] = power(1.0 + w.power_growth[p], DT)
    w.trade_factor[p] = power(w.growth_factor[p], w.trade_power_elasticity)
    responsiveness, differentiation = 0.0, 0.0
    if on.responsiveness:
        responsiveness = w.responsiveness[p]
    if on.differentiation:
        differentiation = w.differentiation[p]
    w.toward_needs[p], w.away_from_rivals[p] = responsiveness * w.offer_speed, differentiation * w.offer_speed
    for s in range(w.states):
        w.standing[p, s] = allocation.standing_attraction(
            w.motives[p, 0], w.needs_level[s], w.motives[p, 1], w.resources[s]
        )
        for i in range(INSTRUMENTS):
            w.mix[p, s, i] = allocation.instrument_mix(w.doctrine[p, i], w.needed[s, i], responsiveness)
