"""What the answers to questions have in common: they are kept in a folder, and found there again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from steppewise.analysis.subject import Subject
from steppewise.errors import Problem, SteppewiseError
from steppewise.experiment.folder import appearing
from steppewise.experiment.store import is_there
from steppewise.keeping import Keeping

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from steppewise.report.page import Shown

F = TypeVar("F", covariant=True)


@dataclass(frozen=True, eq=False)
class Answer(Generic[F]):
    """What was found. `folder` is where the results lie, None before they are saved."""

    columns: ClassVar[tuple[str, ...]] = ()

    found: F
    folder: Path | None = None

    @property
    def subject(self) -> Subject:
        """What the question was about."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """The name of the results folder."""
        raise NotImplementedError

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows of the table."""
        raise NotImplementedError

    @cached_property
    def table(self) -> pd.DataFrame:
        """What was found as a table, as in the folder."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(self.columns))

    def fill(self, folder: Path, how: Keeping) -> None:
        """Write all files into a folder; the manifest, which tells the time taken, comes last."""
        raise NotImplementedError

    def sentences(self) -> list[str]:
        """What was found, in words, and what speaks against it."""
        raise NotImplementedError

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """The figures by name, the main one first."""
        raise NotImplementedError

    def shown(self) -> Shown:
        """What a notebook shows of it."""
        raise NotImplementedError

    def save(self, folder: str | PathLike[str] = "results", force: bool = False) -> Path:
        """Write the results folder into `folder` and return its path; where it is there already, leave it.

        With `force` it is written again. Raises SteppewiseError where it cannot be written.
        """
        return self.keep(Path(folder), Keeping(force))

    def keep(self, parent: Path, how: Keeping) -> Path:
        """Write the results folder below `parent`, whole or not at all; leave one that is there, unless forced."""
        target = parent / self.name
        if not is_there(target) or how.force:
            with appearing(target, replace=how.force) as unfinished:
                self.fill(unfinished, how)
        return target

    def _repr_html_(self) -> str:
        from steppewise.report.page import as_html

        return as_html(self.shown())


A = TypeVar("A", bound="Answer[object]")


def found_or(target: Path, how: Keeping, load: Callable[[Path], A], answer: Callable[[], A]) -> tuple[A, bool]:
    """The answer in its folder, and whether it was there already; otherwise it is found, and kept there."""
    if is_there(target) and not how.force:
        return load(target), True
    found = answer()
    return replace(found, folder=found.keep(target.parent, how)), False


def drawn(known: Mapping[str, Callable[[], Figure]], picture: str) -> Figure:
    """The figure of that name. Raises SteppewiseError where there is none."""
    if not known:
        raise SteppewiseError("there is nothing to draw")
    if picture not in known:
        raise SteppewiseError(Problem(f"there is no figure '{picture}'", allowed=", ".join(known)))
    return known[picture]()
