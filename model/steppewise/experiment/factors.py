"""From the entries of an experiment's `vary` to factors and how their values are written; every problem is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from pydantic_core import PydanticCustomError

from steppewise.evidence.catalogue import Evidence
from steppewise.evidence.names import EVENTS, event_number, expand, nearest, nearest_pattern
from steppewise.evidence.types import CLASSES, Definition, EvidenceClass, Parameter
from steppewise.experiment.file import (
    ONE_BY_ONE,
    Design,
    Entry,
    GridDesign,
    LevelsEntry,
    RangeEntry,
    ValuesEntry,
)
from steppewise.experiment.scales import (
    Scale,
    factor_scale,
    label_of,
    position_scale,
    quarter_scale,
    switch_scale,
    value_scale,
)
from steppewise.experiment.study import Factor
from steppewise.scenario.checks import FileProblems
from steppewise.scenario.event import Event
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.resource_price import ResourcePrice
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.fields import LARGEST_AMOUNT, LOWEST_PRICE, span
from steppewise.scenario.settings import Stray, UnfitError, targets
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec
from steppewise.yaml_reader import shown

VARY = "vary"


@dataclass(frozen=True)
class Varied:
    """A factor, and how its values are written."""

    factor: Factor
    scale: Scale


@dataclass(frozen=True)
class FactorContext:
    """What turning entries into factors needs to know.

    ignorance: True where parameters are drawn from their ranges. design: None where it was refused.
    """

    spec: ScenarioSpec
    evidence: Evidence
    ignorance: bool
    design: Design | None
    findings: FileProblems

    def add(self, name: str, message: str, allowed: str = "", near: str = "", key: str | None = None) -> None:
        """Note a problem of an entry of `vary`, or of a key below it."""
        self.findings.add((VARY, name, *([key] if key else [])), message, allowed, near)


@contextmanager
def noted(note: Callable[[str, str, str], None]) -> Iterator[None]:
    """Note what is refused inside: message, what is allowed, the nearest name."""
    try:
        yield
    except PydanticCustomError as error:
        context = error.context or {}
        note(context["message"], context["allowed"], context["nearest"])
    except UnfitError as unfit:
        note(unfit.message, unfit.allowed, "")


def valued(
    blank: Factor, entry: RangeEntry | ValuesEntry | LevelsEntry, scale: Scale, stage: FactorContext
) -> list[Varied]:
    """The factor with the values of its entry, alone in a list; an empty one where there are problems."""
    before, blank = len(stage.findings.problems), replace(blank, unit=scale.unit)
    if isinstance(entry, RangeEntry):
        factor = _ranged(blank, entry, scale, stage)
    else:
        factor = _listed(blank, entry, scale, stage)
    return [Varied(factor, scale)] if len(stage.findings.problems) == before else []


def _ranged(blank: Factor, entry: RangeEntry, scale: Scale, stage: FactorContext) -> Factor:
    low = _read(entry.from_, "from", blank, scale, stage)
    high = _read(entry.to, "to", blank, scale, stage)
    check_steps(blank.name, entry.steps, stage)
    if low is None or high is None:
        return blank
    if low >= high:
        message = f"{shown(entry.from_)} is not below to, which is {shown(entry.to)}"
        stage.add(blank.name, message, "a lower end below the upper one", key="from")
        return blank
    factor = replace(blank, low=low, high=high)
    if scale.listed:
        return _quarters(factor, entry.steps, scale, stage)
    levels = np.linspace(low, high, entry.steps).tolist() if entry.steps else ()  # without, those of the grid hold
    return replace(factor, levels=tuple(levels))


def _read(written: object, key: str, blank: Factor, scale: Scale, stage: FactorContext) -> float | None:
    found: float | None = None
    with noted(partial(stage.findings.add, (VARY, blank.name, key))):
        found = scale.read(written)
    return found


def check_steps(name: str, steps: int | None, stage: FactorContext) -> None:
    """Note where a grid lacks the steps of a range, and where steps stand beside another design."""
    grid = isinstance(stage.design, GridDesign)
    if stage.design is not None and not grid and steps is not None:
        stage.add(name, "steps count in a grid only", "steps beside design: {kind: grid}", key="steps")
    if isinstance(stage.design, GridDesign) and stage.design.steps is None and steps is None:
        stage.add(name, "says not in how many steps", "steps here, or for all ranges under design")


def _quarters(factor: Factor, steps: int | None, scale: Scale, stage: FactorContext) -> Factor:
    """All quarters of a range; in a grid, so many of them."""
    grid = stage.design if isinstance(stage.design, GridDesign) else None
    every = round(factor.high - factor.low) + 1
    wanted = steps or (grid and grid.steps) or every
    numbers = np.unique(np.round(np.linspace(factor.low, factor.high, min(wanted, every))))
    levels = tuple(float(number) for number in numbers)
    return replace(factor, levels=levels, labels=tuple(map(scale.named, levels)))


def _listed(blank: Factor, entry: ValuesEntry | LevelsEntry, scale: Scale, stage: FactorContext) -> Factor:
    key, written = ("values", entry.values) if isinstance(entry, ValuesEntry) else ("levels", entry.levels)
    found: dict[float, str] = {}
    for number, value in enumerate(written):
        with noted(partial(stage.findings.add, (VARY, blank.name, key, number))):
            read = scale.read(value)
            if read in found:
                stage.add(blank.name, f"'{found[read]}' and '{shown(value)}' are the same", key=key)
            found[read] = label_of(value, read, scale)
    if not found:
        return blank
    return replace(blank, low=min(found), high=max(found), levels=tuple(found), labels=tuple(found.values()))


# numbers of events that may vary ------------------------------------------------------------------------

DATE: Final = "at"


def _number(key: str, unit: str, highest: float, meaning: str) -> Definition:
    return Definition("world", key, "", unit, 0.0, highest, meaning)


NUMBERS: Final = {
    number.key: number
    for number in (
        _number("probability", "share", 1.0, "chance that it happens"),
        _number("amount", "billion USD", LARGEST_AMOUNT, "amount"),
        _number("strength", "share", 1.0, "strength of pressure or of an alliance"),
        _number("factor", "times", 100.0, "factor on what the event changes"),
        _number("blame", "share", 1.0, "how far a cancelled visit is blamed on the power"),
        _number("execution", "share", 1.0, "share delivered on time"),
    )
}
"""Numbers of events that the world reads anew in every world."""


def event_scale(name: str, stage: FactorContext) -> Scale | None:
    """How the values of `events.LABEL.NUMBER` are written; None, and noted, where there is no such number."""
    label, key = event_number(name)
    event = next((event for event in stage.spec.events if event.label == label), None)
    if event is None:
        _tell_unknown(name, label, key, stage)
        return None
    if key == DATE:
        return quarter_scale(stage.spec.start, stage.spec.end)
    keys = numbers_of(event)
    if key not in keys:
        near = nearest(key, keys)
        stage.add(name, f"this event has no '{key}'", ", ".join(keys), near and f"{EVENTS}{label}.{near}")
        return None
    if _is_idle(name, event, key, stage):
        return None
    return value_scale({name: _definition(event, key)}, stage.evidence.levels)


def _definition(event: Event, key: str) -> Definition:
    """A number of an event with its bounds; a price is never nothing."""
    lowest = LOWEST_PRICE if isinstance(event, ResourcePrice) and key == "factor" else 0.0
    return replace(NUMBERS[key], lowest=lowest)


def numbers_of(event: Event) -> tuple[str, ...]:
    """What of an event may vary, its date first."""
    return (DATE, *(key for key in NUMBERS if hasattr(event, key)))


def names_of(spec: ScenarioSpec) -> tuple[str, ...]:
    """All that may vary of all events of a scenario, by name."""
    return tuple(f"{EVENTS}{event.label}.{key}" for event in spec.events for key in numbers_of(event))


def _tell_unknown(name: str, label: str, key: str, stage: FactorContext) -> None:
    spec = stage.spec
    labels = [event.label for event in spec.events]
    if name.removeprefix(EVENTS) in labels:
        stage.add(name, "says not what of the event varies", ", ".join(n for n in names_of(spec) if n.startswith(name)))
        return
    near = nearest(label, labels)
    allowed = ", ".join(labels) or "no event: the scenario has none"
    stage.add(name, f"there is no event '{label}' in {spec.name}", allowed, near and f"{EVENTS}{near}.{key}")


def _is_idle(name: str, event: Event, key: str, stage: FactorContext) -> bool:
    """True, and noted, where a number of an event would have no effect."""
    message = allowed = ""
    if isinstance(event, Visit) and key == "blame" and event.outcome == "held":
        message, allowed = "a visit that is held has no blame", "the blame of a cancelled one"
    if isinstance(event, Package) and key == "execution" and event.execution is None:
        message = "the event has no execution of its own"
        allowed = f"powers.{event.by}.execution, or execution beside the event in the scenario"
    if message:
        stage.add(name, message, allowed)
    return bool(message)


# entries to factors -------------------------------------------------------------------------------------

SWITCHES: Final = "mechanisms."


def factors_of(vary: Mapping[str, Entry], stage: FactorContext) -> tuple[Varied, ...]:
    """The factors in the order of the entries; those with problems are left out."""
    parameters = _parameters(vary, stage)
    found: list[Varied] = []
    for name, entry in vary.items():
        if name.startswith(EVENTS):
            found += _event(name, entry, stage)
        elif name.startswith(SWITCHES):
            found += _mechanism(name, entry, stage)
        elif name in parameters:
            found += _of_parameters(name, entry, parameters[name], stage)
    return tuple(found)


# parameters -------------------------------------------------------------------------------------------------


def _parameters(vary: Mapping[str, Entry], stage: FactorContext) -> dict[str, tuple[Parameter, ...]]:
    """The parameters of each entry: of several that fit, the one with the fewest wildcards holds."""
    known = stage.spec.parameters
    patterns = [name for name in vary if not name.startswith((EVENTS, SWITCHES))]
    holding, strays = targets(patterns, known)
    for stray in strays:
        _tell_stray(stray, stage)
    found = {pattern: tuple(known[name] for name in known if holding.get(name) == pattern) for pattern in patterns}
    for pattern in patterns:
        if not found[pattern] and not strays:
            stage.add(pattern, "every parameter that it stands for has an entry of its own")
    wrong = {stray.pattern for stray in strays}
    return {pattern: parameters for pattern, parameters in found.items() if parameters and pattern not in wrong}


def _tell_stray(stray: Stray, stage: FactorContext) -> None:
    message, near = stray.message.replace(" sets ", " varies "), stray.nearest
    if expand(stray.pattern, stage.evidence.parameters.keys() - stage.spec.parameters.keys()):
        message, near = "belongs to an actor that does not take part", ""
    elif stray.pattern in MECHANISMS:
        near = SWITCHES + stray.pattern
    elif not expand(stray.pattern, stage.spec.parameters):
        others = (*names_of(stage.spec), *(SWITCHES + mechanism for mechanism in MECHANISMS))
        near = nearest_pattern(stray.pattern, (*stage.spec.parameters, *others))
    stage.add(stray.pattern, message, near=near)


def _of_parameters(name: str, entry: Entry, found: Sequence[Parameter], stage: FactorContext) -> list[Varied]:
    if isinstance(entry, str):
        return _within_evidence(name, entry, found, stage)
    if isinstance(entry, LevelsEntry) and _lack_levels(name, found, stage):
        return []
    names = tuple(parameter.name for parameter in found)
    blank = Factor(name, "parameter", names, "absolute", 0, 0, evidence=_weakest(found))
    if not isinstance(entry, LevelsEntry) and entry.relative:
        return valued(replace(blank, way="relative"), entry, factor_scale(found, stage.ignorance), stage)
    first = {parameter.definition: parameter.name for parameter in reversed(found)}
    owners = {name: definition for definition, name in first.items()}
    return valued(blank, entry, value_scale(owners, stage.evidence.levels), stage)


def _lack_levels(name: str, found: Sequence[Parameter], stage: FactorContext) -> bool:
    """True, and noted, where a parameter takes no levels."""
    strange = next((p.definition for p in found if not p.definition.takes_levels), None)
    if strange is not None:
        bounds = span(strange.lowest, strange.highest, strange.unit)
        stage.add(name, "this parameter has no levels, but a unit of its own", f"values from {bounds}", key="levels")
    return strange is not None


def _weakest(found: Sequence[Parameter]) -> EvidenceClass:
    """Of several classes of evidence the one that says least."""
    return max((parameter.evidence for parameter in found), key=CLASSES.index)


def _within_evidence(name: str, entry: str, found: Sequence[Parameter], stage: FactorContext) -> list[Varied]:
    """One factor for the ranges of all parameters together, or one for each."""
    uncertain = [parameter for parameter in found if parameter.is_uncertain]
    if not uncertain:
        alone = f"has no range in the evidence: it is {found[0].value:g} {found[0].definition.unit}"
        message = alone if len(found) == 1 else "none of these parameters has a range in the evidence"
        stage.add(name, message, "from and to, or values; or a range under set in the scenario")
        return []
    check_steps(name, None, stage)
    if entry == ONE_BY_ONE:
        return [_position(parameter.name, [parameter]) for parameter in uncertain]
    return [_position(name, uncertain)]


def _position(name: str, found: Sequence[Parameter]) -> Varied:
    names, scale = tuple(parameter.name for parameter in found), position_scale()
    factor = Factor(name, "parameter", names, "evidence", 0.0, 1.0, unit=scale.unit, evidence=_weakest(found))
    return Varied(factor, scale)


# events and mechanisms --------------------------------------------------------------------------------------


def _event(name: str, entry: Entry, stage: FactorContext) -> list[Varied]:
    scale = event_scale(name, stage)
    if scale is None:
        return []
    if isinstance(entry, str):
        stage.add(name, "an event has no range in the evidence", "from and to, or values")
        return []
    if not isinstance(entry, LevelsEntry) and entry.relative:
        stage.add(name, "a number of an event is not drawn", "the values themselves", key="relative")
        return []
    return valued(Factor(name, "event", (name,), "absolute", 0, 0), entry, scale, stage)


def _mechanism(name: str, entry: Entry, stage: FactorContext) -> list[Varied]:
    mechanism = name.removeprefix(SWITCHES)
    if mechanism not in MECHANISMS:
        near = nearest(mechanism, MECHANISMS)
        stage.add(name, "there is no such mechanism", ", ".join(MECHANISMS), near and SWITCHES + near)
        return []
    if not isinstance(entry, ValuesEntry) or entry.relative:
        stage.add(name, "a mechanism is on or off", "{values: [on, off]}")
        return []
    return valued(Factor(name, "mechanism", (mechanism,), "absolute", 0, 0), entry, switch_scale(), stage)
