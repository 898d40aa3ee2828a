"""Where scenarios are found: the library that comes along, and files of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.yaml_reader import read_yaml, shown

PACKAGE: Final = Path(__file__).parents[1]

Shelf = Literal["scenarios", "experiments"]
"""What the library holds, each in a folder of its own."""


@dataclass(frozen=True)
class LibraryEntry:
    """A scenario or experiment of the library, as lists show it."""

    name: str
    path: Path
    title: str
    question: str


def library_folder(package: Path = PACKAGE, shelf: Shelf = "scenarios") -> Path:
    """A shelf of an installed package, or the top-level folder of a source checkout."""
    installed = package / "_library" / shelf
    return installed if installed.is_dir() else package.parents[1] / shelf


def library_names(shelf: Shelf = "scenarios") -> tuple[str, ...]:
    """Names of what stands on a shelf of the library; `baseline` and `history` first."""
    names = sorted(path.stem for path in library_folder(shelf=shelf).glob("*.yaml"))
    return tuple(sorted(names, key=lambda name: (name != "baseline", name != "history", name)))


def library_path(name: str, shelf: Shelf = "scenarios") -> Path:
    """The file of a name of the library. Raises SteppewiseError with the nearest name."""
    names = library_names(shelf)
    if name not in names:
        raise SteppewiseError(unknown_name(name, names, shelf))
    return library_folder(shelf=shelf) / f"{name}.yaml"


def found_path(name_or_path: str, shelf: Shelf = "scenarios") -> Path:
    """The file that a name of the library or a path stands for. Raises SteppewiseError for an unknown name."""
    return Path(name_or_path) if is_path(name_or_path) else library_path(name_or_path, shelf)


def unknown_name(name: str, names: tuple[str, ...], shelf: Shelf) -> Problem:
    """What to say of a name that is not in the library."""
    return Problem(
        f"there is no {shelf[:-1]} '{shown(name)}'",
        allowed=f"{', '.join(names)}, or the path of a file that ends in .yaml",
        nearest=nearest(name, names) or None,
    )


def is_path(name: str) -> bool:
    """True where a text means a file and not a name of the library."""
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def library(shelf: Shelf = "scenarios") -> tuple[LibraryEntry, ...]:
    """All that stands on a shelf of the library, with title and question. Raises SteppewiseError."""
    return tuple(_entry(name, library_path(name, shelf)) for name in library_names(shelf))


def _entry(name: str, path: Path) -> LibraryEntry:
    data = read_yaml(path).data
    texts = data if isinstance(data, dict) else {}
    return LibraryEntry(name, path, str(texts.get("title", "")), str(texts.get("question", "")))
