"""The figures of a comparison: for each its title, its caption, and what it shows in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from steppewise.analysis.comparison import Differences
from steppewise.evidence.types import Actor
from steppewise.report.figures.differences_at_end import ends_by_power, ends_by_state
from steppewise.report.figures.differences_over_time import differences_by_state, share_differences
from steppewise.report.figures.picture import DrawnFigure, Sketch, all_drawn
from steppewise.wording.comparison import EXECUTION, SHARE, TRUST, interval, measure_of

OVER_TIME = (
    "A power's regional share under the scenario minus its share in the same world under {first}. Where both have the "
    "same powers, all differences add up to nothing. Events above the chart are those that {first} has not."
)
STATE_BY_STATE = (
    "The same scale everywhere: along a row who gains and who loses in a state, down a column where a power does."
)
ENDS = (
    "Thick: the 95 % interval of the mean difference when both scenarios meet the same luck and the same drawn "
    "parameters. Thin: the interval if each had its own, which is what two separate runs would tell."
)


def draw_comparison(found: Sequence[Differences], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw all figures into a folder; none of a scenario of which no world can be compared."""
    told = [one for one in found if one.pairs.min() > 0]
    return all_drawn(_sketches(told), folder) if told else ()


def main_sketch(found: Sequence[Differences]) -> Sketch:
    """The figure that tells most: over time for one scenario, the end for several."""
    return _regional(found[0]) if len(found) == 1 else _by_power(found)


def _sketches(found: Sequence[Differences]) -> Iterator[Sketch]:
    by_state = "Differences at the end, by state"
    yield from (_regional(one) for one in found)
    yield _by_power(found)
    yield from (_by_state(one) for one in found)
    yield Sketch("ends_by_state", by_state, partial(ends_by_state, found), " ".join(map(_of_states, found)), ENDS)


def _regional(found: Differences) -> Sketch:
    name, first = found.further.name, found.first.name
    return Sketch(
        f"share_differences-{name}",
        f"Regional shares: {name} minus {first}",
        partial(share_differences, found),
        f"Line chart of the difference in regional influence shares over time. {_of_powers(found, (SHARE,))}",
        OVER_TIME.format(first=first),
    )


def _by_power(found: Sequence[Differences]) -> Sketch:
    title = "Differences at the end, by power"
    return Sketch("ends_by_power", title, partial(ends_by_power, found), " ".join(map(_of_powers, found)), ENDS)


def _by_state(found: Differences) -> Sketch:
    name, first = found.further.name, found.first.name
    return Sketch(
        f"differences_by_state-{name}",
        f"State by state: {name} minus {first}",
        partial(differences_by_state, found),
        f"Small line charts of the difference in influence shares, a row for each state. {_of_cells(found)}",
        STATE_BY_STATE,
    )


# what they show in words --------------------------------------------------------------------------------


def _of_powers(found: Differences, variables: Sequence[str] = (SHARE, TRUST, EXECUTION)) -> str:
    """Mean differences of every power at the end, and of regional autonomy."""
    named = {SHARE: "regional share", TRUST: "mean trust", EXECUTION: "delivered of due"}
    told = [f"{named[variable]}: {_listed(found, variable, found.spec.powers)}" for variable in variables]
    return f"{_head(found)}: {'; '.join(told)}; autonomy: {_number(found, 'regional_autonomy')}."


def _of_states(found: Differences) -> str:
    return f"{_head(found)}: autonomy share: {_listed(found, 'autonomy', found.spec.states)}."


def _of_cells(found: Differences) -> str:
    told = []
    for state in found.spec.states:
        powers = [f"{p.label} {_number(found, 'share', p.name, state.name)}" for p in found.spec.powers]
        told.append(f"{state.label}: {', '.join(powers)}")
    return f"{_head(found)}: {'; '.join(told)}."


def _head(found: Differences) -> str:
    return f"{found.further.name} minus {found.first.name} in {found.spec.end}, mean over worlds with 95 % interval"


def _listed(found: Differences, variable: str, actors: Sequence[Actor]) -> str:
    return ", ".join(f"{actor.label} {_number(found, variable, actor.name)}" for actor in actors)


def _number(found: Differences, variable: str, *actors: str) -> str:
    difference, measure = found.at(variable, *actors), measure_of(variable)
    mean = f"{measure.signed(difference.mean, difference.standard_error)}{measure.unit}"
    return mean if difference.worlds < 2 else f"{mean} ({interval(difference, measure)})"
