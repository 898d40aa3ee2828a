"""The kinds of value that an experiment file holds, each refusing with a sentence of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema

from steppewise.experiment.designs import MOST_POINTS
from steppewise.reading import shown
from steppewise.scenario.fields import defined, described, file_name, level_words, nearest, refuse

MOST_STEPS: Final = 10_000
MOST_WORLDS: Final = 10_000_000
LARGEST_SEED: Final = 2**32 - 1


def whole(low: int, high: int) -> tuple[PlainValidator, WithJsonSchema]:
    """A whole number within bounds."""
    allowed = f"a whole number from {low:,} to {high:,}"

    def whole(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            near = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else ""
            refuse(f"{described(value)} is not a whole number", allowed, near)
        if not low <= value <= high:
            refuse(f"{shown(value)} is out of range", allowed)
        return value

    return PlainValidator(whole), WithJsonSchema({"type": "integer", "minimum": low, "maximum": high})


def _scalar(value: object) -> float | str | bool:
    """A number, a word or a quarter; what fits is known when what varies is known."""
    if isinstance(value, int | float | str):
        return value
    refuse(f"{described(value)} is not a value", "a number, a level, a quarter such as 2026Q1, or on or off")


def _level(value: object, info: ValidationInfo) -> str:
    words = level_words(info)
    if value in words:
        return str(value)
    refuse(f"{described(value)} is not a level", ", ".join(words), nearest(value, words))


def _several(each: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """A list of two or more different values."""

    def several(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            refuse(f"{described(value)} is not a list", "two or more values such as [0.2, 0.5]")
        if len(value) < 2:
            refuse("one value varies nothing" if value else "the list is empty", "two or more values")
        found = tuple(each(item) for item in value)
        if twice := _twice(found):
            refuse(f"{described(twice[0])} stands twice in the list", "two or more different values")
        return found

    return several


def _twice(items: Sequence[Any]) -> list[Any]:
    """What stands in a list more than once."""
    return [item for item, count in Counter(items).items() if count > 1]


def _levels(value: object, info: ValidationInfo) -> tuple[str, ...]:
    return _several(lambda item: _level(item, info))(value)


def _outcomes(value: object) -> tuple[str, ...]:
    allowed = "a list such as [regional_share.japan, regional_trust.japan]"
    if not isinstance(value, list):
        refuse(f"{described(value)} is not a list", allowed, f"[{shown(value)}]" if isinstance(value, str) else "")
    if not value:
        refuse("the list is empty", allowed)
    for item in value:
        if not isinstance(item, str):
            refuse(f"{described(item)} is not an outcome's name", allowed)
    if twice := _twice(value):
        refuse(f"'{shown(twice[0])}' stands twice in the list", "each outcome once")
    return tuple(value)


Scalar = Annotated[float | str | bool, PlainValidator(_scalar), defined("Scalar")]
Steps = Annotated[int, *whole(2, MOST_STEPS)]
Points = Annotated[int, *whole(1, MOST_POINTS)]
Values = Annotated[
    tuple[float | str | bool, ...],
    PlainValidator(_several(_scalar)),
    WithJsonSchema({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"$def": "Scalar"}}),
]
Levels = Annotated[
    tuple[str, ...],
    PlainValidator(_levels),
    WithJsonSchema({"type": "array", "minItems": 2, "uniqueItems": True, "items": {"$def": "Level"}}),
]
Outcomes = Annotated[
    tuple[str, ...],
    PlainValidator(_outcomes),
    WithJsonSchema({"type": "array", "minItems": 1, "uniqueItems": True, "items": {"$def": "Outcome"}}),
]
ExperimentName = Annotated[
    str,
    PlainValidator(file_name("an experiment")),
    WithJsonSchema({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
]
Worlds = Annotated[int, *whole(1, MOST_WORLDS)]
Seed = Annotated[int, *whole(0, LARGEST_SEED)]
