"""What the answers to questions have in common: their table, their folder, and how they are found there again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, Self, TypeVar

from steppewise.analysis.sampling import Design
from steppewise.analysis.subject import Subject
from steppewise.errors import SteppewiseError
from steppewise.experiment.ensemble import Progress
from steppewise.experiment.executors import Executor, executor_of
from steppewise.experiment.folder import FIGURES, REPORT
from steppewise.experiment.manifest import Manifest, read_manifest
from steppewise.inquiry.folder import DESIGN, Columns, folder_name, manifest_of, write_design, write_rows, write_specs
from steppewise.keeping import Keeping, Kept, drawing

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Drawings = Mapping[str, Callable[[], "Figure"]]


class Found(Protocol):
    """What an analysis found."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Wall times by stage."""
        ...


S = TypeVar("S", bound=Subject)
F = TypeVar("F", bound=Found)


@dataclass(frozen=True)
class Kind(Generic[S, F]):
    """A kind of question.

    name: of the folder's kind. file, columns: the table in the folder, and its heads. asked: what only this kind asks
    for, by the names of the manifest. find: runs the model. read: what was found, from a folder. rows: of the table.
    designs: the points that are run; at_points: what was found there. write_page: draws the figures into a folder
    and writes the page.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    asked: Callable[[S], Mapping[str, Any]]
    find: Callable[[S, Executor, Progress], F]
    read: Callable[[Path, S, Manifest], F]
    rows: Callable[[F], Iterator[tuple[object, ...]]]
    designs: Callable[[S], Mapping[str, Design]]
    at_points: Callable[[F], Columns]
    write_page: Callable[[Path, F, Path], None]


@dataclass(frozen=True, eq=False)
class Answer(Kept, Generic[S, F]):
    """What was found. `folder` is where the results lie, None before they are saved."""

    kind: ClassVar[Kind[Any, Any]]

    found: F
    folder: Path | None = None

    @property
    def subject(self) -> S:
        """What the question was about."""
        raise NotImplementedError

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows of the table."""
        return self.kind.rows(self.found)

    @cached_property
    def table(self) -> pd.DataFrame:
        """What was found as a table, as in the folder."""
        import pandas as pd

        return pd.DataFrame(list(self.rows()), columns=list(self.kind.columns))

    @property
    def name(self) -> str:
        """The name of the results folder."""
        return self.name_of(self.subject)

    @classmethod
    def name_of(cls, subject: S) -> str:
        """The name of a question's folder. Raises SteppewiseError for an unknown outcome."""
        return folder_name(cls.kind.name, subject, *cls.kind.asked(subject).values())

    def write_tables(self, folder: Path) -> None:
        """Write the scenarios, the table, and all points."""
        write_specs(folder, self.subject)
        write_rows(folder / self.kind.file, self.kind.columns, self.rows())
        write_design(folder / DESIGN, self.kind.designs(self.subject), self.kind.at_points(self.found))

    def write_pages(self, folder: Path, how: Keeping) -> None:
        """Draw the figures and write the report page."""
        (folder / FIGURES).mkdir()
        self.kind.write_page(folder / REPORT, self.found, folder / FIGURES)

    def manifest(self, seconds: Mapping[str, float]) -> Manifest:
        """What the folder says of itself."""
        asked = self.kind.asked(self.subject)
        return manifest_of(self.kind.name, self.subject, {**self.found.seconds, **seconds}, **asked)

    @classmethod
    def answered(cls, subject: S, workers: int, progress: Progress) -> Self:
        """The answer to a question, by running the model. Raises SteppewiseError."""
        return cls(cls.kind.find(subject, executor_of("local", workers, None), progress))

    @classmethod
    def load(cls, folder: Path, subject: S) -> Self:
        """The answer to a question from its folder. Raises SteppewiseError where that is damaged."""
        return cls(cls.kind.read(folder, subject, read_manifest(folder, cls.kind.name)), folder)


def drawn(known: Drawings, picture: str) -> Figure:
    """The figure of that name. Raises SteppewiseError where there is none."""
    if not known:
        raise SteppewiseError("there is nothing to draw")
    return drawing(known, picture)()
