"""`extends`: how a child differs from its parent, and where a parent may lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from steppewise.errors import SteppewiseError
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

PARENT = """
name: parent
title: The parent
question: Why?
start: 2026Q1
end: 2030Q4
mechanisms: {gravity: off, transit: off}
structure: {trust: recent, influence: capacity_only}
set:
  powers.japan.execution: 0.4
  powers.china.execution: 0.4
events:
  - {at: 2026Q2, visit: held, by: japan, to: all}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parent.yaml").write_text(PARENT, encoding="utf-8")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(f"name: {name}\n{text}", encoding="utf-8")
    return file


def child_of(folder: Path, text: str = "") -> ScenarioSpec:
    return load_scenario(write(folder, "child", f"extends: parent.yaml\n{text}"))


def complaints(file: Path) -> list[str]:
    with pytest.raises(SteppewiseError) as caught:
        load_scenario(file)
    return [str(problem).replace(f"{file.parent}/", "") for problem in caught.value.problems]


def value(spec: ScenarioSpec, name: str) -> float:
    return spec.parameters[name].value


# what a child takes over ------------------------------------------------------------------------------------


def test_what_the_child_leaves_out_stays_as_it_is(folder: Path) -> None:
    spec = child_of(folder)
    assert (str(spec.start), str(spec.end), spec.lineage) == ("2026Q1", "2030Q4", ("child", "parent"))
    assert spec.switched_off == {"gravity", "transit"}
    assert spec.rivals == {"trust": "recent", "influence": "capacity_only"}
    assert value(spec, "powers.japan.execution") == 0.4
    assert [event.label for event in spec.events] == ["visit/japan/all/1"]


def test_texts_belong_to_their_own_file(folder: Path) -> None:
    spec = child_of(folder)
    assert (spec.title, spec.question, spec.look_for) == ("child", "", "")
    assert load_scenario(folder / "parent.yaml").question == "Why?"


def test_the_child_wins(folder: Path) -> None:
    spec = child_of(
        folder,
        "end: 2028Q1\nmechanisms: {gravity: on, trust: off}\nset: {powers.japan.execution: 0.9}\n"
        "events:\n  - {at: 2027Q1, visit: held, by: japan, to: all}\n",
    )
    assert str(spec.end) == "2028Q1"
    assert spec.switched_off == {"transit", "trust"}
    assert value(spec, "powers.japan.execution") == 0.9
    assert value(spec, "powers.china.execution") == 0.4
    assert [event.label for event in spec.events] == ["visit/japan/all/1", "visit/japan/all/2"]
    assert spec.changed == ("powers.china.execution", "powers.japan.execution")


def test_a_child_may_choose_other_formulations_and_go_back(folder: Path) -> None:
    spec = child_of(folder, "structure: {trust: reputation, trade: unconstrained}\n")
    assert spec.rivals == {"influence": "capacity_only", "trade": "unconstrained"}
    assert spec.structure["trust"] == "reputation"


def test_a_childs_wildcard_wins_over_a_parents_name(folder: Path) -> None:
    spec = child_of(folder, "set: {powers.*.execution: 0.7}\n")
    assert {value(spec, f"powers.{power}.execution") for power in spec.power_names} == {0.7}


def test_an_override_wins_over_all(folder: Path) -> None:
    file = write(folder, "child", "extends: parent.yaml\nset: {powers.japan.execution: 0.9}\n")
    spec = load_scenario(file, ("powers.*.execution = {low: 0.1, high: 0.3}", "powers.china.predictability=high"))
    assert {value(spec, f"powers.{power}.execution") for power in spec.power_names} == {0.2}
    parameter = spec.parameters["powers.china.predictability"]
    assert (parameter.value, parameter.low, parameter.high) == (0.7, 0.6, 0.8)
    assert (parameter.source, parameter.evidence) == ("command line", "assumed")


def test_a_child_may_do_without_its_parents_events(folder: Path) -> None:
    assert child_of(folder, "inherit_events: false\n").events == ()
    write(folder, "middle", "extends: parent.yaml\ninherit_events: off\n")
    grandchild = write(folder, "grand", "extends: middle.yaml\nevents: [{at: 2026Q1, format: ended, by: japan}]\n")
    spec = load_scenario(grandchild)
    assert [event.label for event in spec.events] == ["format/japan/-/1"]
    assert spec.lineage == ("grand", "middle", "parent")


def test_the_source_names_the_file_that_says_so(folder: Path) -> None:
    spec = child_of(folder, "set: {powers.japan.execution: 0.9}\n")
    japan, china = (spec.parameters[f"powers.{power}.execution"] for power in ("japan", "china"))
    assert (japan.source, japan.reason) == ("scenario child", "set in child.yaml")
    assert (china.source, china.reason) == ("scenario parent", "set in parent.yaml")


def test_a_child_may_bring_back_and_copy(folder: Path) -> None:
    write(folder, "middle", "extends: parent.yaml\nactors: {remove: [russia]}\n")
    new = "{name: turkiye, kind: power, label: Türkiye, iso3: TUR, like: japan}"
    spec = load_scenario(write(folder, "grand", f"extends: middle.yaml\nactors: {{add: [russia, {new}]}}\n"))
    assert spec.power_names == ("japan", "china", "russia", "united_states", "turkiye")
    assert value(spec, "powers.turkiye.execution") == 0.4
    assert "powers.russia.gdp" not in spec.changed


