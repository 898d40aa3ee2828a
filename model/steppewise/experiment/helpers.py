"""Work beside the main thread, such as writing files while figures are drawn; or here, later, where there is none."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Task(Protocol[T_co]):
    """A task that was handed on."""

    def result(self) -> T_co:
        """What it came to, once it is done."""
        ...


class Helper(Protocol):
    """Takes tasks: a function, and what it is called with."""

    def submit(self, work: Callable[..., T], /, *given: Any) -> Task[T]:
        """Hand a task on."""
        ...


@dataclass(frozen=True)
class Later(Generic[T]):
    """A task that runs here, when its result is asked for."""

    work: Callable[..., T]
    given: tuple[Any, ...]

    def result(self) -> T:
        """Run it."""
        return self.work(*self.given)


class Here:
    """Runs tasks in this thread."""

    def submit(self, work: Callable[..., T], /, *given: Any) -> Task[T]:
        """Keep a task until its result is asked for."""
        return Later(work, given)


HERE: Final = Here()


@contextmanager
def helper_beside(workers: int) -> Iterator[Helper]:
    """A thread beside this one; with one worker in all, tasks run here.

    When the block is left, be it by an interrupt, tasks that have not begun are dropped.
    """
    if workers == 1:
        yield HERE
        return
    with ThreadPoolExecutor(1, thread_name_prefix="helper") as pool:
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def spare_collector() -> None:
    """Let the garbage collector look less often, and not at all at the end, in a process that lives for seconds.

    It would spend a fifth of the imports, and half a second on leaving.
    """
    gc.set_threshold(50_000, 20, 100)
    atexit.register(gc.freeze)
