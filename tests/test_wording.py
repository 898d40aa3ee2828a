"""Events in words, kind by kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from steppewise.report.wording import event_label, event_words
from steppewise.scenario.events import EVENT_ENTRIES
from steppewise.scenario.resolve import load_scenario

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


@pytest.mark.parametrize(("text", "words"), CASES.items())
def test_an_event_in_words(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "story.yaml"
    file.write_text(f"name: story\nstart: 2025Q3\nend: 2030Q4\nevents:\n  - {{at: 2026Q1, {text}}}\n", encoding="utf-8")
    spec = load_scenario(file)
    (event,) = spec.events
    assert event_words(event, spec) == words
    assert event_label(event, spec).startswith(words.split(", in ")[0])


def test_every_kind_has_its_words() -> None:
    assert {text.split(":")[0] for text in CASES} == EVENT_ENTRIES.keys()
