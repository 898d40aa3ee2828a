"""Visits."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from steppewise.scenario.event import Event, EventContext, Key, Named, Names, Own, PlacedEvent, PlannedEvent
from steppewise.scenario.fields import Blame, PowerName, States
from steppewise.scenario.spec import ScenarioSpec

BLAME: Final = (
    "How far a cancelled visit is blamed on the power: none (an earthquake), a level, "
    "or a number from 0 to 1 (default high)."
)


@dataclass(frozen=True)
class Visit(Event):
    """A visit that is held, or cancelled at the last minute."""

    kind = "visit"
    place = 1
    effect = (
        "for each state of `to`: held `newsk_ps += v`; cancelled `newsb_ps += blame v`, where `none` is 0; "
        "`v` is `v_1` for a leader, `v_2` for a minister"
    )
    phrase = "{level}'s visit to {to}"
    examples = (
        "visit: held, by: {first}, to: all, level: leader",
        "visit: cancelled, by: {first}, to: [{state}], level: minister, blame: low",
    )

    outcome: Annotated[Literal["held", "cancelled"], Own("held or cancelled.")]
    by: Annotated[str, Key("The power that visits.", PowerName)]
    to: Annotated[Names, Key("The states that are visited: all, or a list.", States)]
    level: Annotated[Literal["leader", "minister"], Key("Who travels (default leader).", default="leader")]
    blame: Annotated[float, Key(BLAME, Blame, None)]

    @classmethod
    def check(cls, place: PlacedEvent, stage: EventContext) -> None:
        """Blame is for a cancelled one."""
        if place.entry.outcome == "held" and place.entry.blame is not None:
            place.add("blame", "a visit that is held has no blame", "blame beside visit: cancelled")

    @classmethod
    def resolved(cls, entry: Any, stage: EventContext) -> dict[str, Any]:
        """With the blame as a number, 0 of a visit that is held."""
        blame = "none" if entry.outcome == "held" else "high" if entry.blame is None else entry.blame
        return {**super().resolved(entry, stage), "blame": 0.0 if blame == "none" else stage.number(blame)}

    def in_file(self, spec: ScenarioSpec) -> dict[str, Any]:
        """Without the blame of a visit that is held."""
        entry = super().in_file(spec)
        return entry if self.outcome == "cancelled" else {**entry, "blame": None}

    def effects(self) -> tuple[PlannedEvent, ...]:
        """News: good where it is held, bad by its blame where it is cancelled."""
        return tuple(replace(one, level=self.level == "leader") for one in super().effects())

    def words(self, named: Named) -> str:
        """Who goes where, and whether it comes to it."""
        return super().words(named) + (" cancelled" if self.outcome == "cancelled" else "")
