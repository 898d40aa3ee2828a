"""How lists, owners, factors and their values are said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from steppewise.evidence.names import event_number
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.numbers import percent

if TYPE_CHECKING:
    from steppewise.experiment.study import Factor

QUARTER = "quarter"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; `nobody` where there is none."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items or ["nobody"])


def possessive(name: str) -> str:
    """`Japan's`, `the United States'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def begin(text: str) -> str:
    """The text with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def factor_words(factor: Factor, spec: ScenarioSpec) -> str:
    """A factor in a few words: `Japan's effort`, `amount of Japan's package`, `capacity autonomy`."""
    if factor.kind == "mechanism":
        return _plain(factor.targets[0])
    if factor.kind == "event":
        return _event(factor.targets[0], spec)
    kind, *parts = factor.name.split(".")
    known = spec.labels
    whose = [known[part] for part in parts if part in known]
    what = " ".join(_plain(part) for part in parts if part not in known and part != "*") or kind
    return f"{possessive(listed(whose))} {what}" if whose else what


def _event(target: str, spec: ScenarioSpec) -> str:
    """`amount of Japan's package`, with the event's number where several would be called so."""
    label, key = event_number(target)
    what = "quarter" if key == "at" else _plain(key)
    name = _event_name(label, spec)
    alike = [event for event in spec.events if _event_name(event.label, spec) == name]
    return f"{what} of {name}" if len(alike) < 2 else f"{what} of {name} {label.rpartition('/')[2]}"


def _event_name(label: str, spec: ScenarioSpec) -> str:
    kind, by, *_ = label.split("/")
    known = spec.labels
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
        return f"{percent(value, 0)} % of its range"
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
