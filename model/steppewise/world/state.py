"""States: Kazakhstan, Uzbekistan, Kyrgyzstan, Tajikistan, Turkmenistan, and whoever a scenario adds.

The same few lines serve one state or all at once: `where` is a slice of the state axis. The model lets all states
act together, which is several times faster; a single `State` can be asked to act by hand and does the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from steppewise.evidence.types import Actor
from steppewise.world.luck import Array
from steppewise.world.rules import bandwidth, hedging, influence, stocks, total, trust

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel

ALL = slice(None)


class State(mesa.Agent):  # type: ignore[misc]
    """A state in all worlds of a block. Its numbers are the columns of the model's arrays."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index
        self._where = slice(index, index + 1)

    def decide(self) -> None:
        """Phase 5 and the evidence of phase 7, for this state alone."""
        take_stock(self.model, self._where)

    def act(self) -> None:
        """Phases 7 to 10, for this state alone."""
        respond(self.model, self._where)


# the opening ------------------------------------------------------------------------------------------------------


def open_ties(model: RegionalInfluenceModel) -> None:
    """Phases 5, 8, 9 and 10 once on the starting stocks: engagement begins at its target."""
    ties = model.ties
    _connect(model, ALL)
    _weigh(model, ALL)
    ties.engagement[:] = _target(model, ALL)
    factor = 1.0 + model.world_values.trade_connectivity_gain * ties.intensity
    ties.trade_base[:] = ties.trade / (factor * (1.0 + ties.engagement))
    _weigh(model, ALL)
    _share_out(model, ALL)


# decide -----------------------------------------------------------------------------------------------------------


def take_stock(model: RegionalInfluenceModel, where: slice) -> None:
    """Phase 5 and the evidence of phase 7: what the powers did this quarter."""
    _connect(model, where)
    if model.is_on("trade"):
        _trade(model, where)
    if model.is_on("trust"):
        _gather_evidence(model, where)


def _connect(model: RegionalInfluenceModel, where: slice) -> None:
    """Intensity of connectivity with each power, neighbours' included."""
    stock = model.ties.connectivity
    effective = stock[:, where]
    if model.is_on("transit"):
        effective = effective + _through_neighbours(model.transit, stock, where)
    half = model.world_values.connectivity_half_saturation * model.of_states.gdp[where]
    model.ties.intensity[:, where] = stocks.intensity(effective, half)


def _through_neighbours(weights: Array, of_ties: Array, where: slice) -> Array:
    """Sum over neighbours of weight times what they have: (power, state, world).

    `weights` (state, neighbour, world), zero where there is no border; `of_ties` (power, neighbour, world).
    """
    through = weights[where, 0] * of_ties[:, None, 0]
    for n in range(1, weights.shape[1]):
        through += weights[where, n] * of_ties[:, None, n]
    return through


def _trade(model: RegionalInfluenceModel, where: slice) -> None:
    ties = model.ties
    ties.trade[:, where] = stocks.trade(
        ties.trade_base[:, where],
        model.of_states.trade_growth[where] * model.of_powers.trade_growth[:, None],
        ties.intensity[:, where],
        model.world_values.trade_connectivity_gain,
        ties.engagement[:, where],
    )


def _gather_evidence(model: RegionalInfluenceModel, where: slice) -> None:
    ties, world = model.ties, model.world_values
    due, delivered = ties.due[:, where], ties.delivered[:, where]
    weight = trust.volume_weight(due, world.trust_volume_half_saturation)
    slip = weight * (due - delivered)
    ties.new_kept[:, where] = trust.kept_evidence(
        model.talk_gain[:, None] * ties.dialogue[:, where],
        world.trust_delivery_gain * weight * delivered * ties.fit[:, where],
        slip,
    )
    ties.new_broken[:, where] = trust.broken_evidence(
        model.slip_loss * slip, _leverage(model, where), _unease(model, where)
    )


def _leverage(model: RegionalInfluenceModel, where: slice) -> Array | float:
    if not model.is_on("pressure"):
        return 0.0
    ties = model.ties
    strength = model.coerciveness[:, None] * model.chances.leverage[:, where] + ties.open_pressure[:, where]
    return model.world_values.trust_pressure_loss * ties.dependence[:, where] * strength


