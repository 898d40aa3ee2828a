"""Rules of one's own: refused where they cannot be, obeyed in all forms, named where they fail, told in digests."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import wraps
from types import ModuleType

import numpy as np
import pytest

import steppewise
from steppewise.engine import digest
from steppewise.engine.compiled import Native, Wasm
from steppewise.engine.digest import digest_of, digest_of_files
from steppewise.engine.floats import Floats
from steppewise.engine.forms import SWITCH, form_for
from steppewise.errors import SteppewiseError
from steppewise.experiment.block import Block, run_block
from steppewise.scenario.events.corridor import Corridor
from steppewise.scenario.freeze import fingerprint
from steppewise.scenario.own_rules import Rule
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import STRUCTURES, ScenarioSpec
from steppewise.world import mathematics
from steppewise.world.layout import FIELDS
from steppewise.world.mathematics import exp, log, power, root
from steppewise.world.model import RegionalInfluenceModel
from steppewise.world.rules import allocation, choice, trust
from steppewise.world.source import MODULES, rules, standard, with_rules

BASELINE = load_scenario("baseline")
SHORT = replace(BASELINE, end=BASELINE.start.plus(5))
HALF = 0.5
FORMS = {"native": Native, "wasm": Wasm, "floats": Floats}


@pytest.fixture(scope="module", autouse=True)
def _cache_of_their_own(tmp_path_factory):
    """More libraries are compiled here than the user's cache folder keeps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


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


def stepped(*owns: Mapping[str, Rule], quarters: int = 2, spec: ScenarioSpec = SHORT) -> list[RegionalInfluenceModel]:
    """The same world under some rules and others."""
    models = [RegionalInfluenceModel(spec, 0, rules=own) for own in owns]
    for _ in range(quarters):
        for model in models:
            model.step()
    return models


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


def keyword_only(kept, *, broken):
    return 0.5


def with_more(kept, broken, more=1.0):
    return 0.5


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        (with_more, "(kept, broken, more)"),
        (keyword_only, "any number"),
        (lambda **named: 0.5, "any number"),
        (lambda: 0.5, "()"),
        (max, "any number"),
    ],
)
def test_a_rule_takes_as_many_numbers_as_the_one_that_it_replaces(rule, shown):
    with pytest.raises(SteppewiseError) as caught:
        with_rules({"trust.trust": rule})
    assert str(caught.value) == f"the rule 'trust.trust' takes (kept, broken); the one given takes {shown}"


def test_what_a_rule_calls_its_numbers_is_its_own_affair():
    def other_names(of_old, of_new):
        return of_old / (of_old + of_new)

    usual, own = (model.outcome("trust.japan.kazakhstan") for model in stepped({}, {"trust.trust": other_names}))
    assert usual == own


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


def test_every_rule_can_be_replaced_and_the_copies_ask_for_it():
    """Each rule once more, counting how often it is asked: the same numbers, and none is left out."""
    asked = dict.fromkeys(rules(), 0)

    def counted(name: str) -> Rule:
        @wraps(rules()[name])
        def rule(*given):
            asked[name] += 1
            return rules()[name](*given)

        return rule

    rivals = {part: list(choices)[1] for part, choices in STRUCTURES.items()}
    recorded = replace(SHORT, start=Quarter.parse("2010Q4"))
    corridor = Corridor("corridor", SHORT.start, 1.0, 1.0, None, ("kazakhstan", "uzbekistan"))
    opened = replace(SHORT, events=(*SHORT.events, corridor))
    for spec in (SHORT, SHORT.with_structure(rivals), recorded, opened):
        usual, own = stepped({}, {name: counted(name) for name in rules()}, spec=spec)
        for name in FIELDS:
            np.testing.assert_array_equal(usual.read(name), own.read(name), err_msg=name)
    assert all(asked.values()), asked


def test_the_standard_modules_stay_untouched():
    before = {name: dict(vars(standard().modules[name])) for name in MODULES}
    usual, own, after = stepped({}, {"trust.trust": own_trust, "choice.shifted": lambda_of(0.9)}, {})
    assert own.source.modules["rules.trust"].trust is own_trust
    assert own.source.modules["states"] is not standard().modules["states"]
    assert (own.read("trust") != usual.read("trust")).all()
    for name in MODULES:
        assert dict(vars(standard().modules[name])) == before[name], name
    for name in FIELDS:
        np.testing.assert_array_equal(usual.read(name), after.read(name), err_msg=name)


def test_no_own_rules_are_the_standard_source():
    assert with_rules({}) is standard()


