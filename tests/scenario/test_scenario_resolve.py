"""From a file to a specification: actors, values, events, labels."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from steppewise.errors import SteppewiseError
from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.names import fits
from steppewise.evidence.types import Parameter
from steppewise.scenario.event import Event
from steppewise.scenario.events.alliance import Alliance
from steppewise.scenario.events.budget import BudgetChange
from steppewise.scenario.events.corridor import Corridor
from steppewise.scenario.events.format import FormatChange
from steppewise.scenario.events.labour_pathway import LabourPathway
from steppewise.scenario.events.membership import Membership
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.pressure import Pressure
from steppewise.scenario.events.remittance_shock import RemittanceShock
from steppewise.scenario.events.resource_price import ResourcePrice
from steppewise.scenario.events.security_crisis import SecurityCrisis
from steppewise.scenario.events.set import SetParameters
from steppewise.scenario.events.trade_shock import TradeShock
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import STRUCTURES, ScenarioSpec

FIVE = ("kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan")
AT = Quarter.parse("2026Q1")


def spec_of(folder: Path, text: str) -> ScenarioSpec:
    file = folder / "story.yaml"
    file.write_text(f"name: story\nstart: 2025Q3\nend: 2040Q4\n{text}", encoding="utf-8")
    return load_scenario(file)


def event_of(folder: Path, text: str) -> Event:
    (event,) = spec_of(folder, f"events:\n  - {{at: 2026Q1, {text}}}\n").events
    return event


# values -----------------------------------------------------------------------------------------------------

MADE = ("assumed", "scenario story", "set in story.yaml")


@pytest.mark.parametrize(
    ("text", "numbers", "evidence"),
    [
        ("0.5", (0.5, 0.5, 0.5), MADE),
        ("1", (1.0, 1.0, 1.0), MADE),
        ("very high", (0.9, 0.8, 1.0), MADE),
        ("{low: 0.2, high: 0.4}", (0.3, 0.2, 0.4), MADE),
        ("{value: 0.2}", (0.2, 0.2, 0.2), MADE),
        ("{value: 0.25, low: 0.2, high: 0.4}", (0.25, 0.2, 0.4), MADE),
        ("{value: low, low: 0, high: 1}", (0.3, 0.0, 1.0), MADE),
        ("{value: 0.3, source: [wdi, my notes]}", (0.3, 0.3, 0.3), ("assumed", "wdi; my notes", "set in story.yaml")),
        ("{value: low, source: my notes}", (0.3, 0.2, 0.4), ("coded", "my notes", "set in story.yaml")),
        ("{value: low, source: my notes, class: assumed, reason: w}", (0.3, 0.2, 0.4), ("assumed", "my notes", "w")),
        ("{value: 0.3, source: my notes}", (0.3, 0.3, 0.3), ("assumed", "my notes", "set in story.yaml")),
        ("{value: 0.3, class: stated, source: a, reason: ''}", (0.3, 0.3, 0.3), ("stated", "a", "")),
    ],
)  # fmt: skip
def test_a_value_in_all_its_forms(
    tmp_path: Path, text: str, numbers: tuple[float, ...], evidence: tuple[str, ...]
) -> None:
    found = spec_of(tmp_path, f"set: {{powers.japan.predictability: {text}}}\n").parameters[
        "powers.japan.predictability"
    ]
    assert (found.value, found.low, found.high) == pytest.approx(numbers)
    assert (found.evidence, found.source, found.reason) == evidence
    assert type(found.value) is float


def test_wildcards_stand_for_one_part_and_the_precise_name_wins(tmp_path: Path) -> None:
    text = "  ties.japan.*.trust.kept: 5\n  ties.*.kazakhstan.trust.kept: 6\n  ties.japan.kazakhstan.trust.kept: 7\n"
    evidence = load_evidence()
    with pytest.raises(Exception, match="sets the same parameter"):
        spec_of(tmp_path, f"set:\n{text}")
    spec = spec_of(tmp_path, "set:\n  ties.*.*.trust.kept: 4\n  ties.japan.*.trust.kept: 5\n  states.*.needs.*: 0.5\n")
    assert spec.parameters["ties.japan.kazakhstan.trust.kept"].value == 5
    assert spec.parameters["ties.china.kazakhstan.trust.kept"].value == 4
    assert spec.parameters["states.uzbekistan.needs.energy"].value == 0.5
    assert "ties.south_korea.kazakhstan.trust.kept" in evidence.parameters
    assert "ties.south_korea.kazakhstan.trust.kept" not in spec.parameters
    assert len(spec.changed) == 4 * 5 + 5 * 6


def test_links_may_be_named_from_either_end(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "set: {links.uzbekistan.*.cooperation: 0.9, links.tajikistan.kazakhstan.border: 1}\n")
    assert set(spec.changed) == {
        "links.kazakhstan.tajikistan.border",
        "links.kazakhstan.uzbekistan.cooperation",
        "links.uzbekistan.kyrgyzstan.cooperation",
        "links.uzbekistan.tajikistan.cooperation",
        "links.uzbekistan.turkmenistan.cooperation",
    }


def test_patterns() -> None:
    assert fits("powers.*.gdp", "powers.japan.gdp")
    assert not fits("powers.*", "powers.japan.gdp")
    assert not fits("powers.jap*.gdp", "powers.japan.gdp")
    assert fits("links.b.a.border", "links.a.b.border")
    assert not fits("ties.b.a.aid", "ties.a.b.aid")


# actors -----------------------------------------------------------------------------------------------------


def test_the_usual_cast_has_exactly_its_parameters(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "")
    evidence = load_evidence()
    assert spec.power_names == ("japan", "china", "russia", "united_states")
    assert spec.state_names == FIVE
    assert spec.changed == ()
    assert all(evidence.parameters[name] is parameter for name, parameter in spec.parameters.items())
    assert {name for name in evidence.parameters if "south_korea" not in name} == set(spec.parameters)


def test_an_optional_power_joins_in_the_order_of_the_evidence(tmp_path: Path) -> None:
    new = "{name: turkiye, kind: power, label: Türkiye, iso3: TUR, like: japan}"
    spec = spec_of(tmp_path, f"actors: {{add: [{new}, south_korea], remove: [russia, tajikistan]}}\n")
    assert spec.power_names == ("japan", "china", "united_states", "south_korea", "turkiye")
    assert spec.state_names == ("kazakhstan", "uzbekistan", "kyrgyzstan", "turkmenistan")
    assert not [name for name in spec.parameters if "russia" in name or "tajikistan" in name]


def test_a_new_power_is_like_another(tmp_path: Path) -> None:
    new = "{name: turkiye, kind: power, label: Türkiye, iso3: TUR, like: japan}"
    spec = spec_of(tmp_path, f"actors: {{add: [{new}]}}\nset: {{powers.turkiye.gdp: 720}}\n")
    assert spec.powers[-1].label == "Türkiye"
    assert spec.parameters["powers.turkiye.gdp"].value == 720
    for name, parameter in spec.parameters.items():
        if "turkiye" in name and name != "powers.turkiye.gdp":
            model = spec.parameters[name.replace("turkiye", "japan")]
            assert numbers(parameter) == numbers(model)
            assert (parameter.name, parameter.evidence) == (name, "assumed")
            assert (parameter.source, parameter.reason) == ("scenario story", "like japan")
            assert name in spec.changed


def test_a_new_state_has_ties_to_all_and_the_borders_that_are_named(tmp_path: Path) -> None:
    new = "{name: azerbaijan, kind: state, label: Azerbaijan, iso3: AZE, like: turkmenistan, borders: [turkmenistan]}"
    spec = spec_of(tmp_path, f"actors: {{add: [{new}]}}\n")
    names = set(spec.parameters)
    assert {f"ties.{power}.azerbaijan.trade" for power in spec.power_names} <= names
    assert {f"links.{a}.{b}.border" for a, b in combinations(spec.state_names, 2)} <= names
    borders = {name: spec.parameters[f"links.{name}.azerbaijan.border"].value for name in FIVE}
    assert borders == dict.fromkeys(FIVE, 0.0) | {"turkmenistan": 1.0}
    alike = [spec.parameters[f"links.{name}.turkmenistan.cooperation"] for name in FIVE[:4]]
    mean = spec.parameters["links.turkmenistan.azerbaijan.cooperation"]
    assert mean.value == pytest.approx(sum(parameter.value for parameter in alike) / 4)
    copy = spec.parameters["links.kazakhstan.azerbaijan.cooperation"]
    assert numbers(copy) == numbers(spec.parameters["links.kazakhstan.turkmenistan.cooperation"])


def numbers(parameter: Parameter) -> tuple[float, float, float]:
    return parameter.value, parameter.low, parameter.high


# events -----------------------------------------------------------------------------------------------------


def label(text: str) -> tuple[str, Quarter, float]:
    return text, AT, 1.0


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("visit: held, by: japan, to: all",
         Visit(*label("visit/japan/all/1"), "held", "japan", FIVE, "leader", 0.0)),
        ("visit: cancelled, by: japan, to: [uzbekistan, kazakhstan], level: minister",
         Visit(*label("visit/japan/kazakhstan+uzbekistan/1"), "cancelled", "japan", FIVE[:2], "minister", 0.7)),
        ("visit: cancelled, by: japan, to: all, blame: none",
         Visit(*label("visit/japan/all/1"), "cancelled", "japan", FIVE, "leader", 0.0)),
        ("visit: cancelled, by: japan, to: all, blame: very low",
         Visit(*label("visit/japan/all/1"), "cancelled", "japan", FIVE, "leader", 0.1)),
        ("package: 2, by: japan, to: all",
         Package(*label("package/japan/all/1"), 2.0, "japan", FIVE, 5.0, None, None)),
        ("package: 2, by: japan, to: all, over: 3, mix: {aid: 1, connectivity: 3}, execution: high",
         Package(*label("package/japan/all/1"), 2.0, "japan", FIVE, 3.0, (0.25, 0.75, 0.0), 0.7)),
        ("package: 2, by: japan, to: all, execution: 0",
         Package(*label("package/japan/all/1"), 2.0, "japan", FIVE, 5.0, None, 0.0)),
        ("labour_pathway: 0.5, by: japan, to: [tajikistan]",
         LabourPathway(*label("labour_pathway/japan/tajikistan/1"), 0.5, "japan", ("tajikistan",), 5.0, None)),
        ("pressure: high, by: russia, to: [kazakhstan]",
         Pressure(*label("pressure/russia/kazakhstan/1"), 0.7, "russia", ("kazakhstan",), 1.0)),
        ("budget: 0.5, by: china", BudgetChange(*label("budget/china/-/1"), 0.5, "china", None)),
        ("budget: 0, by: china, over: 2", BudgetChange(*label("budget/china/-/1"), 0.0, "china", 2.0)),
        ("corridor: 1, along: [turkmenistan, kazakhstan]",
         Corridor(*label("corridor/-/turkmenistan+kazakhstan/1"), 1.0, None, ("turkmenistan", "kazakhstan"))),
        ("corridor: 1, along: [turkmenistan, kazakhstan], by: china",
         Corridor(*label("corridor/china/turkmenistan+kazakhstan/1"), 1.0, "china", ("turkmenistan", "kazakhstan"))),
        ("format: ended, by: japan", FormatChange(*label("format/japan/-/1"), "ended", "japan")),
        ("membership: joined, by: russia, to: [tajikistan]",
         Membership(*label("membership/russia/tajikistan/1"), "joined", "russia", ("tajikistan",))),
        ("alliance: formed, by: china, to: [tajikistan]",
         Alliance(*label("alliance/china/tajikistan/1"), "formed", "china", ("tajikistan",), 0.3)),
        ("alliance: ended, by: russia, to: all, strength: 0.2",
         Alliance(*label("alliance/russia/all/1"), "ended", "russia", FIVE, 0.2)),
        ("trade_shock: 0.3, by: russia, to: all",
         TradeShock(*label("trade_shock/russia/all/1"), 0.3, "russia", FIVE, 1.0)),
        ("remittance_shock: 0.5, to: [tajikistan, kyrgyzstan], over: 3",
         RemittanceShock(*label("remittance_shock/-/kyrgyzstan+tajikistan/1"), 0.5, None, FIVE[2:4], 3.0)),
        ("remittance_shock: 0, by: russia, to: all",
         RemittanceShock(*label("remittance_shock/russia/all/1"), 0.0, "russia", FIVE, 1.0)),
        ("resource_price: 1.5", ResourcePrice(*label("resource_price/-/all/1"), 1.5, FIVE, 1.0)),
        ("security_crisis: 2, to: [kazakhstan], over: 0.5",
         SecurityCrisis(*label("security_crisis/-/kazakhstan/1"), 2.0, ("kazakhstan",), 0.5)),
        ("set: {powers.japan.execution: low, powers.*.growth: 0, powers.china.growth: 0.1}",
         SetParameters(
             *label("set/-/powers.*.growth+powers.china.growth+powers.japan.execution/1"),
             (("powers.china.growth", 0.1), ("powers.japan.execution", 0.3), ("powers.japan.growth", 0.0),
              ("powers.russia.growth", 0.0), ("powers.united_states.growth", 0.0)))),
    ],
)  # fmt: skip
def test_every_kind_of_event(tmp_path: Path, text: str, event: Event) -> None:
    assert event_of(tmp_path, text) == event


def test_probability_is_kept(tmp_path: Path) -> None:
    assert event_of(tmp_path, "format: ended, by: japan, probability: 0.3, note: perhaps").probability == 0.3


def test_labels_count_what_is_alike_and_do_not_know_the_date(tmp_path: Path) -> None:
    spec = spec_of(
        tmp_path,
        "events:\n  - {at: 2031Q1, visit: held, by: japan, to: all}\n"
        "  - {at: 2026Q1, visit: held, by: japan, to: all}\n"
        "  - {at: 2026Q1, visit: held, by: china, to: all}\n",
    )
    assert [event.label for event in spec.events] == ["visit/japan/all/1", "visit/japan/all/2", "visit/china/all/1"]


def test_adding_an_actor_leaves_labels_alone(tmp_path: Path) -> None:
    visits = "events:\n  - {at: 2026Q1, visit: held, by: japan, to: all}\n  - {at: 2026Q1, set: {powers.*.growth: 0}}\n"
    plain = spec_of(tmp_path, visits)
    more = spec_of(tmp_path, f"actors: {{add: [south_korea]}}\n{visits}")
    assert [event.label for event in plain.events] == [event.label for event in more.events]


def test_empty_blocks_are_empty(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "set:\nevents:\nmechanisms:\nactors:\n")
    assert (spec.events, spec.changed, spec.switched_off) == ((), (), frozenset())


@pytest.mark.parametrize("word", ["off", "false"])
def test_mechanisms_are_switched(tmp_path: Path, word: str) -> None:
    assert spec_of(tmp_path, f"mechanisms: {{transit: {word}, gravity: on, trust: true}}\n").switched_off == {"transit"}


def test_the_model_s_own_formulations_come_first(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "")
    assert spec.structure == {part: next(iter(choices)) for part, choices in STRUCTURES.items()}
    assert spec.rivals == {}
    chosen = spec_of(tmp_path, "structure: {influence: capacity_only, trust: reputation}\n")
    assert chosen.rivals == {"influence": "capacity_only"}
    assert chosen.structure.keys() == STRUCTURES.keys()


def test_a_scenario_with_other_formulations_tells_them_in_its_name() -> None:
    spec = load_scenario("baseline")
    other = spec.with_structure({"trust": "recent", "influence": "capacity_only", "trade": "resistance"})
    assert other.rivals == {"trust": "recent", "influence": "capacity_only"}
    assert other.name == "baseline-with-influence-capacity-only-trust-recent"
    assert other.title == "As things stand, with influence capacity_only, trust recent"
    assert spec.with_structure({"trade": "resistance"}) is spec
    assert other.with_structure({"trust": "reputation"}).rivals == {"influence": "capacity_only"}
    assert pickle.loads(pickle.dumps(other)) == other


def test_a_formulation_that_there_is_not_gets_the_nearest() -> None:
    with pytest.raises(SteppewiseError) as caught:
        load_scenario("baseline").with_structure({"trusst": "recent", "influence": "capacity", "trade": "resistance"})
    assert [str(problem) for problem in caught.value.problems] == [
        "there is no part with rival formulations 'trusst'. Allowed: allocation, trust, choice, influence, trade. "
        "Did you mean 'trust'?",
        "there is no formulation of influence 'capacity'. Allowed: consent_and_capacity, capacity_only, consent_only. "
        "Did you mean 'capacity_only'?",
    ]


@pytest.mark.parametrize("name", ["baseline", "coercive-format"])
def test_a_scenario_is_the_same_in_another_process_and_unpacked_once(name: str) -> None:
    spec = load_scenario(name)
    packed = pickle.dumps(spec)
    again = pickle.loads(packed)
    assert again == spec
    assert pickle.loads(packed) is again
    changed = spec.with_parameters({})
    assert changed == spec
    assert pickle.loads(pickle.dumps(replace(changed, end=changed.start))).end == spec.start
