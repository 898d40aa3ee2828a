"""The rows of the tables on the page of a comparison, and what differs between its scenarios, as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.analysis.telling import BAND_NEEDS
from steppewise.analysis.telling_comparison import (
    AUTONOMY,
    SHARE,
    Measure,
    in_percent_of_worlds,
    interval,
    measure_of,
    unpaired_interval,
)
from steppewise.evidence.types import Actor, Parameter
from steppewise.report.assumptions import Assumption, assumption, number
from steppewise.report.style import looks
from steppewise.report.tables import Row
from steppewise.report.wording import event_words
from steppewise.scenario.contrast import contrast
from steppewise.scenario.events import Event
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec

HEADS: Final = (
    "Mean difference",
    "95 % interval, same luck",
    "… if luck differed",
    "90 of 100 worlds",
    "Higher in (%)",
    "Lower in (%)",
    "The same in (%)",
)


def typeset(text: str) -> str:
    """A text with real minus signs before its numbers."""
    return re.sub(r"(?<![\w.-])-(?=\d)", "−", text)


def _cell(text: str) -> str:
    """A text for a cell, its intervals unbroken."""
    return typeset(text).replace(" to ", "\u00a0to\u00a0")


def power_rows(found: Differences, variable: str) -> list[Row]:
    """A row for each power with its difference at the end; with shares, what no power holds is the last row."""
    styles = looks(found.spec)
    rows = [_row(found, variable, power, styles[power.name].colour) for power in found.spec.powers]
    if variable == SHARE:
        rows.append(Row("autonomy", "", cells(found.at(AUTONOMY), measure_of(AUTONOMY))))
    return rows


def state_rows(found: Differences, variable: str) -> list[Row]:
    """A row for each state with its difference at the end."""
    return [_row(found, variable, state, "") for state in found.spec.states]


def _row(found: Differences, variable: str, actor: Actor, colour: str) -> Row:
    return Row(actor.label, colour, cells(found.at(variable, actor.name), measure_of(variable)))


def cells(difference: PairedDifference, measure: Measure) -> tuple[str, ...]:
    """What HEADS name, of one difference."""
    signs = (difference.positive, difference.negative, difference.zero)
    return (
        _cell(measure.signed(difference.mean, difference.standard_error)),
        *(_cell(text) for text in _intervals(difference, measure)),
        *(in_percent_of_worlds(share) for share in signs),
    )


def _intervals(difference: PairedDifference, measure: Measure) -> tuple[str, str, str]:
    if difference.worlds < 2:
        return ("–", "–", "–")
    error = difference.standard_error
    edges = " to ".join(measure.number(edge, error) for edge in (difference.q05, difference.q95))
    band = edges if difference.worlds >= BAND_NEEDS else "too few worlds"
    return interval(difference, measure), unpaired_interval(difference, measure), band


def tie_heads(found: Differences) -> list[str]:
    """The columns of `tie_rows`."""
    return [power.label for power in found.spec.powers]


def tie_rows(found: Differences) -> list[Row]:
    """A row for each state: the mean difference of every power's influence share at the end, with its interval."""
    return [
        Row(state.label, "", tuple(_tie(found, p, state) for p in found.spec.powers)) for state in found.spec.states
    ]


def _tie(found: Differences, power: Actor, state: Actor) -> str:
    difference, measure = found.at("share", power.name, state.name), measure_of("share")
    mean = measure.signed(difference.mean, difference.standard_error)
    return _cell(mean if difference.worlds < 2 else f"{mean} ({interval(difference, measure)})")


def failure_rows(found: Sequence[Differences]) -> list[Row]:
    """A row for each scenario and cause of failure: in how many worlds, and the first of them."""
    failures = sorted({failure for one in found for failure in one.failures})
    causes = Counter(cause for _, cause in failures)
    first = {cause: world for world, cause in reversed(failures)}
    return [Row(cause, "", (f"{count:,}", str(first[cause]))) for cause, count in causes.most_common()]


# what differs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """What a changed parameter is under the first scenario."""

    scenario: str
    text: str


@dataclass(frozen=True)
class Differing:
    """What a scenario has otherwise than the first, as the page shows it.

    `parameters` come with what they were; `events` and `lost` are (quarter, words); `actors` are sentences;
    `mechanisms` are (name, words, "off" or "on"), and parts of the model with their formulation.
    """

    spec: ScenarioSpec
    parameters: tuple[tuple[Assumption, Before], ...]
    events: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    actors: tuple[str, ...]
    mechanisms: tuple[tuple[str, str, str], ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing that affects numbers differs but perhaps the dates."""
        return not (self.parameters or self.events or self.lost or self.actors or self.mechanisms)


def differing(found: Differences) -> Differing:
    """What the further scenario has otherwise than the first."""
    first, further = found.first, found.further
    other = contrast(first, further)
    changes = [(assumption(c.further, further), Before(first.name, _value(c.first))) for c in other.parameters]
    switched = [(name, MECHANISMS.get(name, ""), "off") for name in other.switched_off]
    switched += [(name, MECHANISMS.get(name, ""), "on") for name in other.switched_on]
    switched += [(part, STRUCTURES[part][chosen], chosen) for part, chosen in other.structure]
    switched += [(name, "a rule in place of the model's", "own") for name in other.rules]
    return Differing(
        further,
        tuple(changes),
        _told(other.events_added, further),
        _told(other.events_removed, first),
        (*(_joins(a, further) for a in other.actors_added), *(f"{a.label} does not" for a in other.actors_removed)),
        tuple(switched),
    )


def _value(parameter: Parameter) -> str:
    spread = f" ({number(parameter.low)} to {number(parameter.high)})" if parameter.is_uncertain else ""
    return f"{number(parameter.value)}{spread}, {parameter.evidence}"


def _told(events: Sequence[Event], spec: ScenarioSpec) -> tuple[tuple[str, str], ...]:
    return tuple((str(event.at), event_words(event, spec)) for event in events)


def _joins(actor: Actor, spec: ScenarioSpec) -> str:
    own = [parameter for name, parameter in spec.parameters.items() if actor.name in name.split(".")]
    classes = Counter(parameter.evidence for parameter in own)
    told = ", ".join(f"{count} {name}" for name, count in classes.most_common())
    return f"{actor.label} takes part, with {len(own)} parameters of its own ({told})"
