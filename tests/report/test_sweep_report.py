"""Figures and page of a sweep: that they say what they show, whatever varies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from tests.report.test_figures import words_of
from tests.support.reports import Reader
from tests.support.shipped import shipped
from tests.support.swept import EFFORT, EXECUTION, HEDGING, OUTCOMES, findings, misplaced, study, swept

from steppewise.analysis.effects import SweepFindings
from steppewise.experiment.executors import Serial
from steppewise.experiment.loading import load_study
from steppewise.experiment.study import latin_hypercube
from steppewise.report.figures.factor_axis import number_axis
from steppewise.report.figures.heat_map import heat_map, outcomes_of, pair_of, table_of
from steppewise.report.figures.of_sweep import draw_sweep
from steppewise.report.figures.response_curves import response, sheets_of
from steppewise.report.figures.strands import fan_of, strands_of
from steppewise.report.figures.what_moves import moves
from steppewise.report.sweep_page import command_of, render
from steppewise.results.sweep import Sweep
from steppewise.wording.sweep import sentences

SHARE, TRUST = OUTCOMES
WORDS = replace(EXECUTION, levels=(0.1, 0.3, 0.5, 0.7, 0.9), labels=("very low", "low", "medium", "high", "very high"))
LUCK = np.random.default_rng(2).normal(size=100)
WEIRD = "<script>alert('x')</script> & $a$ Ñ→語"


def bent(values: np.ndarray, worlds: np.ndarray) -> dict[str, np.ndarray]:
    """Both outcomes go with all factors, and differ between worlds."""
    rise = values[:, 0] * (1 + values[:, -1])
    return {SHARE: 0.1 + 0.02 * rise + 0.01 * LUCK[worlds], TRUST: 0.5 + 0.05 * rise + 0.02 * LUCK[worlds]}


@pytest.fixture(scope="module")
def grid_findings(tmp_path_factory) -> SweepFindings:
    return findings(study(worlds=60), tmp_path_factory.mktemp("grid"), bent)


@pytest.fixture(scope="module")
def sample_findings(tmp_path_factory) -> SweepFindings:
    points = latin_hypercube((EFFORT, EXECUTION), 600, 0)
    one = study(points=points, design="latin hypercube", worlds=4)
    return findings(one, tmp_path_factory.mktemp("sample"), bent)


# lines ------------------------------------------------------------------------------------------------------


def test_a_small_grid_has_a_line_for_each_value_of_the_other_factor(grid_findings):
    strands = strands_of(grid_findings, 0)
    assert strands.title == "Japan's execution"
    assert [line.label for line in strands.lines] == ["0.4", "0.525", "0.65", "0.775", "0.9"]
    line = strands.lines[1]
    assert line.places.tolist() == [0.5, 0.875, 1.25, 1.625, 2.0]
    assert [points.tolist() for points in line.points] == [[1], [6], [11], [16], [21]]
    fan = fan_of(line, grid_findings.responses, SHARE)
    np.testing.assert_array_equal(fan.mean, grid_findings.responses.of(SHARE)[[1, 6, 11, 16, 21]])
    np.testing.assert_array_equal(fan.high, grid_findings.responses.of(SHARE, "q95")[[1, 6, 11, 16, 21]])


def test_of_many_values_some_are_picked(tmp_path):
    found = findings(study(steps=9), tmp_path, bent)
    strands = strands_of(found, 0)
    assert [line.label for line in strands.lines] == ["0.4", "0.525", "0.65", "0.775", "0.9"]
    assert strands.note == "5 of 9 values of Japan's execution"


def test_further_factors_are_averaged_out(tmp_path):
    found = findings(study((EFFORT, EXECUTION, HEDGING), steps=4), tmp_path, bent)
    strands = strands_of(found, 0)
    assert strands.title in ("hedging", "Japan's execution")
    assert strands.note == "other factors averaged out"
    points = strands.lines[0].points[2]
    assert len(points) > 1
    fan = fan_of(strands.lines[0], found.responses, SHARE)
    assert fan.mean[2] == pytest.approx(found.responses.of(SHARE)[points].mean())


def test_a_sample_is_one_line_of_medians(sample_findings):
    strands = strands_of(sample_findings, 0)
    assert len(strands.lines) == 1
    points = strands.lines[0].points[3]
    fan = fan_of(strands.lines[0], sample_findings.responses, SHARE)
    means = sample_findings.responses.of(SHARE)[points]
    assert fan.mean[3] == pytest.approx(np.median(means))
    assert fan.low[3] == pytest.approx(np.quantile(means, 0.05))


# figures ----------------------------------------------------------------------------------------------------


def test_response_curves_say_what_they_show(grid_findings):
    figure = response(grid_findings, 0, OUTCOMES)
    assert misplaced(figure) == []
    words = words_of(figure)
    assert "Response to Japan's effort" in words
    assert "A small study. Lines: Japan's execution" in words
    assert "Japan's effort (times; evidence: assumed); dotted: as in the scenario" in words
    assert "line: mean; band: 5 to 95 percent of worlds; 25 points, 60 worlds each" in words
    assert {"Japan: regional share", "Japan: mean trust", "0.4", "0.9"} <= set(words)
    assert any(word.endswith(" %") for word in words), "shares are percent"


@pytest.mark.parametrize("span", [3e-6, 2e-3, 0.4])
def test_marks_of_an_axis_differ_however_short_it_is(span):
    figure = Figure()
    axes = figure.add_subplot()
    axes.set_ylim(0.1017, 0.1017 + span)
    number_axis(axes.yaxis, SHARE)
    figure.canvas.draw()
    marks = [label.get_text() for label in axes.get_yticklabels()]
    assert len(marks) > 2
    assert len(set(marks)) == len(marks)


def test_one_factor_has_bands_of_worlds(tmp_path):
    found = findings(study((EFFORT,), steps=8, worlds=60), tmp_path, bent)
    figure = response(found, 0, OUTCOMES)
    assert "line: mean; bands: 5 to 95 and 25 to 75 percent of worlds; 8 points, 60 worlds each" in words_of(figure)
    assert len(figure.axes[0].collections) == 2
    assert misplaced(figure) == []


def test_few_worlds_make_no_band(tmp_path):
    found = findings(study((EFFORT,), worlds=5), tmp_path, bent)
    figure = response(found, 0, OUTCOMES)
    assert "line: mean; 5 points, 5 worlds each" in words_of(figure)
    assert not figure.axes[0].collections


def much_luck(values: np.ndarray, worlds: np.ndarray) -> dict[str, np.ndarray]:
    """The first outcome goes with luck far more than with the factors."""
    return {SHARE: 0.5 + 1e-4 * values[:, 0] * values[:, 1] + 0.1 * LUCK[worlds], TRUST: values[:, 0]}


def test_bands_that_would_bury_the_lines_are_told_in_words(tmp_path):
    figure = response(findings(study(worlds=60), tmp_path, much_luck), 0, OUTCOMES)
    told = [word for word in words_of(figure) if word.startswith("all bands: ")]
    assert len(told) == 1
    assert not figure.axes[0].collections
    assert misplaced(figure) == []


def test_no_line_crosses_the_words_that_tell_of_bands(tmp_path):
    one = study((replace(EFFORT, low=0.8), EXECUTION), worlds=60)
    figure = response(findings(one, tmp_path, much_luck), 0, OUTCOMES)
    axes = figure.axes[0]
    [words] = [text for text in axes.texts if text.get_text().startswith("all bands: ")]
    words.set_color("white")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    box = words.get_window_extent()
    [dotted] = [line for line in axes.lines if np.array_equal(line.get_xdata(), [1.0, 1.0])]
    assert box.x0 < dotted.get_window_extent().x0 < box.x1
    pixels = np.asarray(canvas.buffer_rgba())[::-1]
    assert (pixels[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] == 255).all()


def test_levels_are_dots_with_intervals(tmp_path):
    found = findings(study((WORDS, HEDGING), steps=2, worlds=60), tmp_path, bent)
    for number in (0, 1):
        figure = response(found, number, OUTCOMES)
        words = words_of(figure)
        assert "dot: mean; intervals: 5 to 95 percent of worlds; 10 points, 60 worlds each" in words
        assert misplaced(figure) == []
    assert {"on", "off", "hedging (mechanism)"} <= set(words)
    first = [word.replace("\n", " ") for word in words_of(response(found, 0, OUTCOMES))]
    assert set(WORDS.labels) <= set(first)


def test_a_sample_says_that_its_bands_are_of_points(sample_findings):
    figure = response(sample_findings, 1, OUTCOMES)
    words = words_of(figure)
    assert (
        "line: median of points' means; bands: 5 to 95 and 25 to 75 percent of them; 600 points, 4 worlds each" in words
    )
    assert misplaced(figure) == []


def test_many_outcomes_make_more_sheets():
    names = [f"share.japan.{number}" for number in range(16)]
    assert [len(sheet) for sheet in sheets_of(EFFORT, names)] == [8, 8]
    assert [len(sheet) for sheet in sheets_of(EFFORT, names[:9])] == [9]
    assert [len(sheet) for sheet in sheets_of(WORDS, names[:7])] == [4, 3]


def test_what_moves_what(grid_findings):
    figure = moves(grid_findings)
    words = words_of(figure)
    assert {"What moves each outcome", "evidence: assumed", "low end", "high end"} <= set(words)
    assert {"Japan's effort", "0.5×", "2×", "0.4", "0.9"} <= set(words)
    assert "means over points and worlds; pale: no more than luck; 25 points, 60 worlds each" in words
    assert misplaced(figure) == []


def test_a_map_of_two_factors(grid_findings):
    pair = pair_of(grid_findings)
    assert pair == (0, 1)
    table = table_of(grid_findings, SHARE, pair)
    np.testing.assert_allclose(table.cells.T.ravel(), grid_findings.responses.of(SHARE))
    figure = heat_map(grid_findings, pair, OUTCOMES)
    words = words_of(figure)
    assert "Japan's effort and Japan's execution" in words
    assert "Japan's effort (times; evidence: assumed); dotted: as in the scenario" in words
    assert {"percent", "index, 0 to 1"} <= set(words), "units of the colours"
    assert [word for word in words if word.endswith(" %")], "lines of equal means have labels"
    assert misplaced(figure) == []


def test_a_map_of_levels_shows_numbers(tmp_path):
    found = findings(study((WORDS, EFFORT), steps=3, worlds=60), tmp_path, bent)
    figure = heat_map(found, (0, 1), OUTCOMES)
    shown = [text.get_text() for text in figure.axes[1].texts]
    assert len(shown) == 16
    assert misplaced(figure) == []


def test_a_map_wants_two_factors_with_points_at_most_pairs(tmp_path, sample_findings):
    assert pair_of(findings(study((EFFORT,)), tmp_path / "one", bent)) is None
    assert pair_of(findings(study((EFFORT, HEDGING)), tmp_path / "switch", bent)) is None
    few = study(points=latin_hypercube((EFFORT, EXECUTION), 60, 0), design="latin hypercube")
    assert pair_of(findings(few, tmp_path / "few", bent)) is None
    assert pair_of(sample_findings) == (0, 1)


def test_outcomes_that_luck_moves_are_not_mapped(tmp_path):
    def one_of_two(values, worlds):
        return {SHARE: values[:, 0] + 0.1 * LUCK[worlds], TRUST: LUCK[worlds] + 0 * values[:, 0]}

    found = findings(study(), tmp_path, one_of_two)
    assert outcomes_of(found, (0, 1)) == [SHARE]


@pytest.mark.parametrize("name", shipped("experiments"))
def test_figures_of_the_library_keep_their_words_apart(name, tmp_path):
    """Ended early, in few worlds, the largest thinned out: words, units and panels are those of the whole."""
    whole = load_study(name)
    ended = replace(whole.spec, end=max(event.at for event in whole.spec.events).plus(1) if whole.spec.events else
                    whole.spec.start.plus(2))  # fmt: skip
    points = whole.points if len(whole.points) < 500 else whole.points[:500]
    store, responses = swept(replace(whole, spec=ended, points=points, worlds=20 if len(points) < 100 else 2), tmp_path)
    found = Sweep(responses, store.folder).findings
    wrong = {}
    for number in found.ranked[:2]:
        for outcomes in sheets_of(whole.factors[number], whole.outcomes):
            wrong[number, outcomes[0]] = misplaced(response(found, number, outcomes))
    if len(whole.factors) > 1:
        wrong["moves"] = misplaced(moves(found))
    if (pair := pair_of(found)) is not None:
        wrong["map"] = misplaced(heat_map(found, pair, whole.outcomes[:6]))
    assert not {figure: words for figure, words in wrong.items() if words}


def test_all_figures_are_drawn_to_files(grid_findings, tmp_path):
    drawn = draw_sweep(grid_findings, tmp_path / "figures")
    assert [figure.name for figure in drawn] == ["moves", "response_1", "response_2", "map"]
    for figure in drawn:
        pixels = np.asarray(Image.open(figure.path).convert("L"))
        assert pixels.shape[1] == 1600
        assert 0.01 < (pixels < 250).mean() < 0.9, figure.name
        assert figure.title
        assert figure.caption
        assert figure.alt.endswith(".")


# the page ---------------------------------------------------------------------------------------------------


def page_of(found: SweepFindings, folder: Path) -> tuple[str, Reader]:
    text = render(found, draw_sweep(found, folder))
    return text, Reader(text)


def test_the_page_stands_alone_and_answers(grid_findings, tmp_path):
    text, page = page_of(grid_findings, tmp_path)
    assert not page.open
    assert "http:" not in text.replace("http-equiv", "")
    assert "https:" not in text
    assert not page.named("script", "link", "iframe")
    assert len(page.named("img")) == 4
    assert all(str(image["src"]).startswith("data:image/png;base64,") and image["alt"] for image in page.named("img"))
    for words in (
        "What follows from what?",
        "Whether anything moves.",
        "What must not be concluded",
        "Not to be concluded",
    ):
        assert words in text
    plain = text.replace("&#39;", "'")
    for sentence in sentences(grid_findings):
        assert sentence in plain
    assert "Japan&#39;s effort" in text
    assert "powers.japan.effort" in text
    assert "stated assumptions" in text
    assert "<blockquote>" in text, "the passage that the evidence quotes"


def test_the_page_names_the_command_that_repeats_it(grid_findings):
    assert command_of(grid_findings.study) == "steppewise sweep small.yaml --worlds 60 --seed 0"
    assert command_of(replace(load_study("trust-against-money"), worlds=9)).startswith(
        "steppewise sweep trust-against-money --worlds 9"
    )


def test_the_page_takes_texts_as_they_are(tmp_path):
    one = study((EFFORT,), title=WEIRD, question=WEIRD, look_for=WEIRD)
    text, page = page_of(findings(one, tmp_path / "sweep", bent), tmp_path / "figures")
    assert not page.named("script")
    assert "&lt;script&gt;" in text
    assert not page.open


def test_the_page_counts_what_failed(tmp_path):
    def failing(values, worlds):
        lost = values[:, 0] > 1.9
        return {name: np.where(lost, np.nan, found) for name, found in bent(values, worlds).items()}

    text, _ = page_of(findings(study(), tmp_path / "sweep", failing), tmp_path / "figures")
    assert "100 of 500 worlds failed" in text
    assert '<th scope="row">on purpose</th><td>100</td>' in text


def test_a_page_without_a_world(tmp_path):
    def nothing(values, worlds):
        return {name: np.full(len(worlds), np.nan) for name in OUTCOMES}

    found = findings(study(), tmp_path / "sweep", nothing)
    assert draw_sweep(found, tmp_path / "figures") == ()
    text, page = page_of(found, tmp_path / "figures")
    assert not page.named("img")
    assert "No world ran to the end" in text


@pytest.mark.parametrize("worlds", [1, 2])
def test_one_point_or_one_world_can_be_told_and_drawn(tmp_path, worlds):
    one = study((EFFORT,), points=np.array([[1.0]]), worlds=worlds)
    store, responses = swept(one, tmp_path / "sweep", Serial())
    text, page = page_of(Sweep(responses, store.folder).findings, tmp_path / "figures")
    assert not page.open
    assert "1 point" in text
