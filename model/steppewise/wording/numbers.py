"""How numbers are said, in sentences, tables and figures alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Final

WITHOUT_UNIT: Final = ("index", "states", "rank, 1 is first", "sign, -1 to +1", "mean 1 over powers")
"""Units that are not said behind a number."""


def in_worlds(share: float, worlds: int) -> str:
    """A share of the worlds as a count: `914 of 1,000 worlds`."""
    count = round(share * worlds)
    if worlds == 1:
        return "this one world" if count else "no world"
    return f"all {worlds:,} worlds" if count == worlds else f"{count:,} of {worlds:,} worlds"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 world, 1,000 worlds."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


# numbers ------------------------------------------------------------------------------------------------


def percent(share: float, decimals: int = 1) -> str:
    """A share as percent: 0.112 is `11.2`."""
    text = f"{100 * share:.{decimals}f}"
    return text if is_visible(text) else text.removeprefix("-")


def plus_minus(share: float, reach: float) -> str:
    """A share and how far it reaches, in whole percent, at least one: `31 ± 5`."""
    return f"{percent(share, 0)} ± {max(round(100 * reach), 1)}"


def band(low: float, high: float, between: str = " to ") -> str:
    """Two shares as percent, with a decimal where they lie close: `8 to 15`, `8.1 to 9.4`."""
    decimals = 0 if high - low >= 0.03 else 1
    return f"{percent(low, decimals)}{between}{percent(high, decimals)}"


def decimals_for(error: float, fewest: int = 1, most: int = 4) -> int:
    """Decimals that show one digit of a standard error."""
    if not isfinite(error) or error <= 0:
        return fewest
    return min(max(fewest, -floor(log10(error))), most)


def rounded_up(number: float, digits: int = 2) -> int:
    """The next number of so many digits and zeros: 1,234 is 1,300."""
    unit = 10 ** max(floor(log10(max(number, 1.0))) + 1 - digits, 0)
    return int(ceil(number / unit) * unit)


def in_percent_of_worlds(share: float) -> str:
    """A share of the worlds in percent, with a decimal where it would else look like none or all: `97`, `0.4`."""
    return percent(share, 1 if 0 < share < 0.005 or 0.995 < share < 1 else 0)


@dataclass(frozen=True)
class Measure:
    """How differences of a variable are told: a factor, the unit behind the number, fewest and most decimals."""

    scale: float
    unit: str
    fewest: int
    most: int

    def digits(self, error: float) -> int:
        """Decimals that an error allows; without an error, one less than the most."""
        return decimals_for(self.scale * error, self.fewest, self.most) if error > 0 else self.most - 1

    def number(self, value: float, error: float) -> str:
        """A number to the digits that its error allows: `1.24`, `-0.3`."""
        text = f"{self.scale * value:.{self.digits(error)}f}"
        return text if is_visible(text) else text.removeprefix("-")

    def signed(self, value: float, error: float) -> str:
        """The same with its sign: `+1.24`, `-0.3`."""
        text = self.number(value, error)
        return text if text.startswith("-") or not is_visible(text) else f"+{text}"

    def amount(self, value: float, error: float) -> str:
        """A number with its unit; one too small to show is said to be so: `less than 0.001 points`."""
        text = self.number(value, error)
        shown = text if is_visible(text) else f"less than {10.0 ** -self.digits(error):.{self.digits(error)}f}"
        return f"{shown}{self.unit}"


def is_visible(text: str) -> bool:
    """True where rounding has left more than zeros."""
    return bool(text.strip("-0."))


def measure_of_change(unit: str) -> Measure:
    """How differences in something of a unit are told: shares in percentage points, all else in its own unit."""
    if unit in ("share", "share of worlds"):
        return Measure(100.0, " points", 1, 3)
    return Measure(1.0, "" if unit in WITHOUT_UNIT else f" {unit}", 2, 4)


def typeset(text: str) -> str:
    """A text for a page or a figure: with real minus signs before its numbers, where terminals and tables have '-'."""
    return re.sub(r"(?<![\w.-])-(?=\d)", "−", text)
