"""The experiment file: what may stand in it, key by key. Unknown keys are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Discriminator, Field, PlainValidator, Tag, ValidationInfo

from steppewise.evidence.names import nearest
from steppewise.experiment.study import MOST_POINTS, Keep
from steppewise.scenario.checks import FileChecks, FileProblems
from steppewise.scenario.fields import (
    Emptiable,
    ExperimentName,
    Strict,
    Switch,
    Text,
    defined,
    described,
    level_words,
    list_of,
    listed,
    refuse,
    whole,
    word,
)
from steppewise.world.tables import UNCERTAINTIES, Uncertainty
from steppewise.yaml_reader import KeyPath

MOST_STEPS: Final = 10_000
MOST_WORLDS: Final = 10_000_000
LARGEST_SEED: Final = 2**32 - 1


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
    more, like, once = "two or more values", "two or more values such as [0.2, 0.5]", "two or more different values"
    return listed(each, more, 2, "one value varies nothing", like, once)


def _levels(value: object, info: ValidationInfo) -> tuple[str, ...]:
    return _several(lambda item: _level(item, info))(value)


_NAMED: Final = "a list such as [regional_share.japan, regional_trust.japan]"


def _outcome(value: object) -> str:
    if isinstance(value, str):
        return value
    refuse(f"{described(value)} is not an outcome's name", _NAMED)


Scalar = Annotated[float | str | bool, PlainValidator(_scalar), defined("Scalar")]
Steps = Annotated[int, *whole(2, MOST_STEPS)]
Points = Annotated[int, *whole(1, MOST_POINTS)]
Values = Annotated[tuple[float | str | bool, ...], PlainValidator(_several(_scalar)), list_of({"$def": "Scalar"}, 2)]
Levels = Annotated[tuple[str, ...], PlainValidator(_levels), list_of({"$def": "Level"}, 2)]
Outcomes = Annotated[
    tuple[str, ...],
    PlainValidator(listed(_outcome, _NAMED, once="each outcome once")),
    list_of({"$def": "Outcome"}, 1),
]
Worlds = Annotated[int, *whole(1, MOST_WORLDS)]
Seed = Annotated[int, *whole(0, LARGEST_SEED)]


ALL_TOGETHER: Final = "evidence"
ONE_BY_ONE: Final = "evidence of each"
KINDS: Final = ("grid", "latin hypercube", "sobol", "list")
KEEPS: Final[tuple[Keep, ...]] = ("outcomes", "summary", "trajectories")


# what varies ------------------------------------------------------------------------------------------------


class RangeEntry(Strict):
    """From one value to another."""

    from_: Scalar = Field(alias="from", description="Lower end: a number, a level, or a quarter.")
    to: Scalar = Field(description="Upper end.")
    relative: Switch = Field(False, description="true: a factor on what each world draws, instead of a value.")
    steps: Steps | None = Field(None, description="In a grid: how many values (default: the steps of the design).")


class ValuesEntry(Strict):
    """Some values."""

    values: Values = Field(description="The values, in the order of figures: numbers, levels, quarters, or on and off.")
    relative: Switch = Field(False, description="true: factors on what each world draws, instead of values.")


class LevelsEntry(Strict):
    """Some levels of the rubric."""

    levels: Levels = Field(description="Words of the rubric, in the order of figures.")


EvidenceRange = Annotated[Literal["evidence", "evidence of each"], *word(ALL_TOGETHER, ONE_BY_ONE)]
"""The range that the evidence gives; `of each`: with a wildcard, every parameter by itself."""

ENTRIES: Final[dict[str, type[RangeEntry | ValuesEntry | LevelsEntry]]] = {
    "from": RangeEntry,
    "to": RangeEntry,
    "values": ValuesEntry,
    "levels": LevelsEntry,
}
"""Keys that say what an entry of `vary` is."""


def _entry_tag(entry: Any) -> str | None:
    if isinstance(entry, dict):
        models = {model.__name__ for key, model in ENTRIES.items() if key in entry}
        return f"<{models.pop()}>" if len(models) == 1 else None
    return "<evidence>" if entry in (ALL_TOGETHER, ONE_BY_ONE) else None


AnyEntry = Annotated[
    Annotated[RangeEntry, Tag("<RangeEntry>")]
    | Annotated[ValuesEntry, Tag("<ValuesEntry>")]
    | Annotated[LevelsEntry, Tag("<LevelsEntry>")]
    | Annotated[EvidenceRange, Tag("<evidence>")],
    Discriminator(_entry_tag),
]

Entry = RangeEntry | ValuesEntry | LevelsEntry | str


# at which points --------------------------------------------------------------------------------------------


class GridDesign(Strict):
    """Every combination."""

    kind: Annotated[Literal["grid"], *word("grid")] = Field(description="grid: every combination.")
    steps: Steps | None = Field(None, description="Values of every range that has no steps of its own.")


class LatinHypercubeDesign(Strict):
    """A sample that has each factor's whole range in even shares."""

    kind: Annotated[Literal["latin hypercube"], *word("latin hypercube")] = Field(
        description="latin hypercube: a sample that has each factor's whole range in even shares."
    )
    points: Points = Field(description="How many points.")


