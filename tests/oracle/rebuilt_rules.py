"""The submodels of docs/odd.md, rebuilt from its text alone; section numbers are those of that page.

Arrays are of powers (power, 1), of states (state,), of ties (power, state), of links (state, state), of the pipeline
(power, instrument, state), of offers (power, state, sector). Parameters are attributes: `p` of powers, `s` of states,
`w` of the world.
"""

import numpy as np

DT, TINY = 0.25, 1e-300
INSTRUMENTS = ("aid", "connectivity", "dialogue")


def logged(percent):
    """L(x) of 2.4."""
    return np.log(1.0 + percent) / np.log(101.0)


def quotient(part, whole):
    """A quotient that is 0 where the divisor is 0."""
    return np.divide(part, whole, out=np.zeros(np.broadcast_shapes(np.shape(part), np.shape(whole))), where=whole != 0)


def normalised(weights):
    """Weights of sum 1 along the last axis, equal ones where all are zero (2.3)."""
    total = np.sum(weights, axis=-1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1.0), 1.0 / np.shape(weights)[-1])


def faded(rate):
    """What a decay leaves after a quarter."""
    return np.maximum(0.0, 1.0 - rate * DT)


class Rules:
    """What happens in a quarter once events and chance have had their say (element 7)."""

    def look_around(self):
        """7.1."""
        wanted = self.n.copy()
        wanted[:, 4] *= self.crisis
        self.wanted = normalised(wanted)
        self.gdp_s = self.output * self.price
        self.percent = 100.0 / self.gdp_s
        self.Rmean = self.R.sum(axis=1) / max(1, self.S - 1)
        self.regional = self.i.mean(axis=1, keepdims=True)
        crowd = np.zeros_like(self.O)
        for p in range(self.P):
            held = np.delete(self.i, p, axis=0)[:, :, None]
            crowd[p] = quotient((held * np.delete(self.O, p, axis=0)).sum(axis=0), held.sum(axis=0))
        self.room = 1.0 / (1.0 + 5.0 * crowd)

    def allocate(self):
        """7.2 and the first part of 7.3."""
        p = self.p
        rivals = np.array([[np.delete(self.regional, q).max(initial=0.0)] for q in range(self.P)])
        rise = p.counterbalancing * np.maximum(0.0, rivals - 0.25) * self.on("counterbalancing")
        self.Bud = 0.01 * p.effort * self.gdp_p * np.exp(self.z) * (1.0 + rise) * self.Phi
        h = p.even_handedness if self.on("allocation") else 1.0
        pull = self.attraction() * np.maximum(self.e, 1e-12) * (self.gdp_s / self.gdp_s.mean()) ** p.size
        self.l = h / self.S + (1.0 - h) * pull / pull.sum(axis=1, keepdims=True)
        self.C = self.m[:, :, None] * (self.l * self.Bud * DT)[:, None]

    def attraction(self):
        """attr of 7.3."""
        p, s = self.p, self.s
        if self.chosen("allocation") == "need_only":
            return np.tile(s.needs_level + 1e-12, (self.P, 1))
        held = np.array([np.delete(self.i, q, axis=0).sum(axis=0) for q in range(self.P)])
        ties = quotient(self.V, 2.0 * self.V.mean(axis=1, keepdims=True))
        drawn = p.allocation_need * s.needs_level + p.allocation_resources * s.resources
        return drawn + p.allocation_ties * ties + p.allocation_rivalry * held + 1e-12

    def make_offer(self):
        """7.3, second part."""
        q = (self.p.responsiveness * self.on("responsiveness"))[:, :, None]
        d = (self.p.differentiation * self.on("differentiation"))[:, :, None]
        self.O = normalised(((1.0 - q) * self.o[:, None] + q * self.wanted) * (1.0 - d + d * self.room))
        want = normalised(self.wanted * self.room)
        self.fit = np.maximum(0.0, 1.0 - np.abs(self.O - want).sum(axis=2))

    def due_rate(self):
        """du of 7.4, (instrument, 1)."""
        return np.minimum(1.0, DT / np.array([[getattr(self.w, f"maturity_{name}")] for name in INSTRUMENTS]))

    def carried_out(self, x):
        """x' of 7.4, (power, state)."""
        return np.clip(x * (1.0 + self.shock), 0.0, 1.0) if self.on("slippage") else np.ones((self.P, self.S))

    def deliver(self):
        """7.4."""
        kappa, x = self.w.delivery_cancelled, self.p.execution
        self.Q, self.Com = self.Q + self.C, self.Com + self.Bud * DT
        due = self.due_rate() * self.Q
        fallen = [one["left"] / max(1, one["last"] - self.quarter + 1) for one in self.packages]
        falls = due.sum(axis=1)
        for one, part in zip(self.packages, fallen, strict=True):
            falls[one["p"]] += part
        eased = self.cap / (self.cap + falls.sum(axis=0) / (DT * self.w.absorption_limit * self.gdp_s))
        a = eased if self.on("absorption_limit") else np.ones(self.S)
        done = (a * self.carried_out(x))[:, None]
        self.paid, slipped = due * done, kappa * due * (a - done)
        self.Q, lost = self.Q - self.paid - slipped, slipped.sum(axis=1)
        self.people_paid = np.zeros((self.P, self.S))
        for one, part in zip(self.packages, fallen, strict=True):
            p = one["p"]
            given = part * a * self.carried_out(x if one["execution"] is None else one["execution"])[p]
            gone = kappa * (part * a - given)
            one["left"] = one["left"] - given - gone
            lost[p] += gone
            if one["people"]:
                self.people_paid[p] += given
            else:
                self.paid[p] += one["mix"] * given
        self.Due = self.Due + (a * falls).sum(axis=1, keepdims=True)
        self.Del = self.Del + (self.paid.sum(axis=1) + self.people_paid).sum(axis=1, keepdims=True)
        self.Can = self.Can + lost.sum(axis=1, keepdims=True)
        self.soft = self.percent * (self.paid[:, 0] + self.paid[:, 2] + self.people_paid) / DT
        self.hard, self.lost = self.percent * self.paid[:, 1] / DT, self.percent * lost / DT

    def build(self):
        """7.5, by the power."""
        w, worn = self.w, faded(self.w.connectivity_depreciation)
        self.stock = self.stock * faded(w.aid_decay) + self.paid[:, 0]
        self.A = 100.0 * self.stock / self.gdp_s
        self.K, self.old = self.K * worn + self.paid[:, 1], self.old * worn
        self.earned = self.earned * worn + w.people_yield * self.people_paid
        self.sch = self.percent * self.paid[:, 0] * (self.O[:, :, 0] + self.O[:, :, 3]) / DT

    def talk(self, money):
        """7.6; `money` is the dialogue money paid."""
        if self.on("dialogue"):
            meetings = self.p.meetings_per_year * np.maximum(self.e, self.F)
            meetings = meetings + self.w.dialogue_money * self.percent * money / DT
            self.g = meetings / (meetings + self.w.dialogue_half_saturation)

    def connect(self):
        """c, M and ppl of 7.5."""
        p, s = self.p, self.s
        self.c = self.K / (self.K + self.w.connectivity_half_saturation * self.gdp_s)
        self.M = s.remittances * self.r * p.migrants * self.send + 100.0 * self.earned / self.gdp_s
        self.ppl = (p.language + logged(self.M)) / 2.0 * self.on("people")

    def neighbours(self):
        """near of 5.1 and 7.5."""
        return (self.B * self.R).sum(axis=1) / np.maximum(1.0, self.B.sum(axis=1))

    def trade(self):
        """7.5."""
        w, p = self.w, self.p
        grown = np.where(self.gdp0_p == 0, 1.0, quotient(self.gdp_p, self.gdp0_p) ** w.trade_elasticity)
        pulled = self.X0 * (grown if self.on("gravity") else 1.0)
        route = p.land_route + (1.0 - p.land_route) * w.trade_overseas
        added = w.trade_yield * route * np.maximum(0.0, self.K - self.old) * self.on("connectivity_trade")
        phi = (pulled + added) * self.open * np.exp(self.tz)
        opened = w.trade_transit * (self.neighbours() - self.near) * self.on("transit")
        pulls = phi.sum(axis=0) + self.W * np.maximum(0.0, 1.0 + opened)
        if self.chosen("trade") == "unconstrained":
            self.total = pulls * self.gdp_s / self.gdp0_s
            self.X = phi * self.gdp_s / self.gdp0_s
        else:
            self.total = self.all * self.gdp_s / self.gdp0_s
            self.X = self.total * phi / pulls

    def gather_evidence(self):
        """7.7, first part."""
        w, p = self.w, self.p
        weight = w.trust_delivery_gain / (self.soft + self.hard + self.lost + w.trust_volume_half_saturation)
        deeds = weight * (self.soft + w.trust_loans * self.hard) * (1.0 - w.trust_fit * (1.0 - self.fit))
        slips = weight * self.lost
        words = p.predictability * (1.0 - p.coerciveness)
        words = words * (1.0 + w.trust_format_gain * self.F) / (1.0 + w.trust_format_gain)
        words = words * (deeds + 0.05) / (deeds + slips + 0.1)
        self.kept = w.trust_dialogue_gain * self.g * words + w.trust_people_gain * self.ppl + deeds
        pressed = w.trust_pressure_loss * self.D * (p.coerciveness * self.J + self.press)
        self.broken = w.trust_negativity * slips + pressed * self.on("pressure")

    def grow_capacity(self):
        """cap of 7.5."""
        if self.on("absorption"):
            rise = self.w.absorption_gain * self.sch.sum(axis=0) * (1.0 - self.cap)
            back = self.w.absorption_relaxation * (self.cap - self.s.absorptive_capacity)
            self.cap = np.clip(self.cap + DT * (rise - back), 0.01, 1.0)

    def remember(self):
        """7.7, second part."""
        if not self.on("trust"):
            return
        phi = self.w.trust_forgetting
        self.alpha = self.alpha + DT * (self.kept - phi * (self.alpha - 1.0))
        self.beta = self.beta + DT * (self.broken - phi * (self.beta - 1.0))
        if self.chosen("trust") == "recent":
            k, b = self.kept + self.newsk, self.broken + self.newsb
            step = DT * 2.0 * phi * (quotient(k, k + b) - self.T)
            self.T = np.where(k + b > 0, self.T + step, self.T)
        else:
            self.T = (self.alpha + self.newsk) / (self.alpha + self.newsk + self.beta + self.newsb)

    def weigh(self):
        """7.8."""
        bound = self.w.security_union * (1.0 - self.s.neutrality) * self.U
        self.Z = np.minimum(1.0, self.allied + bound) * self.on("security")
        trade = (logged(self.percent * self.X) + self.X / self.total) / 2.0
        parts = (trade, logged(self.A), self.c, self.g, self.Z, self.ppl)
        self.sub = sum(b * part for b, part in zip(self.b, parts, strict=True))
        self.V = self.e * self.sub
        self.D = (self.sub - self.b[3] * self.g) / (1.0 - self.b[3]) if self.b[3] != 1 else np.zeros_like(self.sub)

    def target(self):
        """7.9."""
        w, s = self.w, self.s
        gains = self.c + 2.0 * s.needs_level * logged(self.A) + self.fit + 5.0 * self.wanted[:, 4] * self.Z
        unease = s.hedging * self.D**2 * self.on("hedging")
        utility = self.T + w.hedging_benefit / 4.0 * gains - unease
        there = self.sub > 0
        if self.chosen("choice") == "proportional":
            weights = there * np.maximum(0.01, utility)
        else:
            below = utility - np.where(there, utility, -np.inf).max(axis=0)
            weights = there * np.exp(w.hedging_precision * np.minimum(below, 0.0))
        return np.where(there, there.sum(axis=0) * quotient(weights, weights.sum(axis=0)), 1.0)

    def choose(self):
        """A step of 7.9."""
        if self.on("choice"):
            self.e = self.e + DT * self.w.hedging_speed * (self.target() - self.e)

    def share_out(self):
        """7.10."""
        w, s = self.w, self.s
        theta = {"capacity_only": 0.0, "consent_only": 1.0}.get(self.chosen("influence"), w.influence_theta)
        leverage = self.D * (1.0 - w.influence_shield * self.Rmean)
        influence = self.V * (theta * self.T + (1.0 - theta) * leverage)
        able = (self.cap / s.absorptive_capacity) ** (w.influence_capacity * self.on("capacity_autonomy"))
        own = w.influence_agency * s.agency * able * (1.0 + self.Rmean)
        self.i = influence / np.maximum(TINY, influence.sum(axis=0) + own)

    def settle(self):
        """7.11, 7.12."""
        p, w = self.p, self.w
        if self.on("cooperation"):
            does = (self.F * p.catalytic_intent * self.T * self.g).sum(axis=0)
            grown = w.cooperation_growth * (does[:, None] + does) / 2.0 * (1.0 - self.R) - w.cooperation_decay
            self.R = np.clip(self.R + DT * self.R * grown, 0.0, 1.0)
        if self.on("emulation"):
            self.spread_formats()
        self.F = np.where(self.H >= self.E, 1.0, self.F)

    def spread_formats(self):
        """7.12."""
        present, trust, hazard = (self.V > 0).any(axis=1), self.T.mean(axis=1), np.zeros((self.P, 1))
        for p in range(self.P):
            others = [q for q in range(self.P) if q != p and present[q]]
            holders = [q for q in others if self.F[q] == 1.0]
            if holders:
                lead = max(0.0, trust[holders].mean() - trust[p])
                hazard[p] = len(holders) / len(others) * (1.0 + self.w.emulation_lead * lead)
        self.H = self.H + DT * self.p.emulation * hazard

    def grow(self):
        """7.14: the economies move on to the next quarter, the rest of trade with them."""
        self.gdp_p = self.next_economy(self.story.powers, self.gdp_p, self.p)
        self.output = self.next_economy(self.story.states, self.output, self.s)
        self.r = self.remittances_by_record(self.quarter + 1)
        if self.on("gravity"):
            self.W = self.W * (1.0 + self.w.trade_rest_growth) ** (DT * self.w.trade_elasticity)
