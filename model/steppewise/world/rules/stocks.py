"""Phase 5: aid, connectivity, trade and absorptive capacity."""

from __future__ import annotations

from steppewise.world.rules import DT


def kept_part(rate: float) -> float:
    """max(0, 1 - rate dt): what is left of a stock after a quarter of decay."""
    return max(1.0 - rate * DT, 0.0)


def stock(level: float, kept: float, added: float) -> float:
    """level' = level kept + added. Aid in percent of GDP, connectivity in billion USD."""
    return level * kept + added


def intensity(effective: float, half: float) -> float:
    """c = K_eff / (K_eff + chi Y_s), 0 to 1; `half` is chi Y_s."""
    return effective / (effective + half)


def trade(opening: float, growth: float, now: float, gain: float, engagement: float) -> float:
    """Gravity in changes: X = X0 G (1 + gamma c) / (1 + gamma c0) (1 + e) / (1 + e0), billion USD a year.

    `opening` is X0 / ((1 + gamma c0) (1 + e0)) from the start, `growth` that of the two economies raised to their
    elasticities, `now` the intensity of connectivity. Half of trade at even engagement goes on whatever the state's
    leaning, so that trade moves less than politics.
    Source: gravity, Anderson and van Wincoop 2003; in changes, Dekle, Eaton and Kortum 2007.
    """
    return opening * growth * (1.0 + gain * now) * (1.0 + engagement)


def trade_base(trade: float, now: float, gain: float, engagement: float) -> float:
    """X0 / ((1 + gamma c0) (1 + e0)): what `trade` multiplies, from the start."""
    return trade / ((1.0 + gain * now) * (1.0 + engagement))


def absorptive_capacity(capacity: float, opening: float, schooling: float, gain: float, relaxation: float) -> float:
    """a' = a + dt (iota h (1 - a) - rho (a - a0)), within 0 to 1.

    `schooling` h is aid delivered in human capital and governance, percent of GDP a year.
    Source: tca2025-12, ankasam2021-23.
    """
    change = gain * schooling * (1.0 - capacity) - relaxation * (capacity - opening)
    return min(max(capacity + DT * change, 0.0), 1.0)
