"""Comparisons: the same worlds under several scenarios; what differs, how surely, in words, and as a folder."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.stats import t
from tests.generated import recast, setting, with_events
from tests.reports import Reader
from tests.test_always import IDLE, with_power
from tests.test_run import Terminal

import steppewise
from steppewise import comparing
from steppewise.analysis import comparison
from steppewise.analysis.comparison import COMPARED, STATISTICS, Differences, PairedDifference, paired
from steppewise.analysis.summary import QUANTILES
from steppewise.analysis.telling_comparison import (
    advice,
    in_percent_of_worlds,
    measure_of,
    of_one,
    sentences,
    verdict,
)
from steppewise.errors import SteppewiseError
from steppewise.experiment import ensemble as ensembles
from steppewise.experiment.compared import TEXTS
from steppewise.experiment.ensemble import Ensemble, Plan, simulate
from steppewise.keeping import Keeping
from steppewise.report.comparison_tables import cells, typeset
from steppewise.report.difference import points
from steppewise.scenario.contrast import check_comparable, contrast, remarks
from steppewise.scenario.events import Pressure
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import VARIABLES

WORLDS = 40
PLAN = Plan(WORLDS)
END = Quarter.parse("2028Q2")
PLAIN = Keeping(pages=False)


def short(name: str, **changes: object) -> ScenarioSpec:
    return replace(load_scenario(name), **{"end": END, **changes})


def run(spec: ScenarioSpec, plan: Plan = PLAN) -> Ensemble:
    return simulate(spec, plan)


def between(first: ScenarioSpec, further: ScenarioSpec, plan: Plan = PLAN) -> Differences:
    return comparison.compare(run(first, plan), run(further, plan))


@pytest.fixture(scope="module")
def pair() -> tuple[Ensemble, Ensemble]:
    return run(short("baseline")), run(short("package-delivered"))


@pytest.fixture(scope="module")
def found(pair: tuple[Ensemble, Ensemble]) -> Differences:
    return comparison.compare(*pair)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal(capsys)


def refused(work) -> str:
    with pytest.raises(SteppewiseError) as caught:
        work()
    return str(caught.value)


# the same world is the same world ---------------------------------------------------------------------------


def never(spec: ScenarioSpec) -> ScenarioSpec:
    """An event more, which happens in no world."""
    event = Pressure("pressure/russia/all/extra", Quarter.parse("2026Q1"), 0.0, 1.0, "russia", spec.state_names, 5.0)
    return with_events(spec, event)


def with_idle_power(spec: ScenarioSpec) -> ScenarioSpec:
    """A power more, which spends nothing, meets nobody, trades with nobody and has no format."""
    return setting(with_power(spec, "idle", 2), IDLE)


@pytest.mark.parametrize("uncertainty", ["both", "none"])
@pytest.mark.parametrize("changed", [lambda spec: spec, never, with_idle_power])
def test_what_changes_nothing_differs_by_exactly_zero_in_every_variable(changed, uncertainty):
    spec = short("package-delivered")
    found = between(spec, replace(changed(spec), name="other"), Plan(12, uncertainty=uncertainty))
    assert found.values.keys() == {*VARIABLES, "leads"}
    for name in found.values:
        for statistic in ("mean", "standard_error", "interval_low", "interval_high", "q05", "median", "q95"):
            assert not found.statistic(name, statistic).any(), (name, statistic)
        assert (found.statistic(name, "zero") == 1).all()
    assert found.is_nothing
    assert of_one(found)[-1] == (
        "Nothing differs: in all 12 worlds every variable is the same in every quarter, to the last digit."
    )


def test_the_paired_interval_is_narrower_than_the_unpaired(found):
    """At least three times for what the package does to anyone's share, in any state and in trust."""
    for name in ("regional_share", "share", "regional_autonomy", "regional_trust"):
        narrow, wide = found.statistic(name, "standard_error"), found.statistic(name, "unpaired_error")
        assert (narrow[1:] < wide[1:] / 3).all(), name
    japan = found.at("regional_share", "japan")
    assert japan.unpaired_low < japan.interval_low < japan.mean < japan.interval_high < japan.unpaired_high
    assert japan.positive == 1


