"""The model rebuilt from docs/odd.md alone: an oracle for tests/world/test_odd.py that uses nothing of steppewise.

One world at a time: its luck, its opening, its quarters, its events. The rules are in rebuilt_rules.py, the reading of
files in rebuilt_input.py. Section numbers are those of docs/odd.md.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
from tests.oracle.rebuilt_rules import DT, INSTRUMENTS, Rules, faded, normalised, quotient

SECTORS = ("human_capital", "transport", "energy", "governance", "security")
PARTS = ("trade", "aid", "connectivity", "dialogue", "security", "people")
OPENING = ("absorptive_capacity", "other_trade", "remittances")
"""What describes the start, beside everything of ties and links (6.1)."""

LASTING = ("pressure", "budget", "trade_shock", "remittance_shock", "resource_price", "security_crisis")
WORD = 2**64 - 1


@dataclass(frozen=True)
class Story:
    """A resolved scenario as plain data; quarters are numbers (2.2), parameters (value, low, high) by name.

    An event is a dict of `label`, `at`, `probability`, `kind` and the keys of its kind (6.4), with levels as numbers,
    `to` (or `along`) as names in `to`, and all defaults filled in; `mix` and `execution` None are the power's own.
    `structure` holds the formulations that are not the first one (7.16). A record is numbers by year, by ("gdp",
    actor) or ("remittances", state), no year between two others lacking (6.5).
    """

    powers: tuple[str, ...]
    states: tuple[str, ...]
    start: int
    end: int
    parameters: dict[str, tuple[float, float, float]]
    events: tuple[dict, ...] = ()
    off: frozenset[str] = frozenset()
    structure: dict[str, str] = field(default_factory=dict)
    records: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)


def philox(counter, key):
    """Four words of Philox4x64 with 10 rounds (7.0)."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for number in range(10):
        if number > 0:
            k0, k1 = (k0 + 0x9E3779B97F4A7C15) & WORD, (k1 + 0xBB67AE8584CAA73B) & WORD
        a, b = 0xD2E7470EE14C6C93 * c0, 0xCA5A826395121157 * c2
        c0, c1, c2, c3 = (b >> 64) ^ c1 ^ k0, b & WORD, (a >> 64) ^ c3 ^ k1, a & WORD
    return c0, c1, c2, c3


def uniform(seed, name, world, year=0, quarter=0):
    """The number of a stream for a world, a calendar year and a quarter counted from 0; year 0 is once (7.0)."""
    digest = blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    key = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
    return (philox((world + 1, year, 0, 0), key)[quarter] >> 11) * 2.0**-53


def quarters(years):
    """How many quarters something lasts (6.4); None is for good."""
    return np.inf if years is None else max(1, round(years / DT))


def bridged(record, quarter):
    """7.13: what a record says of the middle of a quarter; None where it lacks one of the two years."""
    year, h = divmod(quarter, 4)
    first, way = (year - 1, (h + 2.5) / 4) if h < 2 else (year, (h - 1.5) / 4)
    if first not in record or first + 1 not in record:
        return None
    one, other = np.log(record[first]), np.log(record[first + 1])
    return np.exp(one + way * (other - one))


