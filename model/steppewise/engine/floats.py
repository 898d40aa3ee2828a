"""Worlds on plain floats, one after the other: the reference, and what runs where nothing is compiled."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from steppewise.errors import SteppewiseError
from steppewise.world.layout import PARAMETERS, STATE, Sizes, places
from steppewise.world.memory import World
from steppewise.world.source import Source
from steppewise.world.tables import Done, Records, Work, records_of


class Floats:
    """The engine in plain Python."""

    name = "plain Python"

    def __init__(self, source: Source) -> None:
        self._source = source

    def run(self, work: Work) -> Done:
        """Run worlds to their end. A world in which something is raised is told in `errors`."""
        drawn, outcomes = (
            np.full((len(work.drawn), work.worlds), np.nan),
            np.full((len(work.outcomes), work.worlds), np.nan),
        )
        observed = np.full((work.quarters, len(work.observed), work.worlds), np.nan, np.float32)
        errors, records = {}, records_of(work)
        for r in range(work.worlds):
            try:
                self._run_one(work, records, r, drawn[:, r], outcomes[:, r], observed[..., r])
            except SteppewiseError as error:
                errors[r] = str(error)
            except Exception as error:
                errors[r] = f"{type(error).__name__}: {error}"
        return Done(drawn, outcomes, observed, errors)

    def _run_one(
        self, work: Work, records: Records, r: int, drawn: np.ndarray, outcomes: np.ndarray, observed: np.ndarray
    ) -> None:
        try:
            self._pass(World(work.sizes), work, records, r, drawn, outcomes, observed)
        except ZeroDivisionError:  # once more with numbers that go on as those of processors do
            with np.errstate(all="ignore"):
                self._pass(World(work.sizes, np.float64), work, records, r, drawn, outcomes, observed)

    def _pass(
        self,
        w: World,
        work: Work,
        records: Records,
        r: int,
        drawn: np.ndarray,
        outcomes: np.ndarray,
        observed: np.ndarray,
    ) -> None:
        source, (on, plan, keys, ranges) = self._source, records
        named = _places(work.sizes)
        w.number = type(w.number)(work.numbers[r])
        source.opening.draw_parameters(w, ranges, keys, len(work.low))
        work.change(w.parameter, r)
        drawn[:] = [w.get(*named[cell]) for cell in work.drawn]
        if work.quarters == 0:
            return
        year, h = work.year, work.quarter_of_year
        source.opening.begin(w, on, plan, keys, year + 0.25 * h)
        for t in range(work.quarters):
            source.region.quarter(w, on, plan, keys, year, h, t == 0)
            if len(work.observed):
                source.outcomes.observe(w, plan)
                observed[t] = [w.get(*named[cell]) for cell in work.observed]
            year, h = (year, h + 1) if h < 3 else (year + 1, 0)
        if not len(work.observed):
            source.outcomes.observe(w, plan)
        outcomes[:] = [w.get(*named[cell]) for cell in work.outcomes]


@lru_cache(maxsize=16)
def _places(sizes: Sizes) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return (*places(PARAMETERS, sizes), *places(STATE, sizes))
