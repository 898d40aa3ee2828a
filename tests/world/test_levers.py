"""No lever is idle: every parameter of a power moves some outcome between the ends of its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

LEAST = 0.005
"""What counts as a move: half a point of a share, and of any other outcome as much of its own size."""

ELSEWHERE = {
    # Japan is even-handed: what draws its money to a state shows where it takes sides.
    "allocation.rivalry": "japan-takes-sides",
    "allocation.ties": "japan-takes-sides",
}
"""Named scenarios in which a lever shows that is small in baseline."""

POWERS = ("japan", "china", "russia", "united_states")


def keys() -> list[str]:
    """Keys of the parameters of a power."""
    spec = load_scenario("baseline")
    return sorted(name.removeprefix("powers.japan.") for name in spec.parameters if name.startswith("powers.japan."))


def ends(spec: ScenarioSpec, name: str) -> Iterator[dict[str, float]]:
    """Every outcome with a parameter at either end of its bounds, in one world; its luck counts for volatility."""
    one = spec.parameters[name]
    uncertainty: Uncertainty = "chance" if name.endswith("volatility") else "none"
    for value in (one.definition.lowest, one.definition.highest):
        changed = spec.with_parameters({name: replace(one, value=value, low=value, high=value)})
        found = simulate(changed, Plan(1, uncertainty=uncertainty), ()).outcomes
        yield {outcome: float(values[0]) for outcome, values in found.items()}


def move(spec: ScenarioSpec, name: str) -> float:
    """The largest move of an outcome between the ends of a parameter's bounds, relative where it is above 1."""
    low, high = ends(spec, name)
    return max(abs(high[one] - low[one]) / max(abs(high[one]), abs(low[one]), 1.0) for one in low)


def without_format(spec: ScenarioSpec, power: str) -> ScenarioSpec:
    """The scenario in which a power has no format at the start: only then can it adopt one."""
    name = f"powers.{power}.format_start"
    return spec.with_parameters({name: replace(spec.parameters[name], value=2100.0, low=2100.0, high=2100.0)})


@pytest.mark.parametrize("key", keys())
@pytest.mark.parametrize("power", POWERS)
def test_no_lever_of_a_power_is_idle(power: str, key: str) -> None:
    spec = load_scenario(ELSEWHERE.get(key, "baseline"))
    if key == "emulation":
        spec = without_format(spec, power)
    assert move(spec, f"powers.{power}.{key}") >= LEAST
