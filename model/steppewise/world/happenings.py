"""Phase 1: events take effect, each in the worlds in which it happens."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatchmethod
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from steppewise.scenario.events import (
    BudgetChange,
    Corridor,
    Event,
    FormatChange,
    Membership,
    Package,
    Pressure,
    SetParameters,
    Visit,
)
from steppewise.world.luck import Array
from steppewise.world.rules import DT, trust

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel
    from steppewise.world.power import Power


class Happenings:
    """The events of a scenario at work in a block of worlds."""

    def __init__(self, model: RegionalInfluenceModel) -> None:
        self._model = model
        self._spec = model.spec
        visits = [event for event in self._spec.events if isinstance(event, Visit)]
        self._in_the_news = sorted({self._power(event.by).index for event in visits})
        self._fires = {
            event.label: model.chances.fires(event, self._number(event, "probability")) for event in self._spec.events
        }

    def take_effect(self) -> None:
        """Let the news of past visits fade and apply what begins or ends this quarter."""
        self._fade_news()
        for event in self._spec.events:
            now = self._model.quarter.number == self._start(event)
            if now is not False and np.any(now):
                self._begin(event, self._fires[event.label] * now)
        self._renew_pressure()
        self._renew_budgets()

    def _fade_news(self) -> None:
        ties, fading = self._model.ties, self._model.world_values.trust_news_fading
        for p in self._in_the_news:
            ties.news_kept[p] = trust.faded(ties.news_kept[p], fading)
            ties.news_broken[p] = trust.faded(ties.news_broken[p], fading)

    def _power(self, name: str) -> Power:
        return self._model.powers[self._spec.power_names.index(name)]

    def _states(self, names: tuple[str, ...]) -> list[int]:
        return [self._spec.state_names.index(name) for name in names]

    def _number(self, event: Event, field: str) -> Array | float:
        """A number of an event: one for all worlds, or (world,) where a sweep varies it."""
        value: Array | float = self._model.given.get(f"events.{event.label}.{field}", getattr(event, field))
        return value

    def _start(self, event: Event) -> Array | int:
        """The number of the quarter in which an event begins, one for all worlds or (world,)."""
        start: Array | int = self._model.given.get(f"events.{event.label}.at", event.at.number)
        return start

    def _lasting(self, kind: type[Event]) -> Iterator[tuple[Event, Array]]:
        """Events of a kind that are under way this quarter, and in which worlds."""
        quarter = self._model.quarter.number
        for event in self._spec.events:
            start = self._start(event)
            if isinstance(event, kind):
                now = (start <= quarter) & (quarter < start + _duration(event))
                yield event, self._fires[event.label] * now

    def _renew_pressure(self) -> None:
        pressure = self._model.ties.open_pressure
        pressure[:] = 0.0
        for event, fires in self._lasting(Pressure):
            assert isinstance(event, Pressure)
            pressure[self._power(event.by).index, self._states(event.to)] += self._number(event, "strength") * fires

    def _renew_budgets(self) -> None:
        factors = self._model.of_powers.budget_factor
        factors[:] = 1.0
        for event, fires in self._lasting(BudgetChange):
            assert isinstance(event, BudgetChange)
            factor = 1.0 + (self._number(event, "factor") - 1.0) * fires
            factors[self._power(event.by).index] *= factor

    def _worth(self, event: Visit) -> Array:
        world = self._model.world_values
        return world.trust_leader_visit if event.level == "leader" else world.trust_minister_visit

    @singledispatchmethod
    def _begin(self, event: Event, fires: Array) -> None:
        """What an event does once, in the quarter of its date."""
        raise TypeError(f"no effect is defined for {type(event).__name__}")

    @_begin.register
    def _(self, event: Visit, fires: Array) -> None:
        ties, news = self._model.ties, self._worth(event) * fires
        power, states = self._power(event.by).index, self._states(event.to)
        if event.outcome == "held":
            ties.news_kept[power, states] += news
        else:
            ties.news_broken[power, states] += self._number(event, "blame") * news

    @_begin.register
    def _(self, event: Package, fires: Array) -> None:
        execution = None if event.execution is None else self._number(event, "execution")
        amount = self._number(event, "amount") * fires
        self._power(event.by).announce(event, self._states(event.to), amount, execution)

    @_begin.register(Pressure)
    @_begin.register(BudgetChange)
    def _(self, event: Event, fires: Array) -> None:
        """Lasting events are renewed every quarter."""

    @_begin.register
    def _(self, event: Corridor, fires: Array) -> None:
        states = self._states(event.along)
        if event.by is not None:
            stock = self._model.ties.connectivity[self._power(event.by).index]
            stock[states] += self._number(event, "amount") / len(states) * fires
        cooperation = self._model.links.cooperation
        gain = self._model.world_values.connectivity_corridor * fires
        for one, other in pairwise(states):
            opened = cooperation[one, other] + gain * (1.0 - cooperation[one, other])
            cooperation[one, other] = cooperation[other, one] = opened

    @_begin.register
    def _(self, event: FormatChange, fires: Array) -> None:
        self._power(event.by).change_format(event.change == "launched", fires > 0)

    @_begin.register
    def _(self, event: Membership, fires: Array) -> None:
        stock = self._model.ties.connectivity[self._power(event.by).index]
        sign = 1.0 if event.change == "joined" else -1.0
        states = self._states(event.to)
        gdp = self._model.of_states.gdp[states]
        change = self._model.world_values.connectivity_membership * gdp
        stock[states] = np.maximum(stock[states] + sign * change * fires, 0.0)

    @_begin.register
    def _(self, event: SetParameters, fires: Array) -> None:
        for name, value in event.values:
            np.copyto(self._model.rows[name], value, where=fires > 0)
        self._model.refresh()


def _duration(event: Event) -> float:
    """For how many quarters a lasting event works."""
    over = getattr(event, "over", None)
    return float("inf") if over is None else max(round(over / DT), 1)
