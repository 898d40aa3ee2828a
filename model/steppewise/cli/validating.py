"""The command `validate`: what the model must show, measured by running it, whole and taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.cli.options import Seed
from steppewise.cli.results import bars

if TYPE_CHECKING:
    from steppewise.analysis.patterns import Verdict
    from steppewise.analysis.patterns.ablation import ConductVerdicts
    from steppewise.analysis.patterns.variant import Conduct
    from steppewise.experiment.ensemble import Plan


def validate(
    runs: Annotated[int, typer.Option(metavar="NUMBER", help="Worlds of each scenario.")] = 400,
    seed: Seed = 0,
    ablation: Annotated[bool, typer.Option("--ablation", help="Also without each mechanism: what breaks?")] = False,
    reversed_: Annotated[bool, typer.Option("--reversed", help="Also with conduct that the articles deny.")] = False,
    structures: Annotated[bool, typer.Option("--structures", help="Also with each rival formulation.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the table as CSV.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the totals and nothing else.")] = False,
) -> None:
    """Measure what the model must show: the articles, the levers, the public record, one opening from the other.

    A row that fails stays in the table as failing, with the reason. `used` rows helped to set values; `held out` rows
    did not. --ablation, --reversed and --structures measure all rows once more for each change, and add a column each
    to the file.

    \b
    Examples:
      steppewise validate
      steppewise validate --runs 1000 --out rows.csv
      steppewise validate --runs 100 --ablation --out matrix.csv
    """
    from steppewise.analysis.patterns import ROWS, table, validate
    from steppewise.analysis.patterns.ablation import REVERSED, matrix, under, without_each
    from steppewise.analysis.patterns.ablation import structures as rival
    from steppewise.experiment.ensemble import Plan

    plan = Plan(worlds=runs, seed=seed)
    conducts: list[Conduct] = []
    for wanted, some in ((ablation, without_each()), (reversed_, REVERSED), (structures, rival())):
        conducts += some if wanted else ()
    with bars(quiet) as told:

        def progress(done: int) -> None:
            told.advance("Running the scenarios", done, None)

        verdicts = validate(plan, progress)
        found = under(conducts, ROWS, plan, progress)
    if not quiet:
        for verdict in verdicts:
            _show(verdict)
    for one in found:
        typer.echo(_change(one, verdicts))
    if out is not None:
        beside = matrix(found, verdicts)
        _write(out, [{**row, **more} for row, more in zip(table(verdicts), beside, strict=True)])
    typer.echo(_totals(verdicts, plan))


def _show(verdict: Verdict) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from steppewise.cli.terminal import show

    row, measured = verdict.row, verdict.measured
    head = Text.assemble(("passed " if verdict.passed else "FAILED ", "bold"), f"{row.id} ({row.role})")
    facts = [row.statement, f"{verdict.value:.4g}, accepted {row.lowest:g} to {row.highest:g}: {row.statistic}"]
    if measured.effect is not None:
        facts[-1] += f"; mean effect {measured.effect:.4f}, at least {row.least:g}"
    facts.append(f"source: {row.source}")
    facts += [text for text in (measured.detail, f"reason: {verdict.reason}" if verdict.reason else "") if text]
    show(head, *(Padding(Text(fact), (0, 0, 0, 7)) for fact in facts), Text())


def _change(one: ConductVerdicts, usual: Sequence[Verdict]) -> str:
    """What one change does to the rows."""
    from steppewise.analysis.patterns.ablation import elsewhere

    broken, noticed = one.broken(usual), one.noticed(usual)
    names = ", ".join(row.id for row in broken) or "nothing"
    alone = "" if elsewhere(one.conduct.name, broken) else " (no row but those about itself)"
    switched = alone if one.conduct.off == {one.conduct.name} else ""
    return f"{one.conduct.name}: {len(noticed)} of {len(usual)} rows notice; breaks {names}{switched}"


def _totals(verdicts: Sequence[Verdict], plan: Plan) -> str:
    passed = sum(verdict.passed for verdict in verdicts)
    held = [verdict for verdict in verdicts if verdict.row.role == "held out"]
    held_passed = sum(verdict.passed for verdict in held)
    return (
        f"{passed} of {len(verdicts)} rows hold, {held_passed} of {len(held)} of those held out; "
        f"{plan.worlds:,} worlds a scenario, seed {plan.seed}."
    )


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the table as CSV. Raises SteppewiseError where that cannot be."""
    import csv

    from steppewise.results.folder import saying_why

    with saying_why(path, "choose another place"), path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
