"""Tables and explanations in the terminal: plain words, readable at 80 columns and when piped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from steppewise.evidence.explain import Explanation


def show(*parts: RenderableType) -> None:
    """Print as wide as the terminal is, without colours when piped and without blanks at the ends of lines."""
    console = Console(markup=False, highlight=False, emoji=False)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    for line in capture.get().splitlines():
        typer.echo(line.rstrip())


def show_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text without borders, the first column set off."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    for _ in rows[0][1:]:
        grid.add_column(overflow="fold")
    for first, *others in rows:
        grid.add_row(Text(first, "bold"), *(Text(cell) for cell in others))
    show(grid)


def show_lines(lines: Iterable[str]) -> None:
    """Paragraphs, each after a blank line."""
    show(*(Text(f"\n{line}") for line in lines))


def show_section(title: str, table: Table) -> None:
    """A table below its title."""
    show(Text(f"\n{title}", "bold"), table)


def new_table(words: Sequence[str] = (), numbers: Sequence[str] = ()) -> Table:
    """A table without a box that fits into 80 columns: columns of words, which never wrap, and then of numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="underline")
    for head in words:
        table.add_column(head, no_wrap=True)
    for head in numbers:
        table.add_column(head, justify="right")
    return table


def show_explanations(explanations: Iterable[Explanation]) -> None:
    """One explanation after another, with a blank line between."""
    for number, explanation in enumerate(explanations):
        title = Text.assemble((explanation.name, "bold"), ": ", explanation.title)
        show(*([Text()] if number else []), title, _facts(explanation))


def _facts(explanation: Explanation) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in explanation.facts:
        grid.add_row(f"  {label}", Text(text))
    for claim in explanation.claims:
        grid.add_row(f"  {claim.id}", Text(f"“{claim.passage}” ({claim.reading})"))
    return grid
