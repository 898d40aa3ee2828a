"""Shocks to remittances."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import LASTS, Event, Key, Names, Own
from steppewise.scenario.fields import Factor, PowerName, States


@dataclass(frozen=True)
class RemittanceShock(Event):
    """The money that migrants send home is multiplied for some years."""

    kind = "remittance_shock"
    place = 11
    effect = "while under way, `send_ps` is multiplied by the factor"
    phrase = "remittances to {to} times {factor:g} for {over}"
    examples = ("remittance_shock: 0.7, by: {last}, to: [{state}], over: 2",)

    factor: Annotated[float, Own("Factor on the money sent home: 0.5 halves it, 2 doubles it.", Factor)]
    by: Annotated[str | None, Key("The power where the migrants work (default: every power).", PowerName, None)]
    to: Annotated[Names, Key("The states that the money goes to: all, or a list.", States)]
    over: Annotated[float, LASTS]
