"""Small studies, real sweeps of them, and processes that sweep and can be killed: what the tests of sweeps share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from steppewise.analysis.effects import SweepFindings
from steppewise.errors import SteppewiseError
from steppewise.experiment import study as studies
from steppewise.experiment.block import NONE, BlockResult, Columns
from steppewise.experiment.executors import Executor, Serial
from steppewise.experiment.responses import Responses
from steppewise.experiment.study import Factor, Study, Task, grid
from steppewise.results import rows as collecting
from steppewise.results.folder import PREFIX
from steppewise.results.rows import RESULTS, SUMMARY, collect
from steppewise.results.store import PIECES, Store, open_store, run_missing
from steppewise.results.sweep import Sweep
from steppewise.scenario.resolve import load_scenario
from steppewise.scenario.spec import ScenarioSpec

ROOT = Path(__file__).parents[2]
ROWS_IN_PIECE, ROWS_AT_ONCE = 50, 70
"""For tests: many small pieces, and little that is read at a time."""

EFFORT = Factor("powers.japan.effort", "parameter", ("powers.japan.effort",), "relative", 0.5, 2.0, unit="times")
EXECUTION = Factor("powers.japan.execution", "parameter", ("powers.japan.execution",), "absolute", 0.4, 0.9)
HEDGING = Factor("mechanisms.hedging", "mechanism", ("hedging",), "absolute", 0, 1, (1.0, 0.0), ("on", "off"))
OUTCOMES = ("regional_share.japan", "regional_trust.japan")
FAILING = Factor("states.kazakhstan.gdp", "parameter", ("states.kazakhstan.gdp",), "absolute", 50.0, 500.0)
"""Where its value is not a number, worlds fail."""


@cache
def short(quarters: int = 3) -> ScenarioSpec:
    """The baseline, ended early."""
    spec = load_scenario("baseline")
    return replace(spec, end=spec.start.plus(quarters - 1))


def study(factors: tuple[Factor, ...] = (EFFORT, EXECUTION), steps: int = 5, **changes: object) -> Study:
    """A grid of 25 points in 20 worlds, unless told otherwise."""
    usual = Study(
        name="small",
        title="A small study",
        question="What follows from what?",
        look_for="Whether anything moves.",
        spec=short(),
        factors=factors,
        points=grid(factors, steps),
        design="grid",
        worlds=20,
        seed=0,
        uncertainty="both",
        outcomes=OUTCOMES,
    )
    return replace(usual, **changes)


class Disorderly:
    """Computes tasks in an order of its own."""

    def __init__(self, seed: int) -> None:
        self._numbers = np.random.default_rng(seed)

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, BlockResult]]:
        waiting = list(tasks)
        for place in self._numbers.permutation(len(waiting)):
            yield from Serial().run([waiting[place]])


def filled(study: Study, parent: Path, executor: Executor | None = None) -> Store:
    """The store of a study with all its pieces."""
    store = open_store(study, parent)
    for _ in run_missing(store, executor or Serial()):
        pass
    return store


def swept(study: Study, parent: Path, executor: Executor | None = None) -> tuple[Store, Responses]:
    """The store of a study with all its pieces, results and summary."""
    store = filled(study, parent, executor)
    return store, collect(store)


def digests(folder: Path, pieces: bool = True) -> dict[str, str]:
    """What must be the same whoever computed it: pieces, results, summary, points."""
    files = [folder / RESULTS, folder / SUMMARY, folder / "points.csv"]
    files += sorted((folder / PIECES).glob("*.parquet")) if pieces else []
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def in_small_pieces(patch: pytest.MonkeyPatch) -> None:
    """Many small pieces, and little read at a time."""
    patch.setattr(studies, "ROWS_IN_PIECE", ROWS_IN_PIECE)
    patch.setattr(collecting, "ROWS_AT_ONCE", ROWS_AT_ONCE)


def changed_manifest(folder: Path, **changes: object) -> None:
    """Put something else into a manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def refusal(call: Callable[..., object], *given: object, **named: object) -> str:
    """What is said of what the user can mend."""
    with pytest.raises(SteppewiseError) as caught:
        call(*given, **named)
    return str(caught.value)


def assert_whole(parent: Path) -> None:
    """Every file is whole; what is unfinished is hidden and known as ours."""
    for path in parent.rglob("*"):
        inside = any(part.startswith(PREFIX) for part in path.relative_to(parent).parts)
        if path.suffix == ".parquet" and not inside:
            pq.ParquetFile(path).read()


# other processes --------------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from steppewise.errors import SteppewiseError
from steppewise.results import rows as collecting
from steppewise.results.sweep import Sweep
from steppewise.experiment import study as studies
studies.ROWS_IN_PIECE = {rows}
collecting.ROWS_AT_ONCE = {at_once}
from steppewise.results.rows import collect
from steppewise.experiment.executors import executor_of
from steppewise.results.store import open_store, run_missing
from tests.support.swept import study
store = open_store(study(**{changes!r}), Path({parent!r}))
print("open", flush=True)
for rows in run_missing(store, executor_of({kind!r}, {workers}, {scheduler!r})):
    print("rows", rows, flush=True)
    sys.stdin.readline()
