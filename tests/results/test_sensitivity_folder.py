"""The commands sensitivity and discover, their folders and figures, and the same from Python."""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.results.test_run import EVIDENCE_CHANGED, call, change_evidence  # noqa: F401 - call is a fixture

import steppewise
from steppewise.analysis.indices import Index
from steppewise.analysis.sensitivity import Sensitivity
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.results.question import target_of
from steppewise.results.sensitivity import SensitivityResults, question_of
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.numbers import rounded_up
from steppewise.wording.sensitivity import doubts, size_for

SCENARIO = "name: short\ntitle: A short story\nextends: baseline\nend: 2026Q1\n"
EXPERIMENT = """\
name: three
title: Three things
scenario: short.yaml
vary:
  powers.japan.execution: evidence
  powers.japan.effort: {from: 0.5, to: 4, relative: true}
  mechanisms.hedging: {values: [on, off]}
design: {kind: grid, steps: 2}
worlds: 3
uncertainty: chance
outcomes: [regional_share.japan, regional_trust.japan]
"""
SHARE = "regional_share.japan"


@pytest.fixture
def files(tmp_path) -> Path:
    (tmp_path / "short.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "three.yaml").write_text(EXPERIMENT, encoding="utf-8")
    return tmp_path


def only(parent: Path) -> Path:
    [folder] = (parent / "results").iterdir()
    return folder


def usual_budget(files: Path) -> float:
    """Japan's budget at the end, when nothing varies: it goes with its effort."""
    block = Block(load_scenario(files / "short.yaml"), 0, 1, 0, "none")
    return float(run_block(block).outcomes["budget.japan"][0])


# folders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "size", "figures"),
    [
        ("morris", "2", {"classes", f"drivers-{SHARE}", f"effects-{SHARE}"}),
        ("sobol", "8", {"classes", f"drivers-{SHARE}"}),
        ("tornado", "1", {f"drivers-{SHARE}"}),
    ],
)
def test_a_folder_holds_all_that_was_found(call, files, method, size, figures):  # noqa: F811
    words = ("sensitivity", "three.yaml", "--method", method, "--size", size, "--worlds", "2", "--workers", "1")
    assert call(*words, "--outcome", SHARE) == 0, call.err
    assert max(map(len, call.out.splitlines())) <= 80
    assert "powers.japan.execution" in call.out
    assert "coded" in call.out
    folder = only(files)
    assert re.fullmatch("sensitivity-three-[0-9a-f]{8}", folder.name)
    names = {
        "manifest.json",
        "scenario.yaml",
        "evidence.csv",
        "indices.csv",
        "design.parquet",
        "figures",
        "report.html",
    }
    assert {path.name for path in folder.iterdir()} == names
    assert {path.stem for path in (folder / "figures").iterdir()} == figures
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    points = pd.read_parquet(folder / "design.parquet")
    assert len(points) == sum(manifest["points"].values())
    assert manifest["runs"] == 2 * len(points)
    assert manifest["method"] == method
    assert np.isfinite(points[f"outcome:{SHARE}"]).all()
    assert not re.search(r'(src|href)="(?!data:|#)', (folder / "report.html").read_text("utf-8"))


def test_the_same_question_is_found_again(call, files):  # noqa: F811
    words = ("sensitivity", "three.yaml", "--size", "2", "--worlds", "2", "--workers", "1")
    assert call(*words) == 0
    first, folder = call.out, only(files)
    written = (folder / "manifest.json").read_bytes()
    assert call(*words) == 0
    assert call.out == f"results/{folder.name} holds this answer already (--force runs it again).\n\n{first}"
    assert (folder / "manifest.json").read_bytes() == written
    assert call(*words, "--quiet") == 0
    assert call.out == f"results/{folder.name}\n"
    assert call(*words, "--seed", "1", "-q") == 0
    assert call.out != f"results/{folder.name}\n"


def test_indices_read_back_are_the_same(files):
    asked = {"method": "sobol", "size": 8, "worlds": 2}
    one = steppewise.sensitivity(files / "three.yaml", **asked)
    again = SensitivityResults.load(one.save(files / "results"), one.subject)
    assert repr(again.found.indices) == repr(one.found.indices)
    assert again.sentences() == one.sentences()


def test_a_damaged_folder_says_so(call, files):  # noqa: F811
    words = ("sensitivity", "three.yaml", "--method", "tornado", "--workers", "1")
    assert call(*words) == 0
    (only(files) / "indices.csv").write_text("outcome\n1\n", encoding="utf-8")
    assert call(*words) == 2
    assert "indices.csv: is damaged" in call.err
    assert "steppewise sensitivity --force" in call.err


