"""Running the points of a question again from its folder alone: all of them, or one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from steppewise.analysis.discovery import Search, samples_of
from steppewise.analysis.evaluating import answers_of
from steppewise.analysis.sampling import Design, Fixed
from steppewise.analysis.sensitivity import Question, designs_of
from steppewise.analysis.subject import Subject, model_of
from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import executor_of
from steppewise.results.manifest import DISCOVERY, SENSITIVITY, Manifest, read_manifest
from steppewise.results.question import DESIGN, Second, read_design, read_seconds
from steppewise.results.rerun import Pair, together
from steppewise.results.store import factor_from
from steppewise.results.stored import read_spec, reading
from steppewise.results.tables import OUTCOME, Runs

Means = Mapping[str, dict[str, Array]]
"""Name of a design -> outcome -> (point,), the mean over worlds."""


@dataclass(frozen=True, eq=False)
class StoredQuestion:
    """A question as its folder holds it; `evidence_changed` are parameters that today's evidence has otherwise.

    `seconds` are the second scenarios that the folder holds, by name.
    """

    manifest: Manifest
    subject: Subject
    designs: Mapping[str, Design]
    means: Means
    evidence_changed: Mapping[str, Parameter]
    seconds: Mapping[str, Second]

    @property
    def points(self) -> int:
        """Points of all designs."""
        return sum(len(design) for design in self.designs.values())


def read_question(folder: Path, kind: str) -> StoredQuestion:
    """The question of a folder of that kind. Raises SteppewiseError where it is none, or is damaged."""
    manifest = read_manifest(folder, kind)
    spec, changed = read_spec(folder)
    try:
        seconds = read_seconds(folder, manifest)
        factors = tuple(factor_from(entry) for entry in manifest["factors"])
        plain = {key: manifest[key] for key in ("name", "worlds", "seed", "uncertainty", "size")}
        setting = {**plain, "title": spec.title, "spec": spec, "factors": factors}
        setting["kept"] = {name: second.spec for name, second in seconds.items()}
        subject, designs = _of_kind(kind, manifest, setting)
    except (KeyError, TypeError) as error:
        raise SteppewiseError(Problem(f"is damaged: {error!r}", file=str(folder))) from None
    for second in seconds.values():
        changed = {**changed, **second.evidence_changed}
    columns = {f"{OUTCOME}{quantity.name}": quantity.name for quantity in subject.quantities}
    means = reading(folder / DESIGN, lambda path: read_design(path, columns), kind)
    found = {name: len(next(iter(by.values()))) for name, by in means.items()}
    if {name: len(design) for name, design in designs.items()} != found:
        raise SteppewiseError(Problem("has other points than were asked for", file=str(folder / DESIGN)))
    return StoredQuestion(manifest, subject, designs, means, changed, seconds)


def _of_kind(kind: str, manifest: Manifest, setting: Mapping[str, Any]) -> tuple[Subject, dict[str, Design]]:
    if kind == SENSITIVITY:
        question = Question(**setting, outcomes=tuple(manifest["outcomes"]), method=manifest["method"])
        return question, designs_of(question)
    assert kind == DISCOVERY
    search = Search(**setting, text=manifest["condition"], density=manifest["density"])
    return search, dict(samples_of(search))


def points_again(
    kept: StoredQuestion, row: int | None = None, workers: int = 1, progress: Progress = lambda rows: None
) -> Pair:
    """The mean outcomes at every point, or at that of one row, as they were stored and as they come out again.

    Columns are named `DESIGN:OUTCOME`. Raises SteppewiseError where there is no such row.
    """
    designs, means = (kept.designs, kept.means) if row is None else _one(kept, row)
    model = model_of(kept.subject, executor_of("local", workers, None), progress)
    found = dict(zip(designs, answers_of(tuple(designs.values()), model), strict=True))
    again = {by: {name: values.mean(axis=1) for name, values in given.items()} for by, given in found.items()}
    kept_rows, rows = (together({by: Runs((), {}, given) for by, given in m.items()}) for m in (means, again))
    return Pair(kept_rows, rows)


def _one(kept: StoredQuestion, row: int) -> tuple[dict[str, Design], Means]:
    """The design of one point, and what was found there; rows of all designs are counted one after the other."""
    if not 0 <= row < kept.points:
        raise SteppewiseError(f"there is no row {row}; rows are numbered from 0 to {kept.points - 1}")
    ends = accumulate(len(design) for design in kept.designs.values())
    name, end = next((name, end) for name, end in zip(kept.designs, ends, strict=True) if row < end)
    design = kept.designs[name]
    place = row - (end - len(design))
    means = {outcome: values[place : place + 1] for outcome, values in kept.means[name].items()}
    return {name: Fixed(design.factors, design.rows(place, place + 1))}, {name: means}
