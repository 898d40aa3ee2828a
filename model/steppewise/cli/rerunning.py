"""The command `rerun`: the same numbers again from a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from steppewise.experiment.rerun import Difference
    from steppewise.experiment.store import Stored
    from steppewise.experiment.tables import Runs

SHOWN = 8
"""Columns that differ, or parameters that have changed, of which names are printed."""

BUG, MENDABLE = 1, 2


def rerun(
    folder: Annotated[Path, typer.Argument(help="A results folder.")],
    world: Annotated[
        int | None, typer.Option("--run", metavar="N", help="Compute world N alone, counted from 0.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="NUMBER", help="Processes to use.")] = 1,
) -> None:
    """Compute a results folder again and say whether the numbers are the same.

    The folder's own scenario and evidence are used, whatever they are today. Nothing is written.

    \b
    Examples:
      steppewise rerun results/baseline-3f2a9c1b
      steppewise rerun results/baseline-3f2a9c1b --run 17
    """
    from steppewise.experiment.rerun import all_again, differences, one_again, other_circumstances, row_of
    from steppewise.experiment.store import read_data

    stored = read_data(folder)
    _tell_evidence(stored)
    kept = stored.runs if world is None else row_of(stored.runs, world)
    again = all_again(stored, workers) if world is None else one_again(stored, world)
    if world is not None:
        _show_world(again, world)
    found = differences(kept, again)
    if not found:
        _tell_identical(kept)
        return
    circumstances = other_circumstances(stored.manifest)
    _tell_differences(found, circumstances)
    raise typer.Exit(MENDABLE if circumstances else BUG)


def _tell_evidence(stored: Stored) -> None:
    """Which parameters the evidence has otherwise today."""
    changed = list(stored.evidence_changed)
    if changed:
        rest = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        typer.echo(
            f"Today's evidence has other values for {', '.join(changed[:SHOWN])}{rest}; the folder's own are used."
        )


def _tell_identical(runs: Runs) -> None:
    worlds = f"{len(runs.status):,} worlds" if len(runs.status) > 1 else "This world"
    typer.echo(
        f"Identical: {worlds}, {len(runs.parameters)} drawn parameters and {len(runs.outcomes)} outcomes, "
        "to the last bit."
    )


def _tell_differences(found: tuple[Difference, ...], circumstances: list[str]) -> None:
    typer.echo(f"{len(found)} of the columns of runs.parquet come out otherwise; the largest differences:")
    for difference in found[:SHOWN]:
        typer.echo(
            f"  {difference.column}: in {difference.worlds:,} worlds, by {difference.largest:.3g} at most "
            f"({difference.relative:.3g} of its size)"
        )
    if circumstances:
        typer.echo("What is not as it was:")
        for line in circumstances:
            typer.echo(f"  {line}")
    else:
        typer.echo("Versions, platform and evidence are the same: this is a bug; please report it.")


def _show_world(runs: Runs, world: int) -> None:
    """The outcomes of one world, those by state and power left out."""
    from steppewise.cli.showing import show_table

    main = {name: values[0] for name, values in runs.outcomes.items() if name.count(".") < 2}
    typer.echo(f"World {world}: {runs.status[0]}")
    show_table([(name, f"{value:.6g}") for name, value in main.items()])
