"""Commands on names: list what there is, explain what stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steppewise.errors import Problem, SteppewiseError

if TYPE_CHECKING:
    from steppewise.evidence.types import Parameter

Rows = list[tuple[str, ...]]


class Shelf(StrEnum):
    """What can be listed."""

    SCENARIOS = "scenarios"
    EXPERIMENTS = "experiments"
    LESSONS = "lessons"
    PARAMETERS = "parameters"
    OUTCOMES = "outcomes"
    MECHANISMS = "mechanisms"
    STRUCTURES = "structures"
    EVENTS = "events"
    LEVELS = "levels"


def list_names(
    shelf: Annotated[Shelf, typer.Argument(metavar="WHAT", help="|".join(Shelf))] = Shelf.SCENARIOS,
    pattern: Annotated[
        str | None, typer.Argument(help="For parameters: a name with '*', to see values instead of meanings.")
    ] = None,
) -> None:
    """List scenarios, experiments, lessons, parameters, outcomes and what else has a name.

    \b
    Examples:
      steppewise list
      steppewise list experiments
      steppewise list lessons
      steppewise list parameters
      steppewise list parameters 'powers.japan.*'
      steppewise list mechanisms
    """
    from steppewise.cli.terminal import show_table

    if pattern is not None and shelf is not Shelf.PARAMETERS:
        raise SteppewiseError(Problem(f"only parameters can be narrowed down, not {shelf}"))
    show_table(_parameters(pattern) if shelf is Shelf.PARAMETERS else _SHELVES[shelf]())
    if shelf is Shelf.SCENARIOS:
        others = fill(f"Also: {', '.join(list(Shelf)[1:])}", 80)
        typer.echo(f"\n{others}\nMore: steppewise list WHAT")
    elif shelf is Shelf.LESSONS:
        typer.echo("\nOpen one: steppewise app --lesson NAME")


def _files(kind: Literal["scenarios", "experiments"]) -> Rows:
    from steppewise.scenario.library import library

    return [(entry.name, f"{entry.title}\n{entry.question}") for entry in library(kind)]


def _lessons() -> Rows:
    from steppewise.app.lesson import lessons

    return [(one.name, f"{one.title} ({one.minutes} minutes)\n{one.goal}") for one in lessons()]


def _parameters(pattern: str | None) -> Rows:
    """Meanings of all; or value with range, unit and class of those that fit. Raises SteppewiseError."""
    from steppewise.evidence.catalogue import load_evidence
    from steppewise.evidence.names import pattern_of

    evidence = load_evidence()
    if pattern is None:
        return [
            (pattern_of(d.kind, d.key), f"{d.meaning} ({d.unit}; {d.lowest:g} to {d.highest:g})")
            for d in evidence.definitions.values()
        ]
    found = [evidence.parameters[name] for name in evidence.matching(pattern)]
    if not found:
        raise SteppewiseError(Problem(f"no parameter fits '{pattern}'", nearest=evidence.nearest(pattern)))
    return [(parameter.name, _value(parameter)) for parameter in found]


def _value(parameter: Parameter) -> str:
    spread = f" ({parameter.low:g} to {parameter.high:g})" if parameter.is_uncertain else ""
    return f"{parameter.value:g}{spread} {parameter.definition.unit}; {parameter.evidence}"


def _outcomes() -> Rows:
    from steppewise.world.variables import OUTCOME_FORMS, OUTCOMES

    return [(OUTCOME_FORMS[name], f"{one.label} ({one.unit})") for name, one in OUTCOMES.items()]


def _mechanisms() -> Rows:
    from steppewise.scenario.spec import MECHANISMS

    return list(MECHANISMS.items())


def _structures() -> Rows:
    from steppewise.scenario.spec import STRUCTURES

    parts = STRUCTURES.items()
    return [(f"{part}: {name}", sentence) for part, choices in parts for name, sentence in choices.items()]


def _events() -> Rows:
    from steppewise.scenario.events import EVENT_ENTRIES
    from steppewise.scenario.fields import keys_of

    return [(kind, f"{m.__doc__}\nkeys: {', '.join(keys_of(m))}") for kind, m in EVENT_ENTRIES.items()]


def _levels() -> Rows:
    from steppewise.evidence.catalogue import load_evidence

    levels = load_evidence().levels.values()
    return [(level.name, f"{level.low:g} to {level.high:g}", level.meaning) for level in levels]


_SHELVES: dict[Shelf, Callable[[], Rows]] = {
    Shelf.SCENARIOS: lambda: _files("scenarios"),
    Shelf.EXPERIMENTS: lambda: _files("experiments"),
    Shelf.LESSONS: _lessons,
    Shelf.OUTCOMES: _outcomes,
    Shelf.MECHANISMS: _mechanisms,
    Shelf.STRUCTURES: _structures,
    Shelf.EVENTS: _events,
    Shelf.LEVELS: _levels,
}


def explain(
    name: Annotated[str, typer.Argument(help="A parameter (also with '*'), level, mechanism, event, claim, row ...")],
    scenario: Annotated[
        str | None, typer.Option(help="Show a parameter's value in this scenario instead of the evidence.")
    ] = None,
) -> None:
    """Say what a name means and what it rests on.

    \b
    Examples:
      steppewise explain powers.japan.execution
      steppewise explain 'ties.japan.*.trade'
      steppewise explain emulation
      steppewise explain capacity_only
      steppewise explain tca2025-38
      steppewise explain powers.japan.coerciveness --scenario coercive-format
    """
    from steppewise.cli.explaining import explained, explained_in
    from steppewise.cli.terminal import show_explanations

    show_explanations(explained(name) if scenario is None else explained_in(name, scenario))
