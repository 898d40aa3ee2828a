"""Shocks to trade."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import LASTS, Event, Key, Names, Own
from steppewise.scenario.fields import Factor, PowerName, States


@dataclass(frozen=True)
class TradeShock(Event):
    """Sanctions or a boom: trade between a power and states is multiplied for some years."""

    kind = "trade_shock"
    place = 10
    effect = "while under way, `open_ps` is multiplied by the factor"
    phrase = "trade with {to} times {factor:g} for {over}"
    examples = ("trade_shock: 0.5, by: {last}, to: all, over: 2",)

    factor: Annotated[float, Own("Factor on the trade: 0.5 halves it, 2 doubles it.", Factor)]
    by: Annotated[str, Key("The power whose trade it is.", PowerName)]
    to: Annotated[Names, Key("The states whose trade with the power it is: all, or a list.", States)]
    over: Annotated[float, LASTS]
