"""docs/validation.md: what `steppewise validate` finds, and what each mechanism holds up.

`python -m tests.validation_page` writes it anew, in about five minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from steppewise.analysis.hindcast import hindcast
from steppewise.analysis.observations import record_of
from steppewise.analysis.patterns import ROWS, Laboratory, validate
from steppewise.analysis.patterns.ablation import REVERSED, ConductVerdicts, elsewhere, structures, under, without_each
from steppewise.analysis.patterns.articles import HISTORY
from steppewise.analysis.patterns.record import coverage
from steppewise.analysis.patterns.row import Verdict
from steppewise.experiment.ensemble import Plan
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.hindcast import SCORE_HEADS, doubts, score_rows

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"
PLAN = Plan(worlds=400, seed=0)


def page(plan: Plan) -> str:
    """The page, measured anew."""
    verdicts = validate(plan)
    mechanisms, reversed_, rivals = (
        under(conducts, ROWS, plan, lambda worlds: None) for conducts in (without_each(), REVERSED, structures())
    )
    held = sum(verdict.passed for verdict in verdicts)
    return f"""# What the model shows

Written by `python -m tests.validation_page`: {plan.worlds} worlds a scenario, seed {plan.seed}. `docs/odd.md` 1.2
says what each row means and who says so; `steppewise explain ROW` says it in the terminal.

## The rows

{held} of {len(verdicts)} hold. *Number* is what must lie in the band: the share of worlds in which a sign holds, unless
the row says otherwise.

| row | number | accepted | mean effect | at least | holds | role |
|---|---|---|---|---|---|---|
{_rows(verdicts)}

{_why(verdicts)}

## Observed trade in the bands of `history`

Share of observed parts of trade, 2005 to 2010, between the 5 and 95 % quantiles of worlds (Correlates of War,
Dyadic Trade 4.0). No other variable has yearly observations by tie.

{_coverage(plan)}

## The record beside the model

`steppewise hindcast`: errors are root mean squares of the median world, and of rules of thumb that know earlier
observations and no model; the continuous ranked probability score (CRPS) counts all worlds. No observation after 2010
is shipped or was used.

{_hindcast(plan)}

## Rows against mechanisms

`steppewise validate --ablation`. A mark says that the row holds in the model, and does not with that mechanism off.
{_elsewhere(mechanisms, verdicts)} A row without a mark holds whatever is taken away, one at a time.

{_legend(mechanisms, verdicts)}

{_matrix(mechanisms, verdicts)}

## Conduct that the articles deny

`steppewise validate --reversed`. A row notices where its verdict changes, or its number moves by a tenth.

{_noticed(reversed_, verdicts)}

## Rival formulations

`steppewise validate --structures`.

{_noticed(rivals, verdicts)}
"""


def _rows(verdicts: Sequence[Verdict]) -> str:
    return "\n".join(
        f"| `{one.row.id}` | {one.value:.4g} | {one.row.lowest:g} to {one.row.highest:g} "
        f"| {'' if one.measured.effect is None else f'{one.measured.effect:.4f}'} "
        f"| {'' if one.row.least is None else f'{one.row.least:g}'} "
        f"| {'yes' if one.passed else '**no**'} | {one.row.role} |"
        for one in verdicts
    )


def _why(verdicts: Sequence[Verdict]) -> str:
    told = [f"- `{one.row.id}` fails: {one.reason}" for one in verdicts if not one.passed]
    told += [f"- `{one.row.id}`: {one.measured.detail}" for one in verdicts if one.measured.detail]
    return "\n".join(told)


def _coverage(plan: Plan) -> str:
    by_power = coverage(Laboratory(plan).course(HISTORY))
    lines = [f"| {power} | {len(inside)} | {np.mean(inside):.2f} |" for power, inside in by_power.items()]
    everything = [each for inside in by_power.values() for each in inside]
    head = "| trade with | observations | in the band |\n|---|---|---|\n"
    return head + "\n".join([*lines, f"| all | {len(everything)} | {np.mean(everything):.2f} |"])


def _elsewhere(found: Sequence[ConductVerdicts], usual: Sequence[Verdict]) -> str:
    idle = [f"`{one.conduct.name}`" for one in found if not elsewhere(one.conduct.name, one.broken(usual))]
    return (
        f"These break no row but those about themselves alone: {', '.join(idle)}."
        if idle
        else "Every mechanism breaks at least one row that is not about itself alone."
    )


def _hindcast(plan: Plan) -> str:
    spec = load_scenario("history")
    found = hindcast(spec, record_of(spec), plan)
    head = f"| variable | {' | '.join(SCORE_HEADS)} |\n{'|---' * (len(SCORE_HEADS) + 1)}|\n"
    lines = [f"| {name} | {' | '.join(cells)} |" for name, cells in score_rows(found.scores)]
    return "\n".join([head + lines[0], *lines[1:], "", *(f"- {doubt}" for doubt in doubts(found))])


def _legend(found: Sequence[ConductVerdicts], usual: Sequence[Verdict]) -> str:
    lines = [
        f"{number}. `{one.conduct.name}`: breaks {len(one.broken(usual))}, "
        f"{len(elsewhere(one.conduct.name, one.broken(usual)))} of them not about itself alone"
        for number, one in enumerate(found, 1)
    ]
    return "\n".join(lines)


def _matrix(found: Sequence[ConductVerdicts], usual: Sequence[Verdict]) -> str:
    broken = [{row.id for row in one.broken(usual)} for one in found]
    head = "| row | " + " | ".join(str(number) for number in range(1, len(found) + 1)) + " |"
    lines = [
        f"| `{verdict.row.id}` | " + " | ".join("●" if verdict.row.id in ids else "" for ids in broken) + " |"
        for verdict in usual
    ]
    return "\n".join([head, "|---" * (len(found) + 1) + "|", *lines])


def _noticed(found: Sequence[ConductVerdicts], usual: Sequence[Verdict]) -> str:
    lines = [
        f"| {one.conduct.name} | {len(one.noticed(usual))} | {len(one.broken(usual))} "
        f"| {', '.join(f'`{row.id}`' for row in one.broken(usual))} |"
        for one in found
    ]
    head = f"| what is changed | rows that notice, of {len(usual)} | that no longer hold | which |\n|---|---|---|---|\n"
    return head + "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(PLAN), encoding="utf-8")
