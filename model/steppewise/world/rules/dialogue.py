"""Phase 6: dialogue."""

from __future__ import annotations


def reach(engagement: float, has_format: float) -> float:
    """max(e, F): a format sits all states at one table; without one, meetings follow engagement.

    Source: tca2025-23, ankasam2021-14.
    """
    return max(engagement, has_format)


def dialogue(meetings: float, reached: float, money: float, worth: float, half_saturation: float) -> float:
    """g = m / (m + nu) with m = n reach + omega money, 0 to 1.

    `money` is delivered dialogue money in percent of GDP a year, `worth` the meetings that it is worth.
    Source: tca2025-01, ankasam2021-12, ankasam2021-13.
    """
    contacts = meetings * reached + worth * money
    return contacts / (contacts + half_saturation)
