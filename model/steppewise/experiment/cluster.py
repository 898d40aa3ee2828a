"""A Dask cluster as executor: the one at an address, or one on this computer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from steppewise.errors import SteppewiseError
from steppewise.experiment.block import BlockResult
from steppewise.experiment.executors import MOST_FRESH_STARTS, UNDER_WAY, Done, Say, silent, streamed
from steppewise.experiment.helpers import without_main
from steppewise.experiment.manifest import versions
from steppewise.experiment.study import Task, run_task

PATIENCE: Final = 10.0
"""Seconds that a scheduler has to answer, and then to show a worker."""


class Dask:
    """A Dask cluster: the one at an address, or one on this computer."""

    def __init__(self, scheduler: str | None, workers: int, say: Say = silent) -> None:
        self._scheduler, self._workers, self._say = scheduler, workers, say

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Each task with its result, as they come. A lost worker's pieces are computed again by others.

        Raises SteppewiseError where Dask is missing, the scheduler cannot be reached or is lost, or a worker has
        other versions.
        """
        distributed = _distributed()
        here = _numeric_versions()
        with _quiet(), ExitStack() as stack:
            client = stack.enter_context(self._client(distributed))
            with _telling(self._scheduler):
                yield from streamed(
                    iter(tasks),
                    {},
                    submit=lambda task: client.submit(
                        run_there, task, here, pure=False, retries=MOST_FRESH_STARTS
                    ),
                    first=lambda futures: distributed.wait(list(futures), return_when="FIRST_COMPLETED").done,
                    room=lambda: UNDER_WAY * max(sum(client.nthreads().values()), 1),
                )

    @contextmanager
    def _client(self, distributed: Any) -> Iterator[Any]:
        """A client of the scheduler, or of a cluster of processes on this computer."""
        with ExitStack() as stack:
            address: Any = self._scheduler
            if address is None:
                with without_main():
                    cluster = distributed.LocalCluster(
                        n_workers=self._workers, threads_per_worker=1, dashboard_address=None
                    )
                address = stack.enter_context(cluster)
            client = stack.enter_context(_connected(distributed, address))
            yield client
