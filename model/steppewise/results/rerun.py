"""Computing a results folder again: whether the numbers are the same, and if not, why and by how much."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, BlockResult, run_block
from steppewise.experiment.ensemble import Ensemble, simulate
from steppewise.experiment.versions import ENGINE, versions
from steppewise.results.manifest import VERBS, Manifest, kind_of
from steppewise.results.tables import OUTCOME, PARAMETER, RUNS, Parameters, Runs

ROUNDING: Final = 4e-14
"""What logarithms and exponentials of its own move a number by, relative to its size."""

Rows = Ensemble | BlockResult | Runs
"""Rows of worlds: status, parameters and outcomes."""

Progress = Callable[[int, int], None]
"""Called with the rows done since the last call, and with the rows in all."""


@dataclass(frozen=True)
class Again:
    """Rows as they were stored, and as they come out again.

    told: what they are, in words. row: what the one row is called that is to be shown, if any.
    """

    kept: Rows
    again: Rows
    told: str
    row: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Stored:
    """Results as their folder holds them, its rows in FILE.

    evidence_changed: parameters that today's evidence has otherwise. notes: what else is not today what it was, and is
    taken from the folder. doubts: what the folder does not hold, so that numbers may differ.
    """

    FILE: ClassVar[str]

    manifest: Manifest
    evidence_changed: Parameters
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def again(self, row: int | None = None, workers: int = 1, progress: Progress = lambda done, total: None) -> Again:
        """Compute all rows again, or one. Raises SteppewiseError where there is no such row."""
        raise NotImplementedError


def read(folder: Path) -> Stored:
    """What a folder of any kind holds. Raises SteppewiseError where it is none, or is damaged."""
    module = import_module(f"steppewise.results.{VERBS.get(kind_of(folder), 'run')}")
    stored: Stored = module.stored(folder)
    return stored


def check_row(row: int | None, rows: int, noun: str = "row") -> None:
    """Raise SteppewiseError where there is no such row."""
    if row is not None and not 0 <= row < rows:
        raise SteppewiseError(f"there is no {noun} {row}; {noun}s are numbered from 0 to {rows - 1}")


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredWorlds(Stored):
    """Worlds under one scenario or several, their trajectories left out; scenarios have the folder's parameters."""

    FILE = RUNS

    ensembles: tuple[Ensemble, ...]

    def again(self, row: int | None = None, workers: int = 1, progress: Progress = lambda done, total: None) -> Again:
        """All worlds, or one; of several scenarios columns are named `SCENARIO:NAME`."""
        count = self.ensembles[0].plan.worlds
        check_row(row, count, "world")
        total = count * len(self.ensembles)
        pairs = {one.spec.name: _again(one, row, workers, lambda done: progress(done, total)) for one in self.ensembles}
        if len(pairs) == 1:
            [(kept, again)] = pairs.values()
            worlds = f"{count:,} worlds" if len(kept.status) > 1 else "this world"
            told = f"{worlds}, {len(kept.parameters)} drawn parameters and {len(kept.outcomes)} outcomes"
            return Again(kept, again, told, "" if row is None else f"World {row}")
        kept, again = (together({name: pair[side] for name, pair in pairs.items()}) for side in (0, 1))
        worlds = f"{count:,} worlds" if row is None else f"world {row:,}"
        return Again(kept, again, f"{worlds} under {len(pairs)} scenarios, {len(kept.outcomes)} outcomes in all")


def _again(stored: Ensemble, world: int | None, workers: int, progress: Callable[[int], None]) -> tuple[Rows, Rows]:
    plan = stored.plan
    if world is None:
        return stored, simulate(stored.spec, replace(plan, workers=workers), variables=(), progress=progress)
    columns = (stored.parameters, stored.outcomes)
    parameters, outcomes = ({name: values[world : world + 1] for name, values in one.items()} for one in columns)
    alone = run_block(Block(stored.spec, world, 1, plan.seed, plan.uncertainty))
    return Runs(stored.status[world : world + 1], parameters, outcomes), alone


def together(rows: Mapping[str, Rows]) -> Runs:
    """Several as one, their columns named `NAME:COLUMN`."""
    return Runs(
        tuple(word for one in rows.values() for word in one.status),
        {f"{name}:{column}": values for name, one in rows.items() for column, values in one.parameters.items()},
        {f"{name}:{column}": values for name, one in rows.items() for column, values in one.outcomes.items()},
    )


# what differs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A column of results that comes out otherwise: in how many rows, by how much at most.

    `relative` is the largest difference against the size of the stored value; infinite where one of the two is
    not finite.
    """

    column: str
    rows: int
    largest: float = np.inf
    relative: float = np.inf


def differences(stored: Rows, again: Rows) -> tuple[Difference, ...]:
    """What differs, the largest relative difference first; nothing where every bit is the same."""
    other = sum(a != b for a, b in zip(stored.status, again.status, strict=True))
    found = [
        *([Difference("status", other)] if other else ()),
        *_in_columns(PARAMETER, stored.parameters, again.parameters),
        *_in_columns(OUTCOME, stored.outcomes, again.outcomes),
    ]
    return tuple(sorted(found, key=lambda difference: -difference.relative))


def _in_columns(prefix: str, stored: Mapping[str, Array], again: Mapping[str, Array]) -> Iterator[Difference]:
    for name in stored.keys() | again.keys():
        if name in stored and name in again:
            yield from _in_column(f"{prefix}{name}", stored[name], again[name])
        else:
            yield Difference(f"{prefix}{name}", len(stored.get(name, again.get(name, ()))))


def _in_column(column: str, stored: Array, again: Array) -> Iterator[Difference]:
    other = (stored != again) & ~(np.isnan(stored) & np.isnan(again))
    if other.any():
        with np.errstate(invalid="ignore", divide="ignore"):
            apart = np.abs(stored[other] - again[other])
            relative = apart / np.abs(stored[other])
        yield Difference(column, int(other.sum()), _largest(apart), _largest(relative))


def _largest(values: Array) -> float:
    """The largest; infinite where one is not a number."""
    return float(np.where(np.isnan(values), np.inf, values).max())


def other_circumstances(manifest: Manifest) -> list[str]:
    """What is not as it was when the folder was written: code, rules, versions and platform, in words."""
    then, now = manifest.versions, versions()
    changed = {name: f"{name} was {then.get(name, 'not told')}, now {now[name]}" for name in now}
    found = [f"the model's code was changed: {changed[ENGINE]}"] if is_other(manifest) else []
    if manifest.own_rules:
        own = ", ".join(manifest.own_rules)
        found.append(f"it was run with rules of one's own, which the folder does not hold: {own}")
    found += [changed[name] for name in now if name != ENGINE and then.get(name) != now[name]]
    here = platform.platform()
    return found if manifest.platform == here else [*found, f"platform was {manifest.platform}, now {here}"]


def is_other(manifest: Manifest) -> bool:
    """True where a folder was written by another engine, or by the first version's, which told none."""
    return manifest.versions.get(ENGINE) != versions()[ENGINE]


def is_rounding(manifest: Manifest, found: Sequence[Difference]) -> bool:
    """True where the engine is another one, and numbers differ by no more than its own logarithms explain."""
    return is_other(manifest) and all(difference.relative <= ROUNDING for difference in found)
