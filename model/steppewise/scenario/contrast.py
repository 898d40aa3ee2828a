"""Two scenarios side by side: what they have in common, and what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Actor, Parameter
from steppewise.scenario.event import Event
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.spec import ScenarioSpec


@dataclass(frozen=True)
class ParameterChange:
    """A parameter that has other numbers in the second scenario than in the first."""

    first: Parameter
    further: Parameter


@dataclass(frozen=True)
class Contrast:
    """What the further scenario has otherwise than the first.

    `parameters` are those of actors that both have. Events count by what they are, whatever their labels. Actors,
    events and mechanisms stand in the order of their scenario. `rules` are those that one of both has of its own,
    `structure` the parts with another formulation, and that.
    """

    parameters: tuple[ParameterChange, ...]
    events_added: tuple[Event, ...]
    events_removed: tuple[Event, ...]
    actors_added: tuple[Actor, ...]
    actors_removed: tuple[Actor, ...]
    switched_off: tuple[str, ...]
    switched_on: tuple[str, ...]
    rules: tuple[str, ...] = ()
    structure: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """True where nothing but names, texts and dates can differ."""
        return not any(vars(self).values())


def contrast(first: ScenarioSpec, further: ScenarioSpec) -> Contrast:
    """What the further scenario has otherwise than the first."""
    rules = first.rules.keys() | further.rules
    return Contrast(
        parameters=tuple(_changes(first, further)),
        events_added=_more(further.events, first.events),
        events_removed=_more(first.events, further.events),
        actors_added=_strangers(further, first),
        actors_removed=_strangers(first, further),
        switched_off=tuple(sorted(further.switched_off - first.switched_off)),
        switched_on=tuple(sorted(first.switched_off - further.switched_off)),
        rules=tuple(sorted(name for name in rules if first.rules.get(name) is not further.rules.get(name))),
        structure=tuple(sorted(further.structure.items() - first.structure.items())),
    )


def _changes(first: ScenarioSpec, further: ScenarioSpec) -> Iterator[ParameterChange]:
    for name, parameter in further.parameters.items():
        before = first.parameters.get(name)
        if before is not None and _numbers(before) != _numbers(parameter):
            yield ParameterChange(before, parameter)


def _numbers(parameter: Parameter) -> tuple[float, float, float]:
    return parameter.value, parameter.low, parameter.high


def _more(events: Iterable[Event], others: Iterable[Event]) -> tuple[Event, ...]:
    """Events of the first that the second has not, or not as often."""
    left = Counter(replace(event, label="") for event in others)
    found = []
    for event in events:
        known = replace(event, label="")
        if left[known]:
            left[known] -= 1
        else:
            found.append(event)
    return tuple(found)


def _strangers(spec: ScenarioSpec, other: ScenarioSpec) -> tuple[Actor, ...]:
    """Powers and states of a scenario that the other has not."""
    kinds = ((spec.powers, other.power_names), (spec.states, other.state_names))
    return tuple(actor for actors, names in kinds for actor in actors if actor.name not in names)


def common_ground(first: ScenarioSpec, further: ScenarioSpec) -> ScenarioSpec:
    """The further scenario confined to the powers, states and quarters that both have.

    Raises SteppewiseError where there are none.
    """
    problems = list(_apart(first, further))
    if problems:
        raise SteppewiseError(problems)
    return replace(
        further,
        start=max(first.start, further.start),
        end=min(first.end, further.end),
        powers=_shared(further.powers, first.power_names),
        states=_shared(further.states, first.state_names),
    )


def _shared(actors: Iterable[Actor], names: Sequence[str]) -> tuple[Actor, ...]:
    return tuple(actor for actor in actors if actor.name in names)


def _apart(first: ScenarioSpec, further: ScenarioSpec) -> Iterator[Problem]:
    """Why two scenarios cannot be compared."""
    both = f"'{first.name}' and '{further.name}' have no"
    if max(first.start, further.start) > min(first.end, further.end):
        spans = f"{first.start} to {first.end}, {further.start} to {further.end}"
        yield Problem(f"{both} quarter in common: {spans}")
    if not _shared(first.powers, further.power_names):
        yield Problem(f"{both} power in common")
    if not _shared(first.states, further.state_names):
        yield Problem(f"{both} state in common")


def check_comparable(specs: Sequence[ScenarioSpec]) -> None:
    """Raise SteppewiseError with every reason why the first cannot be compared with each of the others."""
    if len(specs) < 2:
        named = f" only '{specs[0].name}' is named" if specs else " none is named"
        raise SteppewiseError(f"a comparison needs two or more scenarios;{named}")
    problems = [problem for one, other in combinations(specs, 2) for problem in _alike(one, other)]
    problems += [problem for further in specs[1:] for problem in _apart(specs[0], further)]
    if problems:
        raise SteppewiseError(list(dict.fromkeys(problems)))


def _alike(one: ScenarioSpec, other: ScenarioSpec) -> Iterator[Problem]:
    """Scenarios are told apart by their names."""
    if one.name != other.name:
        return
    if fingerprint(one) == fingerprint(other):
        yield Problem(f"'{one.name}' is named twice; a comparison needs different scenarios")
    else:
        yield Problem(f"two different scenarios are both named '{one.name}'; give one of them another name")


def remarks(first: ScenarioSpec, further: ScenarioSpec) -> list[str]:
    """What a comparison has to leave out or to say because the casts or the dates differ; mostly nothing."""
    found = [*_left_out(first, further)]
    if set(first.state_names) != set(further.state_names):
        found.append("Regional numbers are means over the states of each scenario, and these differ.")
    return [*found, *_other_dates(first, further)]


def _left_out(first: ScenarioSpec, further: ScenarioSpec) -> Iterator[str]:
    for spec, other in ((first, further), (further, first)):
        strangers = [actor.label for actor in _strangers(spec, other)]
        if strangers:
            yield f"Only {spec.name} has {', '.join(strangers)}: compared are the actors that both have."


def _other_dates(first: ScenarioSpec, further: ScenarioSpec) -> Iterator[str]:
    if (first.start, first.end) == (further.start, further.end):
        return
    common = common_ground(first, further)
    spans = f"{first.name} runs from {first.start} to {first.end}, {further.name} from {further.start} to {further.end}"
    yield f"{spans}: compared is {common.start} to {common.end}."
    if first.start != further.start:
        yield "What is counted since the start is counted from different dates."
