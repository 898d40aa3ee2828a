"""Experiment files for tests: a good one, and ways to put a line into it."""

from __future__ import annotations

GOOD = {
    "name": "x",
    "scenario": "baseline",
    "vary": "{powers.japan.effort: {from: 0, to: 1}}",
    "design": "{kind: grid, steps: 3}",
    "outcomes": "[regional_share.japan]",
}

STAGE = """\
name: stage
extends: package-delivered
events:
  - {at: 2027Q1, labour_pathway: 1, by: japan, to: all}
  - {at: 2027Q1, corridor: 1, along: [kazakhstan, turkmenistan]}
"""
"""A scenario with events of several kinds; `events` lines vary around it."""

HEADER = (
    "powers.japan.execution,powers.japan.effort,world.trust.negativity,mechanisms.hedging,events.package/japan/all/1.at"
)
WITH_POINTS = """\
name: x
scenario: package-delivered
vary:
  powers.japan.execution: {from: 0.2, to: 0.9}
  powers.japan.effort: {values: [1, 2, 4], relative: true}
  world.trust.negativity: evidence
  mechanisms.hedging: {values: [on, off]}
  events.package/japan/all/1.at: {from: 2026Q1, to: 2028Q4}
design: {kind: list, file: points.csv}
outcomes: [regional_share.japan]
"""


def text_of(**keys: str) -> str:
    """The good experiment with some keys replaced or added."""
    return "".join(f"{key}: {value}\n" for key, value in {**GOOD, **keys}.items())


def text_with(section: str, line: str) -> str:
    """The good experiment with a last line that is wrong: at the top (form), or under vary."""
    if section == "form":
        rest = {key: value for key, value in GOOD.items() if key != line.partition(":")[0]}
        return "".join(f"{key}: {value}\n" for key, value in rest.items()) + f"{line}\n"
    scenario = "stage.yaml" if section == "events" else "baseline"
    head = {**GOOD, "scenario": scenario}
    del head["vary"]
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + f"vary:\n  {line}\n"