def test_a_dry_run_writes_nothing(call, files):  # noqa: F811
    assert call("sensitivity", "short.yaml", "--dry-run", "--workers", "1") == 0
    head, time, pilot = call.out.splitlines()
    assert re.fullmatch(r"short: \d+ parameters, [\d,]+ points in 8 worlds each: [\d,]+ runs\.", head)
    assert time.startswith("About ")
    assert pilot.endswith("nothing was written.")
    assert not (files / "results").exists()


def test_discovery_keeps_its_boxes_and_finds_them_again(call, files):  # noqa: F811
    condition = f"budget.japan > {2.5 * usual_budget(files):.6f}"
    words = ("discover", "three.yaml", "--outcome", condition, "--size", "64", "--worlds", "1", "--workers", "1")
    assert call(*words) == 0, call.err
    first, folder = call.out, only(files)
    assert max(map(len, first.splitlines())) <= 80
    assert "Box 1: density" in first
    boxes = pd.read_csv(folder / "boxes.csv")
    assert boxes["name"].tolist() == ["powers.japan.effort"]
    assert boxes["low"][0] == pytest.approx(2.5, abs=0.4)
    assert boxes["density"][0] > 0.9
    assert {path.name for path in (folder / "figures").iterdir()} == {"boxes.png", "paths.png"}
    assert call(*words) == 0
    assert call.out == f"results/{folder.name} holds this answer already (--force runs it again).\n\n{first}"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sensitivity", "thre.yaml"], "thre.yaml: there is no such file"),
        (["sensitivity", "baselin"], "there is no scenario 'baselin'. Allowed: baseline, "),
        (["sensitivity", "three.yaml", "--method", "fast"], "there is no method 'fast'. Allowed: morris, "),
        (["sensitivity", "three.yaml", "--outcome", "rank.jpan"], "'rank.jpan' names no power of this scenario"),
        (["sensitivity", "three.yaml", "--method", "sobol", "--size", "100"], "a Sobol sequence needs a power of two"),
        (["sensitivity", "three.yaml", "--workers", "0"], "workers must be 1 or more, not 0"),
        (["sensitivity", "three.yaml", "--outcome", SHARE, "--outcome", SHARE], f"the outcome '{SHARE}' is asked"),
        (["discover", "three.yaml", "--outcome", SHARE], f"'{SHARE}' does not say from which value on"),
        (["sensitivity", "three.yaml", "--outcome", f"effect.nowhere.{SHARE}"], "there is no scenario 'nowhere'"),
    ],
)
def test_what_cannot_be_answered_is_told_and_leaves_nothing(call, files, words, message):  # noqa: F811
    assert call(*words) == 2
    assert call.err.startswith(message)
    assert not list((files / "results").glob("*"))


# from Python --------------------------------------------------------------------------------------------


def test_the_verbs_are_functions(files):
    results = steppewise.sensitivity(
        "baseline", "tornado", ["rank.japan", SHARE], overrides=["powers.japan.effort=0.01"]
    )
    assert {"outcome", "name", "measure", "value", "evidence", "source"} <= set(results.table.columns)
    assert results.table["name"].nunique() == len(results.subject.factors)
    assert results.plot(outcome=SHARE).axes
    assert "Sensitivity of baseline by tornado" in repr(results)
    with pytest.raises(SteppewiseError, match=r"^there is no figure 'classes'. Allowed: drivers.$"):
        results.plot("classes", SHARE)
    with pytest.raises(SteppewiseError, match=r"^'nothing' is not among the outcomes"):
        results.plot(outcome="nothing")
    condition = f"budget.japan > {2.5 * usual_budget(files):.6f}"
    boxes = steppewise.discover(files / "three.yaml", condition, size=64, worlds=1)
    assert list(boxes.table["box"].unique()) == list(range(1, len(boxes.found.boxes) + 1))
    assert f"<h3>Where {escape(boxes.subject.condition.text)}</h3>" in boxes._repr_html_()


def test_an_effect_is_one_of_the_same_worlds(files):
    """A second scenario that differs in name alone changes nothing, at any point."""
    (files / "twin.yaml").write_text(SCENARIO.replace("name: short", "name: twin"), encoding="utf-8")
    outcome = f"effect.{files / 'twin.yaml'}.{SHARE}"
    results = steppewise.sensitivity(files / "three.yaml", size=2, worlds=2, outcomes=[outcome])
    assert all(index.value == 0 for index in results.found.indices)
    assert doubts(results.found) == [f"{outcome} is the same at every point: there is nothing to explain."]
    assert results.subject.runs == 2 * 2 * sum(results.subject.points.values())
    with pytest.raises(SteppewiseError, match=r"^there is nothing to draw$"):
        results.plot()


# doubts -------------------------------------------------------------------------------------------------


