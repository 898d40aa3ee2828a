"""The verb `sensitivity`: what drives an outcome or a conclusion, by parameter and by class of evidence."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from steppewise.analysis.indices import By, Index, Method
from steppewise.analysis.sensitivity import SIZES, WORLDS, Question, Sensitivity, designs_of, explain
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.results.kind import figure_of
from steppewise.results.manifest import SENSITIVITY, Entries, read_manifest
from steppewise.results.question import (
    DESIGN,
    Answer,
    Asked,
    QuestionManifest,
    StoredQuestion,
    Target,
    read_design,
    read_question,
    target_of,
    write_design,
)
from steppewise.results.tables import OUTCOME, intact
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.wording.sensitivity import doubts, sentences, source_of, unit_of, value_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown


@dataclass(frozen=True, eq=False)
class SensitivityResults(Answer[Question, Sensitivity]):
    """What drives the outcomes of a question: indices as a table, in words, as figures, in a folder."""

    KIND = SENSITIVITY
    TABLE = "indices.csv"
    COLUMNS = (
        *("outcome", "by", "name", "evidence", "range", "source", "measure", "unit", "value", "half_width"),
        *("low", "high", "worlds"),
    )
    find = staticmethod(explain)

    @property
    def subject(self) -> Question:
        """What was asked."""
        return self.found.question

    @classmethod
    def asked_of(cls, subject: Question) -> Entries:
        """Method, size and outcomes."""
        return {"method": subject.method, "size": subject.size, "outcomes": subject.outcomes}

    @classmethod
    def load(cls, folder: Path, subject: Question) -> Self:
        """The answer to a question from its folder. Raises SteppewiseError where that is damaged."""
        manifest = read_manifest(folder, SensitivityManifest)
        with intact(folder / cls.TABLE, SENSITIVITY):
            indices = _read_indices(folder / cls.TABLE)
        with intact(folder / DESIGN, SENSITIVITY):
            means = read_design(folder / DESIGN, {f"{OUTCOME}{name}": name for name in subject.outcomes})
        return cls(Sensitivity(subject, indices, manifest.seconds, means), folder)

    def rows(self) -> Iterator[tuple[object, ...]]:
        """A row an index: COLUMNS."""
        question = self.subject
        for index in self.found.indices:
            factor = question.factor(index.name) if index.by == "factor" else None
            evidence = factor.evidence if factor else index.name if index.by == "class" else ""
            told = (value_of(factor, question.spec), source_of(factor, question.spec)) if factor else ("", "")
            numbers = (index.value, index.half_width, index.low, index.high)
            unit = unit_of(index, question)
            yield index.outcome, index.by, index.name, evidence, *told, index.measure, unit, *numbers, question.worlds

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the indices, and the mean outcomes at all points."""
        super().write_tables(folder)
        means = self.found.means.items()
        columns = {by: {f"{OUTCOME}{name}": values for name, values in given.items()} for by, given in means}
        write_design(folder / DESIGN, designs_of(self.subject), columns)

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        return [*sentences(self.found), *doubts(self.found)]

    def drawings(self, outcome: str | None = None) -> Mapping[str, Callable[[], Figure]]:
        """The figures of an outcome (by default the first) by name; none where it is the same at every point."""
        from steppewise.report.figures.of_sensitivity import drawings

        known = self.subject.outcomes
        name = known[0] if outcome is None else outcome
        if name not in known:
            raise SteppewiseError(Problem(f"'{name}' is not among the outcomes", allowed=", ".join(known)))
        return drawings(self.found, name)

    def plot(self, picture: str = "drivers", outcome: str | None = None) -> Figure:
        """One of the figures of an outcome: what drives it ("drivers"), Morris's "effects", or "classes"."""
        return figure_of(self.drawings(outcome), picture)

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        from steppewise.report.inquiry_page import of_sensitivity

        return of_sensitivity(self.found, self.sentences())

    def write_page(self, page: Path, figures: Path) -> None:
        """Draw the figures and write the report page."""
        from steppewise.report.figures.of_sensitivity import draw_sensitivity
        from steppewise.report.inquiry_page import write_sensitivity

        write_sensitivity(page, self.found, draw_sensitivity(self.found, figures))

    def __repr__(self) -> str:
        points = sum(self.subject.points.values())
        return f"<Sensitivity of {self.subject.name} by {self.subject.method}: {points:,} points>"


def sensitivity(
    target: Asked,
    method: Method = "morris",
    outcomes: Sequence[str] = (),
    size: int | None = None,
    worlds: int | None = None,
    seed: int = 0,
    workers: int = 1,
    overrides: Sequence[str] = (),
    rules: Mapping[str, Rule] = NO_RULES,
    progress: Progress = lambda rows: None,
) -> SensitivityResults:
    """Tell what drives outcomes of a scenario or of an experiment.

    Args:
        target: a scenario, of which every parameter with a range varies, or an experiment, with what it varies.
        method: "morris" (screening), "sobol" (shares of the variance) or "tornado" (one at a time).
        outcomes: outcomes, or conclusions such as `rank.japan`, `ahead.japan.russia`, `ahead.japan.russia.somewhere`,
            `effect.package-delivered.regional_share.japan` or `sign.` of the same; by default the main power's share.
        size: trajectories of Morris, or base points of Sobol (a power of two).
        worlds: at every point, always the same ones; one world of a tornado has no chance.
        seed: a whole number from 0 up; the same seed gives the same points, worlds and intervals.
        workers: threads to share the worlds among.
        overrides: parameters to set, such as `powers.japan.execution=0.9`.
        rules: functions in place of the model's rules, by names such as `trust.trust`.
        progress: called with the rows done since the last call.

    Raises SteppewiseError for whatever the user can mend.
    """
    question = question_of(target_of(target, overrides, rules), method, outcomes, size, worlds, seed)
    return SensitivityResults.answered(question, workers, progress)


def question_of(
    about: Target, method: Method, outcomes: Sequence[str], size: int | None, worlds: int | None, seed: int
) -> Question:
    """The question of these words, checked. Raises SteppewiseError."""
    if method not in SIZES:
        raise SteppewiseError(Problem(f"there is no method '{method}'", allowed=", ".join(SIZES)))
    count = WORLDS[method] if worlds is None else worlds
    without_chance = method == "tornado" and count == 1
    return Question(
        **about.setting(count, seed, "none" if without_chance else None),
        outcomes=tuple(outcomes) or about.outcomes,
        method=method,
        size=SIZES[method] if size is None else size,
    )


# from the folder ----------------------------------------------------------------------------------------


class SensitivityManifest(QuestionManifest):
    """The manifest of a sensitivity analysis."""

    KIND = SENSITIVITY

    outcomes: tuple[str, ...]
    method: Method

    def subject(self, setting: Mapping[str, Any]) -> Question:
        """The question itself, from its setting."""
        return Question(**setting, outcomes=self.outcomes, method=self.method)


def stored(folder: Path) -> StoredQuestion:
    """The question of a folder, to be asked again. Raises SteppewiseError where it is none, or is damaged."""
    return read_question(folder, SensitivityManifest, designs_of)


def _read_indices(path: Path) -> tuple[Index, ...]:
    with path.open(newline="", encoding="utf-8") as stream:
        return tuple(_index_of(row) for row in csv.DictReader(stream))


def _index_of(row: Mapping[str, str]) -> Index:
    value, half_width = float(row["value"]), float(row["half_width"] or np.nan)
    return Index(row["outcome"], cast("By", row["by"]), row["name"], row["measure"], value, half_width)
