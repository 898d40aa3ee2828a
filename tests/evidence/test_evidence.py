"""Evidence is data: every value with its words, every claim of the articles with its place."""

from __future__ import annotations

import csv
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from tests import odd_rows

from steppewise.analysis.patterns import ROWS
from steppewise.errors import SteppewiseError
from steppewise.evidence.catalogue import FOLDER, Evidence, load_evidence, read_evidence
from steppewise.evidence.explain import explanation, explanations, of_parameter
from steppewise.evidence.names import fits
from steppewise.evidence.types import CLASSES
from steppewise.scenario.spec import MECHANISMS
from steppewise.yaml_reader import read_yaml

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY.parent / "shared"
ROW_NAMES = {row.id for row in ROWS}
FIRST_WORDS = {"tca2025": "Japan is one of the countries", "ankasam2021": "Japan-Central Asian Relations"}

needs_articles = pytest.mark.skipif(
    not (SHARED / "articles").is_dir(), reason="the articles lie beside the repository, in ../shared/articles"
)
needs_claims = pytest.mark.skipif(
    not (SHARED / "evidence").is_dir(),
    reason="the first coding lies beside the repository, in ../shared/evidence",
)


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


@pytest.fixture(scope="module")
def articles() -> dict[str, str]:
    texts = [_plain(path.read_text(encoding="utf-8")) for path in sorted((SHARED / "articles").glob("*.txt"))]
    return {key: next(t for t in texts if t.startswith(words)) for key, words in FIRST_WORDS.items()}


