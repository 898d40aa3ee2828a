"""Figures along a factor of a sweep: which points make up a line, what it shows, and axes with their names."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from steppewise.analysis.effects import SweepFindings, own_value, steps_of
from steppewise.analysis.factors import QUARTER, factor_words, is_scale, unit_words, value_words
from steppewise.analysis.quantities import label_of, unit_of
from steppewise.analysis.telling import BAND_NEEDS
from steppewise.analysis.words import begin, counted, labels, listed
from steppewise.arrays import Array
from steppewise.experiment.collecting import Responses
from steppewise.experiment.study import Factor, Study
from steppewise.report.figures.bands import Fan
from steppewise.report.figures.style import QUIET, TEXT, WIDTH, headline, plain, say, short

Points = NDArray[np.int64]
Band = Literal["worlds", "points", "nothing"]
"""What lies inside a band: worlds (where points are averaged, their percentiles are), or means of sampled points."""

MOST_LINES: Final = 6
PICKED: Final = 5
"""Lines in a panel; of more values so many are picked, the first and the last among them."""

FEWEST_POINTS: Final = 5
"""Points below which their means make no band."""


@dataclass(frozen=True)
class Strand:
    """One line: what the other factors are along it, and the points at each of its places, ascending."""

    label: str
    places: Array
    points: tuple[Points, ...]


@dataclass(frozen=True)
class Strands:
    """The lines of a figure: `title` says what tells them apart, `note` what was picked or averaged."""

    title: str
    note: str
    lines: tuple[Strand, ...]


def strands_of(found: SweepFindings, number: int) -> Strands:
    """The lines along the factor of that number.

    One for each combination of the others where those are few; of a larger grid, one for each value of the factor that
    moves the first outcome most beside this one; of a sample, one of all points.
    """
    study = found.study
    every = np.arange(len(study.points))
    others = [other for other in range(len(study.factors)) if other != number]
    if not others:
        return Strands("", "", (_strand(study, number, "", every),))
    combinations, of_point = np.unique(study.points[:, others], axis=0, return_inverse=True)
    if len(combinations) <= MOST_LINES and len(study.points) > len(combinations):
        return _by_combination(study, number, others, combinations, of_point.reshape(-1))
    if study.design == "grid":
        return _by_value(found, number, others)
    return Strands("", "", (_strand(study, number, "", every),))


def _by_combination(study: Study, number: int, others: list[int], combinations: Array, of_point: Points) -> Strands:
    lines = []
    for place, values in enumerate(combinations.tolist()):
        pairs = zip(others, values, strict=True)
        label = ", ".join(value_words(study.factors[other], value) for other, value in pairs)
        lines.append(_strand(study, number, label, np.flatnonzero(of_point == place)))
    return Strands(_names(study, others), "", tuple(lines))


def _names(study: Study, others: list[int]) -> str:
    return listed([factor_words(study.factors[other], study.spec) for other in others])


def _by_value(found: SweepFindings, number: int, others: list[int]) -> Strands:
    """A line for some values of the factor that matters most beside this one, the rest averaged out."""
    study = found.study
    ranked = [study.factors.index(effect.factor) for effect in found.effects[study.outcomes[0]]]
    second = next(other for other in ranked if other in others)
    values = np.unique(study.points[:, second])
    picked = values[np.linspace(0, len(values) - 1, min(PICKED, len(values))).round().astype(int)]
    lines = tuple(
        _strand(
            study, number, value_words(study.factors[second], value), np.flatnonzero(study.points[:, second] == value)
        )
        for value in picked.tolist()
    )
    notes = [f"{len(picked)} of {len(values)} values of {_names(study, [second])}"] if len(picked) < len(values) else []
    notes += ["other factors averaged out"] if len(others) > 1 else []
    return Strands(_names(study, [second]), "; ".join(notes), lines)


def _strand(study: Study, number: int, label: str, points: Points) -> Strand:
    steps = steps_of(study, number)
    of_point = steps.of_point[points]
    present = np.unique(of_point)
    return Strand(label, steps.places[present], tuple(points[of_point == step] for step in present))


def fan_of(strand: Strand, responses: Responses, outcome: str) -> Fan:
    """Line and bands of an outcome along a strand, (place,) each."""
    sampled = is_sampled(strand, responses.study)
    names = ("mean",) * 5 if sampled else ("q05", "q25", "mean", "q75", "q95")
    columns = [responses.of(outcome, name) for name in names]
    row = _of_sample if sampled else _averaged
    return Fan(*np.array([row([column[points] for column in columns]) for points in strand.points]).T)


def is_sampled(strand: Strand, study: Study) -> bool:
    """True where the strand's places hold points of a sample, which differ in all other factors."""
    return study.design != "grid" and any(len(points) > 1 for points in strand.points)


def _averaged(parts: list[Array]) -> Array:
    """Percentiles and mean of the worlds, averaged over points."""
    kept = [part[np.isfinite(part)] for part in parts]
    return np.array([part.mean() if len(part) else np.nan for part in kept])


def _of_sample(parts: list[Array]) -> Array:
    """Percentiles of the means of points around their median; of few points, the median alone."""
    good = parts[0][np.isfinite(parts[0])]
    if len(good) < FEWEST_POINTS:
        return np.array([np.nan, np.nan, np.median(good) if len(good) else np.nan, np.nan, np.nan])
    return np.asarray(np.quantile(good, [0.05, 0.25, 0.5, 0.75, 0.95]), dtype=np.float64)


def shown_band(strands: Strands, study: Study) -> Band:
    """What bands of a figure hold; nothing where they would rest on too few worlds or points."""
    if any(is_sampled(strand, study) for strand in strands.lines):
        fewest = min(len(points) for strand in strands.lines for points in strand.points)
        return "points" if fewest >= FEWEST_POINTS else "nothing"
    return "worlds" if study.worlds >= BAND_NEEDS and study.uncertainty != "none" else "nothing"


