"""What can be observed of a model: trajectories by quarter, and outcomes at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array
from steppewise.world.rules import over_states, total
from steppewise.world.rules.cooperation import mean_cooperation

if TYPE_CHECKING:
    from steppewise.world.model import RegionalInfluenceModel

Axes = tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """One quantity of a model: `read` gives its array, by `axes` and then the world."""

    name: str
    label: str
    unit: str
    axes: Axes
    read: Callable[[RegionalInfluenceModel], Array]


def execution(model: RegionalInfluenceModel) -> Array:
    """Delivered over due since the start, (power, world); 1 where nothing has fallen due."""
    due = model.of_powers.due
    return np.divide(model.of_powers.delivered, due, out=np.ones_like(due), where=due > 0)


def trade_share(model: RegionalInfluenceModel) -> Array:
    """A power's part of the powers' trade with all states, (power, world)."""
    trade = over_states(model.ties.trade)
    whole = total(trade)
    return np.divide(trade, whole, out=np.zeros_like(trade), where=whole > 0)


BY_TIE, BY_POWER, BY_STATE = ("power", "state"), ("power",), ("state",)

_VARIABLES = (
    Variable("share", "influence share", "share", BY_TIE, lambda m: m.ties.share),
    Variable("regional_share", "regional influence share", "share", BY_POWER, lambda m: m.regional_share),
    Variable("autonomy", "autonomy share", "share", BY_STATE, lambda m: np.maximum(1.0 - total(m.ties.share), 0.0)),
    Variable(
        "regional_autonomy",
        "regional autonomy share",
        "share",
        (),
        lambda m: np.maximum(1.0 - total(m.regional_share), 0.0),
    ),
    Variable("trust", "trust", "index", BY_TIE, lambda m: m.ties.trust),
    Variable("regional_trust", "mean trust", "index", BY_POWER, lambda m: over_states(m.ties.trust) / len(m.states)),
    Variable("dependence", "dependence", "share", BY_TIE, lambda m: m.ties.dependence),
    Variable(
        "regional_dependence",
        "mean dependence",
        "share",
        BY_POWER,
        lambda m: over_states(m.ties.dependence) / len(m.states),
    ),
    Variable("engagement", "engagement", "mean 1 over powers", BY_TIE, lambda m: m.ties.engagement),
    Variable("bandwidth", "bandwidth", "index", BY_TIE, lambda m: m.ties.bandwidth),
    Variable("trade", "trade", "billion USD of 2020 per year", BY_TIE, lambda m: m.ties.trade),
    Variable("trade_share", "share of the powers' trade", "share", BY_POWER, trade_share),
    Variable("aid", "aid stock", "percent of GDP", BY_TIE, lambda m: m.ties.aid),
    Variable("connectivity", "connectivity", "billion USD of 2020", BY_TIE, lambda m: m.ties.connectivity),
    Variable("dialogue", "dialogue", "index", BY_TIE, lambda m: m.ties.dialogue),
    Variable("allocation", "share of the power's budget", "share", BY_TIE, lambda m: m.ties.allocation),
    Variable("execution", "delivered over due since the start", "share", BY_POWER, execution),
    Variable(
        "promised",
        "promised since the start",
        "billion USD of 2020",
        BY_POWER,
        lambda m: m.of_powers.committed,
    ),
    Variable(
        "delivered",
        "delivered since the start",
        "billion USD of 2020",
        BY_POWER,
        lambda m: m.of_powers.delivered,
    ),
    Variable(
        "cancelled",
        "cancelled since the start",
        "billion USD of 2020",
        BY_POWER,
        lambda m: m.of_powers.cancelled,
    ),
    Variable(
        "in_pipeline",
        "promised and still awaited",
        "billion USD of 2020",
        BY_POWER,
        lambda m: np.stack([p.in_pipeline for p in m.powers]),
    ),
    Variable("budget", "budget", "billion USD of 2020 per year", BY_POWER, lambda m: m.of_powers.budget),
    Variable("has_format", "has a C5+1 format", "share", BY_POWER, lambda m: m.of_powers.has_format),
    Variable(
        "cooperation",
        "mean cooperation with the other states",
        "index",
        BY_STATE,
        lambda m: mean_cooperation(m.links.cooperation),
    ),
    Variable(
        "absorptive_capacity",
        "absorptive capacity",
        "share",
        BY_STATE,
        lambda m: m.of_states.absorptive_capacity,
    ),
)

VARIABLES: Mapping[str, Variable] = {variable.name: variable for variable in _VARIABLES}

LEADS = ("in how many states the power has the highest influence share", "states")
"""Label and unit of `leads.POWER`, which is an outcome but has no course."""

OUTCOME_FORMS: Mapping[str, str] = {
    **{name: ".".join((name, *map(str.upper, variable.axes))) for name, variable in VARIABLES.items()},
    "leads": "leads.POWER",
}
"""How the outcomes of each stem are named, such as `trust.POWER.STATE`."""


def reporters(spec: ScenarioSpec) -> dict[str, Callable[[RegionalInfluenceModel], float]]:
    """Model reporters for Mesa's DataCollector with one world: the main outcomes as plain numbers."""
    stems = ("regional_share", "regional_trust", "execution")
    by_power = [f"{stem}.{power}" for stem in stems for power in spec.power_names]
    by_state = [f"autonomy.{state}" for state in spec.state_names]
    return {name: _reporter(name) for name in (*by_power, *by_state, "regional_autonomy")}


def _reporter(name: str) -> Callable[[RegionalInfluenceModel], float]:
    return lambda model: float(outcome(model, name)[0])


def outcome_names(spec: ScenarioSpec) -> tuple[str, ...]:
    """Every outcome of a scenario: `regional_share.japan`, `trust.japan.kazakhstan`, `leads.japan` ..."""
    actors = {"power": spec.power_names, "state": spec.state_names}
    names = []
    for variable in _VARIABLES:
        stems = [variable.name]
        for axis in variable.axes:
            stems = [f"{stem}.{actor}" for stem in stems for actor in actors[axis]]
        names += stems
    return (*names, *(f"leads.{power}" for power in spec.power_names))


def outcomes(model: RegionalInfluenceModel) -> dict[str, Array]:
    """Every outcome as it stands now: name -> (world,)."""
    by_name = [values for one in _VARIABLES for values in one.read(model).reshape(-1, model.worlds.count)]
    return dict(zip(outcome_names(model.spec), (*by_name, *leads(model)), strict=True))


def outcome(model: RegionalInfluenceModel, name: str) -> Array:
    """One outcome as it stands now, (world,). Raises KeyError for a name that is not an outcome."""
    stem, *actors = name.split(".")
    if stem == "leads":
        return leads(model)[model.spec.power_names.index(actors[0])]
    values = VARIABLES[stem].read(model)
    names = {"power": model.spec.power_names, "state": model.spec.state_names}
    for axis, actor in zip(VARIABLES[stem].axes, actors, strict=True):
        values = values[names[axis].index(actor)]
    return values


def leads(model: RegionalInfluenceModel) -> Array:
    """In how many states a power leads, (power, world): the highest influence share, the first where equal.

    Nobody leads a state in which no power has any influence.
    """
    leader = np.where(model.ties.share.max(axis=0) > 0, model.ties.share.argmax(axis=0), -1)
    return np.stack([(leader == p).sum(axis=0).astype(float) for p in range(len(model.powers))])
