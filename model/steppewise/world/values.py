"""The parameters of a block of worlds: each a row of numbers, one a world, drawn from its range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from steppewise.evidence.types import INSTRUMENTS, MOTIVES, SECTORS
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array, Luck
from steppewise.world.rules import total

Rows = dict[str, Array]

V = TypeVar("V")


def draw_parameters(
    spec: ScenarioSpec, luck: Luck, ignorance: bool, given: Mapping[str, Array], scaled: Mapping[str, Array]
) -> Rows:
    """Every parameter of the scenario by name, each of shape (world,).

    Uniform over its range where it has one and ignorance is on, else its value. `given` values replace draws, `scaled`
    ones multiply them; each one number a world.
    """
    worlds, parameters = luck.worlds.count, spec.parameters
    uncertain = [one for name, one in parameters.items() if ignorance and one.low < one.high and name not in given]
    low, high = np.array([(one.low, one.high) for one in uncertain]).reshape(-1, 2, 1).swapaxes(0, 1)
    uniform = luck.each_once([f"parameter/{one.name}" for one in uncertain])
    drawn = dict(zip([one.name for one in uncertain], low + (high - low) * uniform, strict=True))
    rows = {}
    for name, parameter in parameters.items():
        if name in given:
            rows[name] = np.array(given[name], dtype=float)
        else:
            rows[name] = drawn[name] if name in drawn else np.full(worlds, parameter.value)
    for name, factor in scaled.items():
        rows[name] *= factor
    return rows


@dataclass
class PowerValues:
    """Parameters of the powers; each (power, world), the groups (key, power, world)."""

    gdp: Array
    growth: Array
    effort: Array
    instruments: Array
    offer: Array
    execution: Array
    predictability: Array
    coerciveness: Array
    even_handedness: Array
    allocation: Array
    patience: Array
    responsiveness: Array
    differentiation: Array
    counterbalancing: Array
    counterbalancing_threshold: Array
    catalytic_intent: Array
    meetings_per_year: Array
    format_start: Array
    emulation: Array
    fiscal_volatility: Array


@dataclass
class StateValues:
    """Parameters of the states; each (state, world), needs (sector, state, world)."""

    gdp: Array
    growth: Array
    needs_level: Array
    needs: Array
    resources: Array
    absorptive_capacity: Array
    dependence_comfort: Array
    hedging: Array
    neutrality: Array
    agency: Array


@dataclass
class WorldValues:
    """Parameters of the world that all agents share; each (world,), grouped ones (key, world)."""

    fiscal_persistence: Array
    offer_speed: Array
    maturity: Array
    delivery_cancelled: Array
    delivery_volatility: Array
    delivery_persistence: Array
    aid_decay: Array
    connectivity_depreciation: Array
    connectivity_half_saturation: Array
    connectivity_transit: Array
    connectivity_corridor: Array
    connectivity_membership: Array
    trade_power_elasticity: Array
    trade_state_elasticity: Array
    trade_connectivity_gain: Array
    absorption_gain: Array
    absorption_relaxation: Array
    dialogue_half_saturation: Array
    dialogue_money: Array
    trust_forgetting: Array
    trust_dialogue_gain: Array
    trust_delivery_gain: Array
    trust_negativity: Array
    trust_volume_half_saturation: Array
    trust_pressure_loss: Array
    trust_dependence_loss: Array
    trust_news_fading: Array
    trust_leader_visit: Array
    trust_minister_visit: Array
    trust_social_learning: Array
    pressure_frequency: Array
    bandwidth: Array
    dependence_outside: Array
    dependence_cooperation: Array
    hedging_precision: Array
    hedging_speed: Array
    hedging_benefit: Array
    hedging_taste_volatility: Array
    hedging_taste_persistence: Array
    influence_theta: Array
    influence_shield: Array
    influence_agency: Array
    cooperation_growth: Array
    cooperation_decay: Array
    emulation_lead: Array
    learning_speed: Array


_POWER_GROUPS = {"instruments": INSTRUMENTS, "offer": SECTORS, "allocation": MOTIVES}
_STATE_GROUPS = {"needs": SECTORS}
_WORLD_GROUPS = {"maturity": INSTRUMENTS, "bandwidth": ("trade", "aid", "dialogue")}
_SUM_TO_ONE = frozenset({"instruments", "offer", "needs", "bandwidth"})


def _row(rows: Rows, prefix: str, field: str) -> Array:
    """The row of a field: the first underscore of a world parameter's field stands for a dot."""
    for name in (f"{prefix}.{field}", f"{prefix}.{field.replace('_', '.', 1)}"):
        if name in rows:
            return rows[name]
    raise KeyError(f"{prefix}.{field}")


def _group(rows: Rows, prefix: str, group: str, keys: tuple[str, ...]) -> Array:
    weights = np.stack([rows[f"{prefix}.{group}.{key}"] for key in keys])
    return normalised(weights) if group in _SUM_TO_ONE else weights


def _collect(kind: type[V], rows: Rows, prefix: str, groups: Mapping[str, tuple[str, ...]]) -> V:
    values = {
        field.name: _group(rows, prefix, field.name, groups[field.name])
        if field.name in groups
        else _row(rows, prefix, field.name)
        for field in fields(kind)  # type: ignore[arg-type]
    }
    return kind(**values)


def normalised(weights: Array) -> Array:
    """Weights (key, world) that sum to 1 in every world; equal ones where all are zero."""
    whole = total(weights)
    equal = np.full_like(weights, 1.0 / len(weights))
    return np.divide(weights, whole, out=equal, where=whole > 0)


def power_values(rows: Rows, powers: tuple[str, ...]) -> PowerValues:
    """The parameters of all powers out of all rows, stacked."""
    return _stacked(PowerValues, [_collect(PowerValues, rows, f"powers.{power}", _POWER_GROUPS) for power in powers])


def state_values(rows: Rows, states: tuple[str, ...]) -> StateValues:
    """The parameters of all states out of all rows, stacked."""
    return _stacked(StateValues, [_collect(StateValues, rows, f"states.{state}", _STATE_GROUPS) for state in states])


def _stacked(kind: type[V], each: Sequence[V]) -> V:
    """The values of all actors of a kind: (..., actor, world)."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: np.stack([getattr(values, name) for values in each], axis=-2) for name in names})


def world_values(rows: Rows) -> WorldValues:
    """The parameters of the world out of all rows."""
    return _collect(WorldValues, rows, "world", _WORLD_GROUPS)


def tie_rows(rows: Rows, spec: ScenarioSpec, key: str) -> Array:
    """A tie parameter for all ties, shape (power, state, world)."""
    return np.stack([[rows[f"ties.{p}.{s}.{key}"] for s in spec.state_names] for p in spec.power_names])


def link_rows(rows: Rows, spec: ScenarioSpec, key: str) -> Array:
    """A link parameter for all pairs of states, symmetric, zero on the diagonal: (state, state, world)."""
    names = spec.state_names
    worlds = len(next(iter(rows.values())))
    table = np.zeros((len(names), len(names), worlds))
    for i, first in enumerate(names):
        for j in range(i + 1, len(names)):
            table[i, j] = table[j, i] = rows[f"links.{first}.{names[j]}.{key}"]
    return table
