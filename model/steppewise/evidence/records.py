"""Yearly inputs: GDP of the actors and remittances of the states as they were, named as inputs and not drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Source
from steppewise.yaml_reader import Document, read_yaml

KINDS: Final[Mapping[str, str]] = {"gdp": "billion USD of 2015", "remittances": "percent of GDP"}
"""Kinds of records and their units."""

EARLIEST: Final = 1900
FIELDS: Final = ("unit", "source", "reason", "by")


@dataclass(frozen=True)
class Record:
    """Numbers of one actor by year, without a gap of years; 0 stands for a year without a number."""

    name: str
    first_year: int
    values: tuple[float, ...]
    source: str
    reason: str = ""

    @property
    def last_year(self) -> int:
        """The last year with a number."""
        return self.first_year + len(self.values) - 1


Records = Mapping[tuple[str, str], Record]


def read_records(path: Path, actors: Collection[str], sources: Mapping[str, Source]) -> tuple[Records, list[Problem]]:
    """The records of a file and the problems found. Raises SteppewiseError where the file cannot be read."""
    document = read_yaml(path)
    if not isinstance(document.data, dict) or set(document.data) != set(KINDS):
        raise SteppewiseError(Problem("is malformed", file=str(path), allowed=f"the keys {', '.join(KINDS)}"))
    found: dict[tuple[str, str], Record] = {}
    problems: list[Problem] = []
    for kind, table in document.data.items():
        complaints = list(_complaints_of_table(kind, table, sources))
        if complaints:
            problems += [_problem(document, (kind,), *one) for one in complaints]
            continue
        for actor, row in table["by"].items():
            complaints = list(_complaints(actor, row, actors))
            problems += [_problem(document, (kind, "by", actor), *one) for one in complaints]
            if not complaints:
                values = tuple(float(value or 0) for value in row["values"])
                found[kind, actor] = Record(f"{kind}.{actor}", row["first"], values, table["source"], table["reason"])
    return found, problems


def _problem(document: Document, path: tuple[str, ...], message: str, allowed: str) -> Problem:
    return Problem(message, document.name, document.line(*path), ".".join(path), allowed)


def _complaints_of_table(kind: str, table: Any, sources: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """What is wrong with the records of a kind as a whole: the message and what is allowed."""
    if not isinstance(table, dict) or set(table) != set(FIELDS) or not isinstance(table["by"], dict):
        yield "is malformed", f"the keys {', '.join(FIELDS)}, and actors under `by`"
        return
    if table["unit"] != KINDS[kind]:
        yield f"unit '{table['unit']}' is wrong", KINDS[kind]
    source = sources.get(table["source"]) if isinstance(table["source"], str) else None
    if source is None or source.kind != "statistic":
        yield f"source '{table['source']}' is no statistic", "a statistic of sources.yaml"
    if not table["reason"] or not isinstance(table["reason"], str):
        yield "has no reason", "a sentence on where the numbers come from"


def _complaints(actor: str, row: Any, actors: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the record of an actor: the message and what is allowed."""
    if actor not in actors:
        yield f"'{actor}' is no actor", ", ".join(actors)
    if not isinstance(row, dict) or set(row) != {"first", "values"} or not isinstance(row["values"], list):
        yield "is malformed", "first: 1992, values: [1, 2, ~, 4]"
        return
    if type(row["first"]) is not int or row["first"] < EARLIEST:
        yield f"first year '{row['first']}' is no year", f"a whole number from {EARLIEST} on"
    values = row["values"]
    if not all(value is None or (type(value) in (int, float) and value > 0) for value in values):
        yield "a value is no positive number", "numbers above 0, and ~ for a year without one"
    elif not values or values[0] is None or values[-1] is None:
        yield "the first or the last year has no number", "numbers at both ends"
