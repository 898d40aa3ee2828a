"""Sweeps that are killed, run out of room, or have no place to write to: real processes, all of them."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pytest
from tests.support.swept import (
    ROOT,
    assert_whole,
    children,
    completed,
    digests,
    environment,
    killed,
    running,
    script,
    study,
    wait_for,
)

from steppewise.engine.forms import form_for
from steppewise.results.store import store_name

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs Linux")]

MOMENTS = 3
STEPS = 51
"""By which a small study writes its pieces: each is opened, opened again, moved, and what it was before removed."""

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
NOBODY = 65534


@pytest.fixture(scope="module", autouse=True)
def engine() -> None:
    """Compiled beforehand, if need be: processes that may write little could not keep it."""
    form_for({})


def folder_of(parent: Path) -> Path:
    return parent / store_name(study())


# killed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment_a_sweep_goes_on_to_the_same_files(tmp_path, undisturbed, workers):
    """Again and again, between pieces and while one is written; the last one is left to finish."""
    numbers = np.random.default_rng(workers)
    code = script(tmp_path, workers)
    for _ in range(MOMENTS):
        killed(code, tmp_path, int(numbers.integers(1, STEPS // MOMENTS)), after="open")
        assert_whole(tmp_path)
    before = len(list(folder_of(tmp_path).glob("pieces/*.parquet")))
    assert before < len(undisturbed) - 3
    said = completed(code).splitlines()
    assert said.count("rows 40") + said.count("rows 20") == len(undisturbed) - 3 - before, "only what was missing"
    assert digests(folder_of(tmp_path)) == undisturbed
    assert not list(tmp_path.rglob(".steppewise-*")), "what a killed process left is swept out"


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_while_other_threads_are_at_work(tmp_path, undisturbed, workers):
    """After two pieces, while it waits; those that were computed meanwhile are computed again."""
    with running(script(tmp_path, workers), stdin=subprocess.PIPE) as process:
        wait_for(process, "rows")
        process.stdin.write("\n")
        process.stdin.flush()
        wait_for(process, "rows")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert_whole(tmp_path)
    assert len(list(folder_of(tmp_path).glob("pieces/*.parquet"))) == 2
    assert completed(script(tmp_path, workers)).count("rows") == len(undisturbed) - 3 - 2
    assert digests(folder_of(tmp_path)) == undisturbed


@pytest.mark.parametrize("step", [1, 2, 4, 6])
def test_killed_while_results_are_written(tmp_path, undisturbed, step):
    """Before and after each of two files is in its place."""
    code = script(tmp_path)
    killed(code, tmp_path, step, after="collecting")
    assert_whole(tmp_path)
    completed(code)
    assert digests(folder_of(tmp_path)) == undisturbed


@pytest.mark.parametrize("step", [1, 4, 8, 12])
def test_killed_before_there_is_anything(tmp_path, undisturbed, step):
    """While the folder is made: it is there with all that belongs into it, or not at all."""
    code = script(tmp_path)
    killed(code, tmp_path, step)
    assert not folder_of(tmp_path).exists()
    completed(code)
    assert digests(folder_of(tmp_path)) == undisturbed
    assert not list(tmp_path.rglob(".steppewise-*"))


def limited(size: int) -> object:
    """No file may grow larger: the system says so as it does of a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit


TORN = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
"""A file that would grow too large ends the process in the middle of it, without a word."""


def torn(code: str, size: int) -> None:
    """Run a program that is killed where a file grows larger than that."""
    with running(TORN + code, preexec_fn=limited(size)) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGXFSZ, err


def test_killed_in_the_middle_of_a_file(tmp_path, undisturbed):
    code, folder = script(tmp_path), folder_of(tmp_path)
    torn(code, 10_000)
    assert not folder.exists()
    killed(code, tmp_path, 1, after="collecting")
    torn(code, 10_000)
    assert_whole(tmp_path)
    assert not (folder / "results.parquet").exists()
    completed(code)
    assert digests(folder) == undisturbed
    assert not list(tmp_path.rglob(".steppewise-*"))


def test_a_sweep_on_several_threads_starts_no_processes(tmp_path):
    """So none can be left behind, or be lost."""
    with running(script(tmp_path, workers=3), stdin=subprocess.PIPE) as process:
        wait_for(process, "rows", 1)
        assert len(list(Path(f"/proc/{process.pid}/task").iterdir())) > 3
        assert children(process.pid) == []


# scripts, and processes that cannot have others -------------------------------------------------------------


