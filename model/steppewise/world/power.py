"""Powers: Japan, China, Russia, the United States, and whoever a scenario adds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from steppewise.evidence.types import Actor
from steppewise.scenario.events import Package
from steppewise.world.luck import Array
from steppewise.world.rules import DT, allocation, budget, cooperation, delivery, dialogue, hedging, stocks
from steppewise.world.values import PowerValues, normalised

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel

AID, CONNECTIVITY, DIALOGUE = range(3)
HUMAN_CAPITAL, GOVERNANCE = 0, 3


@dataclass
class PackageAtWork:
    """A package announced: what is left of it, billion USD (state, world), and its last quarter's number."""

    event: Package
    remaining: Array
    last_quarter: int
    mix: Array


@dataclass
class Account:
    """Promises since the start, billion USD, (world,): committed = delivered + cancelled + still in the pipeline."""

    committed: Array
    delivered: Array
    cancelled: Array
    due: Array
    packages: list[PackageAtWork] = field(default_factory=list)


class Power(mesa.Agent):  # type: ignore[misc]
    """A power in all worlds of a block. It decides on last quarter's state, then acts on its own ties."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int, values: PowerValues) -> None:
        super().__init__(model)
        worlds, states = model.worlds.count, len(model.spec.states)
        self.actor, self.index, self.values = actor, index, values
        self.gdp = values.gdp * (1.0 + values.growth) ** (model.spec.start.years - model.BASE_YEAR)
        self.offer = values.offer.copy()
        self.intended_offer = self.offer
        self.has_format = (values.format_start <= model.spec.start.years).astype(float)
        self.adoption = np.zeros(worlds)
        self.adoption_threshold = model.chances.adoption_threshold(actor.name)
        self.shock = np.zeros(worlds)
        self.budget_factor: Array | float = 1.0
        self.budget = np.zeros(worlds)
        self.growth_of_trade = np.ones(worlds)
        self.committed = np.zeros((3, states, worlds))
        self.pipeline = np.zeros((3, states, worlds))
        self.account = Account(*(np.zeros(worlds) for _ in range(4)))
        self._set_growth()

    def _set_growth(self) -> None:
        self._growth = (1.0 + self.values.growth) ** DT
        self._trade_growth = self._growth**self.model.world_values.trade_power_elasticity

    def refresh(self, values: PowerValues) -> None:
        """Take in parameters that an event has changed; a new offer takes effect where it changed."""
        changed = (values.offer != self.values.offer).any(axis=0)
        self.offer = np.where(changed, values.offer, self.offer)
        self.values = values
        self._set_growth()

    # decide -------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Phases 2 and 3: the budget, where it goes, through which instruments, and what is offered."""
        self.shock = self.model.chances.fiscal(self)
        self.budget = self._budget(self.shock)
        self._allocate()
        self.intended_offer = self._adapted_offer()

    def meet(self) -> None:
        """The opening: the offer stands and meetings are held, before any money has flowed."""
        self._offer(self.offer)
        self._talk(np.zeros_like(self.committed[DIALOGUE]))

    def open_pipeline(self) -> None:
        """The opening: promises as if today's budget had always been the same."""
        self.budget = self._budget(self.shock)
        self._allocate()
        world = self.model.world_values
        share = self._delivered_share(self.values.execution)
        maturity = world.maturity[:, None]
        self.pipeline = delivery.opening_pipeline(self.committed, maturity, share, world.delivery_cancelled)
        self.account.committed += self.pipeline.sum(axis=(0, 1))

    def _budget(self, shock: Array) -> Array:
        values = self.values
        rise: Array = np.zeros_like(shock)
        if self.model.is_on("counterbalancing"):
            rival = self.model.strongest_rival(self.index)
            rise = budget.counterbalance(values.counterbalancing, rival, values.counterbalancing_threshold)
        return budget.budget(values.effort, self.gdp, shock, rise) * self.budget_factor

    def _allocate(self) -> None:
        model, values = self.model, self.values
        even = values.even_handedness if model.is_on("allocation") else np.ones_like(values.even_handedness)
        engagement = model.ties.engagement[self.index]
        shares = allocation.shares(self._attractions(), even, engagement)
        model.ties.allocation[self.index] = shares
        responsiveness = values.responsiveness if model.is_on("responsiveness") else np.zeros(1)
        mix = allocation.instrument_mix(values.instruments, model.needed_instruments, responsiveness)
        self.committed = mix * (shares * (self.budget * DT))

    def _attractions(self) -> Array:
        model, ties, p = self.model, self.model.ties, self.index
        rivalry = ties.share.sum(axis=0) - ties.share[p]
        motives = (model.need_levels, model.resources, ties.bandwidth[p], rivalry, ties.learned[p])
        return allocation.attraction(self.values.allocation, self.values.patience, motives)

    def _adapted_offer(self) -> Array:
        model, none = self.model, np.zeros(1)
        return allocation.adapted_offer(
            self.offer,
            model.mean_needs,
            model.crowding(self.index),
            self.values.responsiveness if model.is_on("responsiveness") else none,
            self.values.differentiation if model.is_on("differentiation") else none,
            model.world_values.offer_speed,
        )

    # act ----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Phases 4 to 6: deliver what is due, build up aid and connectivity, talk."""
        self._offer(self.intended_offer)
        delivered = self._deliver_pipeline()
        people = self._deliver_packages(delivered)
        self._build(delivered, people)
        self._talk(delivered[DIALOGUE])

    def _offer(self, offer: Array) -> None:
        self.offer = offer
        self.model.ties.fit[self.index] = hedging.fit(offer[:, None], self.model.needs)

    def _delivered_share(self, execution: Array) -> Array:
        """Share of the due that is delivered, (state, world)."""
        if not self.model.is_on("slippage"):
            return np.ones_like(self.model.absorptive_capacities)
        shock = self.model.chances.delivery_shock[self.index]
        return delivery.delivered_share(execution, self.model.absorptive_capacities, shock)

    def _deliver_pipeline(self) -> Array:
        """Delivered this quarter by instrument, billion USD, (instrument, state, world)."""
        world = self.model.world_values
        self.pipeline += self.committed
        self.account.committed += self.committed.sum(axis=(0, 1))
        self.model.chances.shake_delivery(self)
        share = self._delivered_share(self.values.execution)
        due = delivery.due(self.pipeline, world.maturity[:, None])
        delivered = due * share
        self.pipeline -= delivered + world.delivery_cancelled * (due - delivered)
        self._settle(due.sum(axis=0), delivered.sum(axis=0), begin=True)
        return delivered

    def _deliver_packages(self, delivered: Array) -> Array:
        """Add what packages deliver to `delivered`; return the part in people programmes, (state, world)."""
        people = np.zeros_like(delivered[0])
        for package in self.account.packages:
            paid = self._deliver_package(package)
            delivered += package.mix[:, None] * paid
            if package.event.people:
                people += paid
        return people

    def _deliver_package(self, package: PackageAtWork) -> Array:
        quarters_left = max(package.last_quarter - self.model.quarter.number + 1, 1)
        due = package.remaining / quarters_left
        execution = package.event.execution
        share = self._delivered_share(self.values.execution if execution is None else np.array([execution]))
        paid = due * share
        package.remaining -= paid + self.model.world_values.delivery_cancelled * (due - paid)
        self._settle(due, paid, begin=False)
        return paid

    def _settle(self, due: Array, delivered: Array, begin: bool) -> None:
        """Book what was due and delivered, (state, world), on the ties and the account."""
        ties, p, account = self.model.ties, self.index, self.account
        if begin:
            ties.due[p], ties.delivered[p] = due, delivered
        else:
            ties.due[p] += due
            ties.delivered[p] += delivered
        due_in_all, delivered_in_all = due.sum(axis=0), delivered.sum(axis=0)
        account.due += due_in_all
        account.delivered += delivered_in_all
        account.cancelled += self.model.world_values.delivery_cancelled * (due_in_all - delivered_in_all)

    def _build(self, delivered: Array, people: Array) -> None:
        ties, p, world = self.model.ties, self.index, self.model.world_values
        gdp = self.model.state_gdp
        ties.aid[p] = stocks.aid_stock(ties.aid[p], delivered[AID], gdp, world.aid_decay)
        ties.connectivity[p] = stocks.connectivity_stock(
            ties.connectivity[p], delivered[CONNECTIVITY], world.connectivity_depreciation
        )
        schools = self.offer[HUMAN_CAPITAL] + self.offer[GOVERNANCE]
        ties.schooling[p] = (delivered[AID] * schools + people) * (100.0 / DT) / gdp

    def _talk(self, delivered: Array) -> None:
        model, p, world = self.model, self.index, self.model.world_values
        if not model.is_on("dialogue"):
            return
        model.ties.dialogue[p] = dialogue.dialogue(
            self.values.meetings_per_year,
            dialogue.reach(model.ties.engagement[p], self.has_format),
            delivered * (100.0 / DT) / model.state_gdp,
            world.dialogue_money,
            world.dialogue_half_saturation,
        )

    # what events do -----------------------------------------------------------------------------------------

    def announce(self, package: Package, targets: list[int], fires: Array) -> None:
        """A package enters the books, split among its targets by the power's own allocation."""
        weights = np.zeros_like(self.pipeline[0])
        weights[targets] = self.model.ties.allocation[self.index][targets]
        remaining = package.amount * fires * normalised_among(weights, targets)
        last = self.model.quarter.number + max(round(package.over / DT), 1) - 1
        mix = np.array(package.mix)[:, None] if package.mix is not None else self.values.instruments
        self.account.packages.append(PackageAtWork(package, remaining, last, mix))
        self.account.committed += remaining.sum(axis=0)

    def change_format(self, launched: bool, fires: NDArray[np.bool_]) -> None:
        """Launch or end the power's format; an ended one does not come back by itself."""
        self.has_format = np.where(fires, float(launched), self.has_format)
        if not launched:
            self.adoption_threshold = np.where(fires, np.inf, self.adoption_threshold)

    # after the states have settled --------------------------------------------------------------------------

    def observe(self) -> None:
        """Phases 12 and 13: adopt a format of its own, learn where spending bears fruit; the economy grows."""
        if self.model.is_on("emulation"):
            self._emulate()
        if self.model.is_on("learning"):
            self._learn()

    def grow(self) -> None:
        """The economy grows by a quarter, and with it trade."""
        self.gdp = self.gdp * self._growth
        self.growth_of_trade = self.growth_of_trade * self._trade_growth

    def _emulate(self) -> None:
        spread, lead = self.model.spread_of_formats(self.index)
        weight = self.model.world_values.emulation_lead
        self.adoption = self.adoption + DT * cooperation.adoption_hazard(self.values.emulation, spread, lead, weight)

    def adopt(self) -> None:
        """Launch a format where the hazard gathered so far has crossed the threshold."""
        self.has_format = np.where(self.adoption >= self.adoption_threshold, 1.0, self.has_format)

    def _learn(self) -> None:
        ties, p = self.model.ties, self.index
        own = ties.share[p]
        total = own.sum(axis=0)
        part = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
        speed = self.model.world_values.learning_speed
        ties.learned[p] = cooperation.learned_return(ties.learned[p], part, ties.allocation[p], speed)

    @property
    def in_pipeline(self) -> Array:
        """Promises neither delivered nor cancelled, billion USD, (world,)."""
        waiting: Array = self.pipeline.sum(axis=(0, 1))
        return waiting + sum(package.remaining.sum(axis=0) for package in self.account.packages)


def normalised_among(weights: Array, targets: list[int]) -> Array:
    """Weights (state, world) that sum to 1 over the targets and are zero elsewhere."""
    result = np.zeros_like(weights)
    result[targets] = normalised(weights[targets])
    return result
