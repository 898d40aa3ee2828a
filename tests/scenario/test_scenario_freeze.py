"""A frozen scenario is the same scenario, a fingerprint knows what affects numbers, and no file is a bug."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.scenario_files import scenario_files
from tests.support.shipped import shipped

from steppewise.errors import SteppewiseError
from steppewise.scenario.freeze import fingerprint, freeze
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.scenario.yaml_writer import yaml_text

JARGON = re.compile(
    r"Input should|valid (string|dict|list)|extra_forbidden|pydantic|Traceback|\w+_type\b|NoneType|<\w+>"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frozen") / "story.yaml"


def loaded(file: Path, text: str) -> ScenarioSpec:
    file.write_text(text, encoding="utf-8")
    return load_scenario(file)


def story(file: Path, text: str) -> ScenarioSpec:
    return loaded(file, f"name: story\nextends: baseline\n{text}")


# freezing ---------------------------------------------------------------------------------------------------


@given(scenario_files())
def test_a_frozen_scenario_loads_to_an_equal_one(file: Path, data: dict[str, Any]) -> None:
    spec = loaded(file, yaml_text(data))
    text = freeze(spec)
    again = loaded(file, text)
    assert again == spec
    assert list(again.parameters) == list(spec.parameters)
    assert freeze(again) == text
    assert fingerprint(again) == fingerprint(spec)


@pytest.mark.parametrize("name", shipped())
def test_the_library_freezes(file: Path, name: str) -> None:
    spec = load_scenario(name)
    assert loaded(file, freeze(spec)) == spec


def test_overrides_freeze_along(file: Path) -> None:
    spec = load_scenario("package-delivered", ("powers.*.execution=low", "world.influence.theta={low: .1, high: .2}"))
    again = loaded(file, freeze(spec))
    assert again == spec
    assert again.parameters["powers.japan.execution"].source == "command line"


def test_a_new_actor_keeps_its_record(file: Path) -> None:
    new = "{name: utopia, kind: power, label: U, iso3: UTO, like: japan, record: china}"
    spec = story(file, f"actors: {{add: [{new}], remove: [china]}}\ninherit_events: off\n")
    text = freeze(spec)
    assert "  add: [{name: utopia, kind: power, label: U, iso3: UTO, record: china}]" in text.splitlines()
    assert loaded(file, text).records["gdp", "utopia"] == load_scenario("baseline").records["gdp", "china"]


def test_a_record_matters(file: Path) -> None:
    new = "{{name: utopia, kind: power, label: U, iso3: UTO, like: japan, record: {}}}"
    one, other = (fingerprint(story(file, f"actors: {{add: [{new.format(name)}]}}\n")) for name in ("japan", "russia"))
    assert one != other


def test_a_frozen_file_reads_well(file: Path) -> None:
    spec = story(
        file,
        "actors: {remove: [russia]}\nset: {powers.japan.execution: high}\nmechanisms: {trust: off}\n"
        "structure: {trade: resistance, influence: consent_only}\n",
    )
    assert freeze(spec).splitlines()[1:] == [
        "name: story",
        "title: story",
        "lineage: [baseline]",
        "start: 2025Q3",
        "end: 2040Q4",
        "actors:",
        "  remove: [russia]",
        "mechanisms:",
        "  trust: off",
        "structure:",
        "  influence: consent_only",
        "set:",
        "  powers.japan.execution: {value: 0.7, low: 0.6, high: 0.8, class: assumed, source: scenario story, "
        "reason: set in story.yaml}",
        "events:",
        "  - {at: 2025Q3, visit: held, by: japan, to: [kazakhstan, uzbekistan], level: minister}",
    ]


# fingerprints -----------------------------------------------------------------------------------------------


@given(scenario_files(), st.randoms(use_true_random=False))
def test_the_order_of_keys_and_the_texts_do_not_matter(file: Path, data: dict[str, Any], random: Any) -> None:
    first = fingerprint(loaded(file, yaml_text(data)))
    items = list({**data, "name": "other", "title": "Another", "look_for": "x"}.items())
    random.shuffle(items)
    shuffled = dict(items)
    for key in ("set", "mechanisms"):
        entries = list(shuffled.get(key, {}).items())
        random.shuffle(entries)
        shuffled |= {key: dict(entries)} if entries else {}
    assert fingerprint(loaded(file, yaml_text(shuffled))) == first


@pytest.mark.parametrize(
    "text",
    [
        "end: 2040Q3\n",
        "mechanisms: {transit: off}\n",
        "structure: {influence: capacity_only}\n",
        "set: {powers.japan.execution: 0.71}\n",
        "set: {powers.japan.execution: {value: 0.7, low: 0.6, high: 0.81}}\n",
        "events: [{at: 2026Q1, budget: 1, by: japan}]\n",
        "actors: {add: [south_korea]}\n",
        "actors: {remove: [russia]}\n",
    ],
)
def test_what_affects_numbers_matters(file: Path, text: str) -> None:
    assert fingerprint(story(file, text)) != fingerprint(story(file, ""))


def test_a_fingerprint_looks_like_one(file: Path) -> None:
    plain = fingerprint(story(file, ""))
    assert re.fullmatch(r"[0-9a-f]{64}", plain)
    assert plain == fingerprint(load_scenario("baseline"))
    same = "set: {powers.japan.execution: {value: 0.7, low: 0.6, high: 0.8, class: coded, source: x}}\n"
    assert fingerprint(story(file, same)) == plain
    assert fingerprint(story(file, same.replace("coded", "assumed"))) != plain


# anything at all --------------------------------------------------------------------------------------------

JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["all", "none", "*", "5%", "2 billion", "2025-Q3", "japan", "high", [], {}, [[]], [None], {"": 1}]
    )
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.sampled_from(["at", "set", "visit", "low", "value", "name", "x"]), st.integers(), max_size=2)
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A legal file with a few places replaced by junk, left out, or added."""
    data = copy.deepcopy(draw(scenario_files()))
    for _ in range(draw(st.integers(1, 3))):
        holder: Any = data
        while isinstance(holder, dict | list) and holder:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = draw(st.sampled_from(keys))
            if draw(st.booleans()) or not isinstance(holder[key], dict | list):
                _spoil(draw, holder, key)
                break
            holder = holder[key]
    return data


def _spoil(draw: st.DrawFn, holder: Any, key: Any) -> None:
    action = draw(st.sampled_from(["replace", "remove", "add"]))
    if action == "replace":
        holder[key] = draw(JUNK)
    elif action == "remove":
        del holder[key]
    elif isinstance(holder, list):
        holder.append(draw(JUNK))
    else:
        holder[draw(st.text("abnoty_*.", min_size=1, max_size=6))] = draw(JUNK)


def problems_with(file: Path, data: dict[str, Any]) -> tuple[str, ...]:
    try:
        loaded(file, yaml_text(data))
    except SteppewiseError as error:
        return tuple(str(problem) for problem in error.problems)
    return ()


@given(spoilt())
def test_any_file_is_loaded_or_refused_in_plain_words(file: Path, data: dict[str, Any]) -> None:
    found = problems_with(file, data)
    assert len(set(found)) == len(found)
    for problem in found:
        assert problem.startswith(f"{file}"), "no place"
        assert "\n" not in problem
        assert not JARGON.search(problem), problem


@given(JUNK)
def test_any_top_level_is_refused(file: Path, junk: Any) -> None:
    if not isinstance(junk, dict):
        file.write_text(yaml_text({"x": junk}).removeprefix("x:"), encoding="utf-8")
        with pytest.raises(SteppewiseError):
            load_scenario(file)
