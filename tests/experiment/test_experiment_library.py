"""The library of experiments: each answers a question of the articles, quotes them word for word, runs in no time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.support.experiment_files import WITH_POINTS, text_of
from tests.support.schemas import references
from tests.support.shipped import shipped

from steppewise.evidence.catalogue import load_evidence
from steppewise.experiment.loading import load_study
from steppewise.experiment.schema import experiment_schema, experiment_schema_text
from steppewise.scenario.library import is_path, library, library_folder, library_names, library_path
from steppewise.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]
NAMES = shipped("experiments")
AT_LEAST = {
    "trust-against-money", "execution-against-announcement", "even-handedness", "coercive-conditions",
    "effort-for-a-share", "china-surge-against-cooperation", "what-matters", "what-the-states-choose",
}  # fmt: skip
MOST_ROWS = 60_000
"""Some ten to twenty seconds of work on two cores."""
QUOTE = re.compile(r"# ((?:tca2025|ankasam2021)-\d+): “(.+)”$", re.MULTILINE)


def test_the_library_is_complete() -> None:
    assert set(NAMES) >= AT_LEAST
    assert library_folder(shelf="experiments") == ROOT / "experiments"
    assert not set(NAMES) & set(library_names()), "a name would stand for two things"


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_asks_a_question_and_is_small(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    assert study.title != name
    assert study.question.endswith("?")
    assert study.look_for
    assert study.rows <= MOST_ROWS
    assert study.worlds >= 10


@pytest.mark.parametrize("name", NAMES)
def test_every_file_stands_alone(name: str) -> None:
    text = library_path(name, "experiments").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    assert not is_path(str(read_yaml(library_path(name, "experiments")).data["scenario"]))


@pytest.mark.parametrize("name", NAMES)
def test_quotations_are_word_for_word(name: str) -> None:
    claims = load_evidence().claims
    text = library_path(name, "experiments").read_text(encoding="utf-8")
    quotes = QUOTE.findall(text)
    assert quotes, "what passage raises the question?"
    assert len(quotes) == text.count("“"), "a quotation without its claim"
    for claim, words in quotes:
        assert words in claims[claim].passage, claim


def test_lists_show_title_and_question() -> None:
    entries = {entry.name: entry for entry in library("experiments")}
    assert tuple(name for name in entries if name in NAMES) == NAMES
    study = load_study("trust-against-money")
    assert (entries[study.name].title, entries[study.name].question) == (study.title, study.question)


def test_an_installed_package_brings_its_own_library(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "steppewise"
    assert library_folder(package, "experiments") == tmp_path / "experiments"
    (package / "_library" / "experiments").mkdir(parents=True)
    assert library_folder(package, "experiments") == package / "_library" / "experiments"


# the schema -------------------------------------------------------------------------------------------------


def test_the_schema_beside_the_library_is_up_to_date() -> None:
    stored = (ROOT / "experiments" / "schema.json").read_text(encoding="utf-8")
    assert stored == experiment_schema_text(), "steppewise schema experiment --out experiments/schema.json"
    assert json.loads(stored) == experiment_schema()


def test_the_schema_is_closed_and_describes_every_key() -> None:
    schema = experiment_schema()
    assert references(schema) == {f"#/$defs/{name}" for name in schema["$defs"]}
    assert all("description" in entry for entry in schema["properties"].values())
    assert "$def" not in json.dumps(schema).replace("$defs", "")
    assert schema["additionalProperties"] is False


def test_the_schema_offers_names() -> None:
    schema = experiment_schema()
    vary = schema["$defs"]["Vary"]
    assert vary["properties"].keys() >= {"powers.japan.effort", "ties.japan.*.trade", "mechanisms.hedging"}
    patterns = vary["patternProperties"]
    for name in ("powers.turkiye.gdp", "world.*.*", "events.package/japan/all/1.amount", "events.visit/x/y/1.at"):
        assert any(re.search(pattern, name) for pattern in patterns), name
    for name in ("powers.gdp", "events.package/japan/all/1", "events.package/japan/all/1.amont", "mechanisms.x"):
        assert not any(re.search(pattern, name) for pattern in patterns), name
    known, pattern = schema["$defs"]["Outcome"]["anyOf"]
    assert {"regional_share.japan", "trust.japan.*", "leads.japan", "regional_autonomy"} <= set(known["enum"])
    assert re.search(pattern["pattern"], "trust.turkiye.kazakhstan")
    assert not re.search(pattern["pattern"], "trust.turkiye")


@pytest.mark.parametrize("name", NAMES)
def test_the_library_satisfies_the_schema(name: str) -> None:
    validators = pytest.importorskip("jsonschema", reason="checked where jsonschema is installed")
    data = read_yaml(library_path(name, "experiments")).data
    validators.Draft202012Validator(experiment_schema()).validate(data)


def test_the_schema_allows_what_the_loader_allows(tmp_path: Path) -> None:
    validators = pytest.importorskip("jsonschema", reason="checked where jsonschema is installed")
    validator = validators.Draft202012Validator(experiment_schema())
    without_steps = text_of(vary="{powers.japan.effort: {from: 0.01, to: 0.02, steps: }}")
    for text in (text_of(), text_of(keep="summary", seed="3"), WITH_POINTS, without_steps):
        (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
        validator.validate(read_yaml(tmp_path / "x.yaml").data)
    for text in (text_of(zz="1"), text_of(vary="{}"), text_of(design="{kind: gird}"), text_of(outcomes="[x]")):
        (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
        assert not validator.is_valid(read_yaml(tmp_path / "x.yaml").data), text
