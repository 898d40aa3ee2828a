"""What numbers were computed with: versions of the model, its engine, Python and the libraries."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from steppewise import __version__
from steppewise.engine.digest import digest_of_files

ENGINE: Final = "engine"
NUMERIC: Final = ("steppewise", ENGINE)
"""Versions that the numbers of worlds depend on."""

LIBRARIES: Final = ("mesa", "numpy", "pandas", "scipy")
"""Libraries whose version can matter for what is computed from worlds."""

SHOWN: Final = 12
"""Characters of a digest that are shown."""


def versions() -> dict[str, str]:
    """Versions of steppewise, its engine (a digest of the model's sources), Python and the libraries."""
    return {
        "steppewise": __version__,
        ENGINE: digest_of_files()[:SHOWN],
        "python": platform.python_version(),
        **{library: _version(library) for library in LIBRARIES},
    }


def numeric_versions() -> dict[str, str]:
    """The versions that the numbers of worlds depend on."""
    return {name: told for name, told in versions().items() if name in NUMERIC}


def code_version() -> str:
    """What stands for the code in the names of results."""
    return " ".join(numeric_versions().values())


@cache
def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "unknown"


def commit() -> str | None:
    """The commit of a source checkout, with `+` where files differ from it; None for an installed package."""
    checkout = Path(__file__).parents[3]
    if not (checkout / ".git").exists():
        return None
    head = _git(checkout, "rev-parse", "HEAD")
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no")
    return f"{head}+" if head and changed else head or None


def _git(folder: Path, *words: str) -> str:
    """What git answers; nothing where it is not there or refuses."""
    command = ["git", "-C", str(folder), *words]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
