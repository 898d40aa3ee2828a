"""The page as a file of its own: with its grid, without a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from steppewise.app.classroom import Page
from steppewise.app.grid import Grid, build, packed
from steppewise.app.lesson import lessons
from steppewise.app.render import rendered
from steppewise.errors import SteppewiseError
from steppewise.results.folder import saying_why, write_whole

ELSEWHERE: Final = "choose another place with --export"


def check_path(path: Path, force: bool) -> None:
    """Raises SteppewiseError where the file cannot be written, before anything is computed."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise SteppewiseError(f"{path}: a page is written as .html")
    with saying_why(path, ELSEWHERE):
        is_folder, is_there = path.is_dir(), path.exists()
    if is_folder or (is_there and not force):
        words = "is a folder" if is_folder else "is there already; --force replaces it"
        raise SteppewiseError(f"{path}: {words}")
    folder = path.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        words = "cannot be written to" if folder.is_dir() else "there is no such folder"
        raise SteppewiseError(f"{folder}: {words}")


def write(page: Page, path: Path, progress: Callable[[int], None] = lambda positions: None) -> Grid:
    """Lay the grid and write the page, whole or not at all. Raises SteppewiseError."""
    held = page.for_grid
    grid = build(held, progress)
    write_whole(path, rendered(held, "file", packed(grid, held), lessons()).encode(), ELSEWHERE)
    return grid
