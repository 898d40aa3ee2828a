"""What results of all kinds have in common: a folder that holds them, filled whole or not at all, and found again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from steppewise.errors import Problem, SteppewiseError
from steppewise.report.drawing_process import Pages
from steppewise.report.figures.picture import FIGURES, REPORT
from steppewise.results.folder import appearing
from steppewise.results.manifest import NAME, RUN, Entries, circumstances, write_manifest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown


@dataclass(frozen=True)
class SaveOptions:
    """How results are saved.

    force: replace a folder that is there. pages: draw figures and write the report page. stage: told what comes
    next. beside: makes figures and page meanwhile.
    """

    force: bool = False
    pages: bool = True
    stage: Callable[[str], None] = lambda name: None
    beside: Pages = field(default_factory=lambda: Pages(None))


class NotebookView:
    """Results that a notebook shows by themselves."""

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from steppewise.report.page import as_html

        return as_html(self.shown())


class SavedResults(NotebookView):
    """Results that a folder holds. Each kind says how the folder is called, and what is written into it."""

    KIND: ClassVar[str]

    @property
    def name(self) -> str:
        """The name of the results folder."""
        raise NotImplementedError

    def write_tables(self, folder: Path) -> None:
        """Write what was asked and what was found."""
        raise NotImplementedError

    def write_pages(self, folder: Path, options: SaveOptions) -> None:
        """Draw the figures and write the report page."""
        (folder / FIGURES).mkdir()
        self.write_page(folder / REPORT, folder / FIGURES)

    def write_page(self, page: Path, figures: Path) -> None:
        """Draw the figures into their folder, and write the page with them."""
        raise NotImplementedError

    def entries(self, writing: float) -> Entries:
        """What only the manifest of this kind says; `writing` are the seconds that writing took."""
        raise NotImplementedError

    def save(self, folder: str | PathLike[str] = "results", force: bool = False) -> Path:
        """Write the results folder into `folder` and return its path; where it is there already, leave it.

        With `force` it is written again. Raises SteppewiseError where it cannot be written.
        """
        return self.save_with(Path(folder), SaveOptions(force))

    def save_with(self, parent: Path, options: SaveOptions) -> Path:
        """`save`, with more options. The manifest, which tells the time taken, is written last."""
        target = parent / self.name
        if is_there(target) and not options.force:
            return target
        with appearing(target, replace=options.force) as folder:
            started = time.perf_counter()
            options.stage("Writing tables")
            self.write_tables(folder)
            if options.pages:
                options.stage("Drawing figures")
                self.write_pages(folder, options)
            kind = {} if self.KIND == RUN else {"kind": self.KIND}
            write_manifest(folder, {**circumstances(), **kind, **self.entries(time.perf_counter() - started)})
        return target


def is_there(folder: Path) -> bool:
    """True where the results folder is there already; raises SteppewiseError where something else is."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise SteppewiseError(Problem("is a file, where the results folder belongs; move it away", file=str(folder)))
    if not (folder / NAME).is_file():
        message = "is a folder, but not one of results; move it away, or choose another place with --out"
        raise SteppewiseError(Problem(message, file=str(folder)))
    return True


K = TypeVar("K", bound=Any)


def load_or_compute(
    target: Path, options: SaveOptions, load: Callable[[Path], K], compute: Callable[[], K]
) -> tuple[K, bool]:
    """The results in their folder, and whether they were there already; else they are computed, and kept there."""
    if is_there(target) and not options.force:
        return load(target), True
    found = compute()
    return replace(found, folder=found.save_with(target.parent, options)), False


def figure_of(known: Mapping[str, Callable[[], Figure]], picture: str) -> Figure:
    """The figure of that name. Raises SteppewiseError where there is none."""
    if not known:
        raise SteppewiseError("there is nothing to draw")
    if picture not in known:
        raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(known)))
    return known[picture]()
