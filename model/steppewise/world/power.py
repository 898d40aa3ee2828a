"""Powers: Japan, China, Russia, the United States, and whoever a scenario adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from steppewise.evidence.types import Actor
from steppewise.scenario.events import Package
from steppewise.world.luck import Array
from steppewise.world.rules import DT, allocation, budget, delivery, dialogue, hedging, stocks, total
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
    execution: Array | float | None


class Power(mesa.Agent):  # type: ignore[misc]
    """A power in all worlds of a block. It decides on last quarter's state, then acts on its own ties.

    `pipeline` holds its promises by instrument, billion USD, (instrument, state, world).
    """

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int, values: PowerValues) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index
        self.pipeline = np.zeros((3, len(model.spec.states), model.worlds.count))
        self.packages: list[PackageAtWork] = []
        self.budget_factor: Array | float = 1.0
        self.adoption_threshold = model.chances.adoption_threshold(actor.name)
        start, arrays = model.spec.start.years, model.of_powers
        arrays.gdp[index] = values.gdp * (1.0 + values.growth) ** (start - model.BASE_YEAR)
        arrays.offer[index] = values.offer
        arrays.has_format[index] = values.format_start <= start
        self.take_in(values)

    def take_in(self, values: PowerValues) -> None:
        """Take in parameters, at the start or when an event has changed them."""
        model = self.model
        self.values = values
        self._growth = (1.0 + values.growth) ** DT
        self._trade_growth = self._growth**model.world_values.trade_power_elasticity
        self._standing = allocation.standing_attraction(
            values.allocation, model.state_values.needs_level, model.state_values.resources
        )
        responsiveness = values.responsiveness if model.is_on("responsiveness") else 0.0
        differentiation = values.differentiation if model.is_on("differentiation") else 0.0
        self._toward_needs = responsiveness * model.world_values.offer_speed
        self._away_from_rivals = differentiation * model.world_values.offer_speed
        self._mix = allocation.instrument_mix(values.instruments, model.needed_instruments, responsiveness)
        self._due_rate = delivery.due_rate(model.world_values.maturity)[:, None]

    def take_in_change(self, values: PowerValues) -> None:
        """Take in parameters that an event has changed; a new offer takes effect where it changed."""
        changed = (values.offer != self.values.offer).any(axis=0)
        offer = self.model.of_powers.offer[self.index]
        np.copyto(offer, values.offer, where=changed)
        self.take_in(values)

    # decide -------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Phases 2 and 3: the budget, where it goes, through which instruments, and what is offered."""
        self._set_budget()
        self._allocate()
        self._adapt_offer()

    def _set_budget(self) -> None:
        model, values, p = self.model, self.values, self.index
        rise: Array | float = 0.0
        if model.is_on("counterbalancing"):
            rival, threshold = model.strongest_rival(p), values.counterbalancing_threshold
            rise = budget.counterbalance(values.counterbalancing, rival, threshold)
        amount = budget.budget(values.effort, model.of_powers.gdp[p], model.chances.fiscal[p], rise)
        model.of_powers.budget[p] = amount * self.budget_factor

    def _allocate(self) -> None:
        model, ties, values, p = self.model, self.model.ties, self.values, self.index
        attraction = allocation.attraction(
            self._standing,
            values.allocation,
            values.patience,
            ties.bandwidth[p],
            model.influence_of_all - ties.share[p],
            ties.learned[p],
        )
        even = values.even_handedness if model.is_on("allocation") else 1.0
        ties.allocation[p] = allocation.shares(attraction, even, ties.engagement[p])
        self.committed = self._mix * (ties.allocation[p] * (model.of_powers.budget[p] * DT))

    def _adapt_offer(self) -> None:
        self._next_offer = allocation.adapted_offer(
            self.model.of_powers.offer[self.index],
            self.model.mean_needs,
            self.model.crowding(self.index),
            self._toward_needs,
            self._away_from_rivals,
        )

    # act ----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Phases 4 to 6: deliver what is due, build up aid and connectivity, talk."""
        self._offer(self._next_offer)
        delivered = self._deliver_pipeline()
        people = self._deliver_packages(delivered) if self.packages else 0.0
        self._build(delivered, people)
        self._talk(delivered[DIALOGUE])

    def _offer(self, offer: Array) -> None:
        self.model.of_powers.offer[self.index] = offer
        self.model.ties.fit[self.index] = hedging.fit(offer[:, None], self.model.state_values.needs)

    def _delivered_share(self, execution: Array | float) -> Array:
        """Share of the due that is delivered, (state, world)."""
        if not self.model.is_on("slippage"):
            return np.ones_like(self.model.capability)
        shock = self.model.chances.delivery[self.index]
        return delivery.delivered_share(execution, self.model.capability, shock)

    def _deliver_pipeline(self) -> Array:
        """Delivered this quarter by instrument, billion USD, (instrument, state, world)."""
        arrays, ties, p = self.model.of_powers, self.model.ties, self.index
        self.pipeline += self.committed
        arrays.committed[p] += arrays.budget[p] * DT
        share = self._delivered_share(self.values.execution)
        due = self.pipeline * self._due_rate
        delivered: Array = due * share
        cancelled = self.model.world_values.delivery_cancelled * (due - delivered)
        self.pipeline -= delivered
        self.pipeline -= cancelled
        due_in_state, delivered_in_state = total(due), total(delivered)
        ties.due[p] = due_in_state * self.model.to_percent
        ties.delivered[p] = delivered_in_state * self.model.to_percent
        self._book(due_in_state, delivered_in_state)
        return delivered

    def _book(self, due: Array, delivered: Array) -> None:
        """Add what was due and delivered this quarter, billion USD (state, world), to the account."""
        arrays, p = self.model.of_powers, self.index
        due_in_all, delivered_in_all = total(due), total(delivered)
        arrays.due[p] += due_in_all
        arrays.delivered[p] += delivered_in_all
        arrays.cancelled[p] += self.model.world_values.delivery_cancelled * (due_in_all - delivered_in_all)

    def _deliver_packages(self, delivered: Array) -> Array:
        """Add what packages deliver to `delivered`; return the part in people programmes, (state, world)."""
        people = np.zeros_like(delivered[0])
        for package in self.packages:
            paid = self._deliver_package(package)
            delivered += package.mix * paid
            if package.event.people:
                people += paid
        return people

    def _deliver_package(self, package: PackageAtWork) -> Array:
        """Deliver what is due of a package, evenly over the quarters left, billion USD, (state, world)."""
        ties, p, model = self.model.ties, self.index, self.model
        due = package.remaining / max(package.last_quarter - model.quarter.number + 1, 1)
        own = self.values.execution
        paid = due * self._delivered_share(own if package.execution is None else package.execution)
        package.remaining -= paid + model.world_values.delivery_cancelled * (due - paid)
        ties.due[p] += due * model.to_percent
        ties.delivered[p] += paid * model.to_percent
        self._book(due, paid)
        return paid

    def _build(self, delivered: Array, people: Array | float) -> None:
        model, ties, p = self.model, self.model.ties, self.index
        aid = delivered[AID] * model.to_percent
        ties.aid[p] = stocks.stock(ties.aid[p], model.aid_kept, aid * DT)
        ties.connectivity[p] = stocks.stock(ties.connectivity[p], model.connectivity_kept, delivered[CONNECTIVITY])
        offer = model.of_powers.offer[p]
        ties.schooling[p] = aid * (offer[HUMAN_CAPITAL] + offer[GOVERNANCE]) + people * model.to_percent

    def _talk(self, delivered: Array) -> None:
        model, p, world = self.model, self.index, self.model.world_values
        if not model.is_on("dialogue"):
            return
        model.ties.dialogue[p] = dialogue.dialogue(
            self.values.meetings_per_year,
            dialogue.reach(model.ties.engagement[p], model.of_powers.has_format[p]),
            delivered * model.to_percent,
            world.dialogue_money,
            world.dialogue_half_saturation,
        )

    # the opening --------------------------------------------------------------------------------------------

    def meet(self) -> None:
        """The offer stands and meetings are held, before any money has flowed."""
        self._offer(self.model.of_powers.offer[self.index])
        self._talk(np.zeros_like(self.pipeline[DIALOGUE]))

    def open_pipeline(self) -> None:
        """Promises as if the opening budget had always been the same."""
        self._set_budget()
        self._allocate()
        share = self._delivered_share(self.values.execution)
        cancelled = self.model.world_values.delivery_cancelled
        self.pipeline = delivery.opening_pipeline(self.committed, self._due_rate, share, cancelled)
        self.model.of_powers.committed[self.index] = total(total(self.pipeline))

    # what events do -----------------------------------------------------------------------------------------

    def announce(self, package: Package, targets: list[int], amount: Array, execution: Array | float | None) -> None:
        """A package of so many billion USD a world enters the books, split by the power's own allocation."""
        remaining = np.zeros_like(self.pipeline[0])
        remaining[targets] = normalised(self.model.ties.allocation[self.index][targets])
        remaining *= amount
        last = self.model.quarter.number + max(round(package.over / DT), 1) - 1
        mix = self.values.instruments if package.mix is None else np.array(package.mix)[:, None]
        self.packages.append(PackageAtWork(package, remaining, last, mix[:, None], execution))
        self.model.of_powers.committed[self.index] += total(remaining)

    def change_format(self, launched: bool, fires: NDArray[np.bool_]) -> None:
        """Launch or end the power's format; an ended one is not adopted again."""
        self.model.of_powers.has_format[self.index][fires] = float(launched)
        if not launched:
            self.adoption_threshold = np.where(fires, np.inf, self.adoption_threshold)

    # after the states have settled --------------------------------------------------------------------------

    def observe(self) -> None:
        """The end of the quarter: adopt a format if its time has come; the economy grows, and with it trade."""
        arrays, p = self.model.of_powers, self.index
        arrays.has_format[p][arrays.adoption[p] >= self.adoption_threshold] = 1.0
        arrays.gdp[p] *= self._growth
        arrays.trade_growth[p] *= self._trade_growth

    @property
    def in_pipeline(self) -> Array:
        """Promises neither delivered nor cancelled, billion USD, (world,)."""
        waiting = total(total(self.pipeline))
        for package in self.packages:
            waiting = waiting + total(package.remaining)
        return waiting
