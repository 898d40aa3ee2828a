"""Powers: Japan, China, Russia, the United States, and whoever a scenario adds.

As with states, the same few lines serve one power or all at once: `where` is a slice of the power axis. The model lets
all powers decide, then act together; a single `Power` can be asked by hand and does the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from steppewise.evidence.types import Actor
from steppewise.scenario.events import Package
from steppewise.world.luck import Array
from steppewise.world.rules import DT, allocation, budget, delivery, dialogue, hedging, over_states, stocks, total
from steppewise.world.state import ALL
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
    execution: Array | None


@dataclass
class Doctrine:
    """What follows from the powers' parameters alone, until an event changes them.

    growth, trade_growth: factors a quarter, (power, world). standing: attraction that does not move, (power, state,
    world). toward_needs, away_from_rivals: speeds of the offer, (power, world). mix: (instrument, power, state,
    world). due_rate: part of the pipeline that falls due a quarter, (instrument, 1, 1, world).
    """

    growth: Array
    trade_growth: Array
    standing: Array
    toward_needs: Array
    away_from_rivals: Array
    mix: Array
    due_rate: Array


class Power(mesa.Agent):  # type: ignore[misc]
    """A power in all worlds of a block. Its numbers are the rows of the model's arrays.

    It decides on last quarter's state, then acts on its own ties.
    """

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index
        self._where = slice(index, index + 1)
        self.packages: list[PackageAtWork] = []
        self.adoption_threshold = model.chances.adoption_threshold(actor.name)

    def decide(self) -> None:
        """Phases 2 and 3, for this power alone."""
        decide(self.model, self._where)

    def act(self) -> None:
        """Phases 4 to 6, for this power alone."""
        act(self.model, self._where)

    @property
    def in_pipeline(self) -> Array:
        """Promises neither delivered nor cancelled, billion USD, (world,)."""
        waiting = total(total(self.model.of_powers.pipeline[:, self.index]))
        for package in self.packages:
            waiting = waiting + total(package.remaining)
        return waiting

    # what events do -----------------------------------------------------------------------------------------

    def announce(self, package: Package, targets: list[int], amount: Array, execution: Array | float | None) -> None:
        """A package of so many billion USD a world enters the books, split by the power's own allocation."""
        model, p = self.model, self.index
        remaining = np.zeros_like(model.ties.allocation[p])
        remaining[targets] = normalised(model.ties.allocation[p][targets])
        remaining *= amount
        last = model.quarter.number + max(round(package.over / DT), 1) - 1
        mix = model.power_values.instruments[:, p] if package.mix is None else np.array(package.mix)[:, None]
        own = None if execution is None else np.asarray(execution, dtype=float)
        self.packages.append(PackageAtWork(package, remaining, last, mix[:, None], own))
        model.of_powers.committed[p] += total(remaining)

    def change_format(self, launched: bool, fires: NDArray[np.bool_]) -> None:
        """Launch or end the power's format; an ended one is not adopted again."""
        self.model.of_powers.has_format[self.index][fires] = float(launched)
        if not launched:
            self.adoption_threshold = np.where(fires, np.inf, self.adoption_threshold)

    def adopt(self) -> None:
        """Adopt a format where its time has come."""
        arrays, p = self.model.of_powers, self.index
        arrays.has_format[p][arrays.adoption[p] >= self.adoption_threshold] = 1.0


def doctrine(model: RegionalInfluenceModel, values: PowerValues) -> Doctrine:
    """What follows from the parameters of all powers."""
    growth = (1.0 + values.growth) ** DT
    states, speed = model.state_values, model.world_values.offer_speed
    responsiveness = values.responsiveness * model.is_on("responsiveness")
    differentiation = values.differentiation * model.is_on("differentiation")
    doctrines, needed = values.instruments[:, :, None], model.needed_instruments[:, None]
    return Doctrine(
        growth=growth,
        trade_growth=growth**model.world_values.trade_power_elasticity,
        standing=allocation.standing_attraction(values.allocation[:, :, None], states.needs_level, states.resources),
        toward_needs=responsiveness * speed,
        away_from_rivals=differentiation * speed,
        mix=allocation.instrument_mix(doctrines, needed, responsiveness[:, None]),
        due_rate=delivery.due_rate(model.world_values.maturity)[:, None, None],
    )


# the opening ------------------------------------------------------------------------------------------------------


