"""A scenario as flat tables: all that the engine is given, in whatever form it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from steppewise.arrays import Array
from steppewise.evidence.records import Record
from steppewise.evidence.types import INSTRUMENTS
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec
from steppewise.world.layout import (
    FIELDS,
    FIRST_YEAR,
    KEYS_OF_AXIS,
    LAST_YEAR,
    PARAMETERS,
    PLAN,
    STATE,
    STREAMS,
    SWITCHES,
    Sizes,
    places,
)
from steppewise.world.memory import EventPlan, Key, Keys, Ranges, Switches, World
from steppewise.world.planning import numbers_of, planned, rows_of
from steppewise.world.rules import records
from steppewise.world.source import EngineSource
from steppewise.world.streams import stream_key

Whole = NDArray[np.int32]
Uncertainty = Literal["both", "chance", "ignorance", "none"]
UNCERTAINTIES: Final[tuple[Uncertainty, ...]] = ("both", "chance", "ignorance", "none")

ONLY_WITH_CHANCE: Final = ("fiscal_shocks", "delivery_shocks", "trade_shocks")

BASE_YEAR: Final = 2020
"""The year that a record of GDP is relative to."""

ON: Final = frozenset({"chance", *MECHANISMS})
"""Switches that are on unless a scenario switches them off; the others are rival formulations."""

OPENINGS: Final = frozenset(one.name for one in PARAMETERS if one.name.startswith("opening_"))
"""What describes a start: each year of start draws it from streams of its own."""


class Tables:
    """What a scenario is to the engine, but for seeds and worlds.

    cells: dotted name of a parameter -> its place among all parameters. low, high: (parameter,). on: one whole number
    a switch. rows: (event, PLAN), to: (event, state).
    """

    def __init__(self, spec: ScenarioSpec) -> None:
        self.spec = spec
        powers, states = spec.power_names, spec.state_names
        without_events = Sizes(len(powers), len(states), 0)
        self._held = tuple(places(PARAMETERS, without_events))
        names = [_parameter_name(*place, powers, states) for place in self._held]
        self.cells = {name: cell for cell, name in enumerate(names) if name is not None}
        self._openings = {
            name for name, (field_name, _) in zip(names, self._held, strict=True) if field_name in OPENINGS
        }
        for name in self.cells:
            if name not in spec.parameters:
                raise KeyError(name)
        self.events = tuple(rows_of(spec, self.cells))
        self.sizes = Sizes(len(powers), len(states), len(self.events))
        self._before_events = len(names)
        self.low, self.high = self._ranges(spec)

    def _ranges(self, spec: ScenarioSpec) -> tuple[Array, Array]:
        low, high = np.zeros((2, self._before_events))
        for name, cell in self.cells.items():
            one = spec.parameters[name]
            low[cell], high[cell] = (one.low, one.high) if one.low < one.high else (one.value, one.value)
        place_of = {place: cell for cell, place in enumerate(self._held)}
        for place, number in _records(spec):
            low[place_of[place]] = high[place_of[place]] = number
        of_events = np.array([numbers_of(row) for row in self.events]).reshape(-1)
        return np.concatenate([low, of_events]), np.concatenate([high, of_events])

    @cached_property
    def values(self) -> Array:
        """The value of every parameter, (parameter,)."""
        values = self.low.copy()
        for name, cell in self.cells.items():
            values[cell] = self.spec.parameters[name].value
        return values

    def cells_of(self, name: str) -> list[int]:
        """The places of a parameter, or of a number of an event (`events.LABEL.amount`). Raises KeyError."""
        if name in self.cells:
            return [self.cells[name]]
        label, _, field_name = name.removeprefix("events.").rpartition(".")
        which = ("probability", "at", "number", "execution").index(
            field_name if field_name in ("probability", "at", "execution") else "number"
        )
        width = 4 + len(INSTRUMENTS)
        found = [
            self._before_events + i * width + which for i, row in enumerate(self.events) if row.event.label == label
        ]
        if not found:
            raise KeyError(name)
        return found

    def switches(self, chance: bool) -> Whole:
        """Which mechanisms work, in the order of SWITCHES."""
        off = self.spec.switched_off | (frozenset() if chance else {"chance", *ONLY_WITH_CHANCE})
        chosen = {f"{part}_{choice}" for part, choice in self.spec.structure.items()}
        return np.array([name not in off if name in ON else name in chosen for name in SWITCHES], np.int32)

    def plan(self, at: Mapping[str, Array]) -> tuple[Whole, Whole]:
        """The plan (event, PLAN) and who it is about (event, state). `at` holds dates that differ, by label."""
        powers, states = self.spec.power_names, self.spec.state_names
        rows = np.zeros((len(self.events), len(PLAN)), np.int32)
        to = np.zeros((len(self.events), len(states)), np.int32)
        for i, row in enumerate(self.events):
            event = row.event
            rows[i] = planned(row, at.get(event.label, np.array([event.at.number])), powers)
            for state in row.effect.to:
                to[i, states.index(state)] = 1
            for place, state in enumerate(row.effect.along):
                to[i, place] = 1 + states.index(state)
        return rows, to

    def keys(self, seed_of: Callable[[str], int], drawn: NDArray[np.intp]) -> NDArray[np.uint64]:
        """The keys of all streams, (stream, 2); of parameters, those that are `drawn`."""
        powers, states = self.spec.power_names, self.spec.state_names
        names = [f"{stream}/{power}" for power in powers for stream in STREAMS["P"]]
        names += [f"{stream}/{p}/{s}" for p in powers for s in states for stream in STREAMS["PS"]]
        names += [f"event/{row.event.label}" for row in self.events]
        found = np.zeros((len(names) + len(self.low), 2), np.uint64)
        found[: len(names)] = np.array([stream_key(seed_of(n), n) for n in names], np.uint64).reshape(-1, 2)
        for cell in drawn:
            name = self._stream(self._names[cell])
            found[len(names) + cell] = stream_key(seed_of(name), name)
        return found

    def _stream(self, name: str) -> str:
        """The stream of a parameter; what describes a start has one for every year of start."""
        return f"opening/{self.spec.start.year}/{name}" if name in self._openings else f"parameter/{name}"

    @cached_property
    def _names(self) -> Mapping[int, str]:
        return {cell: name for name, cell in self.cells.items()}

    @cached_property
    def state_cells(self) -> Mapping[tuple[str, tuple[int, ...]], int]:
        """Place of every number of a world among all that it holds, by name and index."""
        whole = (*places(PARAMETERS, self.sizes), *places(STATE, self.sizes))
        return {place: cell for cell, place in enumerate(whole)}

    def cells_of_field(self, name: str) -> list[int]:
        """Places of all numbers of a field, in the order of its axes."""
        shape = self.sizes.of(FIELDS[name].axes)
        return [self.state_cells[name, tuple(map(int, index))] for index in np.ndindex(shape)]


def tables_of(spec: ScenarioSpec) -> Tables:
    """The tables of a scenario, made once."""
    found: Tables | None = spec.__dict__.get("_tables")
    if found is None:
        found = Tables(spec)
        object.__setattr__(spec, "_tables", found)
    return found


def _records(spec: ScenarioSpec) -> Iterator[tuple[tuple[str, tuple[int, ...]], float]]:
    """Place and logarithm of every year of the records: of GDP relative to 2020, of remittances as they are."""
    fields = (("gdp_record", "gdp", spec.power_names), ("output_record", "gdp", spec.state_names))
    for field_name, kind, names in (*fields, ("remittances_record", "remittances", spec.state_names)):
        for number, name in enumerate(names):
            record = spec.records.get((kind, name))
            logarithms = _logarithms(record, BASE_YEAR if kind == "gdp" else None) if record else {}
            for i in range(LAST_YEAR - FIRST_YEAR + 1):
                yield (field_name, (number, i)), logarithms.get(FIRST_YEAR + i, records.NONE)


def _logarithms(record: Record, base: int | None) -> dict[int, float]:
    """Logarithms by year, relative to a base year if any; a gap between two years is bridged by a constant rate."""
    known = {year: log(value) for year, value in enumerate(record.values, record.first_year) if value > 0}
    less = known[base] if base is not None else 0.0
    years = range(min(known), max(known) + 1)
    bridged = np.interp(np.array(years), np.array(list(known)), np.array(list(known.values())))
    return {year: float(value) - less for year, value in zip(years, bridged, strict=True)}


def _parameter_name(
    field_name: str, index: tuple[int, ...], powers: tuple[str, ...], states: tuple[str, ...]
) -> str | None:
    """The dotted name of a parameter; None for the other half of a link, and for a year of a record."""
    one = FIELDS[field_name]
    if not one.key:
        return None
    actors, members = index[: len(one.owner)], index[len(one.owner) :]
    ends = [KEYS_OF_AXIS[axis][member] for axis, member in zip(one.axes[len(one.owner) :], members, strict=True)]
    rest = ".".join((one.key, *ends))
    match one.owner:
        case "P":
            return f"powers.{powers[actors[0]]}.{rest}"
        case "S":
            return f"states.{states[actors[0]]}.{rest}"
        case "PS":
            return f"ties.{powers[actors[0]]}.{states[actors[1]]}.{rest}"
        case "SS":
            return f"links.{states[actors[0]]}.{states[actors[1]]}.{rest}" if actors[0] < actors[1] else None
    return f"world.{rest}"


@dataclass(frozen=True)
class Work:
    """Worlds to run, as the engine is given them.

    numbers: of the worlds, (world,). targets: place of a parameter, and 0 to replace its draw or 1 to multiply it, by
    change; values: (change, world). drawn, outcomes, observed: places of the numbers that are wanted before the first
    quarter, at the end, and after every quarter. quarters: 0 where only draws are wanted. cells: numbers of a world.
    """

    sizes: Sizes
    on: Whole
    rows: Whole
    to: Whole
    keys: NDArray[np.uint64]
    low: Array
    high: Array
    targets: Whole
    values: Array
    numbers: Array
    year: int
    quarter_of_year: int
    quarters: int
    drawn: Whole
    outcomes: Whole
    observed: Whole
    cells: int = field(default=0)

    @property
    def worlds(self) -> int:
        """How many worlds."""
        return len(self.numbers)


@dataclass(frozen=True)
class Done:
    """What worlds came to: drawn and outcomes (number, world), observed (time, number, world) in single precision.

    errors: what was raised in a world, by its place.
    """

    drawn: Array
    outcomes: Array
    observed: NDArray[np.float32]
    errors: Mapping[int, str] = field(default_factory=dict)


def work_of(
    spec: ScenarioSpec,
    numbers: Array,
    seed_of: Callable[[str], int],
    uncertainty: Uncertainty,
    given: Mapping[str, Array],
    scaled: Mapping[str, Array],
    drawn: Sequence[int] = (),
    outcomes: Sequence[int] = (),
    observed: Sequence[int] = (),
    quarters: int | None = None,
) -> Work:
    """The worlds of a scenario. Raises KeyError for a name that is neither a parameter nor a number of an event."""
    tables = tables_of(spec)
    ignorance, chance = uncertainty in ("both", "ignorance"), uncertainty in ("both", "chance")
    low, high = (tables.low, tables.high) if ignorance else (tables.values, tables.values)
    changes = [(cell, 0, values) for name, values in given.items() for cell in tables.cells_of(name)]
    changes += [(cell, 1, values) for name, values in scaled.items() for cell in tables.cells_of(name)]
    replaced = [cell for cell, way, _ in changes if way == 0]
    if replaced:
        high = high.copy()
        high[replaced] = low[replaced]
    at = {
        name[len("events.") : -len(".at")]: v
        for name, v in given.items()
        if name.startswith("events.") and name.endswith(".at")
    }
    rows, to = tables.plan(at)
    return Work(
        sizes=tables.sizes,
        on=tables.switches(chance),
        rows=rows,
        to=to,
        keys=tables.keys(seed_of, np.flatnonzero(high > low)),
        low=low,
        high=high,
        targets=np.array([(cell, way) for cell, way, _ in changes], np.int32).reshape(-1, 2),
        values=np.array([values for _, _, values in changes], float).reshape(len(changes), len(numbers)),
        numbers=np.asarray(numbers, float),
        year=spec.start.year,
        quarter_of_year=spec.start.index,
        quarters=len(spec.quarters) if quarters is None else quarters,
        drawn=np.array(drawn, np.int32),
        outcomes=np.array(outcomes, np.int32),
        observed=np.array(observed, np.int32),
        cells=len(tables.state_cells),
    )


Records = tuple[Switches, EventPlan, Keys, Ranges]


def records_of(work: Work) -> Records:
    """The same for a world on plain floats."""
    powers, states = work.sizes.powers, work.sizes.states
    columns = {name: work.rows[:, i].tolist() for i, name in enumerate(PLAN)}
    to = {(e, s): int(work.to[e, s]) for e in range(work.sizes.events) for s in range(states)}
    keys: list[Key] = [(int(first), int(second)) for first, second in work.keys.tolist()]
    of_power, of_tie = len(STREAMS["P"]), len(STREAMS["PS"])
    ties = powers * of_power
    events = ties + powers * states * of_tie
    found: dict[str, Any] = {name: keys[i:ties:of_power] for i, name in enumerate(STREAMS["P"])}
    for i, name in enumerate(STREAMS["PS"]):
        places = {(p, s): ties + (p * states + s) * of_tie + i for p in range(powers) for s in range(states)}
        found[name] = {tie: keys[place] for tie, place in places.items()}
    streams = Keys(**found, event=keys[events:], parameter=keys[events + work.sizes.events :])
    switches = Switches({name: bool(value) for name, value in zip(SWITCHES, work.on, strict=True)})
    return switches, EventPlan(**columns, to=to), streams, Ranges(work.low.tolist(), work.high.tolist())


def drawn_world(source: EngineSource, work: Work, records: Records, place: int, kind: type[float] = float) -> World:
    """One world of some work, with its parameters: drawn, given or scaled."""
    w, (_, _, keys, ranges) = World(work.sizes, kind), records
    w.number = kind(work.numbers[place])
    if kind is not float:
        ranges = Ranges(*(list(map(kind, ends)) for ends in (ranges.low, ranges.high)))
    source.opening.draw_parameters(w, ranges, keys, len(work.low))
    for (cell, way), values in zip(work.targets.tolist(), work.values, strict=True):
        value = kind(values[place])
        w.parameter[cell] = w.parameter[cell] * value if way else value
    return w
