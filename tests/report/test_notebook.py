"""Results draw themselves in a notebook: through IPython's own formatter, as HTML that a screen reader can read."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from IPython.core.formatters import DisplayFormatter
from PIL import Image
from tests.support import comparisons, reports, swept
from tests.support.reports import WEIRD, Reader

import steppewise
from steppewise.analysis import comparison
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.results.compare import Comparison
from steppewise.results.run import Results
from steppewise.wording.numbers import typeset

SHARE = "regional_share.japan"


def shown(result: object) -> dict[str, str]:
    """What a notebook gets of a result, by kind."""
    data, _ = DisplayFormatter().format(result)
    return data


def html_of(result: object) -> str:
    return shown(result)["text/html"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """One small result of every kind, of a scenario whose texts are hostile where they can be."""
    folder: Path = tmp_path_factory.mktemp("shown")
    spec = reports.resolved(folder, title=WEIRD)
    study = replace(swept.study(worlds=3), title=WEIRD)
    usual = steppewise.run(study.spec, runs=3, spread=False).outcomes["budget.japan"].mean()
    return SimpleNamespace(
        run=steppewise.run(spec, runs=20),
        comparison=steppewise.compare(spec, replace(spec, name="other", title=f"Other {WEIRD}"), runs=20),
        sweep=steppewise.sweep(study, folder=folder, workers=1),
        sensitivity=steppewise.sensitivity(study, outcomes=[SHARE], size=2, worlds=2),
        discovery=steppewise.discover(study, f"budget.japan > {1.2 * usual:.4f}", size=64, worlds=1),
    )


@pytest.mark.parametrize("kind", ["run", "comparison", "sweep", "sensitivity", "discovery"])
def test_a_result_is_a_figure_a_table_and_sentences(results, kind):
    result = getattr(results, kind)
    html = html_of(result)
    page = Reader(html)
    assert page.open == []
    assert "script" not in dict(page.elements)
    assert "http" not in html
    items = [unescape(item) for item in re.findall(r"<li>(.*)</li>", html)]
    assert items == [typeset(sentence) for sentence in result.sentences()]
    [image] = page.named("img")
    assert len(image["alt"].split()) > 5
    picture = Image.open(BytesIO(base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))))
    assert picture.size[0] == 960
    assert len(picture.convert("RGB").getcolors(1_000_000)) > 20
    heads = page.named("th")
    assert heads
    assert {head["scope"] for head in heads} == {"col", "row"}
    assert len(page.named("caption")) == len(page.named("table")) > 0


def test_the_numbers_in_the_table_are_those_of_the_result(results):
    html = html_of(results.run)
    for power in results.run.findings.powers:
        assert f"<td>{100 * power.share.end.mean:.1f}</td>" in html
    made = Comparison(comparisons.pair(), (comparisons.found(),))
    mean = 100 * made.at("regional_share", "japan").mean
    [cell] = re.findall(r">Japan</th><td>(.*?)</td>", html_of(made))
    assert float(cell.replace("−", "-")) == pytest.approx(mean, rel=0.05)


def test_several_scenarios_have_a_table_each(tmp_path):
    spec = comparisons.short("baseline")
    made = steppewise.compare(spec, replace(spec, name="b"), comparisons.short("coercive-format"), runs=9)
    page = Reader(html_of(made))
    assert len(page.named("table")) == 2
    assert len(page.named("img")) == 1


def test_where_no_world_ran_to_the_end_there_is_no_figure():
    ensemble = simulate(comparisons.short("baseline"), Plan(3))
    lost = Results(reports.failing(ensemble, 3))
    page = Reader(html_of(lost))
    assert page.named("img") == page.named("table") == []
    assert "&lt;b&gt;a cause&lt;/b&gt;" in html_of(lost)
    further = simulate(comparisons.short("coercive-format"), Plan(3))
    made = Comparison((ensemble, further), (comparison.compare(ensemble, reports.failing(further, 3)),))
    assert Reader(html_of(made)).named("img") == []


def test_a_figure_draws_itself_with_words_for_it(results):
    data, words = DisplayFormatter().format(results.run.plot("map"))
    assert Image.open(BytesIO(data["image/png"])).size[0] == 960
    assert words["image/png"]["alt"].startswith("Who leads where at the end, 2027Q4. ")
