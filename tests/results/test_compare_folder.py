"""Comparisons as people meet them: the command, its messages, the folder, the page, and the same from Python."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.results.test_run import EVIDENCE_CHANGED, Terminal, change_evidence
from tests.support import comparisons
from tests.support.comparisons import END, WORLDS, failing, short
from tests.support.reports import Reader

import steppewise
from steppewise.analysis import comparison
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import simulate
from steppewise.results import compare as comparing
from steppewise.results import kind as keeping
from steppewise.results.kind import SaveOptions
from steppewise.scenario.contrast import check_comparable
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.resolve import load_scenario
from steppewise.world.variables import VARIABLES

PLAIN = SaveOptions(pages=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(capsys)


def refused(work) -> str:
    with pytest.raises(SteppewiseError) as caught:
        work()
    return str(caught.value)


# bad input --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["baseline"], ["a comparison needs two or more scenarios; only 'baseline' is named"]),
        (["baseline", "baseline"], ["'baseline' is named twice; a comparison needs different scenarios"]),
        (
            ["baseline", "history"],
            [
                "'baseline' and 'history' have no quarter in common: 2025Q3 to 2040Q4, 2004Q3 to 2025Q2",
            ],
        ),
        (["baseline", "visit-held", "--runs", "0"], ["runs must be 1 or more, not 0"]),
        (
            ["baseline", "visit-held", "--set", "powers.jpan.execution=1"],
            ["--set: powers.jpan.execution: there is no such parameter. Did you mean 'powers.japan.execution'?"],
        ),
    ],
)
def test_bad_input_has_one_clear_message_a_problem(call, words, lines):
    assert call("compare", *words) == 2
    assert call.err.splitlines() == lines
    assert not list(Path().iterdir())


def test_all_unknown_names_are_told_at_once(call):
    assert call("compare", "bselin", "pakage-delivered", "baseline") == 2
    one, other, count = call.err.splitlines()
    assert one.startswith("there is no scenario 'bselin'. Allowed: baseline, ")
    assert one.endswith("Did you mean 'baseline'?")
    assert other.endswith("Did you mean 'package-delivered'?")
    assert count == "2 problems."


def test_scenarios_without_common_actors_or_with_one_name_are_refused():
    base = short("baseline")
    apart = replace(base, name="apart", powers=base.powers[:1], states=base.states[:1])
    other = replace(base, powers=base.powers[1:], states=base.states[1:])
    assert refused(lambda: check_comparable([other, apart])) == (
        "'baseline' and 'apart' have no power in common\n'baseline' and 'apart' have no state in common"
    )
    named = "two different scenarios are both named 'baseline'; give one of them another name"
    assert refused(lambda: steppewise.compare(base, other)) == named
    assert refused(steppewise.compare) == "a comparison needs two or more scenarios; none is named"
    assert refused(lambda: steppewise.compare(base, apart, overrides=["world.maturity.aid=2"])) == (
        "overrides go with the name or path of a scenario or experiment; this one is resolved already"
    )


# the folder -------------------------------------------------------------------------------------------------

STORY = """
name: story
title: "<script>alert('x')</script> & Ñ"
question: "What if <b>this</b>?"
extends: baseline
end: 2028Q2
mechanisms: {transit: off}
set: {powers.japan.execution: very high}
events:
  - {at: 2026Q1, pressure: high, by: russia, to: [kazakhstan], probability: .3}
"""
PLAINLY = "name: plain\ntitle: Short baseline\nquestion: Where does it go?\nextends: baseline\nend: 2028Q2\n"
ASKED = ("compare", "plain.yaml", "story.yaml", "--runs", "24", "--workers", "1")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A folder in which a comparison was made, with pages."""
    here = tmp_path_factory.mktemp("compare")
    (here / "plain.yaml").write_text(PLAINLY, encoding="utf-8")
    (here / "story.yaml").write_text(STORY, encoding="utf-8")
    made = steppewise.compare(str(here / "plain.yaml"), str(here / "story.yaml"), runs=24)
    made.save(here / "results")
    return here


@pytest.fixture
def folder(written: Path) -> Path:
    [found] = (written / "results").iterdir()
    return found


