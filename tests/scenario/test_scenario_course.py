"""What is checked against the course of things: unions, neutrality and borders at a date, records, opening years."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.support.shipped import shipped

from steppewise.errors import SteppewiseError
from steppewise.scenario.freeze import freeze
from steppewise.scenario.openings import opening_doubts
from steppewise.scenario.quarter import Quarter
from steppewise.scenario.recorded import first_quarter, last_quarter
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

IN, OUT = "membership: joined, by: russia, to: [uzbekistan]", "membership: left, by: russia, to: [uzbekistan]"
ALLIED = "alliance: formed, by: russia, to: [turkmenistan]"


def written(folder: Path, text: str, events: Iterable[str] = (), name: str = "story") -> Path:
    file = folder / f"{name}.yaml"
    lines = "".join(f"  - {{{event}}}\n" for event in events)
    file.write_text(f"name: {name}\n{text}{'events:' if lines else ''}\n{lines}", encoding="utf-8")
    return file


def loaded(folder: Path, text: str, events: Iterable[str] = ()) -> ScenarioSpec:
    return load_scenario(written(folder, text, events))


def told(file: Path, *overrides: str) -> list[str]:
    """The problems of a file, without the folder."""
    with pytest.raises(SteppewiseError) as caught:
        load_scenario(file, overrides)
    return [str(problem).replace(f"{file.parent}/", "") for problem in caught.value.problems]


def course(*events: str) -> tuple[str, list[str]]:
    return "extends: baseline\n", list(events)


# unions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events",
    [
        ("at: 2027Q1, membership: left, by: russia, to: [kazakhstan]",),
        (f"at: 2027Q1, {IN}", f"at: 2028Q1, {OUT}"),
        (f"at: 2028Q1, {OUT}", f"at: 2027Q1, {IN}"),
        (f"at: 2027Q1, {IN}", f"at: 2028Q1, {OUT}", f"at: 2029Q1, {IN}"),
        (f"at: 2027Q1, {IN}", f"at: 2027Q1, {OUT}"),
        (f"at: 2027Q1, {IN}, probability: 0.5", f"at: 2028Q1, {OUT}"),
        (f"at: 2027Q1, {IN}, probability: 0.5", f"at: 2029Q1, {IN}, probability: 0.5"),
        ("at: 2027Q1, membership: joined, by: china, to: all",),
    ],
)
def test_a_union_is_joined_and_left_in_the_order_of_dates(tmp_path: Path, events: tuple[str, ...]) -> None:
    assert len(loaded(tmp_path, *course(*events)).events) == 1 + len(events)


@pytest.mark.parametrize(
    ("events", "line", "message"),
    [
        ((f"at: 2027Q1, {OUT}", f"at: 2028Q1, {IN}"), 4, "uzbekistan is not in the union of russia in 2027Q1"),
        ((f"at: 2029Q1, {IN}", f"at: 2028Q1, {IN}"), 4, "uzbekistan is in the union of russia already in 2029Q1"),
        ((f"at: 2027Q1, {IN}", f"at: 2028Q1, {OUT}", f"at: 2029Q1, {OUT}"), 6, "uzbekistan is not in the union"),
        ((f"at: 2027Q1, {IN}, probability: 0", f"at: 2028Q1, {OUT}"), 5, "uzbekistan is not in the union"),
        ((f"at: 2027Q1, {OUT.replace('russia', 'china')}",), 4, "uzbekistan is not in the union of china in 2027Q1"),
    ],
)  # fmt: skip
def test_a_union_that_a_state_is_not_in_cannot_be_left(
    tmp_path: Path, events: tuple[str, ...], line: int, message: str
) -> None:
    (found,) = told(written(tmp_path, *course(*events)))
    number = line - 3
    assert found.startswith(f"story.yaml:{line}: events.{number}.to: {message}")


def test_the_opening_of_a_scenario_says_who_is_in_a_union(tmp_path: Path) -> None:
    apart = "extends: baseline\nset: {ties.russia.kazakhstan.union: 0}\n"
    (found,) = told(written(tmp_path, apart, ["at: 2027Q1, membership: left, by: russia, to: [kazakhstan]"]))
    assert found == (
        "story.yaml:5: events.1.to: kazakhstan is not in the union of russia in 2027Q1. Allowed: kyrgyzstan."
    )


def test_an_inherited_event_that_does_nothing_any_more_is_told_to_the_heir(tmp_path: Path) -> None:
    written(tmp_path, "extends: baseline\n", ["at: 2027Q1, membership: left, by: russia, to: [kazakhstan]"], "parent")
    file = written(tmp_path, "extends: parent.yaml\nset: {ties.russia.*.union: 0}\n")
    assert told(file) == [
        "story.yaml:2: extends: the inherited event of parent.yaml:4 does not fit: kazakhstan is not in the union of "
        "russia in 2027Q1. Allowed: no state at that date; or inherit_events: false."
    ]


# alliances --------------------------------------------------------------------------------------------------


def neutral(value: float, more: str = "") -> str:
    return f"set: {{states.turkmenistan.neutrality: {value}}}{more}"


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (neutral(0.79), [f"at: 2027Q1, {ALLIED}"]),
        ("", [f"at: 2026Q1, {neutral(0.5)}", f"at: 2027Q1, {ALLIED}"]),
        ("", [f"at: 2026Q1, {neutral(0.5)}, probability: 0.5", f"at: 2027Q1, {ALLIED}"]),
        ("", ["at: 2026Q1, set: {states.*.neutrality: 0.5}", f"at: 2027Q1, {ALLIED}"]),
        ("", ["at: 2027Q1, alliance: ended, by: russia, to: [turkmenistan]"]),
    ],
)  # fmt: skip
def test_a_state_that_is_not_neutral_forms_an_alliance(tmp_path: Path, text: str, events: list[str]) -> None:
    assert len(loaded(tmp_path, f"extends: baseline\n{text}\n", events).events) == 1 + len(events)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("", [f"at: 2027Q1, {ALLIED}"]),
        (neutral(0.8), [f"at: 2027Q1, {ALLIED}"]),
        ("", [f"at: 2028Q1, {neutral(0.5)}", f"at: 2027Q1, {ALLIED}"]),
        (neutral(0.5), [f"at: 2026Q1, {neutral(0.9)}", f"at: 2027Q1, {ALLIED}"]),
    ],
)
def test_a_neutral_state_forms_none(tmp_path: Path, text: str, events: list[str]) -> None:
    (found,) = told(written(tmp_path, f"extends: baseline\n{text}\n", events))
    assert f"events.{len(events)}.to: turkmenistan is neutral in 2027Q1 and forms no alliance. Allowed: " in found
    assert found.endswith("or states.turkmenistan.neutrality below 0.8.")


# corridors --------------------------------------------------------------------------------------------------


def test_a_corridor_crosses_borders_that_the_scenario_has(tmp_path: Path) -> None:
    along = ["at: 2027Q1, corridor: 1, along: [tajikistan, kazakhstan]"]
    text = "extends: baseline\nset: {links.tajikistan.kazakhstan.border: 1}\n"
    assert len(loaded(tmp_path, text, along).events) == 2
    closed = "extends: baseline\nset: {links.uzbekistan.*.border: 0}\n"
    assert told(written(tmp_path, closed, ["at: 2027Q1, corridor: 1, along: [uzbekistan, kazakhstan]"])) == [
        "story.yaml:5: events.1.along: uzbekistan and kazakhstan have no common border. "
        "Allowed: uzbekistan borders none of the states."
    ]


# records ----------------------------------------------------------------------------------------------------


def test_the_records_are_those_of_the_actors_that_take_part() -> None:
    spec = load_scenario("baseline")
    names = {*spec.power_names, *spec.state_names}
    assert {actor for kind, actor in spec.records if kind == "gdp"} == names
    assert {actor for kind, actor in spec.records if kind == "remittances"} <= set(spec.state_names)


def test_a_new_actor_has_the_record_of_another(tmp_path: Path) -> None:
    new = "{{name: {}, kind: state, label: X, iso3: XXX, {}}}"
    one = new.format("ruritania", "like: uzbekistan, borders: [kazakhstan]")
    two = new.format("arcadia", "like: ruritania")
    three = new.format("utopia", "like: uzbekistan, record: tajikistan")
    spec = loaded(
        tmp_path,
        f"extends: baseline\nactors: {{add: [{one}, {two}, {three}], remove: [uzbekistan]}}\ninherit_events: off\n",
    )
    records, baseline = spec.records, load_scenario("baseline").records
    assert records["gdp", "ruritania"] == records["gdp", "arcadia"] == baseline["gdp", "uzbekistan"]
    assert records["remittances", "ruritania"] == baseline["remittances", "uzbekistan"]
    assert records["gdp", "utopia"] == baseline["gdp", "tajikistan"]
    assert ("gdp", "uzbekistan") not in records


def test_a_record_holds_between_the_middles_of_its_years() -> None:
    record = load_scenario("baseline").records["gdp", "japan"]
    last_year = record.first_year + len(record.values) - 1
    assert str(first_quarter(record)) == f"{record.first_year}Q3"
    assert str(last_quarter(record)) == f"{last_year}Q2"


def late(folder: Path) -> tuple[Quarter, Quarter]:
    """First and last quarter of a run that lies all within the records."""
    return Quarter.parse("2010Q1"), last_quarter(load_scenario("baseline").records["gdp", "japan"])


def test_a_start_before_the_records_is_refused(tmp_path: Path) -> None:
    first = max(first_quarter(one) for (kind, _), one in load_scenario("baseline").records.items() if kind == "gdp")
    before = f"start: {first.plus(-1)}\nend: {first}\n"
    (found,) = told(written(tmp_path, before))
    assert found.startswith(f"story.yaml:2: start: {first.plus(-1)} comes before the record of GDP of ")
    assert found.endswith(f", which begins in {first}. Allowed: {first} or later, or mechanisms: {{record: off}}.")
    assert str(loaded(tmp_path, f"start: {first}\nend: {first}\n").start) == str(first)
    assert loaded(tmp_path, f"{before}mechanisms: {{record: off}}\n").switched_off == {"record"}


@pytest.mark.parametrize("pattern", ["powers.japan.growth", "powers.*.growth", "*.japan.growth", "states.*.growth"])
def test_growth_beside_a_record_is_refused(tmp_path: Path, pattern: str) -> None:
    start, end = late(tmp_path)
    dates = f"start: {start}\nend: {end}\n"
    whose = " of japan" if "japan" in pattern else ""
    message = (
        f"{pattern}: does nothing: GDP{whose} follows its record until {end}, and the run ends before that is over. "
        f"Allowed: mechanisms: {{record: off}}, or an end after {end}."
    )
    assert told(written(tmp_path, f"{dates}set: {{'{pattern}': 0.02}}\n")) == [f"story.yaml:4: set.{message}"]
    assert told(written(tmp_path, dates), f"{pattern}=0.02") == [f"--set: {message}"]
    event = [f"at: {start}, set: {{'{pattern}': 0.02}}"]
    assert told(written(tmp_path, dates, event)) == [f"story.yaml:5: events.1.set.{message}"]
    for more in ("mechanisms: {record: off}\n", ""):
        longer = dates if more else f"start: {start}\nend: {end.plus(1)}\n"
        assert loaded(tmp_path, f"{longer}{more}set: {{'{pattern}': 0.02}}\n", event).changed


def test_growth_of_an_actor_without_a_record_is_its_growth(tmp_path: Path) -> None:
    start, end = late(tmp_path)
    like = load_scenario("baseline").parameters
    keys = [name.removeprefix("powers.japan.") for name in like if name.startswith("powers.japan.")]
    ties = [name.removeprefix("ties.japan.") for name in like if name.startswith("ties.japan.")]
    own = [f"powers.utopia.{key}: {like[f'powers.japan.{key}'].value}" for key in keys]
    own += [f"ties.utopia.{key}: {like[f'ties.japan.{key}'].value}" for key in ties]
    new = "actors: {add: [{name: utopia, kind: power, label: U, iso3: UTO}]}\n"
    spec = loaded(tmp_path, f"start: {start}\nend: {end}\n{new}set: {{{', '.join(own)}}}\n")
    assert ("gdp", "utopia") not in spec.records


def test_inherited_growth_did_something_in_its_own_scenario(tmp_path: Path) -> None:
    start, end = late(tmp_path)
    written(tmp_path, f"start: {start}\nend: {end.plus(8)}\nset: {{powers.japan.growth: 0}}\n", (), "parent")
    spec = loaded(tmp_path, f"extends: parent.yaml\nend: {end}\n")
    assert spec.changed == ("powers.japan.growth",)
    file = tmp_path / "frozen.yaml"
    file.write_text(freeze(spec), encoding="utf-8")
    assert load_scenario(file) == spec


# opening years ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
def test_the_library_opens_on_values_of_its_year(name: str) -> None:
    assert opening_doubts(load_scenario(name)) == []


def test_an_opening_with_values_of_another_year_is_told(tmp_path: Path) -> None:
    spec = loaded(tmp_path, "extends: baseline\ninherit_events: off\nstart: 2027Q1\n")
    assert spec.opening_year == 2027
    (doubt,) = opening_doubts(spec)
    assert doubt.startswith("The run starts in 2027, but ")
    assert " values that say how things stand at the start are those of 2025, such as " in doubt
    set_by_hand = loaded(tmp_path, f"extends: baseline\nstart: 2027Q1\ninherit_events: off\nset:\n{all_of(spec)}")
    assert opening_doubts(set_by_hand) == []


def all_of(spec: ScenarioSpec) -> str:
    """Every value of a scenario as a setting."""
    return "".join(f"  {name}: {parameter.value}\n" for name, parameter in spec.parameters.items())
