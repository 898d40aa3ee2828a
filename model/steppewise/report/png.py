"""Figures as PNG with a palette of their own: a quarter of the size, and to the eye the same."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Final

from matplotlib.figure import Figure
from PIL import Image

DOTS: Final = 90
"""Dots per inch in a notebook: a figure is 960 pixels wide, what a cell has room for."""


def reduced(pixels: Image.Image) -> Image.Image:
    """The picture in 256 colours, its paper pure white."""
    fewer = pixels.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    fewer.putpalette([255 if level >= 254 else level for level in fewer.getpalette() or []])
    return fewer


def png_of(figure: Figure, dpi: int) -> bytes:
    """The figure as the bytes of a PNG file."""
    raw, small = BytesIO(), BytesIO()
    figure.savefig(raw, format="png", dpi=dpi)
    reduced(Image.open(raw)).save(small, format="PNG", dpi=(dpi, dpi), optimize=True)
    return small.getvalue()


def data_address(figure: Figure) -> str:
    """The figure as an address that holds it, for a notebook or a page."""
    return f"data:image/png;base64,{base64.b64encode(png_of(figure, DOTS)).decode('ascii')}"
