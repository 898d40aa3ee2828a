"""What a question is about: a scenario with all its uncertain parameters, or an experiment with what it varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any

from steppewise.analysis.factors import uncertain_factors
from steppewise.api import checked, without_overrides
from steppewise.errors import SteppewiseError
from steppewise.experiment.kinds import Kind, kind_of
from steppewise.experiment.loading import load_study
from steppewise.experiment.study import Factor, Study
from steppewise.report.assumptions import main_power
from steppewise.scenario.library import is_path, library_names, unknown_name
from steppewise.scenario.own_rules import NO_RULES, Rule
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Uncertainty

Asked = str | PathLike[str] | ScenarioSpec | Study
"""A name of the library, the path of a file, or what was made of them."""


@dataclass(frozen=True)
class Target:
    """A scenario, what varies around it, and what differs between worlds beside that.

    outcomes: those looked at unless others are asked for.
    """

    name: str
    title: str
    spec: ScenarioSpec
    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    uncertainty: Uncertainty

    def setting(self, worlds: int, seed: int, uncertainty: Uncertainty | None = None) -> dict[str, Any]:
        """What a question says of its subject."""
        return {
            "name": self.name,
            "title": self.title,
            "spec": self.spec,
            "factors": self.factors,
            "worlds": worlds,
            "seed": seed,
            "uncertainty": uncertainty or self.uncertainty,
        }


def target_of(asked: Asked, overrides: Sequence[str] = (), rules: Mapping[str, Rule] = NO_RULES) -> Target:
    """The target of a name, a path, a scenario or a study, with own rules. Raises SteppewiseError."""
    found = _found(asked, overrides)
    return replace(found, spec=found.spec.with_rules(checked(rules)))


def _found(asked: Asked, overrides: Sequence[str]) -> Target:
    if isinstance(asked, Study):
        return _of_study(without_overrides(asked, overrides))
    if isinstance(asked, ScenarioSpec):
        return _of_scenario(without_overrides(asked, overrides))
    name, known = fspath(asked), (*library_names(), *library_names("experiments"))
    if not is_path(name) and name not in known:
        raise SteppewiseError(unknown_name(name, known, "scenarios"))
    if kind_of(name) == Kind.EXPERIMENT:
        return _of_study(load_study(name, overrides))
    return _of_scenario(load_scenario(name, overrides))


def _of_scenario(spec: ScenarioSpec) -> Target:
    """Every parameter that has a range varies; beside them there is only chance."""
    outcomes = (f"regional_share.{main_power(spec)}", "regional_autonomy")
    return Target(spec.name, spec.title, spec, uncertain_factors(spec), outcomes, "chance")


def _of_study(study: Study) -> Target:
    """What the experiment varies; its points and its number of worlds are those of a sweep, and not taken over."""
    return Target(study.name, study.title, study.spec, study.factors, study.outcomes, study.uncertainty)
