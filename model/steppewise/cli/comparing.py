"""The command `compare`: the same worlds under two or more scenarios, and a results folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from steppewise.cli.giving import Given, check_given, tell_given
from steppewise.cli.options import RESULTS, DryRun, Force, Out, Quiet, Runs, Seed, Settings, Uncertain, Workers
from steppewise.cli.results import bars, interruptible, results, tell, threads
from steppewise.errors import Problem, SteppewiseError

if TYPE_CHECKING:
    from steppewise.arrays import Array
    from steppewise.results.compare import Comparison
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
    structures: Annotated[
        str | None, typer.Option(metavar="all", help="Also say under how many rival formulations it holds: all.")
    ] = None,
    given: Given = None,
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
      steppewise compare baseline sanctions-on-russia --structures all
    """
    if structures not in (None, "all"):
        raise SteppewiseError(Problem(f"--structures {structures} is not known", allowed="all", nearest="all"))
    with interruptible():
        from steppewise.experiment.ensemble import Plan
        from steppewise.results.compare import compare_plan, comparison_name, load_comparison, specifications
        from steppewise.results.kind import SaveOptions

        plan = Plan(runs, seed, cast("Uncertainty", uncertainty), threads(workers))
        specs = specifications(scenarios, settings or ())
        check_given(given, runs)
        if dry_run:
            from steppewise.cli.estimating import show_comparison as show_estimate

            show_estimate(specs, plan)
            return
        found, was_there = results(
            out / comparison_name(specs, plan),
            load_comparison,
            lambda told: compare_plan(specs, plan, told.advance),
            quiet,
            SaveOptions(force),
        )
    from steppewise.cli.show_comparison import show_comparison

    tell(found, was_there, quiet, "comparison", show_comparison)
    if given is not None:
        with interruptible("Interrupted; the comparison itself was written."):
            tell_given(given, _differences(found), found.ensembles[0].plan, found.folder, quiet)
    if structures:
        with interruptible("Interrupted; the comparison itself was written."):
            _under_structures(found, quiet)


def _differences(found: Comparison) -> dict[str, Array]:
    """Differences at the end in each world, by scenario and outcome."""
    from steppewise.analysis.structures import outcomes_of

    first, *others = found.ensembles
    return {
        (f"{other.spec.name}: {name}" if len(others) > 1 else name): other.outcomes[name] - first.outcomes[name]
        for other in others
        for name in outcomes_of(first.spec)
        if name in other.outcomes
    }


def _under_structures(found: Comparison, quiet: bool) -> None:
    """Compare under each rival formulation; tell it, and keep it in the folder."""
    from steppewise.analysis.structures import FILE, write

    with bars(quiet) as told:
        conclusions = found.conclusions(lambda done: told.advance("Under rival formulations", done, None))
    if found.folder is not None:
        write(found.folder / FILE, conclusions)
    if not quiet:
        typer.echo("\nAt the end, under rival formulations of the model:")
        typer.echo("\n".join(f"  {one.sentence}" for one in conclusions) or "  no clear difference")
