"""What the commands that take a design have in common: find the answer or run the model, and show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import typer

from steppewise.cli.progress import bars

if TYPE_CHECKING:
    from steppewise.analysis.subject import Subject
    from steppewise.experiment.ensemble import Progress
    from steppewise.inquiry.kept import Answer
    from steppewise.keeping import Keeping

RUNNING: Final = "Running the worlds"

S = TypeVar("S", bound="Subject")
F = TypeVar("F")


@dataclass(frozen=True)
class Inquiry(Generic[S, F]):
    """A question, how it is answered, and how the answer is shown."""

    asked: S
    answered: Callable[[S, Path, int, Keeping, Progress], tuple[Answer[F], bool]]
    show: Callable[[F], None]


@dataclass(frozen=True)
class Ways:
    """The options that say how to answer."""

    workers: int | None
    out: Path
    force: bool
    dry_run: bool
    quiet: bool


def answer(inquiry: Inquiry[S, F], ways: Ways) -> None:
    """Answer a question, or only tell what that takes; show what was found and where it lies."""
    from steppewise.cli.estimating import show_inquiry
    from steppewise.experiment.executors import cores_available

    workers = cores_available() if ways.workers is None else ways.workers
    if ways.dry_run:
        show_inquiry(inquiry.asked, workers)
        return
    results, was_there = _answered(inquiry, ways, workers)
    if ways.quiet:
        typer.echo(str(results.folder))
    else:
        _tell(inquiry, results, was_there)


def _answered(inquiry: Inquiry[S, F], ways: Ways, workers: int) -> tuple[Answer[F], bool]:
    from steppewise.experiment.folder import prepare
    from steppewise.keeping import Keeping

    prepare(ways.out)
    asked = inquiry.asked
    with bars(ways.quiet) as told:
        how = Keeping(ways.force, stage=told.stage)
        return inquiry.answered(asked, ways.out, workers, how, lambda done: told.advance(RUNNING, done, asked.runs))


def _tell(inquiry: Inquiry[S, F], results: Answer[F], was_there: bool) -> None:
    from steppewise.cli.summing import show_places

    if was_there:
        typer.echo(f"{results.folder} holds this answer already (--force finds it again).\n")
    inquiry.show(results.found)
    if results.folder is not None:
        show_places(results.folder)
