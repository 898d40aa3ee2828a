"""The Mesa model: one step is a quarter, and all worlds of a block step together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, get_args

import mesa
import numpy as np

from steppewise.errors import SteppewiseError
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.chances import Chances
from steppewise.world.happenings import Happenings
from steppewise.world.luck import Array, Luck, Worlds
from steppewise.world.power import Power
from steppewise.world.rules import cooperation, trust
from steppewise.world.rules.allocation import needed_instruments
from steppewise.world.state import State
from steppewise.world.ties import opening_links, opening_ties
from steppewise.world.values import draw_parameters, power_values, state_values, world_values
from steppewise.world.variables import reporters

Uncertainty = Literal["both", "chance", "ignorance", "none"]
UNCERTAINTIES: Final = get_args(Uncertainty)


class RegionalInfluenceModel(mesa.Model):  # type: ignore[misc]
    """Powers and states in a block of worlds, as an ordinary Mesa model.

    Args:
        spec: the scenario, resolved.
        worlds: how many worlds step together; with one, `datacollector` records every step.
        rng: integer seed; None draws one.
        first_world: number of the first world of the block; world r of a seed is the same in every block.
        uncertainty: "chance" (what happens within a world), "ignorance" (each world draws its parameters from their
            ranges), "both" or "none".
        given: values that replace the draw of a parameter, by name, each a number or (world,).
        seed_of: the seed of each random stream by name, in place of `rng` for all.

    Errors: SteppewiseError where worlds, seed or uncertainty are not legal.
    """

    BASE_YEAR: Final = 2020

    def __init__(
        self,
        spec: ScenarioSpec,
        worlds: int = 1,
        rng: int | None = None,
        *,
        first_world: int = 0,
        uncertainty: Uncertainty = "both",
        given: Mapping[str, Array] | None = None,
        seed_of: Callable[[str], int] | None = None,
    ) -> None:
        _check(worlds, rng, first_world, uncertainty)
        super().__init__(rng=rng)
        self.seed = int(self.rng.integers(2**31)) if rng is None else int(rng)
        self.spec, self.worlds = spec, Worlds(first_world, worlds)
        self.quarter = spec.start
        luck = Luck(self.worlds, seed_of or (lambda name: self.seed))
        self.rows = draw_parameters(spec, luck, uncertainty in ("both", "ignorance"), given)
        self.world_values = world_values(self.rows)
        self.ties, self.links = opening_ties(spec, self.rows), opening_links(spec, self.rows)
        self.chances = Chances(self, luck, uncertainty in ("both", "chance"))
        self._create_agents()
        self.happenings = Happenings(self)
        self._open()
        self.datacollector = mesa.DataCollector(model_reporters=reporters(spec))

    def is_on(self, mechanism: str) -> bool:
        """True unless the scenario switches the mechanism off."""
        return mechanism not in self.spec.switched_off

    @property
    def has_ended(self) -> bool:
        """True after the last quarter of the scenario."""
        return self.quarter > self.spec.end

    # the step -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One quarter: events; powers decide, act; states decide, act; ties and powers settle."""
        if self.has_ended:
            self.running = False
            return
        self.happenings.take_effect()
        self._look_around()
        for power in self.powers:
            power.decide()
        for power in self.powers:
            power.act()
        for state in self.states:
            state.decide()
        self.happenings.tell_of_visits()
        for state in self.states:
            state.act()
        self._settle()
        self._end_quarter()

    def _end_quarter(self) -> None:
        self.regional_share = self.ties.share.mean(axis=1)
        if self.worlds.count == 1:
            self.datacollector.collect(self)
        self.quarter = self.quarter.plus(1)
        for agent in (*self.powers, *self.states):
            agent.grow()
        self.running = not self.has_ended

    def _settle(self) -> None:
        if self.is_on("cooperation"):
            self._cooperate()
        for power in self.powers:
            power.observe()
        for power in self.powers:
            power.adopt()

    def _cooperate(self) -> None:
        """Phase 11: catalytic formats raise cooperation between every two states."""
        intents = np.stack([p.has_format * p.values.catalytic_intent for p in self.powers])[:, None]
        trusted = self.ties.trust * self.ties.dialogue
        stimulus = cooperation.catalysis(np.ones(1), intents, trusted).sum(axis=0)
        pairs = 0.5 * (stimulus[:, None] + stimulus[None, :])
        world = self.world_values
        level = self.links.cooperation
        level[:] = cooperation.cooperation(level, pairs, world.cooperation_growth, world.cooperation_decay)

    # the opening --------------------------------------------------------------------------------------------

    def _create_agents(self) -> None:
        rows, spec = self.rows, self.spec
        self.powers = [
            Power(self, actor, i, power_values(rows, actor.name)) for i, actor in enumerate(spec.powers)
        ]
        self.states = [
            State(self, actor, i, state_values(rows, actor.name)) for i, actor in enumerate(spec.states)
        ]

    def _open(self) -> None:
        """The state of the ties at the end of the quarter before the first."""
        self._gather_values()
        self.regional_share = np.zeros((len(self.powers), self.worlds.count))
        self._look_around()
        for power in self.powers:
            power.meet()
        for state in self.states:
            state.open()
        self.regional_share = self.ties.share.mean(axis=1)
        for power in self.powers:
            power.open_pipeline()

    def refresh(self) -> None:
        """Take in parameters that an event has changed in `rows`."""
        self.world_values = world_values(self.rows)
        for power in self.powers:
            power.refresh(power_values(self.rows, power.actor.name))
        for state in self.states:
            state.refresh(state_values(self.rows, state.actor.name))
        self._gather_values()

    def _gather_values(self) -> None:
        """Parameters of all states or powers together, for rules that look at several."""
        needs = [state.values.needs for state in self.states]
        self.needs = np.stack(needs, axis=1)
        self.mean_needs = self.needs.mean(axis=1)
        self.needed_instruments = np.stack([needed_instruments(n) for n in needs], axis=1)
        self.need_levels = np.stack([state.values.needs_level for state in self.states])
        self.resources = np.stack([state.values.resources for state in self.states])
        self.coerciveness = np.stack([power.values.coerciveness for power in self.powers])

    def _look_around(self) -> None:
        """What agents see of one another during this quarter: last quarter's state."""
        self.state_gdp = np.stack([state.gdp for state in self.states])
        self.absorptive_capacities = np.stack([state.absorptive_capacity for state in self.states])
        self.passage = self.links.border * self.links.cooperation
        borders = np.maximum(self.links.border.sum(axis=1), 1.0)
        self.hearing = self.world_values.trust_social_learning * self.passage / borders[:, None]
        self.mean_cooperation = np.stack([self.links.mean_cooperation(s) for s in range(len(self.states))])
        self.credits = np.stack(
            [
                trust.credit(p.values.predictability, p.has_format, p.values.coerciveness)
                for p in self.powers
            ]
        )
        self.power_trade_growth = np.stack([power.growth_of_trade for power in self.powers])
        offers = np.stack([power.offer for power in self.powers])
        self._weighted_offers = self.regional_share[:, None] * offers

    # what powers see of one another -------------------------------------------------------------------------

    def strongest_rival(self, power: int) -> Array:
        """The highest regional share among the other powers, (world,); 0 for a power alone."""
        others = np.delete(self.regional_share, power, axis=0)
        return others.max(axis=0) if len(others) else np.zeros(self.worlds.count)

    def crowding(self, power: int) -> Array:
        """The rivals' offer, weighted by their regional shares, (sector, world)."""
        others = self._weighted_offers.sum(axis=0) - self._weighted_offers[power]
        weight = self.regional_share.sum(axis=0) - self.regional_share[power]
        return np.divide(others, weight, out=np.zeros_like(others), where=weight > 0)

    def spread_of_formats(self, power: int) -> tuple[Array, Array]:
        """Share of the other powers that have a format, and their lead in trust over this one; each (world,)."""
        present = (self.ties.bandwidth > 0).any(axis=1).astype(float)
        holds = present * np.stack([p.has_format for p in self.powers])
        mean_trust = self.ties.trust.mean(axis=1)
        holds[power] = 0.0
        holders = holds.sum(axis=0)
        others = present.sum(axis=0) - present[power]
        spread = np.divide(holders, others, out=np.zeros_like(holders), where=others > 0)
        theirs = np.divide((holds * mean_trust).sum(axis=0), holders, out=np.zeros_like(holders), where=holders > 0)
        return spread, theirs - mean_trust[power]


def _check(worlds: int, rng: object, first_world: int, uncertainty: str) -> None:
    """Refuse what cannot be run."""
    if worlds < 1 or first_world < 0:
        raise SteppewiseError(f"worlds must be 1 or more and first_world 0 or more, not {worlds} and {first_world}")
    is_seed = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    if rng is not None and not is_seed:
        raise SteppewiseError(f"a seed is a whole number from 0 up, not {rng!r}")
    if uncertainty not in UNCERTAINTIES:
        raise SteppewiseError(f"uncertainty is one of {', '.join(UNCERTAINTIES)}, not {uncertainty!r}")
