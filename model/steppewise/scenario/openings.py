"""Whether the opening values of a scenario are those of the year in which it starts."""

from __future__ import annotations

from typing import Final

from steppewise.evidence.types import Definition
from steppewise.scenario.events.set import changes_later
from steppewise.scenario.spec import ScenarioSpec

YEAR_OF_THE_EVIDENCE: Final = 2025

_OF_ANY_YEAR: Final = frozenset({"gdp", "format_start", "border"})
"""How things stand at the start, but by a date or a year of their own, or for good."""


def opening_doubts(spec: ScenarioSpec) -> list[str]:
    """A sentence where a scenario starts in another year than the evidence and leaves its opening values; or none."""
    if spec.opening_year == YEAR_OF_THE_EVIDENCE:
        return []
    opening = [name for name, one in spec.parameters.items() if _is_of_the_start(one.definition)]
    left = [name for name in opening if name not in spec.changed]
    if not left:
        return []
    return [
        f"The run starts in {spec.opening_year}, but {len(left)} of the {len(opening)} values that say how things "
        f"stand at the start are those of {YEAR_OF_THE_EVIDENCE}, such as {left[0]}."
    ]


def _is_of_the_start(definition: Definition) -> bool:
    return not changes_later(definition) and definition.key not in _OF_ANY_YEAR
