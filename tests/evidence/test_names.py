"""The grammar of names: patterns, what a person means, and suggestions for misspelt names."""

from __future__ import annotations

import pytest

from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.names import event_number, expand, fits, meant, nearest, nearest_pattern, pattern_of, wildcards
from steppewise.world.variables import OUTCOMES, outcome_names, place_of

NAMES = (
    "powers.japan.execution",
    "ties.japan.kazakhstan.trust.kept",
    "ties.japan.uzbekistan.trust.kept",
    "links.kazakhstan.uzbekistan.border",
    "world.trust.negativity",
)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("powers.*.execution", "powers.japan.execution"),
        ("ties.japan.*.trust.kept", "ties.japan.uzbekistan.trust.kept"),
        ("links.uzbekistan.kazakhstan.border", "links.kazakhstan.uzbekistan.border"),
        ("links.uzbekistan.*.border", "links.kazakhstan.uzbekistan.border"),
        ("share.*.kazakhstan", "share.japan.kazakhstan"),
    ],
)
def test_a_pattern_fits(pattern, name):
    assert fits(pattern, name)
    assert expand(pattern, (*NAMES, name))[-1:] == (name,)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("powers.*", "powers.japan.execution"),
        ("powers.jap*.execution", "powers.japan.execution"),
        ("ties.kazakhstan.japan.trust.kept", "ties.japan.kazakhstan.trust.kept"),
        ("links", "links.kazakhstan.uzbekistan.border"),
        ("", "powers.japan.execution"),
    ],
)
def test_a_pattern_does_not_fit(pattern, name):
    assert not fits(pattern, name)
    assert expand(pattern, (name,)) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("powers.japan.execution", 1),
        ("japan.execution", 1),
        ("trust.negativity", 1),
        ("ties.japan", 2),
        ("ties.japan.*.trust", 2),
        ("links.uzbekistan.kazakhstan", 1),
        ("uzbekistan.kazakhstan.border", 1),
        ("links", 1),
        ("powers.china", 0),
        ("links.uzbekistan.border", 0),
    ],
)
def test_what_a_person_means(text, number):
    assert len(meant(text, NAMES)) == number


def test_every_definition_has_the_pattern_of_its_parameters():
    evidence = load_evidence()
    for definition in evidence.definitions.values():
        assert expand(pattern_of(definition.kind, definition.key), evidence.parameters), definition.key
    assert pattern_of("tie", "trust.kept") == "ties.*.*.trust.kept"
    assert pattern_of("world", "trust.negativity") == "world.trust.negativity"


def test_numbers_of_events_and_wildcards():
    assert event_number("events.package/japan/1.amount") == ("package/japan/1", "amount")
    assert wildcards("ties.*.*.aid") == 2


def test_misspelt_names():
    assert nearest("powers.japan.executon", NAMES) == "powers.japan.execution"
    assert nearest("POWERS.JAPAN.EXECUTION", NAMES) == "powers.japan.execution"
    assert nearest("nothing like it", NAMES) == ""
    assert nearest_pattern("ties.*.*.trust.keept", NAMES) == "ties.*.*.trust.kept"


def test_an_outcome_has_one_place():
    from steppewise.scenario.resolve import load_scenario

    spec = load_scenario("baseline")
    names = outcome_names(spec)
    assert len(set(names)) == len(names)
    assert {name.split(".")[0] for name in names} == OUTCOMES.keys()
    variable, place = place_of("trust.china.uzbekistan", spec)
    assert (variable.name, place) == ("trust", (spec.power_names.index("china"), spec.state_names.index("uzbekistan")))
    for wrong in ("trust.china", "trust.nobody.uzbekistan", "trust"):
        with pytest.raises(ValueError, match=r"shorter|longer|not in"):
            place_of(wrong, spec)
    with pytest.raises(KeyError):
        place_of("happiness", spec)


@pytest.mark.parametrize(
    ("word", "found"),
    [("usa", "united_states"), ("US", "united_states"), ("uk", ""), ("eu", ""), ("rusia", "russia"), ("prc", "china")],
)
def test_a_guess_is_near_in_meaning(word: str, found: str) -> None:
    assert nearest(word, ("japan", "china", "russia", "united_states")) == found