def told(files: Path, method: str, **values: dict[str, tuple[float, float]]) -> list[str]:
    """The doubts about indices that are given: measure -> factor or part of the variance -> value, half-width."""
    question = question_of(target_of(files / "three.yaml"), method, [SHARE], size=16, worlds=4, seed=0)
    found = []
    for measure, numbers in values.items():
        by = "variance" if measure == "share" else "factor"
        found += [Index(SHARE, by, FACTORS.get(name, name), measure, *pair) for name, pair in numbers.items()]
    return doubts(Sensitivity(question, tuple(found)))


FACTORS = {"a": "powers.japan.execution", "b": "powers.japan.effort", "c": "mechanisms.hedging"}
NO_LUCK = {"parameters": (0.9, 0.0), "chance": (0.1, 0.0), "together": (0.0, 0.0)}


def test_a_small_design_is_told_with_the_size_that_would_do(files):
    first = {"a": (0.5, 0.3), "b": (0.2, 0.1), "c": (0.1, 0.1)}
    total = {"a": (0.6, 0.1), "b": (0.3, 0.1), "c": (0.1, 0.1)}
    assert told(files, "sobol", first=first, total=total, share=NO_LUCK) == [
        f"{SHARE}: the design is small. The interval of powers.japan.execution (first order) is ± 30 percent of the "
        "variance, more than 15; --size 64 would do."
    ]


def test_a_size_that_would_be_refused_is_not_told(files):
    first, none = {"a": (0.5, 100.0), "b": (0.2, 0.1)}, {"a": (0.6, 0.1), "b": (0.3, 0.1)}
    [doubt] = told(files, "sobol", first=first, total=none, share=NO_LUCK)
    assert doubt.endswith("more than 15; no size that can be run would do.")
    effects = {"a": (1.0, 1000.0), "b": (0.5, 0.0)}
    [doubt] = told(files, "morris", mu_star=effects, first=none, total=none, share=NO_LUCK)
    assert doubt.endswith("more than 25; no size that can be run would do.")


def test_impossible_indices_are_told(files):
    first = {"a": (0.5, 0.1), "b": (-0.2, 0.1), "c": (0.1, 0.1)}
    total = {"a": (0.4, 0.1), "b": (0.3, 0.1), "c": (0.1, 0.1)}
    assert told(files, "sobol", first=first, total=total, share=NO_LUCK) == [
        f"{SHARE}: the total index of powers.japan.execution comes out below the first-order one: both are rough.",
        f"{SHARE}: the first-order index of powers.japan.effort comes out below zero: it is rough.",
    ]


def test_an_open_ranking_is_told(files):
    effects = {"a": (1.0, 0.2), "b": (0.9, 0.1), "c": (0.1, 0.0)}
    shares = {"a": (0.0, 0.0), "b": (0.0, 0.0), "c": (0.0, 0.0)}
    assert told(files, "morris", mu_star=effects, first=shares, total=shares, share=NO_LUCK) == [
        f"{SHARE}: which of powers.japan.execution and powers.japan.effort matters more is open; their intervals "
        "overlap."
    ]


def test_few_worlds_are_told(files):
    effects = {"a": (1.0, 0.0), "b": (0.5, 0.0), "c": (0.1, 0.0)}
    shares = {"a": (0.0, 0.0), "b": (0.0, 0.0), "c": (0.0, 0.0)}
    luck = {"parameters": (0.5, 0.0), "chance": (0.0, 0.0), "together": (0.5, 0.0)}
    assert told(files, "morris", mu_star=effects, first=shares, total=shares, share=luck) == [
        f"{SHARE}: 20 percent of the variance between points is the luck of these 4 worlds; about --worlds 9 would do."
    ]


def test_sizes_go_with_the_square_of_the_width():
    assert size_for(256, 0.3, 0.15) == 1024
    assert size_for(256, 0.31, 0.15) == 2048
    assert size_for(256, 0.1, 0.15) == 128
    assert [rounded_up(number) for number in (0.4, 3.2, 12.1, 123, 1001)] == [1, 4, 13, 130, 1100]


# rerun ------------------------------------------------------------------------------------------------------