@pytest.fixture(scope="module")
def scenarios() -> set[str]:
    return {path.stem for path in (REPOSITORY / "scenarios").glob("*.yaml")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the evidence, to be broken."""
    shutil.copytree(FOLDER, tmp_path / "evidence", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path / "evidence"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _keys(row: dict) -> list[str]:
    """The sources of a value that a scenario sets."""
    return row["source"].split("; ")


def _of_class(evidence: Evidence, *classes: str):
    return [p for p in evidence.parameters.values() if p.evidence in classes]


# What the articles say


@needs_articles
def test_every_claim_stands_word_for_word_in_its_article(evidence, articles):
    lost = [c.id for c in evidence.claims.values() if _plain(c.passage) not in articles[c.article]]
    assert lost == []


@needs_articles
def test_every_passage_beside_a_value_stands_word_for_word_in_its_article(evidence, articles):
    quoting = [p for p in evidence.parameters.values() if p.passage]
    article = {p.name: evidence.claims[p.sources[0]].article for p in quoting}
    assert [p.name for p in quoting if _plain(p.passage) not in articles[article[p.name]]] == []
    assert len(quoting) == len(_of_class(evidence, "stated", "coded"))


@needs_claims
def test_every_claim_of_the_first_coding_has_its_place(evidence):
    with (SHARED / "evidence" / "claims.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 77
    kept = {c.id: _plain(c.passage) for c in evidence.claims.values()}
    assert [row["id"] for row in rows if kept.get(row["id"]) != _plain(row["passage"])] == []


def test_the_ledger_holds_more_than_the_first_coding(evidence):
    assert len(evidence.claims) > 77


def test_no_claim_is_without_a_place(evidence, scenarios):
    known = {*MECHANISMS, *scenarios}
    names = tuple(evidence.parameters)
    lost = [
        (claim.id, target)
        for claim in evidence.claims.values()
        for target in claim.targets
        if target not in known and not any(fits(target, name) for name in names)
    ]
    assert lost == []
    assert [claim.id for claim in evidence.claims.values() if not claim.targets and not claim.shown_by] == []


def test_the_role_of_a_claim_fits_its_targets(evidence, scenarios):
    kinds = {"mechanism": set(MECHANISMS), "event": scenarios}
    wrong = [
        claim.id
        for claim in evidence.claims.values()
        if (claim.role in kinds and not kinds[claim.role] & set(claim.targets))
        or (claim.role == "parameter" and not any("." in target for target in claim.targets))
    ]
    assert wrong == []


def test_a_mechanism_or_a_pattern_is_shown_by_rows_or_says_why_not(evidence):
    told = [claim for claim in evidence.claims.values() if claim.role in ("mechanism", "pattern")]
    assert [claim.id for claim in told if bool(claim.shown_by) == bool(claim.not_shown)] == []
    assert [claim.id for claim in told if claim.role == "pattern" and not claim.shown_by] == []
    assert [claim.id for claim in evidence.claims.values() if not set(claim.shown_by) <= ROW_NAMES] == []


def test_a_row_that_names_a_claim_is_named_by_it(evidence):
    pairs = [(row.id, key) for row in ROWS for key in re.findall(r"(?:tca2025|ankasam2021)-\d+", row.source)]
    assert len(pairs) > 70
    assert [(row, key) for row, key in pairs if row not in evidence.claims[key].shown_by] == []


def test_the_description_has_the_rows_of_validate_and_the_kinds_of_event_in_their_words():
    """Where this fails: `python -m tests.odd_rows`."""
    page = odd_rows.ODD.read_text(encoding="utf-8")
    assert odd_rows.anew(page) == page


def test_every_reading_says_something(evidence):
    assert [c.id for c in evidence.claims.values() if len(c.reading) < 10] == []


# What the values rest on


def test_the_classes_are_counted(evidence):
    assert evidence.counts() == {"stated": 5, "coded": 21, "external": 84, "assumed": 370}
    assert sum(evidence.counts().values()) == len(evidence.parameters)
    assert evidence.counts("world")["coded"] == 1


def test_every_value_has_unit_range_class_and_source(evidence):
    for p in evidence.parameters.values():
        d = p.definition
        assert d.unit, p.name
        assert d.lowest <= p.low <= p.value <= p.high <= d.highest, p.name
        assert p.evidence in CLASSES, p.name
        assert all(key in evidence.sources or key in evidence.claims for key in p.sources), p.name


def test_a_coded_value_has_its_whole_level(evidence):
    bands = {(level.value, level.low, level.high) for level in evidence.levels.values()}
    assert [p.name for p in _of_class(evidence, "coded") if (p.value, p.low, p.high) not in bands] == []


def test_the_rubric_has_five_levels_that_touch(evidence):
    levels = list(evidence.levels.values())
    assert [level.name for level in levels] == ["very low", "low", "medium", "high", "very high"]
    assert [level.value for level in levels] == [0.1, 0.3, 0.5, 0.7, 0.9]
    assert all(a.high == b.low for a, b in pairwise(levels))


def test_what_is_coded_or_stated_rests_on_claims_that_point_to_it(evidence):
    for p in _of_class(evidence, "stated", "coded"):
        claim = evidence.claims[p.sources[0]]
        assert _plain(p.passage) in _plain(claim.passage), p.name
        for key in p.sources:
            targets = evidence.claims[key].targets
            assert any(fits(target, p.name) for target in targets), (p.name, key)


def test_claims_beside_assumed_values_point_to_them_too(evidence):
    lost = [
        (p.name, key)
        for p in _of_class(evidence, "assumed")
        for key in p.sources
        if key in evidence.claims and not any(fits(t, p.name) for t in evidence.claims[key].targets)
    ]
    assert lost == []


def test_an_assumed_value_has_a_reason_and_a_range(evidence):
    assumed = _of_class(evidence, "assumed")
    assert [p.name for p in assumed if not p.reason or p.low >= p.high] == []


def test_an_external_value_names_publisher_and_year(evidence):
    for p in _of_class(evidence, "external"):
        source = evidence.sources[p.sources[0]]
        assert source.kind == "statistic", p.name
        assert re.search(r"\b(19|20)\d\d\b", source.citation), source.key


def test_only_facts_have_no_range(evidence):
    exact = {p.name for p in evidence.parameters.values() if not p.is_uncertain}
    assert {name.rpartition(".")[2] for name in exact} == {"format_start", "border", "union", "land_route", "language"}
    assert all(evidence.parameters[name].evidence in ("stated", "external") for name in exact)


def test_values_lie_near_the_middle_of_their_range(evidence):
    """Worlds draw evenly from the range: a value far off would not be what is drawn on average."""
    skewed = [
        p.name
        for p in evidence.parameters.values()
        if p.is_uncertain and abs(p.value - (p.low + p.high) / 2) > 0.25 * (p.high - p.low)
    ]
    assert skewed == []


def test_no_article_describes_the_other_powers_closely_enough_to_be_coded(evidence):
    others = [p.name for p in _of_class(evidence, "coded") if p.name.startswith("powers.")]
    assert all(name.startswith("powers.japan.") for name in others)


def test_the_negativity_bias_is_open(evidence):
    negativity = evidence.parameter("world.trust.negativity")
    assert negativity.low < 1 < negativity.high


def test_every_statistic_and_study_is_used_or_named(evidence):
    given = read_yaml(REPOSITORY / "scenarios" / "history.yaml").data["set"]
    used = {key for p in evidence.parameters.values() for key in p.sources}
    used |= {key for row in given.values() for key in _keys(row)}
    used |= set(FIRST_WORDS) | {"josang2002"}  # the rule of trust rests on it, no value does
    assert set(evidence.sources) <= used


# The catalogue


def test_actors_stand_in_their_order(evidence):
    powers = ["japan", "china", "russia", "united_states", "south_korea"]
    states = ["kazakhstan", "uzbekistan", "kyrgyzstan", "tajikistan", "turkmenistan"]
    assert [a.name for a in evidence.powers] == powers
    assert [a.name for a in evidence.states] == states
    assert [a.name for a in evidence.powers if a.optional] == ["south_korea"]


def test_symbols_are_unique(evidence):
    symbols = [definition.symbol for definition in evidence.definitions.values()]
    assert len(symbols) == len(set(symbols))


def test_an_unknown_parameter_names_the_nearest(evidence):
    with pytest.raises(SteppewiseError, match=r"Did you mean 'powers\.japan\.execution'\?"):
        evidence.parameter("powers.japan.executon")


def test_patterns_stand_for_one_part_each(evidence):
    assert len(evidence.matching("ties.*.kazakhstan.trust.kept")) == 5
    assert evidence.matching("links.*.border") == ()
    assert len(evidence.matching("links.*.*.border")) == 10
    assert evidence.matching("powers.japan.offer")[0] == "powers.japan.offer.human_capital"
    assert len(evidence.matching("powers.japan.offer")) == 5
    assert evidence.matching("powers.japan.execution") == ("powers.japan.execution",)


def test_ties_and_links_cover_every_pair(evidence):
    pairs = {tuple(name.split(".")[1:3]) for name in evidence.parameters if name.startswith("ties.")}
    assert len(pairs) == 25
    links = [tuple(name.split(".")[1:3]) for name in evidence.matching("links.*.*.border")]
    order = [a.name for a in evidence.states]
    assert links == [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]


def test_reading_twice_gives_equal_evidence(evidence):
    assert read_evidence(FOLDER) == evidence


# What is wrong is found, all at once


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _messages(folder: Path) -> list[str]:
    with pytest.raises(SteppewiseError) as caught:
        read_evidence(folder)
    return [str(problem) for problem in caught.value.problems]


def test_an_untouched_copy_is_read(folder, evidence):
    assert read_evidence(folder) == evidence


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "powers/japan.yaml",
            "unit: per year",
            "unit: per month",
            "parameters.growth: unit 'per month' is wrong",
        ),
        ("powers/japan.yaml", "value: 0.006", "value: 0.5", "value 0.5 and range 0 to 0.012 do not fit"),
        ("powers/japan.yaml", "range: [0, 0.012]", "range: [0.006, 0.006]", "needs a range wider than zero"),
        ("powers/japan.yaml", "range: [0, 0.012]", "range: wide", "value and range must be numbers"),
        ("powers/japan.yaml", "level: medium", "level: middling", "level 'middling' is not legal here"),
        ("powers/japan.yaml", "class: stated", "class: certain", "class 'certain' is unknown"),
        ("powers/japan.yaml", "source: ankasam2021-01", "source: hearsay", "sources ['hearsay'] are unknown"),
        ("powers/japan.yaml", "source: ankasam2021-01", "source: wdi", "source 'wdi' is no claim"),
        ("powers/japan.yaml", "reason:", "because:", "because: has no place in a value of class 'stated'"),
        ("world.yaml", "reason:", "because:", "a value of class 'assumed' needs reason"),
        ("powers/japan.yaml", "level: medium", "value: 0.5", "a value of class 'coded' needs level"),
        ("powers/china.yaml", "source: gcdf3", "source: tca2025-01", "source 'tca2025-01' is no statistic"),
        (
            "powers/japan.yaml",
            "  growth:",
            "  grwth:",
            "parameters.grwth: is no parameter. Did you mean 'growth'?",
        ),
        ("powers/japan.yaml", "  growth:", "  grwth:", "parameters.growth: is missing"),
        ("links.yaml", "  uzbekistan:", "  uzbekstan:", "kazakhstan.uzbekistan.border: is missing"),
        ("ledger.yaml", "powers.japan.predictability", "powers.japan.predictabilty", "is no parameter"),
        ("ledger.yaml", "role: event", "role: accident", "unknown roles ['accident']"),
        ("ledger.yaml", "id: tca2025-02", "id: tca2025-01", "equal ids ['tca2025-01']"),
        ("sources.yaml", "citation:", "citatoin:", "is malformed: KeyError('citation')"),
        ("states/kazakhstan.yaml", "order: 1", "order: first", "is malformed"),
    ],
)
def test_what_is_wrong_is_named(folder, file, old, new, message):
    _change(folder / file, old, new)
    assert any(message in text and Path(file).name in text for text in _messages(folder))


def _patience(folder: Path, usual: str) -> None:
    row = "patience: {symbol: u_p, unit: share, bounds: [0, 1], meaning: it waits, usual: {" + usual + "}}"
    _change(folder / "definitions.yaml", "power:\n", f"power:\n  {row}\n")


def test_a_usual_value_holds_for_all_who_state_none(folder):
    _patience(folder, "value: 0.5, range: [0, 1], class: assumed, source: modeller, reason: nobody has said")
    _change(
        folder / "powers/japan.yaml",
        "parameters:\n",
        "parameters:\n  patience: {level: high, unit: share, class: coded, source: tca2025-08, passage: patient}\n",
    )
    found = read_evidence(folder)
    assert found.parameter("powers.china.patience").value == 0.5
    assert found.parameter("powers.japan.patience").evidence == "coded"


def test_a_wrong_usual_value_is_told_where_it_stands(folder):
    _patience(folder, "value: 2, range: [0, 1], class: assumed, source: modeller, reason: nobody has said")
    told = set(_messages(folder))
    assert len(told) == 1
    assert re.search(r"definitions\.yaml:8: power\.patience\.usual: value 2 and range 0 to 1 do not fit", told.pop())


def test_all_problems_of_all_files_are_told_at_once_with_their_lines(folder):
    _change(folder / "powers/japan.yaml", "unit: per year", "unit: per month")
    _change(folder / "states/uzbekistan.yaml", "unit: per year", "unit: per month")
    _change(folder / "world.yaml", "unit: per quarter", "unit: per month")
    messages = _messages(folder)
    assert len(messages) == 3
    assert all(re.search(r"\.yaml:\d+: parameters\.", message) for message in messages)


# Explanations


def test_a_parameter_is_explained_with_all_that_is_known(evidence):
    told = explanation("powers.japan.execution", evidence)
    facts = dict(told.facts)
    assert facts["symbol"] == "x_p"
    assert facts["value"] == "0.7 share"
    assert facts["range"] == "0.6 to 0.8"
    assert facts["class"] == "coded: high"
    assert facts["source"].count("The Times of Central Asia") == 1
    assert facts["passage"] == "\u201creliable, non-imperial partner\u201d"
    assert {"tca2025-08", "tca2025-38"} <= {claim.id for claim in told.claims}
    assert "powers.japan.execution: share of a due promise" in str(told)


def test_a_mechanism_a_level_a_claim_and_a_source_are_explained(evidence):
    assert explanation("transit", evidence, MECHANISMS).claims[0].id == "tca2025-40"
    assert "powers.japan.predictability" in dict(explanation("very high", evidence).facts)["coded so"]
    assert dict(explanation("tca2025-21", evidence).facts)["targets"] == "world.influence.theta"
    assert dict(explanation("ankasam2021-52", evidence).facts)["shown by"] == "hedging_spreads"
    assert "1999" in dict(explanation("ankasam2021-06", evidence).facts)["not shown"]
    assert "powers.china.effort" in dict(explanation("gcdf3", evidence).facts)["used by"]


def test_a_pattern_is_explained_name_by_name(evidence):
    told = explanations("ties.japan.*.trade", evidence)
    assert len(told) == 5
    assert dict(told[0].facts)["class"] == "stated"
    with pytest.raises(SteppewiseError, match="stands for 5 names"):
        explanation("ties.japan.*.trade", evidence)


def test_an_unknown_name_gets_the_nearest(evidence):
    with pytest.raises(SteppewiseError, match=r"Did you mean 'world\.influence\.theta'\?"):
        explanation("world.theta", evidence)


def test_a_changed_parameter_is_explained_with_its_own_source(evidence):
    original = evidence.parameter("powers.japan.growth")
    assert dict(of_parameter(original, evidence).facts)["range"] == "0 to 0.012"
    changed = original.renamed("powers.japan.growth")
    assert of_parameter(changed, evidence) == of_parameter(original, evidence)


# The history scenario gives the state of 2004 with its evidence


def test_history_gives_every_tie_of_2004_with_its_evidence(evidence):
    given = read_yaml(REPOSITORY / "scenarios" / "history.yaml").data["set"]
    here = [power.name for power in evidence.powers if not power.optional]
    ties = {name for name in evidence.parameters if name.startswith("ties.") and name.split(".")[1] in here}
    assert {name for name in ties if not any(fits(pattern, name) for pattern in given)} == set()
    for name, row in given.items():
        definition = evidence.parameters[evidence.matching(name)[0]].definition
        assert definition.lowest <= row["low"] <= row["value"] <= row["high"] <= definition.highest, name
        assert row["class"] in CLASSES, name
        assert row["reason"], name
        assert all(key in evidence.sources or key in evidence.claims for key in _keys(row)), name
