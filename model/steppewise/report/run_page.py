"""The page of a run: everything that a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from steppewise import __version__
from steppewise.analysis.findings import Findings, find
from steppewise.analysis.spread import SpreadShare
from steppewise.experiment.ensemble import Ensemble
from steppewise.report import tables
from steppewise.report.assumptions import changed, most_correlated
from steppewise.report.figures.picture import REPORT, DrawnFigure
from steppewise.report.page import UNCERTAIN, Shown, asked, called, command, rendered
from steppewise.scenario.library import library_names
from steppewise.scenario.spec import MECHANISMS, STRUCTURES
from steppewise.wording.names import listed
from steppewise.wording.numbers import counted
from steppewise.wording.run import advice, sentences


def write_page(folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare], figures: Sequence[DrawnFigure]) -> None:
    """Write the page into a results folder."""
    page = render(ensemble, find(ensemble, shares), shares, figures)
    (folder / REPORT).write_text(page, encoding="utf-8")


def render(
    ensemble: Ensemble, findings: Findings, shares: Sequence[SpreadShare], figures: Sequence[DrawnFigure]
) -> str:
    """The page as text."""
    spec, plan = findings.spec, asked(findings.worlds, findings.seed, findings.uncertainty)
    values = {
        "kicker": "scenario report",
        "title": spec.title,
        "question": spec.question,
        "findings": findings,
        "facts": _facts(findings),
        "answer": sentences(findings),
        "advice": advice(findings),
        "spread": tables.spread_table(spec, shares),
        "switched_off": [(name, MECHANISMS.get(name, "")) for name in sorted(spec.switched_off)],
        "rivals": [(part, chosen, STRUCTURES[part][chosen]) for part, chosen in spec.rivals.items()],
        "changed": changed(spec),
        "correlated": most_correlated(ensemble),
        "command": command("run", [called(spec.name, *library_names())], plan, spec),
    }
    return rendered("run.html", spec, figures, values)


def of_run(ensemble: Ensemble, found: Findings, sentences: Sequence[str]) -> Shown:
    """What a notebook shows of a scenario in its worlds: regional shares, powers, states."""
    if not found.good_worlds:
        return Shown(found.spec.title, None, (), sentences)
    from steppewise.report.figures.of_run import main_sketch

    parts = (tables.power_table(found), tables.state_table(found))
    sketch = main_sketch(ensemble, found) if ensemble.trajectories else None
    return Shown(found.spec.title, sketch, parts, sentences)


def _facts(findings: Findings) -> list[tuple[str, str]]:
    spec = findings.spec
    ranged = sum(parameter.is_uncertain for parameter in spec.parameters.values())
    return [
        ("Worlds", f"{findings.worlds:,}, of which {counted(len(findings.failures), 'world')} failed"),
        ("Period", f"{spec.start} to {spec.end}, {counted(len(spec.quarters), 'quarter')}"),
        ("Powers", listed([actor.label for actor in spec.powers])),
        ("States", listed([actor.label for actor in spec.states])),
        ("Uncertain", UNCERTAIN[findings.uncertainty]),
        ("Parameters", f"{len(spec.parameters):,}, of which {ranged:,} have a range"),
        ("Seed", str(findings.seed)),
        ("Version", f"steppewise {__version__}"),
    ]
