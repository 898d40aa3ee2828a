"""Phase 9: states choose between powers, and hedge."""

from __future__ import annotations

from typing import Final

from steppewise.world.mathematics import exp
from steppewise.world.rules import DT, TINY

LEAST: Final = 0.01
"""Utility that a power has at the least, where states choose in proportion to it."""


def benefit(
    weight: float, connectivity: float, need: float, aid: float, fit: float, security_need: float, security: float
) -> float:
    """y_1 / 4 (c + 2 N L(A) + fit + 5 n_security Z): what a power is good for.

    Each part is about 1 at most: aid counts by need, security by its weight among five needs.
    Source: Kuik 2008; tca2025-13, tca2025-31.
    """
    return 0.25 * weight * (connectivity + 2.0 * need * aid + fit + 5.0 * security_need * security)


def utility(trust: float, benefit: float, aversion: float, dependence: float) -> float:
    """u = T + benefit - h D^2: unease grows smoothly with dependence.

    Source: the choice between powers, tca2025-41; hedging, Kuik 2008.
    """
    return trust + benefit - aversion * (dependence * dependence)


def weight(utility: float, best: float, precision: float, substance: float) -> float:
    """exp(kappa (u - the best u)), and 0 for a tie without substance, which is no choice.

    Source: quantal response, McKelvey and Palfrey 1995.
    """
    return exp(precision * min(utility - best, 0.0)) if substance > 0 else 0.0


def proportional_weight(utility: float, substance: float) -> float:
    """max(.01, u), and 0 for a tie without substance: the rival formulation. Source: Luce 1959."""
    return max(utility, LEAST) if substance > 0 else 0.0


def target(weight: float, of_all: float, powers: float, substance: float) -> float:
    """N weight / sum of weights, mean 1 over the powers that are present; 1 for a tie without substance."""
    return weight * (powers / max(of_all, TINY)) if substance > 0 else 1.0


def shifted(engagement: float, aim: float, speed: float) -> float:
    """e' = e + v dt (aim - e)."""
    return engagement + (speed * DT) * (aim - engagement)
