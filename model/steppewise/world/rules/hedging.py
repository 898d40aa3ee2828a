"""Phase 9: states hedge between powers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from steppewise.world.luck import Array
from steppewise.world.rules import DT, TINY, total


def utility(trust: Array, benefit: Array, taste: Array, aversion: Array, excess: Array) -> Array:
    """u = T + benefit + taste - hedging max(0, D - comfort), (power, world).

    Source: the choice between powers, tca2025-41; hedging, Kuik 2008.
    """
    return trust + benefit + taste - aversion * excess


def benefit(weight: Array, connectivity: Array, aid: Array, fit: Array) -> Array:
    """y_1 (c + L(A) + fit) / 3: material benefit, (power, world)."""
    return (weight / 3.0) * (connectivity + aid + fit)


def fit(offer: Array, needs: Array) -> Array:
    """Sum over sectors of min(offer, need), 0 to 1; offer (sector, ..., world), needs the same. Source:
    tca2025-31.
    """
    return total(np.minimum(offer, needs))


def target(utilities: Array, precision: Array, neutrality: Array, present: NDArray[np.bool_]) -> Array:
    """Target engagement, mean 1 over the powers that are present, (power, world).

    Quantal response N exp(kappa u) / sum exp(kappa u), pulled to 1 by neutrality. A tie without substance is
    no choice: it takes no part and its target is 1. Source: McKelvey and Palfrey 1995; ankasam2021-15.
    """
    best = np.maximum.reduce(np.where(present, utilities, -np.inf))
    weights = np.exp(worse(utilities, best, precision)) * present
    return answered(weights, total(weights), total(present), ~present, neutrality)


def worse(utility: Array, best: Array, precision: Array) -> Array:
    """kappa (u - the best u), never above zero."""
    return precision * np.minimum(utility - best, 0.0)


def answered(weight: Array, of_all: Array, powers: Array, is_absent: NDArray[np.bool_], neutrality: Array) -> Array:
    """N weight / sum of weights, or 1 for a power that is absent; then pulled to 1 by neutrality."""
    response = weight * (powers / np.maximum(of_all, TINY)) + is_absent
    return response + neutrality * (1.0 - response)


def shifted(engagement: Array, aim: Array, speed: Array) -> Array:
    """e' = e + v dt (aim - e)."""
    return engagement + (speed * DT) * (aim - engagement)
