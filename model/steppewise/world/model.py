"""The Mesa model: one world, stepped by quarters, whose agents can also be asked one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import mesa
import numpy as np

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.evidence.types import Actor
from steppewise.scenario.own_rules import Rule
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.layout import FIELDS
from steppewise.world.memory import EventPlan, Keys, Switches, World
from steppewise.world.source import EngineSource, with_rules
from steppewise.world.tables import UNCERTAINTIES, Uncertainty, drawn_world, records_of, tables_of, work_of
from steppewise.world.variables import VARIABLES, main_outcomes, place_of

NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


class Power(mesa.Agent):  # type: ignore[misc]
    """A power. It decides on last quarter's state, then acts on its own ties."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index

    def decide(self) -> None:
        """Phases 2 to 4: the budget, where it goes, what falls due."""
        model = self.model
        model.source.powers.decide(model.world, model.on, model.plan, self.index, model.quarter.number)

    def act(self) -> None:
        """Phases 3 to 6: offer, deliver, build, talk."""
        model = self.model
        model.source.powers.act(model.world, model.on, model.plan, self.index, model.quarter.number)


class State(mesa.Agent):  # type: ignore[misc]
    """A state. It takes stock of what the powers did, then responds."""

    model: RegionalInfluenceModel

    def __init__(self, model: RegionalInfluenceModel, actor: Actor, index: int) -> None:
        super().__init__(model)
        self.actor, self.index = actor, index

    def decide(self) -> None:
        """Phase 5 and the evidence of phase 7."""
        model = self.model
        model.source.states.decide(model.world, model.on, self.index)

    def act(self) -> None:
        """Phases 7 to 10: trust, ties, engagement, influence."""
        model = self.model
        model.source.states.act(model.world, model.on, self.index)


class RegionalInfluenceModel(mesa.Model):  # type: ignore[misc]
    """One world of a scenario, as an ordinary Mesa model: `world.trust[p, s]` and every other number by its name.

    Args:
        spec: the scenario, resolved.
        rng: integer seed; None draws one.
        number: which world of the seed; it is the same in every run.
        uncertainty: "chance" (what happens within a world), "ignorance" (the world draws its parameters from their
            ranges), "both" or "none".
        given: values that replace the draw of a parameter or the number of an event (`events.LABEL.amount`), by name.
        scaled: factors that multiply the draw of a parameter, by name.
        rules: rules in place of the model's, by names such as `trust.trust`; None for those of the scenario.

    Errors: SteppewiseError where seed, number, uncertainty or rules are not legal.
    """

    running: bool
    powers: list[Power]
    states: list[State]
    world: World
    source: EngineSource
    on: Switches
    plan: EventPlan
    keys: Keys

    def __init__(
        self,
        spec: ScenarioSpec,
        rng: int | None = None,
        *,
        number: int = 0,
        uncertainty: Uncertainty = "both",
        given: Mapping[str, float] = NOTHING,
        scaled: Mapping[str, float] = NOTHING,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        _check(rng, number, uncertainty)
        super().__init__(rng=None if rng is None else int(rng))
        self.seed = int(self.rng.integers(2**31)) if rng is None else int(rng)
        self.spec, self.quarter = spec, spec.start
        self.source = with_rules(spec.rules if rules is None else rules)
        self._open(number, uncertainty, given, scaled)
        self.powers = [Power(self, actor, index) for index, actor in enumerate(spec.powers)]
        self.states = [State(self, actor, index) for index, actor in enumerate(spec.states)]
        self.datacollector = mesa.DataCollector(model_reporters={name: _reporter(name) for name in main_outcomes(spec)})

    def _open(
        self, number: int, uncertainty: Uncertainty, given: Mapping[str, float], scaled: Mapping[str, float]
    ) -> None:
        values, factors = ({name: np.array([value], float) for name, value in one.items()} for one in (given, scaled))
        work = work_of(self.spec, np.array([number]), lambda name: self.seed, uncertainty, values, factors)
        records = records_of(work)
        self.on, self.plan, self.keys, _ = records
        self.world = drawn_world(self.source, work, records, 0)
        now = self.quarter
        self.source.opening.begin(self.world, self.on, self.plan, self.keys, now.year, now.index)
        self.source.outcomes.observe(self.world, self.plan)

    def is_on(self, mechanism: str) -> bool:
        """True unless the scenario switches the mechanism off."""
        return mechanism not in self.spec.switched_off

    def step(self) -> None:
        """One quarter: events; powers decide, act; states decide, act; ties and powers settle."""
        if not self.running:
            return
        now = self.quarter
        self.source.region.quarter(
            self.world, self.on, self.plan, self.keys, now.year, now.index, now == self.spec.start
        )
        self.source.outcomes.observe(self.world, self.plan)
        self.datacollector.collect(self)
        self.quarter = now.plus(1)
        self.running = self.quarter <= self.spec.end

    def parameter(self, name: str) -> float:
        """The value of a parameter in this world, by its dotted name. Raises KeyError."""
        return self.world.parameter[tables_of(self.spec).cells_of(name)[0]]

    def change(self, values: Mapping[str, float]) -> None:
        """Let parameters take other values from now on, by dotted name, as a `set` event does. Raises KeyError."""
        tables = tables_of(self.spec)
        for name, value in values.items():
            self.world.parameter[tables.cells_of(name)[0]] = float(value)
        self.source.derived.prepare(self.world, self.on)

    def read(self, name: str) -> Array:
        """A variable, or any field of the world, as an array by its axes. Raises KeyError."""
        found = VARIABLES[name].field if name in VARIABLES else name
        shape = tables_of(self.spec).sizes.of(FIELDS[found].axes)
        values = getattr(self.world, found)
        return np.array(values if not shape else list(values.values()), float).reshape(shape)

    def outcome(self, name: str) -> float:
        """An outcome as it stands now, such as `trust.japan.kazakhstan`. Raises KeyError for what is none."""
        variable, place = place_of(name, self.spec)
        return float(self.read(variable.name)[place])


def _reporter(name: str) -> Callable[[RegionalInfluenceModel], float]:
    return lambda model: model.outcome(name)


def _check(rng: Any, number: int, uncertainty: str) -> None:
    """Refuse what cannot be run."""
    if number < 0:
        raise SteppewiseError(f"worlds are numbered from 0 up, not {number}")
    is_seed = isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0
    if rng is not None and not is_seed:
        raise SteppewiseError(f"a seed is a whole number from 0 up, not {rng!r}")
    if uncertainty not in UNCERTAINTIES:
        raise SteppewiseError(f"uncertainty is one of {', '.join(UNCERTAINTIES)}, not {uncertainty!r}")
