"""The page of a comparison with its tables: one HTML file that opens offline, in the style of the page of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from steppewise import __version__
from steppewise.analysis.comparison import Differences, PairedDifference
from steppewise.evidence.types import Actor, Parameter
from steppewise.experiment.ensemble import Ensemble
from steppewise.report.assumptions import Correlated, assumption, correlated, number
from steppewise.report.figures.colours import looks
from steppewise.report.figures.of_comparison import main_sketch
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.page import UNCERTAIN, Shown, asked, called, command, rendered
from steppewise.report.tables import Table, TableRow, class_table, failure_table
from steppewise.report.wording import dated
from steppewise.scenario.contrast import contrast
from steppewise.scenario.library import library_names
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec
from steppewise.wording.comparison import (
    AUTONOMY,
    EXECUTION,
    SHARE,
    TRUST,
    advice,
    by_size,
    interval,
    measure_of,
    of_one,
    unpaired_interval,
)
from steppewise.wording.names import listed, possessive
from steppewise.wording.numbers import Measure, counted, in_percent_of_worlds, typeset
from steppewise.wording.run import BAND_NEEDS

HEADS: Final = (
    "Mean difference",
    "95 % interval, same luck",
    "… if luck differed",
    "90 of 100 worlds",
    "Higher in (%)",
    "Lower in (%)",
    "The same in (%)",
)


def write_comparison(
    path: Path, ensembles: Sequence[Ensemble], found: Sequence[Differences], figures: Sequence[DrawnFigure]
) -> None:
    """Write the page to a file; the ensembles are those of the first scenario and of every further one."""
    first, plan = ensembles[0].spec, ensembles[0].plan
    specs = [ensemble.spec for ensemble in ensembles]
    names = [called(spec.name, *library_names()) for spec in specs]
    failures = sorted({failure for one in found for failure in one.failures})
    values = {
        "kicker": "comparison",
        "title": headline(first, found),
        "question": "What differs in the same worlds?",
        "first": first,
        "specs": specs,
        "parts": [_part(ensembles[0], other, one) for other, one in zip(ensembles[1:], found, strict=True)],
        "advice": [typeset(sentence) for sentence in advice(found)],
        "failures": failure_table(failures, " under both scenarios"),
        "facts": _facts(ensembles),
        "classes": class_table(first, f" of {first.name}"),
        "command": command("compare", names, asked(plan.worlds, plan.seed, plan.uncertainty), first),
    }
    path.write_text(rendered("comparison.html", first, figures, values), encoding="utf-8")


def of_comparison(found: Sequence[Differences], sentences: Sequence[str]) -> Shown:
    """What a notebook shows of scenarios against the first: differences in regional shares."""
    told = [one for one in found if one.pairs.min() > 0]
    sketch = main_sketch(told) if told else None
    return Shown(headline(found[0].first, found), sketch, [tables_of(one)["share"] for one in told], sentences)


def headline(first: ScenarioSpec, found: Sequence[Differences]) -> str:
    """What the page is called: `“A package” against “As things stand”`."""
    if len(found) == 1:
        return f"“{found[0].further.title}” against “{first.title}”"
    return f"{len(found)} scenarios against “{first.title}”"


def _part(first: Ensemble, further: Ensemble, found: Differences) -> dict[str, Any]:
    """What the page tells of one scenario against the first."""
    return {
        "name": found.further.name,
        "look_for": found.further.look_for,
        "answer": [typeset(sentence) for sentence in of_one(found)],
        "tables": tables_of(found) if found.good_worlds else {},
        "differing": differing(found),
        "correlated": _most_correlated(first, further, found),
    }


def _most_correlated(first: Ensemble, further: Ensemble, found: Differences) -> Correlated | None:
    """The parameters that go most with the difference in the share of the power that differs most.

    None where nothing differs, or where the scenarios do not end together.
    """
    if not found.good_worlds or first.spec.end != further.spec.end:
        return None
    power = by_size(found, SHARE)[0]
    outcome = f"{SHARE}.{power.name}"
    difference = further.outcomes[outcome] - first.outcomes[outcome]
    if not np.ptp(difference[np.isfinite(difference)]):
        return None
    what = f"the difference in {possessive(power.label)} regional influence share at the end"
    return correlated(further, what, difference)


def _facts(ensembles: Sequence[Ensemble]) -> list[tuple[str, str]]:
    plan, specs = ensembles[0].plan, [ensemble.spec for ensemble in ensembles]
    return [
        ("Scenarios", listed([f"{spec.title} ({spec.name})" for spec in specs])),
        ("Compared with", specs[0].name),
        ("Worlds", f"{plan.worlds:,} under each scenario: world for world the same luck and the same draws"),
        ("Periods", "; ".join(dict.fromkeys(f"{spec.start} to {spec.end}" for spec in specs))),
        ("Uncertain", UNCERTAIN[plan.uncertainty]),
        ("Seed", str(plan.seed)),
        ("Failed", listed([f"{counted(len(one.failures), 'world')} in {one.spec.name}" for one in ensembles])),
        ("Version", f"steppewise {__version__}"),
    ]


# tables -------------------------------------------------------------------------------------------------


def tables_of(found: Differences) -> dict[str, Table]:
    """The tables of one scenario against the first, by name: differences at the end by power, by state, and by tie."""
    powers, states, styles = found.spec.powers, found.spec.states, looks(found.spec)
    coloured = [(power, styles[power.name].colour) for power in powers]
    by_power = {name: [_row(found, name, *one) for one in coloured] for name in (SHARE, TRUST, EXECUTION)}
    by_power[SHARE].append(TableRow("autonomy", "", cells(found.at(AUTONOMY), measure_of(AUTONOMY))))
    free = [_row(found, "autonomy", state, "") for state in states]
    ties = [TableRow(state.label, "", tuple(_tie(found, power, state) for power in powers)) for state in states]
    head = f"{found.further.name} minus {found.first.name} in {found.spec.end}: "
    share = f"{head}influence share by state, mean difference in percentage points with its 95 % interval"
    return {
        "share": Table(f"{head}regional influence share, percentage points", "Whose", HEADS, by_power[SHARE]),
        "trust": Table(f"{head}mean trust, from 0 to 1", "Whose", HEADS, by_power[TRUST]),
        "execution": Table(f"{head}delivered of what fell due, percentage points", "Whose", HEADS, by_power[EXECUTION]),
        "autonomy": Table(f"{head}autonomy share of the states, percentage points", "Whose", HEADS, free),
        "ties": Table(share, "State", [power.label for power in powers], ties),
    }


def _cell(text: str) -> str:
    """A text for a cell, its intervals unbroken."""
    return typeset(text).replace(" to ", "\u00a0to\u00a0")


def _row(found: Differences, variable: str, actor: Actor, colour: str) -> TableRow:
    return TableRow(actor.label, colour, cells(found.at(variable, actor.name), measure_of(variable)))


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


def _tie(found: Differences, power: Actor, state: Actor) -> str:
    difference, measure = found.at("share", power.name, state.name), measure_of("share")
    mean = measure.signed(difference.mean, difference.standard_error)
    return _cell(mean if difference.worlds < 2 else f"{mean} ({interval(difference, measure)})")


# what differs -------------------------------------------------------------------------------------------


def differing(found: Differences) -> dict[str, Sequence[Any]]:
    """What the further scenario has otherwise than the first, as the page shows it.

    `parameters` come with what they were; `events` and `lost` are (quarter, words); `actors` are sentences;
    `mechanisms` are (name, words, "off" or "on").
    """
    first, further = found.first, found.further
    other = contrast(first, further)
    switched = [(name, MECHANISMS.get(name, ""), "off") for name in other.switched_off]
    switched += [(name, MECHANISMS.get(name, ""), "on") for name in other.switched_on]
    switched += [(part, STRUCTURES[part][chosen], chosen) for part, chosen in other.structure]
    switched += [(name, "a rule in place of the model's", "own") for name in other.rules]
    joining = [_joins(actor, further) for actor in other.actors_added]
    return {
        "parameters": [(assumption(c.further, further), _value(c.first)) for c in other.parameters],
        "events": dated(other.events_added, further),
        "lost": dated(other.events_removed, first),
        "actors": [*joining, *(f"{actor.label} does not" for actor in other.actors_removed)],
        "mechanisms": switched,
    }


def _value(parameter: Parameter) -> str:
    spread = f" ({number(parameter.low)} to {number(parameter.high)})" if parameter.is_uncertain else ""
    return f"{number(parameter.value)}{spread}, {parameter.evidence}"


def _joins(actor: Actor, spec: ScenarioSpec) -> str:
    own = [parameter for name, parameter in spec.parameters.items() if actor.name in name.split(".")]
    classes = Counter(parameter.evidence for parameter in own)
    told = ", ".join(f"{count} {name}" for name, count in classes.most_common())
    return f"{actor.label} takes part, with {len(own)} parameters of its own ({told})"
