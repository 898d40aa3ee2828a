"""Many worlds of one scenario, in blocks, on one core or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import as_completed
from dataclasses import dataclass

import numpy as np

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, BlockResult, empty_trajectories, run_block
from steppewise.experiment.helpers import processes
from steppewise.experiment.helpers import processes_available as processes_available
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array
from steppewise.world.model import UNCERTAINTIES, Uncertainty
from steppewise.world.variables import VARIABLES

TRAJECTORIES_AT_MOST = 2000
"""Worlds whose whole course is kept; of further ones only the outcomes are."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Plan:
    """How to run a scenario: how many worlds, which seed, what is uncertain, on how many processes."""

    worlds: int = 1000
    seed: int = 0
    uncertainty: Uncertainty = "both"
    workers: int = 1

    def __post_init__(self) -> None:
        if self.worlds < 1:
            raise SteppewiseError(f"runs must be 1 or more, not {self.worlds}")
        if self.seed < 0:
            raise SteppewiseError(f"a seed is a whole number from 0 up, not {self.seed}")
        if self.workers < 1:
            raise SteppewiseError(f"workers must be 1 or more, not {self.workers}")
        if self.uncertainty not in UNCERTAINTIES:
            raise SteppewiseError(f"uncertainty is one of {', '.join(UNCERTAINTIES)}, not '{self.uncertainty}'")


@dataclass(frozen=True)
class Ensemble:
    """Many worlds of one scenario.

    status: "ok" or a cause, a world. parameters, outcomes: name -> (world,). trajectories: variable -> (time,
    *axes, world), for the first worlds only where there are many.
    """

    spec: ScenarioSpec
    plan: Plan
    status: tuple[str, ...]
    parameters: dict[str, Array]
    outcomes: dict[str, Array]
    trajectories: dict[str, Array]

    @property
    def failures(self) -> dict[int, str]:
        """World numbers that failed, with the cause."""
        return {world: cause for world, cause in enumerate(self.status) if cause != "ok"}


def simulate(
    spec: ScenarioSpec,
    plan: Plan,
    variables: tuple[str, ...] = tuple(VARIABLES),
    kept: frozenset[str] | None = None,
    progress: Progress = lambda worlds: None,
) -> Ensemble:
    """Run all worlds of a plan. `progress` is called with the number of worlds done since the last call."""
    blocks = list(blocks_of(spec, plan, kept))
    detailed = min(plan.worlds, TRAJECTORIES_AT_MOST) if variables else 0
    trajectories = empty_trajectories(spec, variables, detailed)
    results: list[BlockResult] = []
    for result in _run_all(blocks, variables, detailed, plan.workers):
        for name, values in result.trajectories.items():
            room = trajectories[name][..., result.first : result.first + values.shape[-1]]
            room[...] = values[..., : room.shape[-1]]
        results.append(result)
        progress(len(result.status))
    results.sort(key=lambda result: result.first)
    return Ensemble(
        spec,
        plan,
        tuple(status for result in results for status in result.status),
        _joined([dict(result.parameters) for result in results]),
        _joined([dict(result.outcomes) for result in results]),
        trajectories,
    )


def blocks_of(spec: ScenarioSpec, plan: Plan, kept: frozenset[str] | None = None) -> Iterator[Block]:
    """The blocks of a plan, in order of their worlds."""
    size = min(WORLDS_IN_BLOCK, -(-plan.worlds // plan.workers))
    for first in range(0, plan.worlds, size):
        count = min(size, plan.worlds - first)
        yield Block(spec, first, count, plan.seed, plan.uncertainty, kept)


def _run_all(blocks: list[Block], variables: tuple[str, ...], detailed: int, workers: int) -> Iterator[BlockResult]:
    """Results of all blocks, as they come."""
    wanted = [variables if block.first < detailed else () for block in blocks]
    if workers == 1 or len(blocks) == 1:
        yield from (run_block(block, names) for block, names in zip(blocks, wanted, strict=True))
        return
    with processes(min(workers, len(blocks))) as pool:
        futures = [pool.submit(run_block, *task) for task in zip(blocks, wanted, strict=True)]
        yield from (future.result() for future in as_completed(futures))


def _joined(parts: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
