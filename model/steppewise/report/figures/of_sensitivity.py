"""The figures of a sensitivity analysis: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from steppewise.analysis.quantities import quantity
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.report.figures.drivers import drivers, effects
from steppewise.report.figures.evidence_classes import changing, classes
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn
from steppewise.wording.sensitivity import of_outcome

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
_BY_CLASS: Final = (
    "All parameters of a class move together: how much of a result rests on what articles state, on what was coded "
    "from their words, on public figures, and on plain assumption. The last bar divides the variance between single "
    "worlds into what parameters do, what chance does, and what the two do only together."
)


def drawings(found: Sensitivity, outcome: str) -> Mapping[str, Callable[[], Figure]]:
    """The figures of one outcome, by name; none of an outcome that is the same at every point."""
    if outcome not in changing(found):
        return {}
    by_class = [] if found.question.method == "tornado" else [_classes(found)]
    return {sketch.name.partition("-")[0]: sketch.draw for sketch in (*_of_outcome(found, outcome), *by_class)}


def draw_sensitivity(found: Sensitivity, folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder."""
    shown = changing(found)
    by_class = [_classes(found)] if shown and found.question.method != "tornado" else []
    return all_drawn([*by_class, *(sketch for outcome in shown for sketch in _of_outcome(found, outcome))], folder)


def main_sketch(found: Sensitivity, outcome: str) -> Sketch:
    """What drives an outcome."""
    return next(_of_outcome(found, outcome))


def _of_outcome(found: Sensitivity, outcome: str) -> Iterator[Sketch]:
    label, method = quantity(outcome, found.question.spec).label, found.question.method
    file, words = outcome.replace("/", "-"), of_outcome(found, outcome)[0]
    draw = partial(drivers, found, outcome)
    yield Sketch(f"drivers-{file}", f"What moves {label}", draw, f"Bars. {words}", _CAPTIONS[method])
    if method == "morris":
        draw = partial(effects, found, outcome)
        yield Sketch(f"effects-{file}", f"How parameters act on {label}", draw, f"Scatter chart. {words}", _EFFECTS)


def _classes(found: Sensitivity) -> Sketch:
    words = " ".join(sentence for outcome in changing(found) for sentence in of_outcome(found, outcome)[1:])
    title = "What the results rest on, by class of evidence"
    return Sketch("classes", title, partial(classes, found), f"Bars. {words}", _BY_CLASS)
