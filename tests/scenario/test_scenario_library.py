"""The library of scenarios: complete, quoted word for word, in pairs that differ in one thing, with its schema."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.schemas import references
from tests.support.shipped import shipped

from steppewise.errors import SteppewiseError
from steppewise.evidence.catalogue import load_evidence
from steppewise.scenario.event import Event
from steppewise.scenario.events.package import Package
from steppewise.scenario.events.visit import Visit
from steppewise.scenario.library import library, library_folder, library_path
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.schema import scenario_schema, schema_text
from steppewise.scenario.spec import MECHANISMS, STRUCTURES, ScenarioSpec
from steppewise.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]
NAMES = shipped()
AT_LEAST = {
    "baseline", "history", "visit-held", "visit-cancelled", "visit-cancelled-blamed", "package-delivered",
    "package-announced-only", "japan-more-effort", "japan-recession", "china-surge", "russia-retreat",
    "us-withdrawal", "coercive-format", "regional-integration", "south-korea-joins", "sanctions-on-russia",
    "remittances-fall", "middle-corridor", "alliance-weakens", "tokyo-summit-2025",
}  # fmt: skip
QUOTE = re.compile(r"# ((?:tca2025|ankasam2021)-\d+): “(.+)”$", re.MULTILINE)


def own_events(spec: ScenarioSpec) -> tuple[Event, ...]:
    """The events that a scenario adds to those of baseline."""
    inherited = load_scenario("baseline").events
    assert spec.events[: len(inherited)] == inherited
    return spec.events[len(inherited) :]


def test_the_library_is_complete_and_baseline_comes_first() -> None:
    assert set(NAMES) >= AT_LEAST
    assert NAMES[:2] == ("baseline", "history")
    assert library_folder() == ROOT / "scenarios"


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_says_what_it_is_for(name: str) -> None:
    spec = load_scenario(name)
    assert spec.name == name
    assert spec.title != name
    assert spec.question.endswith("?")
    assert spec.look_for
    assert library_path(name).read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.parametrize("name", NAMES)
def test_quotations_are_word_for_word(name: str) -> None:
    claims = load_evidence().claims
    text = library_path(name).read_text(encoding="utf-8")
    quotes = QUOTE.findall(text)
    assert len(quotes) == text.count("“"), "a quotation without its claim"
    for claim, words in quotes:
        assert words in claims[claim].passage, claim


@pytest.mark.parametrize("name", NAMES[2:])
def test_all_but_history_share_the_dates_of_baseline(name: str) -> None:
    spec, baseline = load_scenario(name), load_scenario("baseline")
    assert (spec.start, spec.end, spec.lineage) == (baseline.start, baseline.end, (name, "baseline"))


def test_baseline_runs_from_2025_to_2040_and_holds_the_visits_of_august_2025() -> None:
    spec = load_scenario("baseline")
    assert (str(spec.start), str(spec.end), len(spec.quarters)) == ("2025Q3", "2040Q4", 62)
    (visit,) = spec.events
    assert isinstance(visit, Visit)
    assert (str(visit.at), visit.by, visit.to, visit.level) == (
        "2025Q3", "japan", ("kazakhstan", "uzbekistan"), "minister"
    )  # fmt: skip
    assert spec.changed == ()


def test_the_two_packages_differ_in_execution_only() -> None:
    delivered, announced = load_scenario("package-delivered"), load_scenario("package-announced-only")
    assert delivered.parameters == announced.parameters
    (one,), (other,) = own_events(delivered), own_events(announced)
    assert isinstance(one, Package)
    assert isinstance(other, Package)
    assert (one.execution, other.execution) == (0.9, 0.0)
    assert replace(one, execution=None) == replace(other, execution=None)


def test_the_three_visits_differ_in_their_outcome_only() -> None:
    names = ("visit-held", "visit-cancelled", "visit-cancelled-blamed")
    visits = [event for name in names for event in own_events(load_scenario(name)) if isinstance(event, Visit)]
    assert [(visit.outcome, visit.blame) for visit in visits] == [("held", 0), ("cancelled", 0), ("cancelled", 0.7)]
    assert len({replace(visit, outcome="held", blame=0.0) for visit in visits}) == 1


def test_the_coercive_format_differs_in_coerciveness_only() -> None:
    spec, baseline = load_scenario("coercive-format"), load_scenario("baseline")
    assert spec.changed == ("powers.japan.coerciveness",)
    assert spec.events == baseline.events


def test_the_summit_in_tokyo_is_held_and_its_promise_kept_in_part() -> None:
    visit, package = own_events(load_scenario("tokyo-summit-2025"))
    assert isinstance(visit, Visit)
    assert isinstance(package, Package)
    assert str(visit.at) == str(package.at) == "2025Q4"
    assert visit.outcome == "held"
    (usual,) = (one for one in own_events(load_scenario("package-delivered")) if isinstance(one, Package))
    assert package.amount / usual.amount == pytest.approx(8, abs=0.5)
    assert package.execution == load_evidence().levels["low"].value


def test_south_korea_joins() -> None:
    spec = load_scenario("south-korea-joins")
    assert spec.power_names == (*load_scenario("baseline").power_names, "south_korea")


def test_lists_show_title_and_question() -> None:
    entries = {entry.name: entry for entry in library()}
    assert tuple(name for name in entries if name in NAMES) == NAMES
    assert entries["baseline"].title == load_scenario("baseline").title
    assert entries["baseline"].question == load_scenario("baseline").question


def test_an_installed_package_brings_its_own_library(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "steppewise"
    assert library_folder(package) == tmp_path / "scenarios"
    (package / "_library" / "scenarios").mkdir(parents=True)
    assert library_folder(package) == package / "_library" / "scenarios"


def test_a_name_is_no_path() -> None:
    for name in ("..", "", "BASELINE", "schema", "baseline.yml"):
        with pytest.raises(SteppewiseError):
            load_scenario(name)


# the schema -------------------------------------------------------------------------------------------------


def test_the_schema_beside_the_library_is_up_to_date() -> None:
    stored = (ROOT / "scenarios" / "schema.json").read_text(encoding="utf-8")
    assert stored == schema_text(), "write it anew: steppewise schema --out scenarios/schema.json"
    assert json.loads(stored) == scenario_schema()


def test_the_schema_is_closed_and_describes_every_key() -> None:
    schema = scenario_schema()
    assert references(schema) <= {f"#/$defs/{name}" for name in schema["$defs"]}
    assert all("description" in entry for entry in schema["properties"].values())
    assert "$def" not in json.dumps(schema).replace("$defs", "")
    assert schema["additionalProperties"] is False


def test_the_schema_offers_names_and_bounds() -> None:
    schema = scenario_schema()
    known = schema["$defs"]["Values"]["properties"]
    assert known.keys() >= {"powers.japan.execution", "powers.*.execution", "ties.japan.*.trust.kept"}
    patterns = schema["$defs"]["Values"]["patternProperties"]
    for name in ("powers.turkiye.gdp", "powers.*.gdp", "links.a.b.border", "states.*.needs.*", "world.aid.decay"):
        assert any(re.search(pattern, name) for pattern in patterns), name
    for name in ("powers.gdp", "powers.japan.gpd", "xpowers.japan.gdp", "world.aid.decay.x"):
        assert not any(re.search(pattern, name) for pattern in patterns), name
    (number, _) = schema["$defs"]["value.power.gdp"]["anyOf"]
    assert number == {"type": "number", "minimum": 0.0, "maximum": 200000.0}
    assert "powers.japan.gdp" not in schema["$defs"]["Settings"]["properties"]


def test_the_schema_offers_mechanisms_and_formulations() -> None:
    known = scenario_schema()["$defs"]
    assert known["Mechanisms"]["properties"].keys() == MECHANISMS.keys()
    for part, choices in STRUCTURES.items():
        offered = known["Structure"]["properties"][part]["oneOf"]
        assert {one["const"]: one["description"] for one in offered} == choices


@pytest.mark.parametrize("name", NAMES)
def test_the_library_satisfies_the_schema(name: str) -> None:
    validators = pytest.importorskip("jsonschema", reason="checked where jsonschema is installed")
    validators.Draft202012Validator(scenario_schema()).validate(read_yaml(library_path(name)).data)


@pytest.mark.parametrize(
    "line",
    [
        *("events:", "actors:", "set:", "mechanisms:", "structure:", "extends: baseline\nstart:", "title:", "lineage:"),
        "actors: {add: , remove: }",
        "actors: {remove: japan}",
        "events: [{at: 2026Q1, package: 2, by: japan, to: all, mix: , execution: }]",
        "events: [{at: 2026Q1, package: 2, by: japan, to: all, over: }]",
        "events: [{at: 2026Q1, budget: 2, by: japan, over: }]",
        "set: {powers.japan.effort: {value: 0.01, reason: , source: , low: }}",
        "set: {powers.japan.effort: }",
    ],
)
def test_schema_and_loader_agree_on_keys_with_nothing_behind_them(tmp_path: Path, line: str) -> None:
    validators = pytest.importorskip("jsonschema", reason="checked where jsonschema is installed")
    base = "" if line.startswith("extends") else "extends: baseline\n"
    file = tmp_path / "x.yaml"
    file.write_text(f"name: x\n{base}{line}\n", encoding="utf-8")
    try:
        is_accepted = load_scenario(file) is not None
    except SteppewiseError:
        is_accepted = False
    assert validators.Draft202012Validator(scenario_schema()).is_valid(read_yaml(file).data) == is_accepted
