"""Ties in loops: their luck, and what is built on them, phases 5 to 7."""

from __future__ import annotations

from typing import Any

import numpy as np

from steppewise.world.kernels.compiler import kernel, rule, through_neighbours
from steppewise.world.luck import Array
from steppewise.world.power import AID, CONNECTIVITY, DIALOGUE, GOVERNANCE, HUMAN_CAPITAL
from steppewise.world.rules import DT, dialogue, shocks, stocks, trust

_above = rule(trust.above)
_broken_evidence = rule(trust.broken_evidence)
_dialogue = rule(dialogue.dialogue)
_episode = rule(shocks.episode)
_intensity = rule(stocks.intensity)
_kept_evidence = rule(trust.kept_evidence)
_moved = rule(shocks.moved)
_reach = rule(dialogue.reach)
_stock = rule(stocks.stock)
_trade = rule(stocks.trade)
_volume_weight = rule(trust.volume_weight)
_width = rule(shocks.width)


@kernel
def shake(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> None:
    """One kind of shock moves on, (item, world); `volatility` (1, world) where it is the same for all."""
    wide = np.empty(shock.shape[1])
    for i in range(shock.shape[0]):
        if i < volatility.shape[0]:
            for r in range(len(wide)):
                wide[r] = _width(persistence[r], volatility[i, r])
        for r in range(len(wide)):
            shock[i, r] = _moved(shock[i, r], persistence[r], wide[r], uniform[i, r])


@kernel
def press(leverage: Array, frequency: Array, uniform: Array) -> None:
    """How much leverage is used this quarter, (power, state, world)."""
    powers, states, worlds = leverage.shape
    for p in range(powers):
        for s in range(states):
            for r in range(worlds):
                leverage[p, s, r] = _episode(uniform[p, s, r], frequency[r])


@kernel
def build(held: Any, leverage: Array, delivered: Array, people: Array, logs: Array) -> None:
    """Phases 5 and 6 and the evidence of phase 7. Into `logs`, what logarithms are taken of: 1 + aid, 1 + trade."""
    on, view, ties, powers, states, world, values, wants = held.given
    count, ofs, worlds = ties.share.shape
    for p in range(count):
        for s in range(ofs):
            for r in range(worlds):
                aid = delivered[AID, p, s, r] * view.to_percent[s, r]
                ties.aid[p, s, r] = _stock(ties.aid[p, s, r], view.aid_kept[r], aid * DT)
                ties.connectivity[p, s, r] = _stock(
                    ties.connectivity[p, s, r], view.connectivity_kept[r], delivered[CONNECTIVITY, p, s, r]
                )
                ties.schooling[p, s, r] = aid * (powers.offer[p, HUMAN_CAPITAL, r] + powers.offer[p, GOVERNANCE, r])
            if len(people):
                for r in range(worlds):
                    ties.schooling[p, s, r] += people[p, s, r] * view.to_percent[s, r]
            if on.dialogue:
                for r in range(worlds):
                    ties.dialogue[p, s, r] = _dialogue(
                        values.meetings_per_year[p, r],
                        _reach(ties.engagement[p, s, r], powers.has_format[p, r]),
                        delivered[DIALOGUE, p, s, r] * view.to_percent[s, r],
                        world.dialogue_money[r],
                        world.dialogue_half_saturation[r],
                    )
    through = np.zeros(worlds)
    for p in range(count):
        for s in range(ofs):
            if on.transit:
                through_neighbours(view.transit, ties.connectivity, p, s, through)
            for r in range(worlds):
                half = world.connectivity_half_saturation[r] * states.gdp[s, r]
                ties.intensity[p, s, r] = _intensity(ties.connectivity[p, s, r] + through[r], half)
            if on.trade:
                for r in range(worlds):
                    ties.trade[p, s, r] = _trade(
                        ties.trade_base[p, s, r],
                        states.trade_growth[s, r] * powers.trade_growth[p, r],
                        ties.intensity[p, s, r],
                        world.trade_connectivity_gain[r],
                        ties.engagement[p, s, r],
                    )
            for r in range(worlds):
                logs[0, p, s, r] = 1.0 + ties.aid[p, s, r]
                logs[1, p, s, r] = 1.0 + ties.trade[p, s, r] * (100.0 / states.gdp[s, r])
            if on.trust:
                _gather_evidence(on, view, ties, world, values, wants, leverage, p, s)


@rule
def _gather_evidence(
    on: Any, view: Any, ties: Any, world: Any, values: Any, wants: Any, leverage: Array, p: int, s: int
) -> None:
    for r in range(leverage.shape[2]):
        due, delivered = ties.due[p, s, r], ties.delivered[p, s, r]
        weight = _volume_weight(due, world.trust_volume_half_saturation[r])
        slip = weight * (due - delivered)
        ties.new_kept[p, s, r] = _kept_evidence(
            view.talk_gain[p, r] * ties.dialogue[p, s, r],
            world.trust_delivery_gain[r] * weight * delivered * ties.fit[p, s, r],
            slip,
        )
        ties.new_broken[p, s, r] = view.slip_loss[r] * slip
    for r in range(leverage.shape[2]):
        pressed = 0.0
        if on.pressure:
            strength = values.coerciveness[p, r] * leverage[p, s, r] + ties.open_pressure[p, s, r]
            pressed = world.trust_pressure_loss[r] * ties.dependence[p, s, r] * strength
        excess = _above(ties.dependence[p, s, r], wants.dependence_comfort[s, r])
        unease = world.trust_dependence_loss[r] * excess
        ties.new_broken[p, s, r] = _broken_evidence(ties.new_broken[p, s, r], pressed, unease)
