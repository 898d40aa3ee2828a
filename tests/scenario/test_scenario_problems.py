"""What is wrong with a scenario file is said all at once: file, line, key, value, what is allowed, nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from steppewise.errors import SteppewiseError
from steppewise.scenario.events import KINDS
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario

HEAD = "name: x\nextends: baseline\n"
CASES = Path(__file__).with_name("scenario_problems.txt")


def cases(section: str) -> list[tuple[str, str]]:
    """What is wrong and what is said of it, pair by pair, from the file of cases."""
    text = CASES.read_text(encoding="utf-8").split(f"== {section}\n")[1].split("\n== ")[0]
    lines = [line for line in text.replace("{KINDS}", ", ".join(KINDS)).splitlines() if line]
    return [(wrong, said.strip()) for wrong, said in zip(lines[::2], lines[1::2], strict=True)]


def problems_of(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(SteppewiseError) as caught:
        load_scenario(path, overrides)
    folder = f"{path.parent}/"
    return [str(problem).replace(folder, "") for problem in caught.value.problems]


def problems_in(folder: Path, text: str) -> list[str]:
    file = folder / "x.yaml"
    file.write_text(text, encoding="utf-8")
    return problems_of(file)


# form -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "message"), cases("form"))
def test_wrong_form(tmp_path: Path, line: str, message: str) -> None:
    key = line.split(":")[0]
    head = "".join(f"{text}\n" for text in HEAD.splitlines() if not text.startswith(f"{key}:"))
    number = len(head.splitlines()) + 1
    assert problems_in(tmp_path, head + line + "\n") == [f"x.yaml:{number}: {message}"]


def test_misspelt_keys_get_the_nearest(tmp_path: Path) -> None:
    keys = ("name, title, question, look_for, extends, lineage, start, end, inherit_events, actors, mechanisms, "
            "structure, set, events")  # fmt: skip
    assert problems_in(tmp_path, HEAD + "evnets: []\nzzz: 1\n") == [
        f"x.yaml:3: evnets: there is no such key here. Allowed: {keys}. Did you mean 'events'?",
        f"x.yaml:4: zzz: there is no such key here. Allowed: {keys}.",
    ]


def test_unknown_mechanisms(tmp_path: Path) -> None:
    (found,) = problems_in(tmp_path, HEAD + "mechanisms: {emulatoin: off}\n")
    assert found.startswith("x.yaml:3: mechanisms.emulatoin: there is no such mechanism. Allowed: fiscal_shocks, ")
    assert found.endswith(". Did you mean 'emulation'?")


@pytest.mark.parametrize("text", ["- 1\n", "just text\n", "3\n"])
def test_a_file_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    (found,) = problems_in(tmp_path, text)
    assert found.startswith("x.yaml:1: holds ")
    assert found.endswith(". Allowed: keys and values such as 'name: my-scenario'.")


def test_missing_keys(tmp_path: Path) -> None:
    assert problems_in(tmp_path, "title: x\n") == [
        "x.yaml:1: the key 'name' is missing",
        "x.yaml:1: the key 'start' is missing. Allowed: a quarter such as 2025Q3, or extends: baseline.",
        "x.yaml:1: the key 'end' is missing. Allowed: a quarter such as 2025Q3, or extends: baseline.",
    ]


def test_dates_out_of_order_and_too_far_apart(tmp_path: Path) -> None:
    assert problems_in(tmp_path, "name: x\nstart: 2026Q1\nend: 2025Q4\n") == [
        "x.yaml:3: end: the end 2025Q4 comes before the start 2026Q1"
    ]
    assert problems_in(tmp_path, "name: x\nextends: baseline\nstart: 2041Q1\n") == [
        "x.yaml:3: start: the end 2040Q4 comes before the start 2041Q1"
    ]
    assert problems_in(tmp_path, "name: x\nend: 2099Q4\nstart: 1999Q4\n") == [
        "x.yaml:2: end: 1999Q4 to 2099Q4 is 401 quarters. Allowed: at most 400 quarters."
    ]


# values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "message"), cases("set"))
def test_wrong_values(tmp_path: Path, line: str, message: str) -> None:
    assert problems_in(tmp_path, f"{HEAD}set:\n  {line}\n") == [f"x.yaml:4: {message}"]


def test_one_parameter_by_two_names(tmp_path: Path) -> None:
    lines = "  world.*.decay: 0.1\n  world.aid.*: 0.1\n  world.aid.decay: 0.2\n"
    assert problems_in(tmp_path, f"{HEAD}set:\n{lines}") == [
        "x.yaml:5: set.world.aid.*: 'world.*.decay' sets the same parameter"
    ]
    lines = "  links.kazakhstan.uzbekistan.border: 0\n  links.uzbekistan.kazakhstan.border: 1\n"
    assert problems_in(tmp_path, f"{HEAD}set:\n{lines}") == [
        "x.yaml:5: set.links.uzbekistan.kazakhstan.border: 'links.kazakhstan.uzbekistan.border' sets the same parameter"
    ]


# events -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("event", "message"), cases("events"))
def test_wrong_events(tmp_path: Path, event: str, message: str) -> None:
    assert problems_in(tmp_path, f"{HEAD}events:\n  - {event}\n") == [f"x.yaml:4: {message}"]


def test_two_events_that_set_the_same(tmp_path: Path) -> None:
    one = "  - {at: 2031Q1, set: {powers.japan.growth: 0}}\n"
    two = "  - {at: 2031Q1, set: {powers.*.growth: 0.01}}\n"
    assert problems_in(tmp_path, f"{HEAD}events:\n{one}{two}") == [
        "x.yaml:5: events.2.set: another event sets powers.japan.growth in 2031Q1, too. "
        "Allowed: one event, or two quarters."
    ]


# actors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("actors", "message"), cases("actors"))
def test_wrong_actors(tmp_path: Path, actors: str, message: str) -> None:
    assert problems_in(tmp_path, f"{HEAD}actors:\n  {actors}\n") == [f"x.yaml:4: {message}"]


# overrides and names ----------------------------------------------------------------------------------------


def test_wrong_overrides_are_told_with_the_problems_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(HEAD + "set: {powers.japan.excution: 1}\n", encoding="utf-8")
    texts = (
        "powers.japan.execution=5",
        "x",
        "powers.china.effort=",
        "powers.japan.execution=1",
        "powers.japn.gdp=1",
    )
    assert problems_of(file, *texts) == [
        "--set: 'x' sets nothing. Allowed: NAME=VALUE, once for each name.",
        "--set: 'powers.japan.execution' is set twice. Allowed: NAME=VALUE, once for each name.",
        "--set: powers.japn.gdp: there is no such parameter. Did you mean 'powers.japan.gdp'?",
        "--set: powers.japan.execution: 5 is out of bounds. Allowed: 0 to 1 share.",
        "--set powers.china.effort: is empty",
        "x.yaml:3: set.powers.japan.excution: there is no such parameter. Did you mean 'powers.japan.execution'?",
    ]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SteppewiseError) as caught:
        load_scenario("packge-delivered")
    known = f"{', '.join(library_names())}, or the path of a file that ends in .yaml"
    assert str(caught.value) == (
        f"there is no scenario 'packge-delivered'. Allowed: {known}. Did you mean 'package-delivered'?"
    )


def test_all_problems_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "name: x\nextends: baseline\nstart: soon\nmechanisms: {gravty: off}\nset:\n  powers.japan.execution: 7\n"
        "  powers.japan.predictability: x\nevents:\n  - {at: 2026Q1, visit: held, by: nobody, to: all}\n"
        "  - {at: 2026Q1, visit: hld, by: japan, to: all}\n  - {at: 2026Q1, budget: 1, by: nobody}\nzz: 1\n"
    )
    lines = [problem.split(": ")[0] for problem in problems_in(tmp_path, text)]
    assert lines == [f"x.yaml:{number}" for number in (3, 4, 6, 7, 9, 10, 11, 12)]


def test_an_entry_with_several_problems_tells_them_all(tmp_path: Path) -> None:
    event = "{at: 2027Q1, pressure: high, by: rusia, to: [kazakstan], probability: 3}"
    told = problems_in(tmp_path, f"{HEAD}set:\n  powers.japn.execution: hihg\nevents:\n  - {event}\n")
    assert told == [
        "x.yaml:4: set.powers.japn.execution: 'hihg' is neither a level nor a number. Allowed: very low, low, medium, "
        "high, very high, or a number. Did you mean 'high'?",
        "x.yaml:4: set.powers.japn.execution: there is no such parameter. Did you mean 'powers.japan.execution'?",
        "x.yaml:6: events.1.probability: 3 is out of range. Allowed: a number from 0 to 1.",
        "x.yaml:6: events.1.by: there is no power 'rusia'. Allowed: japan, china, russia, united_states. "
        "Did you mean 'russia'?",
        "x.yaml:6: events.1.to: there is no state 'kazakstan'. Allowed: kazakhstan, uzbekistan, kyrgyzstan, "
        "tajikistan, turkmenistan. Did you mean 'kazakhstan'?",
    ]
