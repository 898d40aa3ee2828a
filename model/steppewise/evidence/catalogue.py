"""The evidence as one frozen value: what is known about every actor, how well, and who says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence import loading
from steppewise.evidence.names import fits, meant, nearest
from steppewise.evidence.records import Records, read_records
from steppewise.evidence.types import (
    CLASSES,
    Actor,
    Claim,
    Definition,
    EvidenceClass,
    Kind,
    Level,
    Parameter,
    Source,
)
from steppewise.yaml_reader import Document, read_yaml

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Evidence:
    """All evidence. Actors: powers, then states, each in the fixed order; parameters by dotted name.

    `records` are the yearly inputs, by ("gdp", actor) and ("remittances", state).
    """

    actors: Mapping[str, Actor]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[tuple[Kind, str], Definition]
    levels: Mapping[str, Level]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    records: Records

    @property
    def powers(self) -> tuple[Actor, ...]:
        """The powers in order, optional ones included."""
        return tuple(actor for actor in self.actors.values() if actor.kind == "power")

    @property
    def states(self) -> tuple[Actor, ...]:
        """The states in order."""
        return tuple(actor for actor in self.actors.values() if actor.kind == "state")

    def parameter(self, name: str) -> Parameter:
        """The parameter of a dotted name. Raises SteppewiseError with the nearest name."""
        if name not in self.parameters:
            raise SteppewiseError(Problem(f"'{name}' is no parameter", nearest=self.nearest(name)))
        return self.parameters[name]

    def nearest(self, name: str) -> str | None:
        """The known name of a parameter, level, claim or source that looks most like this one."""
        known = (*self.parameters, *self.levels, *self.claims, *self.sources, *self.actors)
        short = {one.partition(".")[2]: one for one in self.parameters}
        near = nearest(name, (*known, *short))
        return short.get(near, near) or None

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Names of the parameters that a pattern such as `ties.japan.*.trust.kept` means, in order."""
        return meant(pattern, self.parameters)

    def claims_for(self, parameter: Parameter) -> tuple[Claim, ...]:
        """Claims that the parameter rests on or that point to it, in the order of the ledger."""
        return tuple(
            claim
            for claim in self.claims.values()
            if claim.id in parameter.sources or any(fits(target, parameter.name) for target in claim.targets)
        )

    def cite(self, key: str) -> str:
        """The citation of a source or of a claim's article; a free text is returned as it is."""
        source = self.claims[key].article if key in self.claims else key
        return self.sources[source].citation if source in self.sources else key

    def counts(self, kind: Kind | None = None) -> Mapping[EvidenceClass, int]:
        """Number of parameters of each class: all, or those of a kind."""
        parameters = (p for p in self.parameters.values() if kind in (None, p.definition.kind))
        counter = Counter(parameter.evidence for parameter in parameters)
        return {evidence: counter[evidence] for evidence in CLASSES}


@cache
def load_evidence() -> Evidence:
    """The evidence of the package, read once. Raises SteppewiseError with all problems of all files."""
    return read_evidence(FOLDER)


def read_evidence(folder: Path) -> Evidence:
    """The evidence of a folder of the same layout. Raises SteppewiseError with all problems."""
    words = loading.read_vocabulary(folder)
    powers, states = _documents(folder / "powers"), _documents(folder / "states")
    parameters: dict[str, Parameter] = {}
    names: list[str] = []
    for prefix, kind, place in _owners(folder, powers, states):
        parameters.update(loading.read_parameters(place, kind, prefix, words))
        names += [prefix + key for key in words.keys(kind)]
    words.problems.extend(_lost_targets(words.claims, frozenset(names)))
    actors = {actor.name: actor for actor in (*powers, *states)}
    records, problems = read_records(folder / "records.yaml", actors, words.sources)
    words.problems.extend(problems)
    if words.problems:
        raise SteppewiseError(words.problems)
    return Evidence(actors, parameters, words.definitions, words.levels, words.sources, words.claims, records)


def _documents(folder: Path) -> dict[Actor, Document]:
    """The actor files of a folder, in the order that they state."""
    documents = [read_yaml(path) for path in sorted(folder.glob("*.yaml"))]
    rows = sorted(((*loading.read_actor(d), d) for d in documents), key=lambda row: row[0])
    return {actor: document for _, actor, document in rows}


def _owners(
    folder: Path, powers: Mapping[Actor, Document], states: Mapping[Actor, Document]
) -> Iterator[tuple[str, Kind, loading.ValuePlace]]:
    """Who owns parameters: prefix of the names, kind, and where the values stand."""
    for actor, document in (*powers.items(), *states.items()):
        yield f"{actor.kind}s.{actor.name}.", actor.kind, loading.ValuePlace(document, ("parameters",))
    for power, document in powers.items():
        for state in states:
            yield f"ties.{power.name}.{state.name}.", "tie", loading.ValuePlace(document, ("ties", state.name))
    yield from _links(read_yaml(folder / "links.yaml"), [state.name for state in states])
    yield "world.", "world", loading.ValuePlace(read_yaml(folder / "world.yaml"), ("parameters",))


def _links(document: Document, states: list[str]) -> Iterator[tuple[str, Kind, loading.ValuePlace]]:
    for index, first in enumerate(states):
        for second in states[index + 1 :]:
            yield f"links.{first}.{second}.", "link", loading.ValuePlace(document, (first, second))


def _lost_targets(claims: Mapping[str, Claim], names: frozenset[str]) -> Iterator[Problem]:
    """Dotted targets of the ledger that fit no parameter; other targets are checked where they live."""
    for claim in claims.values():
        for target in claim.targets:
            if "." not in target or target in names:
                continue
            if not any(fits(target, name) for name in names):
                yield Problem(f"target '{target}' is no parameter", file="ledger.yaml", key=claim.id)
