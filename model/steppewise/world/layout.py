"""Every number of a world: its name, what it belongs to, its unit and its meaning, in one table.

From it come the memory of a world (`memory.World`, and that of the compiled engine), the vector of parameters that
sweeps and levers write into, the variables that can be observed, and the table of docs/odd.md.

A number belongs to the world, to a power (P), a state (S), a tie (PS), a link (SS), an event (E) or to what an event
has for a state (ES); behind these a field may have an axis of its own: sectors (J), instruments (I), motives (M),
components of connectivity (C), parts of bandwidth (B), quarters of a year (Q). Numbers of one owner stand together, so
that addresses are constants and no cast is too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from steppewise.evidence.types import COMPONENTS, INSTRUMENTS, MOTIVES, SECTORS
from steppewise.scenario.spec import MECHANISMS

OWNERS: Final = ("", "P", "S", "PS", "SS", "E", "ES")
BANDWIDTH_PARTS: Final = ("trade", "aid", "dialogue")
KEYS_OF_AXIS: Final[Mapping[str, tuple[str, ...]]] = {
    "J": SECTORS,
    "I": INSTRUMENTS,
    "M": MOTIVES,
    "C": COMPONENTS,
    "B": BANDWIDTH_PARTS,
    "Q": ("1", "2", "3", "4"),
}
"""The members of the axes that do not depend on the cast."""


@dataclass(frozen=True)
class Field:
    """Numbers of one name. `key` is that of a parameter in the evidence, without a member of the last axis."""

    name: str
    axes: str
    unit: str = ""
    meaning: str = ""
    symbol: str = ""
    key: str = ""

    @property
    def owner(self) -> str:
        """What each record of these numbers belongs to, one of OWNERS."""
        return "".join(axis for axis in self.axes if axis not in KEYS_OF_AXIS)

    @property
    def inner(self) -> tuple[int, ...]:
        """Sizes of the axes within a record."""
        return tuple(len(KEYS_OF_AXIS[axis]) for axis in self.axes if axis in KEYS_OF_AXIS)

    @property
    def size(self) -> int:
        """Numbers in a record."""
        return prod(self.inner)


@dataclass(frozen=True)
class Sizes:
    """How many powers, states and events there are."""

    powers: int
    states: int
    events: int

    def of(self, axes: str) -> tuple[int, ...]:
        """The shape of a field with these axes."""
        counts = {"P": self.powers, "S": self.states, "E": self.events}
        return tuple(counts[axis] if axis in counts else len(KEYS_OF_AXIS[axis]) for axis in axes)


def _parameters(owner: str, *fields: tuple[str, str] | str, axis: str = "") -> tuple[Field, ...]:
    """Parameters of an owner: name and key, or one word for both."""
    pairs = [
        (field, field.replace("_", ".", 1) if not owner else field) if isinstance(field, str) else field
        for field in fields
    ]
    return tuple(Field(name, owner + axis, key=key) for name, key in pairs)


PARAMETERS: Final = (
    *_parameters("", "fiscal_persistence", "offer_speed", "delivery_cancelled", "delivery_volatility"),
    *_parameters("", "delivery_persistence", "aid_decay", "connectivity_depreciation", "connectivity_half_saturation"),
    *_parameters("", "connectivity_transit", "connectivity_corridor", "connectivity_membership"),
    *_parameters("", "trade_power_elasticity", "trade_state_elasticity", "trade_connectivity_gain"),
    *_parameters("", "absorption_gain", "absorption_relaxation", "dialogue_half_saturation", "dialogue_money"),
    *_parameters("", "trust_forgetting", "trust_dialogue_gain", "trust_delivery_gain", "trust_negativity"),
    *_parameters("", "trust_volume_half_saturation", "trust_pressure_loss", "trust_dependence_loss"),
    *_parameters("", "trust_news_fading", "trust_leader_visit", "trust_minister_visit", "trust_social_learning"),
    *_parameters("", "pressure_frequency", "dependence_outside", "dependence_cooperation", "hedging_precision"),
    *_parameters("", "hedging_speed", "hedging_benefit", "hedging_taste_volatility", "hedging_taste_persistence"),
    *_parameters("", "influence_theta", "influence_shield", "influence_agency", "cooperation_growth"),
    *_parameters("", "cooperation_decay", "emulation_lead", "learning_speed"),
    *_parameters("", ("maturity", "maturity"), axis="I"),
    *_parameters("", ("bandwidth_weights", "bandwidth"), axis="B"),
    *_parameters("P", ("power_gdp", "gdp"), ("power_growth", "growth"), "effort", "execution", "predictability"),
    *_parameters("P", "coerciveness", "even_handedness", "patience", "responsiveness", "differentiation"),
    *_parameters("P", "counterbalancing", "counterbalancing_threshold", "catalytic_intent", "meetings_per_year"),
    *_parameters("P", "format_start", "emulation", "fiscal_volatility"),
    *_parameters("P", ("doctrine_weights", "instruments"), axis="I"),
    *_parameters("P", ("offer_weights", "offer"), axis="J"),
    *_parameters("P", ("motives", "allocation"), axis="M"),
    *_parameters("S", ("state_gdp", "gdp"), ("state_growth", "growth"), ("needs_level", "needs.level"), "resources"),
    *_parameters("S", ("opening_capacity", "absorptive_capacity"), "dependence_comfort", "hedging", "neutrality"),
    *_parameters("S", "agency"),
    *_parameters("S", ("need_weights", "needs"), axis="J"),
    *_parameters("PS", ("opening_kept", "trust.kept"), ("opening_broken", "trust.broken"), ("opening_aid", "aid")),
    *_parameters("PS", ("opening_trade", "trade")),
    *_parameters("PS", ("opening_connectivity", "connectivity"), axis="C"),
    *_parameters("SS", ("opening_border", "border"), ("opening_cooperation", "cooperation")),
    *_parameters("E", ("event_probability", "probability"), ("event_at", "at"), ("event_number", "number")),
    *_parameters("E", ("event_execution", "execution")),
    *_parameters("E", ("event_mix", "mix"), axis="I"),
)
"""What a scenario gives; units and meanings stand in evidence/definitions.yaml. An event's number is its amount,
strength, factor or blame, or the value that it sets."""

MONEY, MONEY_A_YEAR = "billion USD of 2020", "billion USD of 2020 per year"
GDP, GDP_A_YEAR = "percent of GDP", "percent of GDP a year"

STATE: Final = (
    Field("number", "", "", "number of the world, from 0"),
    Field("aid_kept", "", "share", "what is left of aid after a quarter"),
    Field("connectivity_kept", "", "share", "what is left of connectivity after a quarter"),
    Field("bandwidth_parts", "B", "share", "weights of trade, aid and dialogue, sum 1"),
    Field("due_rate", "I", "share", "part of the pipeline that falls due in a quarter"),
    Field("mean_needs", "J", "share", "mean need of the states"),
    Field("regional_autonomy", "", "share", "regional autonomy share"),
    # of a power
    Field("gdp", "P", MONEY, "economy in this quarter", "GDP_p"),
    Field("growth_factor", "P", "factor", "growth of the economy in a quarter"),
    Field("trade_growth", "P", "factor", "growth of trade since the start owed to the power's economy", "G_p"),
    Field("trade_factor", "P", "factor", "the same in a quarter"),
    Field("doctrine", "PI", "share", "weights of the instruments, sum 1", "m_pk"),
    Field("doctrine_offer", "PJ", "share", "weights of the sectors, sum 1", "o_pj"),
    Field("offer", "PJ", "share", "current offer by sector, sum 1", "O_pj"),
    Field("crowding", "PJ", "share", "rivals' offer, weighted by their regional shares"),
    Field("toward_needs", "P", "per year", "speed of the offer toward needs"),
    Field("away_from_rivals", "P", "per year", "speed of the offer away from crowded sectors"),
    Field("strongest_rival", "P", "share", "the largest regional share of another power"),
    Field("talk_gain", "P", "years of evidence per year", "what full dialogue is worth", "talk_p"),
    Field("budget", "P", MONEY_A_YEAR, "budget", "Bud_p"),
    Field("budget_factor", "P", "factor", "what budget changes make of it", "Phi_p"),
    Field("fiscal", "P", "ln budget", "fiscal shock", "z_p"),
    Field("has_format", "P", "share", "has a C5+1 format", "F_p"),
    Field("adoption", "P", "hazard", "hazard gathered so far", "H_p"),
    Field("adoption_threshold", "P", "hazard", "hazard at which a format is adopted", "E_p"),
    Field("is_present", "P", "0 or 1", "has a tie of some breadth"),
    Field("promised", "P", MONEY, "promised since the start", "Com_p"),
    Field("fallen_due", "P", MONEY, "fallen due since the start", "Due_p"),
    Field("delivered", "P", MONEY, "delivered since the start", "Del_p"),
    Field("cancelled", "P", MONEY, "cancelled since the start", "Can_p"),
    Field("in_pipeline", "P", MONEY, "promised and still awaited"),
    Field("executed", "P", "share", "delivered over due since the start"),
    Field("regional_share", "P", "share", "regional influence share", "i_p"),
    Field("regional_trust", "P", "index", "mean trust"),
    Field("regional_dependence", "P", "share", "mean dependence"),
    Field("trade_share", "P", "share", "share of the powers' trade"),
    Field("leads", "P", "states", "in how many states the power has the highest influence share"),
    Field("year_fiscal", "PQ", "", "uniform numbers of the year"),
    # of a state
    Field("economy", "S", MONEY, "economy in this quarter", "GDP_s"),
    Field("economy_growth", "S", "factor", "growth of the economy in a quarter"),
    Field("state_trade_growth", "S", "factor", "growth of trade since the start owed to the state's economy", "G_s"),
    Field("state_trade_factor", "S", "factor", "the same in a quarter"),
    Field("needs", "SJ", "share", "weights of the needs, sum 1", "n_sj"),
    Field("needed", "SI", "share", "what the needs ask of the instruments", "need_sk"),
    Field("absorptive_capacity", "S", "share", "absorptive capacity", "cap_s"),
    Field("capability", "S", "index", "root of absorptive capacity"),
    Field("to_percent", "S", "percent of GDP a year per billion USD a quarter", "turns money into percent of GDP"),
    Field("borders", "S", "", "sum of its borders, 1 at least"),
    Field("mean_cooperation", "S", "index", "mean cooperation with the other states, last quarter", "Rmean_s"),
    Field("outside_ties", "S", "bandwidth", "ties to the rest of the world and one another", "out_s"),
    Field("influence_of_all", "S", "share", "sum of the powers' influence shares"),
    Field("catalysis", "S", "index", "what formats do for cooperation", "cat_s"),
    Field("cooperation", "S", "index", "mean cooperation with the other states"),
    Field("autonomy", "S", "share", "autonomy share"),
    # of a tie
    Field("standing", "PS", "index", "attraction that does not move"),
    Field("mix", "PSI", "share", "how money is split among instruments", "mix_pks"),
    Field("pull", "PS", "index", "how the state draws money", "pull_ps"),
    Field("allocation", "PS", "share", "share of the power's budget", "l_ps"),
    Field("pipeline", "PSI", MONEY, "promises neither delivered nor cancelled, without packages", "Q_pks"),
    Field("paid", "PSI", MONEY, "delivered this quarter by instrument", "paid_ks"),
    Field("people", "PS", MONEY, "delivered this quarter by labour pathways", "people_s"),
    Field("due", "PS", GDP_A_YEAR, "due this quarter, all instruments and packages", "due_ps"),
    Field("done", "PS", GDP_A_YEAR, "delivered of it", "del_ps"),
    Field("schooling", "PS", GDP_A_YEAR, "delivered in human capital and governance", "sch_ps"),
    Field("aid", "PS", GDP, "aid stock", "A_ps"),
    Field("connectivity", "PS", MONEY, "connectivity", "K_ps"),
    Field("intensity", "PS", "share", "intensity of connectivity", "c_ps"),
    Field("trade", "PS", MONEY_A_YEAR, "trade", "X_ps"),
    Field("trade_base", "PS", MONEY_A_YEAR, "trade at the start over its factors", "U_ps"),
    Field("dialogue", "PS", "index", "dialogue", "g_ps"),
    Field("fit", "PS", "index", "fit of offer and needs", "fit_ps"),
    Field("kept", "PS", "years", "evidence of kept promises, the prior included", "alpha_ps"),
    Field("broken", "PS", "years", "evidence of broken promises, the prior included", "beta_ps"),
    Field("new_kept", "PS", "years a year", "kept evidence of this quarter", "kept_ps"),
    Field("new_broken", "PS", "years a year", "broken evidence of this quarter", "broken_ps"),
    Field("news_kept", "PS", "years", "news of visits held", "newsk_ps"),
    Field("news_broken", "PS", "years", "news of visits cancelled", "newsb_ps"),
    Field("trust", "PS", "index", "trust", "T_ps"),
    Field("open_pressure", "PS", "index", "open pressure by events", "P_ps"),
    Field("leverage", "PS", "multiple", "use of leverage, mean 1", "J_ps"),
    Field("delivery", "PS", "share", "execution shock", "shock_ps"),
    Field("taste", "PS", "utility", "the state's taste for the power", "taste_ps"),
    Field("logged_aid", "PS", "index", "aid on the scale of L"),
    Field("substance", "PS", "index", "what a tie is made of, before engagement", "sub_ps"),
    Field("bandwidth", "PS", "index", "bandwidth", "V_ps"),
    Field("dependence", "PS", "share", "dependence", "D_ps"),
    Field("utility", "PS", "utility", "what the power offers the state", "u_ps"),
    Field(
        "answer", "PS", "mean 1 over powers", "weight of the power in the state's choice, then its target", "target_ps"
    ),
    Field("engagement", "PS", "mean 1 over powers", "engagement", "e_ps"),
    Field("share", "PS", "share", "influence share", "i_ps"),
    Field("learned", "PS", "share", "learned return", "ret_ps"),
    Field("year_delivery", "PSQ", "", "uniform numbers of the year"),
    Field("year_taste", "PSQ", "", "uniform numbers of the year"),
    Field("year_pressure", "PSQ", "", "uniform numbers of the year"),
    # of a link
    Field("border", "SS", "index", "1 where the two states share a border", "B_st"),
    Field("link", "SS", "index", "cooperation of two states; symmetric, 0 on the diagonal", "R_st"),
    Field("transit", "SS", "share", "part of the neighbour's connectivity that can be used", "transit_st"),
    Field("hearing", "SS", "share", "part of the neighbour's evidence that is taken in", "hear_st"),
    # of an event
    Field("fires", "E", "0 or 1", "happens in this world"),
    Field("package_mix", "EI", "share", "how a package is split among instruments"),
    Field("remaining", "ES", MONEY, "what is left of a package", "left_s"),
)
"""What a world holds beside its parameters."""

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in (*PARAMETERS, *STATE)}

PLAN: Final = (
    "kind",
    "by",
    "first",
    "latest",
    "lasts",
    "choice",
    "level",
    "own_mix",
    "own_execution",
    "people",
    "target",
)
"""Whole numbers of an event that all worlds share, beside the states that it is about."""

SWITCHES: Final = ("chance", *MECHANISMS)
"""What a scenario or a run can switch off."""

STREAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "P": ("fiscal", "format"),
    "PS": ("delivery", "taste", "pressure"),
    "E": ("event",),
}
"""Random streams by what they belong to; parameters have one each."""


def record_size(fields: tuple[Field, ...], owner: str) -> int:
    """Numbers of one power, state, tie ... among some fields."""
    return sum(field.size for field in fields if field.owner == owner)


def offset_in_record(fields: tuple[Field, ...], name: str) -> int:
    """Where a field begins in the record of its owner."""
    field = next(field for field in fields if field.name == name)
    before = fields[: fields.index(field)]
    return record_size(before, field.owner)


def places(fields: tuple[Field, ...], sizes: Sizes) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and index of every number of some fields, in the order in which a world holds them."""
    for owner in OWNERS:
        mine = [field for field in fields if field.owner == owner]
        for actor in product(*map(range, sizes.of(owner))):
            for field in mine:
                for inner in product(*map(range, field.inner)):
                    yield field.name, (*actor, *inner)
