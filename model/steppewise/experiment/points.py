"""Points of one's own: a CSV file with a column for each factor and a row for each point."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from pathlib import Path

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.experiment.factors import Varied, noted
from steppewise.experiment.study import MOST_POINTS
from steppewise.scenario.fields import refuse
from steppewise.table_file import LARGEST_FILE
from steppewise.yaml_reader import MOST_PROBLEMS, plain_scalar, read_text, shown


def read_points(path: Path, varied: Sequence[Varied]) -> Array:
    """The points of a file, (point, factor) in the order of the factors.

    Raises SteppewiseError with every problem: columns, numbers of cells, values that are not legal.
    """
    table = _Table(str(path), read_text(path, LARGEST_FILE))
    columns = table.columns([one.factor.name for one in varied])
    rows = islice(table.rows(), MOST_POINTS + 1)
    points = [table.point(line, cells, columns, varied) for line, cells in rows]
    if not points:
        table.complain("holds no points", 1, allowed="a row of values below the names")
    if len(points) > MOST_POINTS:
        table.complain("holds too many points", MOST_POINTS + 1, allowed=f"at most {MOST_POINTS:,}")
    if table.problems:
        raise SteppewiseError(table.problems)
    return np.array(points)


class _Table:
    """A CSV file that is read row by row, with its problems."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.problems = name, list[Problem]()
        self._reader = csv.reader(StringIO(text, newline=""), strict=True)

    def complain(self, message: str, line: int, key: str | None = None, allowed: str = "", near: str = "") -> None:
        """Note a problem; after many, give up."""
        self.problems.append(Problem(message, self.name, line, key, allowed or None, near or None))
        if len(self.problems) >= MOST_PROBLEMS:
            raise SteppewiseError(self.problems)

    def columns(self, names: Sequence[str]) -> list[int]:
        """In which column each factor stands. Raises SteppewiseError where they are not the same."""
        _, header = next(self.rows(), (1, []))
        if not set(header) & set(names):
            by_semicolon = any(";" in name for name in header)
            message = "separates its columns by ';'" if by_semicolon else "does not begin with a line of names"
            self.complain(message, 1, allowed="commas" if by_semicolon else ",".join(names))
        else:
            self._compare(header, names)
        if self.problems:
            raise SteppewiseError(self.problems)
        return [header.index(name) for name in names]

    def _compare(self, header: Sequence[str], names: Sequence[str]) -> None:
        for name in [name for name in names if name not in header]:
            self.complain(f"the column '{shown(name, 80)}' is missing", 1)
        for name in dict.fromkeys(header):
            if name not in names:
                self.complain(f"the column '{shown(name, 80)}' is not under vary", 1, near=nearest(name, names))
            elif header.count(name) > 1:
                self.complain(f"there are {header.count(name)} columns '{shown(name, 80)}'", 1)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of every row that is not blank. Raises SteppewiseError where it is no CSV."""
        try:
            for cells in self._reader:
                if any(cell.strip() for cell in cells):
                    yield self._reader.line_num, [cell.strip() for cell in cells]
        except csv.Error as error:
            self.complain(f"is not valid CSV: {error}", self._reader.line_num)
            raise SteppewiseError(self.problems) from None

    def point(self, line: int, cells: list[str], columns: list[int], varied: Sequence[Varied]) -> list[float]:
        """The values of a row; not a number where a cell was refused."""
        if len(cells) != len(columns):
            self.complain(f"there are {len(cells)} values, not {len(columns)}", line)
            return []
        return [self._value(line, cells[at], one) for at, one in zip(columns, varied, strict=True)]

    def _value(self, line: int, cell: str, varied: Varied) -> float:
        name = varied.factor.name
        try:
            with noted(lambda message, allowed, near: self.complain(message, line, name, allowed, near)):
                return value_of(cell, varied)
        except ValueError as error:
            self.complain(str(error), line, name)
        return 0.0


def value_of(cell: str, varied: Varied) -> float:
    """The number of a cell, inside what its factor varies over. Raises ValueError where it is refused."""
    factor = varied.factor
    value = varied.scale.read(plain_scalar(cell))
    named, inside = varied.scale.named, factor.low <= value <= factor.high
    if not inside and (varied.scale.listed or not factor.labels):
        refuse(f"{named(value)} is outside the range under vary", f"{named(factor.low)} to {named(factor.high)}")
    if factor.labels and value not in factor.levels:
        refuse(f"{named(value)} is not among the values under vary", ", ".join(factor.labels))
    return value
