"""The golden table: what the scenarios of the library come to in a few worlds, to the last bit, kept in golden.json.

`python -m tests.golden` says whether the table still holds, `python -m tests.golden --write` writes it anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from steppewise.experiment.ensemble import Plan, simulate
from steppewise.scenario.resolve import load_scenario
from steppewise.world.variables import outcome_names

FILE = Path(__file__).with_suffix(".json")
WORLDS, SEED = 3, 0
SCENARIOS = ("baseline", "history")
VARIABLES_KEPT = (
    "share",
    "regional_share",
    "autonomy",
    "regional_trust",
    "regional_dependence",
    "trade_share",
    "execution",
    "promised",
    "delivered",
    "has_format",
    "cooperation",
    "absorptive_capacity",
)
RENEW = (
    "If the change is meant, write the table anew with\n\n    python -m tests.golden --write\n\n"
    "and say in CHANGELOG.md why the numbers of the model have changed."
)

Table = Mapping[str, Mapping[str, list[float]]]
"""Scenario -> outcome -> one number a world."""


def table() -> Table:
    """The table as the model gives it now."""
    return {name: _outcomes(name) for name in SCENARIOS}


def _outcomes(scenario: str) -> dict[str, list[float]]:
    spec = load_scenario(scenario)
    outcomes = simulate(spec, Plan(WORLDS, SEED), ()).outcomes
    kept = [name for name in outcome_names(spec) if name.partition(".")[0] in VARIABLES_KEPT]
    return {name: outcomes[name].tolist() for name in kept}


def kept_table() -> Table:
    """The table as it was last written."""
    found: Table = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def differences(now: Table, kept: Table) -> list[str]:
    """What differs between two tables, a line each; none where they agree."""
    rows = {(scenario, name) for found in (now, kept) for scenario in found for name in found[scenario]}
    return [line for row in sorted(rows) for line in _difference(*row, now, kept)]


def _difference(scenario: str, name: str, now: Table, kept: Table) -> list[str]:
    ours, theirs = (found.get(scenario, {}).get(name) for found in (now, kept))
    if ours is None or theirs is None:
        return [f"{scenario} {name}: {'gone' if ours is None else 'new'}"]
    if ours == theirs:
        return []
    return [f"{scenario} {name}: {ours} instead of {theirs}"]


def text(found: Table) -> str:
    """The table as it stands in the file: a line an outcome, so that a change shows what it changes."""
    blocks = [
        f'  "{scenario}": {{\n' + ",\n".join(f"    {json.dumps(n)}: {json.dumps(v)}" for n, v in rows.items()) + "\n  }"
        for scenario, rows in found.items()
    ]
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def main() -> int:
    """Write the table, or say what differs; 1 where something does."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table anew")
    arguments = parser.parse_args()
    now = table()
    changed = differences(now, kept_table()) if FILE.exists() else ["there is no table yet"]
    if arguments.write:
        FILE.write_text(text(now), encoding="utf-8")
        reminder = "CHANGELOG.md must say why the numbers have changed." if changed else "Nothing has changed."
        sys.stdout.write(f"{FILE.name}: {len(changed)} rows changed. {reminder}\n")
        return 0
    sys.stdout.write("\n".join(changed) + ("\n\n" + RENEW + "\n" if changed else "The table holds.\n"))
    return bool(changed)


if __name__ == "__main__":
    sys.exit(main())
