"""The scenario file: what may stand in it, key by key. Unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, WithJsonSchema

from steppewise.evidence.types import CLASSES, EvidenceClass
from steppewise.scenario.fields import (
    ActorName,
    Along,
    Amount,
    Blame,
    Date,
    Factor,
    Iso3,
    Names,
    Number,
    PowerName,
    Probability,
    ScenarioName,
    ScenarioNames,
    Setting,
    Share,
    States,
    Switch,
    Text,
    Weight,
    Years,
    choice,
    defined,
    emptiable,
)


class Strict(BaseModel):
    """Frozen, and without unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def word(*words: str) -> tuple[PlainValidator, WithJsonSchema]:
    """One of some words: how it is checked, and its schema."""
    return PlainValidator(choice(*words)), WithJsonSchema({"enum": list(words)})


class EventEntry(Strict):
    """What every event has."""

    at: Date = Field(description="Quarter in which it happens, such as 2026Q1.")
    probability: Probability = Field(1.0, description="Chance that it happens, drawn in each world (default 1).")
    note: Text = Field("", description="A remark for readers; the model does not read it.")


class VisitEntry(EventEntry):
    """A visit that is held, or cancelled at the last minute."""

    visit: Annotated[Literal["held", "cancelled"], *word("held", "cancelled")] = Field(description="held or cancelled.")
    by: PowerName = Field(description="The power that visits.")
    to: States = Field(description="The states that are visited: all, or a list.")
    level: Annotated[Literal["leader", "minister"], *word("leader", "minister")] = Field(
        "leader", description="Who travels (default leader)."
    )
    blame: Blame | None = Field(
        None,
        description="How far a cancelled visit is blamed on the power: none (an earthquake), a level, "
        "or a number from 0 to 1 (default high).",
    )


class Mix(Strict):
    """Weights of the instruments of a package; they are made to sum 1."""

    aid: Weight = Field(0.0, description="Weight of aid.")
    connectivity: Weight = Field(0.0, description="Weight of connectivity.")
    dialogue: Weight = Field(0.0, description="Weight of dialogue.")


class PackageEntry(EventEntry):
    """A package that is announced, and delivered as far as its execution goes."""

    package: Amount = Field(description="Amount in billion USD.")
    by: PowerName = Field(description="The power that promises it.")
    to: States = Field(description="The states that are promised it: all, or a list.")
    over: Years = Field(5.0, description="Years over which it falls due (default 5).")
    mix: Mix | None = Field(None, description="Weights of aid, connectivity, dialogue (default: the power's own).")
    execution: Share | None = Field(
        None,
        description="Share delivered on time: a level or a number from 0 to 1 (default: the power's own).",
    )


class PressureEntry(EventEntry):
    """Open pressure of a power on states."""

    pressure: Share = Field(description="Strength: a level or a number from 0 to 1.")
    by: PowerName = Field(description="The power that presses.")
    to: States = Field(description="The states under pressure: all, or a list.")
    over: Years = Field(1.0, description="Years that it lasts (default 1).")


class BudgetEntry(EventEntry):
    """A power's effort is multiplied."""

    budget: Factor = Field(description="Factor on the power's effort: 0.5 halves it, 2 doubles it.")
    by: PowerName = Field(description="The power whose budget changes.")
    over: Years | None = Field(None, description="Years that it lasts (default: for good).")


class CorridorEntry(EventEntry):
    """A transport corridor opens."""

    corridor: Amount = Field(description="Amount in billion USD.")
    along: Along = Field(description="The states that it joins, in their order along the way; two or more.")
    by: PowerName | None = Field(None, description="The power that built it (default: the states themselves).")


class LabourPathwayEntry(EventEntry):
    """A lawful labour pathway and people programmes, paid for by a power."""

    labour_pathway: Amount = Field(description="Amount in billion USD.")
    by: PowerName = Field(description="The power that opens it.")
    to: States = Field(description="The states whose people may use it: all, or a list.")
    over: Years = Field(5.0, description="Years over which it falls due (default 5).")
    execution: Share | None = Field(
        None,
        description="Share delivered on time: a level or a number from 0 to 1 (default: the power's own).",
    )


class FormatEntry(EventEntry):
    """A power's C5+1 format begins or ends."""

    format: Annotated[Literal["launched", "ended"], *word("launched", "ended")] = Field(
        description="launched or ended."
    )
    by: PowerName = Field(description="The power whose format it is.")


class MembershipEntry(EventEntry):
    """States join or leave a power's union."""

    membership: Annotated[Literal["joined", "left"], *word("joined", "left")] = Field(description="joined or left.")
    by: PowerName = Field(description="The power whose union it is.")
    to: States = Field(description="The states that join or leave: all, or a list.")


class SetEntry(EventEntry):
    """Parameters take other values from a date on."""

    set_: Annotated[dict[str, Setting], defined("Settings")] = Field(
        alias="set", description="Dotted names and their new values; '*' stands for any one part."
    )


EVENT_ENTRIES: Final[dict[str, type[EventEntry]]] = {
    "visit": VisitEntry,
    "package": PackageEntry,
    "pressure": PressureEntry,
    "budget": BudgetEntry,
    "corridor": CorridorEntry,
    "labour_pathway": LabourPathwayEntry,
    "format": FormatEntry,
    "membership": MembershipEntry,
    "set": SetEntry,
}
"""The kind's key and its model, in the order in which they are listed."""


