"""Commands on files of scenarios, experiments and lessons: check, new, schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.kinds import Kind, kind_of

if TYPE_CHECKING:
    from steppewise.app.lesson import Lesson
    from steppewise.experiment.study import Study
    from steppewise.scenario.spec import ScenarioSpec


def tell(error: SteppewiseError) -> None:
    """Every problem on standard error, a line each, and their number where there are several."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    if len(error.problems) > 1:
        typer.echo(f"{len(error.problems)} problems.", err=True)


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Scenario, experiment or lesson files, or library names.")
    ],
) -> None:
    """Check files of scenarios, experiments and lessons: all problems at once; nothing is run.

    \b
    Examples:
      steppewise check my-scenario.yaml
      steppewise check scenarios/*.yaml experiments/*.yaml
      steppewise check my-lesson.md
    """
    problems: list[Problem] = []
    for file in files:
        try:
            typer.echo(_verdict(file))
        except SteppewiseError as error:
            problems.extend(error.problems)
    if problems:
        raise SteppewiseError(list(dict.fromkeys(problems)))


def _verdict(file: str) -> str:
    """One line on a good file, and a remark where its name and that of what it holds differ."""
    from steppewise.app.lesson import is_lesson, lesson
    from steppewise.experiment.experiment_loading import load_study
    from steppewise.scenario.resolve import load_scenario

    if is_lesson(file):
        return f"{file}: fine: {_summary_of_lesson(lesson(file))}"
    kind = kind_of(file)
    found: ScenarioSpec | Study
    remarks: list[str] = []
    if kind == Kind.SCENARIO:
        from steppewise.scenario.openings import opening_doubts

        summary = _summary(found := load_scenario(file))
        remarks = [f"{file}: remark: {doubt}" for doubt in opening_doubts(found)]
    else:
        summary = _summary_of_study(found := load_study(file))
    line = f"{file}: fine: {summary}"
    if Path(file).suffix and Path(file).stem != found.name:
        line += f"\n{file}: remark: the file's name is not the {kind}'s, '{found.name}'"
    return "\n".join((line, *remarks))


def _summary(spec: ScenarioSpec) -> str:
    off = len(spec.switched_off)
    return _listed(
        f"{spec.start} to {spec.end}",
        _counted(len(spec.powers), "power"),
        _counted(len(spec.states), "state"),
        _counted(len(spec.events), "event"),
        f"{_counted(len(spec.changed), 'parameter')} changed",
        f"{_counted(off, 'mechanism')} off" if off else "",
        _counted(len(spec.rivals), "rival formulation") if spec.rivals else "",
    )


def _summary_of_study(study: Study) -> str:
    return _listed(
        f"around {study.spec.name}",
        _counted(len(study.factors), "factor"),
        f"{study.design} of {_counted(len(study.points), 'point')}",
        f"{_counted(study.worlds, 'world')} each, {study.rows:,} runs",
        _counted(len(study.outcomes), "outcome"),
    )


def _summary_of_lesson(one: Lesson) -> str:
    return _listed(
        _counted(len(one.levers), "lever"),
        _counted(len(one.scenarios), "scenario"),
        _counted(len(one.steps), "step"),
        _counted(one.minutes, "minute"),
        "a guess" if one.predict else "no guess",
    )


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def new(
    file: Annotated[Path, typer.Argument(help="The file to write; its name becomes that of what it holds.")],
    parent: Annotated[
        str, typer.Option("--from", metavar="NAME", help="The scenario, experiment or lesson to start from.")
    ] = "baseline",
) -> None:
    """Write a commented scenario to start from, or a copy of an experiment or a lesson.

    \b
    Examples:
      steppewise new my-scenario.yaml
      steppewise new more-aid.yaml --from package-delivered
      steppewise new my-sweep.yaml --from trust-against-money
      steppewise new my-lesson.md --from trust-and-delivery
    """
    from steppewise.app.lesson import is_lesson

    if is_lesson(parent):
        kind, text, ending = "a lesson", _new_lesson, ".md"
    elif kind_of(parent) == Kind.SCENARIO:
        kind, text, ending = "a scenario", _new_scenario, ".yaml"
    else:
        kind, text, ending = "an experiment", _new_experiment, ".yaml"
    _check_new_name(file, kind, ending)
    _write(file, text(file, parent), "x")
    typer.echo(f"Wrote {file}. When you have changed it:  steppewise check {file}")


