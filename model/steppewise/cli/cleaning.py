"""The command `clean`: what results take on the disk, and their removal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from steppewise.errors import Problem, SteppewiseError

if TYPE_CHECKING:
    from steppewise.results.manifest import Entries

USUAL: Final = (Path("results"), Path("sweeps"))
"""Where results go unless told otherwise."""


@dataclass(frozen=True)
class Kept:
    """A results folder: its kind, when it was made, its size in bytes, and whether a sweep in it still goes on."""

    path: Path
    kind: str
    made: datetime
    size: int
    unfinished: bool


def clean(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Where results lie, or single results; results and sweeps if not given.")
    ] = None,
    older_than: Annotated[
        float, typer.Option("--older-than", metavar="DAYS", min=0, help="Only what was made so many days ago or more.")
    ] = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Remove what is listed; without it nothing is touched.")] = False,
) -> None:
    """Show what results take on the disk, and remove them with --yes.

    Only folders that steppewise wrote are listed and removed. What this version wrote can be computed again; what
    another version wrote, or rules of one's own, cannot. A sweep that is not complete is left alone, since it may go
    on; name its folder to remove it.

    \b
    Examples:
      steppewise clean
      steppewise clean --older-than 30
      steppewise clean --older-than 30 --yes
      steppewise clean results/baseline-3f2a9c1b --yes
    """
    from steppewise.cli.terminal import new_table, show

    asked = folders or [folder for folder in USUAL if folder.is_dir()]
    missing = [Problem("there is no such folder", file=str(folder)) for folder in asked if not folder.is_dir()]
    if missing:
        raise SteppewiseError(missing)
    before = datetime.now(UTC) - timedelta(days=older_than)
    every = [(one, one.path == folder) for folder in asked for one in kept_in(folder)]
    found = [one for one, is_named in every if one.made <= before and (is_named or not one.unfinished)]
    if not found:
        typer.echo("There are no such results.")
        return
    table = new_table(["Results", "Kind", "Made"], ["MB"])
    for one in found:
        table.add_row(str(one.path), one.kind, f"{one.made:%Y-%m-%d %H:%M}", f"{one.size / 1e6:,.1f}")
    show(table)
    whole = f"{len(found)} folder{'' if len(found) == 1 else 's'}, {sum(one.size for one in found) / 1e6:,.1f} MB"
    if not yes:
        typer.echo(f"\n{whole}. Nothing was removed; --yes removes them.")
        return
    for one in found:
        _remove(one.path)
    typer.echo(f"\n{whole}: removed.")


def kept_in(folder: Path) -> list[Kept]:
    """The folder itself where it holds results, else those directly in it, the oldest first; links are left alone."""
    inside = [folder, *sorted(folder.iterdir())]
    found = [one for path in inside if path.is_dir() and not path.is_symlink() and (one := _kept(path)) is not None]
    return found[:1] if found and found[0].path == folder else sorted(found, key=lambda one: one.made)


def _kept(path: Path) -> Kept | None:
    """What a folder says of itself; None where it does not hold results of ours."""
    from steppewise.results.manifest import NAME, SWEEP, kind_of, read_entries

    if not (path / NAME).is_file():
        return None
    kind = kind_of(path)
    try:
        entries = read_entries(path, kind)
        made = datetime.fromisoformat(str(entries["made"]))
    except (SteppewiseError, KeyError, ValueError):
        return None
    files = [file for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
    size, made = sum(file.stat().st_size for file in files), made if made.tzinfo else made.replace(tzinfo=UTC)
    return Kept(path, kind, made, size, kind == SWEEP and not _is_complete(entries))


def _is_complete(entries: Entries) -> bool:
    """Whether results and report of a sweep rest on all worlds that were asked for."""
    try:
        return bool(entries["collected"] == entries["study"]["worlds"])
    except (KeyError, TypeError):
        return False


def _remove(path: Path) -> None:
    """Remove a results folder, its manifest last, so that what is left after a stop is found again."""
    import shutil

    from steppewise.results.folder import saying_why
    from steppewise.results.manifest import NAME

    with saying_why(path, "it can be removed by hand"):
        for inside in path.iterdir():
            if inside.name == NAME:
                continue
            if inside.is_dir() and not inside.is_symlink():
                shutil.rmtree(inside)
            else:
                inside.unlink()
        (path / NAME).unlink()
        path.rmdir()
