"""What happens by chance in a world: every draw of the simulation, each from its own stream.

Without chance every shock is zero, pressure has its mean, an event happens where its probability is above one
half, and a format is adopted at the median time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from steppewise.scenario.events import Event
from steppewise.world.luck import Array, Luck, Stream
from steppewise.world.rules.budget import shocked

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel
    from steppewise.world.power import Power
    from steppewise.world.state import State


class Chances:
    """The luck of a block of worlds. `delivery_shock` is (power, state, world)."""

    def __init__(self, model: RegionalInfluenceModel, luck: Luck, chance: bool) -> None:
        self._model, self._luck, self._chance = model, luck, chance
        powers, states = model.spec.power_names, model.spec.state_names
        self.delivery_shock = np.zeros((len(powers), len(states), luck.worlds.count))
        self._fiscal = {p: Stream(luck, f"fiscal/{p}") for p in powers}
        self._delivery = [[Stream(luck, f"delivery/{p}/{s}") for s in states] for p in powers]
        self._pressure = [[Stream(luck, f"pressure/{p}/{s}") for s in states] for p in powers]
        self._taste = [[Stream(luck, f"taste/{p}/{s}") for s in states] for p in powers]

    def _is_live(self, mechanism: str) -> bool:
        return self._chance and self._model.is_on(mechanism)

    def _once(self, name: str) -> Array:
        return self._luck.once(name) if self._chance else np.full(self._luck.worlds.count, 0.5)

    def fires(self, event: Event) -> Array:
        """1 in the worlds in which the event happens, else 0; (world,)."""
        return (self._once(f"event/{event.label}") < event.probability).astype(float)

    def adoption_threshold(self, power: str) -> Array:
        """Hazard that a power gathers before it adopts a format, exponential with mean 1; (world,)."""
        threshold: Array = -np.log(1.0 - self._once(f"format/{power}"))
        return threshold

    def fiscal(self, power: Power) -> Array:
        """The power's next fiscal shock, (world,)."""
        if not self._is_live("fiscal_shocks"):
            return power.shock
        persistence = self._model.world_values.fiscal_persistence
        uniform = self._fiscal[power.actor.name].at(self._model.quarter)
        return shocked(power.shock, persistence, power.values.fiscal_volatility, uniform)

    def shake_delivery(self, power: Power) -> None:
        """Move the execution shocks of a power's ties by a quarter."""
        if not self._is_live("delivery_shocks"):
            return
        world, quarter, shock = self._model.world_values, self._model.quarter, self.delivery_shock[power.index]
        for s, stream in enumerate(self._delivery[power.index]):
            shock[s] = shocked(shock[s], world.delivery_persistence, world.delivery_volatility, stream.at(quarter))

    def shift_taste(self, state: State) -> None:
        """Move a state's passing taste for each power by a quarter."""
        if not self._is_live("taste_shocks"):
            return
        world, quarter, s = self._model.world_values, self._model.quarter, state.index
        taste = self._model.ties.taste
        for p, streams in enumerate(self._taste):
            taste[p, s] = shocked(
                taste[p, s],
                world.hedging_taste_persistence,
                world.hedging_taste_volatility,
                streams[s].at(quarter),
            )

    def pressure(self, state: State) -> Array:
        """c_p J: the leverage that each power uses on a state, (power, world).

        J is 1 / p_c with probability p_c and else 0, so that its mean is 1 whatever the frequency.
        """
        coerciveness = self._model.coerciveness
        if not self._chance:
            return coerciveness
        frequency, quarter = self._model.world_values.pressure_frequency, self._model.quarter
        uniforms = np.stack([streams[state.index].at(quarter) for streams in self._pressure])
        return coerciveness * ((uniforms < frequency) / frequency)
