"""What is observed of a world at the end of a quarter, where it is no number of the world itself; docs/odd.md, 7.15."""

from __future__ import annotations

from steppewise.world import powers
from steppewise.world.memory import EventPlan, World


def observe(w: World, plan: EventPlan) -> None:
    """Sums, means and shares of the numbers as they stand."""
    regional, all_trade = 0.0, 0.0
    for p in range(w.powers):
        observe_power(w, p)
        regional, all_trade = regional + w.regional_share[p], all_trade + w.trade_share[p]
    for e in range(w.events):
        if plan.kind[e] == powers.PACKAGE:
            await_package(w, e, plan.by[e])
    for p in range(w.powers):
        w.trade_share[p] = w.trade_share[p] / all_trade if all_trade > 0 else 0.0
    w.regional_autonomy = max(1.0 - regional, 0.0)
    for s in range(w.states):
        observe_state(w, s)


def observe_power(w: World, p: int) -> None:
    """Of a power: means over states, what is awaited, and, for a moment, its trade in place of its share."""
    trusts, dependences, trade, waiting = 0.0, 0.0, 0.0, 0.0
    for s in range(w.states):
        trusts, dependences = trusts + w.trust[p, s], dependences + w.dependence[p, s]
        trade = trade + w.trade[p, s]
        for i in range(powers.INSTRUMENTS):
            waiting = waiting + w.pipeline[p, s, i]
    w.regional_trust[p], w.regional_dependence[p] = trusts / w.states, dependences / w.states
    w.in_pipeline[p], w.trade_share[p], w.leads[p] = waiting, trade, 0.0
    w.executed[p] = w.delivered[p] / w.fallen_due[p] if w.fallen_due[p] > 0 else 1.0


def observe_state(w: World, s: int) -> None:
    """Of a state: autonomy, cooperation, and who leads: the first of those with the highest share, nobody at 0."""
    whole, together, best = 0.0, 0.0, 0.0
    for p in range(w.powers):
        whole, best = whole + w.share[p, s], max(w.share[p, s], best)
    for t in range(w.states):
        together = together + w.link[t, s]
    w.autonomy[s], w.cooperation[s] = max(1.0 - whole, 0.0), together / max(w.states - 1, 1)
    nobody = 1.0 if best > 0 else 0.0
    for p in range(w.powers):
        leads = nobody if w.share[p, s] >= best else 0.0
        w.leads[p], nobody = w.leads[p] + leads, nobody - leads


def await_package(w: World, e: int, p: int) -> None:
    """Add what is left of a package to what a power still owes."""
    for s in range(w.states):
        w.in_pipeline[p] = w.in_pipeline[p] + w.remaining[e, s]
