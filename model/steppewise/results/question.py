"""Questions to the model that take a design: what they are about, their answers, and the folders that keep these.

results/sensitivity-baseline-3f2a9c1b/
    manifest.json      versions, what was asked, points, worlds, wall time
    scenario.yaml      the scenario, frozen; evidence.csv: all its parameters with their sources
    against-1.yaml     the same of a second scenario whose effect was asked for, and against-1.csv; and so on
    design.parquet     a row a point: design, number, value of every factor, mean outcomes over the worlds
    ...                what was found, figures, report.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import accumulate
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from steppewise.analysis.discovery import Discovery
from steppewise.analysis.evaluating import Model, Subject, answers_of
from steppewise.analysis.factors import uncertain_factors
from steppewise.analysis.sampling import Design, Fixed
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Progress as Done
from steppewise.experiment.executors import executor_of
from steppewise.experiment.kinds import Kind, kind_of
from steppewise.experiment.loading import load_study
from steppewise.experiment.study import Factor, Study
from steppewise.report.assumptions import main_power
from steppewise.results.kind import SavedResults
from steppewise.results.manifest import NAME, Entries, WorldsManifest, folder_name, read_manifest, scenario_entry
from steppewise.results.rerun import Again, Progress, Stored, check_row, together
from steppewise.results.run import checked, without_overrides
from steppewise.results.tables import OUTCOME, Runs, intact, read_spec, write_rows, write_spec
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.library import is_path, library_names, unknown_name
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

if TYPE_CHECKING:
    import pandas as pd

# what a question is about -------------------------------------------------------------------------------

Asked = str | PathLike[str] | ScenarioSpec | Study
"""A name of the library, the path of a file, or what was made of them."""


@dataclass(frozen=True)
class Target:
    """A scenario, what varies around it, and what differs between worlds beside that.

    outcomes: those looked at unless others are asked for.
    """

    name: str
    title: str
    spec: ScenarioSpec
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    uncertainty: Uncertainty

    def setting(self, worlds: int, seed: int, uncertainty: Uncertainty | None = None) -> dict[str, Any]:
        """What a question says of its subject."""
        known = {key: getattr(self, key) for key in ("name", "title", "spec", "factors")}
        return {**known, "worlds": worlds, "seed": seed, "uncertainty": uncertainty or self.uncertainty}


def target_of(asked: Asked, overrides: Sequence[str] = (), rules: Mapping[str, Rule] = NO_RULES) -> Target:
    """The target of a name, a path, a scenario or a study, with own rules. Raises SteppewiseError."""
    found = asked if isinstance(asked, (Study, ScenarioSpec)) else _read_target(fspath(asked), overrides)
    if found is asked:
        without_overrides(found, overrides)
    target = _of_study(found) if isinstance(found, Study) else _of_scenario(found)
    return replace(target, spec=target.spec.with_rules(checked(rules)))


def _read_target(name: str, overrides: Sequence[str]) -> Study | ScenarioSpec:
    known = (*library_names(), *library_names("experiments"))
    if not is_path(name) and name not in known:
        raise SteppewiseError(unknown_name(name, known, "scenarios"))
    return load_study(name, overrides) if kind_of(name) == Kind.EXPERIMENT else load_scenario(name, overrides)


def _of_scenario(spec: ScenarioSpec) -> Target:
    """Every parameter that has a range varies; beside them there is only chance."""
    outcomes = (f"regional_share.{main_power(spec)}", "regional_autonomy")
    return Target(spec.name, spec.title, spec, uncertain_factors(spec), outcomes, "chance")


def _of_study(study: Study) -> Target:
    """What the experiment varies; its points and its number of worlds are those of a sweep, and not taken over."""
    return Target(study.name, study.title, study.spec, study.factors, study.outcomes, study.uncertainty)


# answers ------------------------------------------------------------------------------------------------

DESIGN: Final = "design.parquet"
AGAINST: Final = "against"

Columns = Mapping[str, Mapping[str, Array]]
"""Name of a design -> name of a column -> (point,)."""


class QuestionManifest(WorldsManifest):
    """The manifest of a question; `against` are second scenarios, by the names that quantities give them."""

    name: str
    size: int
    factors: tuple[Factor, ...]
    against: dict[str, object] = Field(default_factory=dict)

    def subject(self, setting: Mapping[str, Any]) -> Subject:
        """The question itself, from its setting."""
        raise NotImplementedError


S = TypeVar("S", bound=Subject)
F = TypeVar("F", bound=Sensitivity | Discovery)


@dataclass(frozen=True, eq=False)
class Answer(SavedResults, Generic[S, F]):
    """What was found. `folder` is where the results lie, None before they are saved.

    TABLE, COLUMNS: the table in the folder, and its heads. find: runs the model.
    """

    TABLE: ClassVar[str]
    COLUMNS: ClassVar[tuple[str, ...]]
    find: ClassVar[Callable[..., Any]]

    found: F
    folder: Path | None = None

    @property
    def subject(self) -> S:
        """What the question was about."""
        raise NotImplementedError

    @classmethod
    def asked_of(cls, subject: S) -> Entries:
        """What only this kind asks for, by the keys of the manifest."""
        raise NotImplementedError

    @classmethod
    def answered(cls, subject: S, workers: int, progress: Done) -> Self:
        """The answer to a question, by running the model. Raises SteppewiseError."""
        return cls(cls.find(subject, executor_of("local", workers, None), progress))

    @classmethod
    def load(cls, folder: Path, subject: S) -> Self:
        """The answer to a question from its folder. Raises SteppewiseError where that is damaged."""
        raise NotImplementedError

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows of the table: COLUMNS."""
        raise NotImplementedError

    @cached_property
    def table(self) -> pd.DataFrame:
        """What was found as a table, as in the folder."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(self.COLUMNS))

    @property
    def name(self) -> str:
        """The name of the results folder."""
        return self.name_of(self.subject)

    @classmethod
    def name_of(cls, subject: S) -> str:
        """The name of a question's folder: `sensitivity-baseline-3f2a9c1b`. Raises SteppewiseError."""
        seconds = [(name, fingerprint(spec)) for name, spec in subject.seconds.items()]
        setting = (subject.worlds, subject.seed, subject.uncertainty)
        asked = tuple(cls.asked_of(subject).values())
        called = f"{cls.KIND}-{subject.name}"
        return folder_name(called, fingerprint(subject.spec), subject.factors, seconds, setting, asked)

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, and what was found as a table."""
        write_spec(folder, self.subject.spec)
        for number, spec in enumerate(self.subject.seconds.values(), start=1):
            write_spec(folder, spec, f"{AGAINST}-{number}")
        write_rows(folder / self.TABLE, self.COLUMNS, self.rows())

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        subject = self.subject
        return {
            "name": subject.name,
            "scenario": scenario_entry(subject.spec),
            "against": {name: scenario_entry(spec) for name, spec in subject.seconds.items()},
            "worlds": subject.worlds,
            "seed": subject.seed,
            "uncertainty": subject.uncertainty,
            "points": dict(subject.points),
            "runs": subject.runs,
            "factors": [asdict(factor) for factor in subject.factors],
            **self.asked_of(subject),
            "seconds": {**self.found.seconds, "writing": writing},
        }


# the points in the folder -------------------------------------------------------------------------------

ROWS_AT_ONCE: Final = 10_000


def write_design(path: Path, designs: Mapping[str, Design], found: Columns) -> None:
    """Write every point with what was found there, some thousand at a time."""
    file = None
    for name, design in designs.items():
        for start in range(0, len(design), ROWS_AT_ONCE):
            table = _points_table(name, design, found[name], start)
            file = file or pq.ParquetWriter(path, table.schema, compression="zstd")
            file.write_table(table)
    if file is not None:
        file.close()


def _points_table(name: str, design: Design, found: Mapping[str, Array], start: int) -> pa.Table:
    rows = design.rows(start, start + ROWS_AT_ONCE)
    columns: dict[str, object] = {
        "design": pa.array([name] * len(rows)).dictionary_encode(),
        "point": np.arange(start, start + len(rows)),
    }
    columns |= {f"factor:{factor.name}": column for factor, column in zip(design.factors, rows.T, strict=True)}
    columns |= {column: values[start : start + len(rows)] for column, values in found.items()}
    return pa.table(columns)


def read_design(path: Path, columns: Mapping[str, str]) -> dict[str, dict[str, Array]]:
    """Some columns of the points of every design, each under its new name: design -> name -> (point,)."""
    table = pq.read_table(path, columns=["design", *columns])
    designs = np.array(table["design"].to_pylist())
    values = {name: table[column].to_numpy() for column, name in columns.items()}
    return {one: {name: v[designs == one] for name, v in values.items()} for one in dict.fromkeys(designs.tolist())}


# computed again -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredQuestion(Stored):
    """A question as its folder holds it, with the mean outcomes at every point."""

    FILE = DESIGN

    subject: Subject
    designs: Mapping[str, Design]
    means: Columns

    def again(self, row: int | None = None, workers: int = 1, progress: Progress = lambda done, total: None) -> Again:
        """The mean outcomes at every point, or at that of one row; columns are named `DESIGN:OUTCOME`."""
        points = sum(map(len, self.designs.values()))
        check_row(row, points)
        designs, means = (self.designs, self.means) if row is None else self._one(row)
        executor = executor_of("local", workers, None)
        model = Model(self.subject, executor, lambda done: progress(done, self.subject.runs))
        found = dict(zip(designs, answers_of(tuple(designs.values()), model), strict=True))
        again = {by: {name: values.mean(axis=1) for name, values in given.items()} for by, given in found.items()}
        kept, rows = (together({by: Runs((), {}, dict(given)) for by, given in m.items()}) for m in (means, again))
        some = f"all {points:,} points" if row is None else "this point"
        count = len(self.subject.quantities)
        told = f"{some}, {count} outcome{'s' if count > 1 else ''}"
        return Again(kept, rows, told, "" if row is None else f"Row {row}")

    def _one(self, row: int) -> tuple[dict[str, Design], Columns]:
        """The design of one point, and what was found there; rows of all designs are counted one after the other."""
        ends = accumulate(len(design) for design in self.designs.values())
        name, end = next((name, end) for name, end in zip(self.designs, ends, strict=True) if row < end)
        design = self.designs[name]
        place = row - (end - len(design))
        means = {outcome: values[place : place + 1] for outcome, values in self.means[name].items()}
        return {name: Fixed(design.factors, design.rows(place, place + 1))}, {name: means}


def read_question(
    folder: Path, model: type[QuestionManifest], designs_of: Callable[[Any], Mapping[str, Design]]
) -> StoredQuestion:
    """The question of a folder of that kind, with its designs. Raises SteppewiseError where it is none, or damaged."""
    manifest = read_manifest(folder, model)
    spec, changed = read_spec(folder)
    kept, changed_too, notes = _seconds(folder, manifest)
    plain = {key: getattr(manifest, key) for key in ("name", "worlds", "seed", "uncertainty", "size", "factors")}
    with intact(folder / NAME, model.KIND):
        subject = manifest.subject({**plain, "title": spec.title, "spec": spec, "kept": kept})
        designs = designs_of(subject)
        lost = [name for name in subject.against if name not in kept]
    with intact(folder / DESIGN, model.KIND):
        means = read_design(folder / DESIGN, {f"{OUTCOME}{one.name}": one.name for one in subject.quantities})
    if {name: len(design) for name, design in designs.items()} != {name: _points(by) for name, by in means.items()}:
        raise SteppewiseError(Problem("has other points than were asked for", file=str(folder / DESIGN)))
    return StoredQuestion(
        manifest=manifest,
        evidence_changed={**changed, **changed_too},
        notes=notes,
        doubts=tuple(f"the folder does not hold {name}, the second scenario; today's is used" for name in lost),
        subject=subject,
        designs=designs,
        means=means,
    )


def _points(columns: Mapping[str, Array]) -> int:
    return len(next(iter(columns.values())))


def _seconds(
    folder: Path, manifest: QuestionManifest
) -> tuple[dict[str, ScenarioSpec], dict[str, Parameter], tuple[str, ...]]:
    """The second scenarios that a folder holds, what today's evidence has otherwise, and which are no more today's.

    Folders of old hold none. Raises SteppewiseError where a file is missing or damaged.
    """
    kept: dict[str, ScenarioSpec] = {}
    changed: dict[str, Parameter] = {}
    others = []
    for number, name in enumerate(manifest.against, start=1):
        kept[name], more = read_spec(folder, f"{AGAINST}-{number}")
        changed |= more
        if not _is_todays(name, folder / f"{AGAINST}-{number}.yaml"):
            others.append(f"{name} is not today what it was; the folder's own is used.")
    return kept, changed, tuple(others)


def _is_todays(name: str, file: Path) -> bool:
    """True where the scenario of that name is still what a folder holds of it, but for evidence."""
    try:
        return fingerprint(load_scenario(name)) == fingerprint(load_scenario(file))
    except SteppewiseError:
        return False
