"""A figure in a file, as pages carry it; knows nothing of how it was drawn."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FIGURES: Final = "figures"
REPORT: Final = "report.html"
"""What every kind of results folder has for people."""


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
