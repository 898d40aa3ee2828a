"""The figures of scenario discovery: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from steppewise.analysis.discovery import Discovery
from steppewise.report.figures.boxes import paths, ranges
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn
from steppewise.wording.discovery import sentences

_BOXES: Final = (
    "Each bar is the part of a parameter's range that belongs to the box; the rest of the parameters may be anywhere. "
    "Coverage, density and quasi-p-values are those of fresh points, which had no part in the search."
)
_PATHS: Final = (
    "From the right lower end, where everything is in the box, slice after slice is cut off: density rises, coverage "
    "falls. The ring is the box that was taken; the cross is the same box among fresh points."
)


def drawings(found: Discovery) -> Mapping[str, Callable[[], Figure]]:
    """The figures by name; none where no box was found."""
    return {sketch.name: sketch.draw for sketch in _sketches(found)}


def draw_discovery(found: Discovery, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder."""
    return all_drawn(_sketches(found), folder)


def main_sketch(found: Discovery) -> Sketch:
    """The boxes that were found."""
    return next(_sketches(found))


def _sketches(found: Discovery) -> Iterator[Sketch]:
    words = " ".join(sentences(found)[1:])
    if found.boxes:
        yield Sketch("boxes", "The boxes", partial(ranges, found), words, _BOXES)
        yield Sketch("paths", "Coverage against density", partial(paths, found), words, _PATHS)
