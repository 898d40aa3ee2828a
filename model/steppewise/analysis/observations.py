"""Observations: what was measured of the real world, by year, power and state; read, checked, in the model's units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.table_file import Line, TableFile, parse_table, read_table
from steppewise.world.variables import BY_TIE, VARIABLES, Axes
from steppewise.yaml_reader import MOST_PROBLEMS, shown

COLUMNS: Final = ("time", "power", "state", "variable", "value", "unit", "source")
SHIPPED: Final = "observations.csv"
"""In the evidence."""

_TIME: Final = re.compile(r"(\d{4})(?:-(\d{4})|Q([1-4]))?")
_FACTORS: Final[Mapping[str, float]] = {"million": 1e-3, "billion": 1.0, "trillion": 1e3}


@dataclass(frozen=True)
class Observation:
    """One number of the real world. first, last: quarters over whose mean it speaks. value: in the model's unit."""

    time: str
    first: Quarter
    last: Quarter
    variable: str
    power: str | None
    state: str | None
    value: float
    source: str

    @property
    def series(self) -> tuple[str, str | None, str | None]:
        """What it is an observation of: variable, power, state."""
        return self.variable, self.power, self.state

    @property
    def year(self) -> float:
        """The middle of its time, a decimal year."""
        return (self.first.years + self.last.plus(1).years) / 2.0


@lru_cache(maxsize=1)
def record() -> tuple[Observation, ...]:
    """All observations of the evidence."""
    text = (files("steppewise.evidence") / SHIPPED).read_text("utf-8")
    return ObservationReader(parse_table(text, SHIPPED), None).read()


def record_of(spec: ScenarioSpec) -> tuple[Observation, ...]:
    """The observations of the evidence, of those who take part in a scenario."""
    actors = {None, *spec.power_names, *spec.state_names}
    return tuple(one for one in record() if one.power in actors and one.state in actors)


def read_observations(path: str | Path, spec: ScenarioSpec) -> tuple[Observation, ...]:
    """The observations of a CSV file or workbook. Raises SteppewiseError with all problems, by line."""
    return ObservationReader(read_table(path), spec).read()


def axes_of(variable: str, power: str | None, state: str | None) -> Axes:
    """What an observation of a variable is about. Raises ValueError with a sentence.

    A share of trade with a state named is that of the powers' trade with this state.
    """
    given = tuple(axis for axis, name in (("power", power), ("state", state)) if name is not None)
    axes = VARIABLES[variable].axes
    if variable == "trade_share" and given == BY_TIE:
        return BY_TIE
    if given != axes:
        wanted = " and ".join(f"a {axis}" for axis in axes) or "neither power nor state"
        raise ValueError(f"{variable} is observed for {wanted}")
    return axes


def into_unit(value: float, unit: str, own: str) -> float:
    """A value in the model's unit. Raises ValueError with a sentence that says which units are known."""
    if unit == own:
        return value
    if own == "share" and unit == "percent":
        return value / 100.0
    word, _, rest = unit.partition(" ")
    own_word, _, own_rest = own.partition(" ")
    if rest == own_rest and own_word == "billion" and word in _FACTORS:
        return value * _FACTORS[word]
    also = {"share": " or percent", "billion": f" (or million {own_rest})"}.get(own.split()[0], "")
    raise ValueError(f"'{shown(unit)}' is not its unit: {own}{also}")


class ObservationReader:
    """Reads a table of observations, with all its problems. No scenario: actors and times are not checked."""

    def __init__(self, table: TableFile, spec: ScenarioSpec | None) -> None:
        self._table, self._spec, self.problems = table, spec, list[Problem]()
        self._seen: dict[tuple[object, ...], int] = {}

    def _complain(self, message: str, line: int, key: str | None = None, near: str = "") -> None:
        self.problems.append(Problem(message, self._table.name, line, key, nearest=near or None))
        if len(self.problems) >= MOST_PROBLEMS:
            raise SteppewiseError(self.problems)

    def read(self) -> tuple[Observation, ...]:
        """Every observation. Raises SteppewiseError."""
        for name in COLUMNS:
            if name not in self._table.columns and name not in ("power", "state", "source"):
                self._complain(f"the column '{name}' is missing", 1, near=nearest(name, self._table.columns))
        if self.problems:
            raise SteppewiseError(self.problems)
        found = [one for line in self._table.lines if (one := self._observation(line)) is not None]
        if not self._table.lines:
            self._complain("holds no observations", 1)
        if self.problems:
            raise SteppewiseError(self.problems)
        return tuple(found)

    def _observation(self, line: Line) -> Observation | None:
        before = len(self.problems)
        variable = self._known(line, "variable", VARIABLES)
        power = self._known(line, "power", self._spec.power_names if self._spec else ())
        state = self._known(line, "state", self._spec.state_names if self._spec else ())
        value = self._value(line, variable if len(self.problems) == before else None, power, state)
        times = self._times(line)
        if times is None or variable is None or value is None or len(self.problems) > before:
            return None
        first, last = times
        time, source = line.cells["time"], line.cells.get("source", "")
        one = Observation(time, first, last, variable, power, state, value, source)
        self._note_duplicate(one, line)
        return one

    def _times(self, line: Line) -> tuple[Quarter, Quarter] | None:
        text = line.cells["time"]
        match = _TIME.fullmatch(text)
        if match is None:
            self._complain(f"'{shown(text)}' is not a year, a span of years or a quarter", line.number, "time")
            return None
        year, until, quarter = int(match[1]), int(match[2] or match[1]), match[3]
        first, last = (Quarter(year * 4), Quarter(until * 4 + 3))
        if quarter:
            first = last = Quarter.parse(text)
        if last < first:
            self._complain(f"'{text}' ends before it begins", line.number, "time")
        elif self._spec is not None and last > self._spec.end:
            self._complain(f"{text} is after the end of the run ({self._spec.end})", line.number, "time")
        return first, last

    def _known(self, line: Line, column: str, names: Iterable[str]) -> str | None:
        """The name in a cell; None where there is none, and where it is not known."""
        text, names = line.cells.get(column, ""), tuple(names)
        if not text and column != "variable":
            return None
        if text in names or (column != "variable" and self._spec is None):
            return text
        self._complain(f"there is no {column} '{shown(text)}'", line.number, column, nearest(text, names))
        return None

    def _value(self, line: Line, variable: str | None, power: str | None, state: str | None) -> float | None:
        try:
            value = self._table.number(line.cells["value"])
        except ValueError as error:
            self._complain(str(error), line.number, "value")
            return None
        if variable is None:
            return None
        try:
            axes_of(variable, power, state)
            return into_unit(value, line.cells["unit"], VARIABLES[variable].unit)
        except ValueError as error:
            self._complain(str(error), line.number, variable)
            return None

    def _note_duplicate(self, one: Observation, line: Line) -> None:
        earlier = self._seen.setdefault((*one.series, one.first, one.last), line.number)
        if earlier != line.number:
            self._complain(f"is observed in line {earlier} already", line.number, one.variable)
