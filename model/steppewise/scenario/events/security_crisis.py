"""Crises of security."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import LASTS, Event, Key, Names, Own
from steppewise.scenario.fields import Factor, States


@dataclass(frozen=True)
class SecurityCrisis(Event):
    """Security weighs more among the needs of states for some years; or less."""

    kind = "security_crisis"
    place = 13
    effect = "while under way, `crisis_s` is multiplied by the factor"
    phrase = "need of security in {to} times {factor:g} for {over}"
    examples = ("security_crisis: 2, to: [{state}], over: 1",)

    factor: Annotated[float, Own("Factor on the weight of security: 2 doubles it.", Factor)]
    to: Annotated[Names, Key("The states that it strikes: all, or a list.", States)]
    over: Annotated[float, LASTS]
