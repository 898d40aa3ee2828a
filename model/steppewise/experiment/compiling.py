"""Compiled quarters: where their machine code is kept, and for which work it is fetched or made.

With numba (extra `fast`) the loops of `world.kernels` are compiled once for a computer, half a minute, and kept in the
user's cache folder, apart for each version of the rules. Nothing depends on them but speed: the numbers are the same
to the last bit (tests/test_compiled.py).
"""

from __future__ import annotations

import logging
import os
import shutil
import time
import warnings
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from steppewise.errors import SteppewiseError
from steppewise.evidence.types import INSTRUMENTS, SECTORS
from steppewise.world.model import Passing, RegionalInfluenceModel

if TYPE_CHECKING:
    from steppewise.world.compiled import Quarters

NEEDED: Final = ("numba", "platformdirs")

PAYS: Final = 4_000
"""Worlds from which it pays to fetch what is compiled, which takes half a second."""

PAYS_TO_COMPILE: Final = 300_000
"""Worlds from which it pays to compile for the work at hand alone."""

COMPLETE: Final = "complete"

DAYS_KEPT: Final = 60
"""Days after which what was compiled and not used is removed."""

SWITCH: Final = "STEPPEWISE_COMPILED"
"""Environment variable: with `no`, nothing compiled is used, to compare or where a compiler makes trouble."""

_quarters: type[Quarters] | None = None
_log = logging.getLogger(__name__)


def passing() -> Passing | None:
    """How the quarters of a new model pass in this process: compiled, where `load` was called, else None."""
    return _quarters() if _quarters is not None and not _is_off() else None


def is_loaded() -> bool:
    """True where this process uses the compiled quarters."""
    return passing() is not None


def can_compile() -> bool:
    """True where the extra `fast` is installed and not switched off."""
    return not _is_off() and all(find_spec(name) is not None for name in NEEDED)


def _is_off() -> bool:
    return os.environ.get(SWITCH, "").lower() == "no"


def is_compiled() -> bool:
    """True where the quarters were compiled before, by these versions for this computer."""
    return can_compile() and (folder() / COMPLETE).exists()


def load_for(worlds: int) -> None:
    """Fetch the compiled quarters where it pays for so many worlds, or compile them for very many."""
    if worlds >= PAYS:
        fetch()
    if worlds >= PAYS_TO_COMPILE and can_compile() and not is_loaded():
        _log.warning("Compiling the rules, once for this computer: about half a minute ...")
        try_to_load()


def fetch() -> None:
    """Fetch the compiled quarters where they were compiled before."""
    if not is_loaded() and is_compiled():
        try_to_load()


def try_to_load() -> None:
    """As `load`; where it fails, a warning, and work goes on without."""
    try:
        load()
    except Exception as error:
        warnings.warn(f"the rules cannot be compiled ({error}); going on without, slower", stacklevel=2)


def load() -> None:
    """Fetch the compiled quarters, or compile them. Raises SteppewiseError where the extra `fast` is missing."""
    global _quarters
    if _is_off():
        raise SteppewiseError(f"compiling is switched off: {SWITCH} is 'no'")
    if not can_compile():
        raise SteppewiseError("compiling needs the extra 'fast': pip install 'steppewise[fast]'")
    from steppewise.scenario.resolve import load_scenario

    quarters = _imported()
    model = RegionalInfluenceModel(load_scenario("baseline"), 2, 0, passing=quarters())
    model.step()
    model.close()
    _quarters = quarters
    (folder() / COMPLETE).touch()
    _remove_unused()


def _remove_unused() -> None:
    """Remove what other versions have compiled and nobody has used for long; `load` leaves a date."""
    for mark in folder().parent.glob(f"compiled-*/{COMPLETE}"):
        if time.time() - mark.stat().st_mtime > DAYS_KEPT * 24 * 3600:
            shutil.rmtree(mark.parent, ignore_errors=True)


def follow() -> None:
    """Use what the process that started this one has loaded: no need to try it out first."""
    global _quarters
    _quarters = _imported()


def _imported() -> type[Quarters]:
    import numba

    # Named here, not by numba: its own choice would not see that a rule in another file has changed.
    settings: Any = numba.config
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(folder())
    try:
        from steppewise.world.compiled import Quarters
    finally:
        settings.CACHE_DIR = before
    return Quarters


@cache
def folder() -> Path:
    """Where the machine code of these rules is kept, by these versions for this processor."""
    from llvmlite.binding import get_host_cpu_name
    from platformdirs import user_cache_path

    world = Path(__file__).parents[1] / "world"
    digest = sha256("".join(version(name) for name in ("numba", "llvmlite", "numpy")).encode())
    digest.update(get_host_cpu_name().encode())
    digest.update(f"{SECTORS}{INSTRUMENTS}".encode())  # loops are compiled for so many
    for source in sorted(world.rglob("*.py")):
        digest.update(source.read_bytes())
    base = os.environ.get("NUMBA_CACHE_DIR") or user_cache_path("steppewise")
    return Path(base) / f"compiled-{digest.hexdigest()[:16]}"
