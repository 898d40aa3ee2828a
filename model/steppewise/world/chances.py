"""What happens by chance in a world: every draw of the simulation, each from its own stream.

Without chance every shock is zero, pressure has its mean, an event happens where its probability is above one
half, and a format is adopted at the median time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from steppewise.scenario.events import Event
from steppewise.world.luck import Array, Luck, Streams
from steppewise.world.rules.shocks import episode, shocked

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel


class Chances:
    """The luck of a block of worlds.

    fiscal: shock of the budgets, (power, world). delivery: shock of execution, taste: of the states' taste
    for a power, leverage: how much leverage is used, mean 1; each (power, state, world).
    """

    def __init__(self, model: RegionalInfluenceModel, luck: Luck, chance: bool) -> None:
        self._model, self._luck, self._chance = model, luck, chance
        powers, states = model.spec.power_names, model.spec.state_names
        self._shape = (len(powers), len(states), luck.worlds.count)
        ties = [f"{power}/{state}" for power in powers for state in states]
        self._streams = {
            "fiscal_shocks": Streams(luck, [f"fiscal/{power}" for power in powers]),
            "delivery_shocks": Streams(luck, [f"delivery/{tie}" for tie in ties]),
            "taste_shocks": Streams(luck, [f"taste/{tie}" for tie in ties]),
            "pressure": Streams(luck, [f"pressure/{tie}" for tie in ties]),
        }
        self.fiscal = np.zeros((len(powers), luck.worlds.count))
        self.delivery = np.zeros(self._shape)
        self.taste = np.zeros(self._shape)
        self.leverage = np.ones(self._shape)

    def _is_live(self, mechanism: str) -> bool:
        return self._chance and self._model.is_on(mechanism)

    def _draws(self, mechanism: str) -> Array:
        return self._streams[mechanism].at(self._model.quarter).reshape(self._shape)

    def advance(
        self,
        shocked: Callable[[Array, Array, Array, Array], Array] = shocked,
        episode: Callable[[Array, Array], Array] = episode,
    ) -> None:
        """Draw the luck of this quarter. `shocked` and `episode` are the rules by these names, or do the same."""
        world = self._model.world_values
        if self._is_live("fiscal_shocks"):
            uniform = self._streams["fiscal_shocks"].at(self._model.quarter)
            volatility = self._model.fiscal_volatility
            self.fiscal = shocked(self.fiscal, world.fiscal_persistence, volatility, uniform)
        if self._is_live("delivery_shocks"):
            uniform = self._draws("delivery_shocks")
            self.delivery = shocked(self.delivery, world.delivery_persistence, world.delivery_volatility, uniform)
        if self._is_live("taste_shocks"):
            uniform, volatility = self._draws("taste_shocks"), world.hedging_taste_volatility
            self.taste = shocked(self.taste, world.hedging_taste_persistence, volatility, uniform)
        if self._is_live("pressure"):
            self.leverage = episode(self._draws("pressure"), world.pressure_frequency)

    def _once(self, name: str) -> Array:
        return self._luck.once(name) if self._chance else np.full(self._luck.worlds.count, 0.5)

    def fires(self, event: Event, probability: Array | float) -> Array:
        """1 in the worlds in which the event happens, else 0; (world,)."""
        return (self._once(f"event/{event.label}") < probability).astype(float)

    def adoption_threshold(self, power: str) -> Array:
        """Hazard that a power gathers before it adopts a format, exponential with mean 1; (world,)."""
        threshold: Array = -np.log(1.0 - self._once(f"format/{power}"))
        return threshold
