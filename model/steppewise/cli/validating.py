"""The command `validate`: the pattern table, measured by running the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.options import Seed
from steppewise.cli.results import bars

if TYPE_CHECKING:
    from steppewise.analysis.patterns import Verdict


def validate(
    runs: Annotated[int, typer.Option(metavar="NUMBER", help="Worlds of each scenario.")] = 500,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the table as CSV.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the totals and nothing else.")] = False,
) -> None:
    """Measure what the model must reproduce: patterns of the articles and of history.

    A row that fails stays in the table as failing, with the reason. `used` rows helped to set values; `held out` rows
    did not.

    \b
    Examples:
      steppewise validate
      steppewise validate --runs 1000 --out patterns.csv
    """
    from steppewise.analysis.patterns import runs_needed, table, validate
    from steppewise.experiment.ensemble import Plan

    plan, worlds = Plan(worlds=runs, seed=seed), runs * len(runs_needed())
    with bars(quiet) as told:
        verdicts = validate(plan, lambda done: told.advance("Running the scenarios", done, worlds))
    if not quiet:
        for verdict in verdicts:
            _show(verdict)
    if out is not None:
        _write(out, table(verdicts))
    typer.echo(_totals(verdicts, runs, seed))


def _show(verdict: Verdict) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from steppewise.cli.showing import show

    pattern = verdict.pattern
    head = Text.assemble(("passed " if verdict.passed else "FAILED ", "bold"), f"{pattern.id} ({pattern.role})")
    facts = [
        pattern.statement,
        f"{verdict.value:.4g}, accepted {pattern.lowest:g} to {pattern.highest:g}: {pattern.statistic}",
        f"source: {pattern.source}; run: {', '.join(pattern.scenarios)}",
    ]
    if verdict.reason:
        facts.append(f"reason: {verdict.reason}")
    show(head, *(Padding(Text(fact), (0, 0, 0, 7)) for fact in facts), Text())


def _totals(verdicts: tuple[Verdict, ...], runs: int, seed: int) -> str:
    passed = sum(verdict.passed for verdict in verdicts)
    held = [verdict for verdict in verdicts if verdict.pattern.role == "held out"]
    held_passed = sum(verdict.passed for verdict in held)
    return (
        f"{passed} of {len(verdicts)} patterns hold, {held_passed} of {len(held)} of those held out; "
        f"{runs:,} worlds a scenario, seed {seed}."
    )


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the table as CSV. Raises SteppewiseError where that cannot be."""
    import csv

    from steppewise.experiment.folder import saying_why

    with saying_why(path, "choose another place"), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
