"""Follows `extends` from a scenario to its ancestors; never out of the folder, never in a circle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final, NoReturn

from steppewise.errors import Problem, SteppewiseError
from steppewise.reading import read_yaml, shown
from steppewise.scenario.checking import Findings, Layer, check_document
from steppewise.scenario.fields import Known, nearest
from steppewise.scenario.library import is_path, library_names, library_path

MOST_ANCESTORS: Final = 20


@dataclass(frozen=True)
class Ancestor:
    """A file of the chain and what was read from it."""

    path: Path
    layer: Layer


def ancestry(name_or_path: str, known: Known, problems: list[Problem]) -> tuple[Layer, ...]:
    """The layers of a scenario, from the first ancestor to the scenario itself.

    Where `extends` cannot be followed, the problem is noted and the key counts as broken. Raises
    SteppewiseError where the scenario's own file cannot be read.
    """
    path = Path(name_or_path) if is_path(name_or_path) else library_path(name_or_path)
    chain = [_read(path, known, problems)]
    while (text := chain[-1].layer.file.extends) is not None:
        try:
            chain.append(_parent(text, chain, known, problems))
        except SteppewiseError as error:
            problems.extend(error.problems)
            chain[-1] = _with_broken_extends(chain[-1])
            break
    return tuple(ancestor.layer for ancestor in reversed(chain))


def _read(path: Path, known: Known, problems: list[Problem]) -> Ancestor:
    return Ancestor(path, check_document(read_yaml(_short(path)), known, problems))


def _short(path: Path) -> Path:
    """The path as people would write it: relative where it lies below the working folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _with_broken_extends(ancestor: Ancestor) -> Ancestor:
    layer = ancestor.layer
    return replace(ancestor, layer=replace(layer, broken=layer.broken | {"extends"}))


def _parent(text: str, chain: list[Ancestor], known: Known, problems: list[Problem]) -> Ancestor:
    """The next ancestor. Raises SteppewiseError with the problem of `extends`."""
    child = chain[-1]
    path = _parent_path(text, child)
    seen = [ancestor.path.resolve() for ancestor in chain]
    if path.resolve() in seen:
        names = [ancestor.layer.file.name for ancestor in chain[seen.index(path.resolve()) :]]
        _refuse(child.layer, f"goes round in a circle: {' -> '.join([*names, names[0]])}")
    if len(chain) > MOST_ANCESTORS:
        _refuse(child.layer, f"follows more than {MOST_ANCESTORS} scenarios")
    return _read(path, known, problems)


def _parent_path(text: str, child: Ancestor) -> Path:
    if not is_path(text):
        return _library_parent(text, child)
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute() or "\\" in text:
        _refuse(child.layer, f"'{shown(text)}' is not a relative path with '/'", _ALLOWED)
    folder = child.path.parent
    path = folder / text
    if not path.resolve().is_relative_to(folder.resolve()):
        _refuse(child.layer, f"'{shown(text)}' leaves the folder of the file", _ALLOWED)
    if not path.is_file():
        files = tuple(sorted(other.name for other in folder.glob("*.y*ml") if other != child.path))
        _refuse(child.layer, f"there is no file '{shown(text)}' in the folder", near=nearest(text, files))
    return path


_ALLOWED: Final = "a library name, or a file in the same folder such as my-scenario.yaml"


def _library_parent(text: str, child: Ancestor) -> Path:
    names = library_names()
    if text in names:
        return library_path(text)
    beside = child.path.parent / f"{text}.yaml"
    near = beside.name if beside.is_file() else nearest(text, names)
    _refuse(child.layer, f"there is no scenario '{shown(text)}'", f"{', '.join(names)}, or a file's path", near)


def _refuse(layer: Layer, message: str, allowed: str = "", near: str = "") -> NoReturn:
    problems: list[Problem] = []
    Findings(layer.findings.document, problems).add(("extends",), message, allowed, near)
    raise SteppewiseError(problems)
