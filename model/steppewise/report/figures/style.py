"""How figures look: type sizes, measures in inches, and texts as figures can draw them."""

from __future__ import annotations

from functools import lru_cache
from textwrap import wrap
from typing import Any, Final

from matplotlib.font_manager import FontProperties, findfont, get_font

from steppewise.report.figures.colours import PAPER

BOLD: Final = 0.112
"""Inches of an average bold sign at 13 points."""

DPI: Final = 150
WIDTH: Final = 1600 / DPI
"""Inches: figures are 1600 pixels wide."""

MARGIN: Final = 0.25
HEADER, FOOTER = 0.95, 0.5
"""Inches kept for title and subtitle above, and for the note below."""

TITLE, TEXT, SMALL = 18.0, 13.0, 12.0
"""Points. 12 points are 25 of 1600 pixels: readable from the back of a room."""

QUIET, RULE = "#55534e", "#d9d6cf"

FAINT: Final = "#b5b1a8"
"""Lines around what is hatched."""

Props = dict[str, Any]
"""Properties for matplotlib."""

BLANK: Final[Props] = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 1}
"""Behind words that stand on lines."""


def plain(text: str) -> str:
    """A text as figures can draw it: one line, no formulas, only signs that the font has."""
    seen = "".join(sign if _drawable(sign) else "?" for sign in " ".join(text.split()))
    return seen.replace("$", r"\$")


@lru_cache(maxsize=1024)
def _drawable(sign: str) -> bool:
    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    return bool(font.get_char_index(ord(sign)))


def shortened(text: str, longest: int) -> str:
    """A text of at most so many signs."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def short(text: str, longest: int) -> str:
    """A text of at most so many signs, as figures can draw it."""
    return plain(shortened(text, longest))


def headline(text: str, inches: float) -> str:
    """A bold text of at most two lines above something so wide."""
    signs = max(int(inches / BOLD), 6)
    lines = wrap(text, signs) or [text]
    shown = [lines[0], " ".join(lines[1:])] if len(lines) > 1 else lines
    return "\n".join(short(line, signs) for line in shown)


def fits(text: str, inches: float) -> bool:
    """True where no word of a bold text is too long for so many inches."""
    return max(map(len, text.split()), default=0) <= inches / BOLD


def about(title: str, words: str) -> str:
    """A subtitle: which scenario, then how to read the figure."""
    short = shortened(title, 36)
    return f"{short} {words}" if short.endswith("…") else f"{short}. {words}"
