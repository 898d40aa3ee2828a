"""The command `rerun`: the same numbers again from a results folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.results import bars

if TYPE_CHECKING:
    from steppewise.evidence.types import Parameter
    from steppewise.results.again import StoredQuestion
    from steppewise.results.manifest import Manifest
    from steppewise.results.rerun import Difference, Pair, Rows

SHOWN = 8
"""Columns that differ, or parameters that have changed, of which names are printed."""

BUG, MENDABLE = 1, 2


def rerun(
    folder: Annotated[Path, typer.Argument(help="A results folder.")],
    world: Annotated[
        int | None,
        typer.Option(
            "--run", metavar="N", help="Compute world N alone, counted from 0; of a sweep or a design, row N."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="NUMBER", help="Processes to use.")] = 1,
) -> None:
    """Compute a results folder again and say whether the numbers are the same.

    It may be that of a run, a comparison, a sweep, a sensitivity analysis or a discovery. Its own scenario and
    evidence are used, whatever they are today. Of a large sweep, points from all over it are computed again.
    Nothing is written.

    \b
    Examples:
      steppewise rerun results/baseline-3f2a9c1b
      steppewise rerun results/baseline-3f2a9c1b --run 17
      steppewise rerun sweeps/trust-against-money-29e1fa98 --workers 2
    """
    from steppewise.results.manifest import DISCOVERY, SENSITIVITY, SWEEP, kind_of

    kind = kind_of(folder)
    if kind == SWEEP:
        _rerun_sweep(folder, world, workers)
    elif kind in (SENSITIVITY, DISCOVERY):
        _rerun_question(folder, kind, world, workers)
    else:
        _rerun_worlds(folder, kind, world, workers)


def _rerun_worlds(folder: Path, kind: str, world: int | None, workers: int) -> None:
    from steppewise.results.manifest import COMPARISON
    from steppewise.results.rerun import worlds_again
    from steppewise.results.stored import read_comparison, read_data

    stored = read_comparison(folder) if kind == COMPARISON else read_data(folder)
    _tell_evidence(stored.evidence_changed)
    pair = worlds_again(stored.ensembles, world, workers)
    drawn, outcomes = len(pair.kept.parameters), f"{len(pair.kept.outcomes)} outcomes"
    worlds = f"{len(stored.ensembles[0].status):,} worlds"
    if kind == COMPARISON:
        worlds = worlds if world is None else f"world {world:,}"
        told = f"{worlds} under {len(stored.ensembles)} scenarios, {outcomes} in all"
    else:
        if world is not None:
            _show_row(pair.again, f"World {world}")
        told = f"{worlds if len(pair.kept.status) > 1 else 'this world'}, {drawn} drawn parameters and {outcomes}"
    _judge(pair, told, stored.manifest, "runs.parquet")


def _rerun_sweep(folder: Path, row: int | None, workers: int) -> None:
    from steppewise.experiment.executors import executor_of
    from steppewise.results.rerun import read_sweep, row_again, some_again

    sweep = read_sweep(folder)
    _tell_evidence(sweep.evidence_changed)
    if row is not None:
        found = row_again(sweep, row)
        _show_row(found.pair.again, f"Row {row}, point {found.point}, world {found.world}")
        told = f"this row, {len(found.pair.kept.outcomes)} outcomes"
        _judge(found.pair, told, sweep.manifest, "results.parquet")
        return
    with bars(False, "rows") as bar:
        executor = executor_of("local", workers, None)
        pair = some_again(sweep, executor, lambda done, total: bar.advance("Running points again", done, total))
    some, every = len(pair.kept.status), sweep.study.rows
    rows = f"all {every:,} rows" if some == every else f"{some:,} of {every:,} rows, from all over the sweep"
    told = f"{rows}, {len(pair.kept.outcomes)} outcomes"
    _judge(pair, told, sweep.manifest, "results.parquet")


def _rerun_question(folder: Path, kind: str, row: int | None, workers: int) -> None:
    from steppewise.results.again import points_again, read_question

    kept = read_question(folder, kind)
    _tell_evidence(kept.evidence_changed)
    not_held = _tell_seconds(kept)
    with bars(False, "rows") as bar:
        pair = points_again(
            kept, row, workers, lambda done: bar.advance("Running points again", done, kept.subject.runs)
        )
    if row is not None:
        _show_row(pair.again, f"Row {row}")
    told = "this point" if row is not None else f"all {kept.points:,} points"
    outcomes = f"{len(kept.subject.quantities)} outcome{'s' if len(kept.subject.quantities) > 1 else ''}"
    _judge(pair, f"{told}, {outcomes}", kept.manifest, "design.parquet", not_held)


def _tell_seconds(kept: StoredQuestion) -> list[str]:
    """Which second scenarios are not what they were; returns what is said of those that the folder does not hold."""
    for name, second in kept.seconds.items():
        if not second.is_todays:
            typer.echo(f"{name} is not today what it was; the folder's own is used.")
    not_held = [name for name in kept.subject.against if name not in kept.seconds]
    told = [f"the folder does not hold {name}, the second scenario; today's is used" for name in not_held]
    for line in told:
        typer.echo(f"{line[0].upper()}{line[1:]}.")
    return told


def _judge(pair: Pair, told: str, manifest: Manifest, file: str, doubts: Sequence[str] = ()) -> None:
    """Say whether the numbers are the same, or what differs and why; leave with what that means.

    `doubts` say what else may not be as it was.
    """
    from steppewise.results.rerun import differences, is_rounding, other_circumstances

    found = differences(pair.kept, pair.again)
    if not found:
        typer.echo(f"Identical: {told}, to the last bit.")
        return
    if is_rounding(manifest, found):
        typer.echo(
            f"The same but for rounding: {told}. The folder was written by another engine, whose numbers differ from "
            f"today's by {found[0].relative:.1g} of their size at most."
        )
        return
    circumstances = [*other_circumstances(manifest), *doubts]
    _tell_differences(found, circumstances, file)
    raise typer.Exit(MENDABLE if circumstances else BUG)


def _tell_evidence(evidence_changed: Mapping[str, Parameter]) -> None:
    """Which parameters the evidence has otherwise today."""
    if evidence_changed:
        rest = f" and {len(evidence_changed) - SHOWN} more" if len(evidence_changed) > SHOWN else ""
        changed = ", ".join(list(evidence_changed)[:SHOWN])
        typer.echo(f"Today's evidence has other values for {changed}{rest}; the folder's own are used.")


def _tell_differences(found: tuple[Difference, ...], circumstances: list[str], file: str) -> None:
    typer.echo(f"{len(found)} of the columns of {file} come out otherwise; the largest differences:")
    for difference in found[:SHOWN]:
        typer.echo(
            f"  {difference.column}: in {difference.rows:,} rows, by {difference.largest:.3g} at most "
            f"({difference.relative:.3g} of its size)"
        )
    if circumstances:
        typer.echo("What is not as it was:")
        for line in circumstances:
            typer.echo(f"  {line}")
    else:
        typer.echo("Versions, platform and evidence are the same: this is a bug; please report it.")


def _show_row(rows: Rows, head: str) -> None:
    """One row: of a point all outcomes, of a world (which has a status) those by state and power left out."""
    from steppewise.cli.showing import show_table

    typer.echo(f"{head}:{''.join(f' {status}' for status in rows.status)}")
    told = {name: values[0] for name, values in rows.outcomes.items() if not rows.status or name.count(".") < 2}
    show_table([(name, f"{value:.6g}") for name, value in told.items()])
