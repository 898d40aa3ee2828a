"""The world that the page steps through: made of levers, and read as a moment to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np

from steppewise.report.figures.one_world import Moment
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.rules import DT


@dataclass(frozen=True)
class Levers:
    """What a visitor sets: which world, and what multiplies a power's effort and replaces its execution.

    `execution` None leaves what the world draws.
    """

    power: str
    seed: int = 1
    effort: float = 1.0
    execution: float | None = None


def arguments(spec: ScenarioSpec, levers: Levers) -> Mapping[str, Any]:
    """The arguments of the model that levers stand for."""
    name = f"powers.{levers.power}."
    given = {} if levers.execution is None else {f"{name}execution": levers.execution}
    scaled = {} if levers.effort == 1.0 else {f"{name}effort": levers.effort}
    return {"spec": spec, "rng": levers.seed, "given": given, "scaled": scaled}


def world(spec: ScenarioSpec, levers: Levers, steps: int = 0) -> RegionalInfluenceModel:
    """The world of these levers after so many quarters."""
    model = RegionalInfluenceModel(**arguments(spec, levers))
    for _ in range(steps):
        model.step()
    return model


def forget(model: RegionalInfluenceModel) -> None:
    """Take a model out of the table of agents' numbers where Mesa 3.3 keeps it, so that it goes when replaced."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)


def moment_of(model: RegionalInfluenceModel) -> Moment:
    """What there is to see of a model with one world."""
    spec = model.spec
    rows = model.datacollector.model_vars
    kept = np.array([rows[f"regional_share.{name}"] for name in spec.power_names]).T
    now = model.read("regional_share")
    course = kept if len(kept) else now[None, :]
    steps = range(1, len(kept) + 1) if len(kept) else range(1)
    time = np.array([spec.start.years + DT * step for step in steps])
    when = f"{model.quarter.plus(-1)}" if len(kept) else f"before {spec.start}"
    return Moment(spec, when, model.read("share"), model.read("trust"), time, course)
