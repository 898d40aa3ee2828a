"""Runs of the model for tests: every quantity of every quarter, in double precision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from steppewise.arrays import Array
from steppewise.engine.forms import Form, form_for
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.layout import FIELDS, KEYS_OF_AXIS, STATE
from steppewise.world.tables import tables_of, work_of
from steppewise.world.variables import VARIABLES

Course = Mapping[str, Array]
"""Name -> (time, *axes, world)."""

LEFT_OUT = ("number", "year_fiscal", "year_delivery", "year_trade", "year_pressure")
"""Which world it is, and draws: they stand for themselves, and without chance they stay empty."""

_AXIS_NAMES = {"P": "power", "S": "state", "E": "event"} | dict.fromkeys(KEYS_OF_AXIS, "member")
FIELDS_HELD = tuple(field.name for field in STATE if field.name not in LEFT_OUT and "E" not in field.axes)
"""What a world holds, but for its number, draws of the year and events."""

AXES: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(_AXIS_NAMES[axis] for axis in FIELDS[name].axes) for name in FIELDS_HELD},
    **{name: variable.axes for name, variable in VARIABLES.items()},
}


def course(
    spec: ScenarioSpec,
    worlds: int = 1,
    seed: int = 0,
    uncertainty: str = "none",
    first: int = 0,
    *,
    form: Form | None = None,
    given: Mapping[str, Array] | None = None,
    scaled: Mapping[str, Array] | None = None,
    numbers: Array | None = None,
) -> Course:
    """Run a scenario: everything that its worlds hold after every quarter, and the variables by their names."""
    tables, form = tables_of(spec), form or form_for(spec.rules)
    cells = [cell for name in FIELDS_HELD for cell in tables.cells_of_field(name)]
    numbers = np.arange(first, first + worlds) if numbers is None else numbers
    work = work_of(spec, numbers, lambda name: seed, uncertainty, given or {}, scaled or {}, outcomes=cells)
    taken = [form.run(replace(work, quarters=t + 1)).outcomes for t in range(work.quarters)]
    found, start = {}, 0
    for name in FIELDS_HELD:
        shape = tables.sizes.of(FIELDS[name].axes)
        stop = start + int(np.prod(shape))
        found[name] = np.stack([now[start:stop].reshape(*shape, -1) for now in taken])
        start = stop
    return found | {name: found[variable.field] for name, variable in VARIABLES.items()}


def assert_same(one: Course, other: Course) -> None:
    """Equal to the last bit, in everything."""
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name], err_msg=name)


def assert_close(one: Course, other: Course, tolerance: float = 1e-9) -> None:
    """Equal but for rounding, in everything; relative for large numbers, absolute for small ones."""
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_allclose(values, other[name], rtol=tolerance, atol=tolerance, err_msg=name)


def picked(course: Course, powers: list[int], states: list[int]) -> Course:
    """The course of some actors only, in the order given; what is not by actor stays."""
    places = {"power": powers, "state": states}
    found = {}
    for name, values in course.items():
        for axis, kind in enumerate(AXES[name], start=1):
            if kind in places:
                values = np.take(values, places[kind], axis=axis)
        found[name] = values
    return found


def worlds_of(course: Course, worlds: slice) -> Course:
    """Some worlds of a course."""
    return {name: values[..., worlds] for name, values in course.items()}


def quarters_of(course: Course, quarters: slice) -> Course:
    """Some quarters of a course."""
    return {name: values[quarters] for name, values in course.items()}
