"""The figures of a hindcast: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from steppewise.analysis.hindcast import Hindcast
from steppewise.report.figures.observed_over_bands import observed_over_bands
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn
from steppewise.wording.hindcast import sentences
from steppewise.world.variables import VARIABLES

_OVER_BANDS: Final = (
    "A mark is what was observed in a year, or over a span of years; it is hollow where it lies outside the band in "
    "which nine tenths of the worlds lie. One in ten should."
)


def drawings(found: Hindcast) -> Mapping[str, Callable[[], Figure]]:
    """The figures by the name of the variable."""
    return {sketch.name: sketch.draw for sketch in _sketches(found)}


def draw_hindcast(found: Hindcast, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder."""
    return all_drawn(_sketches(found), folder)


def main_sketch(found: Hindcast) -> Sketch:
    """The variable with the most observations."""
    return max(_sketches(found), key=lambda sketch: len(found.of(sketch.name)))


def _sketches(found: Hindcast) -> Iterator[Sketch]:
    names = dict.fromkeys(point.observation.variable for point in found.points)
    told = dict(zip(((score.variable, score.seen) for score in found.scores), sentences(found)[1:], strict=True))
    for name in names:
        words = " ".join(text for (variable, _), text in told.items() if variable == name)
        title = f"Observed over the bands: {VARIABLES[name].label}"
        yield Sketch(name, title, partial(observed_over_bands, found, name), words, _OVER_BANDS)
