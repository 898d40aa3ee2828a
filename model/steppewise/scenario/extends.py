"""Follows `extends` from a scenario to its ancestors; never out of the folder, never in a circle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, NoReturn

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.scenario.checks import FileProblems, Layer, LevelWords, check_document
from steppewise.scenario.library import found_path, is_path, library_names, library_path
from steppewise.yaml_reader import Document, read_yaml, shown

MOST_ANCESTORS: Final = 20


def ancestry(name_or_path: str, levels: LevelWords, problems: list[Problem]) -> tuple[Layer, ...]:
    """The layers of a scenario, from the first ancestor to the scenario itself.

    Where `extends` cannot be followed, the problem is noted and the key counts as broken. Raises
    SteppewiseError where the scenario's own file cannot be read.
    """
    chain = [check_document(read_yaml(short(found_path(name_or_path))), levels, problems)]
    while (text := chain[-1].file.extends) is not None:
        try:
            chain.append(check_document(read_yaml(short(_parent(text, chain))), levels, problems))
        except SteppewiseError as error:
            problems.extend(error.problems)
            chain[-1] = replace(chain[-1], cuts=chain[-1].cuts | {("extends",)})
            break
    return tuple(reversed(chain))


def short(path: Path) -> Path:
    """The path as people would write it: relative where it lies below the working folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _parent(text: str, chain: list[Layer]) -> Path:
    """The file of the next ancestor. Raises SteppewiseError with the problem of `extends`."""
    document = chain[-1].findings.document
    path = scenario_path(text, Path(document.name), document, "extends")
    seen = [Path(layer.findings.document.name).resolve() for layer in chain]
    if path.resolve() in seen:
        names = [layer.file.name for layer in chain[seen.index(path.resolve()) :]]
        _refuse(document, "extends", f"goes round in a circle: {' -> '.join([*names, names[0]])}")
    if len(chain) > MOST_ANCESTORS:
        _refuse(document, "extends", f"follows more than {MOST_ANCESTORS} scenarios")
    return path


def scenario_path(text: str, file: Path, document: Document, key: str) -> Path:
    """The file of the scenario that a file names under a key: of the library, or in the file's own folder.

    Raises SteppewiseError with the line and what is allowed.
    """
    if not is_path(text):
        return _library_path(text, file, document, key)
    check_beside(text, file, document, key, _ALLOWED)
    path = file.parent / text
    if not path.is_file():
        files = tuple(sorted(other.name for other in file.parent.glob("*.y*ml") if other != file))
        _refuse(document, key, f"there is no file '{shown(text)}' in the folder", near=nearest(text, files))
    return path


def check_beside(text: str, file: Path, document: Document, key: str, allowed: str) -> None:
    """Refuse a path that does not stay in the folder of the file that names it under a key."""
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute() or "\\" in text:
        _refuse(document, key, f"'{shown(text)}' is not a relative path with '/'", allowed)
    if not (file.parent / text).resolve().is_relative_to(file.parent.resolve()):
        _refuse(document, key, f"'{shown(text)}' leaves the folder of the file", allowed)


_ALLOWED: Final = "a library name, or a file in the same folder such as my-scenario.yaml"


def _library_path(text: str, file: Path, document: Document, key: str) -> Path:
    names = library_names()
    if text in names:
        return library_path(text)
    beside = file.parent / f"{text}.yaml"
    near = beside.name if beside.is_file() else nearest(text, names)
    _refuse(document, key, f"there is no scenario '{shown(text)}'", f"{', '.join(names)}, or a file's path", near)


def _refuse(document: Document, key: str, message: str, allowed: str = "", near: str = "") -> NoReturn:
    problems: list[Problem] = []
    FileProblems(document, problems).add(tuple(key.split(".")), message, allowed, near)
    raise SteppewiseError(problems)
