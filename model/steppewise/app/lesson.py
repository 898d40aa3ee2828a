"""Lessons for the classroom: Markdown files with a header, each from a guess to an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from steppewise.app.lesson_body import header_and_body, inline, sections
from steppewise.app.lesson_header import LESSON, LessonFile, PredictEntry, Settings, Span, View, check_lesson
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.scenario.checks import FileProblems, check
from steppewise.scenario.extends import short
from steppewise.scenario.fields import scenario_name_for
from steppewise.scenario.library import library_folder
from steppewise.scenario.resolve import in_order
from steppewise.world.tables import Uncertainty
from steppewise.yaml_reader import parse_yaml, read_text, shown

ENDING: Final = ".md"


@dataclass(frozen=True)
class Lever:
    """What pupils move, by the name of a parameter or a pattern that stands for several, and how far."""

    name: str
    kind: Literal["lever", "assumption"]
    low: float
    high: float


@dataclass(frozen=True)
class LessonSetting:
    """What a step or a prediction sets; None where scenario or uncertainty stay as they are."""

    scenario: str | None
    uncertainty: Uncertainty | None
    values: Mapping[str, float]


@dataclass(frozen=True)
class Prediction:
    """What pupils guess: the change of an outcome's mean at the end, in points; from `low` to `high` by `step`."""

    question: str
    outcome: str
    change: LessonSetting
    low: float
    high: float
    step: float


@dataclass(frozen=True)
class LessonStep:
    """One thing to do, as HTML, and what its button sets."""

    html: str
    change: LessonSetting | None


@dataclass(frozen=True)
class Lesson:
    """A lesson, ready for a page: texts that end in the page as they are (`look_for` ... `teacher`) are HTML."""

    name: str
    path: Path
    title: str
    goal: str
    minutes: int
    order: int
    scenarios: tuple[str, ...]
    levers: tuple[Lever, ...]
    uncertainties: tuple[Uncertainty, ...]
    view: View
    power: str
    predict: Prediction | None
    steps: tuple[LessonStep, ...]
    look_for: str
    questions: str
    not_conclude: str
    teacher: str

    @property
    def changes(self) -> tuple[LessonSetting, ...]:
        """All that the lesson sets: for the guess, then step by step."""
        guess = () if self.predict is None else (self.predict.change,)
        return (*guess, *(step.change for step in self.steps if step.change is not None))


def lesson_names() -> tuple[str, ...]:
    """Names of the lessons of the library."""
    return tuple(sorted(path.stem for path in _folder().glob(f"*{ENDING}")))


def lessons() -> tuple[Lesson, ...]:
    """The lessons of the library, in the order in which to give them. Raises SteppewiseError."""
    found = (read_lesson(_folder() / f"{name}{ENDING}") for name in lesson_names())
    return tuple(sorted(found, key=lambda lesson: (lesson.order, lesson.name)))


def lesson(name_or_path: str | PathLike[str]) -> Lesson:
    """A lesson of the library by its name, or a file by its path. Raises SteppewiseError with the nearest name."""
    name, names = fspath(name_or_path), lesson_names()
    if name.endswith(ENDING):
        return read_lesson(name)
    if name not in names:
        allowed = f"{', '.join(names)}, or the path of a file that ends in {ENDING}"
        near = nearest(name, names) or None
        raise SteppewiseError(Problem(f"there is no lesson '{shown(name)}'", allowed=allowed, nearest=near))
    return read_lesson(_folder() / f"{name}{ENDING}")


def is_lesson(name_or_path: str) -> bool:
    """True where a text means a lesson, and no scenario or experiment."""
    return name_or_path.endswith(ENDING) or name_or_path in lesson_names()


def _folder() -> Path:
    return library_folder(shelf="experiments") / "lessons"


def read_lesson(path: str | PathLike[str]) -> Lesson:
    """Read the file of a lesson. Raises SteppewiseError with every problem of header and text."""
    path = short(Path(path))
    header, body = header_and_body(read_text(path), str(path))
    problems: list[Problem] = []
    findings = FileProblems(parse_yaml(header, str(path)), problems)
    _check_name(path, problems)
    texts = sections(body, str(path), problems)
    checked = check(LESSON, (), findings)
    if checked is not None:
        scenarios = check_lesson(checked, path)
        if not problems:
            return _built(path, checked.file, scenarios, texts)
    raise SteppewiseError(in_order(problems))


def _check_name(path: Path, problems: list[Problem]) -> None:
    name = scenario_name_for(path.stem)
    if name != path.stem or path.suffix != ENDING:
        allowed = f"small letters and digits joined by '-', then {ENDING}"
        near = f"{name}{ENDING}" if name else None
        problems.append(Problem("cannot be the name of a lesson's file", str(path), allowed=allowed, nearest=near))


def _built(path: Path, file: LessonFile, scenarios: tuple[str, ...], texts: Mapping[str, str]) -> Lesson:
    return Lesson(
        name=path.stem,
        path=path,
        title=file.title,
        goal=file.goal,
        minutes=file.minutes,
        order=file.order,
        scenarios=scenarios,
        levers=(*_levers(file.levers, "lever"), *_levers(file.assumptions, "assumption")),
        uncertainties=tuple(file.uncertainties),
        view=file.view,
        power=file.power,
        predict=None if file.predict is None else _prediction(file.predict),
        steps=tuple(LessonStep(inline(one.do), None if one.set is None else _change(one.set)) for one in file.steps),
        **texts,
    )


def _levers(spans: Mapping[str, Span], kind: Literal["lever", "assumption"]) -> tuple[Lever, ...]:
    return tuple(Lever(name, kind, ends.from_, ends.to) for name, ends in spans.items())


def _prediction(entry: PredictEntry) -> Prediction:
    return Prediction(entry.question, entry.outcome, _change(entry.set), entry.low, entry.high, entry.step)


def _change(settings: Settings) -> LessonSetting:
    values = {name: value for name, value in settings.items() if not isinstance(value, str)}
    words: dict[str, Any] = {name: value for name, value in settings.items() if isinstance(value, str)}
    return LessonSetting(words.get("scenario"), words.get("uncertainty"), MappingProxyType(values))


# for the page -------------------------------------------------------------------------------------------------


_SHOWN: Final = (
    *("name", "title", "goal", "minutes", "view", "power"),
    *("look_for", "questions", "not_conclude", "teacher"),
)
"""What a page says of its lesson as it stands."""


def page_of(lesson: Lesson) -> dict[str, Any]:
    """The lesson as the page takes it, ready for JSON."""
    return {
        **{key: getattr(lesson, key) for key in _SHOWN},
        "predict": lesson.predict and _with_set(lesson.predict),
        "steps": [_with_set(step) for step in lesson.steps],
    }


def _with_set(part: Prediction | LessonStep) -> dict[str, Any]:
    """A part of a lesson with what it sets as plain data; a scenario or an uncertainty only where it changes."""
    told, change = dict(vars(part)), part.change
    del told["change"]
    words = {} if change is None else {"scenario": change.scenario, "uncertainty": change.uncertainty}
    kept = {key: word for key, word in words.items() if word is not None}
    return {**told, "set": change and {**kept, "values": dict(change.values)}}
