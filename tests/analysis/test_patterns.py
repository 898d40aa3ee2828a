"""The table of rows: how it is measured and judged, and what it says of a model that is taken apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.validation_page import PAGE
from tests.validation_page import PLAN as PUBLISHED

from steppewise.analysis.patterns import ROWS, Laboratory, judge, table
from steppewise.analysis.patterns.ablation import REVERSED, ConductVerdicts, elsewhere, matrix, under, without_each
from steppewise.analysis.patterns.row import Measured, Row, Verdict, effect, frequency
from steppewise.analysis.patterns.variant import Conduct, Variant
from steppewise.cli import main
from steppewise.experiment.ensemble import Plan
from steppewise.scenario.spec import MECHANISMS

PLAN = Plan(40)
BY_ID = {row.id: row for row in ROWS}


def row_of(value: float, mean: float | None = None, least: float | None = None) -> Verdict:
    row = Row("a", "a", "a", "a", lambda laboratory: Measured(value, mean), 0.9, 1.0, least)
    return judge(row, Laboratory(PLAN))


def test_an_effect_is_how_often_a_difference_is_above_zero_and_its_mean() -> None:
    assert effect(np.array([1.0, 2.0, -1.0, 0.0])) == Measured(0.5, 0.5)


def test_of_several_rows_the_weakest_counts() -> None:
    assert effect(np.array([[1.0, 1.0], [3.0, -1.0]])) == Measured(0.5, 1.0)
    assert frequency(np.array([[True, True], [True, False]])) == 0.5


@pytest.mark.parametrize(
    ("value", "mean", "least", "passes"),
    [(0.95, None, None, True), (0.89, None, None, False), (1.0, 0.004, 0.005, False), (1.0, 0.006, 0.005, True)],
)
def test_a_row_needs_its_number_in_the_band_and_its_effect(value, mean, least, passes) -> None:
    assert row_of(value, mean, least).passed == passes


def test_what_is_not_a_number_fails() -> None:
    assert not row_of(float("nan")).passed


def test_ids_are_unique_and_every_row_says_who_says_so() -> None:
    assert len(BY_ID) == len(ROWS)
    assert all(row.source and row.statistic and row.statement for row in ROWS)
    assert {name for row in ROWS for name in row.about} <= set(MECHANISMS)


def test_signs_hold_with_few_worlds_already() -> None:
    laboratory = Laboratory(PLAN)
    for name in ("delivered_effort_raises_trust", "execution_raises_trust", "coercive_format", "hedging_spreads"):
        assert judge(BY_ID[name], laboratory).passed, name


def test_a_mechanism_that_is_off_breaks_its_row() -> None:
    rows = (BY_ID["hedging_spreads"], BY_ID["execution_raises_trust"])
    usual = tuple(judge(row, Laboratory(PLAN)) for row in rows)
    (found,) = under([Conduct("hedging", off=frozenset({"hedging"}))], rows, PLAN, lambda worlds: None)
    assert [row.id for row in found.broken(usual)] == ["hedging_spreads"]
    assert matrix([found], usual)[0] == {"row": "hedging_spreads", "hedging": "breaks"}


def test_a_row_about_one_mechanism_alone_does_not_count_elsewhere() -> None:
    rows = (replace(ROWS[0], about=("hedging",)), replace(ROWS[1], about=("hedging", "choice")), ROWS[2])
    assert elsewhere("hedging", rows) == rows[1:]


def test_who_takes_anothers_conduct_has_its_parameters() -> None:
    copied = next(one for one in REVERSED if one.copied == ("japan", "russia"))
    spec = Laboratory(PLAN, copied).spec(Variant())
    japan, russia = (spec.parameters[f"powers.{name}.coerciveness"] for name in ("japan", "russia"))
    assert (japan.value, japan.low, japan.high) == (russia.value, russia.low, russia.high)
    assert spec.parameters["powers.japan.gdp"].value != spec.parameters["powers.russia.gdp"].value


def test_what_a_variant_sets_counts_whatever_the_conduct() -> None:
    conduct = Conduct("nobody delivers", values={"powers.*.execution": 0.2})
    spec = Laboratory(PLAN, conduct).spec(Variant(values={"powers.japan.execution": 0.9}))
    assert spec.parameters["powers.japan.execution"].value == 0.9
    assert spec.parameters["powers.china.execution"].value == 0.2


def test_there_is_a_conduct_without_each_mechanism() -> None:
    assert {name for one in without_each() for name in one.off} == set(MECHANISMS)


def test_a_number_that_moves_by_a_tenth_is_noticed() -> None:
    usual, far, near = (Verdict(ROWS[0], Measured(0.95, mean)) for mean in (0.1, 0.12, 0.101))
    assert ConductVerdicts(Conduct("x"), (far,)).noticed((usual,))
    assert not ConductVerdicts(Conduct("x"), (near,)).noticed((usual,))


def test_the_table_says_the_effect_and_the_least_effect() -> None:
    row = BY_ID["execution_raises_trust"]
    (told,) = table([Verdict(row, Measured(1.0, 0.08))])
    assert (told["effect"], told["least_effect"], told["verdict"]) == ("0.08", "0.005", "passed")


def test_validate_writes_the_matrix(tmp_path, capsys) -> None:
    out = tmp_path / "rows.csv"
    with pytest.raises(SystemExit) as ended:
        main(["validate", "--runs", "5", "--structures", "--quiet", "--out", str(out)])
    assert ended.value.code == 0
    assert f"of {len(ROWS)} rows hold" in capsys.readouterr().out
    head = out.read_text(encoding="utf-8").splitlines()[0]
    assert head.startswith("row,statement,source")
    assert "influence: capacity_only" in head


def test_the_page_of_the_documents_says_what_is_measured_now() -> None:
    page = PAGE.read_text(encoding="utf-8")
    laboratory = Laboratory(PUBLISHED)
    for name in ("japan_trusted", "trade_covered", "trade_error", "arrival_trade", "arrival_cooperation"):
        assert f"| `{name}` | {judge(BY_ID[name], laboratory).value:.4g} |" in page, "python -m tests.validation_page"
    assert all(f"| `{row.id}` |" in page for row in ROWS)
    assert all(f". `{name}`: breaks " in page for name in MECHANISMS)