print("collecting", flush=True)
collect(store)
print("done", flush=True)
"""
"""No guard of `__name__`, and not even a file: it is handed on by -c or on standard input.

After every piece it waits for a line of its standard input, or for its end.
"""

DYING = """
import os, signal, sys
left = {step}
def count(event, given):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.remove") and str(given[0]).startswith({parent!r}):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
"""
"""Kills its own process just before it makes, opens, moves or removes a file or folder there the so-manieth time."""


def script(parent: Path, workers: int = 1, kind: str = "local", scheduler: str | None = None, **changes: object) -> str:
    """A program that sweeps a small study and tells how far it is."""
    return SCRIPT.format(
        rows=ROWS_IN_PIECE,
        at_once=ROWS_AT_ONCE,
        parent=str(parent),
        workers=workers,
        kind=kind,
        scheduler=scheduler,
        changes=changes,
    )


def environment() -> Mapping[str, str]:
    """For processes that import from the tests too."""
    paths = [str(ROOT), str(ROOT / "model"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


@contextmanager
def running(code: str, **how: object) -> Iterator[subprocess.Popen[str]]:
    """A Python process at work, which is gone at the end; nothing is on its standard input, unless told otherwise."""
    words = [sys.executable, "-W", "error::ResourceWarning", "-c", code]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(words, cwd=ROOT, env=environment(), **{**pipes, **how})
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], word: str, times: int = 1) -> None:
    """Read what a process prints until it has said something so often."""
    assert process.stdout is not None
    for line in process.stdout:
        times -= line.startswith(word)
        if times <= 0:
            return
    raise AssertionError(f"never said '{word}': {process.stderr.read() if process.stderr else ''}")


def killed(code: str, parent: Path, step: int, after: str = "") -> None:
    """Run a program that is killed at a step of what it does below a folder, counted from when it says something."""
    dying = DYING.format(step=step, parent=str(parent))
    said = f'print("{after}", flush=True)\n'
    with running(code.replace(said, said + dying, 1) if after else dying + code) as process:
        _, err = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, err


def completed(code: str, **how: object) -> str:
    """What a process prints until it is done."""
    with running(code, **how) as process:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
    return out


def children(process: int) -> list[int]:
    """The processes that a process has started, its helpers for resources left out (Linux)."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == process and b"resource_tracker" not in command:
            found.append(int(folder.name))
    return found


# invented sweeps --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Invented:
    """Computes tasks by a function of (points' values (row, factor), worlds (row,)) -> outcome -> (row,)."""

    function: Callable[[np.ndarray, np.ndarray], Mapping[str, np.ndarray]]

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, BlockResult]]:
        for task in tasks:
            piece = task.piece
            worlds = np.tile(np.arange(piece.first, piece.first + piece.worlds), len(piece.points))
            outcomes = self.function(np.repeat(piece.values, piece.worlds, axis=0), worlds)
            bad = np.any([~np.isfinite(values) for values in outcomes.values()], axis=0)
            status = tuple("on purpose" if failed else "ok" for failed in bad)
            yield task, BlockResult(piece.first, status, NONE, Columns.of(outcomes, len(worlds)), {})


def findings(study: Study, parent: Path, function: Callable[..., Mapping[str, np.ndarray]]) -> SweepFindings:
    """The findings of a sweep whose rows are what a function says."""
    store, responses = swept(study, parent, Invented(function))
    return Sweep(responses, store.folder).findings


def misplaced(figure: Figure) -> list[str]:
    """Words that leave the sheet, or lie upon one another; labels of contours keep clear of lines only."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in _shown(figure)]
    out = [f"'{word}' leaves the sheet" for word, box in boxes if min(box.x0, box.y0) < -2 or box.x1 > width + 2]
    for (word, box), (other, its) in combinations(boxes, 2):
        across, upwards = min(box.x1, its.x1) - max(box.x0, its.x0), min(box.y1, its.y1) - max(box.y0, its.y0)
        smaller = min(box.width * box.height, its.width * its.height)
        if min(across, upwards) > 2 and across * upwards > 0.08 * smaller:
            out.append(f"'{word}' and '{other}' lie upon one another")
    return out + [f"'{word}' leaves the sheet" for word, box in boxes if box.y1 > height + 2]


def _shown(figure: Figure) -> list[Text]:
    hidden = {id(label) for axes in figure.axes for label in _beyond(axes)}
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return [text for text in texts if id(text) not in hidden and not text.get_path_effects()]


def _beyond(axes: Axes) -> Iterator[Text]:
    """Labels of marks that lie beyond the ends of their axis, which are not drawn."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not axes.axison or not low - 1e-9 <= tick.get_loc() <= high + 1e-9:
                yield from (tick.label1, tick.label2)
