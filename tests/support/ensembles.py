"""Small ensembles for tests, real runs all of them, and one with worlds that fail."""

from __future__ import annotations

from functools import cache

import numpy as np

from steppewise.experiment.block import Block, run_block
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.scenario.resolve import load_scenario
from steppewise.world.variables import VARIABLES

WORLDS = 24
FAILING = (3, 17)
CAUSE_OF = "states.kazakhstan.gdp"


@cache
def small(seed: int = 0) -> Ensemble:
    """The baseline in a few worlds, with all trajectories."""
    return simulate(load_scenario("baseline"), Plan(WORLDS, seed))


@cache
def with_failures(failing: tuple[int, ...] = FAILING) -> Ensemble:
    """The same worlds, but in some of them the economy of a state is not a number, so that they fail."""
    spec = load_scenario("baseline")
    given = small().parameters[CAUSE_OF].copy()
    given[list(failing)] = np.nan
    result = run_block(Block(spec, 0, WORLDS, 0, given={CAUSE_OF: given}), tuple(VARIABLES))
    return Ensemble(
        spec,
        Plan(WORLDS, 0),
        result.status,
        dict(result.parameters),
        dict(result.outcomes),
        dict(result.trajectories),
    )
