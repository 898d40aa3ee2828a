"""What is wrong with an experiment file is said all at once: file, line, key, value, what is allowed, nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.experiment_files import HEADER, STAGE, WITH_POINTS, text_of, text_with

from steppewise.errors import SteppewiseError
from steppewise.experiment.loading import load_study
from steppewise.scenario.library import library_names

CASES = Path(__file__).with_name("experiment_problems.txt")


def cases(section: str) -> list[tuple[str, str]]:
    """What is wrong and what is said of it, pair by pair, from the file of cases."""
    text = CASES.read_text(encoding="utf-8").split(f"== {section}\n")[1].split("\n== ")[0]
    lines = [line for line in text.replace("{SCENARIOS}", ", ".join(library_names())).splitlines() if line]
    return [(wrong, said.strip()) for wrong, said in zip(lines[::2], lines[1::2], strict=True)]


def problems_of(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(SteppewiseError) as caught:
        load_study(path, overrides)
    folder = f"{path.parent}/"
    return [str(problem).replace(folder, "") for problem in caught.value.problems]


def problems_in(folder: Path, text: str, *overrides: str) -> list[str]:
    file = folder / "x.yaml"
    file.write_text(text, encoding="utf-8")
    (folder / "stage.yaml").write_text(STAGE, encoding="utf-8")
    return problems_of(file, *overrides)


# line by line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["form", "vary", "events"])
def test_every_case_is_told_word_for_word(tmp_path: Path, section: str) -> None:
    for line, message in cases(section):
        text = text_with(section, line)
        assert problems_in(tmp_path, text) == [f"x.yaml:{len(text.splitlines())}: {message}"], line


def test_every_case_of_a_list_of_points_is_told_word_for_word(tmp_path: Path) -> None:
    for table, message in cases("points"):
        rows = table.replace("HEAD", HEADER).replace(" | ", "\n")
        (tmp_path / "points.csv").write_text(f"{rows}\n", encoding="utf-8")
        assert problems_in(tmp_path, WITH_POINTS) == [message], table


def test_misspelt_keys_get_the_nearest(tmp_path: Path) -> None:
    keys = "name, title, question, look_for, scenario, vary, design, worlds, seed, uncertainty, outcomes, keep"
    assert problems_in(tmp_path, text_of(wolrds="5", zzz="1")) == [
        f"x.yaml:6: wolrds: there is no such key here. Allowed: {keys}. Did you mean 'worlds'?",
        f"x.yaml:7: zzz: there is no such key here. Allowed: {keys}.",
    ]


def test_missing_keys(tmp_path: Path) -> None:
    assert problems_in(tmp_path, "title: x\n") == [
        f"x.yaml:1: the key '{key}' is missing" for key in ("name", "scenario", "vary", "design", "outcomes")
    ]


@pytest.mark.parametrize("text", ["- 1\n", "just text\n"])
def test_a_file_that_is_no_mapping(tmp_path: Path, text: str) -> None:
    (found,) = problems_in(tmp_path, text)
    assert found.startswith("x.yaml:1: holds ")
    assert found.endswith(". Allowed: keys and values such as 'name: my-experiment'.")


# several at once --------------------------------------------------------------------------------------------


def test_both_ends_and_all_values_are_told(tmp_path: Path) -> None:
    vary = "{powers.japan.predictability: {from: -1, to: 2}, powers.china.predictability: {values: [0.5, 3, hihg]}}"
    assert problems_in(tmp_path, text_of(vary=vary)) == [
        "x.yaml:3: vary.powers.japan.predictability.from: -1 is out of bounds. Allowed: 0 to 1 index.",
        "x.yaml:3: vary.powers.japan.predictability.to: 2 is out of bounds. Allowed: 0 to 1 index.",
        "x.yaml:3: vary.powers.china.predictability.values.2: 3 is out of bounds. Allowed: 0 to 1 index.",
        "x.yaml:3: vary.powers.china.predictability.values.3: 'hihg' is neither a level nor a number. "
        "Allowed: very low, low, medium, high, very high, or a number. Did you mean 'high'?",
    ]


def test_all_problems_come_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        "name: X\nscenario: stage.yaml\nvary:\n  powers.japan.effort: {from: 0, too: 1}\n"
        "  powers.japan.effrot: evidence\n  mechanisms.hedgin: {values: [on, off]}\n"
        "  events.visit/1.blame: {from: 0, to: 1}\n  powers.japan.predictability: {levels: [low]}\n"
        "design: {kind: gird}\nworlds: none\noutcomes: [regional_share.jpan]\nzz: 1\n"
    )
    lines = [problem.split(": ")[0] for problem in problems_in(tmp_path, text)]
    assert lines == [f"x.yaml:{number}" for number in (1, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12)]


def test_the_problems_of_the_scenario_are_told_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: mine\nextends: baseline\nstrat: 2026Q1\n", encoding="utf-8")
    first, second = problems_in(tmp_path, text_of(scenario="mine.yaml", worlds="0"))
    assert first == "x.yaml:6: worlds: 0 is out of range. Allowed: a whole number from 1 to 10,000,000."
    assert second.startswith("mine.yaml:3: strat: there is no such key here. ")


def test_a_parameter_under_two_names(tmp_path: Path) -> None:
    vary = "{world.*.decay: evidence, world.aid.*: evidence}"
    assert problems_in(tmp_path, text_of(vary=vary)) == [
        "x.yaml:3: vary.world.aid.*: 'world.*.decay' varies the same parameter"
    ]
    vary = "{powers.*.effort: evidence, " + ", ".join(
        f"powers.{power}.effort: {{from: 0, to: 1}}" for power in ("japan", "china", "russia", "united_states")
    )
    assert problems_in(tmp_path, text_of(vary=vary + "}")) == [
        "x.yaml:3: vary.powers.*.effort: every parameter that it stands for has an entry of its own"
    ]


# designs that contradict themselves -------------------------------------------------------------------------


def test_too_much_is_refused_before_it_is_built(tmp_path: Path) -> None:
    vary = "{powers.japan.effort: {from: 0, to: 1}, powers.china.effort: {from: 0, to: 1}}"
    (rows,) = problems_in(tmp_path, text_of(vary=vary, design="{kind: grid, steps: 2000}"))
    assert rows == (
        "x.yaml:4: design: 4,000,000 points in 100 worlds each are 400,000,000 rows. "
        "Allowed: at most 100,000,000 rows: fewer points, or fewer worlds."
    )
    (grid,) = problems_in(tmp_path, text_of(vary=vary, design="{kind: grid, steps: 5000}", worlds="1"))
    assert grid == (
        "x.yaml:4: design.steps: the grid has 25,000,000 points; at most 10,000,000 are run: fewer steps, or a sample"
    )
    screen = "{world.*.*: evidence of each}"
    (numbers,) = problems_in(
        tmp_path, text_of(vary=screen, design="{kind: latin hypercube, points: 9000000}", worlds="1")
    )
    assert numbers.startswith("x.yaml:4: design: 9,000,000 points of ")
    assert numbers.endswith(" numbers. Allowed: at most 100,000,000 numbers: fewer points.")


def test_the_size_is_told_with_all_else_that_is_wrong(tmp_path: Path) -> None:
    vary = "{powers.japan.effort: {from: 0, to: 1}, powers.japan.effrot: evidence}"
    found = problems_in(tmp_path, text_of(vary=vary, design="{kind: sobol, points: 100}", worlds="none"))
    assert [problem.split(": ")[0] for problem in found] == ["x.yaml:3", "x.yaml:4", "x.yaml:6"]


def test_a_grid_of_many_factors_without_steps_is_only_told(tmp_path: Path) -> None:
    found = problems_in(tmp_path, text_of(vary="{world.*.*: evidence of each, powers.*.*.*: evidence of each}",
                                          design="{kind: grid}"))  # fmt: skip
    assert [problem.split(": ")[1] for problem in found] == ["vary.world.*.*", "vary.powers.*.*.*"]


def test_long_lists_are_told_in_no_time(tmp_path: Path) -> None:
    (entries,) = problems_in(tmp_path, text_of(vary="{" + ", ".join(f"a{n}: evidence" for n in range(2000)) + "}"))
    assert entries == "x.yaml:3: vary: holds 2,000 entries. Allowed: at most 1,000; '*' stands for many."
    values = ", ".join(str(n % 99_999) for n in range(100_000))
    (twice,) = problems_in(tmp_path, text_of(vary=f"{{powers.japan.effort: {{values: [{values}]}}}}"))
    assert twice.startswith("x.yaml:3: vary.powers.japan.effort.values: '0' stands twice in the list.")


def test_steps_that_nothing_takes(tmp_path: Path) -> None:
    vary = "{powers.japan.effort: {from: 0, to: 1, steps: 3}}"
    assert problems_in(tmp_path, text_of(vary=vary)) == [
        "x.yaml:4: design.steps: nothing takes these steps: everything under vary has its own. Allowed: no steps here."
    ]
    assert problems_in(tmp_path, text_of(vary=vary, design="{kind: sobol, points: 8}")) == [
        "x.yaml:3: vary.powers.japan.effort.steps: steps count in a grid only. "
        "Allowed: steps beside design: {kind: grid}."
    ]


@pytest.mark.parametrize("entry", ["evidence", "evidence of each", "{from: 0.1, to: 0.2}"])
def test_ranges_need_steps_in_a_grid(tmp_path: Path, entry: str) -> None:
    assert problems_in(tmp_path, text_of(vary=f"{{world.aid.decay: {entry}}}", design="{kind: grid}")) == [
        "x.yaml:3: vary.world.aid.decay: says not in how many steps. "
        "Allowed: steps here, or for all ranges under design."
    ]


def test_courses_are_kept_of_what_has_one(tmp_path: Path) -> None:
    assert problems_in(tmp_path, text_of(outcomes="[leads.japan]", keep="summary")) == [
        "x.yaml:6: keep: none of the outcomes has a course over time. Allowed: outcomes, or another outcome."
    ]


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a" * 100_000_001])
def test_a_list_of_points_that_is_no_text(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "points.csv").write_bytes(text)
    (found,) = problems_in(tmp_path, WITH_POINTS)
    wanted = {
        2: "points.csv:1: is not UTF-8 text; save it as UTF-8",
        100_000_001: "points.csv: is too large: 100.0 MB. Allowed: files of at most 100 MB.",
    }
    assert found == wanted[len(text)]


def test_a_list_of_points_tells_all_but_stops_somewhere(tmp_path: Path) -> None:
    rows = "0.5,9,0.5,maybe,2026Q1\n" * 100
    (tmp_path / "points.csv").write_text(f"{HEADER}\n{rows}", encoding="utf-8")
    found = problems_in(tmp_path, WITH_POINTS)
    assert [line.split(": ")[0] for line in found] == [f"points.csv:{row}" for row in range(2, 27) for _ in "ab"]


def test_a_list_of_points_may_not_be_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "points.csv").symlink_to(tmp_path / "points.csv")
    (found,) = problems_in(inner, WITH_POINTS)
    assert found.startswith("x.yaml:9: design.file: 'points.csv' leaves the folder of the file. Allowed: ")


# overrides and names ----------------------------------------------------------------------------------------


def test_what_varies_cannot_be_set(tmp_path: Path) -> None:
    assert problems_in(tmp_path, text_of(), "powers.*.effort=0.02", "powers.japan.predictability=0.5") == [
        "--set: 'powers.*.effort' varies in this experiment"
    ]
    evidence = text_of(vary="{world.aid.decay: evidence}")
    assert problems_in(tmp_path, evidence, "world.aid.decay=0.2") == [
        "x.yaml:3: vary.world.aid.decay: has no range in the evidence: it is 0.2 per year. "
        "Allowed: from and to, or values; or a range under set in the scenario."
    ]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(SteppewiseError) as caught:
        load_study("trust-against-mony")
    known = f"{', '.join(library_names('experiments'))}, or the path of a file that ends in .yaml"
    assert str(caught.value) == (
        f"there is no experiment 'trust-against-mony'. Allowed: {known}. Did you mean 'trust-against-money'?"
    )
