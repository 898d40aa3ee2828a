"""A commented scenario to start from: every kind of line once, as an example that would pass the checks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.scenario.events import KINDS
from steppewise.scenario.freeze import event_entry
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.yaml_writer import flow, scalar

WIDTH = 100


def new_scenario_text(name: str, extends: str, parent: ScenarioSpec, schema: bool) -> str:
    """The text of a new scenario file.

    `extends` is what its key says, `parent` what that resolves to; `schema` is True where a schema.json lies
    beside the file, for completion in editors.
    """
    lines = [
        *(["# yaml-language-server: $schema=schema.json"] if schema else []),
        "## A scenario is a difference from another one: what is not said here stays as it is there.",
        "## Lines with one '#' are examples: take the '# ' away from those that you want, and change them.",
        "## What is wrong, if anything:  steppewise check FILE     Names:  steppewise list parameters",
        "",
        f"name: {scalar(name)}",
        f"title: {scalar(name.replace('-', ' ').capitalize())}",
        f"question: {scalar(f'What changes, compared with {parent.name}?')}",
        f"look_for: {scalar(f'What differs from {parent.name}, when, and in how many worlds.')}",
        f"extends: {scalar(extends)}",
        *_dates(parent),
        *_settings(parent),
        *_events(parent),
        *_actors(parent),
        *_mechanisms(),
        *_structure(),
    ]
    return "".join(f"{line}\n" for line in lines)


def _dates(parent: ScenarioSpec) -> Iterator[str]:
    yield ""
    yield f"## First and last quarter, if not those of {parent.name}."
    yield f"# start: {parent.start}"
    yield f"# end: {parent.end}"


def _settings(parent: ScenarioSpec) -> Iterator[str]:
    power = parent.power_names[0]
    yield ""
    yield "## Parameters: a number, a level (very low, low, medium, high, very high), or a range; '*' is any one"
    yield "## part of a name. What a name means and what it is now:  steppewise explain NAME"
    yield "# set:"
    yield f"#   powers.{power}.execution: very high"
    yield f"#   powers.{power}.effort: 0.02"
    yield f"#   ties.{power}.*.trust.kept: {{low: 2, high: 4}}"
    yield "#   world.influence.theta: {value: 0.5, low: 0.3, high: 0.7, reason: as much trust as leverage}"


def _events(parent: ScenarioSpec) -> Iterator[str]:
    yield ""
    yield "## Events, in any order. Each may have a probability, drawn in every world: {..., probability: 0.3}"
    yield from _inherited(parent)
    yield "# events:"
    at = min(parent.start.plus(2), parent.end)
    examples = (example for kind in KINDS.values() for example in kind.examples_in(parent))
    yield from (f"#   - {{at: {at}, {example}}}" for example in examples)


def _inherited(parent: ScenarioSpec) -> Iterator[str]:
    if not parent.events:
        return
    yield f"## They come after the events of {parent.name}, unless you write  inherit_events: false"
    for event in parent.events:
        yield from textwrap.wrap(
            flow(event_entry(event, parent)), WIDTH, initial_indent="##   ", subsequent_indent="##     "
        )


def _actors(parent: ScenarioSpec, evidence: Evidence | None = None) -> Iterator[str]:
    evidence = load_evidence() if evidence is None else evidence
    here = (*parent.power_names, *parent.state_names)
    free = [actor.name for actor in evidence.actors.values() if actor.name not in here]
    new = {"name": "turkiye", "kind": "power", "label": "Türkiye", "iso3": "TUR", "like": parent.power_names[0]}
    yield ""
    yield "## Who takes part: actors of the evidence by name, or new ones like an existing one. Leave actors out"
    yield f"## with  remove: [{parent.power_names[-1]}]  and without their events."
    yield "# actors:"
    yield "#   add:"
    yield from (f"#     - {flow(entry)}" for entry in (*free, new))


def _mechanisms() -> Iterator[str]:
    yield ""
    yield "## Parts of the model, switched off to see what they do:  steppewise list mechanisms"
    yield "# mechanisms:"
    yield "#   hedging: off"


def _structure() -> Iterator[str]:
    yield ""
    yield "## Rival formulations of parts of the model:  steppewise list structures"
    yield "# structure:"
    yield "#   influence: capacity_only"
