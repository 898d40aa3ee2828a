"""A commented scenario to start from: every kind of line once, as an example that would pass the checks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from steppewise.evidence.catalogue import load_evidence
from steppewise.scenario.events import KINDS
from steppewise.scenario.freeze import event_entry
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.yaml_writer import flow, scalar

WIDTH: Final = 100
TEMPLATE: Final = """\
## A scenario is a difference from another one: what is not said here stays as it is there.
## Lines with one '#' are examples: take the '# ' away from those that you want, and change them.
## What is wrong, if anything:  steppewise check FILE     Names:  steppewise list parameters

name: {name}
title: {title}
question: {question}
look_for: {look_for}
extends: {extends}

## First and last quarter, if not those of {parent}.
# start: {start}
# end: {end}

## Parameters: a number, a level (very low, low, medium, high, very high), or a range; '*' is any one
## part of a name. What a name means and what it is now:  steppewise explain NAME
# set:
#   powers.{first}.execution: very high
#   powers.{first}.effort: 0.02
#   ties.{first}.*.trust.kept: {{low: 2, high: 4}}
#   world.influence.theta: {{value: 0.5, low: 0.3, high: 0.7, reason: as much trust as leverage}}

## Events, in any order. Each may have a probability, drawn in every world: {{..., probability: 0.3}}
{inherited}# events:
{events}
## Who takes part: actors of the evidence by name, or new ones like an existing one. Leave actors out
## with  remove: [{last}]  and without their events.
# actors:
#   add:
{actors}
## Parts of the model, switched off to see what they do:  steppewise list mechanisms
# mechanisms:
#   hedging: off

## Rival formulations of parts of the model:  steppewise list structures
# structure:
#   influence: capacity_only
"""


def new_scenario_text(name: str, extends: str, parent: ScenarioSpec, schema: bool) -> str:
    """The text of a new scenario file.

    `extends` is what its key says, `parent` what that resolves to; `schema` is True where a schema.json lies
    beside the file, for completion in editors.
    """
    text = TEMPLATE.format(
        name=scalar(name),
        title=scalar(name.replace("-", " ").capitalize()),
        question=scalar(f"What changes, compared with {parent.name}?"),
        look_for=scalar(f"What differs from {parent.name}, when, and in how many worlds."),
        extends=scalar(extends),
        parent=parent.name,
        start=parent.start,
        end=parent.end,
        first=parent.power_names[0],
        last=parent.power_names[-1],
        inherited=_lines(_inherited(parent)),
        events=_lines(f"#   - {example}" for example in _examples(parent)),
        actors=_lines(f"#     - {flow(entry)}" for entry in _actors(parent)),
    )
    return f"# yaml-language-server: $schema=schema.json\n{text}" if schema else text


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _inherited(parent: ScenarioSpec) -> Iterator[str]:
    if parent.events:
        yield f"## They come after the events of {parent.name}, unless you write  inherit_events: false"
    for event in parent.events:
        text = flow(event_entry(event, parent))
        yield from textwrap.wrap(text, WIDTH, initial_indent="##   ", subsequent_indent="##     ")


def _examples(parent: ScenarioSpec) -> Iterator[str]:
    """Events of every kind, with actors and dates of the parent."""
    at = min(parent.start.plus(2), parent.end)
    return (f"{{at: {at}, {example}}}" for kind in KINDS.values() for example in kind.examples_in(parent))


def _actors(parent: ScenarioSpec) -> Iterator[object]:
    """Actors of the evidence that do not take part, and a new one."""
    here = (*parent.power_names, *parent.state_names)
    yield from (name for name in load_evidence().actors if name not in here)
    yield {"name": "turkiye", "kind": "power", "label": "Türkiye", "iso3": "TUR", "like": parent.power_names[0]}
