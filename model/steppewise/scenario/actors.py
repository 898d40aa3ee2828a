"""Who takes part in a scenario, and which parameters that makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from steppewise.evidence.catalogue import Evidence
from steppewise.evidence.names import nearest
from steppewise.evidence.types import Actor, Definition, Kind, Parameter
from steppewise.scenario.checks import FileProblems, Layer
from steppewise.scenario.file import ActorEntry
from steppewise.yaml_reader import KeyPath

Definitions = Mapping[tuple[Kind, str], Definition]

RESERVED: Final = ("all", "none", "world")
"""Words with a meaning of their own, which no actor may have as its name."""


@dataclass(frozen=True)
class Cast:
    """The actors that take part, in order, and the parameters of every actor known so far.

    `pool` also holds the parameters of actors that do not take part, so that a child may bring them in.
    `changed` names the parameters that are not as the evidence has them; `added` are new actors, and `record_of`
    says whose yearly record they have.
    """

    powers: tuple[Actor, ...]
    states: tuple[Actor, ...]
    pool: Mapping[str, Parameter]
    changed: frozenset[str] = frozenset()
    added: tuple[Actor, ...] = ()
    record_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Powers, then states."""
        return (*self.powers, *self.states)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all that take part."""
        return tuple(actor.name for actor in self.actors)

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Names of the powers or of the states."""
        return tuple(actor.name for actor in (self.powers if kind == "power" else self.states))

    def with_parameters(self, parameters: Mapping[str, Parameter]) -> Cast:
        """The same actors, with parameters changed or added."""
        return replace(self, pool={**self.pool, **parameters}, changed=self.changed | frozenset(parameters))


def opening_cast(evidence: Evidence) -> Cast:
    """The actors of the evidence that always take part."""
    actors = [actor for actor in evidence.actors.values() if not actor.optional]
    return _staged(Cast((), (), evidence.parameters), actors)


def _staged(cast: Cast, actors: list[Actor]) -> Cast:
    powers = tuple(actor for actor in actors if actor.kind == "power")
    states = tuple(actor for actor in actors if actor.kind == "state")
    return replace(cast, powers=powers, states=states)


def apply_actors(layer: Layer, cast: Cast, evidence: Evidence) -> Cast:
    """The cast after a file's additions and removals."""
    for number, entry in enumerate(layer.file.actors.add):
        path = ("actors", "add", number)
        if isinstance(entry, ActorEntry):
            cast = _add_new(entry, path, layer, cast, evidence)
        else:
            cast = _add_known(entry, path, layer.findings, cast, evidence)
    for number, name in enumerate(layer.file.actors.remove):
        cast = _remove(name, ("actors", "remove", number), layer.findings, cast)
    return cast


def _add_known(name: str, path: KeyPath, findings: FileProblems, cast: Cast, evidence: Evidence) -> Cast:
    known = {**evidence.actors, **{actor.name: actor for actor in cast.added}}
    if name in cast.names:
        findings.add(path, f"'{name}' takes part already")
    elif name not in known:
        free = tuple(actor for actor in known if actor not in cast.names)
        findings.add(path, f"there is no actor '{name}'", f"{_listed(free)}, or a new one", nearest(name, free))
    else:
        names = {*cast.names, name}
        return _staged(cast, [actor for actor in known.values() if actor.name in names])
    return cast


def _add_new(entry: ActorEntry, path: KeyPath, layer: Layer, cast: Cast, evidence: Evidence) -> Cast:
    known = {**evidence.actors, **{actor.name: actor for actor in cast.added}}
    if entry.name in known or entry.name in RESERVED:
        layer.findings.add((*path, "name"), f"the name '{entry.name}' is taken", "a new name")
        return cast
    if not _references_hold(entry, path, layer.findings, known):
        return cast
    actor = Actor(entry.name, entry.kind, entry.label, entry.iso3, note=entry.note)
    states = tuple(name for name, other in known.items() if other.kind == "state")
    copies = _copies(entry, cast.pool, states) if entry.like else {}
    source = f"scenario {layer.file.name}"
    copies = {name: replace(copy, name=name, source=source) for name, copy in copies.items()}
    lender = entry.record or entry.like
    record_of = {**cast.record_of, **({entry.name: cast.record_of.get(lender, lender)} if lender else {})}
    cast = replace(cast.with_parameters(copies), added=(*cast.added, actor), record_of=record_of)
    return _staged(cast, [*cast.actors, actor])