# what does not fit ------------------------------------------------------------------------------------------


def test_a_parents_event_outside_the_childs_dates_is_told(folder: Path) -> None:
    file = write(folder, "child", "extends: parent.yaml\nstart: 2027Q1\n")
    assert complaints(file) == [
        "child.yaml:2: extends: the inherited event of parent.yaml:13 does not fit: 2026Q2 lies outside the run. "
        "Allowed: 2027Q1 to 2030Q4; or inherit_events: false."
    ]


def test_a_parents_event_without_its_actor_is_told(folder: Path) -> None:
    file = write(folder, "child", "extends: parent.yaml\nactors: {remove: [japan]}\n")
    assert complaints(file) == [
        "child.yaml:2: extends: the inherited event of parent.yaml:13 does not fit: 'japan' does not take part. "
        "Allowed: china, russia, united_states; or inherit_events: false."
    ]


def test_a_parents_own_problems_are_told_in_its_file(folder: Path) -> None:
    (folder / "parent.yaml").write_text(f"{PARENT}tilte: x\n", encoding="utf-8")
    first, second = complaints(write(folder, "child", "extends: parent.yaml\nedn: 2030Q1\n"))
    assert first.startswith("child.yaml:3: edn: there is no such key here. ")
    assert second.startswith("parent.yaml:14: tilte: there is no such key here. ")


def test_a_circle_is_named_with_its_chain(folder: Path) -> None:
    for name, parent in (("a", "b"), ("b", "c"), ("c", "a")):
        write(folder, name, f"extends: {parent}.yaml\n")
    write(folder, "outside", "extends: b.yaml\n")
    write(folder, "itself", "extends: itself.yaml\n")
    assert complaints(folder / "a.yaml") == ["c.yaml:2: extends: goes round in a circle: a -> b -> c -> a"]
    assert complaints(folder / "outside.yaml") == ["a.yaml:2: extends: goes round in a circle: b -> c -> a -> b"]
    assert complaints(folder / "itself.yaml") == ["itself.yaml:2: extends: goes round in a circle: itself -> itself"]


def test_a_chain_has_an_end(folder: Path) -> None:
    for number in range(30):
        write(folder, f"s{number}", f"extends: s{number + 1}.yaml\n")
    assert complaints(folder / "s0.yaml") == ["s20.yaml:2: extends: follows more than 20 scenarios"]


OUTSIDE = "Allowed: a library name, or a file in the same folder such as my-scenario.yaml."


@pytest.mark.parametrize("parent", ["../parent.yaml", "sub/../../parent.yaml", "./../inner/../parent.yaml"])
def test_a_path_may_not_leave_the_folder(folder: Path, parent: str) -> None:
    (folder / "inner").mkdir()
    file = write(folder / "inner", "child", f"extends: {parent}\n")
    assert complaints(file) == [f"child.yaml:2: extends: '{parent}' leaves the folder of the file. {OUTSIDE}"]


@pytest.mark.parametrize("parent", ["/etc/passwd.yaml", "C:\\parent.yaml", "C:/parent.yaml", "inner\\parent.yaml"])
def test_a_path_is_relative(folder: Path, parent: str) -> None:
    file = write(folder, "child", f"extends: {parent}\n")
    assert complaints(file) == [f"child.yaml:2: extends: '{parent}' is not a relative path with '/'. {OUTSIDE}"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_may_not_lead_out_but_within(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    (inner / "out.yaml").symlink_to(folder / "parent.yaml")
    (inner / "real.yaml").write_text(PARENT, encoding="utf-8")
    (inner / "within.yaml").symlink_to("real.yaml")
    assert complaints(write(inner, "child", "extends: out.yaml\n")) == [
        f"child.yaml:2: extends: 'out.yaml' leaves the folder of the file. {OUTSIDE}"
    ]
    assert load_scenario(write(inner, "child", "extends: within.yaml\n")).lineage == ("child", "parent")


def test_a_subfolder_is_inside(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "p.yaml").write_text(PARENT, encoding="utf-8")
    assert load_scenario(write(folder, "child", "extends: inner/p.yaml\n")).lineage == ("child", "parent")


def test_an_unknown_parent_gets_the_nearest(folder: Path) -> None:
    assert complaints(write(folder, "child", "extends: parnt.yaml\n")) == [
        "child.yaml:2: extends: there is no file 'parnt.yaml' in the folder. Did you mean 'parent.yaml'?"
    ]
    (name,) = complaints(write(folder, "child", "extends: base-line\n"))
    assert name.endswith("or a file's path. Did you mean 'baseline'?")
    (beside,) = complaints(write(folder, "child", "extends: parent\n"))
    assert beside.endswith("or a file's path. Did you mean 'parent.yaml'?")


def test_an_unreadable_parent_is_told(folder: Path) -> None:
    (folder / "parent.yaml").write_text("a: [\n", encoding="utf-8")
    (found,) = complaints(write(folder, "child", "extends: parent.yaml\n"))
    assert found.startswith("parent.yaml:2: is not valid YAML: ")
