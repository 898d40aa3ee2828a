"""Worlds on plain floats, one after the other: the reference, and what runs where nothing is compiled."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from steppewise.errors import SteppewiseError
from steppewise.world.layout import PARAMETERS, STATE, Sizes, places
from steppewise.world.source import EngineSource
from steppewise.world.tables import Done, Records, Work, drawn_world, records_of


class Floats:
    """The engine in plain Python."""

    name = "plain Python"

    def __init__(self, source: EngineSource) -> None:
        self._source = source

    def run(self, work: Work) -> Done:
        """Run worlds to their end. A world in which something is raised is told in `errors`."""
        errors: dict[int, str] = {}
        drawn, outcomes = (np.full((len(cells), work.worlds), np.nan) for cells in (work.drawn, work.outcomes))
        observed = np.full((work.quarters, len(work.observed), work.worlds), np.nan, np.float32)
        done, records = Done(drawn, outcomes, observed, errors), records_of(work)
        for r in range(work.worlds):
            try:
                self._run_one(work, records, r, done)
            except SteppewiseError as error:
                errors[r] = str(error)
            except Exception as error:
                errors[r] = " ".join(f"{type(error).__name__}: {error}".split())
        return done

    def _run_one(self, work: Work, records: Records, r: int, done: Done) -> None:
        try:
            self._pass(work, records, r, done, float)
        except ZeroDivisionError:  # once more with numbers that go on as those of processors do
            with np.errstate(all="ignore"):
                self._pass(work, records, r, done, np.float64)

    def _pass(self, work: Work, records: Records, r: int, done: Done, kind: type[float]) -> None:
        source, (on, plan, keys, _), named = self._source, records, _places(work.sizes)
        w = drawn_world(source, work, records, r, kind)
        done.drawn[:, r] = [w.get(*named[cell]) for cell in work.drawn]
        if work.quarters == 0:
            return
        year, h = work.year, work.quarter_of_year
        source.opening.begin(w, on, plan, keys, year, h)
        for t in range(work.quarters):
            source.region.quarter(w, on, plan, keys, year, h, t == 0)
            if len(work.observed) or t == work.quarters - 1:
                source.outcomes.observe(w, plan)
            done.observed[t, :, r] = [w.get(*named[cell]) for cell in work.observed]
            year, h = (year, h + 1) if h < 3 else (year + 1, 0)
        done.outcomes[:, r] = [w.get(*named[cell]) for cell in work.outcomes]


@lru_cache(maxsize=16)
def _places(sizes: Sizes) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return (*places(PARAMETERS, sizes), *places(STATE, sizes))
