"""Work beside the main process: the same tasks on other cores, or here where there are none to spare."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, Generic, Protocol, TypeVar

from steppewise.errors import SteppewiseError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Task(Protocol[T_co]):
    """A task that was handed on."""

    def result(self) -> T_co:
        """What it came to, once it is done."""
        ...


class Helper(Protocol):
    """Takes tasks: a function of a module, and what it is called with."""

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
    """Runs tasks in this process."""

    def submit(self, work: Callable[..., T], /, *given: Any) -> Task[T]:
        """Keep a task until its result is asked for."""
        return Later(work, given)


HERE = Here()


@contextmanager
def helpers(count: int) -> Iterator[Helper]:
    """So many processes beside this one; with none of them, tasks run here.

    When the block is left, be it by an interrupt, tasks that have not begun are dropped and the others waited for.
    """
    if count < 1:
        yield HERE
        return
    with processes(count) as pool:
        yield pool


@contextmanager
def processes(count: int, tell_of_kills: bool = True) -> Iterator[ProcessPoolExecutor]:
    """A pool of new processes, which end at once when this one is interrupted or killed.

    Raises SteppewiseError where one of them is killed, as happens when memory runs out; without `tell_of_kills` the
    pool's own BrokenProcessPool.
    """
    context = multiprocessing.get_context("spawn")
    lifeline, end_of_ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(count, context, initializer=_hold, initargs=(lifeline,))
    try:
        yield pool
    except BrokenProcessPool:
        if not tell_of_kills:
            raise
        raise SteppewiseError(
            "a worker process was killed, perhaps for want of memory; use fewer --workers or fewer --runs"
        ) from None
    except BaseException:
        end_of_ours.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        end_of_ours.close()
        lifeline.close()


def _hold(lifeline: Connection) -> None:
    """In a new process: leave Ctrl-C to the main one, and end when that one lets go, even by being killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_after, args=(lifeline,), daemon=True).start()


def _end_after(lifeline: Connection) -> None:
    wait([lifeline])
    os._exit(1)
