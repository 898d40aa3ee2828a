"""Formats."""

from dataclasses import dataclass
from typing import Annotated, Literal

from steppewise.scenario.event import Event, Key, Own
from steppewise.scenario.fields import PowerName


@dataclass(frozen=True)
class FormatChange(Event):
    """A power's C5+1 format begins or ends."""

    kind = "format"
    place = 7
    effect = "`F_p` becomes 1 or 0; `ended` also makes `E_p` infinite, for good"
    phrase = "C5+1 format {change}"
    examples = ("format: launched, by: {last}",)

    change: Annotated[Literal["launched", "ended"], Own("launched or ended.")]
    by: Annotated[str, Key("The power whose format it is.", PowerName)]
