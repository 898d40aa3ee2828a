"""Folders and files that appear whole or not at all, whatever stops the process that writes them."""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from steppewise.errors import Problem, SteppewiseError

PREFIX: Final = ".steppewise-"
"""What the name of an unfinished folder or file begins with: hidden, and known as ours."""

ABANDONED: Final = 24 * 3600.0
"""Seconds after which what another computer left unfinished counts as left behind."""

ELSEWHERE: Final = "choose another folder with --out"
"""What helps where a place cannot be written to, unless the caller knows better."""

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def appearing(target: Path, replace: bool = False) -> Iterator[Path]:
    """A folder to write into, which appears at `target` when the block ends well, and else leaves nothing.

    With `replace` it takes the place of an earlier folder. Raises SteppewiseError where the place cannot be
    written to, the disk is full, or something is in the way.
    """
    with saying_why(target):
        prepare(target.parent)
        unfinished = _unfinished(target)
        unfinished.mkdir()
    try:
        with saying_why(target):
            yield unfinished
            _put(unfinished, target, replace)
    finally:
        _remove(unfinished)


def _remove(folder: Path) -> None:
    """Remove a folder, also where another process is still adding to it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


@contextmanager
def replacing(path: Path, remedy: str = ELSEWHERE) -> Iterator[Path]:
    """A file to write, which takes its place at `path` when the block ends well, and else leaves nothing.

    It is on the disk before it takes its place. Raises SteppewiseError, with what helps, where it cannot be written.
    """
    unfinished = _unfinished(path)
    try:
        with saying_why(path.parent, remedy):
            yield unfinished
            with unfinished.open("r+b") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes, remedy: str = ELSEWHERE) -> None:
    """Write a file that is there whole or not at all. Raises SteppewiseError where it cannot be written."""
    with replacing(path, remedy) as unfinished:
        unfinished.write_bytes(content)


def _unfinished(target: Path) -> Path:
    """A place beside the target that says whose it is."""
    return target.parent / f"{PREFIX}{_owner()}-{uuid4().hex[:8]}"


def prepare(parent: Path) -> None:
    """Make the folder that is to hold folders, see that it can be written to, sweep what was left there.

    Raises SteppewiseError, so that a long run finds out before it starts.
    """
    with saying_why(parent):
        if parent.exists() and not parent.is_dir():
            raise SteppewiseError(Problem("is a file; a folder is needed here", file=str(parent)))
        parent.mkdir(parents=True, exist_ok=True)
        probe = parent / f"{PREFIX}{_owner()}-probe-{uuid4().hex[:8]}"
        probe.mkdir()
        probe.rmdir()
        _sweep(parent)


def _put(unfinished: Path, target: Path, replace: bool) -> None:
    """Rename into place; what stood there first steps aside, and back where the rename fails."""
    if not target.exists():
        unfinished.rename(target)
        return
    if not replace:
        raise SteppewiseError(Problem("exists already", file=str(target)))
    aside = unfinished.with_name(f"{unfinished.name}-old")
    target.rename(aside)
    try:
        unfinished.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _owner() -> str:
    """The process at work: computer and number."""
    return f"{_computer()}-{os.getpid()}"


def _computer() -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", platform.node())[:40] or "computer"


def _sweep(parent: Path) -> None:
    """Remove what is unfinished and whose process is gone."""
    for leftover in parent.glob(f"{PREFIX}*"):
        if leftover.is_symlink() or not _is_abandoned(leftover):
            continue
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _is_abandoned(leftover: Path) -> bool:
    ours = re.fullmatch(re.escape(f"{PREFIX}{_computer()}-") + r"(\d+)-.*", leftover.name)
    if ours and os.name == "posix":
        return not _is_running(int(ours[1]))
    try:
        return time.time() - leftover.stat().st_mtime > ABANDONED
    except OSError:
        return False


def _is_running(process: int) -> bool:
    """True where a process of that number exists (POSIX)."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


@contextmanager
def saying_why(place: Path, remedy: str = ELSEWHERE) -> Iterator[None]:
    """Turn what the operating system says of a place into what the user can mend, with what helps."""
    try:
        yield
    except OSError as error:
        raise SteppewiseError(Problem(_reason(error, remedy), file=str(place))) from error


def _reason(error: OSError, remedy: str) -> str:
    if error.errno in _FULL or "No space left" in str(error):
        return f"cannot be written: the disk is full; make room or {remedy}"
    if error.errno in _FORBIDDEN:
        return f"cannot be written: no permission; {remedy}"
    if error.errno == errno.ENOTDIR:
        return f"cannot be written: a file is in the way; {remedy}"
    return f"cannot be written: {error.strerror or error}; {remedy}"