SHORT: Final = {"leads": "states it leads in", "regional_share": "regional share"}
"""Short names of outcomes above panels."""

SIGN: Final = 0.1
"""Inches of an average sign of an axis."""

ROUND: Final = [1, 2, 2.5, 5, 10]


def panel_name(outcome: str, study: Study) -> str:
    """An outcome above a panel, whose it is first: `Japan: mean trust`, `Japan in Kazakhstan: trust`."""
    stem, *actors = outcome.split(".")
    known = labels(study.spec)
    what = SHORT.get(stem) or label_of(outcome, study.spec).partition(",")[0]
    return f"{' in '.join(known.get(actor, actor) for actor in actors)}: {what}" if actors else begin(what)


def name_panel(axes: Axes, name: str) -> None:
    """A name above a panel, on at most two lines."""
    text = headline(name, axes.get_position().width * WIDTH)
    say(axes, 0, 1.03, text, size=TEXT, bold=True, va="bottom", across=axes.transAxes).set_linespacing(1.1)


def axis_name(factor: Factor, study: Study) -> str:
    """A factor below an axis, with unit and class of evidence, and what the dotted line is."""
    name = full_name(factor, study)
    own = own_inside(factor, study) is not None and is_scale(factor)
    return short(f"{name}; dotted: as in the scenario" if own else name, 108)


def full_name(factor: Factor, study: Study) -> str:
    """A factor with unit and class of evidence."""
    return plain(f"{factor_words(factor, study.spec)} ({unit_words(factor)})")


def own_inside(factor: Factor, study: Study) -> float | None:
    """The value that the scenario itself has, where it lies among the values of the factor."""
    value, values = own_value(factor, study), study.points[:, study.factors.index(factor)]
    return value if value is not None and values.min() <= value <= values.max() else None


def mark_own(axes: Axes, factor: Factor, study: Study) -> None:
    """A dotted line at the value that the scenario itself has."""
    value = own_inside(factor, study)
    if value is not None and is_scale(factor):
        axes.axvline(value, color=QUIET, linewidth=1.1, linestyle=(0, (1, 2)), zorder=1.5)


def levels_of(factor: Factor) -> tuple[float, ...]:
    """The values of a factor of words, in the order of figures."""
    return factor.levels or (0.0, 1.0)


def level_names(factor: Factor, inches: float) -> list[str]:
    """The names of levels that stand side by side on so many inches, on two lines where they have to."""
    names = [plain(value_words(factor, level)) for level in levels_of(factor)]
    tight = max(map(len, names)) * SIGN > inches / len(names)
    return [name.replace(" ", "\n", 1) if tight else name for name in names]


def dress_factor(axes: Axes, factor: Factor, study: Study) -> None:
    """Marks of a factor below a panel: numbers, quarters, or levels."""
    mark_axis(axes.xaxis, factor, axes.get_position().width * WIDTH, most=6)
    if not is_scale(factor):
        axes.set_xlim(-0.6, len(levels_of(factor)) - 0.4)
        return
    values = study.points[:, study.factors.index(factor)]
    margin = 0.02 * float(np.ptp(values)) or 0.5
    axes.set_xlim(values.min() - margin, values.max() + margin)


def mark_axis(axis: Axis, factor: Factor, inches: float, most: int) -> None:
    """Marks of a factor along an axis so many inches long: all its levels, or about `most` numbers, or quarters."""
    if not is_scale(factor):
        axis.set_ticks(range(len(levels_of(factor))), level_names(factor, inches))
        return
    quarters = factor.unit == QUARTER
    axis.set_major_locator(MaxNLocator(3 if quarters else most, steps=[1, 2, 2.5, 4, 5, 10], integer=quarters))
    axis.set_major_formatter(FuncFormatter(lambda value, _: mark(factor, value)))


def mark(factor: Factor, value: float) -> str:
    """A mark of an axis: short, with the sign of what it is."""
    return f"{100 * value:.0f} %" if factor.way == "evidence" else value_words(factor, value)


def number_axis(axis: Axis, outcome: str) -> None:
    """Round numbers of an outcome along an axis, with digits enough to tell each from the next."""

    def told(value: float, _: object) -> str:
        low, high = axis.get_view_interval()
        largest, span = max(abs(low), abs(high)), abs(high - low)
        digits = 2 + ceil(log10(largest / span)) if span > 0 else 0
        return number_mark(outcome, value, max(digits, 4))

    axis.set_major_locator(MaxNLocator(5, steps=ROUND))
    axis.set_major_formatter(FuncFormatter(told))


def number_mark(outcome: str, value: float, digits: int = 4) -> str:
    """A number of an outcome, shares as percent."""
    return f"{100 * value:.{digits}g} %" if unit_of(outcome) == "share" else f"{value:.{digits}g}"


def bare_number(outcome: str, value: float) -> str:
    """A number of an outcome beside which its unit stands."""
    return number_mark(outcome, value).removesuffix(" %")


def unit_name(outcome: str) -> str:
    """What the numbers of an outcome are."""
    unit = unit_of(outcome)
    return {"share": "percent", "index": "index, 0 to 1"}.get(unit, unit)


def size_note(found: SweepFindings) -> str:
    """How many points and worlds a figure rests on, and what was left out."""
    study, failed = found.study, int(found.responses.failed.sum())
    size = f"{counted(len(study.points), 'point')}, {counted(study.worlds, 'world')} each"
    return f"{size} ({counted(failed, 'failed world')} left out)" if failed else size