def test_rules_of_a_scenario_are_those_of_its_model():
    own = {"trust.trust": own_trust}
    of_scenario, [by_argument] = RegionalInfluenceModel(SHORT.with_rules(own), 0), stepped(own, quarters=1)
    of_scenario.step()
    np.testing.assert_array_equal(of_scenario.read("trust"), by_argument.read("trust"))
    assert RegionalInfluenceModel(SHORT.with_rules(own), 0, rules={}).source is standard()


# the same bits in all forms -----------------------------------------------------------------------------------------

SLOPE = 0.3
COUNT = 3


def steep(x: float) -> float:
    return gentle(x) * SLOPE


def gentle(x: float) -> float:
    return x / (1.0 + abs(x))


def turned(one: float, other: float) -> tuple[float, float]:
    return other, one


def with_choices(substance, talk, talk_weight):
    """A text that says what the rule does is no part of it."""
    small = 0.0 < substance < 0.05
    part = substance / (1.0 + talk)
    return part * 0.9 if small or (part > 0.2 and talk_weight > 0.1) else part if part != 0.2 else 0.1


def with_min_and_max(kept, broken):
    lowest, highest = 0.3, 0.6
    return min(max(kept / (kept + broken), lowest, broken * -1.0), highest, 1.0)


def with_helpers(attraction, engagement, size, elasticity):
    return attraction * max(0.1 + steep(engagement), allocation.INDIFFERENCE) * exp(elasticity * size)


def with_steps(engagement, aim, speed):
    now, then = engagement, aim
    for i in range(COUNT):
        now = now + speed * (then - now) / (4.0 + i)
        now += 0.001 * i
    then, now = turned(now, then)
    return then * 1.0 + 0.0 * now


def with_mathematics(evidence, new, forgetting):
    more = root(1.0 + new) - 1.0 + log(1.0 + 0.001 * new) + mathematics.power(1.0 + forgetting, 0.5) * 1e-3
    return evidence + exp(-forgetting) * more / COUNT - power(1.01, -1.0) * 1e-3


def with_the_usual_rule(weight, connectivity, need, aid, fit, security_need, security):
    usual = choice.benefit(weight, connectivity, need, aid, fit, security_need, security)
    return 0.5 * usual + 0.5 * choice.shifted(fit, aid, 1.0)


def with_a_division_by_nothing(engagement, has_format):
    """Where it is not chosen, it does no harm."""
    return 0.9 * engagement if has_format < 2.0 else engagement / (has_format - has_format)


SAID = {
    "bandwidth.dependence": with_choices,
    "trust.trust": with_min_and_max,
    "allocation.pull": with_helpers,
    "choice.shifted": with_steps,
    "trust.remembered": with_mathematics,
    "choice.benefit": with_the_usual_rule,
    "dialogue.reach": with_a_division_by_nothing,
}
"""Rules that say, among them, all that can be said for many worlds."""


def test_all_that_can_be_said_has_the_same_bits_in_all_forms(monkeypatch):
    found = {}
    for name, kind in FORMS.items():
        found[name] = shares(SAID, name, monkeypatch)
        assert isinstance(form_for(SAID), kind)
    assert np.isfinite(found["floats"]).all()
    np.testing.assert_array_equal(found["native"], found["floats"])
    np.testing.assert_array_equal(found["wasm"], found["floats"])


@pytest.mark.parametrize("name", SAID)
def test_each_of_them_makes_a_difference(monkeypatch, name):
    usual, own = (shares(rules, "floats", monkeypatch) for rules in ({}, {name: SAID[name]}))
    assert (usual != own).any()


def test_rules_of_the_same_name_are_kept_apart(monkeypatch):
    """Two functions named `shifted`, of two paces, in two rules."""
    own = {"choice.shifted": lambda_of(0.25), "trust.credit": lambda_of(0.5)}
    native, floats = (shares(own, form, monkeypatch) for form in ("native", "floats"))
    np.testing.assert_array_equal(native, floats)
    assert (floats != shares({**own, "trust.credit": lambda_of(0.25)}, "floats", monkeypatch)).any()


def test_a_model_has_the_numbers_of_the_same_world_of_a_block(monkeypatch):
    monkeypatch.setenv(SWITCH, "native")
    [model] = stepped(SAID, quarters=len(SHORT.quarters))
    among = run_block(Block(SHORT.with_rules(SAID), 0, 3, 0)).outcomes
    for name in ("regional_share.japan", "trust.china.uzbekistan", "autonomy.kazakhstan", "promised.russia"):
        assert model.outcome(name) == among[name][0]


def test_an_own_rule_is_obeyed_in_all_forms_with_the_same_bits(monkeypatch):
    own = {"trust.trust": own_trust, "choice.shifted": lambda_of(0.5)}
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


# what cannot be compiled --------------------------------------------------------------------------------------------


def with_while(kept, broken):
    while kept > 1.0:
        kept = kept / 2.0
    return kept


