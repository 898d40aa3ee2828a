"""From the entries of an experiment's `vary` to factors; every problem is noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from steppewise.evidence.types import CLASSES, EvidenceClass, Parameter
from steppewise.experiment.event_numbers import EVENTS, event_scale, names_of
from steppewise.experiment.experiment_file import ONE_BY_ONE, Entry, LevelsEntry, ValuesEntry
from steppewise.experiment.scales import Scale, factor_scale, position_scale, switch_scale, value_scale
from steppewise.experiment.study import Factor
from steppewise.experiment.varying import Stage, Varied, check_steps, valued
from steppewise.scenario.fields import nearest, span
from steppewise.scenario.spec import MECHANISMS
from steppewise.scenario.values import Stray, expand, nearest_pattern, targets

SWITCHES: Final = "mechanisms."


def factors_of(vary: Mapping[str, Entry], stage: Stage) -> tuple[Varied, ...]:
    """The factors in the order of the entries; those with problems are left out."""
    parameters = _parameters(vary, stage)
    found: list[Varied] = []
    for name, entry in vary.items():
        if name.startswith(EVENTS):
            found += _event(name, entry, stage)
        elif name.startswith(SWITCHES):
            found += _mechanism(name, entry, stage)
        elif name in parameters:
            found += _of_parameters(name, entry, parameters[name], stage)
    return tuple(found)


# parameters -------------------------------------------------------------------------------------------------


def _parameters(vary: Mapping[str, Entry], stage: Stage) -> dict[str, tuple[Parameter, ...]]:
    """The parameters of each entry: of several that fit, the one with the fewest wildcards holds."""
    known = stage.spec.parameters
    patterns = [name for name in vary if not name.startswith((EVENTS, SWITCHES))]
    holding, strays = targets(patterns, known)
    for stray in strays:
        _tell_stray(stray, stage)
    found = {pattern: tuple(known[name] for name in known if holding.get(name) == pattern) for pattern in patterns}
    for pattern in patterns:
        if not found[pattern] and not strays:
            stage.add(pattern, "every parameter that it stands for has an entry of its own")
    wrong = {stray.pattern for stray in strays}
    return {pattern: parameters for pattern, parameters in found.items() if parameters and pattern not in wrong}


def _tell_stray(stray: Stray, stage: Stage) -> None:
    message, near = stray.message.replace(" sets ", " varies "), stray.nearest
    if expand(stray.pattern, stage.evidence.parameters.keys() - stage.spec.parameters.keys()):
        message, near = "belongs to an actor that does not take part", ""
    elif stray.pattern in MECHANISMS:
        near = SWITCHES + stray.pattern
    elif not expand(stray.pattern, stage.spec.parameters):
        others = (*names_of(stage.spec), *(SWITCHES + mechanism for mechanism in MECHANISMS))
        near = nearest_pattern(stray.pattern, (*stage.spec.parameters, *others))
    stage.add(stray.pattern, message, near=near)


def _of_parameters(name: str, entry: Entry, found: Sequence[Parameter], stage: Stage) -> list[Varied]:
    if isinstance(entry, str):
        return _within_evidence(name, entry, found, stage)
    if isinstance(entry, LevelsEntry) and _lack_levels(name, found, stage):
        return []
    names = tuple(parameter.name for parameter in found)
    evidence = _weakest(found)
    if not isinstance(entry, LevelsEntry) and entry.relative:
        scale = factor_scale(found, stage.ignorance)
        return valued(Factor(name, "parameter", names, "relative", 0, 0, evidence=evidence), entry, scale, stage)
    scale = _scale_of(found, stage)
    return valued(Factor(name, "parameter", names, "absolute", 0, 0, evidence=evidence), entry, scale, stage)


def _scale_of(found: Sequence[Parameter], stage: Stage) -> Scale:
    first = {parameter.definition: parameter.name for parameter in reversed(found)}
    return value_scale({name: definition for definition, name in first.items()}, stage.evidence.levels)


def _lack_levels(name: str, found: Sequence[Parameter], stage: Stage) -> bool:
    """True, and noted, where a parameter takes no levels."""
    strange = next((p.definition for p in found if not p.definition.takes_levels), None)
    if strange is not None:
        bounds = span(strange.lowest, strange.highest, strange.unit)
        stage.add(name, "this parameter has no levels, but a unit of its own", f"values from {bounds}", key="levels")
    return strange is not None


def _weakest(found: Sequence[Parameter]) -> EvidenceClass:
    """Of several classes of evidence the one that says least."""
    return max((parameter.evidence for parameter in found), key=CLASSES.index)


def _within_evidence(name: str, entry: str, found: Sequence[Parameter], stage: Stage) -> list[Varied]:
    """One factor for the ranges of all parameters together, or one for each."""
    uncertain = [parameter for parameter in found if parameter.is_uncertain]
    if not uncertain:
        alone = f"has no range in the evidence: it is {found[0].value:g} {found[0].definition.unit}"
        message = alone if len(found) == 1 else "none of these parameters has a range in the evidence"
        stage.add(name, message, "from and to, or values; or a range under set in the scenario")
        return []
    check_steps(name, None, stage)
    if entry == ONE_BY_ONE:
        return [_position(parameter.name, [parameter]) for parameter in uncertain]
    return [_position(name, uncertain)]


def _position(name: str, found: Sequence[Parameter]) -> Varied:
    names, scale = tuple(parameter.name for parameter in found), position_scale()
    factor = Factor(name, "parameter", names, "evidence", 0.0, 1.0, unit=scale.unit, evidence=_weakest(found))
    return Varied(factor, scale)


# events and mechanisms --------------------------------------------------------------------------------------


def _event(name: str, entry: Entry, stage: Stage) -> list[Varied]:
    scale = event_scale(name, stage)
    if scale is None:
        return []
    if isinstance(entry, str):
        stage.add(name, "an event has no range in the evidence", "from and to, or values")
        return []
    if not isinstance(entry, LevelsEntry) and entry.relative:
        stage.add(name, "a number of an event is not drawn", "the values themselves", key="relative")
        return []
    return valued(Factor(name, "event", (name,), "absolute", 0, 0), entry, scale, stage)


def _mechanism(name: str, entry: Entry, stage: Stage) -> list[Varied]:
    mechanism = name.removeprefix(SWITCHES)
    if mechanism not in MECHANISMS:
        near = nearest(mechanism, MECHANISMS)
        stage.add(name, "there is no such mechanism", ", ".join(MECHANISMS), near and SWITCHES + near)
        return []
    if not isinstance(entry, ValuesEntry) or entry.relative:
        stage.add(name, "a mechanism is on or off", "{values: [on, off]}")
        return []
    return valued(Factor(name, "mechanism", (mechanism,), "absolute", 0, 0), entry, switch_scale(), stage)