def _new_scenario(file: Path, parent: str) -> str:
    from steppewise.scenario.resolve import load_scenario
    from steppewise.scenario.template import new_scenario_text

    spec = load_scenario(parent)
    return new_scenario_text(file.stem, _extends(parent, file), spec, _has_schema(file, Kind.SCENARIO))


def _new_experiment(file: Path, parent: str) -> str:
    """The text of an experiment under a new name, with all its comments."""
    from steppewise.experiment.experiment_loading import load_study
    from steppewise.reading import read_text
    from steppewise.scenario.library import found_path

    load_study(parent)
    _extends(parent, file)
    text = re.sub(r"(?m)^name:.*$", f"name: {file.stem}", read_text(found_path(parent, "experiments")), count=1)
    return text if _has_schema(file, Kind.EXPERIMENT) else re.sub(r"\A# yaml-language-server:.*\n", "", text)


def _new_lesson(file: Path, parent: str) -> str:
    """The text of a lesson, whose scenarios must be found from the new place too."""
    from steppewise.app.lesson import lesson
    from steppewise.reading import read_text
    from steppewise.scenario.library import is_path

    one = lesson(parent)
    if any(is_path(scenario) for scenario in one.scenarios):
        _check_beside(parent, file)
    return read_text(one.path)


def _has_schema(file: Path, kind: Kind) -> bool:
    """True where the schema of such files lies beside the file."""
    from steppewise.scenario import jsonschema

    title = jsonschema.SCENARIO if kind == Kind.SCENARIO else jsonschema.EXPERIMENT
    schema = file.parent / "schema.json"
    return schema.is_file() and f'"title": "{title}"' in schema.read_text(encoding="utf-8", errors="replace")


def _check_new_name(file: Path, owner: str, ending: str) -> None:
    from steppewise.scenario.fields import scenario_name_for

    name = scenario_name_for(file.stem)
    if file.suffix.replace(".yml", ".yaml") == ending and name == file.stem:
        return
    allowed, near = f"small letters and digits joined by '-', then {ending}", f"{name}{ending}" if name else None
    raise SteppewiseError(Problem(f"'{file.name}' cannot be the name of {owner} file", allowed=allowed, nearest=near))


def _extends(parent: str, file: Path) -> str:
    """What the new file says of its parent. Raises SteppewiseError for a file in another folder."""
    from steppewise.scenario.library import is_path

    if not is_path(parent):
        return parent
    _check_beside(parent, file)
    return Path(parent).name


def _check_beside(parent: str, file: Path) -> None:
    if Path(parent).resolve().parent != file.resolve().parent:
        raise SteppewiseError(
            Problem(f"'{parent}' lies in another folder", allowed="a library name, or a file beside the new one")
        )


def _write(file: Path, text: str, mode: Literal["w", "x"]) -> None:
    """Write a file; with "x" only one that is not there yet. Raises SteppewiseError."""
    from steppewise.results.folder import saying_why

    with saying_why(file, "choose another place"):
        if mode == "x" and file.exists():
            raise SteppewiseError(Problem("is there already; nothing was written", str(file)))
        with file.open(mode, encoding="utf-8", newline="\n") as stream:
            stream.write(text)


def schema(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="|".join(Kind))] = Kind.SCENARIO,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of scenario or experiment files, for editors.

    Save it as schema.json beside your files; a first line such as
    "# yaml-language-server: $schema=schema.json" makes editors use it.

    \b
    Examples:
      steppewise schema --out scenarios/schema.json
      steppewise schema experiment --out experiments/schema.json
    """
    from steppewise.experiment.experiment_schema import experiment_schema_text
    from steppewise.scenario.jsonschema import schema_text

    text = schema_text() if kind == Kind.SCENARIO else experiment_schema_text()
    if out is None:
        typer.echo(text, nl=False)
    else:
        _write(out, text, "w")
