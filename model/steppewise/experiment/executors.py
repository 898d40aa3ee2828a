"""Who computes the pieces of a sweep: this process, others on this computer, or a Dask cluster.

All do the same work with the same numbers. They take tasks one by one and hand on results as they come, with a few
tasks under way at a time, so that memory does not grow with the sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any, Final, Protocol

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.helpers import processes
from steppewise.experiment.study import Task, run_task

UNDER_WAY: Final = 2
"""Tasks at a time for each worker: one at work, one waiting."""

MOST_FRESH_STARTS: Final = 3
"""How often a pool of processes is set up anew after one of them was killed."""

Done = tuple[Task, BlockResult]
Say = Callable[[str], None]


class Executor(Protocol):
    """Computes tasks in any order."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its result, as they come."""
        ...


class Serial:
    """One task after the other in this process."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its result, in order."""
        for task in tasks:
            yield task, run_task(task)


class Local:
    """Processes on this computer; where none can be started, this process does the work and says so."""

    def __init__(self, workers: int, say: Say = lambda word: None) -> None:
        self._workers, self._say = workers, say

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its result, as they come. What a killed process had is given to others."""
        waiting = iter(tasks)
        lost: list[Task] = []
        for _ in range(MOST_FRESH_STARTS):
            under_way: dict[Future[BlockResult], Task] = {}
            try:
                yield from self._in_processes(_chained(lost, waiting), under_way)
                return
            except BrokenProcessPool:
                lost = list(under_way.values())
                self._say("A worker process was killed; its pieces are computed again.")
        self._say("Worker processes keep being killed or cannot be started: going on in this process, slower.")
        yield from Serial().run(_chained(lost, waiting))

    def _in_processes(self, tasks: Iterator[Task], under_way: dict[Future[BlockResult], Task]) -> Iterator[Done]:
        with processes(self._workers, tell_of_kills=False) as pool:
            while True:
                for task in islice(tasks, UNDER_WAY * self._workers - len(under_way)):
                    under_way[_submitted(pool, task, under_way)] = task
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield under_way.pop(future), result


def _submitted(pool: Any, task: Task, under_way: dict[Future[BlockResult], Task]) -> Future[BlockResult]:
    """Submit a task; one that a broken pool does not take is not lost."""
    try:
        future: Future[BlockResult] = pool.submit(run_task, task)
    except BrokenProcessPool:
        under_way[Future()] = task
        raise
    return future


def _chained(first: list[Task], then: Iterator[Task]) -> Iterator[Task]:
    while first:
        yield first.pop()
    yield from then


class Dask:
    """A Dask cluster: the one at an address, or one on this computer."""

    def __init__(self, scheduler: str | None, workers: int) -> None:
        self._scheduler, self._workers = scheduler, workers

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its result, as they come. A lost worker's pieces are computed again by others."""
        from distributed import as_completed

        waiting = iter(tasks)
        with _client(self._scheduler, self._workers) as client:
            window = UNDER_WAY * max(len(client.scheduler_info()["workers"]), 1)
            under_way = {}
            for task in islice(waiting, window):
                under_way[client.submit(run_task, task, pure=False, retries=MOST_FRESH_STARTS)] = task
            completed = as_completed(list(under_way))
            for future in completed:
                task, result = under_way.pop(future), future.result()
                future.release()
                for following in islice(waiting, 1):
                    more = client.submit(run_task, following, pure=False, retries=MOST_FRESH_STARTS)
                    under_way[more] = following
                    completed.add(more)
                yield task, result


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Any]:
    """A client of the scheduler. Raises SteppewiseError where it cannot be reached or Dask is missing."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise SteppewiseError(
            "the Dask executor needs the extra 'cluster': pip install 'steppewise[cluster]'"
        ) from None
    with ExitStack() as stack:
        if scheduler is None:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            stack.enter_context(cluster)
            yield stack.enter_context(Client(cluster))
            return
        try:
            client = Client(scheduler, timeout=10, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SteppewiseError(f"no Dask scheduler answers at {scheduler}: {reason}") from None
        yield stack.enter_context(client)


def executor_of(kind: str, workers: int, scheduler: str | None, say: Say = lambda word: None) -> Executor:
    """The executor of that name. Raises SteppewiseError for another name, or a scheduler without Dask."""
    if kind == "dask":
        return Dask(scheduler, workers)
    if kind != "local":
        raise SteppewiseError(f"the executor is local or dask, not '{kind}'")
    if scheduler is not None:
        raise SteppewiseError("--scheduler goes with --executor dask")
    return Serial() if workers == 1 else Local(workers, say)
