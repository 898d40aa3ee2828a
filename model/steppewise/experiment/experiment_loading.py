"""From an experiment's name or file to a study: the scenario, what varies, the points, the outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.experiment.experiment_file import (
    EXPERIMENT,
)
from steppewise.experiment.study import Study
from steppewise.reading import read_yaml
from steppewise.scenario.checking import Findings, check, is_mapping
from steppewise.scenario.fields import Known
from steppewise.scenario.library import found_path
from steppewise.scenario.lineage import short
from steppewise.scenario.resolve import in_order

MOST_ROWS: Final = 100_000_000
MOST_NUMBERS: Final = 100_000_000
"""Points times factors: 800 megabytes."""


def load_study(
    name_or_path: str | PathLike[str], overrides: Sequence[str] = (), evidence: Evidence | None = None
) -> Study:
    """Load an experiment of the library by its name, or a file by its path.

    `overrides` are texts such as `powers.japan.execution=0.9` that change its scenario. Raises SteppewiseError with
    every problem of the experiment, of its scenario, of its list of points, and of the overrides.
    """
    evidence = load_evidence() if evidence is None else evidence
    path = short(found_path(fspath(name_or_path), "experiments"))
    problems: list[Problem] = []
    findings = Findings(read_yaml(path), problems)
    study = _study(path, findings, tuple(overrides), evidence)
    if study is None or problems:
        raise SteppewiseError(in_order(problems))
    return study


def _study(path: Path, findings: Findings, overrides: tuple[str, ...], evidence: Evidence) -> Study | None:
    """The study; None where problems were noted on the way."""
    data = findings.document.data
    if not is_mapping(data, EXPERIMENT, findings):
        return None
    checked = check(data, EXPERIMENT, Known(tuple(evidence.levels)), findings)
    spec = _scenario(checked, path, overrides)
    if spec is None:
        return None
    varied = _varied(checked, spec, evidence)
    _check_overrides(overrides, varied, findings)
    outcomes = _outcomes(checked, spec)
    points = None if findings.problems else _points(checked, path, varied)
    if points is None:
        return None
    file, factors = checked.file, tuple(one.factor for one in varied)
    return Study(
        name=file.name,
        title=file.title or file.name,
        question=file.question,
        look_for=file.look_for,
        spec=spec,
        factors=factors,
        points=points,
        design=file.design.kind,
        worlds=file.worlds,
        seed=file.seed,
        uncertainty=file.uncertainty,
        outcomes=outcomes,
        keep=file.keep,
    )
