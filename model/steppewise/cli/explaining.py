"""What stands behind a name: all that goes by it."""

from __future__ import annotations

from collections.abc import Iterator

from steppewise.analysis.patterns import ROWS
from steppewise.app.lesson import lesson, lesson_names
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.explain import Explanation, explanations, of_parameter
from steppewise.evidence.names import meant, nearest
from steppewise.scenario.events import EVENT_ENTRIES
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import MECHANISMS, STRUCTURES
from steppewise.world.variables import OUTCOME_FORMS, OUTCOMES, VARIABLES


def explained(name: str) -> list[Explanation]:
    """All that goes by the name. Raises SteppewiseError with the nearest name."""
    kinds = (_of_scenario, _of_experiment, _of_lesson, _of_event, _of_outcome, _of_structure, _of_row)
    found = [explanation for kind in kinds for explanation in kind(name)]
    try:
        return [*explanations(name, load_evidence(), MECHANISMS), *found]
    except SteppewiseError:
        if found:
            return found
        raise SteppewiseError(Problem(f"nothing is known about '{name}'", nearest=_nearest(name))) from None


def explained_in(name: str, scenario: str) -> list[Explanation]:
    """The parameters of a scenario that a name means. Raises SteppewiseError with the nearest name."""
    spec = load_scenario(scenario)
    found = meant(name, spec.parameters)
    if not found:
        near = nearest(name, spec.parameters) or None
        raise SteppewiseError(Problem(f"'{spec.name}' has no parameter '{name}'", nearest=near))
    return [of_parameter(spec.parameters[one], load_evidence()) for one in found]


def _nearest(name: str) -> str | None:
    evidence = load_evidence()
    library = (*library_names(), *library_names("experiments"), *lesson_names())
    structures = (name for choices in STRUCTURES.values() for name in choices)
    others = (*library, *EVENT_ENTRIES, *MECHANISMS, *structures, *VARIABLES)
    return nearest(name, (*others, *evidence.parameters, *evidence.levels, *evidence.claims, *evidence.sources)) or None


def _told(name: str, title: str, **facts: str) -> Explanation:
    """What is known about a name; nothing of facts without a word."""
    return Explanation(name, title, tuple((label.replace("_", " "), text) for label, text in facts.items() if text))


def _of_scenario(name: str) -> Iterator[Explanation]:
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
    if name in library_names("experiments"):
        from steppewise.experiment.loading import load_study

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
    if name in EVENT_ENTRIES:
        model = EVENT_ENTRIES[name]
        keys = ((field.alias or key, field.description or "") for key, field in model.model_fields.items())
        yield Explanation(name, model.__doc__ or "", (("kind", "event"), *keys))


def _of_structure(name: str) -> Iterator[Explanation]:
    for part, choices in STRUCTURES.items():
        if name == part:
            yield Explanation(name, "part of the model with rival formulations", tuple(choices.items()))
        elif name in choices:
            others = ", ".join(other for other in choices if other != name)
            yield _told(name, choices[name], kind=f"formulation of {part}", rivals=others)


def _of_row(name: str) -> Iterator[Explanation]:
    """A row of `validate`, with the claims that it shows."""
    for row in ROWS:
        if row.id == name:
            claims = tuple(claim for claim in load_evidence().claims.values() if name in claim.shown_by)
            band = f"{row.lowest:g} to {row.highest:g}"
            facts = (("kind", f"row of validate, {row.role}"), ("measured", row.statistic), ("accepted", band))
            yield Explanation(name, row.statement, (*facts, ("source", row.source)), claims)


def _of_outcome(name: str) -> Iterator[Explanation]:
    stem = name.split(".")[0]
    if stem in OUTCOME_FORMS and name.count(".") <= OUTCOME_FORMS[stem].count("."):
        one = OUTCOMES[stem]
        yield _told(name, one.label, kind="outcome", unit=one.unit, named=OUTCOME_FORMS[stem])
