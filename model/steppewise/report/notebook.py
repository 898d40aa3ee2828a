"""Results as a notebook shows them: a figure, tables and sentences, in HTML that stands by itself."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steppewise.report.comparison_tables import typeset
from steppewise.report.page import environment
from steppewise.report.png import DOTS, png_of
from steppewise.report.tables import Table

if TYPE_CHECKING:
    from steppewise.report.sketch import Sketch


@dataclass(frozen=True)
class Shown:
    """What a notebook shows of a result: its title, its main figure where there is one, tables, sentences."""

    title: str
    sketch: Sketch | None
    tables: Sequence[Table]
    sentences: Sequence[str]


def as_html(shown: Shown) -> str:
    """A piece of HTML that stands by itself; what it is given is escaped."""
    picture = _address(png_of(shown.sketch.draw(), DOTS)) if shown.sketch else ""
    template = environment().get_template("notebook.html")
    return template.render(shown=shown, picture=picture, sentences=map(typeset, shown.sentences))


def _address(png: bytes) -> str:
    """A picture as a data address."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
