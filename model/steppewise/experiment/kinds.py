"""What a name or a file stands for: a scenario, or an experiment."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from steppewise.errors import SteppewiseError


class Kind(StrEnum):
    """Kinds of file."""

    SCENARIO = "scenario"
    EXPERIMENT = "experiment"


ONLY_IN_EXPERIMENTS: Final = frozenset({"scenario", "vary", "design", "worlds", "outcomes", "keep"})
"""Keys that tell an experiment file from a scenario file."""


def kind_of(name_or_path: str) -> Kind:
    """What a name or a file stands for; what cannot be read passes for a scenario, which says why."""
    from steppewise.evidence.names import nearest
    from steppewise.scenario.library import is_path, library_names
    from steppewise.yaml_reader import read_yaml

    if not is_path(name_or_path):
        scenarios, experiments = library_names(), library_names("experiments")
        near = nearest(name_or_path, (*experiments, *scenarios))
        return Kind.EXPERIMENT if near in experiments and name_or_path not in scenarios else Kind.SCENARIO
    try:
        data = read_yaml(name_or_path).data
    except SteppewiseError:
        return Kind.SCENARIO
    return Kind.EXPERIMENT if isinstance(data, dict) and not ONLY_IN_EXPERIMENTS.isdisjoint(data) else Kind.SCENARIO
