"""What can be asked of a world at its end: an outcome of the model, or a conclusion drawn from several of them.

A conclusion is a number a world too, so that its mean over worlds is a mean rank, or the share of the worlds in which
a statement holds; whatever explains an outcome explains a conclusion by the same road.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Final

import numpy as np

from steppewise.arrays import Array
from steppewise.errors import Problem, SteppewiseError
from steppewise.evidence.names import nearest
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.variables import OUTCOMES, outcome_names
from steppewise.yaml_reader import shown

Outcomes = Mapping[str, Array]
"""Outcome -> (world,), or any other shape."""

SOMEWHERE: Final = "somewhere"
SHARE: Final = "share of worlds"
FORMS: Final = (
    "an outcome such as regional_share.japan (steppewise list outcomes), rank.POWER, ahead.POWER.POWER, "
    "ahead.POWER.POWER.STATE, ahead.POWER.POWER.somewhere, effect.SCENARIO.OUTCOME or sign.SCENARIO.OUTCOME"
)


@dataclass(frozen=True)
class Quantity:
    """One number a world: `value` of the outcomes named in `needs`.

    With `against`, it is what that second scenario changes: its value there minus the value under the first, in the
    same world; with `sign_only`, the sign of the change. `is_statement` is True for what holds (1) or not (0).
    """

    name: str
    label: str
    unit: str
    needs: tuple[str, ...]
    value: Callable[[Outcomes], Array]
    is_statement: bool = False
    against: str | None = None
    sign_only: bool = False

    def change(self, first: Array, second: Array) -> Array:
        """What the second scenario changes, world by world."""
        difference: Array = np.sign(second - first) if self.sign_only else second - first
        return difference


def quantity(name: str, spec: ScenarioSpec) -> Quantity:
    """The quantity of that name. Raises SteppewiseError with the nearest name where there is none."""
    stem, _, rest = name.partition(".")
    if stem in _CONCLUSIONS:
        return _CONCLUSIONS[stem](name, rest, spec)
    if name not in outcome_names(spec):
        ranks = [f"rank.{power}" for power in spec.power_names]
        ahead = [f"ahead.{power}.{other}" for power, other in permutations(spec.power_names, 2)]
        near = nearest(name, [*outcome_names(spec), *ranks, *ahead])
        raise SteppewiseError(Problem(f"there is no outcome '{shown(name)}'", allowed=FORMS, nearest=near or None))
    return Quantity(name, label_of(name, spec), unit_of(name), (name,), lambda outcomes: outcomes[name])


def label_of(outcome: str, spec: ScenarioSpec) -> str:
    """An outcome of the model as people say it: `regional influence share, Japan`."""
    stem, *actors = outcome.split(".")
    return ", ".join([OUTCOMES[stem].label, *(spec.labels.get(actor, actor) for actor in actors)])


def unit_of(outcome: str) -> str:
    """The unit of an outcome of the model."""
    return OUTCOMES[outcome.partition(".")[0]].unit


# conclusions --------------------------------------------------------------------------------------------


def _rank(name: str, power: str, spec: ScenarioSpec) -> Quantity:
    """1 for the power with the highest regional share; equal ones share the better rank."""
    _check_actor(name, power, spec.power_names, "power")
    needs = tuple(f"regional_share.{other}" for other in spec.power_names)
    own = f"regional_share.{power}"

    def rank(outcomes: Outcomes) -> Array:
        ahead = [outcomes[other] > outcomes[own] for other in needs]
        return 1.0 + np.sum(ahead, axis=0)

    return Quantity(name, f"rank by regional influence share, {spec.labels[power]}", "rank, 1 is first", needs, rank)


def _ahead(name: str, rest: str, spec: ScenarioSpec) -> Quantity:
    """1 where the first power's influence share exceeds the second's: in the region, in a state, or in any state."""
    first, second, *place = rest.split(".") if rest.count(".") else (rest, "")
    for power in (first, second):
        _check_actor(name, power, spec.power_names, "power")
    if first == second or len(place) > 1:
        raise SteppewiseError(Problem(f"'{shown(name)}' compares nothing", allowed=FORMS))
    if place:
        _check_actor(name, place[0], (*spec.state_names, SOMEWHERE), "state")
    states = spec.state_names if place == [SOMEWHERE] else place
    stems = [f"share.{{}}.{state}" for state in states] or ["regional_share.{}"]
    pairs = [(stem.format(first), stem.format(second)) for stem in stems]
    label = f"{spec.labels[first]} ahead of {spec.labels[second]} {_where(place, spec)}"
    needs = tuple(outcome for pair in pairs for outcome in pair)
    return Quantity(name, label, SHARE, needs, partial(_any_ahead, pairs), is_statement=True)


def _where(place: list[str], spec: ScenarioSpec) -> str:
    if not place or place == [SOMEWHERE]:
        return place[0] if place else "in regional share"
    return next(f"in {state.label}" for state in spec.states if state.name == place[0])


def _any_ahead(pairs: list[tuple[str, str]], outcomes: Outcomes) -> Array:
    ahead = [outcomes[first] > outcomes[second] for first, second in pairs]
    return np.any(ahead, axis=0).astype(float)


def _effect(name: str, rest: str, spec: ScenarioSpec) -> Quantity:
    """What a second scenario changes in a quantity."""
    found = re.fullmatch(r"(.+?\.ya?ml|[^.]+)\.(.+)", rest)
    if found is None or found[2].startswith(("effect.", "sign.")):
        message = f"'{shown(name)}' does not say which scenario's effect on what"
        raise SteppewiseError(
            Problem(message, allowed="such as effect.package-delivered.regional_share.japan, or sign. of the same")
        )
    base = quantity(found[2], spec)
    return replace(base, name=name, label=f"effect of {found[1]} on {base.label}", against=found[1], is_statement=False)


def _sign(name: str, rest: str, spec: ScenarioSpec) -> Quantity:
    """+1 where a second scenario raises a quantity, -1 where it lowers it, 0 where it leaves it as it is."""
    effect = _effect(name, rest, spec)
    return replace(effect, label=f"sign of the {effect.label}", unit="sign, -1 to +1", sign_only=True)


_CONCLUSIONS: Final = {"rank": _rank, "ahead": _ahead, "effect": _effect, "sign": _sign}


def _check_actor(name: str, actor: str, known: tuple[str, ...], kind: str) -> None:
    if actor not in known:
        message = f"'{shown(name)}' names no {kind} of this scenario" + (f": '{shown(actor)}'" if actor else "")
        raise SteppewiseError(Problem(message, allowed=", ".join(known), nearest=nearest(actor, known) or None))


# conditions ---------------------------------------------------------------------------------------------

_COMPARISONS: Final[Mapping[str, Callable[[Array, float], Array]]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
}


@dataclass(frozen=True)
class Condition:
    """A statement about a quantity: `regional_share.japan > 0.1`; for a statement of its own, that it holds."""

    quantity: Quantity
    comparison: str
    threshold: float

    @property
    def text(self) -> str:
        """The condition as it is written."""
        if self.quantity.is_statement and (self.comparison, self.threshold) == (">", 0.5):
            return self.quantity.name
        return f"{self.quantity.name} {self.comparison} {self.threshold:g}"

    def holds(self, values: Array) -> Array:
        """True where the condition holds, in the shape of the values."""
        return _COMPARISONS[self.comparison](values, self.threshold)


def condition(text: str, spec: ScenarioSpec) -> Condition:
    """The condition that a text states. Raises SteppewiseError."""
    example = "such as 'regional_share.japan > 0.1', 'autonomy.kazakhstan < 0.3' or 'ahead.japan.russia'"
    found = re.fullmatch(r"\s*([^\s<>=]+)\s*(?:(<=|>=|<|>)\s*([^\s<>=]+))?\s*", text)
    if found is None:
        raise SteppewiseError(Problem(f"'{shown(text)}' is not a condition on an outcome", allowed=example))
    asked = quantity(found[1], spec)
    if found[2] is None:
        if not asked.is_statement:
            raise SteppewiseError(Problem(f"'{shown(text)}' does not say from which value on", allowed=example))
        return Condition(asked, ">", 0.5)
    return Condition(asked, found[2], _threshold(found[3], example))


def _threshold(text: str, example: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise SteppewiseError(Problem(f"'{shown(text)}' is not a number to compare with", allowed=example))
    return value
