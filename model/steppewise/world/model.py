"""The Mesa model: one step is a quarter, and all worlds of a block step together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal, Protocol, get_args

import mesa
import numpy as np
from numpy.typing import NDArray

from steppewise.errors import SteppewiseError
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world import arrays
from steppewise.world.chances import Chances
from steppewise.world.happenings import Happenings
from steppewise.world.luck import Array, Luck, Memory, Worlds
from steppewise.world.power import Power, act, decide, doctrine, enter, meet, open_pipelines, take_in_offers
from steppewise.world.rules import DT, TINY, cooperation, formats, over_states, stocks, total, trust
from steppewise.world.rules.allocation import needed_instruments
from steppewise.world.rules.bandwidth import outside_ties
from steppewise.world.rules.learning import learned_return
from steppewise.world.state import ALL, State, open_ties, respond, take_stock
from steppewise.world.values import draw_parameters, power_values, state_values, world_values
from steppewise.world.variables import reporters

Uncertainty = Literal["both", "chance", "ignorance", "none"]
UNCERTAINTIES: Final = get_args(Uncertainty)
NOTHING: Final[Mapping[str, Array]] = MappingProxyType({})


class RegionalInfluenceModel(mesa.Model):  # type: ignore[misc]
    """Powers and states in a block of worlds, as an ordinary Mesa model.

    Args:
        spec: the scenario, resolved.
        worlds: how many worlds step together; with one, `datacollector` records every step.
        rng: integer seed; None draws one.
        first_world: number of the first world of the block; world r of a seed is the same in every block.
        uncertainty: "chance" (what happens within a world), "ignorance" (each world draws its parameters from their
            ranges), "both" or "none".
        given: values that replace the draw of a parameter or the number of an event (`events.LABEL.amount`), by name,
            each (world,).
        scaled: factors that multiply the draw of a parameter, by name, each (world,).
        cycle, phase: where given, the numbers of worlds begin anew after so many, for the points of a sweep.
        seed_of: the seed of each random stream by name, in place of `rng` for all.
        memory: draws of the same worlds, made before; see `luck.Memory`.
        passing: lets quarters pass; None is `Plain()`, and `compiled.Quarters()` does the same, faster.

    Errors: SteppewiseError where worlds, seed or uncertainty are not legal.
    """

    BASE_YEAR: Final = 2020

    spec: ScenarioSpec
    ties: arrays.Ties
    links: arrays.Links
    of_powers: arrays.PowerArrays
    of_states: arrays.StateArrays
    powers: list[Power]
    states: list[State]
    regional_share: Array

    def __init__(
        self,
        spec: ScenarioSpec,
        worlds: int = 1,
        rng: int | None = None,
        *,
        first_world: int = 0,
        uncertainty: Uncertainty = "both",
        given: Mapping[str, Array] = NOTHING,
        scaled: Mapping[str, Array] = NOTHING,
        cycle: int | None = None,
        phase: int = 0,
        seed_of: Callable[[str], int] | None = None,
        memory: Memory | None = None,
        passing: Passing | None = None,
    ) -> None:
        _check(worlds, rng, first_world, uncertainty)
        super().__init__(rng=None if rng is None else int(rng))
        self.seed = int(self.rng.integers(2**31)) if rng is None else int(rng)
        self.spec, self.worlds, self.given = spec, Worlds(first_world, worlds, cycle, phase), given
        self.quarter = spec.start
        self._pass_quarter = passing or Plain()
        luck = self._pass_quarter.luck(self.worlds, seed_of or (lambda name: self.seed), memory)
        self.rows = draw_parameters(spec, luck, uncertainty in ("both", "ignorance"), given, scaled)
        self.of_powers = arrays.opening_powers(spec, worlds)
        self.ties, self.links = arrays.opening_ties(spec, self.rows), arrays.opening_links(spec, self.rows)
        self.chances = Chances(self, luck, uncertainty in ("both", "chance"))
        self._gather_values()
        self.of_states = arrays.opening_states(self.state_values, spec.start.years - self.BASE_YEAR)
        self.powers = [Power(self, actor, index) for index, actor in enumerate(spec.powers)]
        self.states = [State(self, actor, index) for index, actor in enumerate(spec.states)]
        self._rivals = _rivals(len(spec.powers))
        self.happenings = Happenings(self)
        self._open()
        self.datacollector = mesa.DataCollector(model_reporters=reporters(spec))

    def is_on(self, mechanism: str) -> bool:
        """True unless the scenario switches the mechanism off."""
        return mechanism not in self.spec.switched_off

    def close(self) -> None:
        """Let go of all arrays at once. Mesa 3.3 keeps every model in a table of its agents' numbers."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.__dict__.clear()

    # the step -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One quarter: events; powers decide, act; states decide, act; ties and powers settle."""
        if not self.running:
            return
        self._begin_formats()
        self.happenings.take_effect()
        self._pass_quarter(self)
        self._end_quarter()

    def _begin_formats(self) -> None:
        """A format begins in the first quarter that begins at or after its start date."""
        years = self.quarter.years
        if years - DT > self._last_format_start:
            return
        begins = (self._format_start > years - DT) & (self._format_start <= years)
        self.of_powers.has_format[begins] = 1.0

    def settle(self) -> None:
        """Phases 11 to 13: what changes between agents, for all of them at once."""
        self.regional_share = self._mean_over_states(self.ties.share)
        if self.is_on("cooperation"):
            self._cooperate()
        if self.is_on("emulation"):
            self._emulate()
        if self.is_on("learning"):
            ties = self.ties
            speed = self.world_values.learning_speed
            ties.learned = learned_return(ties.learned, ties.share, ties.allocation, speed)

    def _cooperate(self) -> None:
        holds, intents = self.of_powers.has_format[:, None], self.catalytic_intent[:, None]
        stimulus = cooperation.catalysis(holds, intents, self.ties.trust, self.ties.dialogue)
        self.links.cooperation = cooperation.cooperation(
            self.links.cooperation,
            0.5 * (stimulus[:, None] + stimulus),
            self.world_values.cooperation_growth,
            self.world_values.cooperation_decay,
        )

    def _emulate(self) -> None:
        holds = self.of_powers.has_format
        present = (self.ties.bandwidth > 0).any(axis=1).astype(float)
        spread, lead = formats.spread_and_lead(holds, present, self._mean_over_states(self.ties.trust))
        weight = self.world_values.emulation_lead
        self.of_powers.adoption += DT * formats.adoption_hazard(self.emulation, spread, lead, weight)

    def _end_quarter(self) -> None:
        for agent in self.powers:
            agent.adopt()
        self.of_powers.gdp *= self.doctrine.growth
        self.of_powers.trade_growth *= self.doctrine.trade_growth
        self.of_states.gdp *= self._growth
        self.of_states.trade_growth *= self._trade_growth
        if self.worlds.count == 1:
            self.datacollector.collect(self)
        self.quarter = self.quarter.plus(1)
        self.running = self.quarter <= self.spec.end

    # the opening --------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """The state of the ties at the end of the quarter before the first."""
        self.regional_share = np.zeros_like(self.of_powers.gdp)
        enter(self)
        self.look_around()
        meet(self)
        open_ties(self)
        self.regional_share = self._mean_over_states(self.ties.share)
        self.look_around()
        open_pipelines(self)

    def refresh(self) -> None:
        """Take in parameters that an event has changed in `rows`."""
        before = self.power_values
        self._gather_values()
        take_in_offers(self, before)

    def _gather_values(self) -> None:
        """Parameters that all agents share, and those of all agents together that a rule looks at."""
        rows, spec = self.rows, self.spec
        self.world_values = world_values(rows)
        states = self.state_values = state_values(rows, spec.state_names)
        self.mean_needs = over_states(states.needs) / len(self.spec.states)
        self.needed_instruments = needed_instruments(states.needs)
        powers = self.power_values = power_values(rows, spec.power_names)
        self.coerciveness, self.predictability = powers.coerciveness, powers.predictability
        self.catalytic_intent, self.emulation = powers.catalytic_intent, powers.emulation
        self._format_start, self.fiscal_volatility = powers.format_start, powers.fiscal_volatility
        self._last_format_start = float(self._format_start.max())
        self.doctrine = doctrine(self, powers)
        world = self.world_values
        self._growth = (1.0 + states.growth) ** DT
        self._trade_growth = self._growth**world.trade_state_elasticity
        self.aid_kept = stocks.kept_part(world.aid_decay)
        self.connectivity_kept = stocks.kept_part(world.connectivity_depreciation)
        self.slip_loss = world.trust_negativity * world.trust_delivery_gain
        self.borders = np.maximum(total(self.links.border), 1.0)[:, None]

    # what agents see of one another: last quarter's state -----------------------------------------------------

    def look_around(self) -> None:
        """Gather what all agents see, before any of them acts."""
        world, holds = self.world_values, self.of_powers.has_format
        self.to_percent = (100.0 / DT) / self.of_states.gdp
        self.capability = np.sqrt(self.of_states.absorptive_capacity)
        passage = self.links.border * self.links.cooperation
        self.transit = world.connectivity_transit * passage
        self.hearing = world.trust_social_learning * passage / self.borders
        self.mean_cooperation = cooperation.mean_cooperation(self.links.cooperation)
        base, gain = world.dependence_outside, world.dependence_cooperation
        self.outside_ties = outside_ties(base, gain, self.mean_cooperation)
        self.talk_gain = world.trust_dialogue_gain * trust.credit(self.predictability, holds, self.coerciveness)
        self.influence_of_all = total(self.ties.share)
        self._look_at_rivals()

    def _mean_over_states(self, by_tie: Array) -> Array:
        """Mean over states, (power, world); each state counts once."""
        return over_states(by_tie) / len(self.spec.states)

    def _look_at_rivals(self) -> None:
        """The strongest rival's regional share, (power, world), 0 for a power alone; and the rivals' offer, weighted by
        their regional shares, (power, sector, world).
        """
        shares = self.regional_share[self._rivals]
        offers = total(shares[:, :, None] * self.of_powers.offer[self._rivals])
        self.crowding = offers / np.maximum(total(shares), TINY)[:, None]
        self.strongest_rivals = np.maximum.reduce(shares, initial=0.0)


