"""Experiment files: from what is written to factors, points and worlds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.experiment_files import HEADER, STAGE, WITH_POINTS, text_of

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.experiment.loading import load_study
from steppewise.experiment.study import Factor, Study, task_of
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario


def study_of(folder: Path, *overrides: str, **keys: str) -> Study:
    """The good experiment with some keys replaced."""
    (folder / "stage.yaml").write_text(STAGE, encoding="utf-8")
    file = folder / "x.yaml"
    file.write_text(text_of(**keys), encoding="utf-8")
    return load_study(file, overrides)


def factors_of(folder: Path, vary: str, **keys: str) -> tuple[Factor, ...]:
    return study_of(folder, vary=f"{{{vary}}}", **keys).factors


# the whole --------------------------------------------------------------------------------------------------


def test_what_is_not_said_has_its_default(tmp_path: Path) -> None:
    study = study_of(tmp_path)
    assert (study.name, study.title, study.question, study.look_for) == ("x", "x", "", "")
    assert (study.worlds, study.seed, study.uncertainty, study.keep) == (100, 0, "both", "outcomes")
    assert (study.design, study.outcomes) == ("grid", ("regional_share.japan",))
    assert study.spec == load_scenario("baseline")
    assert study.points.tolist() == [[0.0], [0.5], [1.0]]


def test_what_is_said_holds(tmp_path: Path) -> None:
    study = study_of(
        tmp_path, title="T", question="Q?", look_for="L", scenario="stage.yaml", worlds="7", seed="3",
        uncertainty="chance", keep="summary", design="{kind: sobol, points: 8}",
    )  # fmt: skip
    assert (study.title, study.question, study.look_for, study.spec.name) == ("T", "Q?", "L", "stage")
    assert (study.worlds, study.seed, study.uncertainty, study.keep) == (7, 3, "chance", "summary")
    assert (study.design, len(study.points), study.rows) == ("sobol", 8, 56)


def test_a_scenario_of_the_library_by_its_name_and_overrides(tmp_path: Path) -> None:
    study = study_of(tmp_path, "powers.china.execution=0.9", scenario="package-delivered")
    assert study.spec.lineage == ("package-delivered", "baseline")
    assert study.spec.parameters["powers.china.execution"].value == 0.9


def test_outcomes_by_wildcard(tmp_path: Path) -> None:
    powers = load_scenario("baseline").power_names
    study = study_of(tmp_path, outcomes="[regional_share.*, regional_share.japan, trust.*.kazakhstan]")
    shares = [f"regional_share.{power}" for power in powers]
    assert study.outcomes == (*shares, *(f"trust.{power}.kazakhstan" for power in powers))


# factors ----------------------------------------------------------------------------------------------------


def test_a_range(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "powers.japan.execution: {from: 0.5, to: very high}")
    name = "powers.japan.execution"
    assert factor == Factor(name, "parameter", (name,), "absolute", 0.5, 0.9, (), (), "share", "coded")


def test_a_range_with_steps_of_its_own(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "powers.japan.effort: {from: 0, to: 1, steps: 5}", design="{kind: grid}")
    assert (factor.levels, factor.labels) == ((0.0, 0.25, 0.5, 0.75, 1.0), ())


def test_a_factor_on_what_is_drawn(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "powers.*.effort: {from: 0.5, to: 4, relative: true}")
    assert (factor.way, factor.low, factor.high, factor.unit) == ("relative", 0.5, 4, "times what is drawn")
    assert factor.targets == tuple(f"powers.{power}.effort" for power in load_scenario("baseline").power_names)


def test_a_factor_may_go_as_far_as_what_is_drawn_allows(tmp_path: Path) -> None:
    vary = "powers.japan.execution: {values: [0.5, 1.25], relative: true}"
    (factor,) = factors_of(tmp_path, vary, design="{kind: grid}")
    assert (factor.levels, factor.labels) == ((0.5, 1.25), ("0.5", "1.25"))
    (factor,) = factors_of(tmp_path, vary.replace("1.25", "1.4"), design="{kind: grid}", uncertainty="chance")
    assert factor.high == 1.4, "without ignorance it is the value that counts, 0.7, and not the range up to 0.8"


def test_levels_and_values_keep_their_order_and_their_names(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "powers.japan.predictability: {levels: [very high, low]}", design="{kind: grid}")
    assert (factor.levels, factor.labels, factor.low, factor.high) == ((0.9, 0.3), ("very high", "low"), 0.3, 0.9)
    (factor,) = factors_of(tmp_path, "powers.japan.predictability: {values: [0.25, medium, 1]}", design="{kind: grid}")
    assert (factor.levels, factor.labels) == ((0.25, 0.5, 1.0), ("0.25", "medium", "1"))


def test_the_evidence_range(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "ties.japan.*.trade: evidence")
    assert (factor.name, factor.way, factor.low, factor.high) == ("ties.japan.*.trade", "evidence", 0.0, 1.0)
    assert len(factor.targets) == 5
    assert {load_scenario("baseline").parameters[name].evidence for name in factor.targets} >= {factor.evidence}


def test_the_class_is_that_of_the_weakest(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "powers.japan.allocation.*: evidence")
    parameters = load_scenario("baseline").parameters
    assert {parameters[name].evidence for name in factor.targets} == {"coded", "assumed"}
    assert factor.evidence == "assumed"


def test_each_by_itself(tmp_path: Path) -> None:
    vary = "world.hedging.*: evidence of each, world.hedging.precision: {values: [1, 2]}"
    factors = factors_of(tmp_path, vary)
    names = [name for name in load_scenario("baseline").parameters if name.startswith("world.hedging.")]
    assert {factor.name for factor in factors} == set(names)
    assert all(factor.targets == (factor.name,) for factor in factors)
    ways = {factor.name: factor.way for factor in factors}
    assert ways.pop("world.hedging.precision") == "absolute", "an entry of its own holds"
    assert set(ways.values()) == {"evidence"}


def test_what_has_no_range_does_not_count_among_several(tmp_path: Path) -> None:
    factors = factors_of(tmp_path, "powers.japan.*: evidence of each", design="{kind: sobol, points: 8}")
    assert "powers.japan.format_start" not in {factor.name for factor in factors}


def test_mechanisms(tmp_path: Path) -> None:
    (factor,) = factors_of(tmp_path, "mechanisms.hedging: {values: [off, on]}", design="{kind: grid}")
    assert (factor.kind, factor.targets, factor.levels) == ("mechanism", ("hedging",), (0.0, 1.0))
    assert factor.labels == ("off", "on")


def test_numbers_of_events(tmp_path: Path) -> None:
    name = "events.package/japan/all/1"
    vary = f"{name}.amount: {{from: 0, to: 6}}, {name}.execution: {{levels: [low, high]}}"
    amount, execution = factors_of(tmp_path, vary, scenario="stage.yaml")
    assert (amount.kind, amount.targets, amount.unit) == ("event", (f"{name}.amount",), "billion USD")
    assert (execution.levels, execution.labels) == ((0.3, 0.7), ("low", "high"))


@pytest.mark.parametrize(
    ("event", "name", "unit"),
    [
        ("trade_shock: 0.3, by: russia, to: all", "trade_shock/russia/all/1.factor", "times"),
        ("remittance_shock: 0.3, to: all", "remittance_shock/-/all/1.factor", "times"),
        ("resource_price: 2", "resource_price/-/all/1.factor", "times"),
        ("security_crisis: 2, to: all", "security_crisis/-/all/1.factor", "times"),
        ("alliance: formed, by: china, to: [tajikistan]", "alliance/china/tajikistan/1.strength", "share"),
    ],
)
def test_numbers_of_shocks(tmp_path: Path, event: str, name: str, unit: str) -> None:
    (tmp_path / "shocks.yaml").write_text(f"name: shocks\nextends: baseline\nevents:\n  - {{at: 2026Q1, {event}}}\n")
    (factor,) = factors_of(tmp_path, f"events.{name}: {{from: 0.5, to: 1}}", scenario="shocks.yaml")
    assert (factor.kind, factor.targets, factor.unit) == ("event", (f"events.{name}",), unit)
    if name.startswith("resource_price"):
        with pytest.raises(SteppewiseError, match=r"0 is out of bounds\. Allowed: 0\.01 to 100 times"):
            factors_of(tmp_path, f"events.{name}: {{from: 0, to: 1}}", scenario="shocks.yaml")


def test_an_event_that_sets_parameters_has_dots_in_its_label(tmp_path: Path) -> None:
    name = "events.set/-/world.cooperation.decay/1.probability"
    (factor,) = factors_of(tmp_path, f"{name}: {{from: 0, to: 1}}", scenario="regional-integration")
    assert factor.targets == (name,)


@pytest.mark.parametrize(
    ("entry", "design", "expected"),
    [
        ("{from: 2026Q1, to: 2026Q4}", "{kind: sobol, points: 8}", ("2026Q1", "2026Q2", "2026Q3", "2026Q4")),
        ("{from: 2026Q1, to: 2026Q4}", "{kind: grid, steps: 9}", ("2026Q1", "2026Q2", "2026Q3", "2026Q4")),
        ("{from: 2026Q1, to: 2028Q1}", "{kind: grid, steps: 3}", ("2026Q1", "2027Q1", "2028Q1")),
        ("{from: 2026Q1, to: 2026Q4, steps: 3}", "{kind: grid}", ("2026Q1", "2026Q3", "2026Q4")),
        ("{values: [2027Q1, 2026Q1]}", "{kind: grid}", ("2027Q1", "2026Q1")),
    ],
)
def test_dates_are_whole_quarters(tmp_path: Path, entry: str, design: str, expected: tuple[str, ...]) -> None:
    vary = f"events.package/japan/all/1.at: {entry}"
    (factor,) = factors_of(tmp_path, vary, scenario="stage.yaml", design=design)
    assert factor.labels == expected
    assert factor.levels == tuple(float(Quarter.parse(quarter).number) for quarter in expected)
    study = study_of(tmp_path, vary=f"{{{vary}}}", scenario="stage.yaml", design=design)
    assert set(study.points[:, 0]) <= set(factor.levels)


# lists of points --------------------------------------------------------------------------------------------


def test_a_list_of_points(tmp_path: Path) -> None:
    columns = [*HEADER.split(",")[::-1]]
    rows = "2026Q1,on,0,1,high\n\n 2028Q4 , off , 1 , 4 , 0.2 \n"
    (tmp_path / "points.csv").write_text(f"\ufeff{','.join(columns)}\r\n{rows}", encoding="utf-8")
    (tmp_path / "x.yaml").write_text(WITH_POINTS, encoding="utf-8")
    study = load_study(tmp_path / "x.yaml")
    assert ",".join(factor.name for factor in study.factors) == HEADER, "in the order of vary, not of the columns"
    quarters = [Quarter.parse(text).number for text in ("2026Q1", "2028Q4")]
    assert study.points.tolist() == [[0.7, 1, 0, 1, quarters[0]], [0.2, 4, 1, 0, quarters[1]]]
    assert study.design == "list"


# what varies takes effect -----------------------------------------------------------------------------------


def results(study: Study) -> dict[str, np.ndarray]:
    """Outcomes by point and world."""
    found = {name: np.full((len(study.points), study.worlds), np.nan) for name in study.outcomes}
    for piece in study.pieces():
        result = task_of(study, piece).run()
        for name, values in found.items():
            worlds = slice(piece.first, piece.first + piece.worlds)
            values[piece.points, worlds] = result.outcomes[name].reshape(len(piece.points), -1)
    return found


def test_the_point_that_changes_nothing_is_the_scenario_itself(tmp_path: Path) -> None:
    package = "events.package/japan/all/1"
    study = study_of(
        tmp_path, scenario="stage.yaml", worlds="5", design="{kind: grid}", vary="{"
        "powers.*.effort: {values: [1, 2], relative: true}, mechanisms.hedging: {values: [on, off]}, "
        f"{package}.amount: {{values: [2, 4]}}, {package}.at: {{values: [2026Q1, 2030Q1]}}}}",
    )  # fmt: skip
    found = results(study)["regional_share.japan"]
    assert study.points[0].tolist() == [1, 1, 2, Quarter.parse("2026Q1").number]
    scenario = run_block(Block(study.spec, 0, 5, 0)).outcomes["regional_share.japan"]
    np.testing.assert_array_equal(found[0], scenario)
    for point, row in enumerate(found[1:], 1):
        assert not np.array_equal(row, scenario), study.points[point]


def test_the_ends_of_the_evidence_range_are_low_and_high(tmp_path: Path) -> None:
    name = "world.trust.negativity"
    low, high = (getattr(load_scenario("baseline").parameters[name], end) for end in ("low", "high"))
    by_evidence = study_of(tmp_path, worlds="3", vary=f"{{{name}: evidence}}", design="{kind: grid, steps: 2}")
    by_value = study_of(tmp_path, worlds="3", vary=f"{{{name}: {{values: [{low}, {high}]}}}}", design="{kind: grid}")
    (one,), (other,) = results(by_evidence).values(), results(by_value).values()
    np.testing.assert_array_equal(one, other)