# by hand ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcome",
    ["regional_share.japan", "trust.japan.kyrgyzstan", "autonomy.uzbekistan", "leads.china", "regional_autonomy"],
)
def test_the_end_is_what_numpy_says_of_the_outcomes(pair, found, outcome):
    one, other = (ensemble.outcomes[outcome] for ensemble in pair)
    assert_by_hand(found.at(*outcome.split(".")), one, other, 1e-12)


@pytest.mark.parametrize(("variable", "place"), [("share", (1, 3)), ("delivered", (0,)), ("regional_autonomy", ())])
def test_a_quarter_is_what_numpy_says_of_the_trajectories(pair, found, variable, place):
    one, other = (ensemble.trajectories[variable][4][place].astype(float) for ensemble in pair)
    names = {"power": found.spec.power_names, "state": found.spec.state_names}
    actors = [names[axis][p] for axis, p in zip(COMPARED[variable].axes, place, strict=True)]
    assert_by_hand(found.at(variable, *actors, time=4), one, other, 1e-7)


def assert_by_hand(shown: PairedDifference, one: np.ndarray, other: np.ndarray, tolerance: float) -> None:
    difference, count = other - one, len(one)
    error = difference.std(ddof=1) / count**0.5
    unpaired = (one.var(ddof=1) / count + other.var(ddof=1) / count) ** 0.5
    reach = t.ppf(0.975, count - 1)
    by_hand = {
        "mean": difference.mean(),
        "standard_error": error,
        "interval_low": difference.mean() - reach * error,
        "interval_high": difference.mean() + reach * error,
        "unpaired_error": unpaired,
        "unpaired_low": difference.mean() - reach * unpaired,
        "unpaired_high": difference.mean() + reach * unpaired,
        **{name: np.quantile(difference, part) for name, part in QUANTILES.items()},
        "positive": (difference > 0).mean(),
        "negative": (difference < 0).mean(),
        "zero": (difference == 0).mean(),
    }
    assert tuple(by_hand) == STATISTICS
    assert shown.worlds == count
    for name, value in by_hand.items():
        assert getattr(shown, name) == pytest.approx(value, rel=1e-5, abs=tolerance), name


def test_signs_mean_and_intervals_of_four_worlds():
    first, further = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 1.0, 8.0])
    shown = PairedDifference(4, *paired(first, further).tolist())
    # differences 1, 0, -2, 4: mean .75, variance (.0625 + .5625 + 7.5625 + 10.5625) / 3 = 6.25
    assert (shown.mean, shown.standard_error, shown.median) == (0.75, 1.25, 0.5)
    assert (shown.positive, shown.negative, shown.zero) == (0.5, 0.25, 0.25)
    # variances 5/3 and 30.75/3 = 10.25; Student's t with 3 degrees: 3.182
    assert shown.unpaired_error == pytest.approx(((5 / 3 + 10.25) / 4) ** 0.5)
    assert shown.interval_high == pytest.approx(0.75 + 3.18244630528 * 1.25)
    assert not shown.is_settled


def test_one_world_has_no_interval_and_none_has_nothing():
    lone = PairedDifference(1, *paired(np.array([1.0]), np.array([3.0])).tolist())
    assert (lone.mean, lone.median, lone.positive) == (2, 2, 1)
    assert np.isnan([lone.standard_error, lone.interval_low, lone.unpaired_error, lone.unpaired_high]).all()
    assert np.isnan(paired(np.empty((2, 0)), np.empty((2, 0)))).all()


# other actors, other dates, many worlds, failing worlds -----------------------------------------------------