EFFECT = f"effect.package-delivered.{SHARE}"
QUESTIONS = {
    "morris": (["sensitivity", "three.yaml", "--size", "4", "--outcome", SHARE, "--outcome", "rank.japan"], 2),
    "sobol": (["sensitivity", "three.yaml", "--method", "sobol", "--size", "8", "--outcome", EFFECT], 1),
    "tornado": (["sensitivity", "three.yaml", "--method", "tornado", "--outcome", SHARE], 1),
    "discovery": (["discover", "three.yaml", "--size", "64", "--worlds", "2", "--outcome", f"{SHARE} > 0.1"], 1),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_repeated_by_rerun(call, files, name):  # noqa: F811
    words, outcomes = QUESTIONS[name]
    assert call(*words, "--workers", "1", "-q") == 0
    folder = only(files)
    points = len(pd.read_parquet(folder / "design.parquet"))
    assert call("rerun", folder) == 0
    told = f"{outcomes} outcome{'s' if outcomes > 1 else ''}"
    assert call.out.splitlines()[-1] == f"Identical: all {points:,} points, {told}, to the last bit."
    for row in (0, points - 1):
        assert call("rerun", folder, "--run", str(row)) == 0
        assert call.out.splitlines()[-1] == f"Identical: this point, {told}, to the last bit."
    assert call("rerun", folder, "--run", str(points)) == 2
    assert call.err == f"there is no row {points}; rows are numbered from 0 to {points - 1}\n"


def test_rerun_tells_which_points_differ(call, files):  # noqa: F811
    assert call(*QUESTIONS["tornado"][0], "--workers", "1", "-q") == 0
    folder = only(files)
    design = pd.read_parquet(folder / "design.parquet")
    changed = design.assign(**{f"outcome:{SHARE}": design[f"outcome:{SHARE}"] * np.where(design["point"] == 3, 1.5, 1)})
    changed.to_parquet(folder / "design.parquet")
    assert call("rerun", folder) == 1
    assert call.out.splitlines()[1].startswith(f"  outcome:factor:{SHARE}: in 1 rows, by ")
    assert call("rerun", folder, "--run", "2") == 0
    assert call("rerun", folder, "--run", "3") == 1
    changed[:-1].to_parquet(folder / "design.parquet")
    assert call("rerun", folder) == 2
    assert call.err == f"{folder / 'design.parquet'}: has other points than were asked for\n"


OTHER = "name: other\nextends: short.yaml\nset: {powers.japan.execution: %s}\n"
EFFECTS = {
    "sensitivity": ["sensitivity", "three.yaml", "--method", "tornado", "--outcome", f"effect.other.yaml.{SHARE}"],
    "discovery": [*QUESTIONS["discovery"][0][:-1], f"effect.other.yaml.{SHARE} > 0.001"],
}


@pytest.fixture(params=EFFECTS)
def of_an_effect(call, files, request) -> Path:  # noqa: F811
    """The folder of a question about the effect of a second scenario."""
    (files / "other.yaml").write_text(OTHER % "0.9", encoding="utf-8")
    assert call(*EFFECTS[request.param], "--workers", "1", "-q") == 0
    return only(files)


def test_the_second_scenario_is_that_of_the_folder(call, files, of_an_effect):  # noqa: F811
    assert call("rerun", of_an_effect) == 0
    assert call.out.startswith("Identical: ")
    (files / "other.yaml").write_text(OTHER % "0.5", encoding="utf-8")
    assert call("rerun", of_an_effect) == 0
    own, told = call.out.splitlines()
    assert own == "other.yaml is not today what it was; the folder's own is used."
    assert told.startswith("Identical: ")
    (files / "other.yaml").unlink()
    assert call("rerun", of_an_effect, "--run", "0") == 0
    assert call.out.startswith(own)


def test_evidence_of_the_second_scenario_that_has_changed_is_told(call, of_an_effect):  # noqa: F811
    change_evidence(of_an_effect / "against-1.csv")
    call("rerun", of_an_effect, "--run", "0")
    assert call.out.startswith(EVIDENCE_CHANGED)
    assert "is not today what it was" not in call.out


def test_a_folder_of_old_without_its_second_scenario_is_read(call, files, of_an_effect):  # noqa: F811
    manifest = json.loads((of_an_effect / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.pop("against")["other.yaml"]["name"] == "other"
    (of_an_effect / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for ending in ("yaml", "csv"):
        (of_an_effect / f"against-1.{ending}").unlink()
    assert call("rerun", of_an_effect) == 0
    today, told = call.out.splitlines()
    assert today == "The folder does not hold other.yaml, the second scenario; today's is used."
    assert told.startswith("Identical: ")
    (files / "other.yaml").write_text(OTHER % "0.1", encoding="utf-8")
    assert call("rerun", of_an_effect) == 2
    assert call.out.splitlines()[-2:] == [
        "What is not as it was:",
        "  the folder does not hold other.yaml, the second scenario; today's is used",
    ]


def test_a_second_scenario_that_is_lost_is_told(call, of_an_effect):  # noqa: F811
    (of_an_effect / "against-1.yaml").unlink()
    assert call("rerun", of_an_effect) == 2
    assert call.err == f"results/{of_an_effect.name}/against-1.yaml: there is no such file\n"