def enter(model: RegionalInfluenceModel) -> None:
    """Economies, offers and formats at the start."""
    start, arrays, values = model.spec.start.years, model.of_powers, model.power_values
    arrays.gdp[:] = values.gdp * (1.0 + values.growth) ** (start - model.BASE_YEAR)
    arrays.offer[:] = values.offer.swapaxes(0, 1)
    arrays.has_format[:] = values.format_start <= start


def take_in_offers(model: RegionalInfluenceModel, before: PowerValues) -> None:
    """After an event has changed parameters: a new offer takes effect in the worlds where it changed."""
    offer = model.power_values.offer
    changed = (offer != before.offer).any(axis=0)
    np.copyto(model.of_powers.offer, offer.swapaxes(0, 1), where=changed[:, None])


def meet(model: RegionalInfluenceModel) -> None:
    """The offers stand and meetings are held, before any money has flowed."""
    _offer(model, ALL, model.of_powers.offer)
    _talk(model, ALL, np.zeros_like(model.ties.dialogue))


def open_pipelines(model: RegionalInfluenceModel) -> None:
    """Promises as if the opening budget had always been the same."""
    _set_budget(model, ALL)
    _allocate(model, ALL)
    arrays, cancelled = model.of_powers, model.world_values.delivery_cancelled
    share = _delivered_share(model, ALL, model.power_values.execution[:, None])
    promised = promised_now(model, ALL)
    arrays.pipeline[:] = delivery.opening_pipeline(promised, model.doctrine.due_rate, share, cancelled)
    arrays.committed[:] = over_states(total(arrays.pipeline))


# decide -----------------------------------------------------------------------------------------------------------


def decide(model: RegionalInfluenceModel, where: slice) -> None:
    """Phases 2 and 3: the budget, where it goes, through which instruments, and what is offered."""
    _set_budget(model, where)
    _allocate(model, where)
    _adapt_offer(model, where)


def _set_budget(model: RegionalInfluenceModel, where: slice) -> None:
    arrays, values = model.of_powers, model.power_values
    rise: Array | float = 0.0
    if model.is_on("counterbalancing"):
        threshold = values.counterbalancing_threshold[where]
        rise = budget.counterbalance(values.counterbalancing[where], model.strongest_rivals[where], threshold)
    amount = budget.budget(values.effort[where], arrays.gdp[where], model.chances.fiscal[where], rise)
    arrays.budget[where] = amount * arrays.budget_factor[where]


def _allocate(model: RegionalInfluenceModel, where: slice) -> None:
    ties, values = model.ties, model.power_values
    attraction = allocation.attraction(
        model.doctrine.standing[where],
        values.allocation[:, where, None],
        values.patience[where, None],
        ties.bandwidth[where],
        model.influence_of_all - ties.share[where],
        ties.learned[where],
    )
    even = values.even_handedness[where] if model.is_on("allocation") else 1.0
    by_state = allocation.shares(attraction.swapaxes(0, 1), even, ties.engagement[where].swapaxes(0, 1))
    ties.allocation[where] = by_state.swapaxes(0, 1)


def promised_now(model: RegionalInfluenceModel, where: slice) -> Array:
    """What the budget of this quarter promises, billion USD, (instrument, power, state, world)."""
    money = model.ties.allocation[where] * (model.of_powers.budget[where] * DT)[:, None]
    promised: Array = model.doctrine.mix[:, where] * money
    return promised


def _adapt_offer(model: RegionalInfluenceModel, where: slice) -> None:
    by_sector = model.of_powers.offer.swapaxes(0, 1)
    model.of_powers.next_offer.swapaxes(0, 1)[:, where] = allocation.adapted_offer(
        by_sector[:, where],
        model.mean_needs[:, None],
        model.crowding.swapaxes(0, 1)[:, where],
        model.doctrine.toward_needs[where],
        model.doctrine.away_from_rivals[where],
    )


# act --------------------------------------------------------------------------------------------------------------


def act(model: RegionalInfluenceModel, where: slice) -> None:
    """Phases 4 to 6: deliver what is due, build up aid and connectivity, talk."""
    _offer(model, where, model.of_powers.next_offer[where])
    delivered = _deliver_pipelines(model, where)
    people = deliver_packages(model, delivered, where)
    _build(model, where, delivered, people)
    _talk(model, where, delivered[DIALOGUE])