class RebuiltWorld(Rules):
    """One world of a story: call `step()` while `quarter <= story.end`, and `observed()` after it."""

    def __init__(self, story, seed, world=0, chance=True, ignorance=True):
        self.story, self.seed, self.world, self.chance = story, seed, world, chance
        self.quarter, self.P, self.S = story.start, len(story.powers), len(story.states)
        self.value = {
            name: low + (high - low) * uniform(seed, self.stream(name), world) if ignorance and low < high else value
            for name, (value, low, high) in story.parameters.items()
        }
        self.events = [e for e in story.events if self.once(f"event/{e['label']}") < e["probability"]]
        self.gather()
        self.open_economies()
        self.open_stocks()
        self.open_ties()

    def stream(self, name):
        """The stream of a parameter (7.0)."""
        opens = name.startswith(("ties.", "links.")) or name.rpartition(".")[2] in OPENING
        return f"opening/{self.story.start // 4}/{name}" if opens else f"parameter/{name}"

    def gather(self):
        """Parameters by kind, dots of their names as underscores; groups of weights (power or state, key)."""
        self.p = self.bag([f"powers.{power}." for power in self.story.powers], (-1, 1))
        self.s = self.bag([f"states.{state}." for state in self.story.states], (-1,))
        self.w = self.bag(["world."], ())
        self.m = normalised(np.hstack([getattr(self.p, f"instruments_{name}") for name in INSTRUMENTS]))
        self.o = normalised(np.hstack([getattr(self.p, f"offer_{name}") for name in SECTORS]))
        self.n = normalised(np.stack([getattr(self.s, f"needs_{name}") for name in SECTORS], axis=1))
        left_out = [name for name in ("security", "people") if not self.on(name)]
        weights = [0.0 if name in left_out else float(getattr(self.w, f"bandwidth_{name}")) for name in PARTS]
        self.b = normalised(np.array(weights))

    def bag(self, prefixes, shape):
        """The parameters of some holders as attributes."""
        keys = [name.removeprefix(prefixes[0]) for name in self.value if name.startswith(prefixes[0])]
        rows = {key: np.array([self.value[prefix + key] for prefix in prefixes]).reshape(shape) for key in keys}
        return SimpleNamespace(**{key.replace(".", "_"): row for key, row in rows.items()})

    def of_ties(self, key):
        """A parameter of ties, (power, state)."""
        pairs = product(self.story.powers, self.story.states)
        return np.array([self.value[f"ties.{p}.{s}.{key}"] for p, s in pairs]).reshape(self.P, self.S)

    def of_links(self, key):
        """A parameter of links, (state, state)."""
        table, names = np.zeros((self.S, self.S)), self.story.states
        for s, t in zip(*np.triu_indices(self.S, 1), strict=True):
            table[s, t] = table[t, s] = self.value[f"links.{names[s]}.{names[t]}.{key}"]
        return table

    def on(self, mechanism):
        """Is a mechanism on?"""
        return mechanism not in self.story.off

    def chosen(self, part):
        """The formulation of a part, None for the model's own (7.16)."""
        return self.story.structure.get(part)

    def once(self, name):
        """A number drawn once a run; one half without chance."""
        return uniform(self.seed, name, self.world) if self.chance else 0.5

    def advance_chance(self):
        """7.0: shocks and leverage of this quarter."""
        p, w, ties = self.p, self.w, [f"/{state}" for state in self.story.states]

        def drawn(process, ends):
            names = [f"{process}/{power}{end}" for power in self.story.powers for end in ends]
            when = divmod(self.quarter, 4)
            return np.array([uniform(self.seed, name, self.world, *when) for name in names]).reshape(self.P, -1)

        def shocked(old, rho, sigma, u):
            return rho * old + 12.0**0.5 * sigma * (1.0 - rho**2) ** 0.5 * (u - 0.5)

        if self.chance and self.on("fiscal_shocks"):
            self.z = shocked(self.z, w.fiscal_persistence, p.fiscal_volatility, drawn("fiscal", [""]))
        if self.chance and self.on("delivery_shocks"):
            self.shock = shocked(self.shock, w.delivery_persistence, w.delivery_volatility, drawn("delivery", ties))
        if self.chance and self.on("trade_shocks"):
            self.tz = shocked(self.tz, w.trade_persistence, w.trade_volatility, drawn("trade", ties))
        if self.chance and self.on("pressure"):
            self.J = np.where(drawn("pressure", ties) < w.pressure_frequency, 1.0 / w.pressure_frequency, 0.0)

    # the opening (5) ----------------------------------------------------------------------------------------

    def open_economies(self):
        """7.14 at the start."""
        story = self.story
        self.gdp_p = self.first_economies(story.powers, self.p)
        self.output = self.first_economies(story.states, self.s)
        self.r = self.remittances_by_record(story.start)

    def first_economies(self, names, of):
        """GDP of the first quarter (7.14)."""
        first = [self.first_economy(*row) for row in zip(names, of.gdp.flat, of.growth.flat, strict=True)]
        return np.array(first).reshape(of.gdp.shape)

    def first_economy(self, name, gdp, growth):
        """GDP of an actor in the first quarter."""
        middle, record = self.story.start / 4 + DT / 2, self.record("gdp", name)
        if not record or middle < min(record) + 0.5:
            return gdp * (1.0 + growth) ** (middle - 2020.5)
        found, last = bridged(record, self.story.start), max(record)
        if found is None:
            found = record[last] * (1.0 + growth) ** (middle - last - 0.5)
        return gdp * found / record[2020]

    def next_economy(self, names, old, of):
        """GDP of the next quarter (7.14)."""
        later = old * (1.0 + of.growth) ** DT
        for place, name in enumerate(names):
            record = self.record("gdp", name)
            found = bridged(record, self.quarter + 1) if record else None
            if found is not None:
                later[place] = of.gdp[place] * found / record[2020]
        return later

    def remittances_by_record(self, quarter):
        """r of 7.5: the record over what it said at the start."""
        ratios = []
        for name in self.story.states:
            record = self.record("remittances", name) or {}
            then = bridged(record, self.story.start)
            ratios.append(1.0 if then is None else bridged(record, min(quarter, max(record) * 4 + 1)) / then)
        return np.array(ratios)

    def record(self, kind, name):
        """A yearly record, None where there is none or it is off."""
        return self.story.records.get((kind, name)) if self.on("record") else None

    def open_stocks(self):
        """5.1."""
        start, column, tie = self.story.start / 4, np.zeros((self.P, 1)), np.zeros((self.P, self.S))
        self.price, self.crisis = np.ones(self.S), np.ones(self.S)
        self.gdp_s, self.gdp0_p, self.gdp0_s = self.output, self.gdp_p, self.output
        self.cap, self.F, self.H = self.s.absorptive_capacity, np.where(self.p.format_start <= start, 1.0, 0.0), column
        self.O = np.repeat(self.o[:, None], self.S, axis=1)
        self.E = -np.log(1.0 - np.array([[self.once(f"format/{power}")] for power in self.story.powers]))
        self.z, self.shock, self.tz, self.J = column, tie, tie, tie + 1.0
        self.alpha, self.beta = 1.0 + self.of_ties("trust.kept"), 1.0 + self.of_ties("trust.broken")
        self.newsk, self.newsb, self.T = tie, tie, self.alpha / (self.alpha + self.beta)
        self.A, self.X0 = self.of_ties("aid"), self.of_ties("trade")
        self.stock, self.X, self.W = self.A * self.gdp_s / 100.0, self.X0, self.s.other_trade
        self.K = self.old = self.of_ties("connectivity")
        self.allied, self.U, self.earned = self.of_ties("security"), self.of_ties("union"), tie
        self.B, self.R = self.of_links("border"), self.of_links("cooperation")
        self.all = self.total = self.W + self.X0.sum(axis=0)
        self.near = self.neighbours()
        self.e, self.l, self.i, self.g = tie + 1.0, tie + 1.0 / self.S, tie, tie
        self.Com, self.Due, self.Del, self.Can = column, column, column, column
        self.Phi, self.press, self.open, self.send, self.packages = column + 1.0, tie, tie + 1.0, tie + 1.0, []

    def open_ties(self):
        """5.2 to 5.4."""
        self.look_around()
        self.make_offer()
        self.talk(0.0)
        self.connect()
        self.weigh()
        self.e = self.target()
        self.weigh()
        self.share_out()
        self.look_around()
        self.allocate()
        x, kappa = self.p.execution, self.w.delivery_cancelled
        leave = x + kappa * (1.0 - x) if self.on("slippage") else np.ones((self.P, 1))
        leave = np.where(leave == 0, 1.0, leave)[:, :, None]
        load = (self.C / leave).sum(axis=(0, 1)) / (DT * self.w.absorption_limit * self.gdp_s * self.cap)
        a = np.maximum(0.1, 1.0 - load) if self.on("absorption_limit") else 1.0
        self.Q = np.maximum(0.0, self.C / (self.due_rate() * a * leave) - self.C)
        self.Com = self.Q.sum(axis=(1, 2))[:, None]

    # the step (3.1) -----------------------------------------------------------------------------------------

    def step(self):
        """One quarter."""
        self.happen()
        self.advance_chance()
        self.look_around()
        self.allocate()
        self.make_offer()
        self.deliver()
        self.build()
        self.talk(self.paid[:, 2])
        self.connect()
        self.trade()
        self.gather_evidence()
        self.grow_capacity()
        self.remember()
        self.weigh()
        self.choose()
        self.share_out()
        self.settle()
        self.grow()
        self.quarter += 1

    def happen(self):
        """7.12 and 7.7: dates come, news fades; 6.4: events of the quarter begin, what lasts is made anew."""
        first = (self.p.format_start <= self.quarter / 4) & (self.p.format_start > (self.quarter - 1) / 4)
        self.F = np.where(first, 1.0, self.F)
        self.newsk, self.newsb = (news * faded(self.w.trust_news_fading) for news in (self.newsk, self.newsb))
        for event in self.events:
            if event["at"] == self.quarter:
                self.begin(event, *self.places(event))
        self.press, self.Phi = np.zeros((self.P, self.S)), np.ones((self.P, 1))
        self.open, self.send = np.ones((self.P, self.S)), np.ones((self.P, self.S))
        self.crisis, self.price = np.ones(self.S), np.ones(self.S)
        for event in self.events:
            if event["kind"] in LASTING and 0 <= self.quarter - event["at"] < quarters(event["over"]):
                self.last(event, *self.places(event))

    def places(self, event):
        """The places of the power, None for nobody, and of the states of an event."""
        p = self.story.powers.index(event["by"]) if event.get("by") else None
        return p, [self.story.states.index(name) for name in event.get("to", ())]

    def begin(self, event, p, to):
        """What an event does once."""
        if event["kind"] == "visit" and event["outcome"] == "held":
            self.newsk[p, to] += getattr(self.w, f"trust_{event['level']}_visit")
        elif event["kind"] == "visit":
            self.newsb[p, to] += event["blame"] * getattr(self.w, f"trust_{event['level']}_visit")
        elif event["kind"] == "package":
            left, last = np.zeros(self.S), self.quarter + quarters(event["over"]) - 1
            left[to] = event["amount"] * normalised(self.l[p, to])
            mix = self.m[p] if event["mix"] is None else normalised(event["mix"])
            self.packages.append({**event, "p": p, "left": left, "last": last, "mix": mix[:, None]})
            self.Com[p] += event["amount"]
        elif event["kind"] == "corridor":
            self.open_corridor(event["amount"], p, to)
        elif event["kind"] == "format":
            self.F[p] = event["change"] == "launched"
            self.E[p] = np.inf if event["change"] == "ended" else self.E[p]
        elif event["kind"] == "alliance":
            step = event["strength"] * (1.0 if event["change"] == "formed" else -1.0)
            self.allied[p, to] = np.clip(self.allied[p, to] + step, 0.0, 1.0)
        elif event["kind"] == "membership":
            self.U[p, to] = event["change"] == "joined"
        elif event["kind"] == "set":
            self.value.update(event["values"])
            self.gather()

    def open_corridor(self, amount, p, to):
        """A corridor (6.4)."""
        if p is not None:
            self.K = self.K.copy()
            self.K[p, to] += amount / len(to)
        for s, t in pairwise(to):
            m = 200.0 * amount / (len(to) - 1) / (self.output[s] + self.output[t])
            self.R[s, t] += self.w.connectivity_corridor * m / (m + 1.0) * (1.0 - self.R[s, t])
            self.R[t, s] = self.R[s, t]

    def last(self, event, p, to):
        """What an event does while it is under way."""
        by = slice(None) if p is None else p
        if event["kind"] == "pressure":
            self.press[p, to] += event["strength"]
        elif event["kind"] == "budget":
            self.Phi[p] *= event["factor"]
        elif event["kind"] == "trade_shock":
            self.open[p, to] *= event["factor"]
        elif event["kind"] == "remittance_shock":
            self.send[by, to] *= event["factor"]
        elif event["kind"] == "resource_price":
            self.price[to] *= event["factor"] ** self.s.resources[to]
        else:
            self.crisis[to] *= event["factor"]

    # what is seen ----------------------------------------------------------------------------------------------

    def observed(self):
        """7.15: every variable by name."""
        regional, trade = self.i.mean(axis=1), self.X.sum(axis=1)
        waiting = self.Q.sum(axis=(1, 2))
        for package in self.packages:
            waiting[package["p"]] += package["left"].sum()
        due, paid = self.Due[:, 0], self.Del[:, 0]
        return {
            "share": self.i,
            "regional_share": regional,
            "autonomy": np.maximum(0.0, 1.0 - self.i.sum(axis=0)),
            "regional_autonomy": max(0.0, 1.0 - regional.sum()),
            "trust": self.T,
            "regional_trust": self.T.mean(axis=1),
            "dependence": self.D,
            "regional_dependence": self.D.mean(axis=1),
            "engagement": self.e,
            "bandwidth": self.V,
            "trade": self.X,
            "formal_capacity": self.sub * self.D,
            "fit": self.fit,
            "security": self.Z,
            "remittances": self.M,
            "trade_of_gdp": 100.0 * self.X.sum(axis=0) / self.gdp_s,
            "trade_share": quotient(trade, trade.sum()),
            "aid": self.A,
            "connectivity": self.K,
            "dialogue": self.g,
            "allocation": self.l,
            "execution": np.where(due > 0, quotient(paid, due), 1.0),
            "promised": self.Com[:, 0],
            "delivered": paid,
            "cancelled": self.Can[:, 0],
            "in_pipeline": waiting,
            "budget": self.Bud[:, 0],
            "has_format": self.F[:, 0],
            "cooperation": self.R.sum(axis=1) / max(1, self.S - 1),
            "absorptive_capacity": self.cap,
        }