def _unease(model: RegionalInfluenceModel, where: slice) -> Array:
    excess = trust.above(model.ties.dependence[:, where], model.state_values.dependence_comfort[where])
    return model.world_values.trust_dependence_loss * excess


# act --------------------------------------------------------------------------------------------------------------


def respond(model: RegionalInfluenceModel, where: slice) -> None:
    """Phases 7 to 10: trust, bandwidth and dependence, engagement, influence."""
    if model.is_on("absorption"):
        _absorb(model, where)
    if model.is_on("trust"):
        _trust(model, where)
    _weigh(model, where)
    if model.is_on("hedging"):
        _hedge(model, where)
    _share_out(model, where)


def _absorb(model: RegionalInfluenceModel, where: slice) -> None:
    capacity = model.of_states.absorptive_capacity
    capacity[where] = stocks.absorptive_capacity(
        capacity[where],
        model.state_values.absorptive_capacity[where],
        total(model.ties.schooling[:, where]),
        model.world_values.absorption_gain,
        model.world_values.absorption_relaxation,
    )


def _trust(model: RegionalInfluenceModel, where: slice) -> None:
    ties, forgetting = model.ties, model.world_values.trust_forgetting
    kept, broken = _heard(model, ties.new_kept, where), _heard(model, ties.new_broken, where)
    ties.kept[:, where] = trust.remembered(ties.kept[:, where], kept, forgetting)
    ties.broken[:, where] = trust.remembered(ties.broken[:, where], broken, forgetting)
    ties.trust[:, where] = trust.trust(
        ties.kept[:, where] + ties.news_kept[:, where], ties.broken[:, where] + ties.news_broken[:, where]
    )


def _heard(model: RegionalInfluenceModel, evidence: Array, where: slice) -> Array:
    """Own new evidence and a share of the neighbours', (power, state, world)."""
    own = evidence[:, where]
    return own + _through_neighbours(model.hearing, evidence, where) if model.is_on("social_learning") else own


def _weigh(model: RegionalInfluenceModel, where: slice) -> None:
    """Phase 8: bandwidth and dependence."""
    ties = model.ties
    ties.logged_aid[:, where] = bandwidth.logged(ties.aid[:, where])
    logged_trade = bandwidth.logged(ties.trade[:, where] * (100.0 / model.of_states.gdp[where]))
    weights = model.world_values.bandwidth
    ties.substance[:, where] = bandwidth.substance(
        weights, logged_trade, ties.logged_aid[:, where], ties.dialogue[:, where]
    )
    ties.bandwidth[:, where] = ties.engagement[:, where] * ties.substance[:, where]
    ties.dependence[:, where] = bandwidth.dependence(ties.bandwidth[:, where], model.outside_ties[where])


def _hedge(model: RegionalInfluenceModel, where: slice) -> None:
    engagement = model.ties.engagement
    speed = model.world_values.hedging_speed
    engagement[:, where] = hedging.shifted(engagement[:, where], _target(model, where), speed)


def _target(model: RegionalInfluenceModel, where: slice) -> Array:
    ties, world, values = model.ties, model.world_values, model.state_values
    gain = hedging.benefit(
        world.hedging_benefit, ties.intensity[:, where], ties.logged_aid[:, where], ties.fit[:, where]
    )
    excess = trust.above(ties.dependence[:, where], values.dependence_comfort[where])
    taste = model.chances.taste[:, where]
    utilities = hedging.utility(ties.trust[:, where], gain, taste, values.hedging[where], excess)
    present = ties.substance[:, where] > 0
    return hedging.target(utilities, world.hedging_precision, values.neutrality[where], present)


def _share_out(model: RegionalInfluenceModel, where: slice) -> None:
    ties, world = model.ties, model.world_values
    cooperation = model.mean_cooperation[where]
    leverage = ties.dependence[:, where] * (1.0 - world.influence_shield * cooperation)
    weight = influence.influence(ties.bandwidth[:, where], ties.trust[:, where], leverage, world.influence_theta)
    own = influence.own_weight(world.influence_agency, model.state_values.agency[where], cooperation)
    ties.share[:, where] = influence.influence_shares(weight, own)
