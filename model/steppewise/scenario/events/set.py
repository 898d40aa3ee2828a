"""Parameters that change on the way. `values` stands above the schema of files, so it is imported where it is used."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from steppewise.evidence.types import Definition
from steppewise.scenario.event import Event, EventContext, Named, Names, Own, PlacedEvent, PlannedEvent, PossibleFacts
from steppewise.scenario.fields import Setting, defined
from steppewise.scenario.spec import ScenarioSpec

SETTINGS: Final = Annotated[dict[str, Setting], defined("Settings")]
START_ONLY: Final = {
    "border": "a corridor",
    "trust.kept": "a visit",
    "trust.broken": "a cancelled visit, or pressure",
    "aid": "a package with mix: {aid: 1}",
    "connectivity": "a package with mix: {connectivity: 1}, or a corridor",
    "trade": "a trade_shock, or a package with mix: {connectivity: 1}",
    "other_trade": "a trade_shock on the ties, which turns trade to all others,",
    "security": "an alliance",
    "union": "a membership",
    "remittances": "a remittance_shock, or a labour_pathway",
    "cooperation": "a corridor, or a format",
    "gdp": "set the growth",
    "absorptive_capacity": "a package with mix: {aid: 1}",
    "format_start": "a format",
}
"""Parameters that say how things stand at the start only, and what changes them later."""


def changes_later(definition: Definition) -> bool:
    """False for a parameter that only says how things stand at the start."""
    return definition.kind == "world" or definition.key not in START_ONLY


@dataclass(frozen=True)
class SetParameters(Event):
    """Parameters take other values from a date on."""

    kind = "set"
    place = 99
    effect = "parameters take the value, without range, from now on (below)"
    examples = ("set: {{powers.{first}.coerciveness: medium}}",)

    values: Annotated[
        tuple[tuple[str, float], ...],
        Own("Dotted names and their new values; '*' stands for any one part.", SETTINGS),
    ]

    @classmethod
    def check(cls, place: PlacedEvent, stage: EventContext) -> None:
        """Parameters that there are and that a later date can change, and values that fit and do something."""
        from steppewise.scenario.recorded import idle_growth
        from steppewise.scenario.settings import targets

        entries = place.entry.values
        if not entries:
            place.add("set", "sets nothing", "a mapping such as {powers.japan.execution: high}")
        holding, strays = targets(entries, stage.parameters)
        for stray in strays:
            place.findings.add((*place.path, "set", stray.pattern), stray.message, near=stray.nearest)
        for pattern, name in {pattern: name for name, pattern in reversed(holding.items())}.items():
            unfit = _unfit(entries[pattern], stage.parameters[name].definition, stage)
            idle = idle_growth(pattern, holding, stage.recorded) if place.heir is None else None
            for message, allowed in filter(None, (unfit, idle)):
                place.findings.add((*place.path, "set", pattern), message, allowed)

    @classmethod
    def written_for(cls, entry: Any, stage: EventContext) -> Names:
        """The names as written."""
        return tuple(sorted(entry.values))

    @classmethod
    def resolved(cls, entry: Any, stage: EventContext) -> dict[str, Any]:
        """The value of each parameter."""
        from steppewise.scenario.settings import setting_value, targets

        holding, _ = targets(entry.values, stage.parameters)
        found = (
            (name, setting_value(entry.values[pattern], stage.parameters[name].definition, stage.levels))
            for name, pattern in sorted(holding.items())
        )
        return {"values": tuple(found)}

    def follow(self, place: PlacedEvent, course: PossibleFacts) -> None:
        """Of two events that set one parameter in one quarter, which one holds would be an accident."""
        rivals = [name for name, _ in self.values if (self.at, name) in course.taken]
        if rivals:
            place.add("set", f"another event sets {rivals[0]} in {self.at}, too", "one event, or two quarters")
        else:
            course.taken.update((self.at, name) for name, _ in self.values)
        for name, value in self.values:
            _, owner, *key = name.split(".")
            if key == ["neutrality"] and self.probability > 0:
                least = value if self.probability >= 1 else min(course.neutrality[owner], value)
                course.neutrality[owner] = least

    def in_file(self, spec: ScenarioSpec) -> dict[str, Any]:
        """The values by the names as written, wildcards and all: they are part of the stream's name."""
        from steppewise.evidence.names import expand
        from steppewise.scenario.settings import targets

        written, values = self.label.split("/")[2].split("+"), dict(self.values)
        holding, _ = targets(written, spec.parameters)
        first = {pattern: name for name, pattern in reversed(holding.items())}
        return {
            "set": {pattern: values[first.get(pattern, expand(pattern, spec.parameters)[0])] for pattern in written}
        }

    def effects(self) -> tuple[PlannedEvent, ...]:
        """A line for each parameter; the last one is the `choice`: behind it, all that follows is computed anew."""
        last = len(self.values) - 1
        return tuple(PlannedEvent(value, i == last, target=name) for i, (name, value) in enumerate(self.values))

    def words(self, named: Named) -> str:
        """What becomes what, or how many do."""
        if len(self.values) != 1:
            return f"{len(self.values)} parameters change"
        ((name, value),) = self.values
        return f"{name} becomes {value:g}"


def _unfit(setting: float | str, definition: Definition, stage: EventContext) -> tuple[str, str] | None:
    """Why an event cannot set a value, and what to do instead; None where it can."""
    from steppewise.scenario.settings import UnfitError, setting_value

    if not changes_later(definition):
        instead = f"{START_ONLY[definition.key]} instead"
        return "says how things stand at the start; an event cannot change it", instead
    try:
        setting_value(setting, definition, stage.levels)
    except UnfitError as unfit:
        return unfit.message, unfit.allowed
    return None
