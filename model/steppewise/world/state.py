"""States: Kazakhstan, Uzbekistan, Kyrgyzstan, Tajikistan, Turkmenistan, and whoever a scenario adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from steppewise.evidence.types import Actor
from steppewise.world.luck import Array
from steppewise.world.rules import DT, bandwidth, hedging, influence, stocks, trust
from steppewise.world.values import StateValues

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel


class State(mesa.Agent):  # type: ignore[misc]
    """A state in all worlds of a block. Its arrays over powers are the columns of the ties."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int, values: StateValues) -> None:
        super().__init__(model)
        self.actor, self.index, self.values = actor, index, values
        self.gdp = values.gdp * (1.0 + values.growth) ** (model.spec.start.years - model.BASE_YEAR)
        self.growth_of_trade = np.ones(model.worlds.count)
        self.absorptive_capacity = values.absorptive_capacity.copy()
        self.neighbours = model.links.neighbours(index)
        self._set_growth()

    def _set_growth(self) -> None:
        self._growth = (1.0 + self.values.growth) ** DT
        self._trade_growth = self._growth**self.model.world_values.trade_state_elasticity

    def refresh(self, values: StateValues) -> None:
        """Take in parameters that an event has changed."""
        self.values = values
        self._set_growth()

    # the opening --------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Phases 5, 8, 9 and 10 once on the starting stocks: engagement begins at its target."""
        ties, s = self.model.ties, self.index
        ties.intensity[:, s] = ties.opening_intensity[:, s] = self._intensity()
        self._weigh()
        ties.engagement[:, s] = ties.opening_engagement[:, s] = self._target()
        self._weigh()
        self._share_out()

    # decide -------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Phase 5 and the evidence of phase 7: take stock of what the powers did this quarter."""
        ties, s = self.model.ties, self.index
        ties.intensity[:, s] = self._intensity()
        if self.model.is_on("trade"):
            ties.trade[:, s] = self._trade()
        if self.model.is_on("trust"):
            self._gather_evidence()

    def _intensity(self) -> Array:
        """Intensity of connectivity with each power, neighbours' included, (power, world)."""
        model, s = self.model, self.index
        stock = model.ties.connectivity
        effective = stock[:, s]
        if model.is_on("transit") and self.neighbours:
            through = sum(model.passage[s, n] * stock[:, n] for n in self.neighbours)
            effective = effective + model.world_values.connectivity_transit * through
        return stocks.intensity(effective, self.gdp, model.world_values.connectivity_half_saturation)

    def _trade(self) -> Array:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        return stocks.trade(
            ties.opening_trade[:, s],
            self.growth_of_trade * self.model.power_trade_growth,
            ties.intensity[:, s],
            ties.opening_intensity[:, s],
            world.trade_connectivity_gain,
            ties.engagement[:, s] / ties.opening_engagement[:, s],
        )

    def _gather_evidence(self) -> None:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        to_percent = (100.0 / DT) / self.gdp
        due, delivered = ties.due[:, s] * to_percent, ties.delivered[:, s] * to_percent
        half = world.trust_volume_half_saturation
        slip = trust.volume(due - delivered, due, half)
        talk = world.trust_dialogue_gain * ties.dialogue[:, s] * self.model.credits
        kept_volume = trust.volume(delivered, due, half)
        ties.new_kept[:, s] = trust.kept_evidence(
            talk, world.trust_delivery_gain * kept_volume * ties.fit[:, s], slip
        )
        ties.new_broken[:, s] = trust.broken_evidence(
            world.trust_negativity * world.trust_delivery_gain * slip, self._leverage(), self._unease()
        )

    def _leverage(self) -> Array:
        ties, s = self.model.ties, self.index
        if not self.model.is_on("pressure"):
            return np.zeros_like(ties.dependence[:, s])
        strength = self.model.chances.pressure(self) + ties.open_pressure[:, s]
        return self.model.world_values.trust_pressure_loss * ties.dependence[:, s] * strength

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
        world = self.model.world_values
        self.absorptive_capacity = stocks.absorptive_capacity(
            self.absorptive_capacity,
            self.values.absorptive_capacity,
            self.model.ties.schooling[:, self.index].sum(axis=0),
            world.absorption_gain,
            world.absorption_relaxation,
        )

    def _trust(self) -> None:
        ties, s, forgetting = self.model.ties, self.index, self.model.world_values.trust_forgetting
        kept, broken = self._heard(ties.new_kept), self._heard(ties.new_broken)
        ties.kept[:, s] = trust.remembered(ties.kept[:, s], kept, forgetting)
        ties.broken[:, s] = trust.remembered(ties.broken[:, s], broken, forgetting)
        ties.trust[:, s] = trust.trust(ties.kept[:, s], ties.broken[:, s])

    def _heard(self, evidence: Array) -> Array:
        """Own new evidence and a share of the neighbours', (power, world)."""
        own = evidence[:, self.index]
        if not (self.model.is_on("social_learning") and self.neighbours):
            return own
        heard = sum(self.model.hearing[self.index, n] * evidence[:, n] for n in self.neighbours)
        return own + heard

    def _weigh(self) -> None:
        """Phase 8: bandwidth and dependence; remembers which ties have substance."""
        ties, s, model = self.model.ties, self.index, self.model
        self.logged_aid = bandwidth.logged(ties.aid[:, s])
        logged_trade = bandwidth.logged(ties.trade[:, s] * (100.0 / self.gdp))
        weights = model.world_values.bandwidth
        self.substance = bandwidth.substance(weights, logged_trade, self.logged_aid, ties.dialogue[:, s])
        ties.bandwidth[:, s] = ties.engagement[:, s] * self.substance
        ties.dependence[:, s] = bandwidth.dependence(ties.bandwidth[:, s], self._outside())

    def _outside(self) -> Array:
        world = self.model.world_values
        return bandwidth.outside_ties(
            world.dependence_outside, world.dependence_cooperation, self.model.mean_cooperation[self.index]
        )

    def _hedge(self) -> None:
        ties, s = self.model.ties, self.index
        self.model.chances.shift_taste(self)
        speed = self.model.world_values.hedging_speed
        ties.engagement[:, s] = hedging.shifted(ties.engagement[:, s], self._target(), speed)

    def _target(self) -> Array:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        gain = hedging.benefit(world.hedging_benefit, ties.intensity[:, s], self.logged_aid, ties.fit[:, s])
        excess = trust.above(ties.dependence[:, s], self.values.dependence_comfort)
        utilities = hedging.utility(ties.trust[:, s], gain, ties.taste[:, s], self.values.hedging, excess)
        return hedging.target(utilities, world.hedging_precision, self.values.neutrality, self.substance > 0)

    def _share_out(self) -> None:
        ties, s, world = self.model.ties, self.index, self.model.world_values
        cooperation = self.model.mean_cooperation[s]
        leverage = ties.dependence[:, s] * (1.0 - world.influence_shield * cooperation)
        weight = influence.influence(ties.bandwidth[:, s], ties.trust[:, s], leverage, world.influence_theta)
        own = influence.own_weight(world.influence_agency, self.values.agency, cooperation)
        ties.share[:, s] = influence.influence_shares(weight, own)

    def grow(self) -> None:
        """The economy grows by a quarter, and with it trade."""
        self.gdp = self.gdp * self._growth
        self.growth_of_trade = self.growth_of_trade * self._trade_growth
