"""Commands on names: list what there is, explain what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steppewise.errors import Problem, SteppewiseError

if TYPE_CHECKING:
    from steppewise.evidence.catalogue import Evidence
    from steppewise.evidence.explain import Explanation
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
    from steppewise.cli.showing import show_table

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
    from steppewise.world.variables import LEADS, OUTCOME_FORMS, VARIABLES

    variables = [(OUTCOME_FORMS[v.name], f"{v.label} ({v.unit})") for v in VARIABLES.values()]
    return [*variables, (OUTCOME_FORMS["leads"], f"{LEADS[0]} ({LEADS[1]})")]


def _mechanisms() -> Rows:
    from steppewise.scenario.spec import MECHANISMS

    return list(MECHANISMS.items())


def _structures() -> Rows:
    from steppewise.scenario.spec import STRUCTURES

    parts = STRUCTURES.items()
    return [(f"{part}: {name}", sentence) for part, choices in parts for name, sentence in choices.items()]


def _events() -> Rows:
    from steppewise.scenario.event_schema import EVENT_ENTRIES
    from steppewise.scenario.strict import keys_of

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
    from steppewise.cli.showing import show_explanations

    show_explanations(_explained(name) if scenario is None else _in_scenario(name, scenario))


def _explained(name: str) -> list[Explanation]:
    """All that goes by the name. Raises SteppewiseError with the nearest name."""
    from steppewise.evidence.catalogue import load_evidence
    from steppewise.evidence.explain import explanations
    from steppewise.scenario.spec import MECHANISMS

    evidence = load_evidence()
    found = [*_of_scenario(name), *_of_experiment(name), *_of_lesson(name), *_of_event(name), *_of_outcome(name)]
    found += (*_of_structure(name), *_of_row(name))
    try:
        return [*explanations(name, evidence, MECHANISMS), *found]
    except SteppewiseError:
        if found:
            return found
        near = _nearest(name, evidence)
        raise SteppewiseError(Problem(f"nothing is known about '{name}'", nearest=near)) from None


def _nearest(name: str, evidence: Evidence) -> str | None:
    from steppewise.app.lesson import lesson_names
    from steppewise.evidence.names import nearest
    from steppewise.scenario.event_schema import EVENT_ENTRIES
    from steppewise.scenario.library import library_names
    from steppewise.scenario.spec import MECHANISMS, STRUCTURES
    from steppewise.world.variables import VARIABLES

    library = (*library_names(), *library_names("experiments"), *lesson_names())
    structures = (name for choices in STRUCTURES.values() for name in choices)
    others = (*library, *EVENT_ENTRIES, *MECHANISMS, *structures, *VARIABLES)
    return nearest(name, (*others, *evidence.parameters, *evidence.levels, *evidence.claims, *evidence.sources)) or None


def _in_scenario(name: str, scenario: str) -> list[Explanation]:
    """The parameters of a scenario that fit a name. Raises SteppewiseError."""
    from steppewise.evidence.catalogue import load_evidence
    from steppewise.evidence.explain import of_parameter
    from steppewise.evidence.names import meant, nearest
    from steppewise.scenario.resolve import load_scenario

    spec = load_scenario(scenario)
    found = meant(name, spec.parameters)
    if not found:
        near = nearest(name, spec.parameters) or None
        raise SteppewiseError(Problem(f"'{spec.name}' has no parameter '{name}'", nearest=near))
    return [of_parameter(spec.parameters[one], load_evidence()) for one in found]


def _told(name: str, title: str, **facts: str) -> Explanation:
    """What is known about a name; nothing of facts without a word."""
    from steppewise.evidence.explain import Explanation

    return Explanation(name, title, tuple((label.replace("_", " "), text) for label, text in facts.items() if text))


def _of_scenario(name: str) -> Iterator[Explanation]:
    from steppewise.scenario.library import library_names
    from steppewise.scenario.resolve import load_scenario

    if name in library_names():
        spec = load_scenario(name)
        yield _told(
            name,
            spec.title,
            question=spec.question,
            look_for=spec.look_for,
            extends=" -> ".join(spec.lineage[1:]),
            quarters=f"{spec.start} to {spec.end}",
            powers=", ".join(spec.power_names),
            states=", ".join(spec.state_names),
            changed=_some(spec.changed),
            events="\n".join(f"{event.at}  {event.label.rpartition('/')[0]}" for event in spec.events),
            off=", ".join(sorted(spec.switched_off)),
            structure=", ".join(f"{part}: {chosen}" for part, chosen in spec.rivals.items()),
        )


def _of_experiment(name: str) -> Iterator[Explanation]:
    from steppewise.scenario.library import library_names

    if name in library_names("experiments"):
        from steppewise.experiment.experiment_loading import load_study

        study = load_study(name)
        yield _told(
            name,
            study.title,
            question=study.question,
            look_for=study.look_for,
            scenario=study.spec.name,
            varies=_some(tuple(factor.name for factor in study.factors)),
            design=f"{study.design}, {len(study.points):,} points in {study.worlds:,} worlds each",
            outcomes=_some(study.outcomes),
        )


def _of_lesson(name: str) -> Iterator[Explanation]:
    from steppewise.app.lesson import lesson, lesson_names

    if name in lesson_names():
        one = lesson(name)
        yield _told(
            name,
            one.title,
            goal=one.goal,
            minutes=str(one.minutes),
            scenarios=", ".join(one.scenarios),
            moves="\n".join(f"{lever.name}, {lever.low:g} to {lever.high:g}" for lever in one.levers),
            guess=one.predict.question if one.predict else "",
        )


def _some(names: tuple[str, ...]) -> str:
    rest = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + rest


def _of_event(name: str) -> Iterator[Explanation]:
    from steppewise.evidence.explain import Explanation
    from steppewise.scenario.event_schema import EVENT_ENTRIES

    if name in EVENT_ENTRIES:
        model = EVENT_ENTRIES[name]
        keys = ((field.alias or key, field.description or "") for key, field in model.model_fields.items())
        yield Explanation(name, model.__doc__ or "", (("kind", "event"), *keys))


def _of_structure(name: str) -> Iterator[Explanation]:
    from steppewise.evidence.explain import Explanation
    from steppewise.scenario.spec import STRUCTURES

    for part, choices in STRUCTURES.items():
        if name == part:
            yield Explanation(name, "part of the model with rival formulations", tuple(choices.items()))
        elif name in choices:
            others = ", ".join(other for other in choices if other != name)
            yield Explanation(name, choices[name], (("kind", f"formulation of {part}"), ("rivals", others)))


def _of_row(name: str) -> Iterator[Explanation]:
    """A row of `validate`, with the claims that it shows."""
    from steppewise.analysis.patterns import ROWS
    from steppewise.evidence.catalogue import load_evidence
    from steppewise.evidence.explain import Explanation

    for row in ROWS:
        if row.id == name:
            claims = tuple(claim for claim in load_evidence().claims.values() if name in claim.shown_by)
            band = f"{row.lowest:g} to {row.highest:g}"
            facts = (("kind", f"row of validate, {row.role}"), ("measured", row.statistic), ("accepted", band))
            yield Explanation(name, row.statement, (*facts, ("source", row.source)), claims)


def _of_outcome(name: str) -> Iterator[Explanation]:
    from steppewise.world.variables import LEADS, OUTCOME_FORMS, VARIABLES

    stem = name.split(".")[0]
    if stem in OUTCOME_FORMS and name.count(".") <= OUTCOME_FORMS[stem].count("."):
        label, unit = LEADS if stem == "leads" else (VARIABLES[stem].label, VARIABLES[stem].unit)
        yield _told(name, label, kind="outcome", unit=unit, named=OUTCOME_FORMS[stem])
