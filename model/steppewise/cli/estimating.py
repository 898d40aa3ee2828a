"""`--dry-run`: how long a run takes and how much room it needs, told by a small pilot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from steppewise.analysis.subject import Subject
    from steppewise.experiment.block import Block
    from steppewise.experiment.ensemble import Plan
    from steppewise.experiment.study import Study
    from steppewise.experiment.sweeping import Store
    from steppewise.scenario.spec import ScenarioSpec

SMALL, LARGE = 10, 510
"""Worlds of the two pilot blocks: their difference tells the time a world takes."""

START: Final = 2.0
"""Seconds in which the program starts."""

PAGES, TABLES = 3.0, 1.0
"""Seconds for figures, report page and tables, whatever the number of worlds; and for the tables alone."""

SUMMARIES: Final = 10
"""Megabytes of summary.csv, figures and report page."""

BARE, TABLE = 320, 25
"""Megabytes: of the program itself; of the table of differences of one scenario."""

BESIDE: Final = 1.25
"""Memory of outcomes and parameters with what is computed from them, against their own."""

NUMBERS, SINGLE = 8, 4
"""Bytes of a number: an outcome, and one of a trajectory."""

LINE, PICTURES = 150, 2
"""Bytes of a line of summary.csv; megabytes of figures and report."""

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


def show_sweep(store: Store, workers: int) -> None:
    """Print what a sweep takes, and how many of its rows are there already; nothing is kept."""
    from steppewise.experiment.block import WORLDS_IN_BLOCK
    from steppewise.experiment.pieces import variables_of
    from steppewise.experiment.study import block_of, task_of

    study, rows = store.study, store.rows_missing()
    pilot = block_of(task_of(study, next(study.pieces())))
    block, world = _pilot(pilot, variables_of(study), rows)
    seconds = block * -(-rows // WORLDS_IN_BLOCK) + world * rows
    seconds = START + seconds / workers
    there = f", of which {study.rows - rows:,} are there" if rows < study.rows else ""
    typer.echo(
        f"{study.name}: {len(study.points):,} points ({study.design}), {study.worlds:,} worlds at each: "
        f"{study.rows:,} runs{there}.\n"
        f"About {_in_time(seconds + PAGES)} with {workers} {'thread' if workers == 1 else 'threads'}, "
        f"{_sweep_files(study):,.0f} MB of files.\n"
        f"Told by a pilot of {min(LARGE, pilot.count)} runs; nothing was written."
    )


def show_inquiry(asked: Subject, workers: int) -> None:
    """Print what a question that takes a design takes; nothing is kept."""
    from steppewise.experiment.block import WORLDS_IN_BLOCK, Block

    block, world = _pilot(Block(asked.spec, 0, LARGE, asked.seed, asked.uncertainty), (), asked.runs)
    seconds = block * -(-asked.runs // WORLDS_IN_BLOCK) + world * asked.runs
    seconds = START + seconds / workers
    points = sum(asked.points.values())
    scenarios = f" under {1 + len(asked.against)} scenarios" if asked.against else ""
    typer.echo(
        f"{asked.name}: {len(asked.factors):,} parameters, {points:,} points in {asked.worlds:,} worlds "
        f"each{scenarios}: {asked.runs:,} runs.\n"
        f"About {_in_time(seconds + PAGES)} with {workers} {'thread' if workers == 1 else 'threads'}.\n"
        f"Told by a pilot of {SMALL + LARGE} runs; nothing was written."
    )


def _in_time(seconds: float) -> str:
    """`40 s`, `12 min`, `3.5 h`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _sweep_files(study: Study) -> float:
    """Megabytes of all pieces, once more of the results, of what is kept over time, and of the summary."""
    numbers = NUMBERS * len(study.outcomes) + 1
    quarters = len(study.spec.quarters)
    over_time = {
        "outcomes": 0,
        "summary": 3 * NUMBERS * quarters * len(study.points),
        "trajectories": SINGLE * quarters * study.rows,
    }
    kept = 2 * numbers * study.rows + over_time[study.keep] * len(study.outcomes)
    return (PACKED * kept + LINE * len(study.points) * len(study.outcomes)) / 1e6 + PICTURES


def _show(found: Estimate, plan: Plan, pilots: int) -> None:
    worlds = f"{pilots} pilots of {SMALL + LARGE} worlds each" if pilots > 1 else f"a pilot of {SMALL + LARGE} worlds"
    typer.echo(
        f"About {found.seconds:.0f} s with {plan.workers} {'thread' if plan.workers == 1 else 'threads'}, "
        f"{found.memory:,.0f} MB of memory, {found.files:,.0f} MB of files.\n"
        f"Told by {worlds}; nothing was written."
    )


def _outcomes_kept(spec: ScenarioSpec, plan: Plan) -> float:
    return PACKED * _megabytes(spec, plan)[1]


def estimate(spec: ScenarioSpec, plan: Plan, report: bool, again: int) -> Estimate:
    """What a run takes, by a timed pilot; `again` are worlds that are run once more beside it."""
    from steppewise.experiment.block import WORLDS_IN_BLOCK, Block
    from steppewise.world.variables import VARIABLES

    worlds = plan.worlds + again
    block, world = _pilot(Block(spec, 0, LARGE, 0), tuple(VARIABLES), worlds)
    seconds = block * -(-worlds // WORLDS_IN_BLOCK) + world * worlds
    seconds = START + seconds / plan.workers + (PAGES if report else TABLES)
    trajectories, outcomes = _megabytes(spec, plan)
    kept = trajectories + outcomes + SUMMARIES
    return Estimate(plan.worlds, again, seconds, BARE + 2 * trajectories + BESIDE * outcomes, kept)


def _pilot(block: Block, variables: tuple[str, ...], worlds: int) -> tuple[float, float]:
    """Seconds that a block takes whatever its size, and seconds a world, in work of so many worlds."""
    large = min(LARGE, block.count)
    _timed(block.part(0, 1), variables)
    few, many = _timed(block.part(0, min(SMALL, large)), variables), _timed(block.part(0, large), variables)
    world = max(many - few, 0.0) / (large - SMALL) if large > SMALL else many / large
    return max(few - SMALL * world, 0.0), world


def _timed(block: Block, variables: tuple[str, ...]) -> float:
    from steppewise.experiment.block import run_block

    started = time.perf_counter()
    run_block(block, variables)
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
