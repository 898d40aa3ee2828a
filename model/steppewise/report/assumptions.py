"""The assumptions that matter: those that the scenario changed, and those that go with its main outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

import numpy as np

from steppewise.arrays import Array
from steppewise.evidence.catalogue import load_evidence
from steppewise.evidence.explain import of_parameter
from steppewise.evidence.types import Parameter
from steppewise.experiment.ensemble import Ensemble
from steppewise.scenario.spec import ScenarioSpec
from steppewise.wording.names import begin, listed, possessive

MOST: Final = 10
FEWEST_WORLDS: Final = 20
"""Worlds below which no rank correlation is told."""

MOST_PASSAGES: Final = 2


@dataclass(frozen=True)
class Assumption:
    """One parameter with its evidence, as the page shows it; `correlation` is None where it is not told."""

    name: str
    title: str
    value: str
    unit: str
    range: str
    evidence: str
    class_text: str
    source: str
    passages: tuple[str, ...]
    reason: str
    correlation: float | None = None


@dataclass(frozen=True)
class Correlated:
    """Parameters that go most with an outcome; correlations below `threshold` can be luck of the draw."""

    what: str
    parameters: int
    worlds: int
    threshold: float
    found: tuple[Assumption, ...]


def assumption(parameter: Parameter, spec: ScenarioSpec, correlation: float | None = None) -> Assumption:
    """A parameter with what is known about it."""
    evidence = load_evidence()
    explained = of_parameter(parameter, evidence)
    facts = dict(explained.facts)
    claimed = [claim.passage for claim in explained.claims]
    passages = dict.fromkeys([parameter.passage, *claimed] if parameter.passage else claimed)
    return Assumption(
        name=parameter.name,
        title=_title(parameter, spec),
        value=number(parameter.value),
        unit=parameter.definition.unit,
        range=f"{number(parameter.low)} to {number(parameter.high)}" if parameter.is_uncertain else "",
        evidence=parameter.evidence,
        class_text=facts["class"],
        source=facts.get("source", parameter.source),
        passages=tuple(passages)[:MOST_PASSAGES],
        reason=parameter.reason,
        correlation=correlation,
    )


def _title(parameter: Parameter, spec: ScenarioSpec) -> str:
    """Whose parameter it is, and what it means: `Japan and Kyrgyzstan: imports plus exports ...`."""
    known = spec.labels
    whose = [known[part] for part in parameter.name.split(".")[1:3] if part in known]
    meaning = parameter.definition.meaning
    return f"{listed(whose)}: {meaning}" if whose else begin(meaning)


def number(value: float) -> str:
    """A value of a parameter: four digits, thousands marked, no exponent."""
    if value and abs(value) < 1e-3:
        return f"{value:.2g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def changed(spec: ScenarioSpec) -> tuple[Assumption, ...]:
    """The parameters that the scenario, or one that it extends, set."""
    return tuple(assumption(spec.parameters[name], spec) for name in spec.changed)


def main_power(spec: ScenarioSpec) -> str:
    """The power that the scenario is about: most often named in its events and changes; else the first."""
    actors = [str(getattr(event, "by", "")) for event in spec.events]
    actors += [part for name in spec.changed for part in name.split(".")]
    named = Counter(actors)
    return max(spec.power_names, key=lambda power: named[power])


def most_correlated(ensemble: Ensemble) -> Correlated | None:
    """The parameters with the highest rank correlations with the regional share of the main power.

    None with too few worlds, or where no parameter varies.
    """
    spec, power = ensemble.spec, main_power(ensemble.spec)
    what = f"{possessive(spec.labels[power])} regional influence share at the end"
    return correlated(ensemble, what, ensemble.outcomes[f"regional_share.{power}"])


def correlated(ensemble: Ensemble, what: str, values: Array) -> Correlated | None:
    """The parameters of an ensemble with the highest rank correlations with some values, one a world.

    None with too few worlds, or where no parameter varies.
    """
    spec, worlds = ensemble.spec, int(np.isfinite(values).sum())
    if worlds < FEWEST_WORLDS or not ensemble.parameters:
        return None
    found = rank_correlations(ensemble.parameters, values)
    threshold = sqrt(2.0 * log(max(len(found), 2)) / (worlds - 1))
    strongest = sorted(found, key=lambda name: -abs(found[name]))[:MOST]
    kept = [name for name in strongest if abs(found[name]) > threshold]
    told = tuple(assumption(spec.parameters[name], spec, found[name]) for name in kept)
    return Correlated(what, len(found), worlds, threshold, told)


def rank_correlations(parameters: Mapping[str, Array], outcome: Array) -> dict[str, float]:
    """Spearman's correlation of each parameter with an outcome over worlds; those that do not vary are left out.

    So are worlds without an outcome.
    """
    good = np.flatnonzero(np.isfinite(outcome))
    if not len(good) or np.ptp(outcome[good]) == 0:
        return {}
    ranks = _standard_ranks(outcome[good])
    drawn = ((name, values[good]) for name, values in parameters.items())
    return {name: float(_standard_ranks(values) @ ranks) / len(good) for name, values in drawn if np.ptp(values) > 0}


def _standard_ranks(values: Array) -> Array:
    """Ranks of (world,), with mean 0 and variance 1."""
    ranks = values.argsort().argsort().astype(float)
    standard: Array = (ranks - ranks.mean()) / ranks.std()
    return standard
