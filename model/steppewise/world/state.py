"""States: Kazakhstan, Uzbekistan, Kyrgyzstan, Tajikistan, Turkmenistan, and whoever a scenario adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from steppewise.evidence.types import Actor
from steppewise.world.luck import Array
from steppewise.world.rules import DT, TINY, bandwidth, hedging, influence, stocks, total, trust
from steppewise.world.values import StateValues

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel


class State(mesa.Agent):  # type: ignore[misc]
    """A state in all worlds of a block. Its arrays over powers are the columns of the ties."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int, values: StateValues) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index
        self.neighbours = model.links.neighbours(index)
        start, arrays = model.spec.start.years, model.of_states
        arrays.gdp[index] = values.gdp * (1.0 + values.growth) ** (start - model.BASE_YEAR)
        arrays.absorptive_capacity[index] = values.absorptive_capacity
        self.take_in(values)

    def take_in(self, values: StateValues) -> None:
        """Take in parameters, at the start or when an event has changed them."""
        self.values = values
        self._growth = (1.0 + values.growth) ** DT
        self._trade_growth = self._growth**self.model.world_values.trade_state_elasticity

    # the opening --------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Phases 5, 8, 9 and 10 once on the starting stocks: engagement begins at its target."""
        ties, s = self.model.ties, self.index
        self._connect()
        self._weigh()
        ties.engagement[:, s] = self._target()
        factor = 1.0 + self.model.world_values.trade_connectivity_gain * ties.intensity[:, s]
        leaning = np.maximum(ties.engagement[:, s], TINY)
        ties.trade_base[:, s] = ties.trade[:, s] / (factor * leaning)
        self._weigh()
        self._share_out()

    # decide -------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Phase 5 and the evidence of phase 7: take stock of what the powers did this quarter."""
        self._connect()
        if self.model.is_on("trade"):
            self._trade()
        if self.model.is_on("trust"):
            self._gather_evidence()

    def _connect(self) -> None:
        """Intensity of connectivity with each power, neighbours' included."""
        model, s = self.model, self.index
        stock = model.ties.connectivity
        effective = stock[:, s]
        if model.is_on("transit"):
            for n in self.neighbours:
                effective = effective + model.transit[s, n] * stock[:, n]
        half = model.world_values.connectivity_half_saturation * model.of_states.gdp[s]
        model.ties.intensity[:, s] = stocks.intensity(effective, half)

    def _trade(self) -> None:
        model, ties, s = self.model, self.model.ties, self.index
        ties.trade[:, s] = stocks.trade(
            ties.trade_base[:, s],
            model.of_states.trade_growth[s] * model.of_powers.trade_growth,
            ties.intensity[:, s],
            model.world_values.trade_connectivity_gain,
            ties.engagement[:, s],
        )

    def _gather_evidence(self) -> None:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        due, delivered = ties.due[:, s], ties.delivered[:, s]
        weight = trust.volume_weight(due, world.trust_volume_half_saturation)
        slip = weight * (due - delivered)
        ties.new_kept[:, s] = trust.kept_evidence(
            self.model.talk_gain * ties.dialogue[:, s],
            world.trust_delivery_gain * weight * delivered * ties.fit[:, s],
            slip,
        )
        ties.new_broken[:, s] = trust.broken_evidence(self.model.slip_loss * slip, self._leverage(), self._unease())

    def _leverage(self) -> Array | float:
        model, ties, s = self.model, self.model.ties, self.index
        if not model.is_on("pressure"):
            return 0.0
        strength = model.coerciveness * model.chances.leverage[:, s] + ties.open_pressure[:, s]
        return model.world_values.trust_pressure_loss * ties.dependence[:, s] * strength

    def _unease(self) -> Array:
        excess = trust.above(self.model.ties.dependence[:, self.index], self.values.dependence_comfort)
        return self.model.world_values.trust_dependence_loss * excess

    # act ----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Phases 7 to 10: trust, bandwidth and dependence, engagement, influence."""
        if self.model.is_on("absorption"):
            self._absorb()
        if self.model.is_on("trust"):
            self._trust()
        self._weigh()
        if self.model.is_on("hedging"):
            self._hedge()
        self._share_out()

    def _absorb(self) -> None:
        model, s = self.model, self.index
        capacity = model.of_states.absorptive_capacity
        capacity[s] = stocks.absorptive_capacity(
            capacity[s],
            self.values.absorptive_capacity,
            total(model.ties.schooling[:, s]),
            model.world_values.absorption_gain,
            model.world_values.absorption_relaxation,
        )

    def _trust(self) -> None:
        ties, s, forgetting = self.model.ties, self.index, self.model.world_values.trust_forgetting
        ties.kept[:, s] = trust.remembered(ties.kept[:, s], self._heard(ties.new_kept), forgetting)
        ties.broken[:, s] = trust.remembered(ties.broken[:, s], self._heard(ties.new_broken), forgetting)
        ties.trust[:, s] = trust.trust(ties.kept[:, s], ties.broken[:, s])

    def _heard(self, evidence: Array) -> Array:
        """Own new evidence and a share of the neighbours', (power, world)."""
        heard = evidence[:, self.index]
        if self.model.is_on("social_learning"):
            for n in self.neighbours:
                heard = heard + self.model.hearing[self.index, n] * evidence[:, n]
        return heard

    def _weigh(self) -> None:
        """Phase 8: bandwidth and dependence; remembers which ties have substance."""
        ties, s, model = self.model.ties, self.index, self.model
        self._logged_aid = bandwidth.logged(ties.aid[:, s])
        logged_trade = bandwidth.logged(ties.trade[:, s] * (100.0 / model.of_states.gdp[s]))
        weights = model.world_values.bandwidth
        self._substance = bandwidth.substance(weights, logged_trade, self._logged_aid, ties.dialogue[:, s])
        ties.bandwidth[:, s] = ties.engagement[:, s] * self._substance
        ties.dependence[:, s] = bandwidth.dependence(ties.bandwidth[:, s], model.outside_ties[s])

    def _hedge(self) -> None:
        ties, s = self.model.ties, self.index
        speed = self.model.world_values.hedging_speed
        ties.engagement[:, s] = hedging.shifted(ties.engagement[:, s], self._target(), speed)

    def _target(self) -> Array:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        gain = hedging.benefit(world.hedging_benefit, ties.intensity[:, s], self._logged_aid, ties.fit[:, s])
        excess = trust.above(ties.dependence[:, s], self.values.dependence_comfort)
        taste = self.model.chances.taste[:, s]
        utilities = hedging.utility(ties.trust[:, s], gain, taste, self.values.hedging, excess)
        return hedging.target(utilities, world.hedging_precision, self.values.neutrality, self._substance > 0)

    def _share_out(self) -> None:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        cooperation = self.model.mean_cooperation[s]
        leverage = ties.dependence[:, s] * (1.0 - world.influence_shield * cooperation)
        weight = influence.influence(ties.bandwidth[:, s], ties.trust[:, s], leverage, world.influence_theta)
        own = influence.own_weight(world.influence_agency, self.values.agency, cooperation)
        ties.share[:, s] = influence.influence_shares(weight, own)

    def observe(self) -> None:
        """The end of the quarter: the economy grows, and with it trade."""
        arrays, s = self.model.of_states, self.index
        arrays.gdp[s] *= self._growth
        arrays.trade_growth[s] *= self._trade_growth
