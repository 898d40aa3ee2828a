"""From an experiment's name or file to a study: the scenario, what varies, the points, the outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from os import PathLike, fspath
from pathlib import Path
from typing import Final

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.evidence.names import expand, nearest, nearest_pattern
from steppewise.experiment.factors import FactorContext, Varied, factors_of
from steppewise.experiment.file import (
    EXPERIMENT,
    Design,
    ExperimentFile,
    GridDesign,
    LatinHypercubeDesign,
    ListDesign,
    RangeEntry,
    SobolDesign,
)
from steppewise.experiment.points import read_points
from steppewise.experiment.study import MOST_ROWS, Factor, Study, grid, latin_hypercube, sobol
from steppewise.scenario.checks import Checked, FileProblems, check
from steppewise.scenario.extends import check_beside, scenario_path, short
from steppewise.scenario.library import found_path
from steppewise.scenario.resolve import OVERRIDES, in_order, load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import OUTCOME_FORMS, VARIABLES, outcome_names
from steppewise.yaml_reader import Document, read_yaml, shown

Designed = GridDesign | LatinHypercubeDesign | SobolDesign

MOST_ENTRIES: Final = 1000
MOST_NUMBERS: Final = 100_000_000
"""Points times factors: 800 megabytes."""


def load_study(name_or_path: str | PathLike[str], overrides: Sequence[str] = ()) -> Study:
    """Load an experiment of the library by its name, or a file by its path.

    `overrides` are texts such as `powers.japan.execution=0.9` that change its scenario. Raises SteppewiseError with
    every problem of the experiment, of its scenario, of its list of points, and of the overrides.
    """
    path = short(found_path(fspath(name_or_path), "experiments"))
    problems: list[Problem] = []
    findings = FileProblems(read_yaml(path), problems)
    study = _study(path, findings, tuple(overrides), load_evidence())
    if study is None or problems:
        raise SteppewiseError(in_order(problems))
    return study


def _study(path: Path, findings: FileProblems, overrides: tuple[str, ...], evidence: Evidence) -> Study | None:
    """The study; None, or worthless, where problems were noted on the way."""
    checked = check(EXPERIMENT, tuple(evidence.levels), findings)
    spec = None if checked is None else _scenario(checked, path, overrides)
    if checked is None or spec is None:
        return None
    varied = _varied(checked, spec, evidence)
    _check_overrides(overrides, varied, findings)
    outcomes = _outcomes(checked, spec)
    points = _points(checked, path, varied)
    return None if points is None else _built(checked.file, spec, varied, points, outcomes)


def _built(
    file: ExperimentFile, spec: ScenarioSpec, varied: tuple[Varied, ...], points: Array, outcomes: tuple[str, ...]
) -> Study:
    return Study(
        name=file.name,
        title=file.title or file.name,
        question=file.question,
        look_for=file.look_for,
        spec=spec,
        factors=tuple(one.factor for one in varied),
        points=points,
        design=file.design.kind,
        worlds=file.worlds,
        seed=file.seed,
        uncertainty=file.uncertainty,
        outcomes=outcomes,
        keep=file.keep,
    )


def _scenario(checked: Checked[ExperimentFile], path: Path, overrides: tuple[str, ...]) -> ScenarioSpec | None:
    """The scenario around which things vary; None where it cannot be read, which is noted."""
    findings = checked.findings
    if "scenario" in checked.broken:
        return None
    try:
        return load_scenario(scenario_path(checked.file.scenario, path, findings.document, "scenario"), overrides)
    except SteppewiseError as error:
        findings.problems.extend(error.problems)
        return None


def _varied(checked: Checked[ExperimentFile], spec: ScenarioSpec, evidence: Evidence) -> tuple[Varied, ...]:
    file, findings = checked.file, checked.findings
    if len(file.vary) > MOST_ENTRIES:
        findings.add(("vary",), f"holds {len(file.vary):,} entries", f"at most {MOST_ENTRIES:,}; '*' stands for many")
        return ()
    if not file.vary and "vary" not in checked.broken:
        findings.add(("vary",), "nothing varies", "one parameter, event or mechanism, or several")
    ignorance = file.uncertainty in ("both", "ignorance")
    design = None if "design" in checked.broken else file.design
    before = len(findings.problems)
    varied = factors_of(file.vary, FactorContext(spec, evidence, ignorance, design, findings))
    if len(findings.problems) == before and "vary" not in checked.broken:
        _check_use_of_steps(checked)
    return varied


def _check_use_of_steps(checked: Checked[ExperimentFile]) -> None:
    """Note where a grid has steps that nothing takes."""
    file = checked.file
    steps = isinstance(file.design, GridDesign) and file.design.steps and "design" not in checked.broken
    ranges = (isinstance(e, str) or (isinstance(e, RangeEntry) and e.steps is None) for e in file.vary.values())
    if steps and file.vary and not any(ranges):
        message = "nothing takes these steps: everything under vary has its own"
        checked.findings.add(("design", "steps"), message, "no steps here")


def _check_overrides(overrides: tuple[str, ...], varied: tuple[Varied, ...], findings: FileProblems) -> None:
    """Refuse to set what the experiment itself sets in every world."""
    taken = {name for one in varied if one.factor.way == "absolute" for name in one.factor.targets}
    for pattern in (text.partition("=")[0].strip() for text in overrides):
        if expand(pattern, taken):
            findings.problems.append(Problem(f"'{shown(pattern)}' varies in this experiment", OVERRIDES))


def _outcomes(checked: Checked[ExperimentFile], spec: ScenarioSpec) -> tuple[str, ...]:
    """The names of the outcomes, wildcards written out; unknown ones are noted."""
    known = outcome_names(spec)
    found: dict[str, None] = {}
    for number, pattern in enumerate(checked.file.outcomes):
        names = expand(pattern, known)
        found.update(dict.fromkeys(names))
        if not names:
            message = f"{spec.name} has no outcome '{shown(pattern)}'"
            checked.findings.add(("outcomes", number), message, *_outcomes_like(pattern, known))
    if checked.file.keep != "outcomes" and found and not any(name.partition(".")[0] in VARIABLES for name in found):
        checked.findings.add(("keep",), "none of the outcomes has a course over time", "outcomes, or another outcome")
    return tuple(found)


def _outcomes_like(pattern: str, known: tuple[str, ...]) -> tuple[str, str]:
    """What is allowed instead of an unknown outcome, and the nearest name."""
    stem = pattern.partition(".")[0]
    alike = tuple(name for name in known if name.partition(".")[0] == stem)
    if stem in OUTCOME_FORMS:
        return OUTCOME_FORMS[stem], nearest_pattern(pattern, alike)
    return "names such as regional_share.japan; all forms: steppewise list outcomes", nearest_pattern(pattern, known)


# points -----------------------------------------------------------------------------------------------------


def _points(checked: Checked[ExperimentFile], path: Path, varied: tuple[Varied, ...]) -> Array | None:
    """The points of the design; None where it asks for too much or contradicts itself, which is noted.

    The size of a design is checked whatever else is wrong; points are listed only where all that varies is known.
    """
    design, findings = checked.file.design, checked.findings
    factors = tuple(one.factor for one in varied)
    if "design" in checked.broken or not factors or (isinstance(design, ListDesign) and findings.problems):
        return None
    try:
        if isinstance(design, ListDesign):
            points = read_points(_list_path(design, path, findings.document), varied)
            return points if _is_bearable(len(points), checked, factors) else None
        if not _is_bearable(_size(design, factors), checked, factors) or (
            isinstance(design, GridDesign) and findings.problems
        ):
            return None
        return _designed(design, factors, checked.file.seed)
    except SteppewiseError as error:
        findings.problems.extend(_placed(problem, design, findings.document) for problem in error.problems)
        return None


def _size(design: Designed, factors: tuple[Factor, ...]) -> int:
    """How many points a design has."""
    if isinstance(design, GridDesign):
        return prod(len(factor.levels) or design.steps or 1 for factor in factors)
    return design.points


def _is_bearable(size: int, checked: Checked[ExperimentFile], factors: tuple[Factor, ...]) -> bool:
    """False, and noted, where a design has more rows than can be run, or more numbers than fit."""
    worlds = 1 if "worlds" in checked.broken else checked.file.worlds
    rows, numbers = size * worlds, size * len(factors)
    if rows > MOST_ROWS:
        message = f"{size:,} points in {worlds:,} worlds each are {rows:,} rows"
        checked.findings.add(("design",), message, f"at most {MOST_ROWS:,} rows: fewer points, or fewer worlds")
    elif numbers > MOST_NUMBERS:
        message = f"{size:,} points of {len(factors)} values each are {numbers:,} numbers"
        checked.findings.add(("design",), message, f"at most {MOST_NUMBERS:,} numbers: fewer points")
    return rows <= MOST_ROWS and numbers <= MOST_NUMBERS


def _designed(design: Designed, factors: tuple[Factor, ...], seed: int) -> Array:
    match design:
        case GridDesign():
            return grid(factors, design.steps or 1)
        case LatinHypercubeDesign():
            return latin_hypercube(factors, design.points, seed)
        case SobolDesign():
            return sobol(factors, design.points, seed)


def _list_path(design: ListDesign, path: Path, document: Document) -> Path:
    """The file of a list design, in the folder of the experiment. Raises SteppewiseError."""
    check_beside(design.file, path, document, "design.file", "a file in the same folder such as points.csv")
    found = path.parent / design.file
    if not found.is_file():
        files = sorted(other.name for other in path.parent.glob("*.csv"))
        message = f"there is no file '{shown(design.file)}' in the folder"
        line = document.line("design", "file")
        near = nearest(design.file, files) or None
        raise SteppewiseError(Problem(message, document.name, line, "design.file", nearest=near))
    return found


def _placed(problem: Problem, design: Design, document: Document) -> Problem:
    """A problem of the design with its place in the file, where it does not have one."""
    if problem.file is not None:
        return problem
    key = "steps" if isinstance(design, GridDesign) else "points"
    return replace(problem, file=document.name, line=document.line("design", key), key=f"design.{key}")
