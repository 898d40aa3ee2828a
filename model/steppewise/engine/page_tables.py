"""A scenario as the engine in a page is given it (engine/engine.js): what Python's is given, as JSON can hold it.

Numbers of 64 bits go as base64 of their bytes, little-endian, so that no bit is lost.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steppewise.engine.digest import digest_of
from steppewise.scenario.spec import ScenarioSpec
from steppewise.world.tables import Tables, Uncertainty, tables_of, work_of
from steppewise.world.variables import VARIABLES, outcome_fields, outcome_names


def page_tables(
    spec: ScenarioSpec,
    uncertainty: Uncertainty,
    seed: int,
    outcomes: Sequence[str] | None = None,
    observed: Sequence[str] = (),
    drawn: Sequence[str] = (),
    levers: Sequence[str] = (),
) -> dict[str, Any]:
    """What a page needs to run worlds of a scenario under a seed. Raises KeyError for an unknown name.

    outcomes: names (`share.japan.kazakhstan`), or variables (`share`) for all their numbers; None is all there are.
    observed: the same, of every quarter. drawn: parameters of which each world tells its draw. levers: parameters whose
    places the page must know (`cells_of`), since a change is [place, 0 to replace or 1 to multiply, value or values].
    """
    tables = tables_of(spec)
    by_name = _cells_by_name(spec, tables)
    work = work_of(
        spec,
        np.zeros(0),
        lambda stream: seed,
        uncertainty,
        given={},
        scaled={},
        drawn=[tables.cells[name] for name in drawn],
        outcomes=[cell for name in (outcome_names(spec) if outcomes is None else outcomes) for cell in by_name[name]],
        observed=[cell for name in observed for cell in by_name[name]],
    )
    return {
        "digest": digest_of(spec.rules),
        **vars(work.sizes),
        "cells": work.cells,
        "on": work.on.tolist(),
        "rows": work.rows.ravel().tolist(),
        "to": work.to.ravel().tolist(),
        "keys": _text(work.keys),
        "low": _text(work.low),
        "high": _text(work.high),
        "year": work.year,
        "quarter_of_year": work.quarter_of_year,
        "quarters": work.quarters,
        "drawn": work.drawn.tolist(),
        "outcomes": work.outcomes.tolist(),
        "observed": work.observed.tolist(),
        "cells_of": {name: tables.cells[name] for name in levers},
    }


def _cells_by_name(spec: ScenarioSpec, tables: Tables) -> dict[str, list[int]]:
    """Places of the numbers that an outcome's name, or a variable's, stands for."""
    of_fields = [tables.cells_of_field(name) for name in outcome_fields()]
    places = [[cell] for cells in of_fields for cell in cells]
    return dict(zip((*VARIABLES, "leads"), of_fields, strict=True)) | dict(
        zip(outcome_names(spec), places, strict=True)
    )


def _text(values: NDArray[Any]) -> str:
    return base64.b64encode(values.astype(values.dtype.newbyteorder("<")).tobytes()).decode("ascii")
