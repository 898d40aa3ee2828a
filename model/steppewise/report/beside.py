"""Figures and page of a run, made by a process of its own while this one writes the tables.

It runs the worlds itself: they are the same ones, and sooner run than handed over.
"""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from steppewise.analysis.spread import SpreadShare
    from steppewise.experiment.ensemble import Ensemble, Plan
    from steppewise.scenario.spec import ScenarioSpec

WORLDS_AT_MOST: Final = 2000
"""Worlds that are sooner run twice than handed over."""

CODE: Final = "import gc; gc.disable(); from steppewise.report.beside import main; main()"
"""It lives for seconds, a fifth of which the garbage collector would take."""


class Pages:
    """The process that makes figures and page of one plan; None where there is none."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process, self._begun = process, False
        self._letters = ThreadPoolExecutor(1, "letters")  # who reads may still be importing

    def begin(self, spec: ScenarioSpec, plan: Plan) -> None:
        """Say what is to be drawn; only a plan of few worlds is."""
        self._begun = plan.worlds <= WORLDS_AT_MOST
        if self._begun:
            self._letters.submit(self._say, (spec, plan))

    def finish(self, folder: Path, shares: Sequence[SpreadShare]) -> bool:
        """Have everything written into a folder; False where it was not, and is to be done here."""
        if self._process is None or not self._begun:
            return False
        return self._letters.submit(self._say, (folder, shares)).result() and self._process.wait() == 0

    def _say(self, message: object) -> bool:
        try:
            assert self._process is not None
            assert self._process.stdin is not None
            pickle.dump(message, self._process.stdin)
            self._process.stdin.flush()
        except (AssertionError, OSError, pickle.PicklingError):
            return False
        return True


@contextmanager
def pages_beside(wanted: bool) -> Iterator[Pages]:
    """A process that gets ready at once, and is gone at the end."""
    process = None
    if wanted:
        with suppress(OSError):
            process = subprocess.Popen([sys.executable, "-c", CODE], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield Pages(process)
    finally:
        if process is not None:
            process.kill()
            process.communicate()


def write_pages(folder: Path, ensemble: Ensemble, shares: Sequence[SpreadShare]) -> None:
    """Draw the figures and write the page, here."""
    from steppewise.experiment.folder import FIGURES
    from steppewise.report.figures import draw_figures
    from steppewise.report.page import write_page

    write_page(folder, ensemble, shares, draw_figures(ensemble, shares, folder / FIGURES))


def main() -> None:
    """In the process: draw what is asked for on standard input; end without a word where nothing more comes."""
    from steppewise.experiment.ensemble import simulate
    from steppewise.experiment.folder import FIGURES
    from steppewise.report.figures import draw_courses, draw_sources
    from steppewise.report.page import write_page

    spec, plan = _heard()
    ensemble = simulate(spec, plan)
    with TemporaryDirectory(prefix="steppewise-") as name:
        courses = draw_courses(ensemble, Path(name))
        folder, shares = _heard()
        write_page(folder, ensemble, shares, (*courses, *draw_sources(ensemble, shares, Path(name))))
        shutil.copytree(name, folder / FIGURES)


def _heard() -> Any:
    try:
        return pickle.load(sys.stdin.buffer)
    except EOFError:
        sys.exit(1)
