"""The tables of docs/odd.md 1.2, from the rows of `steppewise validate`; `python -m tests.odd_rows` writes them."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from steppewise.analysis.patterns import ROWS, arrival, articles, levers, record, shocks

ODD = Path(__file__).parents[1] / "docs" / "odd.md"
GROUPS = {
    "**From the articles**: who stands where, and what a visit, a package, a format and a scenario do.": articles.ROWS,
    "**Levers**: what moves what, in which direction, and how much.": levers.ROWS,
    "**Shocks, rivals, and what must stay bounded.**": shocks.ROWS,
    "**From the public record**: levels and timing of `history`, against figures to 2010 and the dates of formats.": (
        record.ROWS
    ),
    "**Arrival**: where `history` ends is where `baseline` opens.": arrival.ROWS,
}
BEGIN, END = "Rows that were *used* to set a value: ", "\n\n`validate --ablation` measures"


def text() -> str:
    """What stands from BEGIN to END: the rows that were used, then a table for each group."""
    used = [f"`{row.id}`" for row in ROWS if row.role == "used"]
    names = f"{BEGIN}{', '.join(used[:-1])} and {used[-1]}. All others are *held out*."
    tables = (
        f"{head}\n\n| row | what must show | who says so |\n|---|---|---|\n{lines(of)}" for head, of in GROUPS.items()
    )
    return "\n\n".join([fill(names, 120, break_on_hyphens=False), *tables])


def lines(rows: tuple) -> str:
    """A line of a table for each row."""
    return "\n".join(f"| `{row.id}` | {row.statement.rstrip('.')} | {row.source.rstrip('.')} |" for row in rows)


def parts(page: str) -> tuple[str, str, str]:
    """The page before the rows, the rows, and the page after them."""
    before, _, rest = page.partition(BEGIN)
    told, end, after = rest.partition(END)
    return before, BEGIN + told, end + after


if __name__ == "__main__":
    first, _, last = parts(ODD.read_text(encoding="utf-8"))
    ODD.write_text(first + text() + last, encoding="utf-8")