def test_the_folder_holds_what_it_should(folder):
    assert re.fullmatch(r"compare-plain-story-[0-9a-f]{8}", folder.name)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names == {
        "manifest.json",
        "runs.parquet",
        "differences.csv",
        "report.html",
        *(f"scenarios/{name}.{ending}" for name in ("plain", "story") for ending in ("yaml", "csv")),
        "figures/share_differences-story.png",
        "figures/differences_by_state-story.png",
        "figures/ends_by_power.png",
        "figures/ends_by_state.png",
    }
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["worlds"], manifest["seed"]) == ("comparison", 24, 0)
    assert [entry["name"] for entry in manifest["scenarios"]] == ["plain", "story"]
    frozen = load_scenario(folder / "scenarios" / "story.yaml")
    assert manifest["scenarios"][1]["hash"] == fingerprint(frozen)


def test_the_rows_are_those_of_every_world_and_scenario(folder):
    rows = pq.read_table(folder / "runs.parquet").to_pandas()
    assert rows.groupby("scenario", observed=True)["world"].apply(list).to_dict() == {
        "plain": list(range(24)),
        "story": list(range(24)),
    }
    fixed = rows[rows["scenario"] == "story"]
    assert fixed["outcome:regional_share.japan"].notna().all()
    one, other = (rows[rows["scenario"] == name].reset_index() for name in ("plain", "story"))
    drawn = "parameter:states.kazakhstan.gdp"
    assert (one[drawn] == other[drawn]).all()


def test_the_csv_holds_the_differences(folder):
    loaded, rows = steppewise.load_comparison(folder), pd.read_csv(folder / "differences.csv")
    mean = rows[(rows["variable"] == "regional_share") & (rows["power"] == "japan") & (rows["statistic"] == "mean")]
    shown = loaded.of("story").statistic("regional_share", "mean")[:, 0]
    np.testing.assert_array_equal(mean["value"], shown)
    assert list(mean["time"]) == [str(quarter) for quarter in loaded.of().spec.quarters]


def test_a_comparison_is_found_again_and_not_made_anew(call, written, folder, monkeypatch):
    monkeypatch.chdir(written)
    before = folder.stat().st_mtime_ns
    monkeypatch.setattr(comparing, "simulate", lambda *_, **__: pytest.fail("simulated again"))
    assert call(*ASKED) == 0
    head, blank, *summary = call.out.splitlines()
    assert head == f"results/{folder.name} holds this comparison already (--force runs it again)."
    assert not blank
    assert max(map(len, summary)) <= 80
    assert summary[-2:] == [f"Results: results/{folder.name}", f"Report:  results/{folder.name}/report.html"]
    for heading in ("Regional share in 2028Q2, in percentage points", "if luck differed", "Higher  Lower"):
        assert heading in call.out
    assert call(*ASKED, "-q") == 0
    assert call.out == f"results/{folder.name}\n"
    assert folder.stat().st_mtime_ns == before


def test_the_same_question_makes_the_same_numbers(call, written, folder, monkeypatch):
    monkeypatch.setattr(comparing.Comparison, "write_pages", lambda of, folder, options: None)
    for name in ("plain", "story"):
        Path(f"{name}.yaml").write_bytes((written / f"{name}.yaml").read_bytes())
    assert call(*ASKED, "-q") == 0
    again = Path(call.out.strip())
    assert again.name == folder.name
    assert (again / "differences.csv").read_bytes() == (folder / "differences.csv").read_bytes()
    assert call(*ASKED, "-q", "--force", "--seed", "1", "--uncertainty", "none", "--set", "world.maturity.aid=2") == 0
    assert len(list(Path("results").iterdir())) == 2


def test_what_is_loaded_tells_the_same(folder, written):
    made = steppewise.compare(str(written / "plain.yaml"), str(written / "story.yaml"), runs=24)
    loaded = steppewise.load_comparison(folder)
    assert loaded.sentences() == made.sentences()
    assert loaded.specs[1].events == made.specs[1].events
    assert loaded.folder == folder
    assert made.save(folder.parent) == folder
    for name, values in made.ensembles[1].outcomes.items():
        np.testing.assert_array_equal(values, loaded.ensembles[1].outcomes[name], err_msg=name)


