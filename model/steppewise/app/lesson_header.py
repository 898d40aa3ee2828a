"""The header of a lesson file: what may stand in it, key by key, and whether it makes sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, PlainValidator

from steppewise.errors import SteppewiseError
from steppewise.evidence.names import expand, nearest, nearest_pattern
from steppewise.evidence.types import Parameter
from steppewise.scenario.checks import Checked, FileChecks, FileProblems
from steppewise.scenario.extends import scenario_path
from steppewise.scenario.fields import (
    Emptiable,
    Number,
    PowerName,
    Strict,
    described,
    number,
    refuse,
    span,
    whole,
    word,
)
from steppewise.scenario.library import is_path
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.settings import UnfitError, bounded
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import UNCERTAINTIES, Uncertainty
from steppewise.yaml_reader import KeyPath, shown

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


def _tell_untagged(path: KeyPath, value: object, findings: FileProblems) -> None:
    raise AssertionError("a lesson has no unions")  # pragma: no cover


LESSON: Final = FileChecks(
    LessonFile,
    example="title: Trust and delivery",
    units={"levers": 1, "assumptions": 1, "steps": 1},
    tags={},
    stand_ins={"title": "-", "goal": "-", "minutes": 1, "power": "japan", "steps": []},
    model_at=_model_at,
    tell_untagged=_tell_untagged,
)
"""What the header of a lesson is checked against."""

# whether it makes sense ---------------------------------------------------------------------------------------

MOST_LEVERS: Final = 4
"""Levers and assumptions of a lesson together: the grid of an exported page has an axis for each."""

_STEMS: Final = {"levers": ("powers",), "assumptions": ("world", "states")}
_BELONGS: Final = {
    "levers": "choices of a power, such as powers.japan.execution",
    "assumptions": "names such as world.influence.theta or states.*.hedging",
}
_PLURAL: Final = {"scenario": "scenarios", "uncertainty": "uncertainties"}
_OUTCOMES: Final = ("regional_share", "regional_trust", "regional_dependence")


@dataclass(frozen=True)
class _Check:
    """What the checks of one lesson share: the header as it stands, what of it is well formed, its scenarios."""

    raw: dict[str, Any]
    checked: Checked[LessonFile]
    specs: tuple[ScenarioSpec, ...]

    def add(self, path: KeyPath, message: str, allowed: str | None = None, near: str | None = None) -> None:
        """Note a problem."""
        self.checked.findings.add(path, message, allowed, near)

    def mapping(self, *path: str | int) -> dict[str, Any]:
        """The mapping at a key path as it stands in the file; empty where there is none."""
        found: Any = self.raw
        for key in path:
            there = key in found if isinstance(found, dict) else isinstance(found, list) and isinstance(key, int)
            found = found[key] if there else None
        return found if isinstance(found, dict) else {}

    @property
    def spans(self) -> dict[str, Span]:
        """The levers and assumptions that are well formed."""
        return {**self.checked.file.levers, **self.checked.file.assumptions}


def named_scenarios(file: LessonFile) -> tuple[str, ...]:
    """The scenarios of a lesson as its header names them."""
    return tuple(file.scenarios or ()) or ((file.scenario,) if file.scenario else ())


def check_lesson(checked: Checked[LessonFile], path: Path) -> tuple[str, ...]:
    """The scenarios of a lesson, as names of the library or paths; all that makes no sense is noted."""
    scenarios = _scenarios(checked, path)
    specs = _specs(scenarios, checked)
    check = _Check(checked.findings.document.data, checked, specs)
    _check_lists(check)
    _check_number(check)
    if specs:
        _check_levers(check)
        _check_actors(check)
    _check_prediction(check)
    for where in _settings(check):
        _check_settings(where, check)
    return scenarios


# scenarios ----------------------------------------------------------------------------------------------------


def _scenarios(checked: Checked[LessonFile], path: Path) -> tuple[str, ...]:
    file, findings = checked.file, checked.findings
    if file.scenario is not None and file.scenarios is not None:
        findings.add(("scenarios",), "stands beside the key 'scenario'", "one of the two")
    names = named_scenarios(file)
    if not names and not {"scenario", "scenarios"} & checked.broken:
        findings.add(("scenarios",), "names no scenario", "scenario: baseline, or a list such as [baseline]")
    key = "scenario" if file.scenarios is None else "scenarios"
    found = []
    for name in names:
        try:
            place = scenario_path(name, path, findings.document, key)
            found.append(str(place) if is_path(name) else name)
        except SteppewiseError as error:
            findings.problems.extend(error.problems)
    return tuple(found)


def _specs(names: tuple[str, ...], checked: Checked[LessonFile]) -> tuple[ScenarioSpec, ...]:
    """The scenarios, resolved; noted where they do not fit one page."""
    specs = []
    for name in names:
        try:
            specs.append(load_scenario(name))
        except SteppewiseError as error:
            checked.findings.problems.extend(error.problems)
    for spec in specs[1:]:
        if setting_of(spec) != setting_of(specs[0]):
            message = f"'{spec.name}' has other powers, states or quarters than '{specs[0].name}'"
            checked.findings.add(("scenarios",), message, "scenarios with the same powers, states and quarters")
    return tuple(specs)


def setting_of(spec: ScenarioSpec) -> tuple[object, ...]:
    """What scenarios of one page have in common: actors and quarters."""
    return spec.power_names, spec.state_names, spec.start, spec.end


# levers -------------------------------------------------------------------------------------------------------


def _check_lists(check: _Check) -> None:
    file = check.checked.file
    lists: dict[str, Sequence[str]] = {"scenarios": file.scenarios or (), "uncertainties": file.uncertainties}
    for key, items in lists.items():
        if twice := [item for item in items if items.count(item) > 1]:
            check.add((key,), f"'{shown(twice[0])}' stands twice in the list", "each once")
    if not file.uncertainties:
        check.add(("uncertainties",), "the list is empty", "both, chance, ignorance or none")
    if not file.steps and "steps" not in check.checked.broken:
        check.add(("steps",), "the list is empty", "one step or more, such as {do: Move the slider}")


def _check_number(check: _Check) -> None:
    file = check.checked.file
    count = len(check.mapping("levers")) + len(check.mapping("assumptions"))
    if count > MOST_LEVERS:
        check.add((), f"has {count} levers and assumptions", f"at most {MOST_LEVERS} together")
    if not count and len(named_scenarios(file)) < 2 and len(file.uncertainties) < 2 and not check.checked.broken:
        check.add((), "gives nothing to move", "levers, assumptions, several scenarios or several uncertainties")


def _check_levers(check: _Check) -> None:
    taken: dict[str, str] = {}
    for kind in _STEMS:
        for pattern in check.mapping(kind):
            parameters = _parameters(kind, pattern, check)
            rivals = [taken[parameter.name] for parameter in parameters if parameter.name in taken]
            if rivals:
                check.add((kind, pattern), f"'{rivals[0]}' sets the same parameter", "each parameter once")
            taken.update({parameter.name: pattern for parameter in parameters})
            if parameters and pattern in check.spans:
                _check_span((kind, pattern), check.spans[pattern], parameters, check)


def _parameters(kind: str, pattern: str, check: _Check) -> tuple[Parameter, ...]:
    """What a name of a lever stands for in the first scenario; noted where it is nothing, or of another kind."""
    spec = check.specs[0]
    names = expand(pattern, spec.parameters)
    right = [name for name in spec.parameters if name.partition(".")[0] in _STEMS[kind]]
    if names and names[0] not in right:
        other = next((other for other, stems in _STEMS.items() if names[0].partition(".")[0] in stems), None)
        allowed = f"{_BELONGS[kind]}; this one belongs under {other}" if other else _BELONGS[kind]
        check.add((kind, pattern), f"does not belong under {kind}", allowed)
        return ()
    if not names:
        check.add((kind, pattern), f"{spec.name} has no such parameter", near=nearest_pattern(pattern, right) or None)
    return tuple(spec.parameters[name] for name in names)


def _check_span(path: KeyPath, ends: Span, parameters: tuple[Parameter, ...], check: _Check) -> None:
    """Note ends out of bounds or order, and an opening value that the slider cannot show."""
    for key, value in (("from", ends.from_), ("to", ends.to)):
        try:
            bounded(value, parameters[0].definition)
        except UnfitError as unfit:
            check.add((*path, key), unfit.message, unfit.allowed)
    if ends.from_ >= ends.to:
        check.add((*path, "from"), f"{ends.from_:g} is not below {ends.to:g}", "from below to")
        return
    values = sorted({parameter.value for parameter in parameters})
    if len(values) > 1:
        message = f"stands for parameters that open at different values, {span(values[0], values[-1])}"
        check.add(path, message, "parameters that open at one value")
    elif not ends.from_ <= values[0] <= ends.to:
        message = f"leaves out {values[0]:g}, where the slider opens in {check.specs[0].name}"
        check.add(path, message, "a range that holds it")


# prediction and steps -----------------------------------------------------------------------------------------


def _check_actors(check: _Check) -> None:
    """Note a power that does not take part, and an outcome that is none."""
    powers, file = check.specs[0].power_names, check.checked.file
    if "power" not in check.checked.broken and file.power not in powers:
        check.add(("power",), f"'{file.power}' does not take part", ", ".join(powers), nearest(file.power, powers))
    outcomes = (*(f"{stem}.{power}" for stem in _OUTCOMES for power in powers), "regional_autonomy")
    outcome = check.mapping("predict").get("outcome")
    if isinstance(outcome, str) and outcome not in outcomes:
        allowed = "regional_share, regional_trust or regional_dependence with a power, or regional_autonomy"
        check.add(("predict", "outcome"), f"'{shown(outcome)}' cannot be guessed", allowed, nearest(outcome, outcomes))


def _check_prediction(check: _Check) -> None:
    predict = check.checked.file.predict
    if predict is None:
        return
    if predict.low >= predict.high:
        check.add(("predict", "low"), f"{predict.low:g} is not below {predict.high:g}", "low below high")
    elif not 0 < predict.step <= predict.high - predict.low:
        allowed = f"above 0 and at most {predict.high - predict.low:g}"
        check.add(("predict", "step"), f"{predict.step:g} is out of range", allowed)


def _settings(check: _Check) -> Iterator[KeyPath]:
    """Where in the header something is set."""
    if isinstance(check.mapping("predict").get("set"), dict):
        yield ("predict", "set")
    steps = check.raw.get("steps")
    for place in range(len(steps) if isinstance(steps, list) else 0):
        if isinstance(check.mapping("steps", place).get("set"), dict):
            yield ("steps", place, "set")


def _check_settings(path: KeyPath, check: _Check) -> None:
    entries, file = check.mapping(*path), check.checked.file
    if not entries:
        check.add(path, "sets nothing", "a lever of this lesson with its value")
    words = {"scenario": named_scenarios(file), "uncertainty": tuple(file.uncertainties)}
    moved = (*check.mapping("levers"), *check.mapping("assumptions"))
    for name, value in entries.items():
        where = (*path, name)
        if name in words:
            if value not in words[name] and not {name, _PLURAL[name]} & check.checked.broken:
                message = f"{described(value)} is not one that this lesson offers"
                check.add(where, message, ", ".join(words[name]), nearest(value, words[name]))
        elif name not in moved:
            known = (*moved, *words)
            check.add(where, "does not move in this lesson", ", ".join(known), nearest(name, known))
        elif isinstance(value, str):
            check.add(where, f"{described(value)} is not a number", "a number")
        elif name in check.spans and isinstance(value, int | float):
            low, high = check.spans[name].from_, check.spans[name].to
            if low < high and not low <= value <= high:
                check.add(where, f"{value:g} is out of the slider's range", span(low, high))
