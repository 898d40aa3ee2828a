"""Memberships of unions."""

from dataclasses import dataclass
from itertools import product
from typing import Annotated, Final, Literal

from steppewise.scenario.event import Event, Key, Named, Names, Own, PlacedEvent, PossibleFacts
from steppewise.scenario.fields import PowerName, States
from steppewise.scenario.spec import ScenarioSpec

WORDS: Final = {"joined": "joins", "left": "leaves"}


@dataclass(frozen=True)
class Membership(Event):
    """States join or leave a power's union."""

    kind = "membership"
    place = 8
    effect = "`U_ps` becomes 1 or 0 for each state of `to`"
    examples = ("membership: joined, by: {power}, to: [{state}]",)

    change: Annotated[Literal["joined", "left"], Own("joined or left.")]
    by: Annotated[str, Key("The power whose union it is.", PowerName)]
    to: Annotated[Names, Key("The states that join or leave: all, or a list.", States)]

    def follow(self, place: PlacedEvent, course: PossibleFacts) -> None:
        """Who is in a union does not join it, and who is not does not leave it."""
        joins, unions = self.change == "joined", course.unions
        movable = [state for state in course.stage.states if unions[self.by, state] != {joins}]
        idle = [state for state in course.stage.listed(place.entry.to) if state not in movable]
        if idle:
            there = f"is in the union of {self.by} already" if joins else f"is not in the union of {self.by}"
            place.misfit("to", f"{idle[0]} {there} in {self.at}", ", ".join(movable) or "no state at that date")
        happens = frozenset([joins]) if self.probability > 0 else frozenset()
        for state in self.to:
            unions[self.by, state] = happens if self.probability >= 1 else unions[self.by, state] | happens

    @classmethod
    def example_actors(cls, spec: ScenarioSpec) -> dict[str, str]:
        """A state that could join the union of a power: one that no event of the scenario concerns."""
        moved = {(event.by, state) for event in spec.events if isinstance(event, cls) for state in event.to}
        outside = (
            {"power": power, "state": state}
            for power, state in product(reversed(spec.power_names), reversed(spec.state_names))
            if (power, state) not in moved and spec.parameters[f"ties.{power}.{state}.union"].value == 0
        )
        return next(outside, {})

    def words(self, named: Named) -> str:
        """Who joins or leaves."""
        return f"{named(self.to)} {WORDS[self.change]} the union"
