"""The page of a sweep: one HTML file that opens offline, in the style of the page of a run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from steppewise import __version__
from steppewise.analysis.effects import SweepFindings
from steppewise.analysis.factor_words import factor_words
from steppewise.analysis.telling_sweep import advice, sentences
from steppewise.experiment.study import Study
from steppewise.report import sweep_tables as tables
from steppewise.report.along import panel_name
from steppewise.report.page import MOST_OPEN, UNCERTAIN, environment, left_out, overrides, style
from steppewise.report.picture import DrawnFigure
from steppewise.report.series import counted, period
from steppewise.report.tables import Row, class_rows
from steppewise.report.wording import event_words
from steppewise.scenario.library import library_names


def write_sweep(path: Path, found: SweepFindings, figures: Sequence[DrawnFigure]) -> None:
    """Write the page to a file."""
    path.write_text(render(found, figures), encoding="utf-8")


def render(found: SweepFindings, figures: Sequence[DrawnFigure]) -> str:
    """The page as text."""
    study, spec = found.study, found.study.spec
    return (
        environment()
        .get_template("sweep.html")
        .render(
            style=style(),
            version=__version__,
            study=study,
            spec=spec,
            answer=sentences(found),
            advice=advice(found),
            facts=_facts(study),
            tables=tables,
            extremes=tables.extreme_rows(found),
            effects=[
                (outcome, panel_name(outcome, study), tables.effect_rows(found, outcome)) for outcome in found.effects
            ],
            failures=[Row(cause, "", (f"{count:,}",)) for cause, count in found.causes.most_common()],
            pictures=figures,
            factors=tables.factor_rows(study),
            evidence=list(tables.evidence_of(study)),
            most_open=MOST_OPEN,
            events=[(str(event.at), event_words(event, spec)) for event in spec.events],
            classes=class_rows(spec),
            left_out=left_out(spec),
            command=command(study),
        )
    )


def _facts(study: Study) -> list[tuple[str, str]]:
    spec = study.spec
    return [
        ("Scenario", f"{spec.title} ({spec.name})"),
        ("Period", f"{period(spec)}, {counted(len(spec.quarters), 'quarter')}"),
        ("Factors", ", ".join(factor_words(factor, spec) for factor in study.factors[:MOST_OPEN])),
        ("Points", f"{len(study.points):,} ({study.design})"),
        ("Worlds", f"{counted(study.worlds, 'world')} at every point, the same ones: {study.rows:,} rows"),
        ("Uncertain", UNCERTAIN[study.uncertainty]),
        ("Seed", str(study.seed)),
        ("Version", f"steppewise {__version__}"),
    ]


def command(study: Study) -> str:
    """The command that sweeps the same again."""
    name = study.name if study.name in library_names("experiments") else f"{study.name}.yaml"
    options = ["--worlds", str(study.worlds), "--seed", str(study.seed)]
    return shlex.join(["steppewise", "sweep", name, *options, *overrides(study.spec)])
