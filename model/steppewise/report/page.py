"""The report page: one HTML file that opens offline, with everything that a reader needs to judge a run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from steppewise import __version__
from steppewise.analysis.findings import Findings, find
from steppewise.analysis.spread import SpreadShare
from steppewise.analysis.telling import advice, sentences
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Ensemble
from steppewise.experiment.folder import REPORT
from steppewise.report import tables
from steppewise.report.assumptions import changed, most_correlated
from steppewise.report.picture import DrawnFigure
from steppewise.report.series import counted
from steppewise.report.wording import event_words, listed
from steppewise.scenario.library import library_names
from steppewise.scenario.spec import MECHANISMS, ScenarioSpec

HERE: Final = Path(__file__).parent

UNCERTAIN: Final = {
    "both": "chance and ignorance",
    "chance": "chance only; every parameter has its one value",
    "ignorance": "ignorance only; nothing happens by chance",
    "none": "nothing; all worlds are alike",
}

OTHERS: Final = {
    "TUR": "Turkey",
    "EUU": "the European Union",
    "IND": "India",
    "IRN": "Iran",
    "KOR": "South Korea",
    "AFG": "Afghanistan",
}
"""Actors that matter in the region; those that a scenario does not have are named as left out."""

MOST_OPEN: Final = 12
"""Changed parameters that stand open on the page; a longer list is folded."""


def write_page(folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare], figures: Sequence[DrawnFigure]) -> None:
    """Write the page into a results folder."""
    page = render(ensemble, find(ensemble, shares), shares, figures)
    (folder / REPORT).write_text(page, encoding="utf-8")


def render(
    ensemble: Ensemble, findings: Findings, shares: Sequence[SpreadShare], figures: Sequence[DrawnFigure]
) -> str:
    """The page as text."""
    spec = findings.spec
    return (
        environment()
        .get_template("page.html")
        .render(
            style=style(),
            spec=spec,
            findings=findings,
            version=__version__,
            facts=_facts(findings),
            answer=sentences(findings),
            advice=advice(findings),
            tables=tables,
            shares=shares,
            pictures=figures,
            events=[(str(event.at), event_words(event, spec)) for event in spec.events],
            switched_off=[(name, MECHANISMS.get(name, "")) for name in sorted(spec.switched_off)],
            changed=changed(spec),
            most_open=MOST_OPEN,
            correlated=most_correlated(ensemble),
            left_out=left_out(spec),
            command=command(findings),
        )
    )


def style() -> str:
    """The style sheet of all pages."""
    return (HERE / "page.css").read_text(encoding="utf-8")


def environment(folder: Path = HERE) -> Environment:
    """The templates of a folder, those of the reports unless told otherwise; what they are given is escaped."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


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


def left_out(spec: ScenarioSpec) -> str:
    """Actors of the region that do not take part."""
    present = {actor.iso3 for actor in (*spec.powers, *spec.states)}
    absent = [name for code, name in OTHERS.items() if code not in present]
    return listed(absent) if absent else ""


def command(findings: Findings) -> str:
    """The command that makes the same worlds again."""
    spec = findings.spec
    options = asked(findings.worlds, findings.seed, findings.uncertainty)
    return shlex.join(["steppewise", "run", called(spec), *options, *overrides(spec)])


def called(spec: ScenarioSpec) -> str:
    """What a scenario is called on the command line."""
    return spec.name if spec.name in library_names() else f"{spec.name}.yaml"


def asked(worlds: int, seed: int, uncertainty: str) -> list[str]:
    """The options of a plan."""
    options = ["--runs", str(worlds), "--seed", str(seed)]
    return options if uncertainty == "both" else [*options, "--uncertainty", uncertainty]


def overrides(spec: ScenarioSpec) -> list[str]:
    """The options that set what the command line has set."""
    given = [spec.parameters[name] for name in spec.changed if spec.parameters[name].source == "command line"]
    return [word for parameter in given for word in ("--set", f"{parameter.name}={_setting(parameter)}")]


def _setting(parameter: Parameter) -> str:
    if not parameter.is_uncertain:
        return f"{parameter.value!r}"
    return f"{{value: {parameter.value!r}, low: {parameter.low!r}, high: {parameter.high!r}}}"
