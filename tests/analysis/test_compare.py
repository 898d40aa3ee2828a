"""Comparisons: the same worlds under several scenarios; what differs in them, and how surely."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t
from tests.support import comparisons
from tests.support.comparisons import END, WORLDS, between, failing, run, short
from tests.support.generated import recast, setting, with_events
from tests.world.test_always import IDLE, with_power

from steppewise.analysis import comparison
from steppewise.analysis.comparison import STATISTICS, PairedDifference, paired
from steppewise.analysis.summary import QUANTILES
from steppewise.experiment import ensemble as ensembles
from steppewise.experiment.ensemble import Plan
from steppewise.results.compare import TEXTS
from steppewise.scenario.contrast import contrast, remarks
from steppewise.scenario.events.pressure import Pressure
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.comparison import advice, of_one, sentences
from steppewise.world.variables import OUTCOMES, VARIABLES

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


def test_the_paired_interval_is_narrower_than_the_unpaired():
    """At least three times for what the package does to anyone's share, in any state and in trust."""
    found = comparisons.found()
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
def test_the_end_is_what_numpy_says_of_the_outcomes(outcome):
    pair, found = comparisons.pair(), comparisons.found()
    one, other = (ensemble.outcomes[outcome] for ensemble in pair)
    assert_by_hand(found.at(*outcome.split(".")), one, other, 1e-12)


@pytest.mark.parametrize(("variable", "place"), [("share", (1, 3)), ("delivered", (0,)), ("regional_autonomy", ())])
def test_a_quarter_is_what_numpy_says_of_the_trajectories(variable, place):
    pair, found = comparisons.pair(), comparisons.found()
    one, other = (ensemble.trajectories[variable][4][place].astype(float) for ensemble in pair)
    names = {"power": found.spec.power_names, "state": found.spec.state_names}
    actors = [names[axis][p] for axis, p in zip(OUTCOMES[variable].axes, place, strict=True)]
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


def test_a_world_that_fails_under_one_scenario_is_left_out_of_the_pair():
    pair = comparisons.pair()
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


def test_where_every_world_fails_nothing_is_told():
    pair = comparisons.pair()
    found = comparison.compare(pair[0], failing(pair[1], *range(WORLDS)))
    assert len(sentences([found])) == 2
    assert advice([found]) == ["No world ran to the end under both scenarios; the causes stand in runs.parquet."]
    assert np.isnan(found.at("regional_autonomy").mean)


# as a table -------------------------------------------------------------------------------------------------


def test_the_table_is_tidy_and_leads_back_to_the_differences():
    pair, found = comparisons.pair(), comparisons.found()
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


def test_the_end_as_a_table_has_a_row_an_actor():
    found = comparisons.found()
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
