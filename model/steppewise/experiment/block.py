"""A block of worlds: the unit of work, run whole by one thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from steppewise.arrays import Array
from steppewise.engine.forms import form_for
from steppewise.engine.own_rules import blamed
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Done, Uncertainty, Work, tables_of, work_of
from steppewise.world.variables import VARIABLES, outcome_fields, outcome_names


class Columns(Mapping[str, Array]):
    """Name -> (world,), all rows of one table (name, world), which is handed over and joined whole.

    Hundreds of arrays of their own would take longer to hand over than to compute, and large tables are given out by
    the system in large pages.
    """

    def __init__(self, names: Sequence[str], table: Array) -> None:
        self.names, self.table = tuple(names), table
        self._places = {name: place for place, name in enumerate(self.names)}

    @classmethod
    def of(cls, by_name: Mapping[str, Array], worlds: int) -> Columns:
        """A copy of arrays, each (world,)."""
        columns = cls.empty(tuple(by_name), worlds)
        for row, values in zip(columns.table, by_name.values(), strict=True):
            row[:] = values
        return columns

    @classmethod
    def empty(cls, names: Sequence[str], worlds: int) -> Columns:
        """Room for so many worlds."""
        return cls(names, np.empty((len(names), worlds)))

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """The same names for all worlds of all parts."""
        return cls(parts[0].names, np.concatenate([part.table for part in parts], axis=1))

    def __reduce__(self) -> tuple[type[Columns], tuple[tuple[str, ...], Array]]:
        return Columns, (self.names, self.table)

    def __getitem__(self, name: str) -> Array:
        row: Array = self.table[self._places[name]]
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def picked(self, names: Sequence[str]) -> Columns:
        """A copy of some of them."""
        return Columns(names, self.table[[self._places[name] for name in names]])


NONE = Columns.empty((), 0)


WORLDS_IN_BLOCK: Final = 512
"""By measurement (docs/benchmarks.md); no number depends on it."""

ANOTHER_LUCK: Final = 2**40
"""Added to the seed of streams that are drawn anew; no user's seed comes near it."""

OK: Final = "ok"


@dataclass(frozen=True)
class Block:
    """Which worlds to run: `count` of a seed, numbered from `first` on, under a scenario.

    `kept` names groups of streams ("chance" or a class of evidence); where it is not None, all other streams
    are drawn anew. `given` replaces the draw of parameters and the numbers of events, `scaled` multiplies draws: by
    name, one number a world. With `cycle`, the numbers begin anew after so many, for the points of a sweep; `phase` is
    how far into the cycle the block starts.
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

    @property
    def numbers(self) -> Array:
        """The number of each world, (world,)."""
        steps = np.arange(self.phase, self.phase + self.count)
        return (self.first + (steps if self.cycle is None else steps % self.cycle)).astype(float)

    def seed_of(self, stream: str) -> int:
        """The seed of a stream: another one where its group is not kept."""
        if self.kept is None or self._group(stream) in self.kept:
            return self.seed
        return self.seed + ANOTHER_LUCK

    def _group(self, stream: str) -> str:
        """Class of evidence of what a stream draws: `parameter/NAME`, `opening/YEAR/NAME`; all others are chance."""
        kind, *_, name = stream.split("/")
        return self.spec.parameters[name].evidence if kind in ("parameter", "opening") else "chance"

    def drawn_names(self) -> tuple[str, ...]:
        """Parameters that differ between the worlds."""
        by_range = self.uncertainty in ("both", "ignorance")
        return tuple(
            name
            for name, parameter in self.spec.parameters.items()
            if name in self.given or name in self.scaled or (by_range and parameter.is_uncertain)
        )


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


@dataclass(frozen=True)
class Job:
    """A block, and what is wanted of it: the course of some variables, some outcomes (None: all), what it drew."""

    block: Block
    variables: tuple[str, ...] = ()
    outcomes: tuple[str, ...] | None = None
    with_parameters: bool = False

    def run(self) -> BlockResult:
        """Run the block to the scenario's end. A world that fails is recorded with its cause."""
        block, tables = self.block, tables_of(self.block.spec)
        drawn = block.drawn_names() if self.with_parameters else ()
        fields = [tables.cells_of_field(VARIABLES[name].field) for name in self.variables]
        work = outcome_work(block, drawn, [cell for cells in fields for cell in cells])
        done = form_for(block.spec.rules).run(work)
        results = Columns(outcome_names(block.spec), done.outcomes)
        status = _status(results, block, work, done)
        wanted = results if self.outcomes is None else results.picked(self.outcomes)
        return BlockResult(block.first, status, Columns(drawn, done.drawn), wanted, self._trajectories(done))

    def _trajectories(self, done: Done) -> dict[str, Any]:
        found: dict[str, Any] = {}
        start = 0
        for name, room in empty_trajectories(self.block.spec, self.variables, 0).items():
            size = int(np.prod(room.shape[1:-1]))
            found[name] = done.observed[:, start : start + size].reshape(*room.shape[:-1], -1)
            start += size
        return found