def _offer(model: RegionalInfluenceModel, where: slice, offer: Array) -> None:
    model.of_powers.offer[where] = offer
    model.ties.fit[where] = hedging.fit(offer.swapaxes(0, 1)[:, :, None], model.state_values.needs[:, None])


def _delivered_share(model: RegionalInfluenceModel, where: slice | int, execution: Array) -> Array:
    """Share of the due that is delivered, (power, state, world)."""
    if not model.is_on("slippage"):
        return np.ones_like(model.ties.due[where])
    return delivery.delivered_share(execution, model.capability, model.chances.delivery[where])


def _deliver_pipelines(model: RegionalInfluenceModel, where: slice) -> Array:
    """Delivered this quarter by instrument, billion USD, (instrument, power, state, world)."""
    arrays, ties = model.of_powers, model.ties
    pipeline = arrays.pipeline[:, where]
    pipeline += promised_now(model, where)
    arrays.committed[where] += arrays.budget[where] * DT
    share = _delivered_share(model, where, model.power_values.execution[where, None])
    due = pipeline * model.doctrine.due_rate
    delivered: Array = due * share
    pipeline -= delivered
    due_in_state, delivered_in_state = total(due), total(delivered)
    np.subtract(due, delivered, out=due)
    np.multiply(model.world_values.delivery_cancelled, due, out=due)
    pipeline -= due
    ties.due[where] = due_in_state * model.to_percent
    ties.delivered[where] = delivered_in_state * model.to_percent
    _book(model, where, over_states(due_in_state), over_states(delivered_in_state))
    return delivered


def _book(model: RegionalInfluenceModel, where: slice | int, due: Array, delivered: Array) -> None:
    """Add what was due and delivered this quarter in all states, billion USD, to the account."""
    arrays = model.of_powers
    arrays.due[where] += due
    arrays.delivered[where] += delivered
    arrays.cancelled[where] += model.world_values.delivery_cancelled * (due - delivered)


def deliver_packages(model: RegionalInfluenceModel, delivered: Array, where: slice = ALL) -> Array | None:
    """Deliver what is due of all packages, into `delivered` by instrument; what was for people, or None without any."""
    if not any(power.packages for power in model.powers[where]):
        return None
    people = np.zeros_like(delivered[0])
    for place, power in enumerate(model.powers[where]):
        for package in power.packages:
            _deliver_package(model, power.index, package, delivered[:, place], people[place])
    return people


def _deliver_package(
    model: RegionalInfluenceModel, p: int, package: PackageAtWork, delivered: Array, people: Array
) -> None:
    """Deliver what is due of a package, evenly over the quarters left, billion USD: into `delivered` and `people`."""
    ties = model.ties
    due = package.remaining / max(package.last_quarter - model.quarter.number + 1, 1)
    execution = model.power_values.execution[p] if package.execution is None else package.execution
    paid = due * _delivered_share(model, p, execution)
    package.remaining -= paid + model.world_values.delivery_cancelled * (due - paid)
    ties.due[p] += due * model.to_percent
    ties.delivered[p] += paid * model.to_percent
    _book(model, p, total(due), total(paid))
    delivered += package.mix * paid
    if package.event.people:
        people += paid


def _build(model: RegionalInfluenceModel, where: slice, delivered: Array, people: Array | None) -> None:
    ties, offer = model.ties, model.of_powers.offer[where]
    aid = delivered[AID] * model.to_percent
    ties.aid[where] = stocks.stock(ties.aid[where], model.aid_kept, aid * DT)
    built = stocks.stock(ties.connectivity[where], model.connectivity_kept, delivered[CONNECTIVITY])
    ties.connectivity[where] = built
    ties.schooling[where] = aid * (offer[:, HUMAN_CAPITAL] + offer[:, GOVERNANCE])[:, None]
    if people is not None:
        ties.schooling[where] += people * model.to_percent


def _talk(model: RegionalInfluenceModel, where: slice, delivered: Array) -> None:
    if not model.is_on("dialogue"):
        return
    world = model.world_values
    model.ties.dialogue[where] = dialogue.dialogue(
        model.power_values.meetings_per_year[where, None],
        dialogue.reach(model.ties.engagement[where], model.of_powers.has_format[where, None]),
        delivered * model.to_percent,
        world.dialogue_money,
        world.dialogue_half_saturation,
    )