def kind_of(entry: EventEntry) -> str:
    """The kind's key of an event."""
    return next(kind for kind, model in EVENT_ENTRIES.items() if isinstance(entry, model))


def kinds_of(entry: object) -> tuple[str, ...]:
    """The kinds of event that a mapping names; one where it is well formed."""
    return tuple(kind for kind in EVENT_ENTRIES if isinstance(entry, dict) and kind in entry)


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a mapping of this model may hold, as written in files."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _event_tag(entry: Any) -> str | None:
    kinds = kinds_of(entry)
    return f"<{kinds[0]}>" if len(kinds) == 1 else None


AnyEvent = Annotated[
    Annotated[VisitEntry, Tag("<visit>")]
    | Annotated[PackageEntry, Tag("<package>")]
    | Annotated[PressureEntry, Tag("<pressure>")]
    | Annotated[BudgetEntry, Tag("<budget>")]
    | Annotated[CorridorEntry, Tag("<corridor>")]
    | Annotated[LabourPathwayEntry, Tag("<labour_pathway>")]
    | Annotated[FormatEntry, Tag("<format>")]
    | Annotated[MembershipEntry, Tag("<membership>")]
    | Annotated[SetEntry, Tag("<set>")],
    Discriminator(_event_tag),
]


class ValueEntry(Strict):
    """A value with its range and its evidence, as it stands in an actor file."""

    value: Setting | None = Field(
        None, description="The value: a number or a level (default: the middle of the range)."
    )
    low: Number | None = Field(None, description="Lower end of the range.")
    high: Number | None = Field(None, description="Upper end of the range.")
    class_: Annotated[EvidenceClass | None, *word(*CLASSES)] = Field(
        None,
        alias="class",
        description="Class of evidence (default: assumed; coded for a level with a source).",
    )
    source: Text | None = Field(None, description="Where the value comes from (default: this scenario).")
    passage: Text = Field("", description="The words of the source that say so.")
    reason: Text | None = Field(None, description="Why this value, in a sentence (default: the file's name).")


def _value_tag(entry: Any) -> str:
    return "<values>" if isinstance(entry, dict) else "<setting>"


AnyValue = Annotated[
    Annotated[Setting, Tag("<setting>")] | Annotated[ValueEntry, Tag("<values>")], Discriminator(_value_tag)
]


class ActorEntry(Strict):
    """A further power or state, like one that there is."""

    name: ActorName = Field(description="Name in files: small letters, digits and '_'.")
    kind: Annotated[Literal["power", "state"], *word("power", "state")] = Field(description="power or state.")
    label: Text = Field(description="Name in figures.")
    iso3: Iso3 = Field(description="Country code of three capital letters, for maps.")
    like: ActorName | None = Field(
        None, description="The actor of the same kind whose parameters it starts with; `set` changes them."
    )
    borders: Names = Field((), description="For a state: the states that it shares a border with.")
    note: Text = Field("", description="A remark for readers.")


def _actor_tag(entry: Any) -> str:
    return "<new>" if isinstance(entry, dict) else "<known>"


AnyActor = Annotated[
    Annotated[ActorName, Tag("<known>")] | Annotated[ActorEntry, Tag("<new>")], Discriminator(_actor_tag)
]


class ActorsEntry(Strict):
    """Who takes part, as a difference from the evidence or the parent."""

    add: Annotated[list[AnyActor], emptiable(list)] = Field(
        default_factory=list,
        description="Optional actors of the evidence by name, or new ones like an existing one.",
    )
    remove: Annotated[list[ActorName], emptiable(list)] = Field(
        default_factory=list, description="Actors that do not take part."
    )


class ScenarioFile(Strict):
    """A scenario of steppewise: a difference from the evidence, or from another scenario."""

    name: ScenarioName = Field(description="Name, as the file's: small letters and digits joined by '-'.")
    title: Text = Field("", description="Title for people, in a line.")
    question: Text = Field("", description="The question that it asks.")
    look_for: Text = Field("", description="What to look for in the results.")
    extends: Text | None = Field(
        None, description="The scenario that this one changes: a library name, or a file in the same folder."
    )
    lineage: ScenarioNames = Field((), description="In a frozen scenario: the scenarios that it was made from.")
    start: Date | None = Field(None, description="First quarter, such as 2025Q3.")
    end: Date | None = Field(None, description="Last quarter.")
    inherit_events: Switch = Field(
        True, description="false: leave out the events of the scenario that this one extends."
    )
    actors: Annotated[ActorsEntry, emptiable(dict)] = Field(
        default_factory=ActorsEntry, description="Actors to add or to remove."
    )
    mechanisms: Annotated[dict[str, Switch], emptiable(dict), defined("Mechanisms")] = Field(
        default_factory=dict, description="Mechanisms of the model switched off or on."
    )
    set_: Annotated[dict[str, AnyValue], emptiable(dict), defined("Values")] = Field(
        default_factory=dict,
        alias="set",
        description="Parameters by dotted name; '*' stands for any one part.",
    )
    events: Annotated[list[AnyEvent], emptiable(list)] = Field(
        default_factory=list, description="What happens, in any order; after the events of the parent."
    )