def outcome_work(block: Block, drawn: Sequence[str] = (), observed: Sequence[int] = ()) -> Work:
    """What the engine is given to find all outcomes of a block, in the order of `outcome_names`."""
    tables = tables_of(block.spec)
    return _work(block, drawn, [cell for name in outcome_fields() for cell in tables.cells_of_field(name)], observed)


def _work(block: Block, drawn: Sequence[str], outcomes: Sequence[int], observed: Sequence[int]) -> Work:
    cells = tables_of(block.spec).cells
    places = [cells[name] for name in drawn]
    return work_of(
        block.spec,
        block.numbers,
        block.seed_of,
        block.uncertainty,
        block.given,
        block.scaled,
        drawn=places,
        outcomes=outcomes,
        observed=observed,
    )


def run_block(block: Block, variables: tuple[str, ...] = ()) -> BlockResult:
    """Run a block of worlds to the scenario's end, with all its outcomes and what it drew."""
    return Job(block, variables, with_parameters=True).run()


def drawn_parameters(block: Block) -> Columns:
    """What the worlds of a block draw, without a run."""
    names = block.drawn_names()
    work = replace(_work(block, names, (), ()), quarters=0)
    return Columns(names, form_for({}).run(work).drawn)


def joined(parts: Sequence[BlockResult]) -> BlockResult:
    """The results of consecutive worlds as one."""
    if len(parts) == 1:
        return parts[0]
    return BlockResult(
        parts[0].first,
        tuple(word for part in parts for word in part.status),
        Columns.joined([part.parameters for part in parts]),
        Columns.joined([part.outcomes for part in parts]),
        {name: np.concatenate([part.trajectories[name] for part in parts], axis=-1) for name in parts[0].trajectories},
    )


def empty_trajectories(spec: ScenarioSpec, variables: tuple[str, ...], worlds: int) -> dict[str, Array]:
    """Room for trajectories, to be filled: variable -> (time, *axes, world)."""
    sizes = {"power": len(spec.powers), "state": len(spec.states)}
    shape = {name: [sizes[axis] for axis in VARIABLES[name].axes] for name in variables}
    return {name: np.empty((len(spec.quarters), *shape[name], worlds), dtype=np.float32) for name in variables}


def _status(results: Columns, block: Block, work: Work, done: Done) -> tuple[str, ...]:
    """Of each world OK, or why it failed: what was raised in it, or the first outcome that is not finite."""
    status = [OK] * block.count
    broken = ~np.isfinite(results.table)
    for world in np.flatnonzero(broken.any(axis=0)):
        status[world] = f"{results.names[int(broken[:, world].argmax())]} is not finite"
    causes = done.errors or (blamed(block.spec.rules, work, status) if block.spec.rules else {})
    for world, cause in causes.items():
        status[world] = cause
    return tuple(status)
