"""The command `hindcast`: the record beside the worlds of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Runs, Seed, Settings, Uncertain, Workers
from steppewise.cli.results import Told, interruptible, results, tell, threads

if TYPE_CHECKING:
    from steppewise.results.hindcast import HindcastResults
    from steppewise.world.tables import Uncertainty


def hindcast(
    scenario: Annotated[str, typer.Argument(help="A name of the library, or a file.")] = "history",
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Observations: CSV or .xlsx; those that come with steppewise if not given."),
    ] = None,
    seen_until: Annotated[
        int, typer.Option(metavar="YEAR", help="Observations to this year helped to set values; later are held out.")
    ] = 2010,
    runs: Runs = 1000,
    seed: Seed = 0,
    settings: Settings = None,
    uncertainty: Uncertain = "both",
    workers: Workers = None,
    out: Out = RESULTS,
    force: Force = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Hold the worlds of a scenario against what was observed, beside rules of thumb.

    A file of observations has the columns time (2007, 2005-2010 or 2007Q2), power, state, variable, value, unit and
    source; power or state stay empty where a variable has none. `steppewise list outcomes` names the variables.

    \b
    Examples:
      steppewise hindcast
      steppewise hindcast history --data my-observations.csv
      steppewise hindcast history --data survey.xlsx --seen-until 2004
    """
    with interruptible():
        from steppewise.experiment.ensemble import Plan
        from steppewise.results.hindcast import hindcast_name, hindcast_plan, load_hindcast, observations_for
        from steppewise.results.kind import SaveOptions
        from steppewise.results.run import specification

        spec = specification(scenario, settings or ())
        observations = observations_for(spec, data)
        plan = Plan(runs, seed, cast("Uncertainty", uncertainty), threads(workers))
        if dry_run:
            from steppewise.cli.estimating import show_run

            show_run(spec, plan, True)
            return

        def compute(told: Told) -> HindcastResults:
            return hindcast_plan(spec, observations, plan, seen_until, str(data or ""), told.advance)

        target = out / hindcast_name(spec, observations, plan, seen_until)
        found, was_there = results(target, load_hindcast, compute, quiet, SaveOptions(force))
    tell(found, was_there, quiet, "hindcast", _show)


def _show(results: HindcastResults) -> None:
    from rich.text import Text

    from steppewise.cli.terminal import new_table, show, show_lines
    from steppewise.wording.hindcast import doubts, score_rows, sentences

    head, *_ = sentences(results.found)
    table = new_table(["Variable"], ["No.", "In band", "Error", "Last", "Drift", "Line"])
    for name, cells in score_rows(results.found.scores):
        table.add_row(name, *cells[:-2])
    show(Text(head), Text(), table)
    errors = (
        "In band: percent of the observations where nine tenths of the worlds lie. Errors are root mean squares: "
        "of the median world, of the last observation kept, of its drift carried on, of a straight line."
    )
    show_lines([errors, *doubts(results.found)])
