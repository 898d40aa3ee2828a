"""Tables and explanations in the terminal: plain words, readable at 80 columns and when piped."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from steppewise.evidence.explain import Explanation


def console() -> Console:
    """A console that prints text as it is; no colours when piped."""
    return Console(markup=False, highlight=False, emoji=False)


def show_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Rows of text, the first column set off."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for number, row in enumerate(rows):
        if number == 0:
            _add_columns(grid, len(row))
        grid.add_row(Text(row[0], "bold"), *(Text(cell) for cell in row[1:]))
    console().print(grid)


def _add_columns(grid: Table, count: int) -> None:
    for number in range(count):
        grid.add_column(overflow="fold", ratio=None, no_wrap=False, min_width=8 if number else None)


def show_explanations(explanations: Iterable[Explanation]) -> None:
    """One explanation after another, with a blank line between."""
    screen = console()
    for number, explanation in enumerate(explanations):
        if number:
            screen.print()
        screen.print(Text.assemble((explanation.name, "bold"), ": ", explanation.title))
        screen.print(_facts(explanation))


def _facts(explanation: Explanation) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in explanation.facts:
        grid.add_row(f"  {label}", Text(text))
    for claim in explanation.claims:
        grid.add_row(f"  {claim.id}", Text(f"“{claim.passage}” ({claim.reading})"))
    return grid
