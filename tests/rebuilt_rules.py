"""The submodels of docs/odd.md, rebuilt from its text alone; section numbers are those of that page.

Arrays are of powers (power, 1), of states (state,), of ties (power, state), of links (state, state), of the pipeline
(power, instrument, state). Parameters are attributes: `p` of powers, `s` of states, `w` of the world.
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


class Rules:
    """What happens in a quarter once events and chance have had their say (element 7)."""

    def look_around(self):
        """7.1."""
        w, passage = self.w, self.B * self.R
        self.transit = w.connectivity_transit * passage
        self.hear = w.trust_social_learning * passage / np.maximum(1.0, self.B.sum(axis=1))[:, None]
        self.Rmean = self.R.sum(axis=1) / max(1, self.S - 1)
        self.out = w.dependence_outside + w.dependence_cooperation * self.Rmean
        self.talk = w.trust_dialogue_gain * self.p.predictability * (1.0 - self.F * self.p.coerciveness)
        self.percent, self.capability = 100.0 / self.gdp_s, np.sqrt(self.cap)
        self.regional = self.i.mean(axis=1, keepdims=True)

    def allocate(self):
        """7.2 and the first part of 7.3."""
        p, s = self.p, self.s
        rivals = np.array([[np.delete(self.regional, p).max(initial=0.0)] for p in range(self.P)])
        rise = p.counterbalancing * np.maximum(0.0, rivals - p.counterbalancing_threshold)
        rise = rise * self.on("counterbalancing")
        self.Bud = 0.01 * p.effort * self.gdp_p * np.exp(self.z) * (1.0 + rise) * self.Phi
        held = np.array([np.delete(self.i, p, axis=0).sum(axis=0) for p in range(self.P)])
        attraction = p.allocation_need * s.needs_level + p.allocation_resources * s.resources + 1e-12
        attraction = attraction + p.allocation_ties * self.V + p.allocation_rivalry * held
        attraction = attraction + p.allocation_return * (1.0 - p.patience) * self.ret
        h = p.even_handedness if self.on("allocation") else 1.0
        pull = attraction * np.maximum(self.e, 1e-12)
        self.l = h / self.S + (1.0 - h) * pull / pull.sum(axis=1, keepdims=True)
        n, q = self.n.T, (p.responsiveness * self.on("responsiveness"))[:, None]
        mix = (1.0 - q) * self.m[:, :, None] + q * np.stack([n[0] + n[3], n[1] + n[2], n[4]])
        self.C = mix * (self.l * self.Bud * DT)[:, None]

    def next_offer(self):
        """7.3, second part."""
        crowd = np.zeros_like(self.O)
        for p in range(self.P):
            held = np.delete(self.regional, p)
            crowd[p] = quotient(held @ np.delete(self.O, p, axis=0), held.sum())
        toward = self.p.responsiveness * self.on("responsiveness") * (self.n.mean(axis=0) - self.O)
        crowded = (self.O * crowd).sum(axis=1, keepdims=True) - crowd
        away = self.p.differentiation * self.on("differentiation") * self.O * crowded
        return self.O + DT * self.w.offer_speed * (toward + away)

    def due_rate(self):
        """dt / tau, (instrument, 1)."""
        return DT / np.array([[getattr(self.w, f"maturity_{name}")] for name in INSTRUMENTS])

    def delivered_share(self, x):
        """f of 7.4, (power, state)."""
        return np.clip(x * self.capability * (1.0 + self.shock), 0.0, 1.0) if self.on("slippage") else 0 * self.e + 1.0

    def deliver(self, offer):
        """7.4 and the power's part of 7.5; the dialogue money paid, (power, state)."""
        kappa, x = self.w.delivery_cancelled, self.p.execution
        self.Q, self.Com = self.Q + self.C, self.Com + self.Bud * DT
        due = self.due_rate() * self.Q
        paid = due * self.delivered_share(x)[:, None]
        self.Q = self.Q - paid - kappa * (due - paid)
        lost, due, people = kappa * (due - paid).sum(axis=1), due.sum(axis=1), np.zeros((self.P, self.S))
        for package in self.packages:
            p, own = package["p"], package["execution"] is None
            fallen = package["left"] / max(1, package["last"] - self.quarter + 1)
            handed = fallen * self.delivered_share(x if own else package["execution"])[p]
            package["left"] = package["left"] - handed - kappa * (fallen - handed)
            lost[p] += kappa * (fallen - handed)
            due[p] += fallen
            paid[p] += package["mix"] * handed
            people[p] += handed * package["people"]
        total = paid.sum(axis=1)
        self.Due = self.Due + due.sum(axis=1, keepdims=True)
        self.Del = self.Del + total.sum(axis=1, keepdims=True)
        self.Can = self.Can + lost.sum(axis=1, keepdims=True)
        self.due, self.dlv = self.percent * due / DT, self.percent * total / DT
        self.A = self.A * np.maximum(0.0, 1.0 - self.w.aid_decay * DT) + self.percent * paid[:, 0]
        self.K = self.K * np.maximum(0.0, 1.0 - self.w.connectivity_depreciation * DT) + paid[:, 1]
        self.sch = self.percent * (paid[:, 0] * (offer[:, :1] + offer[:, 3:4]) + people) / DT
        return paid[:, 2]

    def offer_and_talk(self, offer, money):
        """The offer stands (7.3); dialogue (7.6)."""
        self.O, self.fit = offer, np.minimum(offer[:, None], self.n).sum(axis=2)
        meetings = self.p.meetings_per_year * (self.e + self.F * (1.0 - self.e))
        meetings = meetings + self.w.dialogue_money * self.percent * money / DT
        if self.on("dialogue"):
            self.g = meetings / (meetings + self.w.dialogue_half_saturation)

    def connect(self):
        """c of 7.5."""
        effective = self.K + self.K @ self.transit.T * self.on("transit")
        self.c = effective / (effective + self.w.connectivity_half_saturation * self.gdp_s)

    def excess(self):
        """Dependence above comfort."""
        return np.maximum(0.0, self.D - self.s.dependence_comfort)

    def gather_evidence(self):
        """7.7, first part."""
        w, weight = self.w, 1.0 / (self.due + self.w.trust_volume_half_saturation)
        slip, deed = weight * (self.due - self.dlv), weight * self.dlv
        self.kept = self.talk * self.g * (1.0 - slip) + w.trust_delivery_gain * deed * self.fit
        pressed = w.trust_pressure_loss * self.D * (self.p.coerciveness * self.J + self.press) * self.on("pressure")
        self.broken = w.trust_negativity * w.trust_delivery_gain * slip + pressed
        self.broken = self.broken + w.trust_dependence_loss * self.excess()

    def remember(self):
        """7.7, second part."""
        hear, phi = self.hear.T * self.on("social_learning"), self.w.trust_forgetting
        self.alpha = self.alpha + DT * (self.kept + self.kept @ hear - phi * (self.alpha - 1.0))
        self.beta = self.beta + DT * (self.broken + self.broken @ hear - phi * (self.beta - 1.0))
        self.T = (self.alpha + self.newsk) / (self.alpha + self.newsk + self.beta + self.newsb)

    def weigh(self):
        """7.8."""
        trade, aid, dialogue = self.b
        self.sub = trade * logged(self.percent * self.X) + aid * logged(self.A) + dialogue * self.g
        self.V = self.e * self.sub
        self.D = self.V / (self.V.sum(axis=0) + self.out)

    def target(self):
        """7.9."""
        utility = self.T + self.w.hedging_benefit / 3.0 * (self.c + logged(self.A) + self.fit) + self.taste
        utility = utility - self.s.hedging * self.excess()
        there = self.sub > 0
        below = utility - np.where(there, utility, -np.inf).max(axis=0)
        weights = there * np.exp(self.w.hedging_precision * np.minimum(below, 0.0))
        response = np.where(there, there.sum(axis=0) * quotient(weights, weights.sum(axis=0)), 1.0)
        return response + self.s.neutrality * (1.0 - response)

    def share_out(self):
        """7.10."""
        theta, leverage = self.w.influence_theta, self.D * (1.0 - self.w.influence_shield * self.Rmean)
        influence = self.V * (theta * self.T + (1.0 - theta) * leverage)
        own = self.w.influence_agency * self.s.agency * (1.0 + self.Rmean)
        self.i = influence / np.maximum(TINY, influence.sum(axis=0) + own)

    def settle(self):
        """7.11 to 7.14."""
        p, w = self.p, self.w
        if self.on("cooperation"):
            does = (self.F * p.catalytic_intent * self.T * self.g).sum(axis=0)
            grown = w.cooperation_growth * (does[:, None] + does) / 2.0 * (1.0 - self.R) - w.cooperation_decay
            self.R = np.clip(self.R + DT * self.R * grown, 0.0, 1.0)
        if self.on("emulation"):
            self.spread_formats()
        if self.on("learning"):
            part = self.i / np.maximum(TINY, self.i.sum(axis=1, keepdims=True))
            self.ret = self.ret + DT * w.learning_speed * (part / np.maximum(TINY, part + self.l) - self.ret)
        self.F = np.where(self.H >= self.E, 1.0, self.F)
        growth_p, growth_s = (1.0 + p.growth) ** DT, (1.0 + self.s.growth) ** DT
        self.gdp_p, self.G_p = self.gdp_p * growth_p, self.G_p * growth_p**w.trade_power_elasticity
        self.gdp_s, self.G_s = self.gdp_s * growth_s, self.G_s * growth_s**w.trade_state_elasticity

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
