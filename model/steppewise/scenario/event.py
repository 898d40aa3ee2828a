"""What all kinds of event have in common: a frozen, resolved event, its keys in files, and what the engine is given.

A kind is a class in a module of its own in `scenario/events/`. What it declares is all that the schema of files,
their checks, the template, `explain`, the report and docs/odd.md say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, get_args, get_type_hints

from pydantic import Field, create_model

from steppewise.evidence.types import Actor, Level, Parameter
from steppewise.scenario.fields import Along, Date, Probability, Share, States, Strict, Text, Years, word
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.yaml_writer import scalar
from steppewise.yaml_reader import KeyPath

if TYPE_CHECKING:
    from steppewise.scenario.checks import FileProblems
    from steppewise.scenario.spec import ScenarioSpec

Names = tuple[str, ...]
Named = Callable[[Names], str]
"""Names of actors in words."""


@dataclass(frozen=True)
class Key:
    """A key of an event in files: its meaning, the type of `fields` that it takes, its default; required without one.

    Without a type it takes the words of its field's Literal. `Event.file_keys` fills in these and how it is written.
    """

    meaning: str
    takes: Any = None
    default: Any = ...
    words: Names = ()
    written: str = ""


class Own(Key):
    """The key that names the kind."""


LASTS: Final = Key("Years that it lasts (default 1).", Years, 1.0)


@dataclass(frozen=True)
class PlannedEvent:
    """An event as the engine is given it: a line of the plan (`layout.PLAN`), and its numbers.

    number: amount, strength, factor, blame or value. choice: True for the first of the two words of the kind's own key.
    along: states in order, in place of `to`. over: years, None for good. level: True for a leader. mix: weights of the
    instruments, sum 1. people: True for a labour pathway. target: the parameter that it sets.
    """

    number: float = 0.0
    choice: bool = False
    by: str | None = None
    to: Names = ()
    along: Names = ()
    over: float | None = None
    level: bool = False
    mix: tuple[float, float, float] | None = None
    execution: float | None = None
    people: bool = False
    target: str = ""


@dataclass(frozen=True)
class EventContext:
    """What resolving an event needs to know of its scenario.

    `recorded` holds the actors whose GDP follows a yearly record all through the run, and where that ends.
    """

    powers: Names
    states: Names
    known: Mapping[str, Actor]
    parameters: Mapping[str, Parameter]
    levels: Mapping[str, Level]
    start: Quarter
    end: Quarter
    recorded: Mapping[str, Quarter] = field(default_factory=dict)

    def number(self, setting: float | str) -> float:
        """The number of a level, or a number."""
        return self.levels[setting].value if isinstance(setting, str) else setting

    def listed(self, to: Names | str) -> Names:
        """States as written; every state for `all`."""
        return self.states if isinstance(to, str) else to

    def in_order(self, names: Names) -> Names:
        """States in the order of the scenario."""
        return tuple(name for name in self.states if name in names)


@dataclass(frozen=True)
class PossibleFacts:
    """What may hold, in some world, at the date of the event that is looked at.

    `unions` says by power and state whether the state may be in (True) or out (False) of the power's union, or both;
    `neutrality` is by state the least that it may be; `taken` are the dates at which parameters are set.
    """

    stage: EventContext
    unions: dict[tuple[str, str], frozenset[bool]]
    neutrality: dict[str, float]
    taken: set[tuple[Quarter, str]] = field(default_factory=set)


@dataclass(frozen=True)
class PlacedEvent:
    """An event of a file: what is written, where, and whether a child inherits it."""

    kind: type[Event]
    entry: Any
    path: KeyPath
    findings: FileProblems
    heir: FileProblems | None

    def add(self, key: str, message: str, allowed: str = "", near: str = "") -> None:
        """Note a problem of the event."""
        self.findings.add((*self.path, key), message, allowed, near)

    def misfit(self, key: str, message: str, allowed: str) -> None:
        """Note that the event does not fit the scenario; where it is inherited, that is told to the heir."""
        if self.heir is None:
            self.add(key, message, allowed)
            return
        origin = f"{self.findings.document.name}:{self.findings.document.line(*self.path)}"
        message = f"the inherited event of {origin} does not fit: {message}"
        self.heir.add(("extends",), message, f"{allowed}; or inherit_events: false")


@dataclass(frozen=True)
class Event:
    """An event of a resolved scenario: names are lists (no `all`), levels are numbers.

    `label` names its random stream: kind, actors as written and a count among events of the same kind and actors, never
    the date, so that moving an event, or adding one after those of its kind, leaves every other draw alone.
    """

    kind: ClassVar[str] = ""
    """The key that names it in files; in capitals, its number in `world/events.py`."""
    place: ClassVar[int] = 50
    """Where it stands in lists of kinds."""
    effect: ClassVar[str] = ""
    """What it does, in the symbols of docs/odd.md."""
    phrase: ClassVar[str] = ""
    """The event in words, its fields in braces."""
    examples: ClassVar[Names] = ()
    """Events as written, without their date, and with the actors of `example_actors` in braces."""

    label: str
    at: Quarter
    probability: float

    @classmethod
    @cache
    def file_keys(cls) -> Mapping[str, Key]:
        """The keys of the kind in files, by field."""
        hints = get_type_hints(cls, include_extras=True)
        found = [(one.name, *get_args(hints[one.name])) for one in fields(cls)]
        return {
            name: replace(
                key, words=() if key.takes else get_args(hint), written=cls.kind if type(key) is Own else name
            )
            for name, hint, key in (one for one in found if isinstance(one[-1], Key))
        }

    @classmethod
    def acts_as(cls) -> type[Event]:
        """The kind that it is to the engine: itself, or the one that it derives from."""
        return [one for one in cls.__mro__ if issubclass(one, Event)][-2:][0]

    @classmethod
    def check(cls, place: PlacedEvent, stage: EventContext) -> None:
        """Note what makes no sense of an entry, beside its date and its actors."""

    @classmethod
    def written_for(cls, entry: Any, stage: EventContext) -> Names:
        """Whom an entry is for, as its label says."""
        to = getattr(entry, "to", ())
        return (to,) if isinstance(to, str) else stage.in_order(to)

    @classmethod
    def resolved(cls, entry: Any, stage: EventContext) -> dict[str, Any]:
        """The fields of the kind from an entry that makes sense."""
        found = {name: getattr(entry, name) for name in cls.file_keys()}
        for name, key in cls.file_keys().items():
            if key.takes is States:
                found[name] = stage.in_order(stage.listed(found[name]))
            elif key.takes is Share and found[name] is not None:
                found[name] = stage.number(found[name])
        return found

    def follow(self, place: PlacedEvent, course: PossibleFacts) -> None:
        """Note what makes no sense after the events before it, and what of the course it changes."""

    def in_file(self, spec: ScenarioSpec) -> dict[str, Any]:
        """The keys of the kind as a file says them; None where there is nothing to say."""
        entry = {key.written: getattr(self, name) for name, key in self.file_keys().items()}
        return {**entry, "to": "all"} if "to" in entry and self.label.split("/")[2] == "all" else entry

    @classmethod
    def example_actors(cls, spec: ScenarioSpec) -> dict[str, str]:
        """Actors of a scenario to fill the examples with; nothing where there are none to do so."""
        return {"first": spec.power_names[0], "last": spec.power_names[-1], "state": spec.state_names[0]}

    @classmethod
    def examples_in(cls, spec: ScenarioSpec) -> list[str]:
        """The examples with actors of a scenario."""
        actors = {role: scalar(name) for role, name in cls.example_actors(spec).items()}
        return [example.format(**actors) for example in cls.examples if actors]

    def effects(self) -> tuple[PlannedEvent, ...]:
        """Its lines of the plan: what has the name of a field of Effect is that, and its first number is the number."""
        told = {name: getattr(self, name) for name in _OF_EFFECTS if hasattr(self, name)}
        for name, key in self.file_keys().items():
            value = getattr(self, name)
            if isinstance(value, int | float):
                told.setdefault("number", value)
            elif isinstance(key, Own):
                told["choice"] = value == key.words[0]
        return (PlannedEvent(**told),)

    def words(self, named: Named) -> str:
        """The event in words, without its power."""
        told = {**vars(self), "over": spell(getattr(self, "over", None))}
        told |= {name: named(told[name]) for name, key in self.file_keys().items() if key.takes in (States, Along)}
        return self.phrase.format(**told)

    def canonical(self) -> dict[str, Any]:
        """All of it that affects numbers, as plain data; fingerprints are made from it."""
        return {"event": self.acts_as().__name__, **asdict(self), "at": str(self.at)}


_OF_EFFECTS: Final = frozenset(one.name for one in fields(PlannedEvent))


class EventEntry(Strict):
    """What every event has in a file."""

    at: Date = Field(description="Quarter in which it happens, such as 2026Q1.")
    probability: Probability = Field(1.0, description="Chance that it happens, drawn in each world (default 1).")
    note: Text = Field("", description="A remark for readers; the model does not read it.")


def entry_of(kind: type[Event]) -> type[EventEntry]:
    """What may stand in a file for a kind of event."""
    keys: dict[str, Any] = {}
    for name, key in kind.file_keys().items():
        takes = key.takes or Annotated[str, *word(*key.words)]
        told = Field(key.default, alias=key.written if key.written != name else None, description=key.meaning)
        keys[name] = (takes | None if key.default is None else takes, told)
    title = "".join(part.capitalize() for part in kind.kind.split("_"))
    return create_model(f"{title}Entry", __base__=EventEntry, __doc__=kind.__doc__, **keys)


def spell(span: float | None) -> str:
    """Years in words; None is for good."""
    if span is None:
        return "good"
    return "1 year" if span == 1 else f"{span:g} years"
