"""Results as a notebook shows them: a figure, tables and sentences, in HTML that stands by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steppewise.report.picture import Sketch, data_address
from steppewise.report.tables import Table, typeset


@dataclass(frozen=True)
class Shown:
    """What a notebook shows of a result: its title, its main figure where there is one, tables, sentences."""

    title: str
    sketch: Sketch | None
    tables: Sequence[Table]
    sentences: Sequence[str]


def as_html(shown: Shown) -> str:
    """A piece of HTML that stands by itself; what it is given is escaped."""
    from steppewise.report.page import environment

    picture = data_address(shown.sketch.draw()) if shown.sketch else ""
    template = environment().get_template("notebook.html")
    return template.render(shown=shown, picture=picture, sentences=map(typeset, shown.sentences))
