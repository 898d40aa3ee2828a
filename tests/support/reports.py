"""Small real runs, drawn and written, that the tests of figures and of the page share."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import yaml
from matplotlib.figure import Figure

from steppewise.analysis.findings import spread_outcomes
from steppewise.analysis.spread import SpreadShare, sources_of_spread
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.report.figures.leaders_map import leaders_map
from steppewise.report.figures.of_run import draw_figures
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.figures.promises import promises
from steppewise.report.figures.regional_shares import regional_shares
from steppewise.report.figures.shares_by_state import shares_by_state
from steppewise.report.figures.trust_and_influence import trust_and_influence
from steppewise.report.run_page import write_page
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

WEIRD = "<script>alert('x')</script> & $a$ Ñ→語"
SHORT = {"extends": "baseline", "inherit_events": False, "end": "2027Q4"}
EVENTS = [
    {"at": "2025Q3", "visit": "held", "by": "japan", "to": "all", "level": "leader"},
    {"at": "2025Q4", "visit": "cancelled", "by": "japan", "to": ["kazakhstan"], "level": "minister", "blame": 0.5},
    {"at": "2026Q1", "package": 2.0, "by": "china", "to": "all", "over": 5},
    {"at": "2026Q1", "pressure": "high", "by": "russia", "to": ["kazakhstan"], "probability": 0.3},
    {"at": "2026Q2", "budget": 0.5, "by": "china", "over": 2},
    {"at": "2026Q3", "corridor": 3.0, "by": "china", "along": ["kazakhstan", "turkmenistan"]},
    {"at": "2026Q4", "labour_pathway": 1.0, "by": "japan", "to": ["uzbekistan", "kyrgyzstan"], "over": 1},
    {"at": "2027Q1", "format": "ended", "by": "russia"},
    {"at": "2027Q2", "membership": "joined", "by": "russia", "to": ["uzbekistan"]},
    {"at": "2027Q3", "set": {"powers.japan.execution": 0.9}},
    {"at": "2027Q4", "visit": "held", "by": "united_states", "to": ["tajikistan"], "level": "leader"},
]
MANY = {
    "add": [
        "south_korea",
        {"name": "turkey", "kind": "power", "label": WEIRD, "iso3": "TUR", "like": "russia"},
        {"name": "india", "kind": "power", "label": "India", "iso3": "IND", "like": "japan"},
        {"name": "eu", "kind": "power", "label": "European Union", "iso3": "EUU", "like": "united_states"},
        {"name": "afghanistan", "kind": "state", "label": "Afghanistan", "iso3": "AFG", "like": "tajikistan",
         "borders": ["tajikistan"]},
        {"name": "atlantis", "kind": "state", "label": "Atlantis", "iso3": "XXX", "like": "kyrgyzstan",
         "borders": ["kazakhstan"]},
    ]
}  # fmt: skip
ONE = {"remove": ["china", "russia", "united_states", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan"]}
DRAWN: dict[str, Callable[[Ensemble], Figure]] = {
    "regional_shares": regional_shares,
    "leaders_map": leaders_map,
    "shares_by_state": shares_by_state,
    "trust_and_influence": trust_and_influence,
    "promises": promises,
}


FOLDER = TemporaryDirectory(prefix="steppewise-")
atexit.register(FOLDER.cleanup)


def resolved(folder: Path, **changes: object) -> ScenarioSpec:
    path = folder / "short.yaml"
    data = {"name": "short", "title": "A short run", "question": f"What if {WEIRD}?", **SHORT, **changes}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return load_scenario(path)


@cache
def spec() -> ScenarioSpec:
    """A short run with an event of every kind and one changed parameter."""
    return resolved(Path(FOLDER.name), events=EVENTS, set={"powers.japan.execution": "very high"})


@cache
def ensemble() -> Ensemble:
    return simulate(spec(), Plan(worlds=60))


@cache
def shares() -> tuple[SpreadShare, ...]:
    return sources_of_spread(ensemble(), spread_outcomes(spec()))


@cache
def drawn() -> tuple[DrawnFigure, ...]:
    return draw_figures(ensemble(), shares(), Path(FOLDER.name) / "figures")


def report_of(ensemble: Ensemble, folder: Path, told: bool = False) -> str:
    shares = sources_of_spread(ensemble, spread_outcomes(ensemble.spec)) if told else ()
    found = draw_figures(ensemble, shares, folder)
    write_page(folder, ensemble, shares, found)
    return (folder / "report.html").read_text(encoding="utf-8")


def failing(ensemble: Ensemble, worlds: int) -> Ensemble:
    lost = np.arange(len(ensemble.status)) < worlds
    return replace(
        ensemble,
        status=tuple("<b>a cause</b>" if bad else "ok" for bad in lost),
        outcomes={name: np.where(lost, np.nan, values) for name, values in ensemble.outcomes.items()},
        trajectories={name: np.where(lost, np.nan, values) for name, values in ensemble.trajectories.items()},
    )


class Reader(HTMLParser):
    """Notes the elements of a page and whether they are closed in order."""

    VOID = ("meta", "img", "br", "hr", "link", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]
