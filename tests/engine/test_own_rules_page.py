"""The page on own rules: what it shows can be run as it stands, and does what it says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "own-rules.md"


def test_the_example_runs_and_shows_a_difference():
    [code] = re.findall(r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    names: dict = {"__name__": "example"}
    path = Path("example.py")
    exec(compile(code.replace("runs=500", "runs=40"), path, "exec"), names)
    comparison = names["comparison"]
    assert [spec.name for spec in comparison.specs] == ["baseline", "baseline-with-own-trust-trust"]
    assert comparison.at("regional_trust", "japan").mean < -0.01
    assert any("trust" in sentence for sentence in comparison.sentences())


def test_the_rules_that_the_page_names_are_there():
    [sentence] = re.findall(r"by module and name: (.+?) \.\.\.", PAGE.read_text(encoding="utf-8"), re.S)
    names = re.findall(r"`(\w+)\.(\w+)`", sentence)
    assert len(names) >= 5
    for module, name in names:
        assert callable(getattr(import_module(f"steppewise.world.rules.{module}"), name))
