"""`--dry-run`: how long a run takes and how much room it needs, told by a small pilot."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import prod
from typing import Final

import typer

from steppewise.analysis.evaluating import Subject
from steppewise.analysis.spread import groups_of, worlds_again
from steppewise.experiment.block import WORLDS_IN_BLOCK, Block, run_block
from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST, Plan
from steppewise.experiment.study import Study, block_of, task_of
from steppewise.results.rows import variables_of
from steppewise.results.store import Store
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES, outcome_names

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


def show_run(spec: ScenarioSpec, plan: Plan, report: bool) -> None:
    """Print what a run takes; nothing is kept."""
    more = len(groups_of(spec, plan)) * worlds_again(plan)
    again = f" and {more:,} more to see what the spread rests on" if more else ""
    seconds = _of_plan(spec, plan, more) + (PAGES if report else TABLES)
    trajectories, outcomes = _megabytes(spec, plan)
    typer.echo(f"{spec.name}: {plan.worlds:,} worlds of {len(spec.quarters)} quarters{again}.")
    _show(seconds, plan.workers, _room(_memory(spec, plan), trajectories + outcomes + SUMMARIES))
    _close(f"a pilot of {SMALL + LARGE} worlds")


def show_comparison(specs: Sequence[ScenarioSpec], plan: Plan) -> None:
    """Print what a comparison takes; nothing is kept. Two scenarios at a time keep their trajectories."""
    tables = TABLE * (len(specs) - 1)
    seconds = sum(_of_plan(spec, plan, 0) + TABLES + PAGES / 2 for spec in specs)
    memory = 2 * max(_memory(spec, plan) for spec in specs) - BARE + tables
    files = sum(PACKED * _megabytes(spec, plan)[1] for spec in specs) + tables
    typer.echo(f"{', '.join(spec.name for spec in specs)}: {plan.worlds:,} worlds under each.")
    _show(seconds, plan.workers, _room(memory, files))
    _close(f"{len(specs)} pilots of {SMALL + LARGE} worlds each")


def show_sweep(store: Store, workers: int) -> None:
    """Print what a sweep takes, and how many of its rows are there already; nothing is kept."""
    study, rows = store.study, store.rows_missing()
    pilot = block_of(task_of(study, next(study.pieces())))
    there = f", of which {study.rows - rows:,} are there" if rows < study.rows else ""
    typer.echo(
        f"{study.name}: {len(study.points):,} points ({study.design}), {study.worlds:,} worlds at each: "
        f"{study.rows:,} runs{there}."
    )
    seconds = _seconds(pilot, variables_of(study), rows, workers)
    _show(seconds + PAGES, workers, f", {_sweep_files(study):,.0f} MB of files")
    _close(f"a pilot of {min(LARGE, pilot.count)} runs")


def show_inquiry(asked: Subject, workers: int) -> None:
    """Print what a question that takes a design takes; nothing is kept."""
    scenarios = f" under {1 + len(asked.against)} scenarios" if asked.against else ""
    typer.echo(
        f"{asked.name}: {len(asked.factors):,} parameters, {sum(asked.points.values()):,} points in {asked.worlds:,} "
        f"worlds each{scenarios}: {asked.runs:,} runs."
    )
    pilot = Block(asked.spec, 0, LARGE, asked.seed, asked.uncertainty)
    _show(_seconds(pilot, (), asked.runs, workers) + PAGES, workers)
    _close(f"a pilot of {SMALL + LARGE} runs")


def _show(seconds: float, workers: int, room: str = "") -> None:
    typer.echo(f"About {_in_time(seconds)} with {workers} {'thread' if workers == 1 else 'threads'}{room}.")


def _room(memory: float, files: float) -> str:
    return f", {memory:,.0f} MB of memory, {files:,.0f} MB of files"


def _close(pilot: str) -> None:
    typer.echo(f"Told by {pilot}; nothing was written.")


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


def _memory(spec: ScenarioSpec, plan: Plan) -> float:
    """Megabytes of memory that a run takes."""
    trajectories, outcomes = _megabytes(spec, plan)
    return BARE + 2 * trajectories + BESIDE * outcomes


def _of_plan(spec: ScenarioSpec, plan: Plan, again: int) -> float:
    """Seconds that the worlds of a plan take, with so many that are run once more."""
    return _seconds(Block(spec, 0, LARGE, 0), tuple(VARIABLES), plan.worlds + again, plan.workers)


def _seconds(pilot: Block, variables: tuple[str, ...], worlds: int, workers: int) -> float:
    """Seconds that so many worlds like those of a pilot take, the start of the program with them."""
    block, world = _pilot(pilot, variables)
    return START + (block * -(-worlds // WORLDS_IN_BLOCK) + world * worlds) / workers


def _pilot(block: Block, variables: tuple[str, ...]) -> tuple[float, float]:
    """Seconds that a block takes whatever its size, and seconds a world."""
    large = min(LARGE, block.count)
    _timed(block.part(0, 1), variables)
    few, many = _timed(block.part(0, min(SMALL, large)), variables), _timed(block.part(0, large), variables)
    world = max(many - few, 0.0) / (large - SMALL) if large > SMALL else many / large
    return max(few - SMALL * world, 0.0), world


def _timed(block: Block, variables: tuple[str, ...]) -> float:
    started = time.perf_counter()
    run_block(block, variables)
    return time.perf_counter() - started


def _megabytes(spec: ScenarioSpec, plan: Plan) -> tuple[float, float]:
    """Megabytes of all trajectories, and of all outcomes and parameters."""
    sizes = {"power": len(spec.powers), "state": len(spec.states)}
    cells = sum(prod(sizes[axis] for axis in variable.axes) for variable in VARIABLES.values())
    kept = min(plan.worlds, TRAJECTORIES_AT_MOST)
    columns = len(outcome_names(spec)) + len(spec.parameters)
    return cells * len(spec.quarters) * kept * SINGLE / 1e6, columns * plan.worlds * NUMBERS / 1e6
