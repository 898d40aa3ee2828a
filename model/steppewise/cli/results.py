"""What the commands that leave a results folder have in common: they find what is there, or compute it, and tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from steppewise.results.kind import SaveOptions

INTERRUPTED = 130

K = TypeVar("K", bound=Any)


@dataclass(frozen=True)
class Told:
    """Whom to tell.

    advance: worlds done (stage, worlds since the last call, worlds in all, or None where nobody knows). stage: what
    comes next and takes no time that could be told.
    """

    advance: Callable[[str, int, int | None], None]
    stage: Callable[[str], None]


@contextmanager
def bars(quiet: bool, noun: str = "worlds") -> Iterator[Told]:
    """Bars with the time left, on standard error, gone when all is done; none where quiet or where nobody looks on.

    `noun` is what is counted.
    """
    if quiet:
        yield Told(lambda name, done, total: None, lambda name: None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def advance(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = shown.add_task(name, total=total, count="")
            shown.advance(tasks[name], done)
            of_all = "" if total is None else f" of {total:,}"
            shown.update(tasks[name], count=f"{shown.tasks[tasks[name]].completed:,.0f}{of_all} {noun}")

        def stage(name: str) -> None:
            shown.add_task(name, total=None, count="")

        yield Told(advance, stage)


@contextmanager
def interruptible(word: str = "Interrupted; nothing was written.") -> Iterator[None]:
    """Ctrl-C ends the command with a word and without a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(word, err=True)
        raise typer.Exit(INTERRUPTED) from None


def threads(workers: int | None) -> int:
    """So many, or as many as this computer has cores."""
    from steppewise.experiment.executors import cores_available

    return cores_available() if workers is None else workers


def results(
    target: Path, load: Callable[[Path], K], compute: Callable[[Told], K], quiet: bool, options: SaveOptions
) -> tuple[K, bool]:
    """The results in that folder, and whether they were there already; else computed, and kept there."""
    from steppewise.report.figures.picture import REPORT
    from steppewise.results.folder import prepare
    from steppewise.results.kind import SaveOptions, load_or_compute

    prepare(target.parent)
    with bars(quiet) as told:
        found, was_there = load_or_compute(target, replace(options, stage=told.stage), load, lambda: compute(told))
        if options.pages and not (found.folder / REPORT).exists():
            found.save_with(target.parent, SaveOptions(force=True, stage=told.stage))
    return found, was_there


def tell(found: K, was_there: bool, quiet: bool, noun: str, show: Callable[[K], None]) -> None:
    """The summary in the terminal, and where the rest is; where quiet, only that."""
    from steppewise.report.figures.picture import REPORT

    if quiet:
        typer.echo(str(found.folder))
        return
    if was_there:
        typer.echo(f"{found.folder} holds this {noun} already (--force runs it again).\n")
    show(found)
    typer.echo(f"\nResults: {found.folder}")
    if (found.folder / REPORT).exists():
        typer.echo(f"Report:  {found.folder / REPORT}")
