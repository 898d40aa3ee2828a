"""Events in words, kind by kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steppewise.report.wording import event_label, event_words
from steppewise.scenario.event import Event, spell
from steppewise.scenario.events import KINDS
from steppewise.scenario.freeze import event_entry
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

CASES = {
    "visit: held, by: japan, to: all": "Japan: leader's visit to all 5 states",
    "visit: cancelled, by: japan, to: [kazakhstan], level: minister": "Japan: minister's visit to Kazakhstan cancelled",
    "package: 2, by: china, to: all, over: 5": "China: package of 2 billion USD for all 5 states over 5 years",
    "labour_pathway: 1, by: japan, to: [uzbekistan, kyrgyzstan], over: 1":
        "Japan: labour pathway of 1 billion USD for Uzbekistan and Kyrgyzstan over 1 year",
    "pressure: high, by: russia, to: [kazakhstan], probability: 0.3":
        "Russia: pressure on Kazakhstan for 1 year, in 30 % of worlds",
    "budget: 0.5, by: china": "China: budget times 0.5 for good",
    "corridor: 1, along: [kazakhstan, turkmenistan]": "corridor of 1 billion USD along Kazakhstan and Turkmenistan",
    "format: ended, by: russia": "Russia: C5+1 format ended",
    "membership: left, by: russia, to: [kazakhstan]": "Russia: Kazakhstan leaves the union",
    "alliance: formed, by: china, to: [tajikistan]": "China: alliance with Tajikistan formed",
    "trade_shock: 0.3, by: russia, to: all, over: 5": "Russia: trade with all 5 states times 0.3 for 5 years",
    "remittance_shock: 0.5, by: russia, to: [tajikistan]": "Russia: remittances to Tajikistan times 0.5 for 1 year",
    "remittance_shock: 0.5, to: [tajikistan]": "remittances to Tajikistan times 0.5 for 1 year",
    "resource_price: 1.5, over: 2": "price of resources of all 5 states times 1.5 for 2 years",
    "security_crisis: 2, to: [kyrgyzstan, tajikistan]":
        "need of security in Kyrgyzstan and Tajikistan times 2 for 1 year",
    "set: {powers.japan.execution: 0.9}": "powers.japan.execution becomes 0.9",
}  # fmt: skip


def the_event(folder: Path, text: str) -> tuple[Event, ScenarioSpec]:
    """The one event of a scenario."""
    file = folder / "story.yaml"
    file.write_text(f"name: story\nstart: 2025Q3\nend: 2030Q4\nevents:\n  - {{at: 2026Q1, {text}}}\n", encoding="utf-8")
    spec = load_scenario(file)
    (event,) = spec.events
    return event, spec


@pytest.mark.parametrize(("text", "words"), CASES.items())
def test_an_event_in_words(tmp_path: Path, text: str, words: str) -> None:
    event, spec = the_event(tmp_path, text)
    assert event_words(event, spec) == words
    assert event_label(event, spec).startswith(words.split(", in ")[0])


@pytest.mark.parametrize(
    "text", [text for kind in KINDS.values() for text in kind.examples_in(load_scenario("baseline"))]
)
def test_the_examples_of_a_kind_are_events_of_it_whose_words_name_all_that_they_say(tmp_path: Path, text: str) -> None:
    """Also of a kind that is added: whoever adds it writes no words here."""
    event, spec = the_event(tmp_path, text)
    words, said = event_words(event, spec), event_entry(event, spec)
    assert set(said) & set(KINDS) == {event.kind}
    labels = {actor.name: actor.label for actor in (*spec.powers, *spec.states)}
    states = said.get("along", ()) if said.get("to", "all") == "all" else said["to"]
    for name in (*filter(None, [said.get("by")]), *states):
        assert labels[name] in words
    assert "over" not in said or spell(said["over"]) in words
    assert not re.search(r"[{}\[\]]|None", words)


def test_the_words_of_every_kind_that_has_its_own_are_in_the_cases() -> None:
    assert {text.split(":")[0] for text in CASES} >= {
        kind.kind for kind in KINDS.values() if kind.words is not Event.words
    }
