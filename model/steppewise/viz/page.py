"""The page: Mesa's controller (play, step, reset), levers that act at once, the map with the ties, the course so far.

Everything that a visitor changes lives inside the component, so that visitors do not meet.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Final, get_args

import solara
from matplotlib.figure import Figure
from mesa.visualization.solara_viz import ModelController
from mesa.visualization.utils import update_counter

from steppewise.report.figures.one_world import Width, course_chart, course_in_words, ties_in_words, ties_map
from steppewise.report.figures.picture import data_address
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.viz import SCENARIO
from steppewise.viz.world import Levers, arguments, forget, moment_of, world
from steppewise.world.model import RegionalInfluenceModel

CAUTION: Final = (
    "One world is one story that the assumptions allow: no forecast, and not the likely course. What many worlds say: "
    "steppewise run."
)


@solara.component
def Page() -> None:  # noqa: N802 - components are written like classes
    """What is shown at the address of the server."""
    spec = solara.use_memo(lambda: load_scenario(os.environ.get(SCENARIO, "baseline")), [])
    World(spec)


@solara.component
def World(spec: ScenarioSpec) -> None:  # noqa: N802
    """One world of a scenario; stands in a notebook too."""
    levers = solara.use_reactive(solara.use_memo(lambda: Levers(spec.power_names[0]), []))
    model = solara.use_reactive(solara.use_memo(lambda: world(spec, levers.value), []))
    parameters = solara.use_reactive(solara.use_memo(lambda: arguments(spec, levers.value), []))
    width = solara.use_reactive("share")
    interval, quarters, threads = solara.use_reactive(200), solara.use_reactive(1), solara.use_reactive(False)
    solara.use_effect(lambda: forget(model.value), [model.value])

    def pull(changed: Levers) -> None:
        """The same world under other levers, in the quarter that is shown."""
        levers.set(changed)
        parameters.set(arguments(spec, changed))
        model.set(world(spec, changed, model.value.steps))

    solara.Title(f"{spec.title} – steppewise")
    with solara.AppBar():
        solara.AppBarTitle(f"steppewise: {spec.title}")
    with solara.Sidebar():
        with solara.Card("Controls"):
            ModelController(
                model,
                model_parameters=parameters,
                play_interval=interval,
                render_interval=quarters,
                use_threads=threads,
            )
            solara.SliderInt(f"Pause {interval.value} ms", interval, min=50, max=1000, step=50)
            solara.SliderInt(f"Quarters a step: {quarters.value}", quarters, min=1, max=8)
        with solara.Card("Levers"):
            Lever(spec, levers.value, model.value, pull)
        with solara.Card("Lines are as wide as"):
            solara.ToggleButtonsSingle(width, values=list(get_args(Width)))
        solara.Text(CAUTION)
    Pictures(model.value, width.value)


@solara.component
def Lever(  # noqa: N802
    spec: ScenarioSpec, levers: Levers, model: RegionalInfluenceModel, pull: Callable[[Levers], None]
) -> None:
    """What a visitor sets; it acts at once, in the same world, in the quarter that is shown."""
    names = {power.label: power.name for power in spec.powers}
    label = next(label for label, name in names.items() if name == levers.power)
    drawn = model.parameter(f"powers.{levers.power}.execution")
    solara.SliderInt(
        f"World {levers.seed}", levers.seed, min=0, max=99, on_value=lambda seed: pull(replace(levers, seed=seed))
    )
    solara.Select("Power", list(names), label, on_value=lambda chosen: pull(Levers(names[chosen], levers.seed)))
    solara.SliderFloat(
        f"Effort × {levers.effort:g}",
        levers.effort,
        min=0.25,
        max=4.0,
        step=0.25,
        on_value=lambda value: pull(replace(levers, effort=value)),
    )
    solara.SliderFloat(
        f"Execution {drawn:.2f}",
        drawn,
        min=0.0,
        max=1.0,
        step=0.05,
        on_value=lambda value: pull(replace(levers, execution=value)),
    )
    solara.Button("Levers back", on_click=lambda: pull(Levers(levers.power, levers.seed)))


@solara.component
def Pictures(model: RegionalInfluenceModel, width: Width) -> None:  # noqa: N802
    """The map and the course, drawn anew after each step."""
    update_counter.get()
    moment = moment_of(model)
    with solara.Columns([1, 1], wrap=True):
        Picture(ties_map(moment, width), ties_in_words(moment))
        Picture(course_chart(moment), course_in_words(moment))


@solara.component
def Picture(figure: Figure, words: str) -> None:  # noqa: N802
    """A figure with words for those who cannot see it."""
    solara.v.Html(tag="img", attributes={"src": data_address(figure), "alt": words}, style_="max-width: 100%")
