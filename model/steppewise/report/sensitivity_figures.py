"""All figures of a sensitivity analysis, drawn to files, each with a title, a caption and words for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.analysis.telling_sensitivity import of_outcome
from steppewise.report.by_class import changing, classes
from steppewise.report.drivers import drivers
from steppewise.report.effects import effects
from steppewise.report.figures import DrawnFigure, save
from steppewise.report.sketch import Sketch, drawn

_CAPTIONS: Final = {
    "morris": (
        "Every parameter moves through its whole range from many starting points, in the same worlds. The bar is the "
        "mean size of what that changes; the interval says how well so many trajectories tell it."
    ),
    "sobol": (
        "The variance of the mean over worlds between points, divided among the parameters: what each accounts for "
        "alone, and with all that it does only together with others. Intervals by resampling the base points."
    ),
    "tornado": (
        "All parameters at their values but one, which is at the low or at the high end of its range. What "
        "parameters do together does not show."
    ),
}
_EFFECTS: Final = (
    "A parameter far to the right acts strongly. One above a line acts differently from point to point: its effect "
    "bends, or depends on other parameters."
)
_CLASSES: Final = (
    "All parameters of a class move together: how much of a result rests on what articles state, on what was coded "
    "from their words, on public figures, and on plain assumption. The last bar divides the variance between single "
    "worlds into what parameters do, what chance does, and what the two do only together."
)


def drawings(found: Sensitivity, outcome: str) -> Mapping[str, Callable[[], Figure]]:
    """The figures of one outcome, by name; none of an outcome that is the same at every point."""
    if outcome not in changing(found):
        return {}
    known: dict[str, Callable[[], Figure]] = {"drivers": partial(drivers, found, outcome)}
    if found.question.method == "morris":
        known["effects"] = partial(effects, found, outcome)
    if found.question.method != "tornado":
        known["classes"] = partial(classes, found)
    return known


def main_sketch(found: Sensitivity, outcome: str) -> Sketch:
    """What drives an outcome."""
    label, words = quantity(outcome, found.question.spec).label, of_outcome(found, outcome)[0]
    file = f"drivers-{outcome.replace('/', '-')}"
    draw = partial(drivers, found, outcome)
    return Sketch(file, f"What moves {label}", draw, f"Bars. {words}", _CAPTIONS[found.question.method])


def draw_sensitivity(found: Sensitivity, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder."""
    return tuple(_all_drawn(found, folder))


def _all_drawn(found: Sensitivity, folder: Path) -> Iterator[DrawnFigure]:
    shown = changing(found)
    if shown and found.question.method != "tornado":
        words = " ".join(sentence for outcome in shown for sentence in of_outcome(found, outcome)[1:])
        title = "What the results rest on, by class of evidence"
        yield _drawn(folder / "classes.png", classes(found), title, f"Bars. {words}", _CLASSES)
    for outcome in shown:
        yield from _of_outcome(found, outcome, folder)


def _of_outcome(found: Sensitivity, outcome: str, folder: Path) -> Iterator[DrawnFigure]:
    label, method = quantity(outcome, found.question.spec).label, found.question.method
    file = outcome.replace("/", "-")
    words = of_outcome(found, outcome)[0]
    yield drawn(main_sketch(found, outcome), folder)
    if method == "morris":
        title = f"How parameters act on {label}"
        yield _drawn(
            folder / f"effects-{file}.png", effects(found, outcome), title, f"Scatter chart. {words}", _EFFECTS
        )


def _drawn(path: Path, figure: Figure, title: str, alt: str, caption: str) -> DrawnFigure:
    save(figure, path)
    return DrawnFigure(path.stem, title, alt, path, caption)