def _references_hold(entry: ActorEntry, path: KeyPath, findings: FileProblems, known: Mapping[str, Actor]) -> bool:
    """Check what a new actor is like, whose record it has and what it borders on; True where all are known."""
    alike = [name for name, actor in known.items() if actor.kind == entry.kind]
    states = [name for name, actor in known.items() if actor.kind == "state"]
    before = len(findings.problems)
    for key, name in (("like", entry.like), ("record", entry.record)):
        if name and name not in alike:
            findings.add((*path, key), f"there is no {entry.kind} '{name}'", _listed(alike), nearest(name, alike))
    if entry.borders and (entry.kind == "power" or not entry.like):
        findings.add((*path, "borders"), "only a state that is like another one takes borders")
    for name in entry.borders:
        if entry.kind == "state" and name not in states:
            findings.add((*path, "borders"), f"there is no state '{name}'", _listed(states), nearest(name, states))
    return len(findings.problems) == before


def _remove(name: str, path: KeyPath, findings: FileProblems, cast: Cast) -> Cast:
    left = [actor for actor in cast.actors if actor.name != name]
    if name not in cast.names:
        findings.add(path, f"'{name}' does not take part", _listed(cast.names), nearest(name, cast.names))
    elif {actor.kind for actor in left} != {"power", "state"}:
        findings.add(path, f"'{name}' is the last of its kind", "at least one power and one state must stay")
    else:
        return _staged(cast, left)
    return cast


def _copies(entry: ActorEntry, pool: Mapping[str, Parameter], states: tuple[str, ...]) -> dict[str, Parameter]:
    """The parameters of a new actor by name, as those of the one that it is like."""
    found = dict(_copied(entry, pool))
    if entry.kind == "state":
        found.update(_copied_links(entry, pool, states))
    return found


def _copied(entry: ActorEntry, pool: Mapping[str, Parameter]) -> Iterator[tuple[str, Parameter]]:
    for name, parameter in pool.items():
        parts = name.split(".")
        if parts[0] in ("powers", "states", "ties") and entry.like in parts[1:3]:
            parts[parts.index(str(entry.like))] = entry.name
            yield ".".join(parts), _assumed(parameter, f"like {entry.like}")


def _copied_links(
    entry: ActorEntry, pool: Mapping[str, Parameter], states: tuple[str, ...]
) -> Iterator[tuple[str, Parameter]]:
    """Links to every other state: borders as given, the rest as the model state has it with that state."""
    models = _links_of(str(entry.like), pool)
    for state in states:
        for key in dict.fromkeys(key for _, key in models):
            alike = {other: model for (other, of), model in models.items() if of == key}
            if key == "border":
                link = _border(next(iter(alike.values())), state in entry.borders, entry.name)
            elif state in alike:
                link = _assumed(alike[state], f"like {entry.like}")
            else:
                link = _assumed(_mean(list(alike.values())), f"mean of the links of {entry.like}")
            yield f"links.{state}.{entry.name}.{key}", link


def _border(model: Parameter, shared: bool, name: str) -> Parameter:
    value = float(shared)
    return _assumed(replace(model, value=value, low=value, high=value), f"borders given for {name}")


def _mean(alike: list[Parameter]) -> Parameter:
    """A parameter in the middle of others: what a new state and the one that it is like have in common."""
    return replace(
        alike[0],
        value=sum(parameter.value for parameter in alike) / len(alike),
        low=sum(parameter.low for parameter in alike) / len(alike),
        high=sum(parameter.high for parameter in alike) / len(alike),
    )


def _links_of(state: str, pool: Mapping[str, Parameter]) -> dict[tuple[str, str], Parameter]:
    """The links of a state by (other state, key)."""
    found = {}
    for name, parameter in pool.items():
        parts = name.split(".")
        if parts[0] == "links" and state in parts[1:3]:
            other = parts[2] if parts[1] == state else parts[1]
            found[other, ".".join(parts[3:])] = parameter
    return found


def _assumed(parameter: Parameter, reason: str) -> Parameter:
    return replace(parameter, evidence="assumed", passage="", reason=reason)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names) or "nothing"


def parameter_names(cast: Cast, definitions: Definitions) -> dict[str, Definition]:
    """Every parameter of those who take part, by dotted name, in a fixed order."""
    powers, states = cast.of_kind("power"), cast.of_kind("state")
    holders: dict[Kind, list[str]] = {
        "power": [f"powers.{power}" for power in powers],
        "state": [f"states.{state}" for state in states],
        "tie": [f"ties.{power}.{state}" for power in powers for state in states],
        "link": [f"links.{first}.{second}" for first, second in combinations(states, 2)],
        "world": ["world"],
    }
    return {
        f"{holder}.{key}": definition
        for kind, names in holders.items()
        for holder in names
        for (of, key), definition in definitions.items()
        if of == kind
    }
