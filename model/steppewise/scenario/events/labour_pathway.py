"""Labour pathways."""

from dataclasses import dataclass, field
from typing import Annotated

from steppewise.scenario.event import Key, Names
from steppewise.scenario.events.package import Package
from steppewise.scenario.fields import PowerName, States


@dataclass(frozen=True)
class LabourPathway(Package):
    """A lawful labour pathway and people programmes, paid for by a power."""

    kind = "labour_pathway"
    place = 6
    effect = "a package that builds people ties instead of the three instruments (7.4, 7.5)"
    phrase = "labour pathway of {amount:g} billion USD for {to} over {over}"
    examples = ("labour_pathway: 0.5, by: {first}, to: [{state}], over: 5",)

    by: Annotated[str, Key("The power that opens it.", PowerName)]
    to: Annotated[Names, Key("The states whose people may use it: all, or a list.", States)]
    mix: None = field(default=None, init=False)
    people: bool = field(default=True, init=False)
