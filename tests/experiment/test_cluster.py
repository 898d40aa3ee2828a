"""Sweeps on a Dask cluster: a real scheduler and real workers, one of which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.swept import (
    ROOT,
    children,
    completed,
    digests,
    environment,
    filled,
    refusal,
    running,
    script,
    study,
    wait_for,
)

from steppewise.engine.forms import form_for
from steppewise.experiment.executors import executor_of
from steppewise.results.store import store_name

pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs Linux")]

NOWHERE = "tcp://127.0.0.1:9"
"""The port of a service that nobody runs."""

SCHEDULER = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
WORKER = ["-m", "distributed.cli.dask_worker", "--no-dashboard", "--no-nanny", "--nthreads", "1"]


@pytest.fixture(scope="module", autouse=True)
def engine() -> None:
    """Compiled beforehand, if need be: it says so, and here what processes say is read."""
    form_for({})


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers = folder, list[subprocess.Popen[bytes]]()
        self._file = folder / "scheduler.json"
        self.scheduler = self._started([*SCHEDULER, "--scheduler-file", str(self._file)], "scheduler")
        try:
            self.address = self._address()
        except BaseException:
            self.close()
            raise

    def _address(self) -> str:
        """Where the scheduler is, once it has written it in full: its file is there before."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return str(json.loads(self._file.read_text())["address"])
            except (FileNotFoundError, json.JSONDecodeError):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def add_worker(self, **changes: str) -> None:
        words = [*WORKER, "--scheduler-file", str(self._file), "--local-directory", str(self.folder)]
        self.workers.append(self._started(words, f"worker-{len(self.workers)}", **changes))

    def _started(self, words: list[str], name: str, **changes: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            environ = {**environment(), **changes}
            return subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, cwd=ROOT, env=environ)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield cluster
    finally:
        cluster.close()


def refused(parent: Path, address: str) -> str:
    """What is said where a cluster is of no use."""
    return refusal(filled, study(), parent, executor_of("dask", 2, address))


def test_a_scheduler_without_workers(tmp_path, cluster, capfd):
    told = refused(tmp_path, cluster.address)
    assert told == (
        f"the Dask scheduler at {cluster.address} has no workers; start some with: dask worker {cluster.address}"
    )
    assert capfd.readouterr() == ("", "")


def test_a_worker_is_killed_and_the_others_do_its_pieces(tmp_path, cluster, undisturbed):
    """It is killed while the process that sweeps waits, with some pieces under way on either worker."""
    cluster.add_worker()
    cluster.add_worker()
    with running(script(tmp_path, kind="dask", scheduler=cluster.address), stdin=subprocess.PIPE) as process:
        wait_for(process, "rows")
        cluster.workers[0].send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert digests(tmp_path / store_name(study())) == undisturbed


def test_a_worker_with_another_version_is_refused(tmp_path, cluster):
    """Its numbers might be other ones."""
    (tmp_path / "sitecustomize.py").write_text("import steppewise; steppewise.__version__ = '0.0.1'")
    cluster.add_worker(PYTHONPATH=f"{tmp_path}:{environment()['PYTHONPATH']}")
    told = refused(tmp_path / "sweeps", cluster.address)
    assert told == (
        "a worker of the cluster has steppewise 0.0.1 instead of 0.1.0; install the same versions everywhere"
    )


def test_a_scheduler_that_is_lost_keeps_what_was_computed(tmp_path, cluster, undisturbed):
    cluster.add_worker()
    code = f"""
import sys
try:
    exec({script(tmp_path, kind="dask", scheduler=cluster.address, worlds=200)!r})
except SteppewiseError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""
    with running(code, stdin=subprocess.PIPE) as process:
        wait_for(process, "rows")
        cluster.scheduler.send_signal(signal.SIGKILL)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.startswith(f"the Dask scheduler at {cluster.address} was lost (")
    assert err.rstrip().endswith("; what was computed is kept, and the same command goes on")
    assert err.count("\n") == 1, err


def test_a_scheduler_that_does_not_answer(tmp_path, capfd):
    told = refused(tmp_path, NOWHERE)
    assert told.startswith(f"no Dask scheduler answers at {NOWHERE}: ")
    assert "\n" not in told
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["nonsense", "carrier-pigeon://home", "127.0.0.1:notaport"])
def test_an_address_that_is_none(tmp_path, address, capfd):
    told = refused(tmp_path, address)
    assert told.startswith(f"no Dask scheduler answers at {address}: ")
    assert capfd.readouterr() == ("", "")


SWEEP = """
import sys
import steppewise
from tests.support.swept import study
worlds, *scheduler = sys.argv[1:]
asked = dict(executor="dask", scheduler=scheduler[0]) if scheduler else dict(workers=1)
try:
    print(steppewise.sweep(study(worlds=int(worlds)), folder="sweeps", **asked).folder)
except steppewise.SteppewiseError as error:
    print("refused:", error)
"""


def told_of_sweep(folder: Path, *words: str) -> str:
    """What a sweep in a process of its own says: where it is, or why it is not."""
    done = subprocess.run(
        [sys.executable, "-c", SWEEP, *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_scheduler_that_does_not_answer_leaves_all_as_it_was(tmp_path):
    refused_there = f"refused: no Dask scheduler answers at {NOWHERE}: "
    assert told_of_sweep(tmp_path, "2", NOWHERE).startswith(refused_there)
    assert not (tmp_path / "sweeps").exists()
    folder = told_of_sweep(tmp_path, "2")
    before = {path: path.read_bytes() for path in (tmp_path / folder).rglob("*") if path.is_file()}
    assert before
    assert told_of_sweep(tmp_path, "4", NOWHERE).startswith(refused_there)
    assert {path: path.read_bytes() for path in (tmp_path / folder).rglob("*") if path.is_file()} == before
    assert told_of_sweep(tmp_path, "2", NOWHERE) == folder, "all is there: nobody is asked"


def test_a_cluster_on_this_computer(tmp_path, undisturbed):
    """Also from a script without a guard; one of its workers is killed as well."""
    with running(script(tmp_path, workers=2, kind="dask"), stdin=subprocess.PIPE) as process:
        wait_for(process, "rows")
        workers = [child for child in children(process.pid) if b"spawn_main" in _command(child)]
        assert workers
        os.kill(workers[0], signal.SIGKILL)
        _, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (0, "")
    assert digests(tmp_path / store_name(study())) == undisturbed


def _command(process: int) -> bytes:
    return Path(f"/proc/{process}/cmdline").read_bytes()


def test_without_dask_the_message_says_what_to_install(tmp_path):
    code = f"""
import sys
sys.modules["distributed"] = None
try:
    exec({script(tmp_path, kind="dask")!r})
except SteppewiseError as error:
    print(error)
"""
    told = completed(code).splitlines()
    assert told[-1] == "the Dask executor needs the extra 'cluster': pip install 'steppewise[cluster]'"
