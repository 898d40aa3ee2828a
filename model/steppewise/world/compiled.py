"""A quarter in compiled loops: what `model.pass_quarter` does, faster, with the same numbers to the last bit.

Wants numba (extra `fast`). The loops stand in kernels/; here they are given the model's arrays, and between them is
done what NumPy does faster or what is rare.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from steppewise.world.arrays import Links, PowerArrays, StateArrays, Ties
from steppewise.world.kernels.powers import act
from steppewise.world.kernels.states import respond, settle
from steppewise.world.kernels.ties import build, shock_ties
from steppewise.world.luck import Array
from steppewise.world.power import Doctrine, deliver_packages
from steppewise.world.rules import shocks
from steppewise.world.values import PowerValues, StateValues, WorldValues

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel


class Switches(NamedTuple):
    """The mechanisms that the loops ask for."""

    counterbalancing: bool
    allocation: bool
    slippage: bool
    dialogue: bool
    transit: bool
    trade: bool
    trust: bool
    pressure: bool
    absorption: bool
    social_learning: bool
    hedging: bool
    cooperation: bool
    emulation: bool
    learning: bool


class View(NamedTuple):
    """What agents see of one another, and what follows from parameters alone: arrays of the model."""

    to_percent: Array
    capability: Array
    transit: Array
    hearing: Array
    mean_cooperation: Array
    outside_ties: Array
    talk_gain: Array
    influence_of_all: Array
    crowding: Array
    strongest_rivals: Array
    regional_share: Array
    mean_needs: Array
    aid_kept: Array
    connectivity_kept: Array
    slip_loss: Array
    borders: Array


def _mirror(kind: type) -> Any:
    """A tuple with the fields of a class, which loops can take."""
    return namedtuple(f"{kind.__name__}Tuple", [field.name for field in fields(kind)])


TiesTuple, LinksTuple = _mirror(Ties), _mirror(Links)
PowerArraysTuple, StateArraysTuple = _mirror(PowerArrays), _mirror(StateArrays)
PowerValuesTuple, StateValuesTuple, WorldValuesTuple = _mirror(PowerValues), _mirror(StateValues), _mirror(WorldValues)
DoctrineTuple = _mirror(Doctrine)

NOBODY: Final = np.empty((0, 0, 0))


class Quarters:
    """Lets the quarters of one model pass."""

    def __init__(self) -> None:
        self._powers: PowerValues | None = None
        self._parameters: tuple[Any, ...] = ()

    def __call__(self, model: RegionalInfluenceModel) -> None:
        """Luck, and phases 2 to 13, in all worlds of a block."""
        model.chances.advance(_shocked)
        on = Switches(*map(model.is_on, Switches._fields))
        view = View(*(getattr(model, name) for name in View._fields))
        ties, links = TiesTuple(*vars(model.ties).values()), LinksTuple(*vars(model.links).values())
        powers = PowerArraysTuple(*vars(model.of_powers).values())
        states = StateArraysTuple(*vars(model.of_states).values())
        world, values, wants, doctrine = self._parameters_of(model)
        chances, shape = model.chances, model.ties.share.shape

        delivered, fortune = np.empty_like(model.of_powers.promised), np.exp(chances.fiscal)
        act(on, view, ties, powers, states, links, world, values, wants, doctrine, fortune, chances.delivery, delivered)
        people, logs = deliver_packages(model, delivered), np.empty((2, *shape))
        given = NOBODY if people is None else people
        build(on, view, ties, powers, states, world, values, wants, chances.leverage, delivered, given, logs)
        np.log(logs, out=logs)
        worse = np.empty(shape)
        respond(on, view, ties, states, world, wants, chances.taste, logs, worse)
        if on.hedging:
            np.exp(worse, out=worse)
        settle(on, view, ties, powers, links, world, values, wants, worse)

    def _parameters_of(self, model: RegionalInfluenceModel) -> tuple[Any, ...]:
        """World, powers, states and doctrine; gathered anew after an event has changed them."""
        if model.power_values is not self._powers:
            self._powers = model.power_values
            self._parameters = (
                WorldValuesTuple(*vars(model.world_values).values()),
                PowerValuesTuple(*vars(model.power_values).values()),
                StateValuesTuple(*vars(model.state_values).values()),
                DoctrineTuple(*vars(model.doctrine).values()),
            )
        return self._parameters


def _shocked(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> Array:
    """As `shocks.shocked`, but in place where it is about ties."""
    if shock.ndim < 3:
        return shocks.shocked(shock, persistence, volatility, uniform)
    shock_ties(shock, persistence, volatility, uniform if uniform.flags.writeable else uniform.copy())
    return shock