def test_a_dry_run_writes_nothing(call):
    assert call("compare", "baseline", "visit-held", "--dry-run", "--runs", "50", "--workers", "1") == 0
    assert re.fullmatch(
        r"baseline, visit-held: 50 worlds under each\.\n"
        r"About \d+ s with 1 thread, [\d,]+ MB of memory, [\d,]+ MB of files\.\n"
        r"Told by 2 pilots of \d+ worlds each; nothing was written\.\n",
        call.out,
    )
    assert not list(Path().iterdir())


def test_a_failure_on_the_way_leaves_nothing(tmp_path, monkeypatch):
    pair, found = comparisons.pair(), comparisons.found()
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    monkeypatch.setattr(keeping, "write_manifest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.save_with(tmp_path, PLAIN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["differences.csv", "runs.parquet"])
def test_a_damaged_folder_is_said_to_be_damaged(tmp_path, name):
    pair, found = comparisons.pair(), comparisons.found()
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    folder = made.save_with(tmp_path, PLAIN)
    text = (folder / name).read_bytes()
    (folder / name).write_bytes(text[: len(text) // 2])
    message = refused(lambda: steppewise.load_comparison(folder))
    assert message.startswith(f"{folder / name}: is damaged (")
    assert message.endswith("'steppewise compare --force' writes the folder anew")


def test_folders_of_another_kind_are_told_apart(folder, tmp_path):
    assert refused(lambda: steppewise.load_results(folder)) == (
        f"{folder}: holds a comparison, where a run is asked for"
    )
    (tmp_path / "manifest.json").write_text('{"layout": 1}', encoding="utf-8")
    assert refused(lambda: steppewise.load_comparison(tmp_path)) == (
        f"{tmp_path}: holds a run, where a comparison is asked for"
    )


# the page and the figures -----------------------------------------------------------------------------------


def test_the_page_stands_by_itself_and_escapes_what_it_is_given(folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    reader = Reader(text)
    assert not reader.open
    addresses = [value for _, given in reader.elements for name, value in given.items() if name in ("src", "href")]
    assert addresses
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in addresses)
    assert not re.search(r"https?://", text)
    assert not reader.named("script", "link", "b")
    assert text.startswith("<!DOCTYPE html>")
    targets = {given.get("id") for _, given in reader.elements}
    assert {address[1:] for address in addresses if address.startswith("#")} <= targets
    assert len(reader.named("img")) == 4
    assert all(len(image["alt"] or "") > 100 for image in reader.named("img"))


def test_the_page_says_what_differs_and_what_must_not_be_concluded(folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    for words in (
        "What if &lt;b&gt;this&lt;/b&gt;?",
        "Where does it go?",
        "<code>transit</code> is off",
        "Russia: pressure on Kazakhstan for 1 year, in 30 % of worlds",
        "powers.japan.execution",
        "<dt>In plain</dt>",
        "unpaired it would be",
        "This is not a forecast.",
        "A narrow interval is no strong effect",
        "steppewise compare plain.yaml story.yaml --runs 24 --seed 0",
    ):
        assert words in text, words


def test_the_same_from_python():
    pair, found = comparisons.pair(), comparisons.found()
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    assert repr(made) == "<Comparison of package-delivered with baseline: 40 worlds>"
    assert dataclasses.is_dataclass(made)
    assert made.at("regional_share", "japan") == found.at("regional_share", "japan")
    assert len(made.runs) == 2 * WORLDS
    assert made.differences["value"].size == made.differences["worlds"].size
    assert set(made.at_end["variable"]) == {*VARIABLES, "leads"}
    for picture in get_args(comparing.Picture):
        words = [text.get_text() for text in made.plot(picture).texts]
        assert any("40 worlds" in word for word in words), picture
        assert any("package-delivered minus baseline" in word for word in words), picture
    assert refused(lambda: made.plot("map")) == (
        "there is no figure 'map'. Allowed: shares, states, powers_at_end, states_at_end."
    )
    assert refused(lambda: made.of("history")) == (
        "'history' is not among the scenarios compared. Allowed: package-delivered."
    )
    assert "<h3>“A package, announced and delivered” against “As things stand”</h3>" in made._repr_html_()


def test_several_scenarios_of_other_casts_and_lengths_on_one_page(tmp_path):
    """Few worlds, one of them failing; a power more; an end of its own; a copy of the first under another name."""
    base, joined = short("baseline"), short("south-korea-joins")
    shorter = replace(short("coercive-format"), end=END.plus(-4))
    made = steppewise.compare(base, joined, shorter, replace(base, name="copy"), runs=9)
    lost = failing(made.ensembles[1], 4)
    first, further = (simulate(spec, made.plan) for spec in (base, joined))
    found = (comparison.compare(first, failing(further, 4)), *made.found[1:])
    made = replace(made, ensembles=(made.ensembles[0], lost, *made.ensembles[2:]), found=found)
    folder = made.save(tmp_path)
    assert folder.name.startswith("compare-baseline-south-korea-joins-coercive-format-and-1-more-")
    text = (folder / "report.html").read_text(encoding="utf-8")
    for words in (
        "3 scenarios against “As things stand”",
        "South Korea takes part, with ",
        "Only south-korea-joins has South Korea: compared are the actors that both have.",
        "compared is 2025Q3 to 2027Q2.",
        "1 of 9 worlds failed (1 with &#39;south-korea-joins: a cause&#39;)",
        "Actors, parameters, events and mechanisms are the same.",
        "Nothing differs: in all 9 worlds",
        "too few worlds",
        "9 worlds are few for bands: run 200 or more.",
    ):
        assert words in text, words
    assert steppewise.load_comparison(folder).sentences() == made.sentences()
    words = [text.get_text() for axes in made.plot("powers_at_end").axes for text in axes.texts]
    assert words.count("coercive-format") == 5
    assert "Each scenario minus baseline. Mean over worlds with its 95 % interval" in [
        text.get_text() for text in made.plot("states_at_end").texts
    ]
    note = "line: mean difference; band: its 95 % interval over 8 worlds (1 failed world left out), too few for a band"
    assert any(text.get_text().startswith(note) for text in made.plot("shares").texts)


# rerun ------------------------------------------------------------------------------------------------------


@pytest.fixture
def compared(call, tmp_path) -> Path:
    words = ["compare", "baseline", "package-delivered", "--runs", "6", "-q", "--workers", "1"]
    assert call(*words) == 0
    [folder] = (tmp_path / "results").iterdir()
    return folder


def test_a_comparison_is_repeated_by_rerun(call, compared):
    assert call("rerun", compared) == 0
    assert re.fullmatch(r"Identical: 6 worlds under 2 scenarios, \d+ outcomes in all, to the last bit\.\n", call.out)
    assert call("rerun", compared, "--run", "5") == 0
    assert call.out.startswith("Identical: world 5 under 2 scenarios, ")
    assert call("rerun", compared, "--run", "6") == 2
    assert call.err == "there is no world 6; worlds are numbered from 0 to 5\n"


def test_rerun_finds_the_scenario_that_differs(call, compared):
    runs = pd.read_parquet(compared / "runs.parquet")
    wrong = (runs["scenario"] == "package-delivered") & (runs["world"] == 2)
    runs.loc[wrong, "outcome:regional_share.japan"] *= 1.01
    runs.to_parquet(compared / "runs.parquet")
    assert call("rerun", compared) == 1
    lines = call.out.splitlines()
    assert lines[0] == "1 of the columns of runs.parquet come out otherwise; the largest differences:"
    assert lines[1].startswith("  outcome:package-delivered:regional_share.japan: in 1 rows, by 0.00")
    assert call("rerun", compared, "--run", "1") == 0


@pytest.mark.parametrize("changed", [["package-delivered"], ["baseline", "package-delivered"]])
def test_rerun_tells_once_what_the_evidence_has_otherwise(call, compared, changed):
    for name in changed:
        change_evidence(compared / "scenarios" / f"{name}.csv")
    call("rerun", compared, "--run", "2")
    assert call.out.startswith(EVIDENCE_CHANGED)
    assert call.out.count("Today's evidence") == 1
