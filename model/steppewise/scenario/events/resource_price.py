"""Prices of resources."""

from dataclasses import dataclass
from typing import Annotated

from steppewise.scenario.event import LASTS, Event, Key, Names, Own
from steppewise.scenario.fields import Price, States


@dataclass(frozen=True)
class ResourcePrice(Event):
    """The price of resources changes for some years, and with it the economies of states that live on them."""

    kind = "resource_price"
    place = 12
    effect = "while under way, `price_s` is multiplied by factor^(z_s)"
    phrase = "price of resources of {to} times {factor:g} for {over}"
    examples = ("resource_price: 1.5, to: all, over: 2",)

    factor: Annotated[float, Own("Price of resources as a factor: 0.5 halves it, 2 doubles it.", Price)]
    to: Annotated[Names, Key("The states whose resources it is the price of (default all).", States, "all")]
    over: Annotated[float, LASTS]
