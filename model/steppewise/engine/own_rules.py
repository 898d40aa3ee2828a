"""Rules of one's own on plain floats: each is watched, so that a failed world names the rule that failed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Final

import numpy as np

from steppewise.engine.floats import Floats
from steppewise.errors import SteppewiseError
from steppewise.scenario.own_rules import Rule
from steppewise.world.source import with_rules
from steppewise.world.tables import Work

BLAMED_AT_MOST: Final = 16
"""Failed worlds of a block whose rule is looked for."""


class RuleError(SteppewiseError):
    """A rule of one's own that gives no number."""


def watched(own: Mapping[str, Rule]) -> dict[str, Rule]:
    """The same rules, which raise RuleError where they give no finite number."""
    return {name: _watched(name, rule) for name, rule in own.items()}


def _watched(name: str, rule: Rule) -> Rule:
    @wraps(rule)
    def checked(*given: Any) -> Any:
        try:
            value = rule(*given)
        except ZeroDivisionError:
            raise
        except Exception as error:
            raise RuleError(f"the rule '{name}' failed: {type(error).__name__}: {error}") from error
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise RuleError(f"the rule '{name}' returned {_told(value)} for ({', '.join(map(_told, given))})")
        return value

    return checked


def _told(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else repr(value)


def blamed(own: Mapping[str, Rule], work: Work, status: Sequence[str]) -> dict[int, str]:
    """Which rule gave no number in the first failed worlds of compiled work: their place -> a sentence."""
    failed = [world for world, word in enumerate(status) if word != "ok"][:BLAMED_AT_MOST]
    if not failed:
        return {}
    again = replace(work, numbers=work.numbers[failed], values=work.values[:, failed], observed=np.empty(0, np.int32))
    errors = Floats(with_rules(watched(own))).run(again).errors
    return {failed[place]: cause for place, cause in errors.items()}