def test_powers_in_another_order_are_compared_by_name():
    spec = short("baseline")
    other = replace(recast(spec, spec.powers[::-1], spec.states), name="reversed")
    found = between(spec, other, Plan(6))
    assert found.spec.power_names == spec.power_names[::-1]
    for name in ("share", "trust", "budget", "regional_share"):
        assert np.abs(found.statistic(name, "mean")).max() < 1e-6, name


def test_with_other_actors_only_those_of_both_are_compared():
    spec = short("baseline")
    cast = (*spec.powers[1:], replace(spec.powers[0], name="utopia", label="Utopia"))
    other = replace(recast(spec, cast, spec.states[1:], {"utopia": "japan"}), events=(), name="other")
    one, two = run(spec, Plan(8)), run(other, Plan(8))
    found = comparison.compare(one, two)
    assert found.spec.power_names == spec.power_names[1:]
    assert found.spec.state_names == spec.state_names[1:]
    assert found.values["share"].shape == (len(spec.quarters), 3, 4, len(STATISTICS))
    difference = two.outcomes["share.china.uzbekistan"] - one.outcomes["share.china.uzbekistan"]
    assert found.at("share", "china", "uzbekistan").mean == pytest.approx(difference.mean())
    then = [e.trajectories["trust"][3, p, s] for e, p, s in ((one, 2, 3), (two, 1, 2))]
    assert found.at("trust", "russia", "tajikistan", time=3).mean == pytest.approx((then[1] - then[0]).mean(), abs=1e-7)
    assert remarks(spec, other) == [
        "Only baseline has Japan, Kazakhstan: compared are the actors that both have.",
        "Only other has Utopia: compared are the actors that both have.",
        "Regional numbers are means over the states of each scenario, and these differ.",
    ]


def test_with_other_dates_only_quarters_of_both_are_compared():
    spec = short("baseline", end=Quarter.parse("2027Q2"))
    other = replace(spec, name="later", start=Quarter.parse("2026Q2"), end=END, events=())
    one, two = run(spec, Plan(8)), run(other, Plan(8))
    found = comparison.compare(one, two)
    assert (str(found.spec.start), str(found.spec.end)) == ("2026Q2", "2027Q2")
    first, further = one.trajectories["trust"][3:8], two.trajectories["trust"][:5]
    np.testing.assert_allclose(found.statistic("trust", "mean"), (further - first).mean(axis=-1), atol=1e-7)
    assert remarks(spec, other) == [
        "baseline runs from 2025Q3 to 2027Q2, later from 2026Q2 to 2028Q2: compared is 2026Q2 to 2027Q2.",
        "What is counted since the start is counted from different dates.",
    ]


def test_of_many_worlds_the_course_of_some_is_kept_and_the_end_of_all(monkeypatch):
    monkeypatch.setattr(ensembles, "TRAJECTORIES_AT_MOST", 5)
    spec = short("baseline")
    found = between(spec, replace(short("package-delivered"), name="other"), Plan(9))
    assert found.pairs.tolist() == [5] * (len(spec.quarters) - 1) + [9]
    assert found.at("share", "japan", "kazakhstan").worlds == 9
    assert found.at("share", "japan", "kazakhstan", time=0).worlds == 5


def failing(ensemble: Ensemble, *worlds: int) -> Ensemble:
    """The ensemble, had some worlds failed."""
    lost = np.isin(np.arange(len(ensemble.status)), worlds)
    return replace(
        ensemble,
        status=tuple("a cause" if bad else "ok" for bad in lost),
        outcomes={name: np.where(lost, np.nan, values) for name, values in ensemble.outcomes.items()},
        trajectories={name: np.where(lost, np.nan, values) for name, values in ensemble.trajectories.items()},
    )


