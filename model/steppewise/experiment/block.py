"""A block of worlds: the unit of work, run whole in one process, by one model."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from steppewise.experiment import compiling
from steppewise.experiment.columns import Columns
from steppewise.experiment.draws import drawn_names, drawn_parameters
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.luck import Array, Memory
from steppewise.world.model import RegionalInfluenceModel, Uncertainty
from steppewise.world.variables import VARIABLES, outcome_names, outcomes

WORLDS_PLAIN, WORLDS_COMPILED = 1000, 500
"""Worlds in a block, by measurement (docs/benchmarks.md): few enough for the cache, many for each call from Python."""

ANOTHER_LUCK = 2**40
"""Added to the seed of streams that are drawn anew; no user's seed comes near it."""

FAILURES_ISOLATED = 16
"""Failing worlds of a block that are told from their neighbours, each by runs of its own."""

OK = "ok"

MEGABYTES_KEPT = 8
"""Enough for a block, by measurement; larger arrays, as of a sweep's tables, go back to the system when freed."""


def worlds_in_block() -> int:
    """How many worlds to run together in this process; no number depends on it."""
    return WORLDS_COMPILED if compiling.is_loaded() else WORLDS_PLAIN


@cache
def keep_freed_memory() -> None:
    """Once a process: let the C library of Linux keep what a block frees for the next one.

    It would give it back to the system and fetch it again, page by page, which takes up to a fifth of a block's time.
    The largest array that was freed tells it what to keep (mallopt(3), M_MMAP_THRESHOLD); this one is never touched.
    """
    np.empty(MEGABYTES_KEPT * 2**20, np.uint8)


@dataclass(frozen=True)
class Block:
    """Which worlds to run: `count` of a seed, numbered from `first` on, under a scenario.

    `kept` names groups of streams ("chance" or a class of evidence); where it is not None, all other streams
    are drawn anew. `given` replaces the draw of parameters and the numbers of events, `scaled` multiplies draws: by
    name, one number a world. With `cycle`, the numbers begin anew after so many, for the points of a sweep.
    """

    spec: ScenarioSpec
    first: int
    count: int
    seed: int
    uncertainty: Uncertainty = "both"
    kept: frozenset[str] | None = None
    given: Mapping[str, Array] = field(default_factory=dict)
    scaled: Mapping[str, Array] = field(default_factory=dict)
    cycle: int | None = None
    phase: int = 0

    def part(self, start: int, stop: int) -> Block:
        """The worlds from position `start` up to `stop` of this block."""
        given, scaled = (
            {name: values[start:stop] for name, values in by_name.items()} for by_name in (self.given, self.scaled)
        )
        first, phase = (self.first + start, 0) if self.cycle is None else (self.first, self.phase + start)
        return replace(self, first=first, phase=phase, count=stop - start, given=given, scaled=scaled)

    def seed_of(self, stream: str) -> int:
        """The seed of a stream: another one where its group is not kept."""
        if self.kept is None or self._group(stream) in self.kept:
            return self.seed
        return self.seed + ANOTHER_LUCK

    def _group(self, stream: str) -> str:
        if not stream.startswith("parameter/"):
            return "chance"
        return self.spec.parameters[stream.removeprefix("parameter/")].evidence


@dataclass(frozen=True)
class BlockResult:
    """What a block of worlds came to.

    status: one word or cause a world. parameters: drawn values, name -> (world,). outcomes: name -> (world,).
    trajectories: variable -> (time, *axes, world) in single precision, for the variables asked for.
    """

    first: int
    status: tuple[str, ...]
    parameters: Columns
    outcomes: Columns
    trajectories: Mapping[str, Array]


def run_block(block: Block, variables: tuple[str, ...] = (), memory: Memory | None = None) -> BlockResult:
    """Run a block of worlds to the scenario's end. A world that fails is recorded with its cause.

    A block that breaks off is run again in halves, so that a failing world takes no other with it; after some failures
    what breaks off counts as failed whole. `memory` keeps the draws for other blocks of the same worlds and seed.
    """
    return _isolating(block, variables, [], memory)


def _isolating(
    block: Block, variables: tuple[str, ...], failures: list[str], memory: Memory | None = None
) -> BlockResult:
    try:
        return _run(block, variables, memory)
    except Exception:
        if block.count == 1 or len(failures) >= FAILURES_ISOLATED:
            failures.append(traceback.format_exc(limit=-1).strip().splitlines()[-1])
            return _failed(block, variables, failures[-1])
    half = block.count // 2
    parts = (block.part(0, half), block.part(half, block.count))
    return joined([_isolating(part, variables, failures) for part in parts])


def joined(parts: Sequence[BlockResult]) -> BlockResult:
    """The results of consecutive worlds as one."""
    return BlockResult(
        parts[0].first,
        tuple(word for part in parts for word in part.status),
        Columns.joined([part.parameters for part in parts]),
        Columns.joined([part.outcomes for part in parts]),
        {name: np.concatenate([part.trajectories[name] for part in parts], axis=-1) for name in parts[0].trajectories},
    )


def _run(block: Block, variables: tuple[str, ...], memory: Memory | None) -> BlockResult:
    keep_freed_memory()
    model = RegionalInfluenceModel(
        block.spec,
        block.count,
        block.seed,
        first_world=block.first,
        uncertainty=block.uncertainty,
        given=block.given,
        scaled=block.scaled,
        cycle=block.cycle,
        phase=block.phase,
        seed_of=block.seed_of,
        memory=memory,
        passing=compiling.passing(),
    )
    try:
        parameters = Columns.of({name: model.rows[name] for name in drawn_names(block)}, block.count)
        trajectories = empty_trajectories(block.spec, variables, block.count)
        for time in range(len(block.spec.quarters)):
            model.step()
            for name, values in trajectories.items():
                values[time] = VARIABLES[name].read(model)
        results = Columns.of(outcomes(model), block.count)
    finally:
        model.close()
    return BlockResult(block.first, _status(results, block.count), parameters, results, trajectories)


def empty_trajectories(spec: ScenarioSpec, variables: tuple[str, ...], worlds: int) -> dict[str, Array]:
    """Room for trajectories: variable -> (time, *axes, world)."""
    sizes = {"power": len(spec.powers), "state": len(spec.states)}
    shape = {name: [sizes[axis] for axis in VARIABLES[name].axes] for name in variables}
    return {name: np.full((len(spec.quarters), *shape[name], worlds), np.nan, dtype=np.float32) for name in variables}


def _status(results: Columns, count: int) -> tuple[str, ...]:
    status = [OK] * count
    broken = ~np.isfinite(results.table)
    for name, worlds in zip(results, broken, strict=True) if broken.any() else ():
        for world in np.flatnonzero(worlds):
            if status[world] == OK:
                status[world] = f"{name} is not finite"
    return tuple(status)


def _failed(block: Block, variables: tuple[str, ...], cause: str) -> BlockResult:
    """What is left of worlds that broke off: their parameters, which were drawn before, and the cause."""
    names = outcome_names(block.spec)
    return BlockResult(
        block.first,
        (cause,) * block.count,
        drawn_parameters(block),
        Columns(names, np.full((len(names), block.count), np.nan)),
        empty_trajectories(block.spec, variables, block.count),
    )
