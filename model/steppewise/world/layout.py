"""Every number of a world: its name, what it belongs to, its unit and its meaning, in one table.

From it come the memory of a world (`memory.World`, and that of the compiled engine), the vector of parameters that
sweeps and levers write into, the variables that can be observed, and the table of docs/odd.md.

A number belongs to the world, to a power (P), a state (S), a tie (PS), a link (SS), an event (E) or to what an event
has for a state (ES); behind these a field may have an axis of its own: sectors (J), instruments (I), motives (M),
parts of bandwidth (B), quarters of a year (Q), years of a record (Y). Numbers of one owner stand together, so
that addresses are constants and no cast is too large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from steppewise.evidence.types import INSTRUMENTS, MOTIVES, SECTORS
from steppewise.scenario.spec import MECHANISMS, STRUCTURES

OWNERS: Final = ("", "P", "S", "PS", "SS", "E", "ES")
FIRST_YEAR, LAST_YEAR = 1992, 2024
"""Years of the records (evidence/records.yaml)."""

BANDWIDTH_PARTS: Final = ("trade", "aid", "connectivity", "dialogue", "security", "people")
KEYS_OF_AXIS: Final[Mapping[str, tuple[str, ...]]] = {
    "J": SECTORS,
    "I": INSTRUMENTS,
    "M": MOTIVES,
    "B": BANDWIDTH_PARTS,
    "Q": ("1", "2", "3", "4"),
    "Y": tuple(map(str, range(FIRST_YEAR, LAST_YEAR + 1))),
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
    *_parameters("", "fiscal_persistence", "delivery_cancelled", "delivery_volatility", "delivery_persistence"),
    *_parameters("", "absorption_limit", "absorption_gain", "absorption_relaxation", "aid_decay"),
    *_parameters("", "connectivity_depreciation", "connectivity_half_saturation", "connectivity_corridor"),
    *_parameters("", "trade_transit", "trade_elasticity", "trade_yield", "trade_overseas", "trade_rest_growth"),
    *_parameters("", "trade_volatility", "trade_persistence", "people_yield"),
    *_parameters("", "dialogue_half_saturation", "dialogue_money", "trust_forgetting", "trust_news_fading"),
    *_parameters("", "trust_dialogue_gain", "trust_people_gain", "trust_delivery_gain", "trust_loans", "trust_fit"),
    *_parameters("", "trust_negativity", "trust_volume_half_saturation", "trust_pressure_loss", "trust_format_gain"),
    *_parameters("", "trust_leader_visit", "trust_minister_visit", "pressure_frequency", "security_union"),
    *_parameters("", "hedging_precision", "hedging_speed", "hedging_benefit", "influence_theta", "influence_shield"),
    *_parameters("", "influence_agency", "influence_capacity", "cooperation_growth", "cooperation_decay"),
    *_parameters("", "emulation_lead"),
    *_parameters("", ("maturity", "maturity"), axis="I"),
    *_parameters("", ("bandwidth_weights", "bandwidth"), axis="B"),
    *_parameters("P", ("power_gdp", "gdp"), ("power_growth", "growth"), "effort", "execution", "predictability"),
    *_parameters("P", "coerciveness", "even_handedness", "size", "land_route", "responsiveness", "differentiation"),
    *_parameters("P", "counterbalancing", "catalytic_intent", "meetings_per_year", "format_start", "emulation"),
    *_parameters("P", "fiscal_volatility", "language", "migrants"),
    *_parameters("P", ("doctrine_weights", "instruments"), axis="I"),
    *_parameters("P", ("offer_weights", "offer"), axis="J"),
    *_parameters("P", ("motives", "allocation"), axis="M"),
    *_parameters("S", ("state_gdp", "gdp"), ("state_growth", "growth"), ("needs_level", "needs.level"), "resources"),
    *_parameters("S", ("opening_capacity", "absorptive_capacity"), "hedging", "neutrality", "agency"),
    *_parameters("S", ("opening_other_trade", "other_trade"), ("opening_remittances", "remittances")),
    *_parameters("S", ("need_weights", "needs"), axis="J"),
    *_parameters("PS", ("opening_kept", "trust.kept"), ("opening_broken", "trust.broken"), ("opening_aid", "aid")),
    *_parameters("PS", ("opening_connectivity", "connectivity"), ("opening_trade", "trade")),
    *_parameters("PS", ("opening_security", "security"), ("opening_union", "union")),
    *_parameters("SS", ("opening_border", "border"), ("opening_cooperation", "cooperation")),
    *_parameters("E", ("event_probability", "probability"), ("event_at", "at"), ("event_number", "number")),
    *_parameters("E", ("event_execution", "execution")),
    *_parameters("E", ("event_mix", "mix"), axis="I"),
    Field("gdp_record", "PY"),
    Field("output_record", "SY"),
    Field("remittances_record", "SY"),
)
"""What a scenario gives; units and meanings stand in evidence/definitions.yaml. An event's number is its amount,
strength, factor or blame, or the value that it sets. Records are logarithms, of GDP relative to 2020."""

MONEY, MONEY_A_YEAR = "billion USD of 2020", "billion USD of 2020 per year"
GDP, GDP_A_YEAR = "percent of GDP", "percent of GDP a year"

STATE: Final = (
    Field("number", "", "", "number of the world, from 0"),
    Field("aid_kept", "", "share", "what is left of aid after a quarter"),
    Field("connectivity_kept", "", "share", "what is left of connectivity after a quarter"),
    Field("bandwidth_parts", "B", "share", "weights of the parts of bandwidth, sum 1", "b_j"),
    Field("due_rate", "I", "share", "part of the pipeline that falls due in a quarter", "du_k"),
    Field("rest_factor", "", "factor", "growth of what others trade, in a quarter"),
    Field("regional_autonomy", "", "share", "regional autonomy share"),
    # of a power
    Field("gdp", "P", MONEY, "economy in this quarter", "GDP_p"),
    Field("opening_gdp", "P", MONEY, "economy in the first quarter", "GDP0_p"),
    Field("growth_factor", "P", "factor", "growth of the economy in a quarter, where there is no record"),
    Field("trade_growth", "P", "factor", "growth of trade since the start owed to the power's economy"),
    Field("route", "P", "share", "part of the yield of connectivity that the way to the region leaves"),
    Field("doctrine", "PI", "share", "weights of the instruments, sum 1", "m_pk"),
    Field("doctrine_offer", "PJ", "share", "weights of the sectors, sum 1", "o_pj"),
    Field("strongest_rival", "P", "share", "the largest regional share of another power"),
    Field("budget", "P", MONEY_A_YEAR, "budget", "Bud_p"),
    Field("budget_factor", "P", "factor", "what budget changes make of it", "Phi_p"),
    Field("fiscal", "P", "ln budget", "fiscal shock", "z_p"),
    Field("has_format", "P", "share", "has a C5+1 format", "F_p"),
    Field("adoption", "P", "hazard", "hazard gathered so far", "H_p"),
    Field("adoption_threshold", "P", "hazard", "hazard at which a format is adopted", "E_p"),
    Field("is_present", "P", "0 or 1", "has a tie of some breadth"),
    Field("promised", "P", MONEY, "promised since the start", "Com_p"),
    Field("fallen_due", "P", MONEY, "fallen due and taken in since the start", "Due_p"),
    Field("delivered", "P", MONEY, "delivered since the start", "Del_p"),
    Field("cancelled", "P", MONEY, "cancelled since the start", "Can_p"),
    Field("in_pipeline", "P", MONEY, "promised and still awaited"),
    Field("executed", "P", "share", "delivered of what fell due and could be taken in, since the start"),
    Field("regional_share", "P", "share", "regional influence share", "i_p"),
    Field("regional_trust", "P", "index", "mean trust"),
    Field("regional_dependence", "P", "index", "mean dependence"),
    Field("trade_share", "P", "share", "share of the powers' trade"),
    Field("leads", "P", "states", "in how many states the power has the highest influence share"),
    Field("year_fiscal", "PQ", "", "uniform numbers of the year"),
    # of a state
    Field("output", "S", MONEY, "economy in this quarter at ordinary prices of resources", "output_s"),
    Field("economy", "S", MONEY, "economy in this quarter", "GDP_s"),
    Field("relative_size", "S", "ln", "logarithm of the economy over the mean of all states"),
    Field("opening_economy", "S", MONEY, "economy in the first quarter", "GDP0_s"),
    Field("economy_growth", "S", "factor", "growth of the economy in a quarter, where there is no record"),
    Field("price_factor", "S", "factor", "what the price of resources makes of the economy", "price_s"),
    Field("sent_at_start", "S", "ln percent of GDP", "record of remittances at the start"),
    Field("sent", "S", "factor", "remittances by the record, relative to the start", "r_s"),
    Field("need_parts", "SJ", "share", "weights of the needs, sum 1", "n_sj"),
    Field("needs", "SJ", "share", "the same in this quarter, in a crisis too", "n'_sj"),
    Field("crisis", "S", "factor", "what crises make of the need of security", "crisis_s"),
    Field("absorptive_capacity", "S", "share", "absorptive capacity", "cap_s"),
    Field("to_percent", "S", "percent of GDP a year per billion USD a quarter", "turns money into percent of GDP"),
    Field("borders", "S", "", "sum of its borders, 1 at least"),
    Field("mean_cooperation", "S", "index", "mean cooperation with the other states, last quarter", "Rmean_s"),
    Field("neighbours_at_start", "S", "index", "mean cooperation with neighbours at the start", "near_s"),
    Field("all_trade_at_start", "S", MONEY_A_YEAR, "all trade of the state in the first quarter", "all_s"),
    Field("rest_of_trade", "S", MONEY_A_YEAR, "pull of all others on the state's trade", "W_s"),
    Field("all_trade", "S", MONEY_A_YEAR, "all trade of the state", "total_s"),
    Field("trade_of_gdp", "S", GDP, "trade with the powers"),
    Field("influence_of_all", "S", "share", "sum of the powers' influence shares"),
    Field("catalysis", "S", "index", "what formats do for cooperation", "cat_s"),
    Field("cooperation", "S", "index", "mean cooperation with the other states"),
    Field("autonomy", "S", "share", "autonomy share"),
    # of a tie
    Field("pull", "PS", "index", "how the state draws money", "pull_ps"),
    Field("allocation", "PS", "share", "share of the power's budget", "l_ps"),
    Field("room", "PSJ", "share", "room that rivals leave in a sector", "room_psj"),
    Field("offer", "PSJ", "share", "current offer by sector, sum 1", "O_psj"),
    Field("pipeline", "PSI", MONEY, "promises neither delivered nor cancelled, without packages", "Q_pks"),
    Field("falls_due", "PS", MONEY, "falls due this quarter, packages included", "falls_ps"),
    Field("paid", "PSI", MONEY, "delivered this quarter by instrument", "paid_ks"),
    Field("people_paid", "PS", MONEY, "delivered this quarter by labour pathways", "people_s"),
    Field("lost_money", "PS", MONEY, "cancelled this quarter"),
    Field("soft", "PS", GDP_A_YEAR, "delivered as aid, dialogue and labour pathways", "soft_ps"),
    Field("hard", "PS", GDP_A_YEAR, "delivered as connectivity", "hard_ps"),
    Field("lost", "PS", GDP_A_YEAR, "cancelled", "lost_ps"),
    Field("schooling", "PS", GDP_A_YEAR, "delivered in human capital and governance", "sch_ps"),
    Field("aid_stock", "PS", MONEY, "aid still felt", "stock_ps"),
    Field("aid", "PS", GDP, "aid stock", "A_ps"),
    Field("connectivity", "PS", MONEY, "connectivity", "K_ps"),
    Field("old_connectivity", "PS", MONEY, "what is left of that of the start", "old_ps"),
    Field("intensity", "PS", "share", "intensity of connectivity", "c_ps"),
    Field("earned", "PS", MONEY_A_YEAR, "remittances by labour pathways", "earned_ps"),
    Field("remittances", "PS", GDP, "remittances", "M_ps"),
    Field("people", "PS", "index", "people ties: language and remittances", "ppl_ps"),
    Field("trade_pull", "PS", MONEY_A_YEAR, "pull of the power on the state's trade", "phi_ps"),
    Field("trade", "PS", MONEY_A_YEAR, "trade", "X_ps"),
    Field("trade_part", "PS", "share", "part of all trade of the state", "part_ps"),
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
    Field("openness", "PS", "factor", "what trade shocks make of the pull on trade", "open_ps"),
    Field("sending", "PS", "factor", "what remittance shocks make of remittances", "send_ps"),
    Field("leverage", "PS", "multiple", "use of leverage, mean 1", "J_ps"),
    Field("delivery", "PS", "share", "execution shock", "shock_ps"),
    Field("trade_shock", "PS", "ln trade", "trade shock", "tz_ps"),
    Field("allied", "PS", "index", "alliances, joint forces and arms", "S_ps"),
    Field("member", "PS", "0 or 1", "is a member of the power's union", "U_ps"),
    Field("security", "PS", "index", "security tie, union included", "Z_ps"),
    Field("logged_aid", "PS", "index", "aid on the scale of L", "L(A_ps)"),
    Field("substance", "PS", "index", "what a tie is made of, before engagement", "sub_ps"),
    Field("bandwidth", "PS", "index", "bandwidth", "V_ps"),
    Field("dependence", "PS", "index", "dependence", "D_ps"),
    Field("formal_capacity", "PS", "index", "substance of the tie times dependence"),
    Field("utility", "PS", "utility", "what the power offers the state", "u_ps"),
    Field(
        "answer", "PS", "mean 1 over powers", "weight of the power in the state's choice, then its target", "resp_ps"
    ),
    Field("engagement", "PS", "mean 1 over powers", "engagement", "e_ps"),
    Field("share", "PS", "share", "influence share", "i_ps"),
    Field("year_delivery", "PSQ", "", "uniform numbers of the year"),
    Field("year_trade", "PSQ", "", "uniform numbers of the year"),
    Field("year_pressure", "PSQ", "", "uniform numbers of the year"),
    # of a link
    Field("border", "SS", "index", "1 where the two states share a border", "B_st"),
    Field("link", "SS", "index", "cooperation of two states; symmetric, 0 on the diagonal", "R_st"),
    # of an event
    Field("fires", "E", "0 or 1", "happens in this world"),
    Field("package_mix", "EI", "share", "how a package is split among instruments"),
    Field("remaining", "ES", MONEY, "what is left of a package", "left_s"),
)
"""What a world holds beside its parameters."""

FIELDS: Final[Mapping[str, Field]] = {field.name: field for field in (*PARAMETERS, *STATE)}

OBSERVED: Final[Mapping[str, str]] = {
    name: "executed" if name == "execution" else name
    for name in (
        *("share", "regional_share", "autonomy", "regional_autonomy", "trust", "regional_trust", "dependence"),
        *("regional_dependence", "engagement", "bandwidth", "formal_capacity", "trade", "trade_share", "trade_of_gdp"),
        *("aid", "connectivity", "dialogue", "fit", "security", "remittances", "allocation", "execution", "promised"),
        *("delivered", "cancelled", "in_pipeline", "budget", "has_format", "cooperation", "absorptive_capacity"),
    )
}
"""Variables that a course or an outcome shows, in the order of tables: name -> field."""

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

SWITCHES: Final = (
    "chance",
    *MECHANISMS,
    *(f"{part}_{choice}" for part, choices in STRUCTURES.items() for choice in list(choices)[1:]),
)
"""What a scenario or a run can switch off."""

STREAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "P": ("fiscal", "format"),
    "PS": ("delivery", "trade", "pressure"),
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
