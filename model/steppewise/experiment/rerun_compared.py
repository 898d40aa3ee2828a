"""Computing a comparison again from its folder alone: all its scenarios, or one world under each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from steppewise.arrays import Array
from steppewise.experiment.ensemble import Ensemble
from steppewise.experiment.rerun import all_again, one_again, row_of
from steppewise.experiment.rerun_sweep import Pair
from steppewise.experiment.tables import Runs


def compared_again(ensembles: Sequence[Ensemble], world: int | None = None, workers: int = 1) -> Pair:
    """The worlds of all scenarios as they were stored and as they come out again, columns named `SCENARIO:NAME`.

    Raises SteppewiseError where there is no such world.
    """
    kept = [_kept(ensemble, world) for ensemble in ensembles]
    again = [all_again(one, workers) if world is None else one_again(one, world) for one in ensembles]
    names = [ensemble.spec.name for ensemble in ensembles]
    return Pair(_together(names, kept), _together(names, again))


def _kept(ensemble: Ensemble, world: int | None) -> Runs:
    runs = Runs(ensemble.status, ensemble.parameters, ensemble.outcomes)
    return runs if world is None else row_of(runs, world)


def _together(names: Sequence[str], runs: Sequence[Runs]) -> Runs:
    status = tuple(word for one in runs for word in one.status)
    parameters = _named(names, [one.parameters for one in runs])
    return Runs(status, parameters, _named(names, [one.outcomes for one in runs]))


def _named(names: Sequence[str], columns: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    return {
        f"{scenario}:{name}": np.asarray(values)
        for scenario, by_name in zip(names, columns, strict=True)
        for name, values in by_name.items()
    }
