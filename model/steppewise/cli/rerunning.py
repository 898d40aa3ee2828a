"""The command `rerun`: the same numbers again from a results folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.results import bars

if TYPE_CHECKING:
    from steppewise.results.rerun import Again, Difference, Stored

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
    workers: Annotated[int, typer.Option(metavar="NUMBER", help="Threads to use.")] = 1,
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
    from steppewise.results.rerun import read

    stored = read(folder)
    for line in _notes(stored):
        typer.echo(line)
    with bars(False, "rows") as bar:
        found = stored.again(world, workers, lambda done, total: bar.advance("Running again", done, total))
    if found.row:
        _show_row(found)
    _judge(stored, found)


def _notes(stored: Stored) -> Iterator[str]:
    """What is not today what it was."""
    changed = list(stored.evidence_changed)
    if changed:
        rest = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        yield f"Today's evidence has other values for {', '.join(changed[:SHOWN])}{rest}; the folder's own are used."
    yield from stored.notes
    yield from (f"{line[0].upper()}{line[1:]}." for line in stored.doubts)


def _judge(stored: Stored, pair: Again) -> None:
    """Say whether the numbers are the same, or what differs and why; leave with what that means."""
    from steppewise.results.rerun import differences, is_rounding, other_circumstances

    found = differences(pair.kept, pair.again)
    if not found:
        typer.echo(f"Identical: {pair.told}, to the last bit.")
        return
    if is_rounding(stored.manifest, found):
        typer.echo(
            f"The same but for rounding: {pair.told}. The folder was written by another engine, whose numbers differ "
            f"from today's by {found[0].relative:.1g} of their size at most."
        )
        return
    circumstances = [*other_circumstances(stored.manifest), *stored.doubts]
    _tell_differences(found, circumstances, stored.FILE)
    raise typer.Exit(MENDABLE if circumstances else BUG)


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


def _show_row(found: Again) -> None:
    """One row: of a point all outcomes, of a world (which has a status) those by state and power left out."""
    from steppewise.cli.terminal import show_table

    rows = found.again
    typer.echo(f"{found.row}:{''.join(f' {status}' for status in rows.status)}")
    told = {name: values[0] for name, values in rows.outcomes.items() if not rows.status or name.count(".") < 2}
    show_table([(name, f"{value:.6g}") for name, value in told.items()])