def test_a_world_that_fails_under_one_scenario_is_left_out_of_the_pair(pair):
    one, other = pair
    found = comparison.compare(failing(one, 0, 7), failing(other, 7, 9))
    kept = np.delete(np.arange(WORLDS), [0, 7, 9])
    names = ("regional_share.japan", "share.china.tajikistan")
    for name in names:
        difference = (other.outcomes[name] - one.outcomes[name])[kept]
        assert found.at(*name.split(".")).mean == pytest.approx(difference.mean(), rel=1e-12)
    assert found.failures == ((0, "baseline: a cause"), (7, "baseline: a cause"), (9, "package-delivered: a cause"))
    assert set(found.pairs.tolist()) == {WORLDS - 3}
    assert of_one(found)[1] == (
        "3 of 40 worlds failed (2 with 'baseline: a cause'; 1 with 'package-delivered: a cause') and are left out of "
        "the numbers below."
    )


def test_where_every_world_fails_nothing_is_told(pair):
    found = comparison.compare(pair[0], failing(pair[1], *range(WORLDS)))
    assert len(sentences([found])) == 2
    assert advice([found]) == ["No world ran to the end under both scenarios; the causes stand in runs.parquet."]
    assert np.isnan(found.at("regional_autonomy").mean)


# in words ---------------------------------------------------------------------------------------------------


def of(mean: float, error: float, positive: float, negative: float, worlds: int = 100) -> PairedDifference:
    """A difference with quantiles that nobody looks at."""
    reach = 2.0 if worlds > 1 else np.nan
    ends = (mean - reach * error, mean + reach * error)
    wide = (4 * error, mean - 4 * reach * error, mean + 4 * reach * error)
    zero = round(1 - positive - negative, 9)
    return PairedDifference(worlds, mean, error, *ends, *wide, *[mean] * 5, positive, negative, zero)


HEAD = "Japan's share is"


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        (
            of(0.012, 0.0005, 0.97, 0.03),
            f"In 97 of 100 worlds {HEAD} higher with package-delivered than in baseline, over all worlds by 1.20 "
            "points on average (95 % interval 1.10 to 1.30; unpaired it would be 0.80 to 1.60).",
        ),
        (
            of(-0.012, 0.0005, 0.0, 1.0),
            f"In all 100 worlds {HEAD} lower with package-delivered than in baseline, over all worlds by 1.20 points "
            "on average (95 % interval 1.10 to 1.30; unpaired it would be 0.80 to 1.60).",
        ),
        (
            of(-0.02, 0.002, 0.0, 0.25),
            f"In 25 of 100 worlds {HEAD} lower with package-delivered than in baseline, in 75 of 100 worlds exactly "
            "the same, over all worlds by 2.0 points on average (95 % interval 1.6 to 2.4; unpaired it would be 0.4 to "
            "3.6).",
        ),
        (
            of(0.01, 0.002, 0.4, 0.6),
            f"In 60 of 100 worlds {HEAD} lower with package-delivered than in baseline, yet over all worlds higher by "
            "1.0 points on average (95 % interval 0.6 to 1.4; unpaired it would be -0.6 to 2.6).",
        ),
        (
            of(0.002, 0.002, 0.6, 0.4),
            f"In 60 of 100 worlds {HEAD} higher with package-delivered than in baseline, in 40 of 100 worlds lower; "
            "which of the two holds on average is open: higher by 0.2 points on average (95 % interval -0.2 to 0.6; "
            "unpaired it would be -1.4 to 1.8).",
        ),
        (
            of(0.0, 0.0, 0.0, 0.0),
            f"In all 100 worlds {HEAD} exactly the same with package-delivered as in baseline.",
        ),
        (
            of(-0.012, np.nan, 0.0, 1.0, 1),
            f"In this one world {HEAD} lower with package-delivered than in baseline, by 1.20 points.",
        ),
        (
            of(0.000001, 0.0000001, 1.0, 0.0),
            f"In all 100 worlds {HEAD} higher with package-delivered than in baseline, over all worlds by less than "
            "0.001 points on average (95 % interval 0.000 to 0.000; unpaired it would be 0.000 to 0.000).",
        ),
    ],
)
def test_a_difference_in_words(found, difference, sentence):
    assert verdict("Japan's share", found, difference, measure_of("regional_share")) == sentence


