"""The report page: that it stands alone, tells what it must, and can be read by all."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from tests.support import reports
from tests.support.reports import Reader, report_of

from steppewise.analysis.findings import find
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.report.assumptions import main_power, most_correlated, rank_correlations
from steppewise.report.run_page import render
from steppewise.report.wording import event_words
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.run import sentences


@pytest.fixture(scope="module")
def spec() -> ScenarioSpec:
    return reports.spec()


@pytest.fixture(scope="module")
def page() -> str:
    found = find(reports.ensemble(), reports.shares())
    return render(reports.ensemble(), found, reports.shares(), reports.drawn())


# the page -----------------------------------------------------------------------------------------------


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
    assert not re.search(r"url\(|@import", page)
    assert len(page) < 1_000_000


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


def test_the_page_tells_what_it_must(page: str, spec: ScenarioSpec) -> None:
    text = re.sub(r"\s+", " ", page).replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")
    assert spec.question.replace("<", "&lt;").replace(">", "&gt;") in text
    for sentence in sentences(find(reports.ensemble(), reports.shares())):
        assert sentence in text
    assert "not a forecast" in text
    assert "What must not be concluded" in text
    for figure in reports.drawn():
        assert base64.b64encode(figure.path.read_bytes()).decode() in page
    for event in spec.events:
        assert event_words(event, spec) in text


def test_the_page_shows_changed_assumptions_and_passages(page: str, spec: ScenarioSpec) -> None:
    assert spec.changed == ("powers.japan.execution",)
    assert "<code>powers.japan.execution</code>" in page
    assert "scenario short" in page
    assert "“reliable, non-imperial partner" in page


def test_the_command_on_the_page_repeats_the_run(page: str, tmp_path: Path) -> None:
    assert "steppewise run short.yaml --runs 60 --seed 0" in page
    spec = load_scenario("baseline", ["powers.japan.execution={value: 0.7, low: 0.5, high: 0.75}"])
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


def test_rank_correlations_leave_out_worlds_without_an_outcome() -> None:
    draws = np.random.default_rng(0)
    outcome = np.where(np.arange(60) < 50, draws.normal(size=60), np.nan)
    parameters = {str(place): draws.normal(size=60) for place in range(7)} | {"fixed": np.ones(60)}
    whole = rank_correlations(parameters, outcome)
    for name in map(str, range(7)):
        assert whole[name] == pytest.approx(spearmanr(parameters[name][:50], outcome[:50]).statistic)


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
