"""What stands behind a name: a parameter, a level of the rubric, a mechanism, a claim or a source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.catalogue import Evidence
from steppewise.evidence.types import Claim, Level, Parameter, Source

NO_MECHANISMS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Explanation:
    """What is known about a name.

    `facts` are (label, text) pairs in the order in which to show them; `claims` are the passages of the
    articles that belong to it.
    """

    name: str
    title: str
    facts: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...] = ()

    def __str__(self) -> str:
        width = max((len(label) for label, _ in self.facts), default=0)
        rows = [f"  {label:<{width}}  {text}" for label, text in self.facts]
        quotes = [f"  {claim.id}: \u201c{claim.passage}\u201d ({claim.reading})" for claim in self.claims]
        return "\n".join([f"{self.name}: {self.title}", *rows, *quotes])


def explanations(
    name: str, evidence: Evidence, mechanisms: Mapping[str, str] = NO_MECHANISMS
) -> tuple[Explanation, ...]:
    """Explain all that a name or pattern stands for: `ties.japan.*.trade`, `powers.japan.offer`, `transit`.

    `mechanisms` maps the names of mechanisms to what they do. Raises SteppewiseError with the nearest name.
    """
    single = _single(name, evidence, mechanisms)
    if single is not None:
        return (single,)
    found = tuple(of_parameter(evidence.parameters[match], evidence) for match in evidence.matching(name))
    if not found:
        raise SteppewiseError(Problem(f"nothing is known about '{name}'", nearest=evidence.nearest(name)))
    return found


def explanation(name: str, evidence: Evidence, mechanisms: Mapping[str, str] = NO_MECHANISMS) -> Explanation:
    """Explain one name. A pattern that fits several is refused. Raises SteppewiseError."""
    found = explanations(name, evidence, mechanisms)
    if len(found) > 1:
        some = ", ".join(item.name for item in found[:3])
        raise SteppewiseError(Problem(f"'{name}' stands for {len(found)} names", allowed=f"one, as of {some}"))
    return found[0]


def of_parameter(parameter: Parameter, evidence: Evidence) -> Explanation:
    """Explain a parameter, also one that a scenario has changed."""
    definition = parameter.definition
    facts = (
        ("symbol", definition.symbol),
        ("value", f"{parameter.value:g} {definition.unit}"),
        ("range", f"{parameter.low:g} to {parameter.high:g}" if parameter.is_uncertain else "none: exact"),
        ("bounds", f"{definition.lowest:g} to {definition.highest:g}"),
        ("class", _class(parameter, evidence)),
        ("source", "; ".join(dict.fromkeys(evidence.cite(key) for key in parameter.sources))),
        ("passage", f"\u201c{parameter.passage}\u201d" if parameter.passage else ""),
        ("reason", parameter.reason),
    )
    kept = tuple((label, text) for label, text in facts if text)
    return Explanation(parameter.name, definition.meaning, kept, evidence.claims_for(parameter))


def _class(parameter: Parameter, evidence: Evidence) -> str:
    if parameter.evidence != "coded":
        return parameter.evidence
    words = [level.name for level in evidence.levels.values() if level.value == parameter.value]
    return f"coded: {words[0]}" if words else "coded"


def _single(name: str, evidence: Evidence, mechanisms: Mapping[str, str]) -> Explanation | None:
    if name in evidence.levels:
        return _of_level(evidence.levels[name], evidence)
    if name in mechanisms:
        claims = tuple(claim for claim in evidence.claims.values() if name in claim.targets)
        return Explanation(name, mechanisms[name], (("kind", "mechanism"),), claims)
    if name in evidence.claims:
        return _of_claim(evidence.claims[name], evidence)
    if name in evidence.sources:
        return _of_source(evidence.sources[name], evidence)
    return None


def _of_level(level: Level, evidence: Evidence) -> Explanation:
    coded = [p.name for p in evidence.parameters.values() if _class(p, evidence) == f"coded: {level.name}"]
    facts = (("value", f"{level.value:g}"), ("band", f"{level.low:g} to {level.high:g}"))
    return Explanation(level.name, level.meaning, (*facts, ("coded so", ", ".join(coded) or "nothing")))


def _of_claim(claim: Claim, evidence: Evidence) -> Explanation:
    article = evidence.sources[claim.article].citation
    facts = (
        ("article", article),
        ("role", claim.role),
        ("targets", ", ".join(claim.targets)),
        ("shown by", ", ".join(claim.shown_by)),
        ("not shown", claim.not_shown),
    )
    return Explanation(claim.id, claim.reading, tuple((label, text) for label, text in facts if text), (claim,))


def _of_source(source: Source, evidence: Evidence) -> Explanation:
    users = [p.name for p in evidence.parameters.values() if source.key in p.sources]
    shown = ", ".join(users[:5]) + (f" and {len(users) - 5} more" if len(users) > 5 else "")
    facts = (("kind", source.kind), ("terms", source.terms or "none stated"), ("used by", shown or "nothing"))
    return Explanation(source.key, source.citation, facts)
