"""Values that a scenario gives to parameters: names with wildcards, levels, ranges, bounds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from steppewise.evidence.names import expand, nearest_pattern, wildcards
from steppewise.evidence.types import Definition, EvidenceClass, Level, Parameter
from steppewise.scenario.actors import Cast
from steppewise.scenario.checks import FileProblems
from steppewise.scenario.fields import span
from steppewise.scenario.file import ValueEntry

Setting = float | str
Names = Mapping[str, Definition]
Levels = Mapping[str, Level]


class UnfitError(ValueError):
    """A value that does not fit its parameter: the key below it, what is wrong, what is allowed."""

    def __init__(self, message: str, allowed: str = "", key: str | None = None) -> None:
        self.message, self.allowed, self.key = message, allowed, key
        super().__init__(message)


@dataclass(frozen=True)
class Origin:
    """Where a value stands: what goes into its source and its reason when it names none itself."""

    source: str
    reason: str


@dataclass(frozen=True)
class Stray:
    """A pattern that hits no parameter, or one that another pattern sets as well."""

    pattern: str
    message: str
    nearest: str = ""


def targets(patterns: Iterable[str], names: Collection[str]) -> tuple[dict[str, str], list[Stray]]:
    """The pattern that holds for each name: the one with the fewest wildcards. Then what went astray."""
    holding: dict[str, str] = {}
    strays: list[Stray] = []
    for pattern in sorted(patterns, key=lambda pattern: (-wildcards(pattern), pattern)):
        found = expand(pattern, names)
        rivals = [holding[name] for name in found if name in holding]
        equals = [rival for rival in rivals if wildcards(rival) == wildcards(pattern)]
        if not found:
            strays.append(_unknown(pattern, names))
        elif equals:
            strays.append(Stray(pattern, f"'{equals[0]}' sets the same parameter"))
        holding.update(dict.fromkeys(found, pattern))
    return holding, strays


def _unknown(pattern: str, names: Collection[str]) -> Stray:
    return Stray(pattern, "there is no such parameter", nearest_pattern(pattern, names))


def apply_settings(
    entries: Mapping[str, Setting | ValueEntry],
    cast: Cast,
    names: Names,
    levels: Levels,
    origin: Origin,
    findings: FileProblems,
) -> Cast:
    """The cast with the parameters that a file sets."""
    found: dict[str, Parameter] = {}
    refused: set[str] = set()
    holding, strays = targets(entries, names)
    for stray in strays:
        if expand(stray.pattern, cast.pool.keys() - names.keys()):
            stray = Stray(stray.pattern, "belongs to an actor that does not take part")
        findings.add(("set", stray.pattern), stray.message, near=stray.nearest)
    for name, pattern in holding.items():
        try:
            found[name] = parameter_from(entries[pattern], name, names[name], levels, origin)
        except UnfitError as unfit:
            if pattern not in refused:
                below = (unfit.key,) if unfit.key else ()
                findings.add(("set", pattern, *below), unfit.message, unfit.allowed)
            refused.add(pattern)
    return cast.with_parameters(found)


def parameter_from(
    entry: Setting | ValueEntry, name: str, definition: Definition, levels: Levels, origin: Origin
) -> Parameter:
    """One parameter from what a scenario says of it. Raises UnfitError."""
    if not isinstance(entry, ValueEntry):
        entry = ValueEntry.model_construct(value=entry)
    value, low, high = _numbers(entry, definition, levels)
    return Parameter(
        name=name,
        definition=definition,
        value=value,
        low=low,
        high=high,
        evidence=_evidence_class(entry),
        source=entry.source or origin.source,
        passage=entry.passage,
        reason=entry.reason if entry.reason is not None else origin.reason,
    )


def _numbers(entry: ValueEntry, definition: Definition, levels: Levels) -> tuple[float, float, float]:
    """Value, low and high, checked against each other and the bounds."""
    if (entry.low is None) != (entry.high is None):
        raise UnfitError("a range needs both its ends", "low and high, or neither")
    if entry.low is None or entry.high is None:
        return _point_or_band(entry.value, definition, levels)
    low = bounded(entry.low, definition, "low")
    high = bounded(entry.high, definition, "high")
    if low > high:
        raise UnfitError(f"low {low:g} is above high {high:g}", key="low")
    if entry.value is None:
        return (low + high) / 2, low, high
    value = setting_value(entry.value, definition, levels)
    if not low <= value <= high:
        raise UnfitError(f"{value:g} lies outside its own range", span(low, high), "value")
    return value, low, high


def _point_or_band(setting: Setting | None, definition: Definition, levels: Levels) -> tuple[float, float, float]:
    if setting is None:
        raise UnfitError("gives no value", "value, or low and high, or both")
    value = setting_value(setting, definition, levels)
    if isinstance(setting, str):
        return value, levels[setting].low, levels[setting].high
    return value, value, value


def setting_value(setting: Setting, definition: Definition, levels: Levels) -> float:
    """The number of a level or a number, inside the parameter's bounds. Raises UnfitError."""
    if not isinstance(setting, str):
        return bounded(setting, definition)
    if not definition.takes_levels:
        raise UnfitError(f"'{setting}' is a level, but this parameter has a unit of its own", _bounds(definition))
    return levels[setting].value


def bounded(value: float, definition: Definition, key: str | None = None) -> float:
    """The value, if it is inside the parameter's bounds. Raises UnfitError."""
    if not definition.lowest <= value <= definition.highest:
        raise UnfitError(f"{value:g} is out of bounds", _bounds(definition), key)
    return value


def _bounds(definition: Definition) -> str:
    return span(definition.lowest, definition.highest, definition.unit)


def _evidence_class(entry: ValueEntry) -> EvidenceClass:
    """As the scenario says; coded for a level with a source; assumed otherwise."""
    given = entry.class_
    if given in ("stated", "coded", "external") and not entry.source:
        raise UnfitError(f"a value of class '{given}' needs its source", "class assumed, or a source", "class")
    if given is not None:
        return given
    return "coded" if isinstance(entry.value, str) and entry.source else "assumed"
