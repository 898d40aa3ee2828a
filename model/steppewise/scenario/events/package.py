"""Packages."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from steppewise.evidence.types import INSTRUMENTS
from steppewise.scenario.event import Event, EventContext, Key, Names, Own, PlacedEvent
from steppewise.scenario.fields import Amount, PowerName, Share, States, Strict, Weight, Years
from steppewise.scenario.spec import ScenarioSpec


class Mix(Strict):
    """Weights of the instruments of a package; they are made to sum 1."""

    aid: Weight = Field(0.0, description="Weight of aid.")
    connectivity: Weight = Field(0.0, description="Weight of connectivity.")
    dialogue: Weight = Field(0.0, description="Weight of dialogue.")


@dataclass(frozen=True)
class Package(Event):
    """A package that is announced, and delivered as far as its execution goes."""

    kind = "package"
    place = 2
    effect = "enters the power's packages and `Com_p` (below)"
    phrase = "package of {amount:g} billion USD for {to} over {over}"
    examples = ("package: 2, by: {first}, to: all, over: 5, mix: {{aid: 0.5, connectivity: 0.5}}, execution: high",)

    amount: Annotated[float, Own("Amount in billion USD.", Amount)]
    by: Annotated[str, Key("The power that promises it.", PowerName)]
    to: Annotated[Names, Key("The states that are promised it: all, or a list.", States)]
    over: Annotated[float, Key("Years over which it falls due (default 5).", Years, 5.0)]
    mix: Annotated[
        tuple[float, float, float] | None,
        Key("Weights of aid, connectivity, dialogue (default: the power's own).", Mix, None),
    ]
    execution: Annotated[
        float | None,
        Key("Share delivered on time: a level or a number from 0 to 1 (default: the power's own).", Share, None),
    ]
    people: bool = field(default=False, init=False)

    @classmethod
    def check(cls, place: PlacedEvent, stage: EventContext) -> None:
        """A mix is a mix of something."""
        mix = getattr(place.entry, "mix", None)
        if mix and not any(_weights(mix)):
            place.add("mix", "all weights are 0", f"at least one of {', '.join(INSTRUMENTS)} above 0")

    @classmethod
    def resolved(cls, entry: Any, stage: EventContext) -> dict[str, Any]:
        """With the mix as weights of sum 1; those that have it already stay as they are, to the last digit."""
        found = super().resolved(entry, stage)
        if found.get("mix"):
            weights = _weights(found["mix"])
            total = 1.0 if abs(sum(weights) - 1.0) < 1e-9 else sum(weights)
            found["mix"] = tuple(weight / total for weight in weights)
        return found

    def in_file(self, spec: ScenarioSpec) -> dict[str, Any]:
        """With the mix by instrument."""
        entry = super().in_file(spec)
        return {**entry, "mix": dict(zip(INSTRUMENTS, self.mix, strict=True))} if self.mix else entry


def _weights(mix: Mix) -> tuple[float, ...]:
    return tuple(getattr(mix, instrument) for instrument in INSTRUMENTS)
