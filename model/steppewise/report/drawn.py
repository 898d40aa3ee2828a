"""A figure in a file, as pages carry it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DrawnFigure:
    """A figure in a file: its name, its title, what it shows in words (`alt`), and how to read it."""

    name: str
    title: str
    alt: str
    path: Path
    caption: str
