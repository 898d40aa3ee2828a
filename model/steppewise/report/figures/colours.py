"""What tells powers apart in figures and tables: a colour, a line and a marker for each.

The colours are those of Okabe and Ito, moved apart in lightness, so that they differ for readers who do not see
red, green or blue, and on a grey print; tests/report/test_report.py measures this. Lines and markers differ as well.

Tables need the colours alone, so this does without matplotlib, which takes long to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from steppewise.scenario.spec import ScenarioSpec

INK, PAPER = "#1d1d1b", "#ffffff"

Dashes = tuple[float, tuple[float, ...]]


@dataclass(frozen=True)
class Look:
    """How a series is drawn. `ink` is its colour for text, dark enough to read on white.

    Where `filled` is False, a band is drawn by its edges alone, so that others stay visible behind it.
    """

    colour: str
    dashes: Dashes
    marker: str
    filled: bool = True

    @property
    def ink(self) -> str:
        """The colour, darkened until it stands out from white by 4.5 to 1."""
        return _darkened(self.colour, 4.5)

    @property
    def stroke(self) -> str:
        """The colour, darkened until a line of it stands out from white by 3 to 1."""
        return _darkened(self.colour, 3.0)


SOLID: Final[Dashes] = (0.0, ())
LOOKS: Final = (
    Look("#083A80", SOLID, "o"),
    Look("#B93C00", (0.0, (7.0, 1.5)), "s"),
    Look("#3FBA97", (0.0, (4.0, 1.2, 1.2, 1.2)), "^"),
    Look("#A85CA0", (0.0, (2.6, 1.2)), "D"),
    Look("#F0AE1E", (0.0, (9.0, 1.5, 2.0, 1.5)), "v"),
    Look("#7ACBF5", (0.0, (5.0, 3.0)), "P"),
    Look("#5E4018", (0.0, (1.2, 1.0)), "X"),
    Look("#F4B6D3", (0.0, (6.0, 1.2, 1.2, 1.2, 1.2, 1.2)), "*"),
)
AUTONOMY: Final = Look("#3A3A3A", (0.0, (1.0, 1.3)), "h", filled=False)

_HABITUAL: Final = {"japan": 0, "china": 1, "russia": 2, "united_states": 3, "south_korea": 4}
"""A power keeps its look from scenario to scenario."""


TOGETHER: Final = "together"
COLOURS: Final = {
    "chance": "#3a3a3a",
    "ignorance": "#8c887f",
    "stated": "#083A80",
    "coded": "#3FBA97",
    "external": "#7ACBF5",
    "assumed": "#F0AE1E",
    TOGETHER: "#ffffff",
}
"""The kinds of uncertainty, the classes of evidence, and what kinds do only together."""


def looks(spec: ScenarioSpec) -> dict[str, Look]:
    """The look of each power by name, in the order of the powers. More than eight share colours."""
    taken = {_HABITUAL[name] for name in spec.power_names if name in _HABITUAL}
    free = [number for number in range(len(LOOKS)) if number not in taken] or list(range(len(LOOKS)))
    strangers = [name for name in spec.power_names if name not in _HABITUAL]
    numbers = {name: free[place % len(free)] for place, name in enumerate(strangers)}
    return {name: LOOKS[_HABITUAL.get(name, numbers.get(name, 0))] for name in spec.power_names}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2, from 0 (black) to 1 (white)."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, other: str, weight: float) -> str:
    """A colour with so much of another one mixed in, 0 to 1."""
    both = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(255 * ((1.0 - weight) * one + weight * two)):02x}" for one, two in both)


def _channels(colour: str) -> list[float]:
    """Red, green and blue of `#rrggbb`, 0 to 1."""
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


@lru_cache(maxsize=64)
def _darkened(colour: str, ratio: float) -> str:
    shades = (mixed(colour, "#000000", step / 20) for step in range(21))
    return next(shade for shade in shades if contrast(shade, PAPER) >= ratio)


def legible_on(colour: str) -> str:
    """Black or white, whichever stands out more."""
    return INK if contrast(INK, colour) >= contrast(PAPER, colour) else PAPER
