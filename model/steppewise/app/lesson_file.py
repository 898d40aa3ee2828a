"""The header of a lesson file: what may stand in it, key by key. Unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, PlainValidator

from steppewise.reading import KeyPath
from steppewise.scenario.checking import Findings, Form
from steppewise.scenario.fields import Emptiable, Number, PowerName, Strict, described, number, refuse, whole, word
from steppewise.world.tables import UNCERTAINTIES, Uncertainty

View = Literal["shares", "trust", "dependence", "autonomy", "promises"]
VIEWS: Final[tuple[View, ...]] = ("shares", "trust", "dependence", "autonomy", "promises")

SECTIONS: Final = {
    "look_for": "What to look for",
    "questions": "Questions",
    "not_conclude": "What not to conclude",
    "teacher": "For the teacher",
}
"""The parts of a lesson's body and their headings."""


def _sentence(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    refuse(f"{described(value)} is not a text", "a text; put it in quotes")


def _set_value(value: object) -> float | str:
    return value if isinstance(value, str) else number(value, "a number; a name under scenario and uncertainty")


Sentence = Annotated[str, PlainValidator(_sentence)]
Settings = dict[str, Annotated[float | str, PlainValidator(_set_value)]]
"""Values of levers and assumptions by name; `scenario` and `uncertainty` stand among them."""


class Span(Strict):
    """From where to where a lever goes."""

    from_: Number = Field(alias="from", description="Lower end of the slider.")
    to: Number = Field(description="Upper end.")


Spans = Annotated[dict[str, Span], Emptiable(dict)]


class PredictEntry(Strict):
    """What pupils guess before they see it: the change of an outcome's mean at the end, in points."""

    question: Sentence = Field(description="The question, in a sentence.")
    outcome: Sentence = Field(description="What changes: regional_share.japan, regional_autonomy ...")
    set: Settings = Field(description="What is set to find the answer.")
    low: Number = Field(description="Lowest guess in points, hundredths of a share.")
    high: Number = Field(description="Highest guess.")
    step: Number = Field(description="Step of the guess.")


class StepEntry(Strict):
    """One thing to do."""

    do: Sentence = Field(description="What to do, in a sentence or two.")
    set: Settings | None = Field(None, description="What a button sets, so that nobody is left behind.")


class LessonFile(Strict):
    """The header of a lesson of steppewise."""

    title: Sentence = Field(description="Title for pupils, in a line.")
    goal: Sentence = Field(description="What a pupil knows afterwards, in a sentence.")
    minutes: Annotated[int, *whole(1, 600)] = Field(description="How long it takes.")
    order: Annotated[int, *whole(1, 1000)] = Field(1000, description="Place in the list of lessons (default last).")
    scenario: Sentence | None = Field(None, description="The scenario, where there is one.")
    scenarios: list[Sentence] | None = Field(None, description="The scenarios; the page opens with the first.")
    levers: Spans = Field({}, description="Choices of powers that pupils move, by name.")
    assumptions: Spans = Field({}, description="Assumptions on the world that pupils move, by name.")
    uncertainties: list[Annotated[Uncertainty, *word(*UNCERTAINTIES)]] = Field(
        ["both"], description="What may differ between worlds; the page opens with the first (default [both])."
    )
    view: Annotated[View, *word(*VIEWS)] = Field("shares", description="What the curves show first.")
    power: PowerName = Field(description="The power that the lesson is about.")
    predict: PredictEntry | None = Field(None, description="What pupils guess first.")
    steps: list[StepEntry] = Field(description="What pupils do, one after the other.")


def _model_at(path: KeyPath, data: Any) -> type[BaseModel]:
    if not path:
        return LessonFile
    models: dict[Any, type[BaseModel]] = {"predict": PredictEntry, "steps": StepEntry}
    return models.get(path[0], Span)


def _tell_untagged(path: KeyPath, value: object, findings: Findings) -> None:
    raise AssertionError("a lesson has no unions")  # pragma: no cover


LESSON: Final = Form(
    LessonFile,
    example="title: Trust and delivery",
    units={"levers": 1, "assumptions": 1, "steps": 1},
    tags={},
    stand_ins={"title": "-", "goal": "-", "minutes": 1, "power": "japan", "steps": []},
    model_at=_model_at,
    tell_untagged=_tell_untagged,
)
"""What the header of a lesson is checked against."""
