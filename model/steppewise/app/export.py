"""The page as a file of its own: with its grid, without a server."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from steppewise.app.classroom import Page
from steppewise.app.grid import Grid, build, packed
from steppewise.app.lesson import lessons
from steppewise.app.render import rendered
from steppewise.errors import SteppewiseError


def check_path(path: Path, force: bool) -> None:
    """Raises SteppewiseError where the file cannot be written, before anything is computed."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise SteppewiseError(f"{path}: a page is written as .html")
    if path.is_dir() or (path.exists() and not force):
        words = "is a folder" if path.is_dir() else "is there already; --force replaces it"
        raise SteppewiseError(f"{path}: {words}")
    folder = path.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        words = "cannot be written to" if folder.is_dir() else "there is no such folder"
        raise SteppewiseError(f"{folder}: {words}")


def write(page: Page, path: Path, progress: Callable[[int], None] = lambda positions: None) -> Grid:
    """Lay the grid and write the page, whole or not at all. Raises SteppewiseError."""
    held = page.for_grid
    grid = build(held, progress)
    text = rendered(held, "file", packed(grid, held), lessons())
    try:
        with tempfile.TemporaryDirectory(prefix=".", dir=path.parent) as room:
            unfinished = Path(room) / path.name
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
    except OSError as error:
        raise SteppewiseError(f"{path}: cannot be written: {error.strerror or error}") from None
    return grid
