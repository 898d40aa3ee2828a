"""What varies: by default every parameter of a scenario that has a range; and what people call factors and values."""

from __future__ import annotations

from math import isfinite, nan

from steppewise.analysis.words import labels, listed, possessive
from steppewise.evidence.types import CLASSES
from steppewise.experiment.study import Factor
from steppewise.scenario.quarter import Quarter
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
    label, _, field = target.removeprefix("events.").rpartition(".")
    event = next(event for event in spec.events if event.label == label)
    number = getattr(event, field)
    return nan if number is None else float(number.number if field == "at" else number)


QUARTER = "quarter"


def factor_words(factor: Factor, spec: ScenarioSpec) -> str:
    """A factor in a few words: `Japan's effort`, `amount of Japan's package`, `capacity autonomy`."""
    if factor.kind == "mechanism":
        return _plain(factor.targets[0])
    if factor.kind == "event":
        return _event(factor.targets[0], spec)
    kind, *parts = factor.name.split(".")
    known = labels(spec)
    whose = [known[part] for part in parts if part in known]
    what = " ".join(_plain(part) for part in parts if part not in known and part != "*") or kind
    return f"{possessive(listed(whose))} {what}" if whose else what


def _event(target: str, spec: ScenarioSpec) -> str:
    """`amount of Japan's package`, with the event's number where several would be called so."""
    label, _, key = target.removeprefix("events.").rpartition(".")
    what = "quarter" if key == "at" else _plain(key)
    name = _event_name(label, spec)
    alike = [event for event in spec.events if _event_name(event.label, spec) == name]
    return f"{what} of {name}" if len(alike) < 2 else f"{what} of {name} {label.rpartition('/')[2]}"


def _event_name(label: str, spec: ScenarioSpec) -> str:
    kind, by, *_ = label.split("/")
    known = labels(spec)
    return f"{possessive(known[by])} {_plain(kind)}" if by in known else _plain(kind)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def unit_words(factor: Factor) -> str:
    """Unit and kind of evidence, for an axis: `times what is drawn; assumed`."""
    kinds = {"parameter": f"evidence: {factor.evidence}", "event": "event of the scenario", "mechanism": "mechanism"}
    unit = "" if factor.unit == QUARTER else factor.unit
    return "; ".join(part for part in (unit, kinds[factor.kind]) if part)


def value_words(factor: Factor, value: float) -> str:
    """A value as figures and sentences name it: a level by its word, a quarter by its name."""
    names = dict(zip(factor.levels, factor.labels, strict=False)) if factor.way == "absolute" else {}
    if value in names:
        return names[value]
    if factor.unit == QUARTER:
        return str(Quarter(round(value)))
    if factor.way == "evidence":
        return f"{100 * value:.0f} % of its range"
    return f"{value:.3g}×" if factor.way == "relative" else f"{value:.3g}"


def is_scale(factor: Factor) -> bool:
    """True where there are values between two others: not so with switches and levels of the rubric."""
    words = any(not _is_number(label) for label in factor.labels)
    return factor.kind != "mechanism" and (factor.unit == QUARTER or not words)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
