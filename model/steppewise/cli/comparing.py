"""The command `compare`: the same worlds under two or more scenarios, and a results folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Runs, Seed, Settings, Uncertain, Workers
from steppewise.cli.progress import bars
from steppewise.cli.running import interruptible

if TYPE_CHECKING:
    from steppewise.comparing import Comparison
    from steppewise.experiment.ensemble import Plan
    from steppewise.scenario.spec import ScenarioSpec
    from steppewise.world.tables import Uncertainty


def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two or more names of the library, or files; the first is compared with.")
    ],
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
    """Run the same worlds under several scenarios and tell what differs, world by world.

    Each further scenario is compared with the first. What is set with --set holds in all of them.
    What was asked before is found again and not computed anew.

    \b
    Examples:
      steppewise compare baseline package-delivered
      steppewise compare baseline package-delivered package-announced-only --runs 200
      steppewise compare baseline my-scenario.yaml --set powers.japan.execution=0.9
    """
    with interruptible():
        plan, specs = _asked(scenarios, settings or [], runs, seed, uncertainty, workers)
        if dry_run:
            _estimate(specs, plan)
            return
        comparison, found = _found_or_compared(specs, plan, out, force, quiet)
    _tell(comparison, found, quiet)


def _asked(
    scenarios: list[str], settings: list[str], runs: int, seed: int, uncertainty: str, workers: int | None
) -> tuple[Plan, Sequence[ScenarioSpec]]:
    """Plan and scenarios of the options. Raises SteppewiseError."""
    from steppewise.comparing import specifications
    from steppewise.experiment.ensemble import Plan
    from steppewise.experiment.executors import cores_available

    cores = cores_available() if workers is None else workers
    plan = Plan(runs, seed, cast("Uncertainty", uncertainty), cores)
    return plan, specifications(scenarios, settings)


def _estimate(specs: Sequence[ScenarioSpec], plan: Plan) -> None:
    from steppewise.cli.estimating import show_comparison

    show_comparison(specs, plan)


def _found_or_compared(
    specs: Sequence[ScenarioSpec], plan: Plan, out: Path, force: bool, quiet: bool
) -> tuple[Comparison, bool]:
    """The comparison, and whether it was there already."""
    from dataclasses import replace

    from steppewise.comparing import compare_plan, keep, load_comparison
    from steppewise.experiment.compared import folder_name
    from steppewise.experiment.folder import prepare
    from steppewise.experiment.store import is_there
    from steppewise.keeping import Keeping

    target = out / folder_name(specs, plan)
    prepare(out)
    if is_there(target) and not force:
        return load_comparison(target), True
    with bars(quiet) as told:
        comparison = compare_plan(specs, plan, told.advance)
        folder = keep(comparison, out, Keeping(True, stage=told.stage))
    return replace(comparison, folder=folder), False


def _tell(comparison: Comparison, found: bool, quiet: bool) -> None:
    """The summary in the terminal, and where the rest is."""
    from steppewise.cli.differing import show_comparison

    if quiet:
        typer.echo(str(comparison.folder))
        return
    if found:
        typer.echo(f"{comparison.folder} holds this comparison already (--force runs it again).\n")
    show_comparison(comparison)
