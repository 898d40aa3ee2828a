"""Phase 11: cooperation among the states."""

from __future__ import annotations

from steppewise.world.rules import DT


def opened(level: float, most: float, cost: float) -> float:
    """R + zeta m / (m + 1) (1 - R): what a corridor opens; `most` is zeta, m its cost in percent of their mean GDP.

    Source: tca2025-40; the form is assumed.
    """
    return level + most * (cost / (cost + 1.0)) * (1.0 - level)


def spark(has_format: float, intent: float, trust: float, dialogue: float) -> float:
    """F a T g: what the format of one power does for cooperation in one state.

    Source: tca2025-33, tca2025-41, ankasam2021-24.
    """
    return (has_format * intent) * (trust * dialogue)


def cooperation(level: float, stimulus: float, growth: float, decay: float) -> float:
    """R' = R + dt (g_R stimulus R (1 - R) - delta R), within 0 to 1.

    `stimulus` is the mean of both states' catalysis. Source: tca2025-33, tca2025-41.
    """
    change = level * (growth * stimulus * (1.0 - level) - decay)
    return min(max(level + DT * change, 0.0), 1.0)
