"""In how many rival formulations a conclusion holds."""

from __future__ import annotations

from steppewise.analysis.structures import conclusions, formulations, named
from steppewise.experiment.ensemble import Plan
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import STRUCTURES

BASELINE, PACKAGE = load_scenario("baseline"), load_scenario("package-delivered")


def test_every_rival_formulation_is_tried_once_beside_the_models_own() -> None:
    rivals = sum(len(choices) - 1 for choices in STRUCTURES.values())
    assert len({named(one) for one in formulations()}) == rivals + 1


def test_a_package_raises_share_under_all_of_them() -> None:
    found = {one.outcome: one for one in conclusions((BASELINE, PACKAGE), Plan(60))}
    share = found["regional_share.japan"]
    assert share.difference > 0
    assert len(share.holds) == len(formulations())
    assert share.sentence.startswith("package-delivered: regional_share.japan is higher in 7 of 7")


def test_what_does_not_differ_is_no_conclusion() -> None:
    assert conclusions((BASELINE, BASELINE), Plan(20)) == ()


def test_the_first_of_a_part_is_the_models_own() -> None:
    usual = {part: next(iter(choices)) for part, choices in STRUCTURES.items()}
    assert dict(BASELINE.structure) == usual
    assert BASELINE.with_structure(usual) is BASELINE
