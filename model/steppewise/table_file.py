"""Tables as people have them: CSV with commas, semicolons or tabs, decimal points or commas; sheets of a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any, Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.yaml_reader import read_text, shown

LARGEST_FILE: Final = 100_000_000
"""Bytes."""

WORKBOOKS: Final = (".xlsx", ".xlsm")
SEPARATORS: Final = (";", "\t", ",")


@dataclass(frozen=True)
class Line:
    """A row: where it stands in the file, and its cells as text by the name of the column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class TableFile:
    """A table that was read. `commas`: whether its numbers may have decimal commas."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    commas: bool = False

    def number(self, text: str) -> float:
        """The number that a cell says. Raises ValueError with a sentence."""
        plain = text.replace(",", ".") if self.commas and "." not in text and text.count(",") == 1 else text
        try:
            found = float(plain)
        except ValueError:
            raise ValueError(f"'{shown(text, 40)}' is not a number") from None
        if not isfinite(found):
            raise ValueError(f"'{shown(text, 40)}' is not a finite number")
        return found


def read_table(path: str | Path) -> TableFile:
    """The first table of a file; lines that begin with # are comments. Raises SteppewiseError."""
    path = Path(path)
    if path.suffix.lower() in WORKBOOKS:
        return _table(str(path), _of_workbook(path), commas=False)
    return parse_table(read_text(path, LARGEST_FILE), str(path))


def parse_table(text: str, name: str) -> TableFile:
    """The table of a CSV text; `name` stands for the file in messages. Raises SteppewiseError."""
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    separator = max(SEPARATORS, key=first.count)
    return _table(name, _of_text(text, name, separator), commas=separator != ",")


def _of_text(text: str, name: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        for cells in reader:
            if not (cells and cells[0].startswith("#")):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise SteppewiseError(Problem(f"is not valid CSV: {error}", name, reader.line_num)) from None


def _of_workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        sheet = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    except FileNotFoundError:
        raise SteppewiseError(Problem("there is no such file", str(path))) from None
    except Exception as error:  # openpyxl lets through whatever zip, XML and its own parts raise
        raise SteppewiseError(Problem(f"is not a workbook that can be read: {shown(error, 120)}", str(path))) from None
    yield from enumerate(([_cell(value) for value in row] for row in rows), 1)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _table(name: str, rows: Iterator[tuple[int, list[str]]], commas: bool) -> TableFile:
    """Names in the first row that is not blank, cells below. Raises SteppewiseError with all problems."""
    filled = ((number, cells) for number, cells in rows if any(cells))
    head, columns = next(filled, (1, []))
    while columns and not columns[-1]:
        columns.pop()
    problems = [
        Problem(f"there are {columns.count(column)} columns '{shown(column)}'", name, head)
        for column in dict.fromkeys(columns)
        if columns.count(column) > 1
    ]
    lines = []
    for number, cells in filled:
        if any(cells[len(columns) :]) or len(cells) < len(columns):
            problems.append(Problem(f"there are {len(cells)} values, not {len(columns)}", name, number))
        lines.append(Line(number, dict(zip(columns, cells, strict=False))))
    if not columns:
        problems.append(Problem("holds no table", name))
    if problems:
        raise SteppewiseError(problems)
    return TableFile(name, tuple(columns), tuple(lines), commas)
