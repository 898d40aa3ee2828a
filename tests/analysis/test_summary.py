"""The summary table, the findings and their sentences, against numbers worked out by hand or by numpy."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from tests.support.ensembles import FAILING, WORLDS, small, with_failures

from steppewise.analysis.findings import Estimate, Findings, Gap, Lead, StateFinding, estimate, find, spread_outcomes
from steppewise.analysis.spread import SpreadShare, sources_of_spread
from steppewise.analysis.summary import COLUMNS, QUANTILES, STATISTICS, statistics, summary
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.resolve import load_scenario
from steppewise.wording.names import listed, possessive
from steppewise.wording.numbers import band, decimals_for, in_worlds
from steppewise.wording.run import advice, mean_and_error, sentences, worlds_wanted
from steppewise.world.variables import VARIABLES

NAN = np.nan


@pytest.fixture(scope="module")
def told() -> Findings:
    ensemble = small()
    return find(ensemble, sources_of_spread(ensemble, spread_outcomes(ensemble.spec)))


def cell(table, variable, time, power=None, state=None):
    """Statistic -> (value, worlds) of one cell of the summary."""
    rows = table[(table.variable == variable) & (table.time == time)]
    rows = rows[rows.power.isna() if power is None else rows.power == power]
    rows = rows[rows.state.isna() if state is None else rows.state == state]
    return {row.statistic: (row.value, row.worlds) for row in rows.itertuples()}


# statistics -------------------------------------------------------------------------------------------------


def test_statistics_by_hand():
    # 1, 2, 3, 4, 9: mean 3.8; squared distances 7.84 + 3.24 + .64 + .04 + 27.04 = 38.8, a fourth of it 9.7,
    # standard error sqrt(9.7 / 5); of 0 to 4 places the quantile 0.05 lies at 0.2, 0.95 at 3.8
    values, worlds = statistics(np.array([[9.0, 1.0, 4.0, 2.0, 3.0]]))
    assert dict(zip(STATISTICS, values[0], strict=True)) == pytest.approx(
        {"mean": 3.8, "standard_error": 1.94**0.5, "q05": 1.2, "q25": 2, "median": 3, "q75": 4, "q95": 8}
    )
    assert worlds.tolist() == [5]


def test_what_is_not_finite_does_not_count():
    values, worlds = statistics(np.array([[1.0, NAN, 3.0], [NAN, NAN, NAN], [np.inf, 5.0, NAN]]))
    assert worlds.tolist() == [2, 0, 1]
    assert values[0, :2].tolist() == [2, 1]
    assert np.isnan(values[1]).all()
    assert values[2, 0] == 5
    assert np.isnan(values[2, 1]), "one world has no standard error"


def test_equal_values_have_no_error_at_all():
    values, _ = statistics(np.full((2, 30), 0.1))
    assert values[:, 1].tolist() == [0, 0]


def test_statistics_of_no_world():
    values, worlds = statistics(np.empty((2, 0)))
    assert worlds.tolist() == [0, 0]
    assert np.isnan(values).all()


@pytest.mark.parametrize("worlds", [1, 2, 3, 20, 100, 101])
def test_quantiles_are_those_of_numpy(worlds):
    values = np.random.default_rng(worlds).normal(size=(4, worlds)).astype(np.float32)
    expected = np.quantile(values.astype(float), list(QUANTILES.values()), axis=-1)
    np.testing.assert_allclose(statistics(values)[0][:, 2:].T, expected, rtol=1e-12)


# the table --------------------------------------------------------------------------------------------------


def test_every_cell_of_every_variable_has_every_statistic():
    ensemble = small()
    table = summary(ensemble)
    assert tuple(table.columns) == COLUMNS
    cells = sum(values[..., 0].size for values in ensemble.trajectories.values())
    assert len(table) == cells * len(STATISTICS)
    assert not table.duplicated(["time", "power", "state", "variable", "statistic"]).any()
    assert set(table.variable) == set(VARIABLES)
    assert (table.worlds == WORLDS).all()
    assert dict(zip(table.variable, table.unit, strict=True)) == {v.name: v.unit for v in VARIABLES.values()}


@pytest.mark.parametrize(
    ("variable", "power", "state"),
    [
        ("share", "china", "kyrgyzstan"),
        ("regional_share", "japan", None),
        ("autonomy", None, "turkmenistan"),
        ("regional_autonomy", None, None),
    ],
)
def test_a_cell_against_numpy(variable, power, state):
    ensemble = small()
    spec = ensemble.spec
    values = ensemble.trajectories[variable][[str(q) for q in spec.quarters].index("2031Q2")]
    if power is not None:
        values = values[spec.power_names.index(power)]
    if state is not None:
        values = values[spec.state_names.index(state)]
    values = values.astype(float)
    found = cell(summary(ensemble), variable, "2031Q2", power, state)
    expected = {"mean": values.mean(), "standard_error": values.std(ddof=1) / WORLDS**0.5}
    expected |= {name: np.quantile(values, part) for name, part in QUANTILES.items()}
    assert {name: value for name, (value, _) in found.items()} == pytest.approx(expected, rel=1e-6)


def test_failed_worlds_are_left_out_and_counted():
    ensemble = with_failures()
    assert set(ensemble.failures) == set(FAILING)
    table = summary(ensemble)
    assert (table.worlds == WORLDS - len(FAILING)).all()
    assert np.isfinite(table.value).all()
    good = np.delete(ensemble.trajectories["regional_share"][-1, 0], FAILING).astype(float)
    found = cell(table, "regional_share", "2040Q4", "japan")
    assert found["mean"] == (pytest.approx(good.mean()), len(good))
    assert found["q95"] == (pytest.approx(np.quantile(good, 0.95), rel=1e-6), len(good))


def test_without_trajectories_the_table_is_empty():
    ensemble = replace(small(), trajectories={})
    assert tuple(summary(ensemble).columns) == COLUMNS
    assert summary(ensemble).empty


# findings ---------------------------------------------------------------------------------------------------


def test_estimate_by_hand():
    found = estimate(np.array([2.0, 4.0, 6.0]))
    assert (found.mean, found.median, found.worlds) == (4, 4, 3)
    assert found.standard_error == pytest.approx(2 / 3**0.5)
    assert (found.low, found.high) == pytest.approx((2.2, 5.8))


def test_estimate_of_one_and_of_no_world():
    assert estimate(np.array([7.0])).mean == 7
    assert np.isnan(estimate(np.array([7.0])).standard_error)
    assert estimate(np.empty(0)).worlds == 0


def test_findings_are_the_outcomes(told):
    ensemble = small()
    japan = told.powers[0]
    assert japan.share.end == estimate(ensemble.outcomes["regional_share.japan"])
    assert japan.share.start.mean == pytest.approx(ensemble.trajectories["regional_share"][0, 0].mean(), rel=1e-6)
    assert japan.execution == estimate(ensemble.outcomes["execution.japan"])
    assert [power.share.end.mean for power in told.by_share] == sorted(
        (power.share.end.mean for power in told.powers), reverse=True
    )


def test_who_leads_by_hand(told):
    ensemble = small()
    shares = np.stack([ensemble.outcomes[f"share.{power}.kyrgyzstan"] for power in ensemble.spec.power_names])
    state = next(state for state in told.states if state.state.name == "kyrgyzstan")
    for power, lead in enumerate(state.leads):
        part = (shares.argmax(axis=0) == power).mean()
        assert lead.share == pytest.approx(part)
        assert lead.standard_error == pytest.approx((part * (1 - part) / WORLDS) ** 0.5)


def test_a_state_is_open_where_none_leads_in_more_than_half(told):
    state = told.states[0]
    japan, china = told.spec.powers[:2]
    half = replace(state, leads=(Lead(japan, 0.5, 0.1), Lead(china, 0.5, 0.1)))
    assert half.leader is None
    assert half.first.power is japan
    most = replace(state, leads=(Lead(japan, 0.49, 0.1), Lead(china, 0.51, 0.1)))
    assert most.leader is china


def test_gaps_are_differences_world_by_world(told):
    outcomes = small().outcomes
    for gap in told.gaps:
        apart = outcomes[f"regional_share.{gap.higher.name}"] - outcomes[f"regional_share.{gap.lower.name}"]
        assert gap.difference == estimate(apart)
        assert gap.difference.mean >= 0


def test_findings_leave_failed_worlds_out_and_count_them():
    ensemble = with_failures()
    found = find(ensemble)
    assert (found.worlds, found.good_worlds) == (WORLDS, WORLDS - len(FAILING))
    assert dict(found.failures) == ensemble.failures
    assert found.powers[0].share.end == estimate(np.delete(ensemble.outcomes["regional_share.japan"], FAILING))
    assert found.powers[0].share.start.worlds == WORLDS - len(FAILING)
    assert sum(lead.share for lead in found.states[0].leads) == pytest.approx(1)


# words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0.08, 0.15, "8 to 15"), (0.0812, 0.0939, "8.1 to 9.4"), (0, 1, "0 to 100"), (0.5, 0.5, "50.0 to 50.0")],
)
def test_bands(low, high, text):
    assert band(low, high) == text


@pytest.mark.parametrize(
    ("error", "decimals"), [(3, 1), (0.5, 1), (0.11, 1), (0.07, 2), (0.0004, 4), (0, 1), (NAN, 1), (1e-9, 4)]
)
def test_decimals_show_a_digit_of_the_error(error, decimals):
    assert decimals_for(error) == decimals


def test_means_in_words():
    found = Estimate(0.1124, 0.001, 0.08, 0.11, 0.15, 100)
    assert mean_and_error(found) == "mean 11.2, standard error 0.1"
    assert mean_and_error(found, 1.0) == "mean 0.112, standard error 0.001"
    assert mean_and_error(replace(found, standard_error=NAN), unit=" percent") == "11.2 percent"


@pytest.mark.parametrize(
    ("share", "worlds", "text"),
    [
        (0.913, 1000, "913 of 1,000 worlds"),
        (1, 1000, "all 1,000 worlds"),
        (1, 1, "this one world"),
        (0, 1, "no world"),
        (0.9999, 10_000, "9,999 of 10,000 worlds"),
    ],
)
def test_counts_of_worlds(share, worlds, text):
    assert in_worlds(share, worlds) == text


def test_lists_and_possessives():
    assert [listed("a"), listed("ab"), listed("abc")] == ["a", "a and b", "a, b and c"]
    assert (possessive("Japan"), possessive("United States")) == ("Japan's", "United States'")


def test_the_sentence_on_a_share(told):
    japan = replace(
        told.powers[0], share=replace(told.powers[0].share, end=Estimate(0.112, 0.001, 0.08, 0.11, 0.15, 100))
    )
    said = sentences(replace(told, powers=(japan,)))
    assert (
        "In 90 of 100 worlds Japan's regional share in 2040Q4 lies between 8 and 15 percent "
        "(mean 11.2, standard error 0.1)."
    ) in said


def test_sentences_tell_all_and_forecast_nothing(told):
    said = sentences(told)
    assert said[0] == (
        "As things stand: 24 worlds from 2025Q3 to 2040Q4, seed 0; chance and uncertain parameters vary."
    )
    text = " ".join(said)
    for actor in (*told.spec.powers, *told.spec.states):
        assert actor.label in text
    assert "Of the variance of China's regional share between worlds, chance alone accounts for" in text
    assert not re.search(r"\b(will|shall|going to|forecast|predict\w*)\b", text, re.IGNORECASE)
    assert "nan" not in text


def test_an_open_state_is_said_to_be_open(told):
    japan, china = told.spec.powers[:2]
    kazakhstan = replace(told.states[0], leads=(Lead(japan, 0.375, 0.099), Lead(china, 0.5, 0.102)))
    said = sentences(replace(told, states=(kazakhstan,)))
    assert (
        "Kazakhstan is open: no power leads there in more than half of the worlds; China comes first most often, "
        "in 12 of 24 worlds, standard error 10.2 percent."
    ) in said


def test_one_world_is_told_without_bands():
    said = " ".join(sentences(find(simulate(load_scenario("baseline"), Plan(1)))))
    assert "In this one world Japan's regional share in 2040Q4 is " in said
    assert "standard error" not in said
    assert "90 of 100" not in said
    assert "nan" not in said


def test_few_worlds_have_no_band():
    said = " ".join(sentences(find(simulate(load_scenario("baseline"), Plan(5)))))
    assert "In these 5 worlds Japan's regional share in 2040Q4 is on average " in said
    assert "90 of 100" not in said


def test_equal_worlds_are_told_once():
    found = find(simulate(load_scenario("baseline"), Plan(30, uncertainty="none")))
    assert "In all 30 worlds Japan's regional share in 2040Q4 is " in " ".join(sentences(found))
    assert advice(found) == []


def test_failures_are_told():
    said = sentences(find(with_failures()))
    assert said[1].startswith("2 of 24 worlds failed (2 with '")
    assert said[1].endswith("and are left out of the numbers below.")


def test_nothing_is_told_of_no_world():
    found = find(with_failures(tuple(range(WORLDS))))
    assert found.good_worlds == 0
    assert len(sentences(found)) == 2
    assert advice(found) == ["No world ran to the end; the causes stand in runs.parquet."]


# advice -----------------------------------------------------------------------------------------------------


def test_few_worlds_are_advised_against(told):
    said = advice(told)
    assert said[0] == "24 worlds are few for bands: run 200 or more."
    assert said[1].startswith("What the spread rests on is rough: standard errors of up to ")


def test_many_worlds_need_no_advice(told):
    japan, china, *_ = told.spec.powers
    settled = Gap(china, japan, Estimate(0.2, 0.01, 0.1, 0.2, 0.3, 1000))
    fine = SpreadShare("regional_share.japan", "chance", 0.2, 0.03, 1000)
    sure = tuple(replace(state, leads=(Lead(china, 0.9, 0.01), Lead(japan, 0.1, 0.01))) for state in told.states)
    assert advice(replace(told, worlds=1000, gaps=(settled,), states=sure, rests_on=(fine,))) == []


def test_open_questions_name_the_worlds_they_want(told):
    japan, china, *_ = told.spec.powers
    gap = Gap(china, japan, Estimate(0.01, 0.01, -0.1, 0.0, 0.1, 400))
    state: StateFinding = replace(told.states[0], leads=(Lead(china, 0.52, 0.025), Lead(japan, 0.48, 0.025)))
    said = advice(replace(told, worlds=400, gaps=(gap,), states=(state,), rests_on=()))
    assert said == [
        "Whether China or Japan has the higher mean share is open; about 2,000 worlds would tell.",
        "Whether China leads in Kazakhstan in most worlds is open; about 3,000 worlds would tell.",
    ]


@pytest.mark.parametrize(
    ("distance", "error", "worlds", "text"),
    [
        (0.01, 0.01, 400, "about 2,000 worlds would tell"),
        (0.01, 0.0051, 100, "about 200 worlds would tell"),
        (0.0, 0.01, 100, "the two are equal for all that worlds can tell"),
        (1e-6, 0.01, 100, "the two are equal for all that worlds can tell"),
    ],
)
def test_worlds_wanted(distance, error, worlds, text):
    assert worlds_wanted(distance, error, worlds) == text
