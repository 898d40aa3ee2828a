"""The events of scenario files: what may stand in each, kind by kind."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag

from steppewise.scenario.fields import (
    Along,
    Amount,
    Blame,
    Date,
    Factor,
    PowerName,
    Price,
    Probability,
    Setting,
    Share,
    States,
    Text,
    Weight,
    Years,
    defined,
)
from steppewise.scenario.strict import Strict, word


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


class AllianceEntry(EventEntry):
    """A power and states form an alliance, or end one."""

    alliance: Annotated[Literal["formed", "ended"], *word("formed", "ended")] = Field(description="formed or ended.")
    by: PowerName = Field(description="The power whose alliance it is.")
    to: States = Field(description="The states that it joins: all, or a list.")
    strength: Share = Field(
        "low",
        description="How far the security tie rises or falls: a level or a number from 0 to 1 (default low).",
    )


class TradeShockEntry(EventEntry):
    """Sanctions or a boom: trade between a power and states is multiplied for some years."""

    trade_shock: Factor = Field(description="Factor on the trade: 0.5 halves it, 2 doubles it.")
    by: PowerName = Field(description="The power whose trade it is.")
    to: States = Field(description="The states whose trade with the power it is: all, or a list.")
    over: Years = Field(1.0, description="Years that it lasts (default 1).")


class RemittanceShockEntry(EventEntry):
    """The money that migrants send home is multiplied for some years."""

    remittance_shock: Factor = Field(description="Factor on the money sent home: 0.5 halves it, 2 doubles it.")
    by: PowerName | None = Field(None, description="The power where the migrants work (default: every power).")
    to: States = Field(description="The states that the money goes to: all, or a list.")
    over: Years = Field(1.0, description="Years that it lasts (default 1).")


class ResourcePriceEntry(EventEntry):
    """The price of resources changes for some years, and with it the economies of states that live on them."""

    resource_price: Price = Field(description="Price of resources as a factor: 0.5 halves it, 2 doubles it.")
    to: States = Field("all", description="The states whose resources it is the price of (default all).")
    over: Years = Field(1.0, description="Years that it lasts (default 1).")


class SecurityCrisisEntry(EventEntry):
    """Security weighs more among the needs of states for some years; or less."""

    security_crisis: Factor = Field(description="Factor on the weight of security: 2 doubles it.")
    to: States = Field(description="The states that it strikes: all, or a list.")
    over: Years = Field(1.0, description="Years that it lasts (default 1).")


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
    "alliance": AllianceEntry,
    "trade_shock": TradeShockEntry,
    "remittance_shock": RemittanceShockEntry,
    "resource_price": ResourcePriceEntry,
    "security_crisis": SecurityCrisisEntry,
    "set": SetEntry,
}
"""The kind's key and its model, in the order in which they are listed."""


def kind_of(entry: EventEntry) -> str:
    """The kind's key of an event."""
    return next(kind for kind, model in EVENT_ENTRIES.items() if isinstance(entry, model))


def kinds_of(entry: object) -> tuple[str, ...]:
    """The kinds of event that a mapping names; one where it is well formed."""
    return tuple(kind for kind in EVENT_ENTRIES if isinstance(entry, dict) and kind in entry)


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
    | Annotated[AllianceEntry, Tag("<alliance>")]
    | Annotated[TradeShockEntry, Tag("<trade_shock>")]
    | Annotated[RemittanceShockEntry, Tag("<remittance_shock>")]
    | Annotated[ResourcePriceEntry, Tag("<resource_price>")]
    | Annotated[SecurityCrisisEntry, Tag("<security_crisis>")]
    | Annotated[SetEntry, Tag("<set>")],
    Discriminator(_event_tag),
]
