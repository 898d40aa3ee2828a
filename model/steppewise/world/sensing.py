"""What agents see of one another: last quarter's state, gathered before any of them acts; docs/odd.md, 7.1."""

from __future__ import annotations

from steppewise.world.mathematics import log
from steppewise.world.memory import World
from steppewise.world.powers import SECTORS, SECURITY_SECTOR
from steppewise.world.rules import DT, TINY, allocation, part_of


def look_around(w: World) -> None:
    """What all agents see before any of them acts."""
    economies = 0.0
    for s in range(w.states):
        look_at_state(w, s)
        economies = economies + w.economy[s]
    for s in range(w.states):
        w.relative_size[s] = log(w.economy[s] * w.states / economies)
    for p in range(w.powers):
        look_at_rivals(w, p)
        for s in range(w.states):
            look_at_offers(w, p, s)


def look_at_state(w: World, s: int) -> None:
    """Of a state: its economy, its needs, its neighbours, the influence of all powers."""
    w.economy[s] = w.output[s] * w.price_factor[s]
    w.to_percent[s] = (100.0 / DT) / w.economy[s]
    whole = 0.0
    for j in range(SECTORS):
        w.needs[s, j] = w.need_parts[s, j]
        if j == SECURITY_SECTOR:
            w.needs[s, j] = w.need_parts[s, j] * w.crisis[s]
        whole = whole + w.needs[s, j]
    for j in range(SECTORS):
        w.needs[s, j] = part_of(w.needs[s, j], whole, SECTORS)
    together = 0.0
    for t in range(w.states):
        together = together + w.link[t, s]
    w.mean_cooperation[s] = together / max(w.states - 1, 1)
    whole = 0.0
    for p in range(w.powers):
        whole = whole + w.share[p, s]
    w.influence_of_all[s] = whole


def look_at_rivals(w: World, p: int) -> None:
    """The strongest rival's regional share, 0 for a power alone."""
    strongest = 0.0
    for q in range(w.powers):
        if q != p:
            strongest = max(w.regional_share[q], strongest)
    w.strongest_rival[p] = strongest


def look_at_offers(w: World, p: int, s: int) -> None:
    """The room that rivals leave in each sector of a state: what they offer, weighted by their influence there."""
    theirs = 0.0
    for q in range(w.powers):
        if q != p:
            theirs = theirs + w.share[q, s]
    part = 1.0 / max(theirs, TINY)
    for j in range(SECTORS):
        crowd = 0.0
        for q in range(w.powers):
            if q != p:
                crowd = crowd + w.share[q, s] * w.offer[q, s, j]
        w.room[p, s, j] = allocation.room(crowd * part)