def test_a_script_on_standard_input_uses_several_threads(tmp_path, undisturbed):
    """It has no file, and no guard."""
    done = subprocess.run(
        [sys.executable, "-"],
        input=script(tmp_path, workers=2),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert digests(folder_of(tmp_path)) == undisturbed


def test_a_script_without_a_guard_uses_several_threads(tmp_path, undisturbed):
    path = tmp_path / "script.py"
    path.write_text(script(tmp_path / "sweeps", workers=2))
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, cwd=ROOT, env=environment(), timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("open") == 1, "the script is run once"
    assert digests(folder_of(tmp_path / "sweeps")) == undisturbed


def test_a_process_that_cannot_have_others_uses_several_threads(tmp_path, undisturbed):
    """A daemonic process is not allowed to have children."""
    code = f"""
import multiprocessing
def work():
    exec({script(tmp_path, workers=2)!r})
context = multiprocessing.get_context("fork")
process = context.Process(target=work, daemon=True)
process.start()
process.join()
raise SystemExit(process.exitcode)
"""
    assert completed(code).splitlines()[-1] == "done"
    assert digests(folder_of(tmp_path)) == undisturbed


# room and permission ----------------------------------------------------------------------------------------


def refused(code: str, **how: object) -> str:
    """The one line on standard error of a process that leaves with 2."""
    guarded = f"""
import sys
from steppewise.errors import SteppewiseError
try:
    exec({code!r})
except SteppewiseError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""
    with running(guarded, **how) as process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2, err
    assert err.count("\n") == 1, err
    return err.strip()


FULL = "cannot be written: the disk is full; make room or choose another folder with --out"


def test_no_room_for_the_folder(tmp_path, undisturbed):
    told = refused(script(tmp_path), preexec_fn=limited(10_000))
    assert told == f"{folder_of(tmp_path)}: {FULL}"
    assert list(tmp_path.iterdir()) == []
    completed(script(tmp_path))
    assert digests(folder_of(tmp_path)) == undisturbed


def test_no_room_for_the_results(tmp_path):
    """Pieces are smaller than all of them together."""
    code = script(tmp_path, worlds=800).replace("ROWS_IN_PIECE = 50", "ROWS_IN_PIECE = 5000")
    folder = tmp_path / store_name(study())
    assert refused(code, preexec_fn=limited(150_000)) == f"{folder}: {FULL}"
    assert not [name for name in ("results.parquet", "summary.csv") if (folder / name).exists()]
    assert_whole(tmp_path)
    assert "rows" not in completed(code), "all pieces were kept"
    completed(code.replace(str(tmp_path), str(tmp_path / "again")))
    assert digests(folder) == digests(tmp_path / "again" / folder.name)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own with little room."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=100k", "none", str(place)]
    if not IS_ROOT or subprocess.run(options, capture_output=True).returncode != 0:
        pytest.skip("only root can have a disk of its own")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_fills_up_while_pieces_are_written(small_disk, undisturbed):
    told = refused(script(small_disk, workers=2))
    assert told == f"{folder_of(small_disk) / 'pieces'}: {FULL}"
    assert not list(small_disk.rglob(".steppewise-*"))
    assert_whole(small_disk)
    kept = len(list(folder_of(small_disk).glob("pieces/*.parquet")))
    assert kept > 0
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    assert completed(script(small_disk)).count("rows") == len(undisturbed) - 3 - kept
    assert digests(folder_of(small_disk)) == undisturbed


def powerless(code: str) -> str:
    """The same program, which gives up the rights of root once it has imported what it needs."""
    give_up = f"os.setgid({NOBODY}); os.setuid({NOBODY})" if IS_ROOT else ""
    imports = "import os, pyarrow.parquet, pyarrow.csv, tests.support.swept, steppewise.results.store as sweeping"
    return f"{imports}; sweeping.store_name(tests.support.swept.study()); {give_up}\n{code}"


def test_a_folder_that_must_not_be_written_to(tmp_path, undisturbed):
    completed(script(tmp_path, worlds=10))
    folder, pieces = folder_of(tmp_path), folder_of(tmp_path) / "pieces"
    for above in (folder, tmp_path, *tmp_path.parents[:3]):
        if above.owner() == tmp_path.owner() and above != Path(gettempdir()):
            above.chmod(0o755)
    pieces.chmod(0o555)
    told = refused(powerless(script(tmp_path)))
    assert told == f"{pieces}: cannot be written: no permission; choose another folder with --out"
    pieces.chmod(0o755)
    tmp_path.chmod(0o700)
    if IS_ROOT:
        told = refused(powerless(script(tmp_path)))
        assert told == f"{folder}: cannot be written: no permission; choose another folder with --out"
    completed(script(tmp_path))
    assert digests(folder, pieces=False) == {name: undisturbed[name] for name in digests(folder, pieces=False)}


# memory -----------------------------------------------------------------------------------------------------

MEASURED = """
import sys
sys.path.insert(0, {root!r})
from dataclasses import replace
from pathlib import Path
import numpy as np
from steppewise.results.rows import collect
from steppewise.experiment.executors import executor_of
from steppewise.results.store import open_store, run_missing
from tests.support.swept import short, study
points = np.random.default_rng(0).uniform([0.5, 0.4], [2.0, 0.9], ({points}, 2))
store = open_store(study(points=points, design="sobol", worlds={worlds}, spec=short(1)), Path({parent!r}))
for rows in run_missing(store, executor_of("local", 2, None)):
    pass
collect(store)
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
"""The peak that `resource` tells is no use here: a new process inherits that of the one which started it."""


def peak(parent: Path, points: int, worlds: int) -> int:
    """Megabytes that the coordinating process had at most."""
    return int(completed(MEASURED.format(root=str(ROOT), parent=str(parent), points=points, worlds=worlds)).split()[-1])


def test_memory_does_not_grow_with_the_rows(tmp_path):
    few, many = (peak(tmp_path / str(worlds), 20, worlds) for worlds in (1000, 10_000))
    assert many < 1.25 * few, (few, many)  # for ten times the rows
