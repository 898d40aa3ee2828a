"""A commented scenario to start from: every kind of line once, as an example that would pass the checks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import combinations, product

from steppewise.evidence.catalogue import Evidence, load_evidence
from steppewise.scenario.event_course import NEUTRAL
from steppewise.scenario.events import Membership
from steppewise.scenario.freeze import event_entry
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.writing import flow, scalar

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
    yield from (f"#   - {flow(entry)}" for entry in _examples(parent))


def _inherited(parent: ScenarioSpec) -> Iterator[str]:
    if not parent.events:
        return
    yield f"## They come after the events of {parent.name}, unless you write  inherit_events: false"
    for event in parent.events:
        yield from textwrap.wrap(
            flow(event_entry(event, parent)), WIDTH, initial_indent="##   ", subsequent_indent="##     "
        )


def _examples(parent: ScenarioSpec) -> Iterator[dict[str, object]]:
    """One event of every kind, with actors and dates of the parent."""
    power, last = parent.power_names[0], parent.power_names[-1]
    state = parent.state_names[0]
    at = str(min(parent.start.plus(2), parent.end))
    some = {"by": power, "to": [state]}
    yield {"at": at, "visit": "held", "by": power, "to": "all", "level": "leader"}
    yield {"at": at, "visit": "cancelled", **some, "level": "minister", "blame": "low"}
    mix = {"aid": 0.5, "connectivity": 0.5}
    yield {"at": at, "package": 2, "by": power, "to": "all", "over": 5, "mix": mix, "execution": "high"}
    yield {"at": at, "pressure": "high", "by": last, "to": [state], "over": 1}
    yield {"at": at, "budget": 0.5, "by": last, "over": 4}
    if neighbours := _neighbours(parent):
        yield {"at": at, "corridor": 1.5, "along": list(neighbours)}
    yield {"at": at, "labour_pathway": 0.5, **some, "over": 5}
    yield {"at": at, "format": "launched", "by": last}
    yield from _open_memberships(parent, at)
    yield from _possible_alliances(parent, at)
    yield {"at": at, "trade_shock": 0.5, "by": last, "to": "all", "over": 2}
    yield {"at": at, "remittance_shock": 0.7, "by": last, "to": [state], "over": 2}
    yield {"at": at, "resource_price": 1.5, "to": "all", "over": 2}
    yield {"at": at, "security_crisis": 2, "to": [state], "over": 1}
    yield {"at": at, "set": {f"powers.{power}.coerciveness": "medium"}}


def _neighbours(parent: ScenarioSpec) -> tuple[str, str] | None:
    """The first two states with a common border."""
    pairs = combinations(parent.state_names, 2)
    return next((pair for pair in pairs if parent.parameters[f"links.{pair[0]}.{pair[1]}.border"].value > 0), None)


def _open_memberships(parent: ScenarioSpec, at: str) -> Iterator[dict[str, object]]:
    """A state that could join a union of a power: one that no event of the parent concerns."""
    moved = {(event.by, state) for event in parent.events if isinstance(event, Membership) for state in event.to}
    for power, state in product(reversed(parent.power_names), reversed(parent.state_names)):
        if (power, state) not in moved and parent.parameters[f"ties.{power}.{state}.union"].value == 0:
            yield {"at": at, "membership": "joined", "by": power, "to": [state]}
            return


def _possible_alliances(parent: ScenarioSpec, at: str) -> Iterator[dict[str, object]]:
    """A state that is not neutral could form an alliance."""
    for state in parent.state_names:
        if parent.parameters[f"states.{state}.neutrality"].value < NEUTRAL:
            yield {"at": at, "alliance": "formed", "by": parent.power_names[0], "to": [state], "strength": "low"}
            return


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
