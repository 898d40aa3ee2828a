"""Progress bars with the time left, on standard error, where a person looks on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Advance = Callable[[str, int, int | None], None]
Stage = Callable[[str], None]


@dataclass(frozen=True)
class Told:
    """Whom to tell.

    advance: worlds done (stage, worlds since the last call, worlds in all, or None where nobody knows). stage: what
    comes next and takes no time that could be told.
    """

    advance: Advance
    stage: Stage


@contextmanager
def bars(quiet: bool, noun: str = "worlds") -> Iterator[Told]:
    """Bars that are gone when all is done; none where quiet, or where the output goes to a file.

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
