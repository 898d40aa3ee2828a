"""Who computes the pieces of a sweep: this process, others on this computer, or a Dask cluster.

All do the same work with the same numbers. They take tasks one by one and hand on results as they come, with a few
tasks under way at a time, so that memory does not grow with the sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from typing import Any, Final, Protocol

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.helpers import NoProcessesError, shared
from steppewise.experiment.study import Task, run_task

MOST_FRESH_STARTS: Final = 3
"""How often in a row other processes may be killed before any of them has done a task."""

Done = tuple[Task, BlockResult]
Results = Generator[Done, None, None]
"""Tasks with their results, as they come; closing it stops the work."""

Say = Callable[[str], None]


def silent(word: str) -> None:
    """Say nothing."""


class Executor(Protocol):
    """Computes tasks in any order."""

    def check(self) -> None:
        """Raise SteppewiseError where it cannot compute, so that this is known before anything is written."""
        ...

    def run(self, tasks: Iterable[Task]) -> Results:
        """Each task with its result, as they come."""
        ...


class Serial:
    """One task after the other in this process."""

    def check(self) -> None:
        """Nothing to check: this process is there."""

    def run(self, tasks: Iterable[Task]) -> Results:
        """Each task with its result, in order."""
        for task in tasks:
            yield task, run_task(task)


class Local:
    """Other processes beside this one; where none can be started, this one goes on alone and says so."""

    def __init__(self, workers: int, say: Say = silent) -> None:
        self._workers, self._say = workers, say
        self._own: BlockResult | None = None

    def check(self) -> None:
        """Nothing to check: where no process can be started, this one does the work."""

    def run(self, tasks: Iterable[Task]) -> Results:
        """Each task with its result, as they come. What a killed process had is given to others."""
        lost: list[Task] = []
        waiting = iter(tasks)  # chained, never delegated to: what is dropped would close it
        starts = 0
        while starts < MOST_FRESH_STARTS:
            starts += 1
            try:
                for done in self._in_processes(chain(_emptied(lost), waiting), lost):
                    if done[1] is not self._own:
                        starts = 0
                    yield done
                return
            except BrokenProcessPool:
                self._say("A worker process was killed; what it had is computed again.")
            except NoProcessesError as error:
                self._say(str(error).partition(";")[0].capitalize() + ".")
                break
        self._say("Going on in this process alone, slower.")
        yield from Serial().run(chain(_emptied(lost), waiting))

    def _in_processes(self, tasks: Iterator[Task], lost: list[Task]) -> Iterator[Done]:
        """Each task with its result; those under way when the processes go are `lost`."""
        under_way: dict[Any, Task] = {}
        try:
            yield from shared(tasks, run_task, self._workers, under_way, self._here)
        finally:
            lost += under_way.values()

    def _here(self, task: Task) -> BlockResult:
        self._own = run_task(task)
        return self._own


def _emptied(tasks: list[Task]) -> Iterator[Task]:
    """The tasks of a list, which is emptied."""
    while tasks:
        yield tasks.pop()


def executor_of(kind: str, workers: int, scheduler: str | None, say: Say = silent) -> Executor:
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
    return Serial() if workers == 1 else Local(workers, say)
