"""Levers and assumptions as sliders: from where to where, and where their numbers come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import floor, log10
from pathlib import Path
from typing import Any, Final, Literal

from steppewise.app.lesson import Lever
from steppewise.errors import SteppewiseError
from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.names import expand
from steppewise.evidence.types import EvidenceClass, Parameter
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import begin
from steppewise.yaml_reader import read_yaml

Kind = Literal["lever", "assumption"]
STEPS: Final = 200
"""Steps of a slider, at least half as many."""

FILE: Final = Path(__file__).with_name("levers.yaml")
LONGEST_LABEL: Final = 60


@dataclass(frozen=True)
class Slider:
    """A lever or an assumption of a page.

    `targets` are the parameters that it sets, one or all that match its name. `drawn` is the range of the evidence,
    from which worlds draw while nobody has moved the slider. Of several targets, value and evidence are those of the
    first and the range is that of all.
    """

    name: str
    kind: Kind
    label: str
    power: str | None
    low: float
    high: float
    step: float
    value: float
    drawn: tuple[float, float]
    unit: str
    symbol: str
    meaning: str
    evidence: EvidenceClass
    source: str
    passage: str
    reason: str
    targets: tuple[str, ...]

    def within(self, value: float) -> float:
        """The value, or the nearest that the slider can show."""
        return min(max(value, self.low), self.high)


@cache
def _file() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_yaml(FILE).data
    return data


def slider(lever: Lever, spec: ScenarioSpec) -> Slider:
    """The slider of a lever under a scenario. Raises SteppewiseError where no parameter has that name."""
    targets = expand(lever.name, spec.parameters)
    if not targets:
        raise SteppewiseError(f"the scenario '{spec.name}' has no parameter '{lever.name}'")
    found = [spec.parameters[name] for name in targets]
    first, evidence = found[0], load_evidence()
    value = min(max(first.value, lever.low), lever.high)
    return Slider(
        name=lever.name,
        kind=lever.kind,
        label=_label(lever.name, first, spec),
        power=lever.name.split(".")[1] if lever.name.startswith("powers.") else None,
        low=lever.low,
        high=lever.high,
        step=_step(lever.high - lever.low),
        value=value,
        drawn=(min(one.low for one in found), max(one.high for one in found)),
        unit=first.definition.unit,
        symbol=first.definition.symbol,
        meaning=first.definition.meaning,
        evidence=first.evidence,
        source="; ".join(dict.fromkeys(evidence.cite(key) for key in first.sources)),
        passage=first.passage,
        reason=first.reason,
        targets=targets,
    )


def _label(name: str, parameter: Parameter, spec: ScenarioSpec) -> str:
    given: Mapping[str, str] = _file()["labels"]
    if name in given:
        return given[name]
    words, actors = given.get(parameter.definition.key, parameter.definition.meaning)[:LONGEST_LABEL], spec.labels
    owners = [actors[part] for part in name.split(".") if part in actors]
    return f"{owners[0]}: {words}" if owners else begin(words)


def _step(length: float) -> float:
    """A round step: 1, 2 or 5 times a power of ten."""
    rough = length / STEPS
    size = 10.0 ** floor(log10(rough))
    factor = max(part for part in (1, 2, 5) if part * size <= rough * 1.0001)
    return float(f"{factor * size:.6g}")


def free_levers(spec: ScenarioSpec) -> tuple[Slider, ...]:
    """The main sliders of the free page: choices of Japan, or of the first power."""
    power = "japan" if "japan" in spec.power_names else spec.power_names[0]
    return tuple(_of_power(power, _file()["main"], spec))


def more_levers(spec: ScenarioSpec, main: Iterable[Slider]) -> tuple[Slider, ...]:
    """The sliders on request: choices of every power, and assumptions; without those that stand there already."""
    taken = {name for one in main for name in one.targets}
    own = [one for power in spec.power_names for one in _of_power(power, _file()["more"], spec)]
    assumed = [
        slider(Lever(name, "assumption", ends["from"], ends["to"]), spec)
        for name, ends in _file()["assumptions"].items()
    ]
    return tuple(one for one in (*own, *assumed) if not taken & set(one.targets))


def _of_power(power: str, entries: Mapping[str, Mapping[str, Any]], spec: ScenarioSpec) -> Iterable[Slider]:
    for key, ends in entries.items():
        name = f"powers.{power}.{key}"
        low, high = _ends(spec.parameters[name], ends)
        yield slider(Lever(name, "lever", low, high), spec)


def _ends(parameter: Parameter, ends: Mapping[str, Any]) -> tuple[float, float]:
    """From where to where: as said, or so many times the value, in round numbers."""
    if "times" not in ends:
        return float(ends["from"]), float(ends["to"])
    low, high = (factor * parameter.value for factor in ends["times"])
    step = _step(high - low)
    round_low, round_high = (float(f"{round(end / step) * step:.6g}") for end in (low, high))
    return max(round_low, parameter.definition.lowest), min(round_high, parameter.definition.highest)
