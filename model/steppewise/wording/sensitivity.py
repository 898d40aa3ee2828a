"""A sensitivity analysis in sentences and in the rows of tables: what drives an outcome, and how sure that is.

What it cannot tell yet is said with the size of design that would do: the half-width of an interval falls with the
square root of the size, so that a quarter of it takes sixteen times the points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil, log2
from typing import Final

from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import Quantity, quantity
from steppewise.analysis.sensitivity import BY_CLASS, BY_FACTOR, POINTS_A_TRAJECTORY, Question, Sensitivity
from steppewise.evidence.types import EvidenceClass
from steppewise.experiment.study import MOST_ROWS, Factor
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import begin, listed
from steppewise.wording.numbers import Measure, counted, measure_of_change, percent, plus_minus, rounded_up

NAMED: Final = 3
"""Factors that a sentence names."""

METHODS: Final = {
    "morris": "Morris screening",
    "sobol": "Sobol indices",
    "tornado": "one at a time",
}


def measure_of(quantity: Quantity) -> Measure:
    """How differences of a quantity are told."""
    return measure_of_change(quantity.unit)


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
    factors = counted(len(question.factors), "parameter")
    what = {BY_FACTOR: "points", BY_CLASS: "more by class of evidence"}
    points = " and ".join(f"{number:,} {what[by]}" for by, number in question.points.items())
    return (
        f"{question.title}: {METHODS[question.method]} over {factors}{size_words(question)}: {points}, each in "
        f"{_worlds(question)}; {found.question.runs:,} runs, seed {question.seed}."
    )


def size_words(question: Question) -> str:
    """The size of the design in the terms of its method."""
    what = {"morris": "trajectories", "sobol": "base points"}
    return f", {question.size:,} {what[question.method]}" if question.method in what else ""


def _worlds(question: Question) -> str:
    worlds = "the same world" if question.worlds == 1 else f"the same {question.worlds:,} worlds"
    return f"{worlds} (no chance)" if question.uncertainty == "none" else f"{worlds}, with the same luck"


# drivers ------------------------------------------------------------------------------------------------


def _drivers(found: Sensitivity, quantity: Quantity) -> Iterator[str]:
    """The factors that matter most."""
    ranked = [index for index in found.ranked(quantity.name) if index.value > 0][:NAMED]
    if not ranked:
        yield f"{begin(quantity.label)} does not change."
        return
    told = listed([_driver(index, found, quantity) for index in ranked])
    head = {
        "morris": "is moved most, on average over a parameter's whole range, by",
        "sobol": "owes most of its variance between points to",
        "tornado": "is moved most, from the low to the high end of one range with all else at its value, by",
    }
    yield f"{begin(quantity.label)} {head[found.question.method]} {told}."


def _driver(index: Index, found: Sensitivity, quantity: Quantity) -> str:
    numbers = _numbers(found, index, quantity, index.value)
    told = {
        "sobol": f"{numbers[0]} percent in total",
        "morris": f"{numbers[0]}{measure_of(quantity).unit}",
        "tornado": f"{' to '.join(numbers)}{level_unit(quantity)}",
    }
    return f"{index.name} ({told[found.question.method]}; {found.question.factor(index.name).evidence})"


def percent_and_reach(index: Index) -> str:
    """A share with the half-width of its interval, in percent: `31 ± 5`."""
    return plus_minus(index.value, index.half_width)


# classes of evidence and chance -------------------------------------------------------------------------


def _classes(found: Sensitivity, quantity: Quantity) -> Iterator[str]:
    total = found.ranked(quantity.name, "class")
    if len(total) < 2 or not any(index.value for index in total):
        return
    first = found.of(quantity.name, "class", "first")
    alone = listed([f"{index.name} {percent_and_reach(first[index.name])}" for index in total])
    together = listed([f"{index.name} {percent(index.value, 0)}" for index in total])
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
    taken = {name for factor in question.factors for name in factor.targets}
    others = (parameter for name, parameter in question.spec.parameters.items() if name not in taken)
    if question.uncertainty in ("both", "ignorance") and any(parameter.is_uncertain for parameter in others):
        return "all other parameters" if question.uncertainty == "ignorance" else "chance and all other parameters"
    return "chance"


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


FINE = 20
"""Parts of the largest swing that numbers of a tornado show."""


@dataclass(frozen=True)
class DriverRow:
    """One factor: what it does in numbers, its value with its range, its class of evidence, its main source."""

    name: str
    numbers: tuple[str, ...]
    value: str
    evidence: EvidenceClass
    source: str


def heads(found: Sensitivity, outcome: str) -> tuple[str, ...]:
    """What the numbers of a row are, with their unit."""
    asked = quantity(outcome, found.question.spec)
    if found.question.method == "sobol":
        return ("Total, %", "Alone, %")
    if found.question.method == "morris":
        return ("Effect" + _bracketed(measure_of(asked).unit), "Signed", "Spread")
    return ("At its low" + _bracketed(level_unit(asked)), "At its high")


def _bracketed(unit: str) -> str:
    return f", {unit.strip()}" if unit.strip() else ""


def driver_rows(found: Sensitivity, outcome: str, most: int) -> list[DriverRow]:
    """The factors that move an outcome most, at most so many, without those that do nothing."""
    ranked = [index for index in found.ranked(outcome) if index.value > 0][:most]
    asked, spec, rows = quantity(outcome, found.question.spec), found.question.spec, []
    for index in ranked:
        factor, numbers = found.question.factor(index.name), _numbers(found, index, asked, ranked[0].value)
        rows.append(DriverRow(index.name, numbers, value_of(factor, spec), factor.evidence, source_of(factor, spec)))
    return rows


def _numbers(found: Sensitivity, index: Index, asked: Quantity, largest: float) -> tuple[str, ...]:
    """What a factor does, in the order of the heads."""

    def other(name: str) -> Index:
        return found.of(index.outcome, "factor", name)[index.name]

    measure = measure_of(asked)
    if found.question.method == "sobol":
        return percent_and_reach(index), percent_and_reach(other("first"))
    if found.question.method == "morris":
        error = index.half_width
        strength = f"{measure.number(index.value, error)} ± {measure.number(error, error)}"
        return strength, measure.signed(other("mu").value, error), measure.number(other("sigma").value, error)
    return tuple(measure.number(other(end).value, largest / FINE) for end in ("low", "high"))


WIDE: Final = 0.15
"""Half-width of a Sobol index's 95 % interval above which the design is called too small, in parts of the variance."""

