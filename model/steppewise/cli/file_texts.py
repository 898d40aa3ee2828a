"""Files of scenarios, experiments and lessons: a line on a good one, and the text of a new one."""

from __future__ import annotations

import re
from pathlib import Path

from steppewise.app.lesson import Lesson, is_lesson, lesson
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.kinds import Kind, kind_of
from steppewise.experiment.loading import load_study
from steppewise.experiment.study import Study
from steppewise.scenario.fields import scenario_name_for
from steppewise.scenario.library import found_path, is_path
from steppewise.scenario.openings import opening_doubts
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.schema import EXPERIMENT, SCENARIO
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.template import new_scenario_text
from steppewise.wording.numbers import counted
from steppewise.yaml_reader import read_text


def verdict(file: str) -> str:
    """One line on a good file, and a remark where its name and that of what it holds differ. Raises SteppewiseError."""
    if is_lesson(file):
        return f"{file}: fine: {_summary_of_lesson(lesson(file))}"
    kind = kind_of(file)
    found = load_scenario(file) if kind == Kind.SCENARIO else load_study(file)
    if isinstance(found, ScenarioSpec):
        summary, doubts = _summary(found), opening_doubts(found)
    else:
        summary, doubts = _summary_of_study(found), []
    lines = [f"fine: {summary}"]
    if Path(file).suffix and Path(file).stem != found.name:
        lines.append(f"remark: the file's name is not the {kind}'s, '{found.name}'")
    lines += [f"remark: {doubt}" for doubt in doubts]
    return "\n".join(f"{file}: {line}" for line in lines)


def _summary(spec: ScenarioSpec) -> str:
    off, rivals = len(spec.switched_off), len(spec.rivals)
    return _listed(
        f"{spec.start} to {spec.end}",
        counted(len(spec.powers), "power"),
        counted(len(spec.states), "state"),
        counted(len(spec.events), "event"),
        f"{counted(len(spec.changed), 'parameter')} changed",
        f"{counted(off, 'mechanism')} off" if off else "",
        counted(rivals, "rival formulation") if rivals else "",
    )


def _summary_of_study(study: Study) -> str:
    return _listed(
        f"around {study.spec.name}",
        counted(len(study.factors), "factor"),
        f"{study.design} of {counted(len(study.points), 'point')}",
        f"{counted(study.worlds, 'world')} each, {study.rows:,} runs",
        counted(len(study.outcomes), "outcome"),
    )


def _summary_of_lesson(one: Lesson) -> str:
    return _listed(
        counted(len(one.levers), "lever"),
        counted(len(one.scenarios), "scenario"),
        counted(len(one.steps), "step"),
        counted(one.minutes, "minute"),
        "a guess" if one.predict else "no guess",
    )


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


# new files ----------------------------------------------------------------------------------------------


def new_text(file: Path, parent: str) -> str:
    """The text of a new file that starts from a scenario, an experiment or a lesson. Raises SteppewiseError."""
    if is_lesson(parent):
        _check_new_name(file, "a lesson", ".md")
        return _new_lesson(file, parent)
    if kind_of(parent) == Kind.SCENARIO:
        _check_new_name(file, "a scenario", ".yaml")
        spec = load_scenario(parent)
        return new_scenario_text(file.stem, _extends(parent, file), spec, _has_schema(file, SCENARIO))
    _check_new_name(file, "an experiment", ".yaml")
    return _new_experiment(file, parent)


def _new_experiment(file: Path, parent: str) -> str:
    """The text of an experiment under a new name, with all its comments."""
    load_study(parent)
    _extends(parent, file)
    text = re.sub(r"(?m)^name:.*$", f"name: {file.stem}", read_text(found_path(parent, "experiments")), count=1)
    return text if _has_schema(file, EXPERIMENT) else re.sub(r"\A# yaml-language-server:.*\n", "", text)


def _new_lesson(file: Path, parent: str) -> str:
    """The text of a lesson, whose scenarios must be found from the new place too."""
    one = lesson(parent)
    if any(is_path(scenario) for scenario in one.scenarios):
        _check_beside(parent, file)
    return read_text(one.path)


def _has_schema(file: Path, title: str) -> bool:
    """True where the schema of such files lies beside the file."""
    schema = file.parent / "schema.json"
    return schema.is_file() and f'"title": "{title}"' in schema.read_text(encoding="utf-8", errors="replace")


def _check_new_name(file: Path, owner: str, ending: str) -> None:
    name = scenario_name_for(file.stem)
    if file.suffix.replace(".yml", ".yaml") == ending and name == file.stem:
        return
    allowed, near = f"small letters and digits joined by '-', then {ending}", f"{name}{ending}" if name else None
    raise SteppewiseError(Problem(f"'{file.name}' cannot be the name of {owner} file", allowed=allowed, nearest=near))


def _extends(parent: str, file: Path) -> str:
    """What the new file says of its parent. Raises SteppewiseError for a file in another folder."""
    if not is_path(parent):
        return parent
    _check_beside(parent, file)
    return Path(parent).name


def _check_beside(parent: str, file: Path) -> None:
    if Path(parent).resolve().parent != file.resolve().parent:
        raise SteppewiseError(
            Problem(f"'{parent}' lies in another folder", allowed="a library name, or a file beside the new one")
        )
