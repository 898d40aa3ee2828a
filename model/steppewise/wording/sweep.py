"""A sweep in sentences: what an outcome of this model responds to, from which value on, and what luck hides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import floor, log10
from typing import Final

import numpy as np

from steppewise.analysis.effects import SETTLED, Effect, Extreme, SweepFindings, extremes, zeros
from steppewise.analysis.quantities import label_of, unit_of
from steppewise.experiment.study import Factor, Study
from steppewise.wording.names import begin, factor_words, is_scale, listed, value_words
from steppewise.wording.numbers import Measure, counted
from steppewise.wording.run import VARIES, rough_bands

MOST_FACTORS: Final = 3
"""Factors that are told of one outcome; values of a point that are told."""

MOST_LEVELS: Final = 3
"""Round values of an outcome of which is told where they are passed."""

MOST_OUTCOMES: Final = 7
"""Outcomes of which is told in sentences; tables and figures have the others."""

POINTS_A_FACTOR: Final = 10
"""Points of a sample below which it is called small."""

EXACT: Final = 1e-9
"""A standard error below which nothing differs between worlds."""


def sentences(found: SweepFindings) -> list[str]:
    """All that a sweep found, in plain sentences: the setting, what failed, then outcome by outcome."""
    told = [setting(found.study), *failures(found)]
    for outcome in found.study.outcomes[:MOST_OUTCOMES]:
        told += filter(None, [" ".join(_outcome(outcome, found))])
    told += _overtakings(found)
    more = len(found.study.outcomes) - MOST_OUTCOMES
    return [*told, f"{counted(more, 'more outcome')} stand in the tables and figures."] if more > 0 else told


def setting(study: Study) -> str:
    """Points, worlds, and what differs between them."""
    spec = study.spec
    factors = listed([factor_words(factor, spec) for factor in study.factors])
    if len(study.factors) > MOST_FACTORS:
        factors = f"{len(study.factors)} factors"
    same = "the same " if study.worlds > 1 else ""
    return (
        f"{study.title}: {counted(len(study.points), 'point')} ({study.design}) over {factors}, around {spec.name}; at "
        f"each {same}{counted(study.worlds, 'world')}, {spec.start} to {spec.end}, seed {study.seed}; "
        f"{VARIES[study.uncertainty]}."
    )


def failures(found: SweepFindings) -> Iterator[str]:
    """How many worlds failed, at how many points, and of what; nothing where none did."""
    failed = found.responses.failed
    if failed.any():
        told = "; ".join(f"{count:,} with '{cause}'" for cause, count in found.causes.most_common(3))
        points = counted(int((failed > 0).sum()), "point")
        yield (
            f"{int(failed.sum()):,} of {int(found.responses.worlds.sum()):,} worlds failed, at {points} ({told}); they "
            "are left out of the numbers below."
        )


def advice(found: SweepFindings) -> list[str]:
    """What rests on too few worlds or points."""
    study, responses = found.study, found.responses
    good = int((responses.worlds - responses.failed).max())
    if not good:
        return ["No world ran to the end; the causes stand in results.parquet."]
    told = list(rough_bands(good)) if study.uncertainty != "none" and study.design in ("grid", "list") else []
    outcome = study.outcomes[0]
    mixed = [factor_words(one.factor, study.spec) for one in found.effects[outcome] if one.mixed]
    if mixed:
        names = listed([*mixed[:MOST_FACTORS], *(["others"] if len(mixed) > MOST_FACTORS else [])])
        told.append(
            f"{begin(names)} move together in these points: what each of them does cannot be told apart. A grid, or a "
            "larger sample, would tell."
        )
    wanted = POINTS_A_FACTOR * len(study.factors)
    if study.design != "grid" and len(study.points) < wanted:
        told.append(
            f"{counted(len(study.points), 'point')} are few for {counted(len(study.factors), 'factor')}: take "
            f"{wanted:,} or more."
        )
    return told


# one outcome --------------------------------------------------------------------------------------------


def measure_of(outcome: str) -> Measure:
    """How values of an outcome are told: shares in percent, all else in its own unit."""
    unit = unit_of(outcome)
    if unit == "share":
        return Measure(100.0, " percent", 1, 2)
    return Measure(1.0, "" if unit == "index" else f" {unit}", 2, 3)


def number_of(outcome: str, value: float, error: float) -> str:
    """A value of an outcome to the digits that its error allows, shares in percent, without unit."""
    return measure_of(outcome).number(value, _told_error(error))


def _told_error(error: float) -> float:
    return error if error > EXACT else 0.0


def amount_of(outcome: str, value: float, error: float) -> str:
    """The same with its unit."""
    return f"{number_of(outcome, value, error)}{measure_of(outcome).unit}"


def _outcome(outcome: str, found: SweepFindings) -> Iterator[str]:
    study = found.study
    ends = extremes(found.responses, outcome)
    if ends is None:
        return
    name, (low, high) = begin(label_of(outcome, study.spec)), ends
    if high.mean - low.mean < EXACT:
        yield f"{name}: {amount_of(outcome, low.mean, low.error)} at every point."
        return
    yield (
        f"{name}: lowest, {amount_of(outcome, low.mean, low.error)}, {at_point(low.point, study)}; highest, "
        f"{amount_of(outcome, high.mean, high.error)}, {at_point(high.point, study)} ({_errors(outcome, ends)})."
    )
    yield _drivers(outcome, found)
    yield from _passed(outcome, found.effects[outcome][0], study)


def _errors(outcome: str, ends: tuple[Extreme, Extreme]) -> str:
    """`means over worlds, standard error up to 0.1`."""
    worst = max(extreme.error for extreme in ends)
    if worst < EXACT:
        return "means over worlds"
    return f"means over worlds, standard error up to {number_of(outcome, worst, worst)}"


def at_point(point: int, study: Study) -> str:
    """Where a point lies: `where Japan's effort is 0.5`; by its number where it has many factors."""
    if len(study.factors) > MOST_FACTORS:
        return f"at point {point:,}"
    pairs = zip(study.factors, study.points[point].tolist(), strict=True)
    return f"where {listed([f'{factor_words(f, study.spec)} is {value_words(f, value)}' for f, value in pairs])}"


def _drivers(outcome: str, found: SweepFindings) -> str:
    """Which factors move the outcome most over their ranges."""
    ranked = found.effects[outcome]
    settled = [effect for effect in ranked if effect.is_settled]
    told = [_driver(effect, outcome, found.study) for effect in settled[:MOST_FACTORS]]
    if len(ranked) == 1:
        return f"It goes with {told[0]}." if told else "That is no more than luck would do."
    if not told and all(effect.mixed for effect in ranked):
        return "The factors move together in these points: what each of them does cannot be told apart."
    if not told:
        return "No factor moves its mean by more than luck would."
    rest = sum(not effect.is_settled and not effect.mixed for effect in ranked)
    luck = (
        f"; {rest} of {len(ranked)} factors {'moves' if rest == 1 else 'move'} it no more than luck would"
        if rest
        else ""
    )
    return f"It responds most to {', then to '.join(told)}, averaged over all values of the others{luck}."


def _driver(effect: Effect, outcome: str, study: Study) -> str:
    """`Japan's effort (8.7 at 0.5, 14.3 at 8: a difference of +5.6, standard error 0.2)`."""
    low, high = ends_of(effect, outcome)
    apart, error = apart_of(effect, outcome)
    exact = f", standard error {error}" if error else ""
    return f"{factor_words(effect.factor, study.spec)} ({low}, {high}: a difference of {apart}{exact})"


def apart_of(effect: Effect, outcome: str) -> tuple[str, str]:
    """The difference of the means at the ends with its sign, and its standard error; nothing where that is none."""
    first, last = effect.ends
    error = effect.error_between(first, last)
    apart = measure_of(outcome).signed(float(effect.mean[last] - effect.mean[first]), _told_error(error))
    return apart, number_of(outcome, error, error) if error > EXACT else ""


def ends_of(effect: Effect, outcome: str) -> tuple[str, str]:
    """The means at the ends of the range, or, said to be so, the lowest and the highest one; with the factor's values.

    They have the digits that the error of their difference allows.
    """
    names = ("", "") if effect.is_steady else ("lowest ", "highest ")
    low, high = (f"{name}{end}" for name, end in zip(names, bare_ends_of(effect, outcome, "about "), strict=True))
    return low, high


def bare_ends_of(effect: Effect, outcome: str, about: str) -> tuple[str, str]:
    """`8.7 at 0.5` and the other end; `about` stands before a value that is the middle of a part of the range."""
    error, about = effect.error_between(*effect.ends), about if effect.steps.binned else ""
    low, high = (
        f"{number_of(outcome, float(effect.mean[step]), error)} at "
        f"{about}{value_words(effect.factor, float(effect.steps.places[step]))}"
        for step in effect.ends
    )
    return low, high


def _passed(outcome: str, effect: Effect, study: Study) -> Iterator[str]:
    """Where the mean passes round values, once, along the factor that moves it most."""
    if not effect.is_settled or not is_scale(effect.factor):
        return
    measure = measure_of(outcome)
    low, high = (measure.scale * float(end) for end in (effect.mean.min(), effect.mean.max()))
    passed = {level: effect.crossings(level / measure.scale) for level in round_levels(low, high)}
    once = {level: places[0] for level, places in passed.items() if len(places) == 1}
    if once:
        told = [f"{level:.6g} at about {value_words(effect.factor, place)}" for level, place in once.items()]
        unit = f" (in{measure.unit})" if measure.unit else ""
        yield f"Along {factor_words(effect.factor, study.spec)}, it passes {listed(told)}{unit}."


def round_levels(low: float, high: float) -> list[float]:
    """One to three round values between two others."""
    if not high > low:
        return []
    size = 10.0 ** floor(log10(high - low))
    for step in (size / 2, size, 2 * size, 5 * size):
        first = floor(low / step) + 1
        levels = [number * step for number in range(first, first + MOST_LEVELS + 1) if low < number * step < high]
        if len(levels) <= MOST_LEVELS:
            return levels
    return []


# several outcomes ---------------------------------------------------------------------------------------


def _overtakings(found: SweepFindings) -> Iterator[str]:
    """Where, along a factor, one actor's outcome comes to exceed another's of the same kind."""
    actors = [outcome for outcome in found.study.outcomes if outcome.count(".") == 1]
    for first, second in combinations(actors, 2):
        if first.partition(".")[0] == second.partition(".")[0]:
            for factor in filter(is_scale, found.study.factors):
                yield from _overtaking(first, second, factor, found)


def _overtaking(first: str, second: str, factor: Factor, found: SweepFindings) -> Iterator[str]:
    one, other = found.effect(first, factor), found.effect(second, factor)
    ahead = one.mean - other.mean
    places = list(zeros(one.steps.places, ahead))
    sure = [SETTLED * np.hypot(one.error(end), other.error(end)) for end in (0, -1)]
    if len(places) != 1 or abs(ahead[0]) < sure[0] or abs(ahead[-1]) < sure[1]:
        return
    winner, loser = (first, second) if ahead[-1] > 0 else (second, first)
    spec = found.study.spec
    yield (
        f"From about {value_words(factor, places[0])} of {factor_words(factor, spec)} on, {label_of(winner, spec)} is "
        f"above {label_of(loser, spec)}."
    )
