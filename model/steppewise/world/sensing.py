"""What agents see of one another: last quarter's state, gathered before any of them acts; docs/odd.md, 7.1."""

from __future__ import annotations

from steppewise.world.mathematics import root
from steppewise.world.memory import World
from steppewise.world.powers import SECTORS
from steppewise.world.rules import DT, TINY, bandwidth, trust


def look_around(w: World) -> None:
    """What all agents see before any of them acts."""
    for s in range(w.states):
        look_at_state(w, s)
    for p in range(w.powers):
        w.talk_gain[p] = w.trust_dialogue_gain * trust.credit(w.predictability[p], w.has_format[p], w.coerciveness[p])
        look_at_rivals(w, p)


def look_at_state(w: World, s: int) -> None:
    """Of a state: its neighbours, its ties to others, the influence of all powers."""
    w.to_percent[s] = (100.0 / DT) / w.economy[s]
    w.capability[s] = root(w.absorptive_capacity[s])
    together = 0.0
    for t in range(w.states):
        passage = w.border[s, t] * w.link[s, t]
        w.transit[s, t] = w.connectivity_transit * passage
        w.hearing[s, t] = w.trust_social_learning * passage / w.borders[s]
        together = together + w.link[t, s]
    w.mean_cooperation[s] = together / max(w.states - 1, 1)
    w.outside_ties[s] = bandwidth.outside_ties(w.dependence_outside, w.dependence_cooperation, w.mean_cooperation[s])
    whole = 0.0
    for p in range(w.powers):
        whole = whole + w.share[p, s]
    w.influence_of_all[s] = whole


def look_at_rivals(w: World, p: int) -> None:
    """The strongest rival's regional share, 0 for a power alone; and the rivals' offer, weighted by their shares."""
    theirs, strongest = 0.0, 0.0
    for q in range(w.powers):
        if q != p:
            theirs = theirs + w.regional_share[q]
            strongest = max(w.regional_share[q], strongest)
    w.strongest_rival[p] = strongest
    for j in range(SECTORS):
        crowd = 0.0
        for q in range(w.powers):
            if q != p:
                crowd = crowd + w.regional_share[q] * w.offer[q, j]
        w.crowding[p, j] = crowd / max(theirs, TINY)