def test_the_sentences_name_worlds_scenarios_and_dates(found):
    told = of_one(found)
    assert told[0] == (
        "A package, announced and delivered (package-delivered) against As things stand (baseline): the same 40 worlds "
        "under both, from 2025Q3 to 2028Q2, seed 0; chance and uncertain parameters vary."
    )
    assert told[1].startswith("In all 40 worlds Japan's regional share in 2028Q2 is higher with package-delivered than")
    assert all("NaN" not in sentence and "nan " not in sentence for sentence in told)
    forecast = re.compile(r"\b(will|forecast|predict|expect|likely|probab)", re.IGNORECASE)
    assert not [sentence for sentence in told if forecast.search(sentence)]


def test_when_a_sign_is_open_it_is_said_how_many_worlds_would_tell(found):
    values = {name: array.copy() for name, array in found.values.items()}
    open_ = of(0.001, 0.001, 0.5, 0.5, WORLDS)
    values["regional_autonomy"][-1] = [getattr(open_, name) for name in STATISTICS]
    told = advice([replace(found, values=values)])
    # Student's t with 39 degrees is 2.02: 40 x 2.02^2 = 164 worlds
    assert told == [
        "40 worlds are few for bands: run 200 or more.",
        "Whether the regional autonomy share is on average higher or lower with package-delivered than in baseline is "
        "open; about 200 worlds would tell.",
    ]


