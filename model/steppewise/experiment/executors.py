"""Who runs jobs: this thread, several, or a Dask cluster. All do the same work with the same numbers.

They take jobs one by one and hand on results as they come, with a few under way at a time, so that memory does not grow
with the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from steppewise.errors import SteppewiseError

if TYPE_CHECKING:
    from steppewise.experiment.block import BlockResult

UNDER_WAY: Final = 2
"""Jobs at a time for each thread or process: one at work, one waiting."""


class Runnable(Protocol):
    """Something that can be run anywhere."""

    def run(self) -> BlockResult:
        """Run it."""
        ...


J = TypeVar("J", bound=Runnable)


class Executor(Protocol):
    """Runs jobs in any order."""

    def check(self) -> None:
        """Raise SteppewiseError where it cannot compute, so that this is known before anything is written."""
        ...

    def run(self, jobs: Iterable[J]) -> Generator[tuple[J, BlockResult], None, None]:
        """Each job with its result, as they come; closing it stops the work."""
        ...


class Serial:
    """One job after the other in this thread."""

    def check(self) -> None:
        """Nothing to check: threads are there."""

    def run(self, jobs: Iterable[J]) -> Generator[tuple[J, BlockResult], None, None]:
        """Each job with its result, in order."""
        for job in jobs:
            yield job, job.run()


class Threads(Serial):
    """Several threads: compiled worlds leave Python to the others."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def run(self, jobs: Iterable[J]) -> Generator[tuple[J, BlockResult], None, None]:
        """Each job with its result, as they come."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix="worlds") as pool:
            try:
                yield from streamed(
                    iter(jobs),
                    submit=lambda job: pool.submit(job.run),
                    first=lambda futures: wait(futures, return_when=FIRST_COMPLETED).done,
                    room=lambda: UNDER_WAY * self._workers,
                )
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def streamed(
    jobs: Iterator[J],
    submit: Callable[[J], Any],
    first: Callable[[Iterable[Any]], Iterable[Any]],
    room: Callable[[], int],
) -> Generator[tuple[J, BlockResult], None, None]:
    """Each job with its result, as they come, with so many under way as there is room for.

    `submit` turns a job into a future, `first` waits for one or more of several futures.
    """
    under_way: dict[Any, J] = {}
    while True:
        for job in islice(jobs, max(room() - len(under_way), 0)):
            under_way[submit(job)] = job
        if not under_way:
            return
        for future in first(under_way):
            result = future.result()
            yield under_way.pop(future), result


def local(workers: int) -> Serial:
    """The executor of so many threads."""
    return Serial() if workers == 1 else Threads(workers)


def executor_of(kind: str, workers: int, scheduler: str | None) -> Executor:
    """The executor of that name. Raises SteppewiseError for what there is not, or does not go together."""
    if workers < 1:
        raise SteppewiseError(f"workers must be 1 or more, not {workers}")
    if kind == "dask":
        from steppewise.experiment.cluster import Dask

        return Dask(scheduler, workers)
    if kind != "local":
        raise SteppewiseError(f"the executor is local or dask, not '{kind}'")
    if scheduler is not None:
        raise SteppewiseError("--scheduler goes with --executor dask")
    return local(workers)


def cores_available() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