class SobolDesign(Strict):
    """A sample that fills the space of all factors evenly."""

    kind: Annotated[Literal["sobol"], *word("sobol")] = Field(
        description="sobol: a sample that fills the space of all factors evenly."
    )
    points: Points = Field(description="How many points: a power of two.")


class ListDesign(Strict):
    """Points of one's own."""

    kind: Annotated[Literal["list"], *word("list")] = Field(description="list: points from a CSV file.")
    file: Text = Field(
        description="The file, in the folder of this one: a column for each name under vary, a row a point."
    )


Design = GridDesign | LatinHypercubeDesign | SobolDesign | ListDesign

DESIGNS: Final[dict[str, type[Design]]] = dict(
    zip(KINDS, (GridDesign, LatinHypercubeDesign, SobolDesign, ListDesign), strict=True)
)


def _design_tag(entry: Any) -> str | None:
    kind = entry.get("kind") if isinstance(entry, dict) else None
    return f"<{kind}>" if isinstance(kind, str) and kind in DESIGNS else None


AnyDesign = Annotated[
    Annotated[GridDesign, Tag("<grid>")]
    | Annotated[LatinHypercubeDesign, Tag("<latin hypercube>")]
    | Annotated[SobolDesign, Tag("<sobol>")]
    | Annotated[ListDesign, Tag("<list>")],
    Discriminator(_design_tag),
]


# the file ---------------------------------------------------------------------------------------------------


class ExperimentFile(Strict):
    """An experiment of steppewise: what varies around a scenario, and what is looked at."""

    name: ExperimentName = Field(description="Name, as the file's: small letters and digits joined by '-'.")
    title: Text = Field("", description="Title for people, in a line.")
    question: Text = Field("", description="The question that it asks.")
    look_for: Text = Field("", description="What to look for in the results.")
    scenario: Text = Field(
        description="The scenario around which things vary: a library name, or a file in the folder."
    )
    vary: Annotated[dict[str, AnyEntry], Emptiable(dict), defined("Vary")] = Field(
        description="What varies: parameters, numbers and dates of events, mechanisms; '*' stands for any one part."
    )
    design: AnyDesign = Field(description="At which points: grid, latin hypercube, sobol or list.")
    worlds: Worlds = Field(100, description="Worlds at every point, the same ones at each (default 100).")
    seed: Seed = Field(0, description="Seed of the worlds and of a sampled design (default 0).")
    uncertainty: Annotated[Uncertainty, *word(*UNCERTAINTIES)] = Field(
        "both", description="What differs between worlds: chance, ignorance, both or none (default both)."
    )
    outcomes: Outcomes = Field(description="What is looked at, by name; '*' stands for any one part.")
    keep: Annotated[Keep, *word(*KEEPS)] = Field(
        "outcomes", description="outcomes at the end, a summary over time, or all trajectories (default outcomes)."
    )


def _model_at(path: KeyPath, data: Any) -> type[BaseModel]:
    if not path:
        return ExperimentFile
    entry = data[path[0]]
    if path[0] == "design":
        return DESIGNS[entry["kind"]]
    return next(model for key, model in ENTRIES.items() if key in entry[path[1]])


def _tell_untagged(path: KeyPath, value: object, findings: FileProblems) -> None:
    if path[0] == "design":
        _tell_design(value, findings)
    elif isinstance(value, dict) and (ways := [key for key in ENTRIES if key in value]):
        findings.add(path, f"says more than once over what it varies: {', '.join(ways)}", WAYS)
    else:
        near = _nearest_way(value)
        subject = "" if isinstance(value, dict) else f"{described(value)} "
        findings.add(path, f"{subject}does not say over what it varies", WAYS, near)


def _nearest_way(value: object) -> str:
    if isinstance(value, dict):
        strange = (key for key in value if key not in ("relative", "steps"))
        return next(filter(None, (nearest(key, ENTRIES) for key in strange)), "")
    return nearest(value, (ALL_TOGETHER, ONE_BY_ONE)) if isinstance(value, str) else ""


def _tell_design(value: object, findings: FileProblems) -> None:
    if not isinstance(value, dict):
        near = f"{{kind: {value}}}" if value in KINDS else ""
        findings.add(("design",), f"{described(value)} is no design", "a mapping such as {kind: grid, steps: 7}", near)
    elif "kind" not in value:
        findings.add(("design",), "the key 'kind' is missing", ", ".join(KINDS))
    else:
        kind = value["kind"]
        message = f"{described(kind)} is not possible here"
        findings.add(("design", "kind"), message, ", ".join(KINDS), nearest(kind, KINDS))


WAYS: Final = "one of {from: NUMBER, to: NUMBER}, {values: [A, B]}, {levels: [low, high]}, or the word evidence"

EXPERIMENT: Final = FileChecks(
    ExperimentFile,
    example="name: my-experiment",
    units={"vary": 1},
    tags={"vary": 2, "design": 1},
    stand_ins={
        "name": "unnamed",
        "scenario": "baseline",
        "vary": {},
        "design": {"kind": "grid", "steps": 2},
        "outcomes": ["regional_autonomy"],
    },
    model_at=_model_at,
    tell_untagged=_tell_untagged,
)
"""What experiment files are checked against."""
