"""The tables of docs/odd.md that say what the code says: the rows of `steppewise validate` (1.2), the kinds of event
(6.4). `python -m tests.odd_rows` writes them.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import fill

from steppewise.analysis.patterns import ROWS, arrival, articles, levers, record, shocks
from steppewise.scenario.event import Event, Key, Own
from steppewise.scenario.events import KINDS

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
USED, EVENTS = "Rows that were *used* to set a value: ", "| kind | keys (default) | effect |\n"
ENDS = {USED: "\n\n`validate --ablation` measures", EVENTS: "\n\n*Packages.*"}
"""What a part of the page begins with, and what comes behind it."""


def rows() -> str:
    """The rows that were used, then a table for each group."""
    used = [f"`{row.id}`" for row in ROWS if row.role == "used"]
    names = f"{USED}{', '.join(used[:-1])} and {used[-1]}. All others are *held out*."
    tables = (
        f"{head}\n\n| row | what must show | who says so |\n|---|---|---|\n{lines(of)}" for head, of in GROUPS.items()
    )
    return "\n\n".join([fill(names, 120, break_on_hyphens=False), *tables])


def lines(rows: tuple) -> str:
    """A line of a table for each row."""
    return "\n".join(f"| `{row.id}` | {row.statement.rstrip('.')} | {row.source.rstrip('.')} |" for row in rows)


def events() -> str:
    """A line of a table for each kind of event."""
    return EVENTS + "|---|---|---|\n" + "\n".join(map(line, KINDS.values()))


def line(kind: type[Event]) -> str:
    """A kind of event: the key that names it, its other keys with their defaults, its effect."""
    (own, first), *others = sorted(kind.file_keys().items(), key=lambda item: not isinstance(item[1], Own))
    names = f"`{first.written}: {'` or `'.join(first.words)}`" if first.words else f"`{first.written}:` {own}"
    return f"| {names} | {', '.join(told(key) for _, key in others)} | {kind.effect} |"


def told(key: Key) -> str:
    """A key with the words that it takes, and its default."""
    default = re.search(r"\(default:? ([^)]*)\)", key.meaning)
    words = f" {' or '.join(key.words)}" if key.words else ""
    return f"`{key.written}`{words}{f' ({default[1]})' if default else ''}"


def anew(page: str) -> str:
    """The page with these parts as the code says them."""
    for begin, text in ((USED, rows()), (EVENTS, events())):
        before, _, rest = page.partition(begin)
        page = before + text + ENDS[begin] + rest.partition(ENDS[begin])[2]
    return page


if __name__ == "__main__":
    ODD.write_text(anew(ODD.read_text(encoding="utf-8")), encoding="utf-8")
