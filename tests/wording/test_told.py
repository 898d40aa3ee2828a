"""What pages and commands tell of the model is true of it: formulations, rows, and who is called what."""

from __future__ import annotations

import pytest

from steppewise.analysis.findings import find
from steppewise.cli.names import explain
from steppewise.experiment.ensemble import Plan, simulate
from steppewise.report.run_page import render
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import STRUCTURES
from steppewise.wording.run import sentences

RIVALS = {"influence": "capacity_only", "trade": "unconstrained"}


@pytest.fixture(scope="module")
def ensemble():
    return simulate(load_scenario("baseline").with_structure(RIVALS), Plan(worlds=20))


def test_a_page_names_the_rival_formulations_of_its_scenario(ensemble):
    page = render(ensemble, find(ensemble, ()), (), ())
    for part, chosen in RIVALS.items():
        assert f"<code>{part}</code> is {chosen} ({STRUCTURES[part][chosen]})" in page


def test_a_page_without_rival_formulations_names_none():
    own = simulate(load_scenario("baseline"), Plan(worlds=20))
    assert "Rival formulations" not in render(own, find(own, ()), (), ())


def test_nobody_is_called_reliable_by_the_sentences(ensemble):
    """Words for a number stand in the evidence; a result tells the number."""
    found = find(ensemble, ())
    delivered = {power.power.name: power.execution.mean for power in found.powers}
    assert delivered["russia"] < 0.6
    assert not any("reliable" in sentence for sentence in sentences(found))
    assert sum("could be taken in" in sentence for sentence in sentences(found)) == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tca2025-38", "package_announced_only"),
        ("tca2025-45", "not shown"),
        ("package_announced_only", "tca2025-38"),
    ],
)
def test_claims_and_rows_explain_one_another(capsys, name, told):
    explain(name)
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("name", ["links.uzbekistan.kazakhstan.border", "japan.execution", "ties.japan.*.trust.kept"])
def test_a_name_means_the_same_with_and_without_a_scenario(capsys, name):
    told = []
    for scenario in (None, "baseline"):
        explain(name, scenario)
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
