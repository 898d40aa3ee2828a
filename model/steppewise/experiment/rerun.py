"""Computing a results folder again: whether the numbers are the same, and if not, why and by how much."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.experiment.ensemble import Plan, Progress, simulate
from steppewise.experiment.manifest import ENGINE, Manifest, own_rules_of, versions
from steppewise.experiment.tables import OUTCOME, PARAMETER, Runs
from steppewise.scenario.spec import ScenarioSpec

ROUNDING: Final = 4e-14
"""What logarithms and exponentials of its own move a number by, relative to its size."""


class Planned(Protocol):
    """A scenario, and how it was run: a results folder, or an ensemble read back from one."""

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario."""
        ...

    @property
    def plan(self) -> Plan:
        """How many worlds, of which seed."""
        ...


@dataclass(frozen=True)
class Difference:
    """A column of results that comes out otherwise: in how many rows, by how much at most.

    `relative` is the largest difference against the size of the stored value; infinite where one of the two is
    not finite.
    """

    column: str
    rows: int
    largest: float
    relative: float


def all_again(stored: Planned, workers: int = 1, progress: Progress = lambda worlds: None) -> Runs:
    """Every world of a folder, computed again."""
    plan = Plan(stored.plan.worlds, stored.plan.seed, stored.plan.uncertainty, workers)
    ensemble = simulate(stored.spec, plan, variables=(), progress=progress)
    return Runs(ensemble.status, ensemble.parameters, ensemble.outcomes)


def one_again(stored: Planned, world: int) -> Runs:
    """One world of a folder, computed again alone. Raises SteppewiseError where there is no such world."""
    plan = stored.plan
    if not 0 <= world < plan.worlds:
        raise SteppewiseError(f"there is no world {world}; worlds are numbered from 0 to {plan.worlds - 1}")
    result = run_block(Block(stored.spec, world, 1, plan.seed, plan.uncertainty))
    return Runs(result.status, dict(result.parameters), dict(result.outcomes))


def row_of(runs: Runs, world: int) -> Runs:
    """The row of one world."""
    return Runs(
        runs.status[world : world + 1],
        {name: values[world : world + 1] for name, values in runs.parameters.items()},
        {name: values[world : world + 1] for name, values in runs.outcomes.items()},
    )


def differences(stored: Runs, again: Runs) -> tuple[Difference, ...]:
    """What differs, the largest relative difference first; nothing where every bit is the same."""
    found = [
        *_in_status(stored.status, again.status),
        *_in_columns(PARAMETER, stored.parameters, again.parameters),
        *_in_columns(OUTCOME, stored.outcomes, again.outcomes),
    ]
    return tuple(sorted(found, key=lambda difference: -difference.relative))


def _in_status(stored: tuple[str, ...], again: tuple[str, ...]) -> Iterator[Difference]:
    other = sum(a != b for a, b in zip(stored, again, strict=True))
    if other:
        yield Difference("status", other, np.inf, np.inf)


def _in_columns(prefix: str, stored: Mapping[str, Array], again: Mapping[str, Array]) -> Iterator[Difference]:
    for name in stored.keys() | again.keys():
        if name in stored and name in again:
            yield from _in_column(f"{prefix}{name}", stored[name], again[name])
        else:
            yield Difference(f"{prefix}{name}", len(stored.get(name, again.get(name, ()))), np.inf, np.inf)


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
    then, now = manifest["versions"], versions()
    found = [f"the model's code was changed: {_changed(name, then, now)}" for name in (ENGINE,) if is_other(manifest)]
    own = own_rules_of(manifest)
    if own:
        found.append(f"it was run with rules of one's own, which the folder does not hold: {', '.join(own)}")
    found += [_changed(name, then, now) for name in now if name != ENGINE and then.get(name) != now[name]]
    here = platform.platform()
    return found if manifest["platform"] == here else [*found, f"platform was {manifest['platform']}, now {here}"]


def _changed(name: str, then: Mapping[str, str], now: Mapping[str, str]) -> str:
    return f"{name} was {then.get(name, 'not told')}, now {now[name]}"


def is_other(manifest: Manifest) -> bool:
    """True where a folder was written by another engine, or by the first version's, which told none."""
    return bool(manifest["versions"].get(ENGINE) != versions()[ENGINE])


def is_rounding(manifest: Manifest, found: Sequence[Difference]) -> bool:
    """True where the engine is another one, and numbers differ by no more than its own logarithms explain."""
    return is_other(manifest) and all(difference.relative <= ROUNDING for difference in found)