WIDE_EFFECT: Final = 0.25
"""The same for the effects of Morris, in parts of the largest effect."""

LOOKED_AT: Final = 10
"""Factors whose effects of Morris are looked at: the largest."""

BELOW: Final = 0.05
"""By how much a total index may be below the first-order one, or this one below zero, before it is told."""

OWN_LUCK: Final = 0.1
"""Part of the variance between points that may rest on the luck of the few worlds at each of them."""

ORDERS: Final = {"first": "first order", "total": "total"}


def doubts(found: Sensitivity) -> list[str]:
    """Everything that speaks against an answer, a sentence each; nothing where nothing does."""
    outcomes = found.question.outcomes
    return [sentence for outcome in outcomes for sentence in _of_outcome(found, outcome)]


def _of_outcome(found: Sensitivity, outcome: str) -> Iterator[str]:
    if not any(index.value for index in found.ranked(outcome)):
        yield f"{outcome} is the same at every point: there is nothing to explain."
        return
    if found.question.method == "morris":
        yield from _of_morris(found, outcome)
    if found.question.method != "tornado":
        yield from _of_sobol(found, outcome)
        yield from _of_worlds(found, outcome)


# shares of the variance -----------------------------------------------------------------------------------


def _of_sobol(found: Sensitivity, outcome: str) -> Iterator[str]:
    """Doubts about shares of the variance, of factors and of classes of evidence."""
    of_variance = [index for index in found.indices if index.outcome == outcome and index.measure in ORDERS]
    worst = max(of_variance, key=lambda index: index.half_width)
    if worst.half_width > WIDE:
        yield (
            f"{outcome}: the design is small. The interval of {worst.name} ({ORDERS[worst.measure]}) is ± "
            f"{percent(worst.half_width, 0)} percent of the variance, more than {percent(WIDE, 0)}; "
            f"{_advice(found, worst)}."
        )
    for by in ("factor", "class"):
        yield from _impossible(found.of(outcome, by, "first"), found.of(outcome, by, "total"), outcome)


