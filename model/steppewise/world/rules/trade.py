"""Phase 5: trade."""

from __future__ import annotations

from steppewise.world.mathematics import exp, power
from steppewise.world.rules import TINY


def route(land: float, overseas: float) -> float:
    """l + (1 - l) o: what the way to the region leaves of the yield of connectivity. Source: CEPII (contiguity)."""
    return land + (1.0 - land) * overseas


def growth(gdp: float, at_start: float, elasticity: float) -> float:
    """(GDP_p / GDP0_p)^eta; 1 for a power that has no economy. Source: gravity, Head and Mayer 2014."""
    return power(gdp / at_start, elasticity) if at_start > 0 else 1.0


def pull(opening: float, growth: float, new: float, openness: float, shock: float) -> float:
    """phi = (X0 G + new) open exp(tz), billion USD a year.

    `growth` is that of the power's economy since the start raised to its elasticity; `new` the yield of connectivity
    built since, which adds trade where there was none.
    Source: gravity, Anderson and van Wincoop 2003; in changes, Dekle, Eaton and Kortum 2007.
    """
    return (opening * growth + new) * openness * exp(shock)


def rest(level: float, transit: float, opened: float) -> float:
    """W max(0, 1 + xi (near' - near)): pull of all others; cooperation of neighbours opens the way to them.

    Source: tca2025-40.
    """
    return level * max(1.0 + transit * opened, 0.0)


def trade(total: float, pull: float, of_all: float) -> float:
    """X = total phi / (sum of phi + rest): what one partner gains, others lose.

    Source: multilateral resistance, Anderson and van Wincoop 2003.
    """
    return total * (pull / max(of_all, TINY))
