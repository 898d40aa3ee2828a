"""The scenario file: what may stand in it, key by key. Unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from steppewise.evidence.types import CLASSES, EvidenceClass
from steppewise.scenario.events import AnyEvent
from steppewise.scenario.fields import (
    ActorName,
    Date,
    Emptiable,
    Iso3,
    Names,
    Number,
    ScenarioName,
    ScenarioNames,
    Setting,
    Sources,
    Strict,
    Switch,
    Text,
    defined,
    word,
)


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
    source: Sources | None = Field(
        None, description="Where the value comes from: a text, or a list (default: this scenario)."
    )
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
    record: ActorName | None = Field(
        None, description="The actor whose yearly record of GDP and remittances it has (default: that of `like`)."
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

    add: Annotated[list[AnyActor], Emptiable(list)] = Field(
        default_factory=list,
        description="Optional actors of the evidence by name, or new ones like an existing one.",
    )
    remove: Annotated[list[ActorName], Emptiable(list)] = Field(
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
    actors: Annotated[ActorsEntry, Emptiable(dict)] = Field(
        default_factory=ActorsEntry, description="Actors to add or to remove."
    )
    mechanisms: Annotated[dict[str, Switch], defined("Mechanisms"), Emptiable(dict)] = Field(
        default_factory=dict, description="Mechanisms of the model switched off or on."
    )
    structure: Annotated[dict[str, Text], defined("Structure"), Emptiable(dict)] = Field(
        default_factory=dict, description="Rival formulations of parts of the model, by name."
    )
    set_: Annotated[dict[str, AnyValue], defined("Values"), Emptiable(dict)] = Field(
        default_factory=dict,
        alias="set",
        description="Parameters by dotted name; '*' stands for any one part.",
    )
    events: Annotated[list[AnyEvent], Emptiable(list)] = Field(
        default_factory=list, description="What happens, in any order; after the events of the parent."
    )
