"""Alliances."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from steppewise.scenario.event import Event, Key, Names, Own, PlacedEvent, PossibleFacts
from steppewise.scenario.fields import PowerName, Share, States
from steppewise.scenario.spec import ScenarioSpec

NEUTRAL: Final = 0.8
"""A state of this neutrality or more forms no alliance."""


@dataclass(frozen=True)
class Alliance(Event):
    """A power and states form an alliance, or end one."""

    kind = "alliance"
    place = 9
    effect = "`S_ps = min(1, S_ps + strength)` or `max(0, S_ps - strength)` for each state of `to`"
    phrase = "alliance with {to} {change}"
    examples = ("alliance: formed, by: {power}, to: [{state}], strength: low",)

    change: Annotated[Literal["formed", "ended"], Own("formed or ended.")]
    by: Annotated[str, Key("The power whose alliance it is.", PowerName)]
    to: Annotated[Names, Key("The states that it joins: all, or a list.", States)]
    strength: Annotated[
        float,
        Key("How far the security tie rises or falls: a level or a number from 0 to 1 (default low).", Share, "low"),
    ]

    def follow(self, place: PlacedEvent, course: PossibleFacts) -> None:
        """Who is neutral forms no alliance."""
        neutral = [state for state, neutrality in course.neutrality.items() if neutrality >= NEUTRAL]
        others = [state for state in course.neutrality if state not in neutral]
        for state in course.stage.listed(place.entry.to) if self.change == "formed" else ():
            if state in neutral:
                lower = f"states.{state}.neutrality below {NEUTRAL}"
                allowed = ", ".join([*others, f"or {lower}"] if others else [lower])
                place.misfit("to", f"{state} is neutral in {self.at} and forms no alliance", allowed)

    @classmethod
    def example_actors(cls, spec: ScenarioSpec) -> dict[str, str]:
        """With a state that is not neutral."""
        neutral = ((state, spec.parameters[f"states.{state}.neutrality"].value) for state in spec.state_names)
        return next(({"power": spec.power_names[0], "state": state} for state, much in neutral if much < NEUTRAL), {})
