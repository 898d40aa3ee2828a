"""What drives an outcome, and in which boxes it lies, in the terminal within 80 columns."""

from __future__ import annotations

from typing import Final

from rich.table import Table
from rich.text import Text

from steppewise.analysis.discovery import Discovery
from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.cli.terminal import new_table, show, show_lines, show_section
from steppewise.wording import discovery, sensitivity
from steppewise.wording.discovery import limits
from steppewise.wording.names import begin
from steppewise.wording.sensitivity import driver_rows, heads, percent_and_reach, rest_of, setting, source_of

MOST_ROWS: Final = 10

_NOTES: Final = {
    "morris": "Effect: mean size over a parameter's whole range, with its 95 % interval. Signed: "
    "its mean with its sign. Spread: how much it differs from point to point.",
    "sobol": "Percent of the variance between points, with 95 % intervals; total: with interactions.",
    "tornado": "Each parameter at the ends of its range, all others at their values.",
}


def show_drivers(found: Sensitivity) -> None:
    """Every outcome: what drives it, what it rests on, what is left to chance; then what speaks against it."""
    show(Text(setting(found), "bold"))
    for outcome in found.question.outcomes:
        if any(index.value for index in found.ranked(outcome)):
            _show_outcome(found, outcome)
    show(Text(f"\n{_NOTES[found.question.method]}"))
    show_lines(sensitivity.doubts(found))


def _show_outcome(found: Sensitivity, outcome: str) -> None:
    label = quantity(outcome, found.question.spec).label
    show_section(f"{begin(label)} ({outcome})", _drivers(found, outcome))
    if found.question.method != "tornado":
        show_section("By class of evidence, percent of the variance between points", _classes(found, outcome))
        show(Text(_chance(found, outcome)))


def _drivers(found: Sensitivity, outcome: str) -> Table:
    table = new_table()
    for head in heads(found, outcome):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("Parameter: value (range), class, source", overflow="fold")
    for row in driver_rows(found, outcome, MOST_ROWS):
        told = Text.assemble(row.name, (f"\n  {row.value}, {row.evidence}, {row.source}", "dim"))
        table.add_row(*row.numbers, told)
    return table


def _classes(found: Sensitivity, outcome: str) -> Table:
    classes = found.question.classes
    table = new_table(("",), [name.capitalize() for name in classes])
    for head, order in (("alone", "first"), ("with interactions", "total")):
        index = found.of(outcome, "class", order)
        table.add_row(head, *(percent_and_reach(index[name]) for name in classes))
    return table


def _chance(found: Sensitivity, outcome: str) -> str:
    """The variance between single worlds, in a line."""
    shares = found.of(outcome, "variance", "share")
    if not shares:
        return ""
    told = {name: percent_and_reach(share) for name, share in shares.items()}
    return (
        f"Between single worlds: parameters {told['parameters']}, {rest_of(found.question)} {told['chance']}, only "
        f"together {told['together']}."
    )


# boxes --------------------------------------------------------------------------------------------------


def show_boxes(found: Discovery) -> None:
    """Where the outcome of interest happens: every box with its restrictions; then what speaks against it."""
    first, *others = discovery.sentences(found)
    show(Text(first, "bold"))
    show_lines(others[: 1 if found.boxes else 2])
    for number in range(len(found.boxes)):
        _show_box(found, number)
    if found.boxes:
        show(Text("\nDensity, coverage and quasi-p-values are those of fresh points, which had no part in the search."))
    show_lines(discovery.doubts(found))


def _show_box(found: Discovery, number: int) -> None:
    box = found.boxes[number]
    table = new_table()
    for head in ("Parameter", "In the box", "Quasi-p", "Class", "Source"):
        table.add_column(head, overflow="fold")
    for one in found.restrictions(box):
        factor = found.asked.factor(one.factor)
        source = source_of(factor, found.asked.spec)
        table.add_row(one.factor, limits(one), f"{one.quasi_p:.2g}", factor.evidence, source)
    show_section(discovery.box_title(box, number), table)