def with_power(kept, broken):
    return kept**0.5 / (kept + broken)


def with_not(kept, broken):
    return 0.7 if not kept > broken else 0.3


def with_names(kept, broken):
    return helper(kept=kept, broken=broken)


def with_list(kept, broken):
    return sum([kept, 0.0]) / (kept + broken)


def with_import(kept, broken):
    import math

    return math.fabs(kept) / (kept + broken)


def with_helper_that_cannot(kept, broken):
    return with_power(kept, broken)


CANNOT = [
    (with_sine, "with_sine, line 2: 'math.sin(kept + broken)' cannot be said for many worlds"),
    (with_while, "with_while, line 2: 'while kept > 1.0:' cannot be said for many worlds"),
    (with_power, "with_power, line 2: 'kept ** 0.5' cannot be said for many worlds"),
    (with_not, "with_not, line 2: 'not kept > broken' cannot be said for many worlds"),
    (with_names, "with_names, line 2: 'helper(kept=kept, broken=broken)' cannot be said for many worlds"),
    (with_list, "with_list, line 2: '[kept, 0.0]' cannot be said for many worlds"),
    (with_import, "with_import, line 2: 'import math' cannot be said for many worlds"),
    (with_helper_that_cannot, "with_power, line 2: 'kept ** 0.5' cannot be said for many worlds"),
    (lambda kept, broken: kept / (kept + broken), "is not written with def"),
]


@pytest.mark.parametrize("form", ["native", "wasm"])
@pytest.mark.parametrize(("rule", "why"), CANNOT)
def test_what_cannot_be_compiled_runs_in_plain_python_and_says_so(monkeypatch, caplog, form, rule, why):
    monkeypatch.setenv(SWITCH, form)
    assert isinstance(form_for({"trust.trust": rule}), Floats)
    [warning] = [record for record in caplog.records if record.name == "steppewise"]
    assert warning.levelname == "WARNING"
    assert "Worlds run on plain Python, the same numbers, but slower: " in warning.getMessage()
    assert why in warning.getMessage()
    np.testing.assert_array_equal(
        shares({"trust.trust": rule}, form, monkeypatch), shares({"trust.trust": rule}, "floats", monkeypatch)
    )


def test_where_plain_python_is_wished_for_nothing_is_said(monkeypatch, caplog):
    monkeypatch.setenv(SWITCH, "floats")
    for rule in (with_while, own_trust):
        assert isinstance(form_for({"trust.trust": rule}), Floats)
    assert not caplog.records


def branching(kept, broken):
    if kept > broken:
        return 0.6
    return 0.4


def test_a_branch_between_worlds_runs_in_plain_python_too(monkeypatch):
    """`if` is for what is the same in all worlds; `a if c else b` for what is not."""
    own = {"trust.trust": branching}
    np.testing.assert_array_equal(*(shares(own, form, monkeypatch) for form in ("native", "floats")))
    assert isinstance(form_for(own), Floats)


# commands that take rules -------------------------------------------------------------------------------------------


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


FAST = 0.5
"""A speed that some worlds have drawn above, others below."""


def fails_in_fast_worlds(engagement, aim, speed):
    return [][1] if speed > FAST else choice.shifted(engagement, aim, speed)


def infinite_in_fast_worlds(engagement, aim, speed):
    return choice.shifted(engagement, aim, speed) if speed <= FAST else 1.0 / (aim - aim)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (fails_in_fast_worlds, "the rule 'choice.shifted' failed: IndexError: list index out of range"),
        (infinite_in_fast_worlds, "the rule 'choice.shifted' returned "),
    ],
)
def test_worlds_that_a_rule_does_not_fail_are_as_ever(monkeypatch, form, rule, words):
    monkeypatch.setenv(SWITCH, form)
    found = run_block(Block(SHORT.with_rules({"choice.shifted": rule}), 0, 12, 0))
    usual = run_block(Block(SHORT, 0, 12, 0))
    slow = usual.parameters["world.hedging.speed"] <= FAST
    assert 0 < slow.sum() < 12
    assert [status == "ok" for status in found.status] == slow.tolist()
    assert all(status.startswith(words) for status in found.status if status != "ok"), found.status
    np.testing.assert_array_equal(found.outcomes.table[:, slow], usual.outcomes.table[:, slow])


@pytest.mark.parametrize("form", FORMS)
def test_a_rule_that_fails_beside_one_that_does_not_is_the_one_that_is_named(monkeypatch, form):
    monkeypatch.setenv(SWITCH, form)
    own = {"choice.shifted": lambda_of(0.5), "trust.remembered": lambda evidence, new, forgetting: math.nan}
    result = run_block(Block(SHORT.with_rules(own), 0, 2, 0))
    assert all(status.startswith("the rule 'trust.remembered' returned nan for (") for status in result.status)


