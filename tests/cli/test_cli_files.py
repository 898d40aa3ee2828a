"""Commands on files and names: what they print, where, and how they leave."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.lesson_files import lesson_text

from steppewise import __version__
from steppewise.cli import main
from steppewise.experiment.loading import load_study
from steppewise.experiment.schema import experiment_schema_text
from steppewise.scenario.events import KINDS
from steppewise.scenario.library import library_names
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.schema import schema_text

LISTS = (
    "scenarios",
    "experiments",
    "lessons",
    "parameters",
    "outcomes",
    "mechanisms",
    "structures",
    "events",
    "levels",
)


class Terminal:
    """Calls the command line and keeps what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        self.out, self.err = self._capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return Terminal(capsys)


def piped(code: str, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "PYTHONIOENCODING": "utf-8", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# the whole --------------------------------------------------------------------------------------------------


def test_help_and_version(call: Terminal) -> None:
    assert call("--version") == 0
    assert call.out == f"steppewise {__version__}\n"
    assert call("--help") == 0
    assert "Examples:\n    steppewise list " in call.out
    for command in ("check", "new", "schema", "list", "explain"):
        assert call(command, "-h") == 0
        assert re.search(r"\n  Examples?:\n    steppewise ", call.out), command


def test_a_misspelt_command_exits_2(call: Terminal) -> None:
    assert call("chekc") == 2
    assert "No such command 'chekc'" in call.err
    assert "Traceback" not in call.err


def test_help_needs_nothing_heavy() -> None:
    code = "import sys\nfrom steppewise.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    loaded = set(piped(code).stdout.splitlines()[-1].split())
    assert not loaded & {"numpy", "pandas", "matplotlib", "mesa", "scipy", "xarray", "pydantic", "yaml"}


@pytest.mark.parametrize("words", [("list", name) for name in LISTS] + [("explain", "ties.japan.*.trade")])
def test_output_is_plain_and_narrow_when_piped(words: tuple[str, ...]) -> None:
    done = piped(f"from steppewise.cli import main; main({list(words)})", env={"TERM": "xterm-256color"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert all(len(line) <= 80 and line == line.rstrip() for line in done.stdout.splitlines())


def test_a_terminal_without_unicode_does_no_harm() -> None:
    done = piped("from steppewise.cli import main; main(['explain', 'tca2025-09'])", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")


# check ------------------------------------------------------------------------------------------------------


def test_check_of_a_good_file(call: Terminal) -> None:
    Path("story.yaml").write_text("name: story\nextends: baseline\nmechanisms: {trust: off}\n", encoding="utf-8")
    assert call("check", "story.yaml", "baseline") == 0
    assert call.out.splitlines() == [
        "story.yaml: fine: 2025Q3 to 2040Q4, 4 powers, 5 states, 1 event, 0 parameters changed, 1 mechanism off",
        "baseline: fine: 2025Q3 to 2040Q4, 4 powers, 5 states, 1 event, 0 parameters changed",
    ]
    assert call.err == ""


def test_check_remarks_on_a_name_that_is_not_the_files(call: Terminal) -> None:
    Path("story.yaml").write_text("name: tale\nextends: baseline\n", encoding="utf-8")
    assert call("check", "story.yaml") == 0
    assert call.out.splitlines()[1] == "story.yaml: remark: the file's name is not the scenario's, 'tale'"


def test_check_remarks_on_opening_values_of_another_year(call: Terminal) -> None:
    text = "name: story\nextends: baseline\ninherit_events: off\nstart: 2010Q1\nstructure: {influence: capacity_only}\n"
    Path("story.yaml").write_text(text, encoding="utf-8")
    assert call("check", "story.yaml") == 0
    fine, remark = call.out.splitlines()
    assert fine.endswith("0 events, 0 parameters changed, 1 rival formulation")
    assert remark.startswith("story.yaml: remark: The run starts in 2010, but ")


def test_check_tells_all_problems_of_all_files(call: Terminal) -> None:
    Path("one.yaml").write_text(
        "name: one\nextends: baseline\nend: 2041\nset: {powers.japan.gpd: 1}\n", encoding="utf-8"
    )
    assert call("check", "one.yaml", "baseline", "none.yaml") == 2
    assert call.out.startswith("baseline: fine: ")
    assert call.err.splitlines() == [
        "one.yaml:3: end: '2041' is not a quarter. Allowed: quarters such as 2025Q3, from 1991Q1 to 2099Q4. "
        "Did you mean '2041Q1'?",
        "one.yaml:4: set.powers.japan.gpd: there is no such parameter. Did you mean 'powers.japan.gdp'?",
        "none.yaml: there is no such file",
        "3 problems.",
    ]


def test_check_knows_an_experiment_by_its_keys_and_by_its_name(call: Terminal) -> None:
    text = "name: tale\nscenario: baseline\nvary: {mechanisms.trust: {values: [on, off]}}\nworlds: 1\n"
    Path("sweep.yaml").write_text(f"{text}design: {{kind: grid}}\noutcomes: [regional_autonomy]\n", encoding="utf-8")
    assert call("check", "sweep.yaml", "trust-against-money") == 0
    assert call.out.splitlines() == [
        "sweep.yaml: fine: around baseline, 1 factor, grid of 2 points, 1 world each, 2 runs, 1 outcome",
        "sweep.yaml: remark: the file's name is not the experiment's, 'tale'",
        "trust-against-money: fine: around baseline, 2 factors, grid of 64 points, 150 worlds each, 9,600 runs, "
        "4 outcomes",
    ]


@pytest.mark.parametrize("text", ["vray: {}\nscenario: baseline\n", "vary: {}\n", "design: {}\n"])
def test_check_takes_a_broken_experiment_for_one(call: Terminal, text: str) -> None:
    Path("sweep.yaml").write_text(f"name: sweep\n{text}", encoding="utf-8")
    assert call("check", "sweep.yaml") == 2
    assert "the key 'outcomes' is missing" in call.err


def test_an_unknown_name_is_looked_for_among_both(call: Terminal) -> None:
    assert call("check", "trust-against-mony") == 2
    assert call.err.startswith("there is no experiment 'trust-against-mony'. ")
    assert call("check", "packge-delivered") == 2
    assert call.err.startswith("there is no scenario 'packge-delivered'. ")


def test_check_knows_a_lesson_by_its_ending_and_by_its_name(call: Terminal) -> None:
    assert call("check", "trust-and-delivery") == 0
    assert call.out == "trust-and-delivery: fine: 2 levers, 1 scenario, 5 steps, 40 minutes, a guess\n"
    Path("mine.md").write_text("# Mine\n", encoding="utf-8")
    assert call("check", "mine.md") == 2
    assert call.err.startswith("mine.md:1: does not begin with a header. Allowed: ")


def test_one_problem_is_one_line(call: Terminal) -> None:
    assert call("check", "none.yaml") == 2
    assert (call.out, call.err) == ("", "none.yaml: there is no such file\n")


# new --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", library_names())
def test_a_new_scenario_passes_the_checks(call: Terminal, parent: str) -> None:
    assert call("new", "my-story.yaml", "--from", parent) == 0
    assert call.out == "Wrote my-story.yaml. When you have changed it:  steppewise check my-story.yaml\n"
    spec = load_scenario("my-story.yaml")
    assert (spec.name, spec.title, spec.lineage[1]) == ("my-story", "My story", parent)
    assert spec.parameters == load_scenario(parent).parameters
    assert call("check", "my-story.yaml") == 0


@pytest.mark.parametrize("parent", library_names())
def test_every_example_of_a_new_scenario_would_pass(call: Terminal, parent: str) -> None:
    call("new", "my-story.yaml", "--from", parent)
    text = Path("my-story.yaml").read_text(encoding="utf-8")
    assert max(len(line) for line in text.splitlines()) <= 120
    lines = re.sub(r"^# ", "", re.sub(r"^##.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    Path("my-story.yaml").write_text(lines, encoding="utf-8")
    spec = load_scenario("my-story.yaml")
    added = spec.events[len(load_scenario(parent).events) :]
    assert len(added) == sum(len(kind.examples) for kind in KINDS.values())
    assert {event.kind for event in added} == KINDS.keys()
    assert spec.switched_off == {"hedging"}
    assert spec.rivals == {"influence": "capacity_only"}
    assert spec.power_names[-1] == "turkiye"


def test_new_does_not_overwrite(call: Terminal) -> None:
    Path("my-story.yaml").write_text("precious", encoding="utf-8")
    assert call("new", "my-story.yaml") == 2
    assert call.err == "my-story.yaml: is there already; nothing was written\n"
    assert Path("my-story.yaml").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("My Story.yaml",), "'My Story.yaml' cannot be the name of a scenario file. Allowed: small letters and digits "
         "joined by '-', then .yaml. Did you mean 'my-story.yaml'?"),
        (("story.txt",), "'story.txt' cannot be the name of a scenario file. Allowed: small letters and digits "
         "joined by '-', then .yaml. Did you mean 'story.yaml'?"),
        (("none/story.yaml",), "none/story.yaml: cannot be written: No such file or directory; choose another place"),
        (("story.yaml", "--from", "../x.yaml"), "../x.yaml: there is no such file"),
    ],
)  # fmt: skip
def test_new_refuses(call: Terminal, words: tuple[str, ...], message: str) -> None:
    assert call("new", *words) == 2
    assert call.err == f"{message}\n"
    assert not list(Path().glob("*.yaml"))


def test_new_from_a_file_beside_it(call: Terminal) -> None:
    assert call("new", "one.yaml") == 0
    assert call("new", "two.yaml", "--from", "one.yaml") == 0
    assert load_scenario("two.yaml").lineage == ("two", "one", "baseline")
    Path("inner").mkdir()
    assert call("new", "inner/three.yaml", "--from", "one.yaml") == 2
    assert call.err == "'one.yaml' lies in another folder. Allowed: a library name, or a file beside the new one.\n"


@pytest.mark.parametrize("parent", library_names("experiments"))
def test_a_new_experiment_is_a_copy_with_its_comments(call: Terminal, parent: str) -> None:
    assert call("new", "my-sweep.yaml", "--from", parent) == 0
    assert call.out == "Wrote my-sweep.yaml. When you have changed it:  steppewise check my-sweep.yaml\n"
    study, original = load_study("my-sweep.yaml"), load_study(parent)
    assert (study.name, study.title, study.factors) == ("my-sweep", original.title, original.factors)
    assert Path("my-sweep.yaml").read_text(encoding="utf-8").startswith("name: my-sweep\n")


def test_a_new_lesson_is_a_copy(call: Terminal) -> None:
    assert call("new", "mine.md", "--from", "hedging-between-powers") == 0
    assert call("check", "mine.md") == 0
    assert call("new", "Mine.yaml", "--from", "mine.md") == 2
    assert call.err == (
        "'Mine.yaml' cannot be the name of a lesson file. "
        "Allowed: small letters and digits joined by '-', then .md. Did you mean 'mine.md'?\n"
    )


def test_a_new_lesson_stays_beside_its_scenario(call: Terminal) -> None:
    Path("own.yaml").write_text("name: own\nextends: baseline\n", encoding="utf-8")
    Path("mine.md").write_text(lesson_text(scenario="own.yaml"), encoding="utf-8")
    assert call("new", "yours.md", "--from", "mine.md") == 0
    Path("sub").mkdir()
    assert call("new", "sub/yours.md", "--from", "mine.md") == 2
    assert call.err.startswith("'mine.md' lies in another folder. ")


def test_a_new_experiment_refers_to_the_schema_of_experiments_only(call: Terminal) -> None:
    line = "# yaml-language-server: $schema=schema.json\n"
    assert call("schema", "--out", "schema.json") == 0
    assert call("new", "one.yaml", "--from", "trust-against-money") == 0
    assert not Path("one.yaml").read_text(encoding="utf-8").startswith(line)
    assert call("schema", "experiment", "--out", "schema.json") == 0
    assert call("new", "two.yaml", "--from", "trust-against-money") == 0
    assert Path("two.yaml").read_text(encoding="utf-8").startswith(line)
    assert call("new", "three.yaml", "--from", "two.yaml") == 0
    assert load_study("three.yaml").name == "three"
    assert call("new", "My Sweep.yaml", "--from", "trust-against-money") == 2
    assert call.err.startswith("'My Sweep.yaml' cannot be the name of an experiment file. ")


# schema -----------------------------------------------------------------------------------------------------


def test_schema_is_printed_or_written(call: Terminal) -> None:
    assert call("schema") == 0
    assert call.out == schema_text()
    assert call("schema", "experiment") == 0
    assert call.out == experiment_schema_text()
    assert call("schema", "--out", "schema.json") == 0
    assert call.out == ""
    assert json.loads(Path("schema.json").read_text(encoding="utf-8")) == json.loads(schema_text())
    assert call("new", "story.yaml") == 0
    assert Path("story.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=schema.json\n")
    assert call("schema", "--out", "none/schema.json") == 2
    assert call.err == "none/schema.json: cannot be written: No such file or directory; choose another place\n"


# list and explain -------------------------------------------------------------------------------------------


def test_list_shows_scenarios_by_default(call: Terminal) -> None:
    assert call("list") == 0
    assert all(f"\n{name} " in f"\n{call.out}" for name in library_names())
    assert call.out.splitlines()[-1].startswith("More: steppewise list ")


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("experiments", "trust-against-money"),
        ("lessons", "trust-and-delivery"),
        ("parameters", "powers.*.execution"),
        ("outcomes", "trust.POWER.STATE"),
        ("mechanisms", "emulation"),
        ("structures", "influence: capacity_only"),
        ("events", "labour_pathway"),
        ("levels", "very high"),
    ],
)
def test_the_other_lists(call: Terminal, what: str, line: str) -> None:
    assert call("list", what) == 0
    assert any(row.startswith(f"{line} ") for row in call.out.splitlines())


def test_parameters_by_pattern_show_values(call: Terminal) -> None:
    assert call("list", "parameters", "powers.*.execution") == 0
    rows = call.out.splitlines()
    assert rows[0].split() == ["powers.japan.execution", "0.7", "(0.6", "to", "0.8)", "share;", "coded"]
    assert call("list", "parameters", "powers.*.excution") == 2
    assert call.err.startswith("no parameter fits 'powers.*.excution'")
    assert call("list", "levels", "x") == 2
    assert call.err == "only parameters can be narrowed down, not levels\n"


def test_explain_says_what_stands_behind_a_value(call: Terminal) -> None:
    assert call("explain", "powers.japan.execution") == 0
    rows = [line.split(maxsplit=1) for line in call.out.splitlines()]
    assert ["value", "0.7 share"] in rows
    assert ["range", "0.6 to 0.8"] in rows
    assert ["class", "coded: high"] in rows
    assert {"source", "passage", "reason", "tca2025-38"} <= {row[0] for row in rows}


def test_explain_in_a_scenario(call: Terminal) -> None:
    assert call("explain", "powers.japan.coerciveness", "--scenario", "coercive-format") == 0
    assert "0.9 index" in call.out
    assert "scenario coercive-format" in call.out
    assert call("explain", "powers.japan.coercivenes", "--scenario", "coercive-format") == 2
    assert call.err == (
        "'coercive-format' has no parameter 'powers.japan.coercivenes'. Did you mean 'powers.japan.coerciveness'?\n"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("very low", "0 to 0.2"),
        ("emulation", "mechanism"),
        ("package", "Amount in billion USD."),
        ("capacity_only", "consent_and_capacity, consent_only"),
        ("influence", "bandwidth times dependence (FBIC)"),
        ("trade_shock", "The power whose trade it is."),
        ("pressure", "mechanism"),
        ("pressure", "event"),
        ("regional_share", "regional_share.POWER"),
        ("trust.japan.kazakhstan", "trust.POWER.STATE"),
        ("leads.japan", "leads.POWER"),
        ("what-matters", "latin hypercube, 2,000 points"),
        ("package-delivered", "2026Q1  package/japan/all"),
        ("trust-and-delivery", "powers.japan.effort, 0.01 to 0.1"),
        ("tca2025-38", "execution"),
        ("wdi", "kind"),
    ],
)
def test_explain_knows_every_kind_of_name(call: Terminal, name: str, words: str) -> None:
    assert call("explain", name) == 0
    assert words in call.out


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("powers.japan.excution", "powers.japan.execution"),
        ("emulatoin", "emulation"),
        ("capacity_olny", "capacity_only"),
        ("packge", "package"),
        ("basline", "baseline"),
        ("trust-against-mony", "trust-against-money"),
        ("trust-and-delivry", "trust-and-delivery"),
    ],
)
def test_explain_of_an_unknown_name_gives_the_nearest(call: Terminal, name: str, near: str) -> None:
    assert call("explain", name) == 2
    assert call.err == f"nothing is known about '{name}'. Did you mean '{near}'?\n"
