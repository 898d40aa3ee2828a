"""What varies: by default every parameter of a scenario that has a range; and where a factor stands."""

from __future__ import annotations

from math import isfinite, nan

from steppewise.evidence.names import event_number
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor
from steppewise.scenario.spec import ScenarioSpec


def uncertain_factors(spec: ScenarioSpec) -> tuple[Factor, ...]:
    """A factor for every uncertain parameter of a scenario: its position, from 0 to 1, within its range."""
    return tuple(
        Factor(name, "parameter", (name,), "evidence", 0.0, 1.0, unit="position in its range", evidence=p.evidence)
        for name, p in spec.parameters.items()
        if p.is_uncertain
    )


def classes_of(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """The classes of evidence that occur among factors, in the order of the classes."""
    found = {factor.evidence for factor in factors}
    return tuple(name for name in CLASSES if name in found)


def at_value(factor: Factor, spec: ScenarioSpec) -> float:
    """Where a factor stands in the scenario itself, kept inside the factor's range.

    Several targets have one position only: the mean of theirs. What the scenario does not say is the range's middle.
    """
    ends = factor.levels or (factor.low, factor.high)
    low, high, found = min(ends), max(ends), standing(factor, spec)
    return min(max(found, low), high) if isfinite(found) else 0.5 * (low + high)


def standing(factor: Factor, spec: ScenarioSpec) -> float:
    """Where a factor stands in the scenario itself; not a number where the scenario does not say."""
    if factor.kind == "mechanism":
        return float(not spec.switched_off.intersection(factor.targets))
    if factor.kind == "event":
        return _number_of_event(factor.targets[0], spec)
    if factor.way == "relative":
        return 1.0
    parameters = [spec.parameters[name] for name in factor.targets]
    if factor.way == "absolute":
        return sum(parameter.value for parameter in parameters) / len(parameters)
    places = [(p.value - p.low) / (p.high - p.low) if p.is_uncertain else 0.5 for p in parameters]
    return sum(places) / len(places)


def _number_of_event(target: str, spec: ScenarioSpec) -> float:
    """A number of an event, `events.LABEL.FIELD`; a date is its quarter's number."""
    label, field = event_number(target)
    event = next(event for event in spec.events if event.label == label)
    number = getattr(event, field)
    return nan if number is None else float(number.number if field == "at" else number)
