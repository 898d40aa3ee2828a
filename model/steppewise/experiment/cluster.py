"""A Dask cluster as executor: the one at an address, or one on this computer."""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType
from typing import Any, Final

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.executors import UNDER_WAY, J, Runnable, streamed
from steppewise.experiment.versions import numeric_versions

PATIENCE: Final = 7.0
"""Seconds that a scheduler has to answer, and then as many to show a worker."""


class Dask:
    """A Dask cluster: the one at an address, or one on this computer."""

    def __init__(self, scheduler: str | None, workers: int) -> None:
        self._scheduler, self._workers = scheduler, workers

    def check(self) -> None:
        """Raise SteppewiseError where Dask is missing, or the scheduler cannot be reached or has no worker."""
        distributed = _distributed()
        if self._scheduler is not None:
            with _quiet(), self._client(distributed):
                pass

    def run(self, jobs: Iterable[J]) -> Generator[tuple[J, BlockResult], None, None]:
        """Each job with its result, as they come. A lost worker's pieces are computed again by others.

        Raises SteppewiseError where Dask is missing, the scheduler cannot be reached or is lost, no worker is there,
        or one has other versions.
        """
        distributed = _distributed()
        here = numeric_versions()
        with _quiet(), self._client(distributed) as client, _told_of_cluster(self._scheduler):
            yield from streamed(
                iter(jobs),
                submit=lambda job: client.submit(run_there, job, here, pure=False),
                first=lambda futures: _first_done(distributed, client, futures),
                room=lambda: UNDER_WAY * max(sum(client.nthreads().values()), 1),
            )

    @contextmanager
    def _client(self, distributed: Any) -> Iterator[Any]:
        """A client of the scheduler, or of a cluster of processes on this computer. Raises SteppewiseError."""
        with ExitStack() as stack:
            place: Any = self._scheduler
            if place is None:
                place = stack.enter_context(_local_cluster(distributed, self._workers))
            with _told_of_address(self._scheduler):
                client = stack.enter_context(distributed.Client(place, timeout=PATIENCE, set_as_default=False))
                client.wait_for_workers(1, timeout=PATIENCE)
            yield client


def _first_done(distributed: Any, client: Any, futures: Iterable[Any]) -> Iterable[Any]:
    with client.as_current():
        done: Iterable[Any] = distributed.wait(list(futures), return_when="FIRST_COMPLETED").done
    return done


def run_there(job: Runnable, wanted: Mapping[str, str]) -> BlockResult:
    """Compute a piece on a worker. Raises SteppewiseError where it has other versions than are wanted."""
    mine = numeric_versions()
    other = [f"{name} {mine[name]} instead of {wanted[name]}" for name in wanted if mine[name] != wanted[name]]
    if other:
        raise SteppewiseError(f"a worker of the cluster has {', '.join(other)}; install the same versions everywhere")
    return job.run()


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise SteppewiseError(
            "the Dask executor needs the extra 'cluster': pip install 'steppewise[cluster]'"
        ) from None
    return distributed


@contextmanager
def _local_cluster(distributed: Any, workers: int) -> Iterator[Any]:
    """Processes on this computer, which do not run the main script again. Raises SteppewiseError."""
    with _saying(((OSError, RuntimeError, TimeoutError), "no Dask cluster can be started here: {}")), without_main():
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # any free port, for this computer alone
        )
    with cluster:
        yield cluster


def _told_of_address(scheduler: str | None) -> AbstractContextManager[None]:
    """Turns what Dask says of an address into what the user can mend."""
    no_workers = f"the Dask scheduler at {scheduler} has no workers; start some with: dask worker {scheduler}"
    return _saying(
        ((TimeoutError,), no_workers), ((OSError, ValueError), f"no Dask scheduler answers at {scheduler}: {{}}")
    )


def _told_of_cluster(scheduler: str | None) -> AbstractContextManager[None]:
    """Turns what becomes of a cluster into what the user can mend."""
    from distributed.scheduler import KilledWorker

    place = "the Dask cluster" if scheduler is None else f"the Dask scheduler at {scheduler}"
    kept = "what was computed is kept, and the same command goes on"
    lacking = f"a worker of {place} lacks what it needs ({{}}); install the same steppewise there"
    return _saying(
        ((KilledWorker,), f"workers of {place} were killed again and again, perhaps for want of memory; {kept}"),
        ((ImportError, AttributeError), lacking),
        ((OSError, TimeoutError, CancelledError), f"{place} was lost ({{}}); {kept}"),
    )


@contextmanager
def _saying(*cases: tuple[tuple[type[BaseException], ...], str]) -> Iterator[None]:
    """Say in the words of the first case that fits what was raised; `{}` in them is what that said itself."""
    try:
        yield
    except tuple(kind for kinds, _ in cases for kind in kinds) as error:
        words = next(words for kinds, words in cases if isinstance(error, kinds))
        said = str(error).splitlines() or [type(error).__name__]
        raise SteppewiseError(words.replace("{}", said[0])) from error


@contextmanager
def without_main() -> Iterator[None]:
    """Let a process that is started find a main module that there is nothing to import of.

    So a script does without `if __name__ == "__main__"`, and may come from a notebook or from standard input.
    """
    main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs to itself: that a worker is lost is no matter, and of all else errors tell."""

    def drop(record: logging.LogRecord) -> bool:
        return False

    handlers = list(logging.getLogger("distributed").handlers)
    for handler in handlers:
        handler.addFilter(drop)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(drop)
