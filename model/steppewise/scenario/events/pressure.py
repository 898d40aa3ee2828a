"""Open pressure."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import LASTS, Event, Key, Names, Own
from steppewise.scenario.fields import PowerName, Share, States


@dataclass(frozen=True)
class Pressure(Event):
    """Open pressure of a power on states."""

    kind = "pressure"
    place = 3
    effect = "while under way, `P_ps +=` strength for each state of `to`"
    phrase = "pressure on {to} for {over}"
    examples = ("pressure: high, by: {last}, to: [{state}], over: 1",)

    strength: Annotated[float, Own("Strength: a level or a number from 0 to 1.", Share)]
    by: Annotated[str, Key("The power that presses.", PowerName)]
    to: Annotated[Names, Key("The states under pressure: all, or a list.", States)]
    over: Annotated[float, LASTS]
