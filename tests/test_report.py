"""Figures and the report page: that they say what they show, whatever the scenario and its names."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from scipy.stats import spearmanr

from steppewise.analysis.findings import find, spread_outcomes
from steppewise.analysis.spread import SpreadShare, sources_of_spread
from steppewise.analysis.telling import sentences
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.report import figures
from steppewise.report.assumptions import main_power, most_correlated, rank_correlations
from steppewise.report.page import render, write_report
from steppewise.report.series import band_note, time_ticks, years
from steppewise.report.strip import marks
from steppewise.report.style import LOOKS, PAPER, contrast, looks, plain, spread_apart
from steppewise.report.wording import event_label, event_words
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
    "regional_shares": figures.regional_shares,
    "leaders_map": figures.leaders_map,
    "shares_by_state": figures.shares_by_state,
    "trust_and_influence": figures.trust_and_influence,
    "promises": figures.promises,
}


def resolved(folder: Path, **changes: object) -> ScenarioSpec:
    path = folder / "short.yaml"
    data = {"name": "short", "title": "A short run", "question": f"What if {WEIRD}?", **SHORT, **changes}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return load_scenario(path)


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> ScenarioSpec:
    return resolved(tmp_path_factory.mktemp("scenario"), events=EVENTS, set={"powers.japan.execution": "very high"})


@pytest.fixture(scope="module")
def ensemble(spec: ScenarioSpec) -> Ensemble:
    return simulate(spec, Plan(worlds=60))


@pytest.fixture(scope="module")
def shares(ensemble: Ensemble) -> tuple[SpreadShare, ...]:
    return sources_of_spread(ensemble, spread_outcomes(ensemble.spec))


@pytest.fixture(scope="module")
def drawn(
    ensemble: Ensemble, shares: tuple[SpreadShare, ...], tmp_path_factory: pytest.TempPathFactory
) -> tuple[figures.DrawnFigure, ...]:
    return figures.draw_figures(ensemble, shares, tmp_path_factory.mktemp("results") / "figures")


@pytest.fixture(scope="module")
def page(ensemble: Ensemble, shares: tuple[SpreadShare, ...], drawn: tuple[figures.DrawnFigure, ...]) -> str:
    return render(ensemble, find(ensemble, shares), shares, drawn)


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


# figures ------------------------------------------------------------------------------------------------


def test_every_figure_is_a_picture_1600_pixels_wide(drawn: tuple[figures.DrawnFigure, ...]) -> None:
    assert [figure.name for figure in drawn] == [*DRAWN, "spread_rests_on"]
    for figure in drawn:
        pixels = np.asarray(Image.open(figure.path).convert("L"))
        assert pixels.shape[1] == 1600
        assert pixels.shape[0] > 500
        assert 0.02 < (pixels < 250).mean() < 0.9, figure.name
        assert figure.title
        assert figure.caption
        assert figure.alt.endswith(".")


@pytest.mark.parametrize("name", DRAWN)
def test_every_figure_names_its_worlds_and_powers(name: str, ensemble: Ensemble) -> None:
    words = "\n".join(words_of(DRAWN[name](ensemble)))
    assert "60 worlds" in words
    assert ensemble.spec.title in words
    for power in ensemble.spec.powers:
        assert power.label in words.replace("\n", " ")


@pytest.mark.parametrize("name", ["regional_shares", "shares_by_state", "promises"])
def test_bands_say_what_they_are(name: str, ensemble: Ensemble) -> None:
    words = " ".join(words_of(DRAWN[name](ensemble)))
    assert "mean; bands: 5 to 95 and 25 to 75 percent of 60 worlds" in words


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("regional_shares", {"year", "regional influence share (%)"}),
        ("shares_by_state", {"year", "influence share (%)"}),
        ("trust_and_influence", {"regional influence share (%)", "mean trust (index, 0 to 1)"}),
        ("promises", {"year", "billion USD of 2020", "execution (%)"}),
    ],
)
def test_axes_have_names_and_units(name: str, labels: set[str], ensemble: Ensemble) -> None:
    assert labels <= set(words_of(DRAWN[name](ensemble)))


def test_letters_are_large_enough_for_a_projector(ensemble: Ensemble, shares: tuple[SpreadShare, ...]) -> None:
    rests = figures.what_spread_rests_on(ensemble.spec, shares)
    for figure in (*(draw(ensemble) for draw in DRAWN.values()), rests):
        assert figure.get_figwidth() * figure.dpi == pytest.approx(1600)
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
        assert min(sizes) >= 12


def test_spread_figure_tells_parts_and_errors(ensemble: Ensemble, shares: tuple[SpreadShare, ...]) -> None:
    words = " ".join(words_of(figures.what_spread_rests_on(ensemble.spec, shares)))
    for part in ("chance", "ignorance", "stated", "coded", "external", "assumed", "interactions", "standard error"):
        assert part in words


def test_map_has_the_leaders_colours_and_says_open(ensemble: Ensemble) -> None:
    names = ensemble.spec.power_names
    turns = {"kazakhstan": [0] * 24 + [1] * 21 + [2] * 15, "uzbekistan": [1] * 60}
    led = dict(ensemble.outcomes)
    for state, leaders in turns.items():
        for number, power in enumerate(names):
            led[f"share.{power}.{state}"] = np.where(np.array(leaders) == number, 0.5, 0.1)
    figure = figures.leaders_map(replace(ensemble, outcomes=led))
    patches = {gid: patch for patch in figure.findobj() if (gid := patch.get_gid())}
    assert set(patches) == {f"state/{state}" for state in ensemble.spec.state_names}
    assert patches["state/kazakhstan"].get_hatch()
    assert to_hex(patches["state/kazakhstan"].get_facecolor()) == PAPER
    assert not patches["state/uzbekistan"].get_hatch()
    colour = to_hex(patches["state/uzbekistan"].get_facecolor())
    assert contrast(colour, looks(ensemble.spec)["china"].colour) < 1.1
    words = words_of(figure)
    assert "open (Japan 40 %)" in words
    assert "China 100 %" in words


# colours ------------------------------------------------------------------------------------------------

SIGHTS = {
    "all colours": np.eye(3),
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}  # Machado, Oliveira and Fernandes 2009, on linear RGB


def lab(colour: str, sight: object) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(sight) @ linear, 0, 1)
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ seen / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_differ_for_every_eye(sight: str) -> None:
    seen = [lab(look.colour, SIGHTS[sight]) for look in LOOKS]
    distances = [np.linalg.norm(a - b) for i, a in enumerate(seen) for b in seen[:i]]
    assert min(distances) > 12


def test_the_four_usual_powers_differ_in_grey_and_in_form() -> None:
    lightness = sorted(lab(look.colour, np.eye(3))[0] for look in LOOKS[:4])
    assert min(np.diff(lightness)) > 5
    assert len({look.marker for look in LOOKS}) == len({look.dashes for look in LOOKS}) == len(LOOKS)
    assert min(contrast(look.ink, PAPER) for look in LOOKS) >= 4.5


@cache
def baseline() -> ScenarioSpec:
    return load_scenario("baseline")


def test_a_power_keeps_its_look() -> None:
    without_japan = replace(baseline(), powers=baseline().powers[1:])
    assert looks(without_japan)["china"] == looks(baseline())["china"]
    assert len(set(looks(baseline()).values())) == 4


# placing ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0.01, 0.5))
def test_labels_are_moved_apart_and_stay_inside(wanted: list[float], gap: float) -> None:
    places = spread_apart(wanted, gap, 0.0, 1.0)
    fits = min(gap, 1.0 / max(len(wanted) - 1, 1))
    assert min(np.diff(sorted(places)), default=fits) >= fits - 1e-9
    assert -1e-9 <= min(places) <= max(places) <= 1 + 1e-9
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(np.array(places)[order]) >= 0).all()


def test_event_labels_do_not_overlap(spec: ScenarioSpec) -> None:
    found = marks(spec, 6.0)
    assert len(found) == 10
    spots = {(mark.row, mark.year) for mark in found}
    assert len(spots) == len(found)


def test_every_event_has_words(spec: ScenarioSpec) -> None:
    told = [event_words(event, spec) for event in spec.events]
    assert len(set(told)) == len(told) == len(EVENTS)
    assert "Japan: leader's visit to all 5 states" in told
    assert "Japan: minister's visit to Kazakhstan cancelled" in told
    assert "Russia: pressure on Kazakhstan for 1 year, in 30 % of worlds" in told
    assert all(event_label(event, spec) for event in spec.events)


@pytest.mark.parametrize("quarters", [1, 2, 6, 7, 30, 62, 400])
@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_time_axis_has_some_marks_and_not_too_many(quarters: int, most: int) -> None:
    spec = replace(baseline(), end=baseline().start.plus(quarters - 1))
    marks_, words = time_ticks(spec, most)
    assert 1 <= len(marks_) == len(words) <= most
    assert spec.start.years <= min(marks_) <= max(marks_) <= years(spec)[-1]


def test_figures_draw_any_text() -> None:
    assert plain("a\n $b$ 語") == r"a \$b\$ ?"


# every kind of run --------------------------------------------------------------------------------------


def report_of(ensemble: Ensemble, folder: Path, told: bool = False) -> str:
    shares = sources_of_spread(ensemble, spread_outcomes(ensemble.spec)) if told else ()
    found = figures.draw_figures(ensemble, shares, folder)
    write_report(folder / "report.html", ensemble, find(ensemble, shares), shares, found)
    return (folder / "report.html").read_text(encoding="utf-8")


def test_eight_powers_seven_states_and_weird_names(tmp_path: Path) -> None:
    spec = resolved(tmp_path, actors=MANY, events=EVENTS)
    text = report_of(simulate(spec, Plan(worlds=25)), tmp_path, told=True)
    assert text.count("<img ") == 6
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "Ñ→語" in text


def test_one_power_and_one_state(tmp_path: Path) -> None:
    text = report_of(simulate(resolved(tmp_path, actors=ONE), Plan(worlds=25)), tmp_path)
    assert "No event is set" in text
    assert text.count("<img ") == 5


@pytest.mark.parametrize(
    ("plan", "note"),
    [
        (Plan(worlds=1), "1 world, hence no band"),
        (Plan(worlds=8), "thin lines: each of 8 worlds, too few for a band"),
        (Plan(worlds=30, uncertainty="none"), "all alike"),
        (Plan(worlds=30, uncertainty="chance"), "percent of 30 worlds"),
    ],
)
def test_few_worlds_make_no_band(plan: Plan, note: str, spec: ScenarioSpec, tmp_path: Path) -> None:
    ensemble = simulate(spec, plan)
    assert note in band_note(ensemble)
    assert "was not computed in this run" in report_of(ensemble, tmp_path)


def test_a_single_quarter(tmp_path: Path) -> None:
    spec = resolved(tmp_path, end="2025Q3")
    assert "2025Q3 to 2025Q3, 1 quarter" in report_of(simulate(spec, Plan(worlds=25)), tmp_path)


def failing(ensemble: Ensemble, worlds: int) -> Ensemble:
    lost = np.arange(len(ensemble.status)) < worlds
    return replace(
        ensemble,
        status=tuple("<b>a cause</b>" if bad else "ok" for bad in lost),
        outcomes={name: np.where(lost, np.nan, values) for name, values in ensemble.outcomes.items()},
        trajectories={name: np.where(lost, np.nan, values) for name, values in ensemble.trajectories.items()},
    )


def test_failed_worlds_are_counted(ensemble: Ensemble, tmp_path: Path) -> None:
    some = failing(ensemble, 3)
    assert "57 worlds (3 failed worlds left out)" in band_note(some)
    text = report_of(some, tmp_path)
    assert "60, of which 3 worlds failed" in text
    assert "&lt;b&gt;a cause&lt;/b&gt;" in text


def test_no_world_that_ran(ensemble: Ensemble, tmp_path: Path) -> None:
    text = report_of(failing(ensemble, 60), tmp_path)
    assert "<img" not in text
    assert "of which 60 worlds failed" in text


# the page -----------------------------------------------------------------------------------------------


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


def test_the_page_stands_alone(page: str) -> None:
    read = Reader(page)
    assert not read.open
    assert {tag for tag, _ in read.elements}.isdisjoint({"script", "link", "iframe", "object", "embed", "form"})
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert policy in [attributes.get("content") for attributes in read.named("meta")]
    for _, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("src") or "data:").startswith("data:image/png;base64,") or "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?:", page)
    assert len(page) < 2_500_000


def test_the_page_can_be_read_by_all(page: str) -> None:
    read = Reader(page)
    assert read.named("html") == [{"lang": "en"}]
    assert len(read.named("h1")) == len(read.named("main")) == 1
    assert all(attributes.get("scope") in ("col", "row") for attributes in read.named("th"))
    assert all(len(attributes["alt"] or "") > 60 for attributes in read.named("img"))
    ids = [str(attributes["id"]) for _, attributes in read.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    targets = {str(attributes["href"])[1:] for attributes in read.named("a")}
    assert targets <= set(ids)
    assert read.elements[[tag for tag, _ in read.elements].index("body") + 1][1]["class"] == "skip"
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert max(np.diff(levels)) <= 1


def test_the_page_tells_what_it_must(
    page: str, ensemble: Ensemble, shares: tuple[SpreadShare, ...], drawn: tuple[figures.DrawnFigure, ...]
) -> None:
    text = re.sub(r"\s+", " ", page).replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    assert ensemble.spec.question.replace("<", "&lt;").replace(">", "&gt;") in text
    for sentence in sentences(find(ensemble, shares)):
        assert sentence in text
    assert "not a forecast" in text
    assert "What must not be concluded" in text
    for figure in drawn:
        assert base64.b64encode(figure.path.read_bytes()).decode() in page
    for event in ensemble.spec.events:
        assert event_words(event, ensemble.spec) in text


def test_the_page_shows_changed_assumptions_and_passages(page: str, ensemble: Ensemble) -> None:
    assert ensemble.spec.changed == ("powers.japan.execution",)
    assert "<code>powers.japan.execution</code>" in page
    assert "scenario short" in page
    assert "“reliable, non-imperial partner" in page


def test_the_command_on_the_page_repeats_the_run(page: str, tmp_path: Path) -> None:
    assert "steppewise run short.yaml --runs 60 --seed 0" in page
    spec = load_scenario("baseline", ["powers.japan.execution={value: 0.7, low: 0.5, high: 0.75}", "end=1"][:1])
    text = report_of(simulate(spec, Plan(worlds=1, seed=4, uncertainty="chance")), tmp_path)
    command = "steppewise run baseline --runs 1 --seed 4 --uncertainty chance --set"
    assert f"{command} &#39;powers.japan.execution={{value: 0.7, low: 0.5, high: 0.75}}&#39;" in text


# assumptions --------------------------------------------------------------------------------------------


def test_rank_correlation_is_spearmans() -> None:
    draws = np.random.default_rng(0)
    outcome = draws.normal(size=50)
    parameters = {"a": outcome**3, "b": draws.normal(size=50), "fixed": np.ones(50)}
    found = rank_correlations(parameters, outcome)
    assert set(found) == {"a", "b"}
    assert found["a"] == pytest.approx(1.0)
    assert found["b"] == pytest.approx(spearmanr(parameters["b"], outcome).statistic)


def test_correlations_need_worlds_and_beat_luck(spec: ScenarioSpec) -> None:
    assert most_correlated(simulate(spec, Plan(worlds=10))) is None
    assert most_correlated(simulate(spec, Plan(worlds=30, uncertainty="chance"))) is None
    found = most_correlated(simulate(spec, Plan(worlds=300)))
    assert found is not None
    assert 1 <= len(found.found) <= 10
    assert all(abs(item.correlation or 0) > found.threshold for item in found.found)


def test_the_main_power_is_the_one_most_named(spec: ScenarioSpec) -> None:
    assert main_power(spec) == "japan"
    assert main_power(replace(spec, events=(), changed=())) == "japan"
    assert main_power(replace(spec, events=(), changed=("powers.china.effort",))) == "china"


@pytest.mark.slow
@settings(max_examples=5)
@given(st.data())
def test_any_legal_scenario_makes_a_report(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    from scenario_files import scenario_files

    folder = tmp_path_factory.mktemp("any")
    path = folder / "generated.yaml"
    path.write_text(yaml.safe_dump(data.draw(scenario_files())), encoding="utf-8")
    text = report_of(simulate(load_scenario(path), Plan(worlds=21)), folder, told=True)
    Reader(text)
