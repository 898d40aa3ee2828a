"""What `--given history` tells: worlds whose past the record rules out are set aside, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.arrays import Array
    from steppewise.experiment.ensemble import Plan

Given = Annotated[
    str | None,
    typer.Option(metavar="SCENARIO", help="Also of those worlds alone whose past, in history, looks like ours."),
]
FILE: Final = "given.csv"
COLUMNS: Final = ("name", "mean", "low", "high", "given_mean", "given_low", "given_high", "worlds", "given_worlds")


def check_given(scenario: str | None, worlds: int) -> None:
    """Refuse what cannot be told, before any work. Raises SteppewiseError."""
    if scenario is None:
        return
    from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST
    from steppewise.scenario.resolve import load_scenario

    load_scenario(scenario)
    if worlds > TRAJECTORIES_AT_MOST:
        raise SteppewiseError(f"with --given runs must be {TRAJECTORIES_AT_MOST:,} or fewer, not {worlds:,}")


def tell_given(scenario: str, values: Mapping[str, Array], plan: Plan, folder: Path | None, quiet: bool) -> None:
    """Run the same worlds through the past, set aside those that the record rules out, and tell what is left.

    values: quantity -> (world,). The table is also written into the results folder. Raises SteppewiseError.
    """
    from rich.text import Text

    from steppewise.analysis.hindcast import SEEN_UNTIL, hindcast
    from steppewise.analysis.observations import record_of
    from steppewise.analysis.plausible import ERROR, MOST, plausible, shifts
    from steppewise.cli.results import bars
    from steppewise.cli.terminal import new_table, show, show_lines
    from steppewise.results.tables import write_rows
    from steppewise.scenario.resolve import load_scenario

    spec = load_scenario(scenario)
    with bars(quiet) as told:
        past = hindcast(
            spec, record_of(spec), plan, SEEN_UNTIL, lambda done: told.advance("Running the past", done, plan.worlds)
        )
    found = plausible(past)
    moved = shifts(values, found.kept)
    if folder is not None:
        left = int(found.kept.sum())
        rows = ((one.name, *one.before, *one.after, len(found.kept), left) for one in moved)
        write_rows(folder / FILE, COLUMNS, rows)
    if quiet:
        return
    table = new_table(["Outcome"], ["Mean", "5 %", "95 %", "Given: mean", "5 %", "95 %"])
    for one in moved:
        table.add_row(one.name, *(f"{number:.3f}" for number in (*one.before, *one.after)))
    apart = ", ".join(f"{name} {number:.3g}" for name, number in found.discrepancy.items())
    method = (
        f"Set aside: worlds in which two series or more are further from the record than {MOST:g} standard deviations: "
        f"of observations ({100 * ERROR:.0f} percent of what is observed) and of the model's own distance ({apart})."
    )
    show(Text(f"\nGiven {spec.name}: {found.sentence}."), Text(), table)
    show_lines([method])
