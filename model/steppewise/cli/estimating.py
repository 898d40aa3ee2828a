"""`--dry-run`: how long a run takes and how much room it needs, told by a small pilot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from steppewise.experiment.ensemble import Plan
    from steppewise.scenario.spec import ScenarioSpec

SMALL, LARGE = 10, 210
"""Worlds of the two pilot blocks: their difference tells the time a world takes."""

START: Final = 1.5
"""Seconds in which a further process starts."""

PAGES: Final = 4.0
"""Seconds for figures and report page, whatever the number of worlds."""

BARE, TABLE = 250, 25
"""Megabytes: of the program itself; of the table of differences of one scenario."""

NUMBERS, SINGLE = 8, 4
"""Bytes of a number: an outcome, and one of a trajectory."""

PACKED: Final = 0.8
"""Size of a file against the numbers in it."""


@dataclass(frozen=True)
class Estimate:
    """What a run takes: worlds of the run and those run again, seconds, megabytes of memory and of files."""

    worlds: int
    again: int
    seconds: float
    memory: float
    files: float


def show_estimate(spec: ScenarioSpec, plan: Plan, report: bool) -> None:
    """Print what a run takes; nothing is kept."""
    from steppewise.analysis.spread import groups_of, worlds_again

    found = estimate(spec, plan, report, len(groups_of(spec, plan)) * worlds_again(plan))
    again = f" and {found.again:,} more to see what the spread rests on" if found.again else ""
    typer.echo(f"{spec.name}: {found.worlds:,} worlds of {len(spec.quarters)} quarters{again}.")
    _show(found, plan, 1)


def show_comparison(specs: Sequence[ScenarioSpec], plan: Plan) -> None:
    """Print what a comparison takes; nothing is kept. Two scenarios at a time keep their trajectories."""
    each = [estimate(spec, plan, False, 0) for spec in specs]
    seconds = sum(one.seconds for one in each) + PAGES * len(each) / 2
    memory = 2 * max(one.memory for one in each) - BARE + TABLE * (len(each) - 1)
    files = sum(_outcomes_kept(spec, plan) for spec in specs) + TABLE * (len(each) - 1)
    typer.echo(f"{', '.join(spec.name for spec in specs)}: {plan.worlds:,} worlds under each.")
    _show(Estimate(plan.worlds, 0, seconds, memory, files), plan, len(specs))


def _show(found: Estimate, plan: Plan, pilots: int) -> None:
    worlds = f"{pilots} pilots of {SMALL + LARGE} worlds each" if pilots > 1 else f"a pilot of {SMALL + LARGE} worlds"
    typer.echo(
        f"About {found.seconds:.0f} s with {plan.workers} {'process' if plan.workers == 1 else 'processes'}, "
        f"{found.memory:,.0f} MB of memory, {found.files:,.0f} MB of files.\n"
        f"Told by {worlds}; nothing was written."
    )


def _outcomes_kept(spec: ScenarioSpec, plan: Plan) -> float:
    return PACKED * _megabytes(spec, plan)[1]


def estimate(spec: ScenarioSpec, plan: Plan, report: bool, again: int) -> Estimate:
    """What a run takes, by a timed pilot; `again` are worlds that are run once more beside it."""
    from steppewise.experiment.block import WORLDS_IN_BLOCK

    block, world = _pilot(spec)
    worlds = plan.worlds + again
    seconds = block * -(-worlds // WORLDS_IN_BLOCK) + world * worlds
    if plan.workers > 1:
        seconds = START + seconds / plan.workers
    trajectories, outcomes = _megabytes(spec, plan)
    kept = PACKED * (trajectories + outcomes)
    return Estimate(plan.worlds, again, seconds + PAGES * report, BARE + trajectories + 2 * outcomes, kept)


def _pilot(spec: ScenarioSpec) -> tuple[float, float]:
    """Seconds that a block takes whatever its size, and seconds a world."""
    _timed(spec, 1)
    small, large = _timed(spec, SMALL), _timed(spec, LARGE)
    world = max(large - small, 0.0) / (LARGE - SMALL)
    return max(small - SMALL * world, 0.0), world


def _timed(spec: ScenarioSpec, worlds: int) -> float:
    from steppewise.experiment.block import Block, run_block
    from steppewise.world.variables import VARIABLES

    started = time.perf_counter()
    run_block(Block(spec, 0, worlds, 0), tuple(VARIABLES))
    return time.perf_counter() - started


def _megabytes(spec: ScenarioSpec, plan: Plan) -> tuple[float, float]:
    """Megabytes of all trajectories, and of all outcomes and parameters."""
    from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST
    from steppewise.world.variables import VARIABLES, outcome_names

    sizes = {"power": len(spec.powers), "state": len(spec.states)}
    courses = 0
    for variable in VARIABLES.values():
        cells = 1
        for axis in variable.axes:
            cells *= sizes[axis]
        courses += cells
    kept = min(plan.worlds, TRAJECTORIES_AT_MOST)
    columns = len(outcome_names(spec)) + len(spec.parameters)
    return courses * len(spec.quarters) * kept * SINGLE / 1e6, columns * plan.worlds * NUMBERS / 1e6
