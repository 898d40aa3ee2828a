"""Answers for many visitors: one computation for equal questions, one at a time, the latest kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from starlette.concurrency import run_in_threadpool

from steppewise.app.answer import PageWorlds, answer, run
from steppewise.app.classroom import Page, PageState
from steppewise.errors import SteppewiseError

KEPT_ANSWERS: Final = 256
KEPT_OPENINGS: Final = 16
MOST_WAITING: Final = 64
"""Questions that may wait; more are turned away."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BusyError(SteppewiseError):
    """More questions wait than can be answered soon."""


class Latest(OrderedDict[K, V]):
    """The values used last, at most so many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def made(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made if it is not there."""
        if key not in self:
            self[key] = make()
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return self[key]


class AnswerQueue:
    """Computes the answers of pages. `computed` counts what had to be computed."""

    def __init__(self) -> None:
        self.computed = 0
        self._answers = Latest[Hashable, bytes](KEPT_ANSWERS)
        self._openings = Latest[Hashable, PageWorlds](KEPT_OPENINGS)
        self._asked: dict[Hashable, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Lock()

    async def answer(self, page: Page, state: PageState, ahead: bool = False) -> bytes:
        """The vector of a state, little-endian single precision. What is asked `ahead` is computed when nobody waits.

        Raises BusyError.
        """
        key = (page.name, *state.key)
        if key in self._answers:
            return self._answers.made(key, bytes)
        if key not in self._asked:
            if len(self._asked) >= (1 if ahead else MOST_WAITING):
                raise BusyError("too many questions at once; move the lever again in a moment")
            task = asyncio.create_task(self._compute(page, state))
            self._asked[key] = task
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        return await asyncio.shield(self._asked[key])

    async def _compute(self, page: Page, state: PageState) -> bytes:
        async with self._turn:
            made = await run_in_threadpool(self._vector, page, state)
        return self._answers.made((page.name, *state.key), lambda: made)

    def _vector(self, page: Page, state: PageState) -> bytes:
        opening_state = page.opening_of(state.seed)
        opening = self._openings.made((page.name, state.seed, page.worlds), lambda: run(page, [opening_state])[0])
        worlds = opening if state == opening_state else run(page, [state])[0]
        self.computed += 1
        return answer(worlds, opening).astype("<f4").tobytes()
