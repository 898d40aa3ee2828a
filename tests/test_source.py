"""Rules of one's own: refused where they cannot be, obeyed in all forms, named where they fail, told in digests."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import steppewise
from steppewise.engine.compiled import Native, Wasm
from steppewise.engine.digest import digest_of, digest_of_files
from steppewise.engine.floats import Floats
from steppewise.engine.forms import SWITCH, form_for
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.resolve import load_scenario
from steppewise.world.mathematics import exp, log, root
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.rules import trust
from steppewise.world.source import rules, standard, with_rules

BASELINE = load_scenario("baseline")
SHORT = replace(BASELINE, end=BASELINE.start.plus(5))
HALF = 0.5
FORMS = {"native": Native, "wasm": Wasm, "floats": Floats}


def helper(kept: float, broken: float) -> float:
    return kept / (kept + broken + HALF)


def own_trust(kept, broken):
    mean = helper(kept, broken)
    spread = root(mean * (1.0 - mean)) * 0.01 if mean < 0.9 else 0.0
    return min(max(mean - spread + 0.0 * (exp(-mean) + log(kept)), 0.0), 1.0)


def none(kept, broken):
    return None


def not_a_number(kept, broken):
    return kept * math.nan


def failing(kept, broken):
    return [][1]


def with_sine(kept, broken):
    return abs(math.sin(kept + broken))


def shares(own, form: str | None = None, monkeypatch=None) -> np.ndarray:
    if form:
        monkeypatch.setenv(SWITCH, form)
    return run_block(Block(SHORT.with_rules(own), 0, 3, 0)).outcomes.table


# what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rule", "words"),
    [
        ("trust.turst", own_trust, "there is no rule 'trust.turst'. Did you mean 'trust.trust'?"),
        ("trust.trust", 3, "the rule 'trust.trust' is to be a function, not 3"),
        ("trust.trust", lambda a: a, "the rule 'trust.trust' takes (kept, broken); the one given takes (a)"),
        ("trust.trust", lambda *a: 0.5, "the rule 'trust.trust' takes (kept, broken); the one given takes any number"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused(name, rule, words):
    for refuse in (
        lambda: with_rules({name: rule}),
        lambda: steppewise.run("baseline", runs=2, rules={name: rule}),
        lambda: steppewise.compare("baseline", runs=2, rules={name: rule}),
        lambda: RegionalInfluenceModel(SHORT, 0, rules={name: rule}),
    ):
        with pytest.raises(SteppewiseError) as caught:
            refuse()
        assert str(caught.value) == words


def test_all_problems_are_told_at_once():
    with pytest.raises(SteppewiseError) as caught:
        with_rules({"trust.turst": own_trust, "trust.trust": 3})
    assert len(caught.value.problems) == 2


def test_every_rule_has_a_name():
    assert rules()["trust.trust"] is trust.trust
    assert len(rules()) > 40


# what is obeyed -----------------------------------------------------------------------------------------------------


def test_an_own_rule_is_obeyed_by_the_model_and_leaves_the_standard_alone():
    own, usual = RegionalInfluenceModel(SHORT, 0, rules={"trust.trust": own_trust}), RegionalInfluenceModel(SHORT, 0)
    for model in (own, usual):
        model.step()
    w = own.world
    assert w.trust[0, 0] == own_trust(w.kept[0, 0] + w.news_kept[0, 0], w.broken[0, 0] + w.news_broken[0, 0])
    assert w.trust[0, 0] != usual.world.trust[0, 0]
    assert standard().modules["rules.trust"].trust is trust.trust


def test_an_own_rule_is_obeyed_in_all_forms_with_the_same_bits(monkeypatch):
    own = {"trust.trust": own_trust, "hedging.shifted": lambda_of(0.5)}
    found = {}
    for name, kind in FORMS.items():
        found[name] = shares(own, name, monkeypatch)
        assert isinstance(form_for(own), kind)
    np.testing.assert_array_equal(found["native"], found["floats"])
    np.testing.assert_array_equal(found["wasm"], found["floats"])
    assert (found["floats"] != shares({}, "floats", monkeypatch)).any()


def lambda_of(pace: float):
    def shifted(engagement, aim, speed):
        return engagement + pace * (aim - engagement)

    return shifted


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (with_sine, "with_sine, line 2: 'math.sin(kept + broken)' cannot be said for many worlds"),
        (lambda kept, broken: kept / (kept + broken), "is not written with def"),
    ],
)
def test_what_cannot_be_compiled_runs_in_plain_python_and_says_so(caplog, rule, why):
    form = form_for({"trust.trust": rule})
    assert isinstance(form, Floats)
    assert "Worlds run on plain Python, the same numbers, but slower: " in caplog.text
    assert why in caplog.text


def test_a_comparison_of_one_scenario_is_without_and_with_the_rules():
    found = steppewise.compare("baseline", runs=5, rules={"trust.trust": own_trust})
    assert [spec.name for spec in found.specs] == ["baseline", "baseline-with-own-trust-trust"]
    assert found.specs[1].title.endswith(", with own trust.trust")
    assert found.at("regional_trust", "japan").mean < 0


def test_a_sweep_obeys_own_rules_and_keeps_apart(tmp_path):
    usual, own = (
        steppewise.sweep("coercive-conditions", worlds=2, folder=tmp_path, rules=own, workers=1)
        for own in ({}, {"trust.trust": own_trust})
    )
    assert usual.folder != own.folder
    name = own.study.outcomes[0]
    assert (usual.responses.of(name) != own.responses.of(name)).any()


# what fails -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (none, "the rule 'trust.trust' returned None for ("),
        (not_a_number, "the rule 'trust.trust' returned nan for ("),
        (failing, "the rule 'trust.trust' failed: IndexError: list index out of range"),
    ],
)
def test_a_world_that_a_rule_fails_names_the_rule(monkeypatch, form, rule, words):
    monkeypatch.setenv(SWITCH, form)
    result = run_block(Block(SHORT.with_rules({"trust.trust": rule}), 0, 3, 0))
    assert all(status.startswith(words) for status in result.status), result.status


# digests --------------------------------------------------------------------------------------------------------


def test_equal_rules_have_equal_digests():
    assert digest_of({}) == digest_of_files()
    assert digest_of({"hedging.shifted": lambda_of(0.5)}) == digest_of({"hedging.shifted": lambda_of(0.5)})
    different = [
        {},
        {"hedging.shifted": lambda_of(0.5)},
        {"hedging.shifted": lambda_of(0.6)},
        {"trust.trust": own_trust},
        {"trust.trust": none},
    ]
    assert len({digest_of(own) for own in different}) == len(different)
    assert len({fingerprint(SHORT.with_rules(own)) for own in different}) == len(different)


def test_what_a_rule_uses_is_part_of_its_digest():
    table = {"pace": 0.5}

    def shifted(engagement, aim, speed):
        return engagement + table["pace"] * (aim - engagement)

    first, again = (digest_of({"hedging.shifted": shifted}) for _ in range(2))
    table["pace"] = 0.6
    assert first == again != digest_of({"hedging.shifted": shifted})
