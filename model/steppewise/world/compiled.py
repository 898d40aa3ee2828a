"""A quarter in compiled loops: what `model.Plain` does, faster, with the same numbers to the last bit.

Wants numba (extra `fast`). The loops stand in kernels/; here they are given the model's arrays, and between them is
done what NumPy does faster or what is rare.
"""

from __future__ import annotations

import sys
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.scenario.spec import MECHANISMS
from steppewise.world.arrays import Links, PowerArrays, StateArrays, Ties
from steppewise.world.kernels.compiler import Held, hold
from steppewise.world.kernels.luck import draw
from steppewise.world.kernels.powers import act
from steppewise.world.kernels.states import respond, settle
from steppewise.world.kernels.ties import build, press, shake
from steppewise.world.luck import Array, Luck
from steppewise.world.power import Doctrine, deliver_packages
from steppewise.world.values import PowerValues, StateValues, WorldValues

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel

NOBODY: Final = np.empty((0, 0, 0))

VIEW: Final = (
    *("to_percent", "capability", "transit", "hearing", "mean_cooperation", "outside_ties", "talk_gain"),
    *("influence_of_all", "crowding", "strongest_rivals", "regional_share"),
    *("mean_needs", "aid_kept", "connectivity_kept", "slip_loss", "borders"),
)
"""What agents see of one another, and what follows from parameters alone: arrays of the model itself."""

Read = Callable[["RegionalInfluenceModel", str], Any]


def _of(place: str, kind: Any) -> tuple[tuple[str, ...], Read]:
    """The fields of a class, and how to read one of them from where the model has it."""
    return tuple(field.name for field in fields(kind)), lambda model, name: getattr(getattr(model, place), name)


ROOMS: Final[dict[str, tuple[tuple[str, ...], Read]]] = {
    "on": (tuple(MECHANISMS), lambda model, name: model.is_on(name)),
    "view": (VIEW, getattr),
    "ties": _of("ties", Ties),
    "links": _of("links", Links),
    "powers": _of("of_powers", PowerArrays),
    "states": _of("of_states", StateArrays),
    "world": _of("world_values", WorldValues),
    "values": _of("power_values", PowerValues),
    "wants": _of("state_values", StateValues),
    "doctrine": _of("doctrine", Doctrine),
}
"""What loops are given as tuples, by the names of their parameters: the names in each, and how to read them."""


def _tuples(kernel: Any) -> dict[str, Any]:
    """A kind of tuple for each of ROOMS that a kernel unpacks, in that order, with the names that its module reads."""
    loops = [found.py_func for found in vars(sys.modules[kernel.__module__]).values() if hasattr(found, "py_func")]
    read = {name for each in loops for name in each.__code__.co_names}
    kinds = {}
    for room in [name for name in kernel.py_func.__code__.co_varnames if name in ROOMS]:
        title = f"{kernel.__name__}_{room}"
        kinds[room] = namedtuple(title, [name for name in ROOMS[room][0] if name in read], module=__name__)
        globals()[title] = kinds[room]  # where what is kept on disk looks for it
    return kinds


_KINDS: Final = {kernel: _tuples(kernel) for kernel in (act, build, respond, settle)}


def _held(kernel: Any, model: RegionalInfluenceModel) -> Held:
    """What a kernel is given of a model."""
    kinds = _KINDS[kernel].items()
    return hold(tuple(kind(*(ROOMS[room][1](model, name) for name in kind._fields)) for room, kind in kinds))


@dataclass(frozen=True)
class Arguments:
    """What stays the same from quarter to quarter while no event changes parameters: arrays, which loops write to."""

    act: Held
    build: Held
    respond: Held
    settle: Held
    delivered: Array
    logs: Array
    worse: Array


def _arguments(model: RegionalInfluenceModel) -> Arguments:
    shape = model.ties.share.shape
    return Arguments(
        act=_held(act, model),
        build=_held(build, model),
        respond=_held(respond, model),
        settle=_held(settle, model),
        delivered=np.empty_like(model.of_powers.pipeline),
        logs=np.empty((2, *shape)),
        worse=np.empty(shape),
    )


class CompiledLuck(Luck):
    """The same numbers from a compiled generator."""

    def _each_once(self, keys: NDArray[np.uint64]) -> Array:
        numbers = np.empty((1, len(keys), self.worlds.count))
        draw(keys, self.numbers, 0, numbers)
        return numbers[0]

    def year(self, key: NDArray[np.uint64], year: int) -> Array:
        """Uniform numbers in [0, 1) of one calendar year, shape (quarter, world)."""
        return self.years(np.array([key]), year)[:, 0]

    def years(self, keys: NDArray[np.uint64], year: int) -> Array:
        """`year` of several streams, keys (stream, 2), shape (quarter, stream, world)."""
        numbers = np.empty((4, len(keys), self.worlds.count))
        draw(keys, self.numbers, year, numbers)
        return numbers


class Quarters:
    """Lets the quarters of one model pass. Arrays of the model may be changed between them, but not replaced."""

    luck = CompiledLuck

    def __init__(self) -> None:
        self._parameters: PowerValues | None = None
        self._arguments: Arguments

    def __call__(self, model: RegionalInfluenceModel) -> None:
        """Luck, and phases 2 to 13, in all worlds of a block."""
        chances = model.chances
        chances.advance(_shocked, _episode)
        if model.power_values is not self._parameters:  # at first, or an event has changed parameters
            self._parameters, self._arguments = model.power_values, _arguments(model)
        given = self._arguments
        act(given.act, np.exp(chances.fiscal), chances.delivery, given.delivered)
        people = deliver_packages(model, given.delivered)
        build(given.build, chances.leverage, given.delivered, NOBODY if people is None else people, given.logs)
        np.log(given.logs, out=given.logs)
        respond(given.respond, chances.taste, given.logs, given.worse)
        if model.is_on("hedging"):
            np.exp(given.worse, out=given.worse)
        settle(given.settle, given.worse)


def _shocked(shock: Array, persistence: Array, volatility: Array, uniform: Array) -> Array:
    """As `shocks.shocked`, but in place."""
    by_item = (-1, shock.shape[-1])
    shake(shock.reshape(by_item), persistence, volatility.reshape(by_item), _writeable(uniform).reshape(by_item))
    return shock


def _episode(uniform: Array, frequency: Array) -> Array:
    """As `shocks.episode`."""
    leverage = np.empty_like(uniform)
    press(leverage, frequency, _writeable(uniform))
    return leverage


def _writeable(uniform: Array) -> Array:
    """The same kind of array for draws that are kept: for another kind, loops would be compiled again."""
    return uniform if uniform.flags.writeable else uniform.copy()
