"""What a page holds - the free page or a lesson - and the states in which its levers can stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from steppewise.app.lesson import Lesson
from steppewise.app.lesson_header import setting_of
from steppewise.app.sliders import Slider, free_levers, more_levers, slider
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import UNCERTAINTIES, Uncertainty
from steppewise.yaml_reader import shown

EXPLORE: Final = "explore"
WORLDS: Final = 200
LARGEST_SEED: Final = 999_999_999


@dataclass(frozen=True)
class PageState:
    """Where everything on a page stands. `values` are those of the sliders that hold all worlds at one value."""

    scenario: str
    uncertainty: Uncertainty
    seed: int
    values: Mapping[str, float]

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal states."""
        return (self.scenario, self.uncertainty, self.seed, *sorted(self.values.items()))


@dataclass(frozen=True)
class Page:
    """One page: its scenarios (all with the same actors and quarters, the first one opens), its sliders.

    `levers` hold all worlds at one value, in the grid too; `more` do so from the moment they are moved, and live only.
    """

    name: str
    title: str
    question: str
    look_for: str
    lesson: Lesson | None
    scenarios: Mapping[str, ScenarioSpec]
    uncertainties: tuple[Uncertainty, ...]
    levers: tuple[Slider, ...]
    more: tuple[Slider, ...]
    worlds: int = WORLDS
    seed: int = 0
    sliders: Mapping[str, Slider] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sliders", {one.name: one for one in (*self.levers, *self.more)})

    @property
    def spec(self) -> ScenarioSpec:
        """The scenario that opens the page."""
        return next(iter(self.scenarios.values()))

    def values_under(self, scenario: str) -> dict[str, float]:
        """Where the levers stand under a scenario as long as nobody moves them."""
        own = self.scenarios[scenario].parameters
        return {one.name: one.within(own[one.targets[0]].value) for one in self.levers}

    @property
    def opening(self) -> PageState:
        """Where the page opens: what all answers are compared with."""
        scenario = self.spec.name
        return PageState(scenario, self.uncertainties[0], self.seed, self.values_under(scenario))

    def opening_of(self, seed: int) -> PageState:
        """The opening in the worlds of another seed."""
        return replace(self.opening, seed=seed)

    @property
    def for_grid(self) -> Page:
        """The page as a grid can hold it: a lesson whole, of the free page the scenario that opens it."""
        if self.lesson is not None:
            return self
        return replace(self, scenarios={self.spec.name: self.spec}, uncertainties=self.uncertainties[:1])

    def held(self, state: PageState) -> dict[str, float]:
        """The parameters that are the same in all worlds, and their values."""
        return {name: value for key, value in state.values.items() for name in self.sliders[key].targets}


def free_page(scenario: str, worlds: int = WORLDS, seed: int = 0) -> Page:
    """The page on which everything can be moved, on any scenario by name or path. Raises SteppewiseError."""
    spec = load_scenario(scenario)
    levers = free_levers(spec)
    library = [load_scenario(name) for name in library_names() if name != spec.name and spec.name in library_names()]
    others = {other.name: other for other in library if setting_of(other) == setting_of(spec)}
    return Page(
        name=EXPLORE,
        title=spec.title,
        question=spec.question,
        look_for=spec.look_for,
        lesson=None,
        scenarios={spec.name: spec, **others},
        uncertainties=("both", *(word for word in UNCERTAINTIES if word != "both")),
        levers=levers,
        more=more_levers(spec, levers),
        worlds=worlds,
        seed=seed,
    )


def lesson_page(lesson: Lesson, worlds: int = WORLDS, seed: int = 0) -> Page:
    """The page of a lesson. Raises SteppewiseError."""
    specs = {spec.name: spec for spec in map(load_scenario, lesson.scenarios)}
    spec = next(iter(specs.values()))
    levers = tuple(slider(one, spec) for one in lesson.levers)
    return Page(
        name=lesson.name,
        title=lesson.title,
        question=lesson.goal,
        look_for=spec.look_for,
        lesson=lesson,
        scenarios=specs,
        uncertainties=lesson.uncertainties,
        levers=levers,
        more=more_levers(spec, levers),
        worlds=worlds,
        seed=seed,
    )


def readable_seed(seed: object) -> int:
    """A seed, if it is one. Raises SteppewiseError."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        allowed = f"a whole number from 0 to {LARGEST_SEED:,}"
        raise SteppewiseError(Problem(f"seed: {shown(seed)} is no seed", allowed=allowed))
    return seed


# what a browser says ---------------------------------------------------------------------------------------------


def read_state(raw: object, page: Page) -> PageState:
    """A state from what a browser sent. Raises SteppewiseError with every problem."""
    if not isinstance(raw, Mapping):
        raise SteppewiseError("the question is not an object")
    problems = list(_problems(raw, page))
    if problems:
        raise SteppewiseError(problems)
    values = {name: float(value) for name, value in raw["values"].items()}
    return PageState(raw["scenario"], raw["uncertainty"], raw["seed"], values)


def _problems(raw: Mapping[Any, Any], page: Page) -> Iterator[Problem]:
    known = ("version", "page", "scenario", "uncertainty", "seed", "values")
    for key in raw.keys() - set(known):
        yield Problem(f"there is no key '{shown(key)}'", nearest=nearest(str(key), known) or None)
    yield from _unknown(raw, "scenario", tuple(page.scenarios))
    yield from _unknown(raw, "uncertainty", page.uncertainties)
    try:
        readable_seed(raw.get("seed"))
    except SteppewiseError as error:
        yield from error.problems
    values = raw.get("values")
    if not isinstance(values, Mapping):
        yield Problem("values: is not an object", allowed="numbers by the names of levers")
        return
    for missing in (one.name for one in page.levers if one.name not in values):
        yield Problem(f"values: '{missing}' is missing")
    for name, value in values.items():
        yield from _unfit(name, value, page)


def _unknown(raw: Mapping[Any, Any], key: str, known: tuple[str, ...]) -> Iterator[Problem]:
    word = raw.get(key)
    if not isinstance(word, str) or word not in known:
        near = nearest(word, known) if isinstance(word, str) else ""
        yield Problem(f"{key}: '{shown(word)}' is not known here", allowed=", ".join(known), nearest=near or None)


def _unfit(name: str, value: object, page: Page) -> Iterator[Problem]:
    one = page.sliders.get(name)
    if one is None:
        yield Problem(f"there is no lever '{shown(name)}'", nearest=nearest(name, page.sliders) or None)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(f"{name}: {shown(value)} is no number")
    elif not one.low <= value <= one.high:
        yield Problem(f"{name}: {shown(value)} is out of range", allowed=f"{one.low:g} to {one.high:g} {one.unit}")
