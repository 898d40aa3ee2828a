"""The values that something varies over: a range, some values, or a position in the evidence range."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from pydantic_core import PydanticCustomError

from steppewise.evidence.catalogue import Evidence
from steppewise.experiment.experiment_file import Design, GridDesign, LevelsEntry, RangeEntry, ValuesEntry
from steppewise.experiment.scales import Scale, label_of
from steppewise.experiment.study import Factor
from steppewise.reading import KeyPath, shown
from steppewise.scenario.checking import Findings
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.values import UnfitError

VARY = "vary"


@dataclass(frozen=True)
class Varied:
    """A factor, and how its values are written."""

    factor: Factor
    scale: Scale


@dataclass(frozen=True)
class Stage:
    """What turning entries into factors needs to know.

    ignorance: True where parameters are drawn from their ranges. design: None where it was refused.
    """

    spec: ScenarioSpec
    evidence: Evidence
    ignorance: bool
    design: Design | None
    findings: Findings

    def add(self, name: str, message: str, allowed: str = "", near: str = "", key: str | None = None) -> None:
        """Note a problem of an entry of `vary`, or of a key below it."""
        self.findings.add((VARY, name, *([key] if key else [])), message, allowed, near)


@contextmanager
def noted(findings: Findings, path: KeyPath) -> Iterator[None]:
    """Note at a key path what is refused inside."""
    try:
        yield
    except PydanticCustomError as error:
        context = error.context or {}
        findings.add(path, context["message"], context["allowed"], context["nearest"])
    except UnfitError as unfit:
        findings.add(path, unfit.message, unfit.allowed)


def valued(blank: Factor, entry: RangeEntry | ValuesEntry | LevelsEntry, scale: Scale, stage: Stage) -> list[Varied]:
    """The factor with the values of its entry, alone in a list; an empty one where there are problems."""
    before, blank = len(stage.findings.problems), replace(blank, unit=scale.unit)
    if isinstance(entry, RangeEntry):
        factor = _ranged(blank, entry, scale, stage)
    else:
        factor = _listed(blank, entry, scale, stage)
    return [Varied(factor, scale)] if len(stage.findings.problems) == before else []


def _ranged(blank: Factor, entry: RangeEntry, scale: Scale, stage: Stage) -> Factor:
    low = _read(entry.from_, "from", blank, scale, stage)
    high = _read(entry.to, "to", blank, scale, stage)
    check_steps(blank.name, entry.steps, stage)
    if low is None or high is None:
        return blank
    if low >= high:
        message = f"{shown(entry.from_)} is not below to, which is {shown(entry.to)}"
        stage.add(blank.name, message, "a lower end below the upper one", key="from")
        return blank
    factor = replace(blank, low=low, high=high)
    return _quarters(factor, entry.steps, scale, stage) if scale.listed else _stepped(factor, entry.steps)


def _read(written: object, key: str, blank: Factor, scale: Scale, stage: Stage) -> float | None:
    found: float | None = None
    with noted(stage.findings, (VARY, blank.name, key)):
        found = scale.read(written)
    return found


def check_steps(name: str, steps: int | None, stage: Stage) -> None:
    """Note where a grid lacks the steps of a range, and where steps stand beside another design."""
    grid = isinstance(stage.design, GridDesign)
    if stage.design is not None and not grid and steps is not None:
        stage.add(name, "steps count in a grid only", "steps beside design: {kind: grid}", key="steps")
    if isinstance(stage.design, GridDesign) and stage.design.steps is None and steps is None:
        stage.add(name, "says not in how many steps", "steps here, or for all ranges under design")


def _stepped(factor: Factor, steps: int | None) -> Factor:
    """A range with steps of its own; without, those of the grid hold."""
    if steps is None:
        return factor
    return replace(factor, levels=tuple(float(value) for value in np.linspace(factor.low, factor.high, steps)))


def _quarters(factor: Factor, steps: int | None, scale: Scale, stage: Stage) -> Factor:
    """All quarters of a range; in a grid, so many of them."""
    grid = stage.design if isinstance(stage.design, GridDesign) else None
    every = round(factor.high - factor.low) + 1
    wanted = steps or (grid and grid.steps) or every
    numbers = np.unique(np.round(np.linspace(factor.low, factor.high, min(wanted, every))))
    levels = tuple(float(number) for number in numbers)
    return replace(factor, levels=levels, labels=tuple(map(scale.named, levels)))


def _listed(blank: Factor, entry: ValuesEntry | LevelsEntry, scale: Scale, stage: Stage) -> Factor:
    key, written = ("values", entry.values) if isinstance(entry, ValuesEntry) else ("levels", entry.levels)
    found: dict[float, str] = {}
    for number, value in enumerate(written):
        with noted(stage.findings, (VARY, blank.name, key, number)):
            read = scale.read(value)
            if read in found:
                stage.add(blank.name, f"'{found[read]}' and '{shown(value)}' are the same", key=key)
            found[read] = label_of(value, read, scale)
    if not found:
        return blank
    return replace(blank, low=min(found), high=max(found), levels=tuple(found), labels=tuple(found.values()))