def test_numbers_are_told_to_the_digits_that_their_errors_allow():
    share, trust = measure_of("share"), measure_of("trust")
    assert (share.signed(0.01234, 0.001), share.signed(-0.01234, 0.0001)) == ("+1.2", "-1.23")
    assert (share.signed(-0.000001, 0.00001), share.amount(0.00000001, 0.0)) == ("0.000", "less than 0.01 points")
    assert (trust.signed(0.01234, 0.00001), trust.unit) == ("+0.0123", "")
    assert measure_of("trade").unit == " billion USD of 2020 per year"
    assert [in_percent_of_worlds(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0", "0.1", "50", "99.9", "100"]
    assert typeset("by -1.2 in package-2 (-0.3 to 1), 2026-01") == "by −1.2 in package-2 (−0.3 to 1), 2026-01"
    assert [points(value) for value in (0.0123, -0.2, 0.00001, 0.0)] == ["+1.23", "−20.0", "0.00", "0"]
    lone = of(-0.012, np.nan, 0.0, 1.0, 1)
    assert cells(lone, share) == ("−1.20", "–", "–", "–", "0", "100", "0")


# as a table -------------------------------------------------------------------------------------------------


def test_the_table_is_tidy_and_leads_back_to_the_differences(pair, found):
    table = comparison.table([found])
    columns = [*TEXTS, "value", "worlds"]
    assert list(table.columns) == columns
    assert not table.duplicated(columns[:-2]).any()
    assert set(table["statistic"]) == set(STATISTICS)
    one = table[(table["variable"] == "regional_share") & (table["power"] == "japan") & (table["time"] == str(END))]
    assert one.set_index("statistic")["value"]["mean"] == found.at("regional_share", "japan").mean
    assert one["state"].isna().all()
    assert set(one["unit"]) == {"share"}
    again = comparison.from_table(table, *pair)
    for name, values in found.values.items():
        np.testing.assert_array_equal(again.values[name], values, err_msg=name)
    assert (again.pairs == found.pairs).all()


def test_the_end_as_a_table_has_a_row_an_actor(found):
    end = comparison.end_table([found])
    row = end[(end["variable"] == "trust") & (end["power"] == "japan") & (end["state"] == "kyrgyzstan")].iloc[0]
    expected = found.at("trust", "japan", "kyrgyzstan")
    assert {name: row[name] for name in vars(expected)} == vars(expected)


# what differs between two scenarios -------------------------------------------------------------------------


def test_the_contrast_names_parameters_events_actors_and_mechanisms():
    base = load_scenario("baseline")
    assert contrast(base, replace(base, name="twin", title="Other words")).is_empty
    package = contrast(base, load_scenario("package-delivered"))
    assert [type(event).__name__ for event in package.events_added] == ["Package"]
    assert not package.events_removed
    back = contrast(load_scenario("package-delivered"), base)
    assert (back.events_added, back.events_removed) == ((), package.events_added)
    [change] = contrast(base, load_scenario("coercive-format")).parameters
    assert (change.first.name, change.first.value, change.further.value) == ("powers.japan.coerciveness", 0.1, 0.9)
    korea = contrast(base, load_scenario("south-korea-joins"))
    assert [actor.name for actor in korea.actors_added] == ["south_korea"]
    assert not korea.parameters
    off = contrast(base, replace(base, switched_off=frozenset({"transit"})))
    assert (off.switched_off, off.switched_on) == (("transit",), ())


def test_the_same_event_under_another_label_is_the_same():
    base = load_scenario("baseline")
    [event] = base.events
    twice = replace(base, events=(replace(event, label="a"), replace(event, label="b")))
    assert len(contrast(base, twice).events_added) == 1


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
    assert refused(lambda: steppewise.compare(base, apart, overrides=["world.maturity=2"])) == (
        "overrides go with the name or path of a scenario; this one is resolved already"
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
    monkeypatch.setattr(comparing, "_write_pages", lambda folder, of: None)
    for name in ("plain", "story"):
        Path(f"{name}.yaml").write_bytes((written / f"{name}.yaml").read_bytes())
    assert call(*ASKED, "-q") == 0
    again = Path(call.out.strip())
    assert again.name == folder.name
    assert (again / "differences.csv").read_bytes() == (folder / "differences.csv").read_bytes()
    assert call(*ASKED, "-q", "--force", "--seed", "1", "--uncertainty", "none", "--set", "world.maturity=2") == 0
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
        r"About \d+ s with 1 process, [\d,]+ MB of memory, [\d,]+ MB of files\.\n"
        r"Told by 2 pilots of 220 worlds each; nothing was written\.\n",
        call.out,
    )
    assert not list(Path().iterdir())


def test_a_failure_on_the_way_leaves_nothing(tmp_path, monkeypatch, pair, found):
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    monkeypatch.setattr(comparing, "write_manifest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        comparing.keep(made, tmp_path, PLAIN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["differences.csv", "runs.parquet"])
def test_a_damaged_folder_is_said_to_be_damaged(tmp_path, pair, found, name):
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    folder = comparing.keep(made, tmp_path, PLAIN)
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


def test_the_same_from_python(pair, found):
    made = comparing.Comparison(tuple(replace(one, trajectories={}) for one in pair), (found,))
    assert repr(made) == "<Comparison of package-delivered with baseline: 40 worlds>"
    assert dataclasses.is_dataclass(made)
    assert made.at("regional_share", "japan") == found.at("regional_share", "japan")
    assert len(made.runs) == 2 * WORLDS
    assert made.differences["value"].size == made.differences["worlds"].size
    assert set(made.at_end["variable"]) == {*VARIABLES, "leads"}
    for picture in comparing.PICTURES:
        words = [text.get_text() for text in made.plot(picture).texts]
        assert any("40 worlds" in word for word in words), picture
        assert any("package-delivered minus baseline" in word for word in words), picture
    assert refused(lambda: made.plot("map")) == (
        "there is no figure 'map'. Allowed: shares, states, powers_at_end, states_at_end."
    )
    assert refused(lambda: made.of("history")) == (
        "'history' is not among the scenarios compared. Allowed: package-delivered."
    )
    assert made._repr_html_().startswith("<div><h3>A package, announced and delivered against As things stand</h3><img")
