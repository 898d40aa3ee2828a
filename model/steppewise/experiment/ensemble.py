"""Many worlds of one scenario, in blocks, on one core or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, Columns, Job, drawn_parameters, empty_trajectories
from steppewise.experiment.executors import local
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import UNCERTAINTIES, Uncertainty
from steppewise.world.variables import VARIABLES, outcome_names

TRAJECTORIES_AT_MOST = 2000
"""Worlds whose whole course is kept; of further ones only the outcomes are."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Plan:
    """How to run a scenario: how many worlds, which seed, what is uncertain, on how many threads."""

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
    parameters: Mapping[str, Array]
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
    first: int = 0,
) -> Ensemble:
    """Run all worlds of a plan, or those from `first` on.

    `progress` is called with the number of worlds done since the last call.
    """
    detailed = max(min(plan.worlds, TRAJECTORIES_AT_MOST), first) if variables else 0
    trajectories = empty_trajectories(spec, variables, max(detailed - first, 0))
    worlds = plan.worlds - first
    outcomes = Columns.empty(outcome_names(spec), worlds)
    status = [""] * worlds
    jobs = (Job(block, variables if block.first < detailed else ()) for block in blocks_of(spec, plan, kept, first))
    for _, result in local(plan.workers).run(jobs):
        start, stop = result.first - first, result.first - first + len(result.status)
        for name, values in result.trajectories.items():
            room = trajectories[name][..., start:stop]
            room[...] = values[..., : room.shape[-1]]
        outcomes.table[:, start:stop] = result.outcomes.table
        status[start:stop] = result.status
        progress(len(result.status))
    parameters = Draws(Block(spec, first, worlds, plan.seed, plan.uncertainty, kept))
    return Ensemble(spec, plan, tuple(status), parameters, dict(outcomes), trajectories)


def extended(ensemble: Ensemble, plan: Plan, progress: Progress = lambda worlds: None) -> Ensemble:
    """The ensemble of a plan with more worlds: those that are there stay, only the others are run."""
    there = len(ensemble.status)
    more = simulate(ensemble.spec, plan, tuple(ensemble.trajectories), progress=progress, first=there)
    return Ensemble(
        ensemble.spec,
        plan,
        ensemble.status + more.status,
        Draws(Block(ensemble.spec, 0, plan.worlds, plan.seed, plan.uncertainty)),
        {name: np.concatenate([values, more.outcomes[name]]) for name, values in ensemble.outcomes.items()},
        {name: np.concatenate([v, more.trajectories[name]], axis=-1) for name, v in ensemble.trajectories.items()},
    )


def blocks_of(spec: ScenarioSpec, plan: Plan, kept: frozenset[str] | None = None, first: int = 0) -> Iterator[Block]:
    """The blocks of a plan, in order of their worlds, or those from `first` on."""
    size = min(WORLDS_IN_BLOCK, -(-(plan.worlds - first) // plan.workers))
    for start in range(first, plan.worlds, size):
        count = min(size, plan.worlds - start)
        yield Block(spec, start, count, plan.seed, plan.uncertainty, kept)


AT_ONCE: Final = 5000
"""Worlds whose parameters are drawn at a time."""


class Draws(Mapping[str, Array]):
    """What the worlds of a block draw: name -> (world,), drawn when a value is first asked for.

    So who runs very many worlds need neither keep some four hundred numbers a world nor hand them over.
    """

    def __init__(self, block: Block) -> None:
        self._block, self._names = block, block.drawn_names()

    @cached_property
    def _drawn(self) -> Columns:
        whole = Columns.empty(self._names, self._block.count)
        for start in range(0, self._block.count, AT_ONCE):
            stop = min(start + AT_ONCE, self._block.count)
            whole.table[:, start:stop] = drawn_parameters(self._block.part(start, stop)).table
        return whole

    def __getitem__(self, name: str) -> Array:
        return self._drawn[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
