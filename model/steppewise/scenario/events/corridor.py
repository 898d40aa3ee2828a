"""Transport corridors."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Annotated, Any

from steppewise.scenario.event import Event, EventContext, Key, Names, Own, PlacedEvent
from steppewise.scenario.fields import Along, Amount, PowerName
from steppewise.scenario.spec import ScenarioSpec


@dataclass(frozen=True)
class Corridor(Event):
    """A transport corridor opens."""

    kind = "corridor"
    place = 5
    effect = (
        "`K_ps += amount / (number of states)` for each state of `along`, if there is a power; then for each two "
        "consecutive states, in order, `R_st = R_ts = R_st + zeta m / (m + 1) (1 - R_st)`, "
        "`m = 200 amount / (number of states - 1) / (output_s + output_t)`, its cost in percent of the mean GDP of "
        "the two"
    )
    phrase = "corridor of {amount:g} billion USD along {along}"
    examples = ("corridor: 1.5, along: [{one}, {other}]",)

    amount: Annotated[float, Own("Amount in billion USD.", Amount)]
    by: Annotated[str | None, Key("The power that built it (default: the states themselves).", PowerName, None)]
    along: Annotated[Names, Key("The states that it joins, in their order along the way; two or more.", Along)]

    @classmethod
    def check(cls, place: PlacedEvent, stage: EventContext) -> None:
        """A corridor goes from neighbour to neighbour."""
        along = place.entry.along
        if not set(along) <= set(stage.states):
            return
        for one, other in pairwise(along):
            near = [pair[pair[0] == one] for pair in _neighbours(stage.states, stage.parameters) if one in pair]
            if other not in near:
                allowed = f"{one} borders {', '.join(near) or 'none of the states'}"
                place.misfit("along", f"{one} and {other} have no common border", allowed)

    @classmethod
    def written_for(cls, entry: Any, stage: EventContext) -> Names:
        """The states along the way."""
        return tuple(entry.along)

    @classmethod
    def example_actors(cls, spec: ScenarioSpec) -> dict[str, str]:
        """The first two states with a common border."""
        pairs = _neighbours(spec.state_names, spec.parameters)
        return next(({"one": one, "other": other} for one, other in pairs), {})


def _neighbours(states: Names, parameters: Any) -> Iterator[tuple[str, str]]:
    """The pairs of states with a common border."""
    pairs = combinations(states, 2)
    return (pair for pair in pairs if parameters[f"links.{pair[0]}.{pair[1]}.border"].value > 0)
