"""Figures on their way into files and pages: a sketch of each, and PNG with a palette of its own.

The palette makes a quarter of the size, and to the eye the same. Pages need the files alone, so matplotlib, which takes
long to come, is loaded where something is drawn.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from steppewise.wording.names import begin

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image

DOTS: Final = 90
"""Dots per inch in a notebook: a figure is 960 pixels wide, what a cell has room for."""

FIGURES: Final = "figures"
REPORT: Final = "report.html"
"""What every kind of results folder has for people."""

UNHINTED: Final[dict[Any, Any]] = {"text.hinting": "no_hinting"}
"""Fitting letters to whole pixels takes a tenth of a drawing's time, and nobody sees it at so many dots."""


@dataclass(frozen=True)
class Sketch:
    """A figure to be drawn: the name of its file, its title, what it shows in words (`alt`), and how to read it."""

    name: str
    title: str
    draw: Callable[[], Figure]
    alt: str
    caption: str


@dataclass(frozen=True)
class DrawnFigure:
    """A figure in a file: its name, its title, what it shows in words (`alt`), and how to read it."""

    name: str
    title: str
    alt: str
    path: Path
    caption: str

    @property
    def data(self) -> str:
        """The file as an address that holds it, for a page."""
        return address_of(self.path.read_bytes())


def address_of(png: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def told_in_words(parts: Sequence[str]) -> str:
    """What a figure shows, part by part, as one sentence."""
    return f"{begin('; '.join(parts))}."


def all_drawn(sketches: Iterable[Sketch], folder: Path) -> tuple[DrawnFigure, ...]:
    """Draw sketches into a folder, which is made where it is missing and there is something to draw."""
    with ThreadPoolExecutor(1, "packing") as pool:  # packs a picture while the next one is drawn
        packed = [pool.submit(_pack, _pixels(sketch.draw()), sketch, folder) for sketch in sketches]
        return tuple(one.result() for one in packed)


def _pixels(figure: Figure) -> tuple[Image.Image, float]:
    """A figure's raw pixels, which take half the time of a file, and their dots per inch."""
    from matplotlib import rc_context
    from PIL import Image

    raw = BytesIO()
    with rc_context(UNHINTED):
        figure.savefig(raw, format="rgba")
    return Image.frombuffer("RGBA", figure.canvas.get_width_height(), raw.getvalue()), figure.dpi


def _pack(drawn: tuple[Image.Image, float], sketch: Sketch, folder: Path) -> DrawnFigure:
    pixels, dpi = drawn
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{sketch.name}.png"
    _reduced(pixels).save(path, dpi=(dpi, dpi))
    return DrawnFigure(sketch.name, sketch.title, sketch.alt, path, sketch.caption)


def _reduced(pixels: Image.Image) -> Image.Image:
    """The picture in 256 colours, its paper pure white."""
    from PIL import Image

    fewer = pixels.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    fewer.putpalette([255 if level >= 254 else level for level in fewer.getpalette() or []])
    return fewer


def png_of(figure: Figure, dpi: int) -> bytes:
    """The figure as the bytes of a PNG file."""
    from PIL import Image

    raw, small = BytesIO(), BytesIO()
    figure.savefig(raw, format="png", dpi=dpi)
    _reduced(Image.open(raw)).save(small, format="PNG", dpi=(dpi, dpi), optimize=True)
    return small.getvalue()


def data_address(figure: Figure) -> str:
    """The figure as an address that holds it, for a notebook or a page."""
    return address_of(png_of(figure, DOTS))
