"""Lines along a factor of a sweep: which points make up each, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from steppewise.analysis.effects import SweepFindings, steps_of
from steppewise.arrays import Array
from steppewise.experiment.responses import Responses
from steppewise.experiment.study import Study
from steppewise.report.figures.bands import Fan
from steppewise.wording.names import factor_words, listed, value_words
from steppewise.wording.run import BAND_NEEDS

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
