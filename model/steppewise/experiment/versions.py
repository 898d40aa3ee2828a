"""What numbers were computed with: versions of the model, its engine, Python and the libraries."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Final

from steppewise import __version__
from steppewise.engine.digest import digest_of_files

ENGINE: Final = "engine"

LIBRARIES: Final = ("mesa", "numpy", "pandas", "scipy")
"""Libraries whose version can matter for what is computed from worlds."""

SHOWN: Final = 12
"""Characters of a digest that are shown."""


def numeric_versions() -> dict[str, str]:
    """The versions that the numbers of worlds depend on: of steppewise and of its engine, a digest of its sources."""
    return {"steppewise": __version__, ENGINE: digest_of_files()[:SHOWN]}


def versions() -> dict[str, str]:
    """Those, and the versions of Python and the libraries."""
    libraries = {library: version(library) for library in LIBRARIES}
    return {**numeric_versions(), "python": platform.python_version(), **libraries}


def code_version() -> str:
    """What stands for the code in the names of results."""
    return " ".join(numeric_versions().values())


def commit() -> str | None:
    """The commit of a source checkout, with `+` where files differ from it; None for an installed package."""
    checkout = Path(__file__).parents[3]
    if not (checkout / ".git").exists():
        return None
    describe = ["git", "-C", str(checkout), "describe", "--always", "--exclude=*", "--abbrev=40", "--dirty=+"]
    try:
        return subprocess.run(describe, capture_output=True, text=True, timeout=5, check=True).stdout.strip() or None
    except (OSError, subprocess.SubprocessError):
        return None
