"""Results as a notebook shows them: the findings in words, and the regional shares as a figure."""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


def as_html(title: str, figure: Figure | None, sentences: Sequence[str]) -> str:
    """A piece of HTML that stands by itself: title, figure as an embedded PNG, sentences."""
    picture = f'<img alt="{escape(title)}" style="max-width: 100%" src="{_embedded(figure)}">' if figure else ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<div><h3>{escape(title)}</h3>{picture}<ul>{items}</ul></div>"


def _embedded(figure: Figure) -> str:
    """The figure as a data address."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
