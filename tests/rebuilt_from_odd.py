"""The model rebuilt from docs/odd.md alone: an oracle for tests/test_odd.py that uses nothing of steppewise.

One world at a time: its luck, its opening, its quarters, its events. The rules are in tests/rebuilt_rules.py, the
reading of files in tests/rebuilt_input.py. Section numbers are those of docs/odd.md.
"""

from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
from tests.rebuilt_rules import DT, INSTRUMENTS, Rules, normalised, quotient

SECTORS = ("human_capital", "transport", "energy", "governance", "security")
COMPONENTS = ("transport", "energy", "people", "institutional")
WORD = 2**64 - 1


@dataclass(frozen=True)
class Story:
    """A resolved scenario as plain data; quarters are numbers (2.2), parameters (value, low, high) by name.

    An event is a dict of `label`, `at`, `probability`, `kind` and the keys of its kind (6.4), with levels as numbers,
    `to` (or `along`) as names in `to`, and all defaults filled in; `mix` and `execution` None are the power's own.
    """

    powers: tuple[str, ...]
    states: tuple[str, ...]
    start: int
    end: int
    parameters: dict[str, tuple[float, float, float]]
    events: tuple[dict, ...] = ()
    off: frozenset[str] = frozenset()


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


class RebuiltWorld(Rules):
    """One world of a story: call `step()` while `quarter <= story.end`, and `observed()` after it."""

    def __init__(self, story, seed, world=0, chance=True, ignorance=True):
        self.story, self.seed, self.world, self.chance = story, seed, world, chance
        self.quarter, self.P, self.S = story.start, len(story.powers), len(story.states)
        self.value = {
            name: low + (high - low) * uniform(seed, f"parameter/{name}", world) if ignorance and low < high else value
            for name, (value, low, high) in story.parameters.items()
        }
        self.events = [e for e in story.events if self.once(f"event/{e['label']}") < e["probability"]]
        self.gather()
        self.open_stocks()
        self.open_ties()

    def gather(self):
        """Parameters by kind, dots of their names as underscores; groups of weights (power or state, key)."""
        self.p = self.bag([f"powers.{power}." for power in self.story.powers], (-1, 1))
        self.s = self.bag([f"states.{state}." for state in self.story.states], (-1,))
        self.w = self.bag(["world."], ())
        self.m = normalised(np.hstack([getattr(self.p, f"instruments_{name}") for name in INSTRUMENTS]))
        self.o = normalised(np.hstack([getattr(self.p, f"offer_{name}") for name in SECTORS]))
        self.n = normalised(np.stack([getattr(self.s, f"needs_{name}") for name in SECTORS], axis=1))
        self.b = normalised(np.array([self.w.bandwidth_trade, self.w.bandwidth_aid, self.w.bandwidth_dialogue]))

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
        if self.chance and self.on("taste_shocks"):
            rho, sigma = w.hedging_taste_persistence, w.hedging_taste_volatility
            self.taste = shocked(self.taste, rho, sigma, drawn("taste", ties))
        if self.chance and self.on("pressure"):
            self.J = np.where(drawn("pressure", ties) < w.pressure_frequency, 1.0 / w.pressure_frequency, 0.0)

    # the opening (5) ----------------------------------------------------------------------------------------

    def open_stocks(self):
        """5.1."""
        start, column, tie = self.story.start / 4, np.zeros((self.P, 1)), np.zeros((self.P, self.S))
        self.gdp_p = self.p.gdp * (1.0 + self.p.growth) ** (start - 2020)
        self.gdp_s = self.s.gdp * (1.0 + self.s.growth) ** (start - 2020)
        self.G_p, self.G_s, self.cap = column + 1.0, np.ones(self.S), self.s.absorptive_capacity
        self.O, self.F, self.H = self.o, np.where(self.p.format_start <= start, 1.0, 0.0), column
        self.E = -np.log(1.0 - np.array([[self.once(f"format/{power}")] for power in self.story.powers]))
        self.z, self.shock, self.taste, self.J = column, tie, tie, tie + 1.0
        self.alpha, self.beta = 1.0 + self.of_ties("trust.kept"), 1.0 + self.of_ties("trust.broken")
        self.newsk, self.newsb, self.T = tie, tie, self.alpha / (self.alpha + self.beta)
        self.A, self.X = self.of_ties("aid"), self.of_ties("trade")
        self.K = sum(self.of_ties(f"connectivity.{name}") for name in COMPONENTS)
        self.B, self.R = self.of_links("border"), self.of_links("cooperation")
        self.e, self.l, self.ret, self.i, self.g = tie + 1.0, tie + 1.0 / self.S, tie + 0.5, tie, tie
        self.Com, self.Due, self.Del, self.Can = column, column, column, column
        self.Phi, self.press, self.packages = column + 1.0, tie, []

    def open_ties(self):
        """5.2 to 5.4."""
        self.look_around()
        self.offer_and_talk(self.O, 0.0)
        self.connect()
        self.weigh()
        self.e = self.target()
        self.U = self.X / ((1.0 + self.w.trade_connectivity_gain * self.c) * (1.0 + self.e))
        self.weigh()
        self.share_out()
        self.look_around()
        self.allocate()
        f = self.delivered_share(self.p.execution)
        leaving = (f + self.w.delivery_cancelled * (1.0 - f))[:, None]
        self.Q = np.maximum(0.0, self.C / (self.due_rate() * np.where(leaving == 0, 1.0, leaving)) - self.C)
        self.Com = self.Q.sum(axis=(1, 2))[:, None]

    # the step (3.1) -----------------------------------------------------------------------------------------

    def step(self):
        """One quarter."""
        self.happen()
        self.advance_chance()
        self.look_around()
        self.allocate()
        offer = self.next_offer()
        self.offer_and_talk(offer, self.deliver(offer))
        self.connect()
        if self.on("trade"):
            gravity = (1.0 + self.w.trade_connectivity_gain * self.c) * (1.0 + self.e)
            self.X = self.U * self.G_p * self.G_s * gravity
        self.gather_evidence()
        if self.on("absorption"):
            rise = self.w.absorption_gain * self.sch.sum(axis=0) * (1.0 - self.cap)
            back = self.w.absorption_relaxation * (self.cap - self.s.absorptive_capacity)
            self.cap = np.clip(self.cap + DT * (rise - back), 0.0, 1.0)
        if self.on("trust"):
            self.remember()
        self.weigh()
        if self.on("hedging"):
            self.e = self.e + DT * self.w.hedging_speed * (self.target() - self.e)
        self.share_out()
        self.settle()
        self.quarter += 1

    def happen(self):
        """7.12 and 7.7: dates come, news fades; 6.4: events of the quarter begin, what lasts is made anew."""
        first = (self.p.format_start <= self.quarter / 4) & (self.p.format_start > (self.quarter - 1) / 4)
        self.F = np.where(first, 1.0, self.F)
        left = np.maximum(0.0, 1.0 - self.w.trust_news_fading * DT)
        self.newsk, self.newsb = self.newsk * left, self.newsb * left
        self.press, self.Phi = np.zeros((self.P, self.S)), np.ones((self.P, 1))
        for event in self.events:
            p = self.story.powers.index(event["by"]) if event.get("by") else None
            to = [self.story.states.index(name) for name in event.get("to", ())]
            if event["at"] == self.quarter:
                self.begin(event, p, to)
            if event["kind"] == "pressure" and 0 <= self.quarter - event["at"] < quarters(event["over"]):
                self.press[p, to] += event["strength"]
            if event["kind"] == "budget" and 0 <= self.quarter - event["at"] < quarters(event["over"]):
                self.Phi[p] *= event["factor"]

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
            if p is not None:
                self.K[p, to] += event["amount"] / len(to)
            for s, t in pairwise(to):
                self.R[s, t] += self.w.connectivity_corridor * (1.0 - self.R[s, t])
                self.R[t, s] = self.R[s, t]
        elif event["kind"] == "format":
            self.F[p] = event["change"] == "launched"
            self.E[p] = np.inf if event["change"] == "ended" else self.E[p]
        elif event["kind"] == "membership":
            change = self.w.connectivity_membership * self.gdp_s[to] * (1.0 if event["change"] == "joined" else -1.0)
            self.K[p, to] = np.maximum(0.0, self.K[p, to] + change)
        elif event["kind"] == "set":
            before = self.o
            self.value.update(event["values"])
            self.gather()
            self.O = np.where((self.o != before).any(axis=1, keepdims=True), self.o, self.O)

    # what is seen ----------------------------------------------------------------------------------------------

    def observed(self):
        """7.15: every variable by name."""
        regional, trade = self.i.mean(axis=1), self.X.sum(axis=1)
        waiting = self.Q.sum(axis=(1, 2))
        for package in self.packages:
            waiting[package["p"]] += package["left"].sum()
        due, paid = self.Due[:, 0], self.Del[:, 0]
        by_tie = (self.i, self.T, self.D, self.e, self.V, self.X, self.A, self.K, self.g, self.l)
        names = "share trust dependence engagement bandwidth trade aid connectivity dialogue allocation"
        return dict(zip(names.split(), by_tie, strict=True)) | {
            "regional_share": regional,
            "autonomy": 1.0 - self.i.sum(axis=0),
            "regional_autonomy": 1.0 - regional.sum(),
            "regional_trust": self.T.mean(axis=1),
            "regional_dependence": self.D.mean(axis=1),
            "trade_share": quotient(trade, trade.sum()),
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
