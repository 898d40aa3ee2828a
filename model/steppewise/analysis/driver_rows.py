"""The drivers of an outcome as rows of a table, for the terminal and for the page."""

from __future__ import annotations

from dataclasses import dataclass

from steppewise.analysis.indices import Index
from steppewise.analysis.quantities import Quantity, quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.telling_sensitivity import level_unit, measure_of, percent_and_reach, source_of, value_of
from steppewise.evidence.types import EvidenceClass

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
    asked = quantity(outcome, found.question.spec)
    return [_row(found, index, asked, ranked[0].value) for index in ranked]


def _row(found: Sensitivity, index: Index, asked: Quantity, largest: float) -> DriverRow:
    factor, spec = found.question.factor(index.name), found.question.spec
    numbers = _numbers(found, index, asked, largest)
    return DriverRow(index.name, numbers, value_of(factor, spec), factor.evidence, source_of(factor, spec))


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
