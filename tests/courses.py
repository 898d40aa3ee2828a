"""Runs of the model for tests: every quantity of every quarter, in double precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from steppewise.arrays import Array
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.variables import VARIABLES

Course = Mapping[str, Array]
"""Name -> (time, *axes, world)."""

HIDDEN_AXES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("kept", "broken", "new_kept", "new_broken", "intensity", "fit"), ("power", "state")),
    **dict.fromkeys(("news_kept", "news_broken"), ("power", "state")),
    **dict.fromkeys(("due", "delivered", "schooling", "learned", "open_pressure"), ("power", "state")),
    **dict.fromkeys(("of_powers.gdp", "of_powers.due", "of_powers.adoption"), ("power",)),
    "of_powers.offer": ("power", "sector"),
    "of_states.gdp": ("state",),
    "links.cooperation": ("state", "state"),
    **dict.fromkeys(("chances.delivery", "chances.taste", "chances.leverage"), ("power", "state")),
    "chances.fiscal": ("power",),
}
"""What the model holds beside its variables, by the attribute that leads to it (ties where none is named)."""

AXES: Mapping[str, tuple[str, ...]] = {
    **{name: variable.axes for name, variable in VARIABLES.items()},
    **{f"hidden.{name}": axes for name, axes in HIDDEN_AXES.items()},
}


def snapshot(model: RegionalInfluenceModel) -> dict[str, Array]:
    """A copy of every quantity as it stands now."""
    now = {name: np.array(variable.read(model)) for name, variable in VARIABLES.items()}
    for name in HIDDEN_AXES:
        room, _, field = name.rpartition(".")
        now[f"hidden.{name}"] = np.array(getattr(getattr(model, room or "ties"), field))
    return now


def steps(model: RegionalInfluenceModel) -> Iterator[RegionalInfluenceModel]:
    """The model after every quarter."""
    while model.running:
        model.step()
        yield model


def course_of(model: RegionalInfluenceModel) -> Course:
    """Run a model to its end."""
    taken = [snapshot(stepped) for stepped in steps(model)]
    model.close()
    return {name: np.stack([now[name] for now in taken]) for name in taken[0]}


def course(
    spec: ScenarioSpec,
    worlds: int = 1,
    seed: int = 0,
    uncertainty: str = "none",
    first: int = 0,
    **options: object,
) -> Course:
    """Run a scenario."""
    return course_of(RegionalInfluenceModel(spec, worlds, seed, first_world=first, uncertainty=uncertainty, **options))


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
