"""Figures: that they say what they show, to every eye, whatever the run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image
from tests.support import reports
from tests.support.reports import DRAWN, EVENTS, MANY, ONE, Reader, failing, report_of, resolved
from tests.support.scenario_files import scenario_files

from steppewise.analysis.spread import SpreadShare
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.report import drawing_process
from steppewise.report.figures.axes import spread_apart
from steppewise.report.figures.bands import band_note, time_ticks, years
from steppewise.report.figures.colours import LOOKS, PAPER, contrast, looks
from steppewise.report.figures.fan_chart import marks
from steppewise.report.figures.leaders_map import leaders_map
from steppewise.report.figures.of_run import draw_figures
from steppewise.report.figures.picture import DrawnFigure
from steppewise.report.figures.spread_rests_on import what_spread_rests_on
from steppewise.report.figures.style import plain
from steppewise.report.wording import event_label, event_words
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec


@pytest.fixture(scope="module")
def spec() -> ScenarioSpec:
    return reports.spec()


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return reports.ensemble()


@pytest.fixture(scope="module")
def shares() -> tuple[SpreadShare, ...]:
    return reports.shares()


@pytest.fixture(scope="module")
def drawn() -> tuple[DrawnFigure, ...]:
    return reports.drawn()


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


# figures ------------------------------------------------------------------------------------------------


def test_the_process_that_draws_is_handed_all_that_it_needs(drawn: tuple[DrawnFigure, ...], tmp_path) -> None:
    handed = drawing_process.what_is_drawn(reports.ensemble())
    again = draw_figures(handed, reports.shares(), tmp_path)
    assert [figure.alt for figure in again] == [figure.alt for figure in drawn]
    assert [figure.path.read_bytes() for figure in again] == [figure.path.read_bytes() for figure in drawn]


def test_every_figure_is_a_picture_1600_pixels_wide(drawn: tuple[DrawnFigure, ...]) -> None:
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
    rests = what_spread_rests_on(ensemble.spec, shares)
    for figure in (*(draw(ensemble) for draw in DRAWN.values()), rests):
        assert figure.get_figwidth() * figure.dpi == pytest.approx(1600)
        sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_text()]
        assert min(sizes) >= 12


def test_spread_figure_tells_parts_and_errors(ensemble: Ensemble, shares: tuple[SpreadShare, ...]) -> None:
    words = " ".join(words_of(what_spread_rests_on(ensemble.spec, shares)))
    for part in ("chance", "ignorance", "stated", "coded", "external", "assumed", "interactions", "standard error"):
        assert part in words


def test_map_has_the_leaders_colours_and_says_open(ensemble: Ensemble) -> None:
    names = ensemble.spec.power_names
    turns = {"kazakhstan": [0] * 24 + [1] * 21 + [2] * 15, "uzbekistan": [1] * 60}
    led = dict(ensemble.outcomes)
    for state, leaders in turns.items():
        for number, power in enumerate(names):
            led[f"share.{power}.{state}"] = np.where(np.array(leaders) == number, 0.5, 0.1)
    figure = leaders_map(replace(ensemble, outcomes=led))
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
    shades = sorted(float(np.dot((0.299, 0.587, 0.114), to_rgb(look.colour))) for look in LOOKS[:4])
    assert min(np.diff(shades)) > 0.08
    assert len({look.marker for look in LOOKS}) == len({look.dashes for look in LOOKS}) == len(LOOKS)
    assert min(contrast(look.ink, PAPER) for look in LOOKS) >= 4.5
    assert min(contrast(look.stroke, PAPER) for look in LOOKS) >= 3


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
def test_few_worlds_make_no_band(plan: Plan, note: str, spec: ScenarioSpec) -> None:
    ensemble = simulate(spec, plan)
    assert note in band_note(ensemble)
    for name in ("regional_shares", "shares_by_state"):
        assert note in " ".join(words_of(DRAWN[name](ensemble)))
    cross = "cross: 5 to 95" in " ".join(words_of(DRAWN["trust_and_influence"](ensemble)))
    assert cross == (plan.uncertainty == "chance")


def test_one_world_makes_a_report(spec: ScenarioSpec, tmp_path: Path) -> None:
    assert "was not computed in this run" in report_of(simulate(spec, Plan(worlds=1)), tmp_path)


def test_a_single_quarter(tmp_path: Path) -> None:
    spec = resolved(tmp_path, end="2025Q3")
    assert "2025Q3 to 2025Q3, 1 quarter" in report_of(simulate(spec, Plan(worlds=25)), tmp_path)


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


@pytest.mark.slow
@settings(max_examples=5)
@given(scenario_files())
def test_any_legal_scenario_makes_a_report(tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "generated.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    Reader(report_of(simulate(load_scenario(path), Plan(worlds=21)), folder, told=True))
