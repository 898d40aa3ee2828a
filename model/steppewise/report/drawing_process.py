"""Figures of a run, drawn by a process of its own while this one writes the tables; it alone loads matplotlib."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, Final

from steppewise.report.figures.picture import FIGURES

if TYPE_CHECKING:
    from steppewise.analysis.spread import SpreadShare
    from steppewise.experiment.ensemble import Ensemble
    from steppewise.report.figures.picture import DrawnFigure

CODE: Final = (
    "import gc, sys; gc.disable(); sys.modules['mpl_toolkits.mplot3d'] = None; "
    "from steppewise.report.drawing_process import main; main()"
)
"""It lives for seconds, a fifth of which the garbage collector would take, and draws nothing in three dimensions."""


class Pages:
    """The process that draws the figures of one plan; None where there is none."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process, self._begun = process, False
        self._letters = ThreadPoolExecutor(1, "letters")  # who reads may still be importing

    def begin(self, ensemble: Ensemble) -> None:
        """Hand over what is to be drawn, where it is not too much."""
        from steppewise.experiment.ensemble import TRAJECTORIES_AT_MOST  # there since the worlds are

        self._begun = ensemble.plan.worlds <= TRAJECTORIES_AT_MOST  # memory holds them twice
        if self._begun:
            self._letters.submit(self._say, what_is_drawn(ensemble))

    def finish(self, folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare]) -> bool:
        """Have everything written into a folder; False where it was not, and is to be done here."""
        if self._process is None or not self._begun:
            return False
        answer = self._letters.submit(self._asked, (folder, shares))
        from steppewise.report.run_page import write_page  # while figures are drawn

        figures = answer.result()
        if figures is not None:
            write_page(folder, ensemble, shares, figures)
        return figures is not None

    def _asked(self, message: object) -> Sequence[DrawnFigure] | None:
        """What is answered to a message, if anything."""
        return _heard(self._process.stdout) if self._process and self._say(message) else None

    def _say(self, message: object) -> bool:
        try:
            assert self._process is not None
            assert self._process.stdin is not None
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()
        except (AssertionError, OSError, pickle.PicklingError):
            return False
        return True


def what_is_drawn(ensemble: Ensemble) -> Ensemble:
    """What figures need of the worlds: of the courses by tie, which are most of it, they draw the shares alone."""
    from steppewise.world.variables import BY_TIE, VARIABLES

    courses = ensemble.trajectories.items()
    kept = {name: course for name, course in courses if name == "share" or VARIABLES[name].axes != BY_TIE}
    return replace(ensemble, parameters={}, trajectories=kept)


@contextmanager
def pages_beside(wanted: bool) -> Iterator[Pages]:
    """A process that gets ready at once, and is gone at the end."""
    process = None
    if wanted:
        with suppress(OSError):
            process = subprocess.Popen(
                [sys.executable, "-c", CODE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
    try:
        yield Pages(process)
    finally:
        if process is not None:
            process.kill()
            process.communicate()


def write_pages(folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare]) -> None:
    """Draw the figures and write the page, here."""
    from steppewise.report.figures.of_run import draw_figures
    from steppewise.report.run_page import write_page

    write_page(folder, ensemble, shares, draw_figures(ensemble, shares, folder / FIGURES))


def main() -> None:
    """In the process: draw what is asked for on standard input; end without a word where nothing more comes."""
    from steppewise.report.figures.of_run import draw_courses, draw_sources

    ensemble = _heard(sys.stdin.buffer) or sys.exit(1)
    with TemporaryDirectory(prefix="steppewise-") as name:
        courses = draw_courses(ensemble, Path(name))
        folder, shares = _heard(sys.stdin.buffer) or sys.exit(1)
        figures = (*courses, *draw_sources(ensemble, shares, Path(name)))
        shutil.copytree(name, folder / FIGURES)
    pickle.dump([replace(one, path=folder / FIGURES / one.path.name) for one in figures], sys.stdout.buffer)


def _heard(stream: IO[bytes] | None) -> Any:
    """What is said next; None where nothing more comes."""
    try:
        return None if stream is None else pickle.load(stream)
    except (EOFError, pickle.UnpicklingError):
        return None
