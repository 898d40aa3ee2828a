"""The record beside the model: observations read from what people have, and scored against rules of thumb."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from steppewise.analysis.hindcast import BAND, course_of, hindcast
from steppewise.analysis.observations import Observation, read_observations, record_of
from steppewise.analysis.plausible import plausible
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import Plan
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario

HEAD = "time,power,state,variable,value,unit,source\n"
PLAN = Plan(60)
HISTORY = load_scenario("history")


def observed(value: float, time: str = "2007", variable: str = "regional_autonomy", **actors: str) -> Observation:
    year = int(time)
    first, last = Quarter(year * 4), Quarter(year * 4 + 3)
    return Observation(time, first, last, variable, actors.get("power"), actors.get("state"), value, "made up")


def written(folder, text: str, name: str = "seen.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# scores -------------------------------------------------------------------------------------------------------------


def test_a_median_world_that_is_observed_is_met_and_a_shifted_one_is_not() -> None:
    (first,) = hindcast(HISTORY, [observed(0.3)], PLAN).points
    met, shifted = (hindcast(HISTORY, [observed(value)], PLAN).scores[0] for value in (first.median, first.median + 9))
    assert (met.rmse, met.covered) == (0.0, 1.0)
    assert shifted.rmse == pytest.approx(9.0)
    assert shifted.covered == 0.0
    assert 8.0 < shifted.crps < 9.0  # the distance, less half of what the worlds differ among themselves


def test_crps_is_the_mean_distance_less_half_the_mean_distance_between_worlds() -> None:
    found = hindcast(HISTORY, [observed(0.3)], PLAN)
    one = found.points[0].observation
    worlds = course_of(found.ensemble, one)[10:14].mean(axis=0)
    apart = np.abs(worlds[:, None] - worlds[None, :]).mean() / 2
    assert one.first.plus(-10) == HISTORY.start
    assert found.points[0].crps == pytest.approx(np.abs(worlds - 0.3).mean() - apart)
    assert (found.points[0].low, found.points[0].high) == pytest.approx(tuple(np.quantile(worlds, BAND)))


def test_rules_of_thumb_know_what_lies_before() -> None:
    series = [observed(value, time) for time, value in (("2001", 1.0), ("2003", 3.0), ("2007", 0.3), ("2012", 0.3))]
    seen, held = hindcast(HISTORY, series, PLAN).points
    assert seen.seen
    assert seen.benchmarks == pytest.approx({"persistence": 3.0, "drift": 7.0, "trend": 7.0})
    assert not held.seen
    assert held.benchmarks["persistence"] == 0.3
    assert held.benchmarks["drift"] == pytest.approx(0.3 + 5 * (0.3 - 1.0) / 6)


def test_without_earlier_observations_rules_of_thumb_say_nothing() -> None:
    (score,) = hindcast(HISTORY, [observed(0.3)], PLAN).scores
    assert np.isnan(score.benchmarks["trend"]).all()


def test_a_part_of_trade_with_one_state_is_of_the_powers_trade_with_it() -> None:
    actors = [{"power": power, "state": "tajikistan"} for power in HISTORY.power_names]
    found = hindcast(HISTORY, [observed(0.2, variable="trade_share", **one) for one in actors], PLAN)
    whole = sum(course_of(found.ensemble, one.observation) for one in found.points)
    assert np.allclose(whole, 1.0)


def test_the_model_follows_the_record_better_than_rules_of_thumb() -> None:
    for score in hindcast(HISTORY, record_of(HISTORY), Plan(200)).scores:
        assert all(score.crps < crps for _, crps in score.benchmarks.values()), score.variable


def test_observations_that_no_quarter_of_the_run_has_are_refused() -> None:
    with pytest.raises(SteppewiseError, match="no observation lies between 2004Q3 and 2025Q2"):
        hindcast(HISTORY, [observed(0.3, "1999")], PLAN)


# reading ------------------------------------------------------------------------------------------------------------


def test_the_record_that_is_shipped_is_of_the_scenario_s_actors() -> None:
    without = replace(HISTORY, powers=HISTORY.powers[1:])
    gone = HISTORY.power_names[0]
    assert {one.power for one in record_of(HISTORY)} - {one.power for one in record_of(without)} == {gone}


def test_units_are_turned_into_those_of_the_model(tmp_path) -> None:
    rows = (
        "2007,china,kazakhstan,trade,9932,million USD of 2020 per year,x\n"
        "2008,china,kazakhstan,trade,9.9,billion USD of 2020 per year,x\n2007,,,regional_autonomy,31,percent,x\n"
    )
    found = read_observations(written(tmp_path, HEAD + rows), HISTORY)
    assert [one.value for one in found] == pytest.approx([9.932, 9.9, 0.31])


def test_a_span_of_years_is_the_mean_of_its_quarters(tmp_path) -> None:
    rows = "2005-2010,china,kazakhstan,allocation,.65,share,x\n2007Q2,china,kazakhstan,allocation,.6,share,x\n"
    span, quarter = read_observations(written(tmp_path, HEAD + rows), HISTORY)
    assert (str(span.first), str(span.last)) == ("2005Q1", "2010Q4")
    assert (str(quarter.first), str(quarter.last)) == ("2007Q2", "2007Q2")


def test_tables_of_a_comma_country_and_workbooks_say_the_same(tmp_path) -> None:
    from openpyxl import Workbook

    plain = HEAD + "2007,,,regional_autonomy,0.31,share,x\n"
    semicolons = "\ufeff" + plain.replace(",", ";").replace("0.31", "0,31")
    book = Workbook()
    for line in plain.splitlines():
        book.active.append([float(cell) if cell == "0.31" else cell or None for cell in line.split(",")])
    book.save(tmp_path / "seen.xlsx")
    found = [
        read_observations(path, HISTORY)
        for path in (
            written(tmp_path, plain),
            written(tmp_path, semicolons, "semicolons.csv"),
            tmp_path / "seen.xlsx",
        )
    ]
    assert found[0] == found[1] == found[2]


def test_every_problem_is_said_at_once_with_its_line(tmp_path) -> None:
    rows = [
        "2007,china,kazakhstan,trad,1,share,x",
        "2007,chine,kazakhstan,trade_share,1,share,x",
        "2007,china,,trade,1,billion USD of 2020 per year,x",
        "2007,china,kazakhstan,trade,1,euro,x",
        "2030,,,regional_autonomy,1,share,x",
        "soon,,,regional_autonomy,1,share,x",
        "2007,,,regional_autonomy,many,share,x",
        "2008,,,regional_autonomy,.3,share,x",
        "2008,,,regional_autonomy,.4,share,x",
    ]
    with pytest.raises(SteppewiseError) as refused:
        read_observations(written(tmp_path, HEAD + "\n".join(rows)), HISTORY)
    path = tmp_path / "seen.csv"
    assert [str(problem) for problem in refused.value.problems] == [
        f"{path}:2: variable: there is no variable 'trad'. Did you mean 'trade'?",
        f"{path}:3: power: there is no power 'chine'. Did you mean 'china'?",
        f"{path}:4: trade: trade is observed for a power and a state",
        f"{path}:5: trade: 'euro' is not its unit: billion USD of 2020 per year (or million USD of 2020 per year)",
        f"{path}:6: time: 2030 is after the end of the run (2025Q2)",
        f"{path}:7: time: 'soon' is not a year, a span of years or a quarter",
        f"{path}:8: value: 'many' is not a number",
        f"{path}:10: regional_autonomy: is observed in line 9 already",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no table"),
        (HEAD, "holds no observations"),
        ("time,variable,unit\n2007,trade,share\n", "the column 'value' is missing"),
        (HEAD + "2007,trade\n", "there are 2 values, not 7"),
        ("time,time\n", "there are 2 columns 'time'"),
    ],
)
def test_a_table_that_holds_no_observations_is_refused(tmp_path, text, message) -> None:
    with pytest.raises(SteppewiseError, match=message):
        read_observations(written(tmp_path, text), HISTORY)


def test_a_file_that_is_no_workbook_is_refused(tmp_path) -> None:
    with pytest.raises(SteppewiseError, match="is not a workbook that can be read"):
        read_observations(written(tmp_path, "PK no", "seen.xlsx"), HISTORY)


# worlds whose past looks like ours ----------------------------------------------------------------------------------


def test_a_world_is_kept_where_its_own_past_is_the_record_and_not_where_that_is_far_away() -> None:
    actors = [{"power": power, "state": "tajikistan"} for power in HISTORY.power_names]
    blank = [observed(0.2, variable="trade_share", **one) for one in actors]
    found = hindcast(HISTORY, blank, PLAN)
    own = [replace(one, value=float(course_of(found.ensemble, one)[10:14, 7].mean())) for one in blank]
    near = plausible(hindcast(HISTORY, own, PLAN))
    assert near.implausibility[7] == 0.0
    assert near.kept[7]
    far = plausible(hindcast(HISTORY, [replace(one, value=one.value + 9.0) for one in own], PLAN))
    assert far.implausibility[7] > 0.9  # as far as the median world, whose distance is the model's discrepancy
    assert "worlds have a past that the record does not rule out" in near.sentence


def test_a_failed_world_is_not_kept_and_spoils_no_other() -> None:
    found = hindcast(HISTORY, record_of(HISTORY), PLAN)
    usual, status = plausible(found), ("too large", *found.ensemble.status[1:])
    broken = plausible(replace(found, ensemble=replace(found.ensemble, status=status)))
    assert not broken.kept[0]
    assert np.isfinite(broken.implausibility[1:]).all()
    assert broken.implausibility[1:] == pytest.approx(usual.implausibility[1:], rel=0.2)


def test_too_few_worlds_are_said_to_be_too_few() -> None:
    found = hindcast(HISTORY, record_of(HISTORY), Plan(20))
    assert "fewer than 30 are too few to conclude anything" in plausible(found).sentence


def test_one_series_is_not_enough_to_call_a_world_implausible() -> None:
    with pytest.raises(SteppewiseError, match="fewer than two series"):
        plausible(hindcast(HISTORY, [observed(0.3)], PLAN))
