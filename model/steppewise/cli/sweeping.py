"""The command `sweep`: an experiment at all its points, in a folder that grows and resumes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.options import DryRun, Quiet, Settings, Workers
from steppewise.cli.results import bars, interruptible, tell, threads

if TYPE_CHECKING:
    from steppewise.experiment.study import Study
    from steppewise.results.store import Store

STAGE = "Running the points"
STOPPED = "Interrupted; what was computed is kept, and the same command goes on from there."


def sweep(
    experiment: Annotated[str, typer.Argument(help="A name of the library, or a file.")],
    worlds: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Worlds at every point; as in the experiment if not given.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Seed of the worlds; as in the experiment if not given.")
    ] = None,
    settings: Settings = None,
    workers: Workers = None,
    executor: Annotated[str, typer.Option(metavar="KIND", help="Who computes: local or dask.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of a Dask cluster; without one, it is made here.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the folder of the sweep goes.")] = Path("sweeps"),
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Run an experiment at all its points: results, summary, figures, report.

    The same command resumes what was interrupted, and more worlds add to what is there.

    \b
    Examples:
      steppewise sweep trust-against-money
      steppewise sweep trust-against-money --worlds 1000
      steppewise sweep my-experiment.yaml --executor dask --scheduler tcp://10.0.0.1:8786
    """
    from steppewise.experiment.executors import executor_of
    from steppewise.results.store import peek
    from steppewise.results.sweep import begin, finish, run, study_of

    cores = threads(workers)
    with interruptible(STOPPED):
        runner = executor_of(executor, cores, scheduler)
        study = study_of(experiment, worlds, seed, settings or [])
        if dry_run:
            from steppewise.cli.estimating import show_sweep as show_estimate

            show_estimate(peek(study, out), cores)
            return
        store = begin(study, out, runner)
        if not quiet:
            _tell_beginning(study, store)
        with bars(quiet, "rows") as told:
            run(store, runner, lambda done, total: told.advance(STAGE, done, total))
            found = finish(store, told.stage)
    from steppewise.cli.show_sweep import show_sweep

    tell(found, False, quiet, "sweep", show_sweep)


def _tell_beginning(study: Study, store: Store) -> None:
    """How many rows are there already, and what is not as it was."""
    from steppewise.results.store import code_changed

    total, missing = store.study.rows, store.rows_missing()
    if store.study.worlds > study.worlds:
        typer.echo(f"{store.folder} was begun with {store.study.worlds:,} worlds at each point; they stay.", err=True)
    if missing == 0:
        typer.echo(f"{store.folder} holds all {total:,} rows already.", err=True)
        return
    if missing < total:
        typer.echo(f"{total - missing:,} of {total:,} rows are there; {missing:,} to go.", err=True)
        if code_changed(store):
            typer.echo("The code of steppewise is not that of those rows; --out begins anew elsewhere.", err=True)
