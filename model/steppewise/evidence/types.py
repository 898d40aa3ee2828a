"""The frozen values that the evidence room hands on: definitions, parameters, sources, claims."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

EvidenceClass = Literal["stated", "coded", "external", "assumed"]
Kind = Literal["power", "state", "tie", "link", "world"]

CLASSES: tuple[EvidenceClass, ...] = get_args(EvidenceClass)
SECTORS = ("human_capital", "transport", "energy", "governance", "security")
INSTRUMENTS = ("aid", "connectivity", "dialogue")
MOTIVES = ("need", "resources", "ties", "rivalry")


@dataclass(frozen=True)
class Definition:
    """What a parameter means for every actor of a kind: symbol of docs/odd.md, unit, hard bounds."""

    kind: Kind
    key: str
    symbol: str
    unit: str
    lowest: float
    highest: float
    meaning: str

    @property
    def takes_levels(self) -> bool:
        """True where the rubric's words (very low ... very high) are legal values."""
        return (self.lowest, self.highest) == (0.0, 1.0)


@dataclass(frozen=True)
class Parameter:
    """One value with its range and its evidence. `low == high == value` means: no range."""

    name: str
    definition: Definition
    value: float
    low: float
    high: float
    evidence: EvidenceClass
    source: str
    passage: str = ""
    reason: str = ""

    @property
    def is_uncertain(self) -> bool:
        """True where worlds draw different values."""
        return self.low < self.high

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of `source`, which are joined by `; `: the one that matters most comes first."""
        return tuple(self.source.split("; "))

    def renamed(self, name: str) -> Parameter:
        """The same evidence under another actor's name."""
        return replace(self, name=name)


@dataclass(frozen=True)
class Level:
    """A word of the rubric: its value and its band."""

    name: str
    value: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True)
class Source:
    """Where a value comes from: an article, a public statistic, a study, or the modeller."""

    key: str
    citation: str
    kind: str
    terms: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim of an article and its place in the model.

    `shown_by` are rows of `steppewise validate` that must hold if the claim does; `not_shown` says of a mechanism or
    a pattern why there is none.
    """

    id: str
    article: str
    passage: str
    role: str
    targets: tuple[str, ...]
    reading: str
    shown_by: tuple[str, ...] = ()
    not_shown: str = ""


@dataclass(frozen=True)
class Actor:
    """A power or a state of the evidence: its name in files, its name in figures, its code on maps."""

    name: str
    kind: Literal["power", "state"]
    label: str
    iso3: str
    optional: bool = False
    note: str = ""
