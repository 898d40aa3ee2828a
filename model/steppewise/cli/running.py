"""The command `run`: many worlds of a scenario, and a results folder."""

from __future__ import annotations

import atexit
import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.giving import Given, check_given, tell_given
from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Report, Runs, Seed, Settings, Uncertain, Workers
from steppewise.cli.results import Told, bars, interruptible, results, tell, threads
from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.analysis.precision import Goal
    from steppewise.experiment.ensemble import Ensemble, Plan
    from steppewise.results.run import Results
    from steppewise.scenario.spec import ScenarioSpec
    from steppewise.world.tables import Uncertainty

Precision = Annotated[
    float | None,
    typer.Option(metavar="NUMBER", help="Run until the 95 % interval of the mean of --outcome is ± this, or less."),
]
Outcome = Annotated[
    str | None, typer.Option(metavar="NAME", help="With --precision: of which outcome, such as regional_share.japan.")
]
AtMost = Annotated[int, typer.Option(metavar="NUMBER", help="With --precision: so many worlds at most.")]


def run(
    scenario: Annotated[str, typer.Argument(help="A name of the library, or a file.")],
    runs: Runs = 1000,
    seed: Seed = 0,
    settings: Settings = None,
    uncertainty: Uncertain = "both",
    precision: Precision = None,
    outcome: Outcome = None,
    runs_at_most: AtMost = 100_000,
    workers: Workers = None,
    out: Out = RESULTS,
    force: Force = False,
    report: Report = True,
    given: Given = None,
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
      steppewise run baseline --given history
      steppewise run baseline --precision 0.001 --outcome regional_share.japan
    """
    from steppewise.report.drawing_process import pages_beside

    _spare_collector()
    cores = threads(workers)
    alone = cores == 1 or dry_run or precision is not None
    with interruptible(), pages_beside(report and not alone) as pages:
        from steppewise.experiment.ensemble import Plan
        from steppewise.results.kind import SaveOptions
        from steppewise.results.run import load_results, run_name, run_plan, specification

        plan, spec = Plan(runs, seed, cast("Uncertainty", uncertainty), cores), specification(scenario, settings or ())
        check_given(given, runs if precision is None else runs_at_most)
        goal = _goal(precision, outcome, runs_at_most)
        if dry_run:
            from steppewise.cli.estimating import show_run

            show_run(spec, plan if goal is None else replace(plan, worlds=runs_at_most), report)
            return
        ready = None if goal is None else _worlds_to(spec, plan, goal, quiet)
        plan = plan if ready is None else replace(plan, worlds=len(ready.status))

        def compute(told: Told) -> Results:
            return run_plan(spec, plan, True, told.advance, ready, pages.begin)

        options = SaveOptions(force, report, beside=pages)
        found, was_there = results(out / run_name(spec, plan), load_results, compute, quiet, options)
    tell(found, was_there, quiet, "run", _show)
    if given is not None:
        with interruptible("Interrupted; the run itself was written."):
            from steppewise.analysis.structures import outcomes_of

            outcomes = {name: found.ensemble.outcomes[name] for name in outcomes_of(found.spec)}
            tell_given(given, outcomes, found.ensemble.plan, found.folder, quiet)


def _show(found: Results) -> None:
    from steppewise.cli.show_run import show_results

    show_results(found)


def _spare_collector() -> None:
    """Let the garbage collector look less often, and not at all at the end, in a process that lives for seconds.

    It would spend a fifth of the imports, and half a second on leaving.
    """
    gc.set_threshold(50_000, 20, 100)
    atexit.register(gc.freeze)


def _goal(precision: float | None, outcome: str | None, at_most: int) -> Goal | None:
    """The goal of the options; None where there is none. Raises SteppewiseError where one goes without the other."""
    from steppewise.analysis.precision import Goal

    if precision is None and outcome is None:
        return None
    if precision is None or outcome is None:
        raise SteppewiseError("--precision and --outcome go together: how close, and of which outcome")
    return Goal(outcome, precision, at_most)


def _worlds_to(spec: ScenarioSpec, plan: Plan, goal: Goal, quiet: bool) -> Ensemble:
    """As many worlds as the goal takes, those of the plan first; tells the path. Raises SteppewiseError."""
    from steppewise.analysis.precision import worlds_for
    from steppewise.wording.run import way_to_precision

    name = f"Running, at most {goal.at_most:,}"
    with bars(quiet) as shown:
        ensemble, path = worlds_for(spec, plan, goal, lambda done: shown.advance(name, done, goal.at_most))
    if not quiet:
        typer.echo("\n".join([*way_to_precision(path), ""]))
    return ensemble
