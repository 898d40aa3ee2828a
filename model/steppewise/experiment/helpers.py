"""Work beside the main process: the same tasks on other cores, or here where there are none to spare."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from threading import Lock, Thread
from types import ModuleType
from typing import Any, Final, Generic, ParamSpec, Protocol, TypeVar

from steppewise.errors import SteppewiseError

T = TypeVar("T")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)
P = ParamSpec("P")

CANNOT_START = (OSError, ImportError, NotImplementedError, AssertionError)
"""What is raised where the system allows no further processes, or has no semaphores."""


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


MOST_HELPERS: Final = 2


def helpers_for(workers: int) -> int:
    """Processes beside this one that pay while it runs the worlds."""
    return min(workers - 1, MOST_HELPERS)


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


class Pool(ProcessPoolExecutor):
    """A pool whose processes do not run the main script again.

    They need nothing of it. So a script does without `if __name__ == "__main__"`, and may come from a notebook or from
    standard input.
    """

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        """Hand a task on. Raises NoProcessesError where no process can be started for it."""
        with _telling_of_start(), without_main():
            try:
                return super().submit(work, *given, **named)
            except OSError:
                # A process that was killed just now takes the pipes along: asked again, a broken pool says so.
                return super().submit(work, *given, **named)


_BESIDE_MAIN = Lock()


@contextmanager
def without_main() -> Iterator[None]:
    """Let a process that is started find a main module that there is nothing to import of."""
    with _BESIDE_MAIN:
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


class NoProcessesError(SteppewiseError):
    """No further process can be started."""


@contextmanager
def _telling_of_start() -> Iterator[None]:
    try:
        yield
    except CANNOT_START as error:
        raise NoProcessesError(f"further processes cannot be started ({error}); use --workers 1") from error


@contextmanager
def processes(count: int) -> Iterator[Pool]:
    """As `bare_processes`. Raises SteppewiseError where one of them is killed, as happens when memory runs out."""
    with telling_of_end(), bare_processes(count) as pool:
        yield pool


@contextmanager
def telling_of_end() -> Iterator[None]:
    """Raises SteppewiseError where a process is killed."""
    try:
        yield
    except BrokenProcessPool:
        raise SteppewiseError(
            "a worker process was killed, perhaps for want of memory; use fewer --workers or fewer --runs"
        ) from None


@contextmanager
def bare_processes(count: int, at_once: bool = False) -> Iterator[Pool]:
    """A pool of new processes, which end at once when this one is interrupted or killed.

    With `at_once`, tasks under way are not waited for at the end either.
    Raises BrokenProcessPool where one of them is killed, NoProcessesError where none can be had.
    """
    context = multiprocessing.get_context("spawn")
    with _telling_of_start():
        lifeline, end_of_ours = context.Pipe(duplex=False)
        pool = Pool(count, context, initializer=_hold, initargs=(lifeline,))
    try:
        yield pool
    except BrokenProcessPool:
        raise
    except BaseException:
        end_of_ours.close()
        raise
    finally:
        if at_once:
            end_of_ours.close()
        pool.shutdown(wait=True, cancel_futures=True)
        end_of_ours.close()
        lifeline.close()


UNDER_WAY: Final = 2
"""Tasks at a time for each process: one at work, one waiting."""


def shared(
    tasks: Iterator[T],
    work: Callable[[T], R],
    workers: int,
    under_way: dict[Any, T] | None = None,
    here: Callable[[T], R] | None = None,
    ahead: int = UNDER_WAY,
) -> Iterator[tuple[T, R]]:
    """Each task with its result, as they come, from this process and `workers` - 1 others beside it.

    This one works from the start, and alone where all is done before the others are ready; `here` is how it does a
    task, where it is to differ. Each of the others has `ahead` tasks at a time. `under_way` holds what others have
    taken; after an error, what was lost with them.
    Raises BrokenProcessPool where one of them is killed, NoProcessesError where none can be had.
    """
    from steppewise.experiment.compiling import is_loaded

    with bare_processes(workers - 1, at_once=True) as pool:
        ready = [pool.submit(get_ready, is_loaded()) for _ in range(workers - 1)]
        yield from streamed(
            tasks,
            {} if under_way is None else under_way,
            submit=lambda task: pool.submit(work, task),
            first=lambda futures: wait_for(futures, return_when=FIRST_COMPLETED).done,
            room=lambda: ahead * sum(each.done() for each in ready),
            here=here or work,
        )


def streamed(
    tasks: Iterator[T],
    under_way: dict[Any, T],
    submit: Callable[[T], Any],
    first: Callable[[Iterable[Any]], Iterable[Any]],
    room: Callable[[], int],
    here: Callable[[T], R] | None = None,
) -> Iterator[tuple[T, R]]:
    """Each task with its result, as they come, with so many under way as there is room for.

    `submit` turns a task into a future, `first` waits for one or more of several futures. `under_way` holds the
    futures of what is not done. With `here`, this process does tasks of its own instead of waiting.
    """
    while True:
        for task in islice(tasks, max(room() - len(under_way), 0)):
            under_way[None] = task  # not lost where it cannot be handed on
            future = submit(task)
            under_way[future] = under_way.pop(None)
        finished: Iterable[Any] = ()
        if here and (mine := list(islice(tasks, 1))):
            yield mine[0], here(mine[0])
            finished = [future for future in under_way if future.done()]
        elif under_way:
            finished = first(under_way)
        else:
            return
        for future in finished:
            result = future.result()
            yield under_way.pop(future), result


def _hold(lifeline: Connection) -> None:
    """In a new process: leave Ctrl-C to the main one, and end when that one lets go, even by being killed."""
    spare_collector()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_after, args=(lifeline,), daemon=True).start()


def _end_after(lifeline: Connection) -> None:
    wait([lifeline])
    os._exit(1)


def spare_collector() -> None:
    """Let the garbage collector look less often, and not at all at the end, in a process that lives for seconds.

    It would spend a fifth of the imports, and half a second on leaving.
    """
    gc.set_threshold(50_000, 20, 100)
    atexit.register(gc.freeze)


def get_ready(compiled: bool = False) -> None:
    """In a new process: import what running worlds needs, while the main one does the same."""
    import steppewise.experiment.ensemble  # noqa: F401
    from steppewise.experiment.compiling import follow

    if compiled:
        follow()


def processes_available() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
