"""The kinds of value that a scenario file holds, each refusing with a sentence of its own.

Pydantic calls these functions; what they refuse reaches people word for word. Level words are checked
against the rubric, which comes in as the validation context (see `checks.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Annotated, Any, Final, NoReturn
from unicodedata import normalize

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function

from steppewise.evidence.names import nearest
from steppewise.scenario.quarter import Quarter
from steppewise.yaml_reader import shown

EARLIEST: Final = Quarter.parse("1991Q1")
LATEST: Final = Quarter.parse("2099Q4")
"""The year 2100 stands for `never` among the parameters, so no run reaches it."""

LONGEST_DELAY: Final = 100.0
LARGEST_AMOUNT: Final = 1000.0
LOWEST_PRICE: Final = 0.01

_SHARES: Final = "a number from 0 to 1"
_SETTINGS: Final = "a number, a level, or {low: NUMBER, high: NUMBER}"
_QUARTERS: Final = f"quarters such as 2025Q3, from {EARLIEST} to {LATEST}"
_NUMBER_AND_WORD: Final = re.compile(r"\s*[$€¥]?\s*([-+]?[0-9][0-9_.]*)\s*([a-zA-Z$€¥%].*)")
_PERCENT: Final = re.compile(r"\s*([-+]?[0-9]+(\.[0-9]+)?)\s*(%|percent|per cent)\s*")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?[0-9]+,[0-9]+")
_THOUSANDS: Final = re.compile(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}")


def refuse(message: str, allowed: str = "", near: str = "") -> NoReturn:
    """Refuse a value with a sentence, what is allowed, and the nearest name."""
    raise PydanticCustomError("steppewise", "{message}", {"message": message, "allowed": allowed, "nearest": near})


def span(low: float, high: float, unit: str = "") -> str:
    """`0 to 1 share`, as messages name a range."""
    return f"{low:g} to {high:g} {unit}".strip()


def described(value: object) -> str:
    """The offending value as messages name it."""
    if isinstance(value, dict):
        return "a mapping '{...}'"
    if isinstance(value, list):
        return "a list '[...]'"
    return "an empty value" if value is None else f"'{shown(value)}'"


def number(value: object, allowed: str = "") -> float:
    """A number, or a refusal that guesses what was meant."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    hint, near = _meant(value, allowed) if isinstance(value, str) else ("", "")
    refuse(f"{described(value)} is not a number{hint}", allowed, near)


def _meant(text: str, allowed: str) -> tuple[str, str]:
    """A hint and a proposal; what a percentage means depends on the unit, unless a share is asked for."""
    if percent := _PERCENT.fullmatch(text):
        share = f"{float(percent[1]) / 100:g}" if allowed == _SHARES else ""
        return ": write the bare number; half is 0.5 as a share and 50 in percent", share
    if _THOUSANDS.fullmatch(text):
        return f": write {text.replace(',', '')} or {text.replace(',', '.')}, whichever is meant", ""
    if _DECIMAL_COMMA.fullmatch(text):
        return ": write the decimal point", text.replace(",", ".")
    if word := _NUMBER_AND_WORD.fullmatch(text):
        return ": write the bare number; units are fixed, money is in billion USD", word[1]
    return "", ""


def within(value: float, low: float, high: float, allowed: str, above: bool = False) -> float:
    """The number, refused outside its range (`above`: the lower bound itself is too low)."""
    if not low <= value <= high or (above and value == low):
        refuse(f"{value:g} is out of range", allowed)
    return value


def level_words(info: ValidationInfo) -> tuple[str, ...]:
    """The words of the rubric."""
    return info.context or ()


def word_or(value: object, words: tuple[str, ...], numbers: str) -> str | None:
    """The word where the value is one of them; None where it is a number, or no text at all."""
    if not isinstance(value, str):
        return None
    if value in words:
        return value
    if value[:1].isdigit() or value[:1] in "+-.":
        return None
    refuse(
        f"'{shown(value)}' is neither a level nor a number",
        f"{', '.join(words)}, or {numbers}",
        nearest(value, words),
    )


def _level_or_number(low: float, high: float, allowed: str, *others: str) -> Callable[[object, ValidationInfo], Any]:
    """A level, one of the `others`, or a number within bounds."""
    numbers = allowed if low > -inf else "a number"

    def setting(value: object, info: ValidationInfo) -> float | str:
        word = word_or(value, (*level_words(info), *others), numbers)
        return word if word is not None else within(number(value, allowed), low, high, allowed)

    return setting