def _impossible(first: Mapping[str, Index], total: Mapping[str, Index], outcome: str) -> Iterator[str]:
    """Estimates that exact indices can never have."""
    below = [name for name in total if name in first and first[name].value - total[name].value > BELOW]
    if below:
        yield f"{outcome}: the total index of {_named(below)} comes out below the first-order one: both are rough."
    negative = [name for name, index in first.items() if index.high < 0 and index.value < -BELOW]
    if negative:
        yield f"{outcome}: the first-order index of {_named(negative)} comes out below zero: it is rough."


def _named(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _advice(found: Sensitivity, worst: Index) -> str:
    """What size brings the widest interval below the threshold."""
    question = found.question
    wanted = size_for(question.size if worst.by == "factor" else question.class_size, worst.half_width, WIDE)
    size = wanted // POINTS_A_TRAJECTORY if question.method == "morris" else wanted
    return _would_do(question, size, f"--size {size}")


def _would_do(question: Question, size: float, told: str) -> str:
    """What would do, unless that is more than can be run."""
    if question.runs * size / question.size > MOST_ROWS:
        return "no size that can be run would do"
    return f"{told} would do"


def size_for(size: int, half_width: float, wanted: float) -> int:
    """The power of two from which on an interval is as narrow as wanted: half-widths go with 1 / sqrt(size)."""
    needed = size * (half_width / wanted) ** 2
    return int(2 ** ceil(log2(max(needed, 1.0))))


# effects of Morris ----------------------------------------------------------------------------------------


def _of_morris(found: Sensitivity, outcome: str) -> Iterator[str]:
    ranked = found.ranked(outcome)[:LOOKED_AT]
    largest = ranked[0].value
    worst = max(ranked, key=lambda index: index.half_width)
    if worst.half_width > WIDE_EFFECT * largest:
        needed = found.question.size * (worst.half_width / (WIDE_EFFECT * largest)) ** 2
        told = f"about --size {rounded_up(needed)}"
        reach = f"{percent(worst.half_width / largest, 0)} percent of the largest effect"
        yield (
            f"{outcome}: the design is small. The interval of the effect of {worst.name} is ± {reach}, "
            f"more than {percent(WIDE_EFFECT, 0)}; {_would_do(found.question, needed, told)}."
        )
    elif len(ranked) > 1 and ranked[0].low < ranked[1].high:
        both = f"{ranked[0].name} and {ranked[1].name}"
        yield f"{outcome}: which of {both} matters more is open; their intervals overlap."


# worlds ---------------------------------------------------------------------------------------------------


def _of_worlds(found: Sensitivity, outcome: str) -> Iterator[str]:
    worlds = found.question.worlds
    if worlds == 1:
        yield (
            f"{outcome}: with one world at each point, what is left to chance cannot be told, and the indices are "
            "those of this one world's luck; --worlds 8 tells both."
        )
        return
    shares = found.of(outcome, "variance", "share")
    together, parameters = shares["together"].value, shares["parameters"].value
    if parameters == 0:
        yield f"{outcome}: next to everything is left to chance; the indices tell of these {worlds} worlds only."
        return
    part = together / worlds / (parameters + together / worlds)
    if part > OWN_LUCK:
        needed = rounded_up(together * (1 - OWN_LUCK) / (OWN_LUCK * parameters))
        yield (
            f"{outcome}: {percent(part, 0)} percent of the variance between points is the luck of these {worlds} "
            f"worlds; about --worlds {needed} would do."
        )
