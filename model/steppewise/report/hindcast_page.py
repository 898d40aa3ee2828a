"""The page of a hindcast: scores, observations over bands, and how it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from steppewise import __version__
from steppewise.analysis.hindcast import SEEN_UNTIL, Hindcast
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.page import UNCERTAIN, Shown, asked, called, command, rendered
from steppewise.report.tables import Table, TableRow
from steppewise.scenario.library import library_names
from steppewise.wording.hindcast import SCORE_HEADS, doubts, score_rows, sentences
from steppewise.wording.numbers import counted

SHIPPED: Final = "those that come with steppewise: Correlates of War, World Bank, AidData, ForeignAssistance.gov"


def write_hindcast(page: Path, found: Hindcast, figures: Sequence[DrawnFigure], data: str) -> None:
    """Write the page; `data` is the file of observations, empty for those that are shipped."""
    spec, plan = found.ensemble.spec, found.ensemble.plan
    options = asked(plan.worlds, plan.seed, plan.uncertainty)
    options += ["--data", data] if data else []
    options += ["--seen-until", str(found.seen_until)] if found.seen_until != SEEN_UNTIL else []
    values = {
        "kicker": "the record beside the model",
        "title": spec.title,
        "question": "How far do the worlds follow what was observed?",
        "answer": sentences(found),
        "doubts": doubts(found),
        "scores": score_table(found),
        "facts": _facts(found, data),
        "command": command("hindcast", [called(spec.name, *library_names())], options, spec),
    }
    page.write_text(rendered("hindcast.html", spec, figures, values), encoding="utf-8")


def score_table(found: Hindcast) -> Table:
    """A row for each variable, years that helped to set values apart from others."""
    rows = [TableRow(head, "", cells) for head, cells in score_rows(found.scores)]
    return Table("Scores, each in the unit of its variable", "Variable", SCORE_HEADS, rows)


def of_hindcast(found: Hindcast) -> Shown:
    """What a notebook shows of it."""
    from steppewise.report.figures.of_hindcast import main_sketch

    return Shown(
        found.ensemble.spec.title, main_sketch(found), (score_table(found),), [*sentences(found), *doubts(found)]
    )


def _facts(found: Hindcast, data: str) -> list[tuple[str, str]]:
    spec, plan = found.ensemble.spec, found.ensemble.plan
    return [
        ("Worlds", f"{plan.worlds:,}, of which {counted(len(found.ensemble.failures), 'world')} failed"),
        ("Period", f"{spec.start} to {spec.end}"),
        (
            "Observations",
            data or "those that come with steppewise: Correlates of War, World Bank, AidData, ForeignAssistance.gov",
        ),
        ("Seen until", str(found.seen_until)),
        ("Uncertain", UNCERTAIN[plan.uncertainty]),
        ("Seed", str(plan.seed)),
        ("Version", f"steppewise {__version__}"),
    ]
