"""How values of what varies are written in files: as numbers, levels, factors, quarters or switches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from steppewise.evidence.types import Definition, Level, Parameter
from steppewise.scenario.fields import number, quarter, refuse, span, switch, within, word_or
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.settings import UnfitError, setting_value
from steppewise.yaml_reader import shown

Read = Callable[[object], float]


@dataclass(frozen=True)
class Scale:
    """How the values of something that varies are written.

    read: the number of a value as written; refuses what is not legal. unit: of the numbers. listed: True where only
    certain numbers exist, as with quarters. named: a number as figures name it.
    """

    read: Read
    unit: str
    listed: bool = False
    named: Callable[[float], str] = lambda value: f"{value:g}"


def value_scale(owners: Mapping[str, Definition], levels: Mapping[str, Level]) -> Scale:
    """Numbers or levels, inside the bounds of every owner; by name, what each means."""
    takes_levels = all(definition.takes_levels for definition in owners.values())
    allowed = "a number, or a level" if takes_levels else "a number"

    def read(value: object) -> float:
        word = value if isinstance(value, str) and value in levels else None  # where none is legal: refused further on
        if takes_levels:
            word = word_or(value, tuple(levels), "a number")
        setting = word if word is not None else number(value, allowed)
        values = [_fitting(setting, name, owners, levels) for name in owners]
        return values[0]

    units = {definition.unit for definition in owners.values()}
    return Scale(read, units.pop() if len(units) == 1 else "")


def _fitting(setting: float | str, name: str, owners: Mapping[str, Definition], levels: Mapping[str, Level]) -> float:
    """The number of a setting; of several owners, the one that it does not fit is named."""
    try:
        return setting_value(setting, owners[name], levels)
    except UnfitError as unfit:
        owner = f" for {name}" if len(owners) > 1 else ""
        raise UnfitError(f"{unfit.message}{owner}", unfit.allowed) from None


def factor_scale(parameters: Sequence[Parameter], ignorance: bool) -> Scale:
    """Factors that leave every draw of every parameter inside its bounds.

    ignorance: True where parameters are drawn from their ranges.
    """

    def read(value: object) -> float:
        factor = number(value, "a factor such as 0.5 or 2")
        if factor < 0:
            refuse(f"{factor:g} is out of range", "a factor of 0 or more; 1 changes nothing")
        for parameter in parameters:
            _check_product(factor, parameter, ignorance)
        return factor

    return Scale(read, "times what is drawn")


def _check_product(factor: float, parameter: Parameter, ignorance: bool) -> None:
    """Refuse a factor that takes a draw out of the bounds."""
    definition = parameter.definition
    drawn = (parameter.low, parameter.high) if ignorance else (parameter.value, parameter.value)
    if definition.lowest <= factor * drawn[0] and factor * drawn[1] <= definition.highest:
        return
    worst = drawn[0] if factor * drawn[0] < definition.lowest else drawn[1]
    bounds = span(definition.lowest, definition.highest, definition.unit)
    if worst > 0 and worst is drawn[1]:
        bounds += f": a factor of at most {floor(definition.highest / worst * 1000) / 1000:g}"
    refuse(f"{factor:g} times {worst:g} of {parameter.name} is {factor * worst:g}, which is out of bounds", bounds)


def position_scale() -> Scale:
    """Positions within a range: 0 its lower end, 1 its upper end."""
    allowed = "a position in the evidence range, from 0 (its low) to 1 (its high)"
    return Scale(lambda value: within(number(value, allowed), 0, 1, allowed), "position in the evidence range")


def quarter_scale(start: Quarter, end: Quarter) -> Scale:
    """Quarters of the run, by their numbers."""

    def read(value: object) -> float:
        found = quarter(value)
        if not start <= found <= end:
            refuse(f"{found} lies outside the run", f"{start} to {end}")
        return float(found.number)

    return Scale(read, "quarter", listed=True, named=lambda value: str(Quarter(round(value))))


def switch_scale() -> Scale:
    """`on` is 1, `off` is 0."""
    return Scale(lambda value: float(switch(value)), "", listed=True, named=lambda value: "on" if value else "off")


def label_of(written: object, value: float, scale: Scale) -> str:
    """A value as figures name it: a level by its word."""
    return shown(written) if isinstance(written, str) and not scale.listed else scale.named(value)
