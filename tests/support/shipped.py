"""What comes with the project: a user's own file beside the library is none of the tests' business."""

from __future__ import annotations

import subprocess
from pathlib import Path

from steppewise.scenario.library import library_names

ROOT = Path(__file__).parents[2]


def shipped(kind: str = "scenarios") -> tuple[str, ...]:
    """The names of a library, without files that the repository does not hold; all where there is no repository."""
    done = subprocess.run(["git", "ls-files", kind], cwd=ROOT, capture_output=True, text=True, check=False)
    held = {Path(line).stem for line in done.stdout.splitlines()}
    return tuple(name for name in library_names(kind) if name in held or not held)
