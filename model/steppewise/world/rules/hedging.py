"""Phase 9: states hedge between powers."""

from __future__ import annotations

from steppewise.world.mathematics import exp
from steppewise.world.rules import DT, TINY


def utility(trust: float, benefit: float, taste: float, aversion: float, excess: float) -> float:
    """u = T + benefit + taste - hedging max(0, D - comfort); `excess` is the last factor.

    Source: the choice between powers, tca2025-41; hedging, Kuik 2008.
    """
    return trust + benefit + taste - aversion * excess


def benefit(weight: float, connectivity: float, aid: float, fit: float) -> float:
    """y_1 (c + L(A) + fit) / 3: material benefit."""
    return (weight / 3.0) * (connectivity + aid + fit)


def weight(utility: float, best: float, precision: float, substance: float) -> float:
    """exp(kappa (u - the best u)), and 0 for a tie without substance, which is no choice.

    Source: quantal response, McKelvey and Palfrey 1995.
    """
    return exp(precision * min(utility - best, 0.0)) if substance > 0 else 0.0


def target(weight: float, of_all: float, powers: float, substance: float, neutrality: float) -> float:
    """N weight / sum of weights, mean 1 over the powers that are present; then pulled to 1 by neutrality.

    A tie without substance takes no part and its target is 1. Source: McKelvey and Palfrey 1995; ankasam2021-15.
    """
    response = weight * (powers / max(of_all, TINY)) if substance > 0 else 1.0
    return response + neutrality * (1.0 - response)


def shifted(engagement: float, aim: float, speed: float) -> float:
    """e' = e + v dt (aim - e)."""
    return engagement + (speed * DT) * (aim - engagement)
