"""The command `run`: many worlds of a scenario, and a results folder."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Report, Runs, Seed, Settings, Uncertain, Workers
from steppewise.cli.precision import AT_MOST, AtMost, Outcome, Precision, goal_of, worlds_to
from steppewise.cli.progress import bars
from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.api import Results
    from steppewise.experiment.ensemble import Ensemble, Plan
    from steppewise.report.beside import Pages
    from steppewise.scenario.spec import ScenarioSpec
    from steppewise.world.tables import Uncertainty

INTERRUPTED = 130


def run(
    scenario: Annotated[str, typer.Argument(help="A name of the library, or a file.")],
    runs: Runs = 1000,
    seed: Seed = 0,
    settings: Settings = None,
    uncertainty: Uncertain = "both",
    precision: Precision = None,
    outcome: Outcome = None,
    runs_at_most: AtMost = AT_MOST,
    workers: Workers = None,
    out: Out = RESULTS,
    force: Force = False,
    report: Report = True,
    dry_run: DryRun = False,
    quiet: Quiet = False,
) -> None:
    """Run a scenario in many worlds: summary, figures, report, results folder.

    What was asked before is found again and not computed anew.

    \b
    Examples:
      steppewise run baseline
      steppewise run package-delivered --runs 200 --set powers.japan.execution=0.9
      steppewise run my-scenario.yaml --uncertainty chance --seed 7
      steppewise run baseline --precision 0.001 --outcome regional_share.japan
    """
    from steppewise.experiment.executors import cores_available
    from steppewise.report.beside import pages_beside

    _spare_collector()
    cores = cores_available() if workers is None else workers
    alone = cores == 1 or dry_run or precision is not None
    with interruptible(), pages_beside(report and not alone) as pages:
        plan, spec = _asked(scenario, settings or [], runs, seed, uncertainty, cores)
        goal = goal_of(precision, outcome, runs_at_most)
        if dry_run:
            _estimate(spec, plan if goal is None else replace(plan, worlds=runs_at_most), report)
            return
        ready = None if goal is None else worlds_to(spec, plan, goal, quiet)
        plan = plan if ready is None else replace(plan, worlds=len(ready.status))
        results, found = _found_or_run(_Job(spec, plan, out, force, report, quiet, ready, pages))
    _tell(results, found, quiet)


def _spare_collector() -> None:
    """Let the garbage collector look less often, and not at all at the end, in a process that lives for seconds.

    It would spend a fifth of the imports, and half a second on leaving.
    """
    gc.set_threshold(50_000, 20, 100)
    atexit.register(gc.freeze)


@dataclass(frozen=True)
class _Job:
    """What is to be run, and what is to become of it; `ready` are the worlds where they were run already."""

    spec: ScenarioSpec
    plan: Plan
    out: Path
    force: bool
    report: bool
    quiet: bool
    ready: Ensemble | None
    pages: Pages


def _asked(
    scenario: str, settings: list[str], runs: int, seed: int, uncertainty: str, workers: int
) -> tuple[Plan, ScenarioSpec]:
    """Plan and scenario of the options. Raises SteppewiseError."""
    from steppewise.api import specification
    from steppewise.experiment.ensemble import Plan

    plan = Plan(runs, seed, cast("Uncertainty", uncertainty), workers)
    return plan, specification(scenario, settings)


def _estimate(spec: ScenarioSpec, plan: Plan, report: bool) -> None:
    from steppewise.cli.estimating import show_estimate

    show_estimate(spec, plan, report)


@contextmanager
def interruptible(word: str = "Interrupted; nothing was written.") -> Iterator[None]:
    """Ctrl-C ends the command with a word and without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(word, err=True)
        raise typer.Exit(INTERRUPTED) from None


def _found_or_run(job: _Job) -> tuple[Results, bool]:
    """The results, and whether they were there already."""
    from steppewise.api import load_results
    from steppewise.experiment.folder import REPORT, prepare
    from steppewise.experiment.store import folder_name, is_there
    from steppewise.keeping import Keeping

    target = job.out / folder_name(job.spec, job.plan)
    prepare(job.out)
    if not is_there(target) or job.force:
        return _run_and_keep(job), False
    results = load_results(target)
    if job.report and not (target / REPORT).exists():
        with bars(job.quiet) as told:
            results.keep(job.out, Keeping(force=True, stage=told.stage))
    return results, True


def _run_and_keep(job: _Job) -> Results:
    from steppewise.api import run_plan
    from steppewise.keeping import Keeping

    with bars(job.quiet) as told:
        results = run_plan(job.spec, job.plan, True, told.advance, job.ready, job.pages.begin)
        folder = results.keep(job.out, Keeping(True, job.report, told.stage, job.pages))
        return replace(results, folder=folder)


def _tell(results: Results, found: bool, quiet: bool) -> None:
    """The summary in the terminal, and where the rest is."""
    if results.folder is None:
        raise SteppewiseError("the results were not written")
    if quiet:
        typer.echo(str(results.folder))
        return
    from steppewise.cli.summing import show_results

    if found:
        typer.echo(f"{results.folder} holds this run already; it was not run again (--force runs it again).\n")
    show_results(results)
