"""Commands on scenario files: check, new, schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from steppewise.errors import Problem, SteppewiseError

if TYPE_CHECKING:
    from steppewise.scenario.spec import ScenarioSpec


def tell(error: SteppewiseError) -> None:
    """Every problem on standard error, a line each, and their number where there are several."""
    for problem in error.problems:
        typer.echo(str(problem), err=True)
    if len(error.problems) > 1:
        typer.echo(f"{len(error.problems)} problems.", err=True)


def check(
    scenarios: Annotated[list[str], typer.Argument(metavar="FILE", help="Scenario files, or library names.")],
) -> None:
    """Check scenario files: all problems at once; nothing is run.

    \b
    Examples:
      steppewise check my-scenario.yaml
      steppewise check scenarios/*.yaml
    """
    from steppewise.scenario.resolve import load_scenario

    problems: list[Problem] = []
    for scenario in scenarios:
        try:
            typer.echo(_summary(scenario, load_scenario(scenario)))
        except SteppewiseError as error:
            problems.extend(error.problems)
    if problems:
        raise SteppewiseError(list(dict.fromkeys(problems)))


def _summary(scenario: str, spec: ScenarioSpec) -> str:
    """One line on a good file, and a remark where its name and the scenario's differ."""
    parts = [
        f"{spec.start} to {spec.end}",
        _counted(len(spec.powers), "power"),
        _counted(len(spec.states), "state"),
        _counted(len(spec.events), "event"),
        f"{_counted(len(spec.changed), 'parameter')} changed",
    ]
    if spec.switched_off:
        parts.append(f"{_counted(len(spec.switched_off), 'mechanism')} off")
    line = f"{scenario}: fine: {', '.join(parts)}"
    if Path(scenario).suffix and Path(scenario).stem != spec.name:
        line += f"\n{scenario}: remark: the file's name is not the scenario's, '{spec.name}'"
    return line


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def new(
    file: Annotated[Path, typer.Argument(help="The file to write; its name becomes the scenario's.")],
    parent: Annotated[str, typer.Option("--from", metavar="NAME", help="The scenario to start from.")] = "baseline",
) -> None:
    """Write a commented scenario to start from.

    \b
    Examples:
      steppewise new my-scenario.yaml
      steppewise new more-aid.yaml --from package-delivered
    """
    from steppewise.scenario.resolve import load_scenario
    from steppewise.scenario.template import new_scenario_text

    _check_new_name(file)
    spec = load_scenario(parent)
    schema = (file.parent / "schema.json").is_file()
    _write_new(file, new_scenario_text(file.stem, _extends(parent, file), spec, schema))
    typer.echo(f"Wrote {file}. When you have changed it:  steppewise check {file}")


def _check_new_name(file: Path) -> None:
    from steppewise.scenario.fields import scenario_name_for

    name = scenario_name_for(file.stem)
    if file.suffix not in (".yaml", ".yml") or name != file.stem:
        raise SteppewiseError(
            Problem(
                f"'{file.name}' cannot be the name of a scenario file",
                allowed="small letters and digits joined by '-', then .yaml",
                nearest=f"{name}.yaml" if name else None,
            )
        )


def _extends(parent: str, file: Path) -> str:
    """What the new file says under `extends`. Raises SteppewiseError for a file in another folder."""
    from steppewise.scenario.library import is_path

    if not is_path(parent):
        return parent
    if Path(parent).resolve().parent != file.resolve().parent:
        raise SteppewiseError(
            Problem(f"'{parent}' lies in another folder", allowed="a library name, or a file beside the new one")
        )
    return Path(parent).name


def _write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet. Raises SteppewiseError."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise SteppewiseError(Problem("is there already; nothing was written", str(file))) from None
    except OSError as error:
        raise SteppewiseError(Problem(f"cannot be written: {error.strerror}", str(file))) from None


def schema(
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors.

    Save it as schema.json beside your scenarios; a first line such as
    "# yaml-language-server: $schema=schema.json" makes editors use it.

    \b
    Example:
      steppewise schema --out schema.json
    """
    from steppewise.scenario.jsonschema import schema_text

    if out is None:
        typer.echo(schema_text(), nl=False)
        return
    try:
        out.write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise SteppewiseError(Problem(f"cannot be written: {error.strerror}", str(out))) from None
