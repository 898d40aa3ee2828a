"""Where scenarios are found: the library that comes along, and files of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from steppewise.errors import Problem, SteppewiseError
from steppewise.reading import read_yaml, shown
from steppewise.scenario.fields import nearest

PACKAGE: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class LibraryEntry:
    """A scenario of the library, as lists show it."""

    name: str
    path: Path
    title: str
    question: str


def library_folder(package: Path = PACKAGE) -> Path:
    """The scenarios of an installed package, or the top-level folder of a source checkout."""
    installed = package / "_library" / "scenarios"
    return installed if installed.is_dir() else package.parents[1] / "scenarios"


def library_names() -> tuple[str, ...]:
    """Names of the scenarios of the library; `baseline` and `history` first."""
    names = sorted(path.stem for path in library_folder().glob("*.yaml"))
    return tuple(sorted(names, key=lambda name: (name != "baseline", name != "history", name)))


def library_path(name: str) -> Path:
    """The file of a scenario of the library. Raises SteppewiseError with the nearest name."""
    names = library_names()
    if name not in names:
        raise SteppewiseError(unknown_scenario(name, names))
    return library_folder() / f"{name}.yaml"


def unknown_scenario(name: str, names: tuple[str, ...]) -> Problem:
    """What to say of a name that is not in the library."""
    return Problem(
        f"there is no scenario '{shown(name)}'",
        allowed=f"{', '.join(names)}, or the path of a file that ends in .yaml",
        nearest=nearest(name, names) or None,
    )


def is_path(name: str) -> bool:
    """True where a text means a file and not a name of the library."""
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def library() -> tuple[LibraryEntry, ...]:
    """All scenarios of the library with title and question. Raises SteppewiseError."""
    return tuple(_entry(name, library_path(name)) for name in library_names())


def _entry(name: str, path: Path) -> LibraryEntry:
    data = read_yaml(path).data
    texts = data if isinstance(data, dict) else {}
    return LibraryEntry(name, path, str(texts.get("title", "")), str(texts.get("question", "")))