def quarter(value: object) -> Quarter:
    """A quarter such as 2025Q3, or a refusal that guesses what was meant."""
    try:
        found = Quarter.parse(value if isinstance(value, str) else "")
    except ValueError:
        refuse(f"{described(value)} is not a quarter", _QUARTERS, _quarter_meant(str(value)))
    if not EARLIEST <= found <= LATEST:
        refuse(f"{found} is out of range", _QUARTERS)
    return found


def _quarter_meant(text: str) -> str:
    if re.fullmatch(r"(19|20)[0-9]{2}", text):
        return f"{text}Q1"
    if month := re.match(r"((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])(?![0-9])", text):
        return f"{month[1]}Q{(int(month[2]) + 2) // 3}"
    year = re.search(r"(19|20)[0-9]{2}", text)
    index = re.search(r"[Qq]\W?([1-4])|\b([1-4])\W?[Qq]", text)
    return f"{year[0]}Q{index[1] or index[2]}" if year and index else ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    refuse(f"{described(value)} is not a text", "a text; put it in quotes")


def _sources(value: object) -> str:
    """A text, or several as one: `wdi; cow_trade4`."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "; ".join(one.strip() for one in value)
    return _text(value)


def scenario_name_for(text: str) -> str:
    """The legal name of a scenario that is most like a text; the text itself where it is legal."""
    return _joined(text, "-")


def _joined(text: str, joint: str) -> str:
    """The words of a text in plain small letters."""
    plain = normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", joint, plain).strip(joint)


def file_name(owner: str) -> Callable[[object], str]:
    """The name of a file and of what it holds: small letters and digits joined by '-'."""

    def name(value: object) -> str:
        near = scenario_name_for(value) if isinstance(value, str) else ""
        if near and near == value:
            return near
        refuse(f"{described(value)} is not {owner}'s name", "small letters and digits joined by '-'", near)

    return name


_scenario_name: Final = file_name("a scenario")


def _actor_name(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value):
        return value
    near = _joined(value, "_") if isinstance(value, str) else ""
    refuse(f"{described(value)} is not an actor's name", "small letters, digits and '_'", near)


def _iso3(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    near = value.upper() if isinstance(value, str) and re.fullmatch(r"[a-z]{3}", value) else ""
    refuse(f"{described(value)} is not a country code", "three capital letters such as TUR", near)


def switch(value: object) -> bool:
    """`on` or `off`, or a refusal that guesses what was meant."""
    if isinstance(value, bool):
        return value
    if value in ("on", "off"):
        return value == "on"
    meant = {"yes": "on", "no": "off"}.get(str(value).lower()) or nearest(value, ("on", "off"))
    refuse(f"{described(value)} is not a switch", "on or off", meant)


def listed(
    each: Callable[[object], Any],
    allowed: str,
    least: int = 1,
    short: str = "the list is too short",
    like: str = "",
    once: str = "",
) -> Callable[[object], tuple[Any, ...]]:
    """A list of so many different values at least. What is allowed instead of what is no list: `like`, if given."""

    def several(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            near = f"[{shown(value)}]" if isinstance(value, str) and not like else ""
            refuse(f"{described(value)} is not a list", like or allowed, near)
        if len(value) < least:
            refuse(short if value else "the list is empty", allowed)
        found = tuple(each(item) for item in value)
        if twice := [item for item, count in Counter(found).items() if count > 1]:
            refuse(f"{described(twice[0])} stands twice in the list", once or allowed)
        return found

    return several


def _all_or(several: Callable[[object], tuple[str, ...]]) -> Callable[[object], tuple[str, ...] | str]:
    return lambda value: "all" if value == "all" else several(value)


def choice(*words: str) -> Callable[[object], str]:
    """One of some words."""

    def chosen(value: object) -> str:
        if value in words:
            return str(value)
        refuse(f"{described(value)} is not possible here", " or ".join(words), nearest(value, words))

    return chosen


@dataclass(frozen=True)
class Emptiable:
    """A block whose lines are all commented out is empty, not wrong."""

    empty: Callable[[], Any]

    def __get_pydantic_core_schema__(self, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(lambda value: self.empty() if value is None else value, handler(kind))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [handler(core), {"type": "null"}]}


def _schema(kind: str, extra: Mapping[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **extra})


def defined(name: str) -> WithJsonSchema:
    """A schema that `schema.py` defines, because its words come from the evidence."""
    return WithJsonSchema({"$def": name})


def list_of(item: Mapping[str, Any], least: int, unique: bool = True) -> WithJsonSchema:
    """The schema of a list of so many things at least."""
    return _schema("array", {"minItems": least, **({"uniqueItems": True} if unique else {}), "items": item})


def _bounded(low: float, high: float, allowed: str, above: bool = False) -> tuple[PlainValidator, WithJsonSchema]:
    """A number within bounds (`above`: the lower bound itself is too low): how it is checked, and its schema."""
    check = PlainValidator(lambda value: within(number(value, allowed), low, high, allowed, above))
    return check, _schema("number", {"exclusiveMinimum" if above else "minimum": low, "maximum": high})


def whole(low: int, high: int) -> tuple[PlainValidator, WithJsonSchema]:
    """A whole number within bounds: how it is checked, and its schema."""
    allowed = f"a whole number from {low:,} to {high:,}"

    def whole(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            near = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else ""
            refuse(f"{described(value)} is not a whole number", allowed, near)
        if not low <= value <= high:
            refuse(f"{shown(value)} is out of range", allowed)
        return value

    return PlainValidator(whole), _schema("integer", {"minimum": low, "maximum": high})


def word(*words: str) -> tuple[PlainValidator, WithJsonSchema]:
    """One of some words: how it is checked, and its schema."""
    return PlainValidator(choice(*words)), WithJsonSchema({"enum": list(words)})


_NAME: Final = _schema("string", {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"})
_TEXTS: Final = _schema("array", {"items": {"type": "string"}})
_FACTOR: Final = "1 changes nothing"

Number = Annotated[float, PlainValidator(number), _schema("number", {})]
Share = Annotated[float | str, PlainValidator(_level_or_number(0, 1, _SHARES)), defined("Share")]
Blame = Annotated[float | str, PlainValidator(_level_or_number(0, 1, _SHARES, "none")), defined("Blame")]
Setting = Annotated[float | str, PlainValidator(_level_or_number(-inf, inf, _SETTINGS)), defined("Setting")]
Probability = Annotated[float, *_bounded(0, 1, _SHARES)]
Amount = Annotated[float, *_bounded(0, LARGEST_AMOUNT, "billion USD, above 0 and at most 1000", above=True)]
Years = Annotated[float, *_bounded(0, LONGEST_DELAY, "years, above 0 and at most 100", above=True)]
Factor = Annotated[float, *_bounded(0, 100, f"a factor from 0 to 100; {_FACTOR}")]
Price = Annotated[float, *_bounded(LOWEST_PRICE, 100, f"a factor from {LOWEST_PRICE} to 100; {_FACTOR}")]
Weight = Annotated[float, *_bounded(0, 1e6, "a weight of 0 or more")]
Date = Annotated[Quarter, PlainValidator(quarter), _schema("string", {"pattern": "^(19|20)[0-9]{2}Q[1-4]$"})]
Text = Annotated[str, PlainValidator(_text), _schema("string", {})]
Sources = Annotated[
    str,
    PlainValidator(_sources),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}),
]
ScenarioName = Annotated[str, PlainValidator(_scenario_name), _NAME]
ExperimentName = Annotated[str, PlainValidator(file_name("an experiment")), _NAME]
ActorName = Annotated[str, PlainValidator(_actor_name), _schema("string", {"pattern": "^[a-z][a-z0-9_]*$"})]
PowerName = Annotated[str, PlainValidator(_actor_name), defined("PowerName")]
StateName = Annotated[str, PlainValidator(_actor_name), defined("StateName")]
Iso3 = Annotated[str, PlainValidator(_iso3), _schema("string", {"pattern": "^[A-Z]{3}$"})]
Switch = Annotated[bool, PlainValidator(switch), defined("Switch")]
States = Annotated[
    tuple[str, ...] | str,
    PlainValidator(_all_or(listed(_actor_name, "all, or a list such as [kazakhstan, uzbekistan]"))),
    defined("States"),
]
Along = Annotated[
    tuple[str, ...],
    PlainValidator(listed(_actor_name, "two or more states, such as [kazakhstan, turkmenistan]", least=2)),
    list_of({"$def": "StateName"}, 2, unique=False),
]
Names = Annotated[tuple[str, ...], PlainValidator(listed(_actor_name, "a list of names", least=0)), _TEXTS]
ScenarioNames = Annotated[tuple[str, ...], PlainValidator(listed(_scenario_name, "a list of names", least=0)), _TEXTS]


class Strict(BaseModel):
    """What the models of all files have in common: frozen, strict, without unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a mapping of this model may hold, as written in files."""
    return tuple(field.alias or name for name, field in model.model_fields.items())