class Passing(Protocol):
    """Lets the quarters of a model pass: luck, and phases 2 to 13, in all worlds of a block."""

    @property
    def luck(self) -> type[Luck]:
        """What draws for the model."""

    def __call__(self, model: RegionalInfluenceModel) -> None:
        """One quarter."""


class Plain:
    """Lets quarters pass by the rules on arrays."""

    luck = Luck

    def __call__(self, model: RegionalInfluenceModel) -> None:
        """One quarter."""
        model.chances.advance()
        model.look_around()
        decide(model, ALL)
        act(model, ALL)
        take_stock(model, ALL)
        respond(model, ALL)
        model.settle()


def _rivals(powers: int) -> NDArray[np.intp]:
    """The numbers of the other powers of each, in order, (rival, power)."""
    return np.array([[q for q in range(powers) if q != p] for p in range(powers)], dtype=np.intp).T


def _check(worlds: int, rng: object, first_world: int, uncertainty: str) -> None:
    """Refuse what cannot be run."""
    if worlds < 1 or first_world < 0:
        raise SteppewiseError(f"worlds must be 1 or more and first_world 0 or more, not {worlds} and {first_world}")
    is_seed = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    if rng is not None and not is_seed:
        raise SteppewiseError(f"a seed is a whole number from 0 up, not {rng!r}")
    if uncertainty not in UNCERTAINTIES:
        raise SteppewiseError(f"uncertainty is one of {', '.join(UNCERTAINTIES)}, not {uncertainty!r}")
