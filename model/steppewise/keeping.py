"""What results of all kinds have in common: a folder that keeps them, filled whole or not at all, and found again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pyarrow as pa
import pyarrow.csv as pc

from steppewise.arrays import numbers, values
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.folder import appearing
from steppewise.experiment.manifest import Manifest, write_manifest
from steppewise.experiment.store import is_there
from steppewise.experiment.tables import rounded
from steppewise.report.drawing_process import Pages

if TYPE_CHECKING:
    from steppewise.report.page import Shown

DIGITS: Final = 7
"""Significant digits of summary.csv: what single precision holds."""


@dataclass(frozen=True)
class Keeping:
    """How to keep results.

    force: replace a folder that is there. pages: draw figures and write the report page. stage: told what comes
    next. beside: makes figures and page meanwhile.
    """

    force: bool = False
    pages: bool = True
    stage: Callable[[str], None] = lambda name: None
    beside: Pages = field(default_factory=lambda: Pages(None))


class Shows:
    """Results that a notebook shows by themselves."""

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        from steppewise.report.page import as_html

        return as_html(self.shown())


class Kept(Shows):
    """Results that a folder keeps. Each kind says how the folder is called, and what is written into it."""

    @property
    def name(self) -> str:
        """The name of the results folder."""
        raise NotImplementedError

    def write_tables(self, folder: Path) -> None:
        """Write what was asked and what was found."""
        raise NotImplementedError

    def write_pages(self, folder: Path, how: Keeping) -> None:
        """Draw the figures and write the report page."""
        raise NotImplementedError

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What the folder says of itself; `seconds` are wall times by stage beside those of finding it."""
        raise NotImplementedError

    def save(self, folder: str | PathLike[str] = "results", force: bool = False) -> Path:
        """Write the results folder into `folder` and return its path; where it is there already, leave it.

        With `force` it is written again. Raises SteppewiseError where it cannot be written.
        """
        return self.keep(Path(folder), Keeping(force))

    def keep(self, parent: Path, how: Keeping) -> Path:
        """`save`, with more to be said of how. The manifest, which tells the time taken, is written last."""
        target = parent / self.name
        if is_there(target) and not how.force:
            return target
        with appearing(target, replace=how.force) as folder:
            started = time.perf_counter()
            how.stage("Writing tables")
            self.write_tables(folder)
            if how.pages:
                how.stage("Drawing figures")
                self.write_pages(folder, how)
            write_manifest(folder, self.manifest({"writing": time.perf_counter() - started}))
        return target


K = TypeVar("K", bound=Any)
D = TypeVar("D")


def found_or(target: Path, how: Keeping, load: Callable[[Path], K], compute: Callable[[], K]) -> tuple[K, bool]:
    """The results in their folder, and whether they were there already; else they are computed, and kept there."""
    if is_there(target) and not how.force:
        return load(target), True
    found = compute()
    return replace(found, folder=found.keep(target.parent, how)), False


def drawing(known: Mapping[str, D], picture: str) -> D:
    """What draws the figure of that name. Raises SteppewiseError where there is none."""
    if picture not in known:
        raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(known)))
    return known[picture]


def write_summary(path: Path, table: pa.Table) -> None:
    """Write the summary as text, its values to as many digits as they hold."""
    columns: dict[str, object] = {name: table[name] for name in table.column_names}
    columns["value"] = numbers(rounded(values(table["value"]), DIGITS))
    with path.open("wb") as stream:
        stream.write(f"{','.join(columns)}\n".encode())
        options = pc.WriteOptions(include_header=False, quoting_style="none")
        pc.write_csv(pa.table(columns), stream, options)
