"""A figure that is to be drawn, and how it gets into its file with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from steppewise.report.figures import DrawnFigure, save


@dataclass(frozen=True)
class Sketch:
    """A figure to be drawn: the name of its file, its title, what it shows in words (`alt`), and how to read it."""

    name: str
    title: str
    draw: Callable[[], Figure]
    alt: str
    caption: str


def drawn(sketch: Sketch, folder: Path) -> DrawnFigure:
    """Draw a sketch into a folder."""
    path = folder / f"{sketch.name}.png"
    save(sketch.draw(), path)
    return DrawnFigure(sketch.name, sketch.title, sketch.alt, path, sketch.caption)
