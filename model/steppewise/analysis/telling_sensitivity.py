"""A sensitivity analysis in sentences: what drives an outcome in this model, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import SHARE, Quantity, quantity
from steppewise.analysis.sensitivity import BY_CLASS, BY_FACTOR, Question, Sensitivity
from steppewise.analysis.telling import listed
from steppewise.analysis.telling_comparison import Measure
from steppewise.evidence.types import Parameter
from steppewise.experiment.study import Factor
from steppewise.scenario.spec import ScenarioSpec

NAMED: Final = 3
"""Factors that a sentence names."""

METHODS: Final = {
    "morris": "Morris screening",
    "sobol": "Sobol indices",
    "tornado": "one at a time",
}
LEVEL: Final = "95 % intervals"

WITHOUT_UNIT: Final = ("index", "states", "rank, 1 is first", "sign, -1 to +1", "mean 1 over powers")


def measure_of(quantity: Quantity) -> Measure:
    """Shares are told in percentage points, all else in its own unit."""
    if quantity.unit in ("share", SHARE):
        return Measure(100.0, " points", 1, 3)
    return Measure(1.0, "" if quantity.unit in WITHOUT_UNIT else f" {quantity.unit}", 2, 4)


def level_unit(quantity: Quantity) -> str:
    """The unit behind a value of the outcome itself: a share is in percent, a change of it in points."""
    unit = measure_of(quantity).unit
    return unit if quantity.against else unit.replace(" points", " percent")


def sentences(found: Sensitivity) -> list[str]:
    """All that was found, in plain sentences."""
    outcomes = found.question.outcomes
    return [setting(found), *(sentence for outcome in outcomes for sentence in of_outcome(found, outcome))]


def of_outcome(found: Sensitivity, outcome: str) -> list[str]:
    """The sentences on one outcome: what moves it, what it rests on, what is left to chance."""
    asked = quantity(outcome, found.question.spec)
    return [*_drivers(found, asked), *_classes(found, asked), *_chance(found, asked)]


def setting(found: Sensitivity) -> str:
    """How it was found: method, factors, points, worlds."""
    question = found.question
    count = len(question.factors)
    factors = "1 parameter" if count == 1 else f"{count:,} parameters"
    return (
        f"{question.title}: {METHODS[question.method]} over {factors}{size_words(question)}: "
        f"{' and '.join(_points(by, number) for by, number in question.points.items())}, each in {_worlds(question)}; "
        f"{found.question.runs:,} runs, seed {question.seed}."
    )


def size_words(question: Question) -> str:
    """The size of the design in the terms of its method."""
    what = {"morris": "trajectories", "sobol": "base points"}
    return f", {question.size:,} {what[question.method]}" if question.method in what else ""


def _points(by: str, number: int) -> str:
    return {BY_FACTOR: f"{number:,} points", BY_CLASS: f"{number:,} more by class of evidence"}[by]


def _worlds(question: Question) -> str:
    worlds = "the same world" if question.worlds == 1 else f"the same {question.worlds:,} worlds"
    return f"{worlds} (no chance)" if question.uncertainty == "none" else f"{worlds}, with the same luck"


# drivers ------------------------------------------------------------------------------------------------


def _drivers(found: Sensitivity, quantity: Quantity) -> Iterator[str]:
    """The factors that matter most."""
    ranked = [index for index in found.ranked(quantity.name) if index.value > 0][:NAMED]
    if not ranked:
        yield f"{_begin(quantity)} does not change."
        return
    told = listed([_driver(index, found, quantity) for index in ranked])
    head = {
        "morris": "is moved most, on average over a parameter's whole range, by",
        "sobol": "owes most of its variance between points to",
        "tornado": "is moved most, from the low to the high end of one range with all else at its value, by",
    }
    yield f"{_begin(quantity)} {head[found.question.method]} {told}."


def _begin(quantity: Quantity) -> str:
    return f"{quantity.label[:1].upper()}{quantity.label[1:]}"


def _driver(index: Index, found: Sensitivity, quantity: Quantity) -> str:
    evidence = found.question.factor(index.name).evidence
    measure = measure_of(quantity)
    if found.question.method == "sobol":
        return f"{index.name} ({percent_and_reach(index)} percent in total; {evidence})"
    if found.question.method == "morris":
        reach = measure.number(index.half_width, index.half_width)
        return f"{index.name} ({measure.number(index.value, index.half_width)} ± {reach}{measure.unit}; {evidence})"
    low, high = (found.of(index.outcome, "factor", end)[index.name].value for end in ("low", "high"))
    ends = " to ".join(measure.number(end, index.value / 20) for end in (low, high))
    return f"{index.name} ({ends}{level_unit(quantity)}; {evidence})"


def percent_and_reach(index: Index) -> str:
    """A share with the half-width of its interval, in percent: `31 ± 5`."""
    return f"{whole(index.value)} ± {max(round(100 * index.half_width), 1)}"


def whole(share: float) -> str:
    """A share in whole percent, without a negative zero."""
    return f"{round(100 * share)}"


# classes of evidence and chance -------------------------------------------------------------------------


def _classes(found: Sensitivity, quantity: Quantity) -> Iterator[str]:
    total = found.ranked(quantity.name, "class")
    if len(total) < 2 or not any(index.value for index in total):
        return
    first = found.of(quantity.name, "class", "first")
    alone = listed([f"{index.name} {percent_and_reach(first[index.name])}" for index in total])
    together = listed([f"{index.name} {whole(index.value)}" for index in total])
    yield (
        f"By class of evidence, in percent of the variance between points: {alone} alone; with what each does only "
        f"together with others, {together}."
    )


def _chance(found: Sensitivity, quantity: Quantity) -> Iterator[str]:
    shares = found.of(quantity.name, "variance", "share")
    if not shares or not any(share.value for share in shares.values()):
        return
    told = {name: percent_and_reach(share) for name, share in shares.items()}
    yield (
        f"Of the variance between single worlds, the parameters alone account for {told['parameters']} percent, "
        f"{rest_of(found.question)} alone for {told['chance']}, and their interplay for {told['together']}."
    )


def rest_of(question: Question) -> str:
    """What differs between worlds beside the factors."""
    if question.uncertainty in ("both", "ignorance") and any(p.is_uncertain for p in _others(question)):
        return "all other parameters" if question.uncertainty == "ignorance" else "chance and all other parameters"
    return "chance"


def _others(question: Question) -> Iterator[Parameter]:
    taken = {name for factor in question.factors for name in factor.targets}
    return (parameter for name, parameter in question.spec.parameters.items() if name not in taken)


def unit_of(index: Index, question: Question) -> str:
    """The unit of an index's value."""
    if index.measure in ("first", "total", "share"):
        return "part of the variance"
    return quantity(index.outcome, question.spec).unit


# a factor in words --------------------------------------------------------------------------------------


def value_of(factor: Factor, spec: ScenarioSpec) -> str:
    """A factor's value with its range: `0.3 (0.2 to 0.4)`; its range alone where it is not one parameter."""
    parameter = spec.parameters.get(factor.targets[0]) if len(factor.targets) == 1 else None
    if parameter is None:
        return ", ".join(factor.labels) or f"{factor.low:.4g} to {factor.high:.4g}"
    if factor.way == "evidence":
        return f"{parameter.value:.4g} ({parameter.low:.4g} to {parameter.high:.4g})"
    if factor.way == "relative":
        return f"{parameter.value:.4g}, times {factor.low:.4g} to {factor.high:.4g}"
    return f"{parameter.value:.4g} ({factor.low:.4g} to {factor.high:.4g})"


def source_of(factor: Factor, spec: ScenarioSpec) -> str:
    """The source that matters most; of several parameters, how many."""
    if factor.kind != "parameter":
        return "scenario"
    if len(factor.targets) > 1:
        return f"{len(factor.targets)} parameters"
    return spec.parameters[factor.targets[0]].sources[0]