# digests --------------------------------------------------------------------------------------------------------


def test_equal_rules_have_equal_digests():
    assert digest_of({}) == digest_of_files()
    assert digest_of({"choice.shifted": lambda_of(0.5)}) == digest_of({"choice.shifted": lambda_of(0.5)})
    different = [
        {},
        {"choice.shifted": lambda_of(0.5)},
        {"choice.shifted": lambda_of(0.6)},
        {"trust.trust": own_trust},
        {"trust.trust": none},
    ]
    assert len({digest_of(own) for own in different}) == len(different)
    assert len({fingerprint(SHORT.with_rules(own)) for own in different}) == len(different)


def test_what_a_rule_uses_is_part_of_its_digest():
    table = {"pace": 0.5}

    def shifted(engagement, aim, speed):
        return engagement + table["pace"] * (aim - engagement)

    first, again = (digest_of({"choice.shifted": shifted}) for _ in range(2))
    table["pace"] = 0.6
    assert first == again != digest_of({"choice.shifted": shifted})


def test_a_digest_is_that_of_all_rules_in_any_order():
    one, other = {"trust.trust": own_trust}, {"choice.shifted": lambda_of(0.5)}
    assert digest_of({**one, **other}) == digest_of({**other, **one})
    assert len({digest_of(own) for own in (one, other, {**one, **other})}) == 3
    assert digest_of({"trust.trust": none}) != digest_of({"allocation.pull": none})


def test_what_helpers_and_constants_are_is_part_of_a_digest(monkeypatch):
    own = {"trust.trust": own_trust}
    before = digest_of(own)
    monkeypatch.setattr(sys.modules[__name__], "HALF", 0.25)
    assert digest_of(own) != before
    monkeypatch.undo()
    assert digest_of(own) == before
    monkeypatch.setattr(sys.modules[__name__], "helper", gentle)
    assert digest_of(own) != before


def test_the_digest_of_files_is_that_of_every_line_but_of_no_line_end(tmp_path, monkeypatch):
    for source in (digest.PACKAGE / name for name in ("world", "engine", "evidence")):
        for path in source.rglob("*"):
            if path.suffix in {".py", ".h"}:
                copy = tmp_path / path.relative_to(digest.PACKAGE)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    expected = digest_of_files()
    monkeypatch.setattr(digest, "PACKAGE", tmp_path)
    assert digest_of_files.__wrapped__() == expected
    for name in ("world/rules/trust.py", "world/rules/__init__.py", "world/region.py", "engine/lanes.h"):
        path = tmp_path / name
        text = path.read_bytes()
        path.write_bytes(text + b"#")
        assert digest_of_files.__wrapped__() != expected, name
        path.write_bytes(text)
    assert digest_of_files.__wrapped__() == expected


# bugs that are known ------------------------------------------------------------------------------------------------


def whole_third(kept, broken):
    return kept / (kept + broken) * (1 / COUNT)


def larger_constant(attraction, engagement, size, elasticity):
    return attraction * max(SLOPE, HALF)


def retyped(engagement, aim, speed):
    pace = 1
    pace = 0.5
    return engagement + pace * speed * (aim - engagement)


def test_plain_numbers_are_those_of_python(monkeypatch):
    own = {"trust.trust": whole_third, "allocation.pull": larger_constant, "choice.shifted": retyped}
    np.testing.assert_array_equal(*(shares(own, form, monkeypatch) for form in ("native", "floats")))


def halved(rule: Rule) -> Rule:
    @wraps(rule)
    def half(kept, broken):
        return 0.5 * rule(kept, broken)

    return half


@halved
def decorated(kept, broken):
    return kept / (kept + broken)


def test_a_decorator_is_obeyed(monkeypatch):
    own = {"trust.trust": decorated}
    np.testing.assert_array_equal(*(shares(own, form, monkeypatch) for form in ("native", "floats")))


def endless(x):
    return 1.0 if x < 1.0 else x * endless(x - 1.0)


def recursive(kept, broken):
    return kept / (kept + broken) * endless(0.5)


def test_a_function_that_calls_itself_runs_in_plain_python(monkeypatch):
    own = {"trust.trust": recursive}
    np.testing.assert_array_equal(*(shares(own, form, monkeypatch) for form in ("native", "floats")))


settings = ModuleType("settings")
settings.pace = 0.5


def by_settings(engagement, aim, speed):
    return engagement + settings.pace * (aim - engagement)


def test_what_a_rule_reads_of_a_module_is_part_of_its_digest(monkeypatch):
    before = digest_of({"choice.shifted": by_settings})
    monkeypatch.setattr(settings, "pace", 0.25)
    assert digest_of({"choice.shifted": by_settings}) != before
