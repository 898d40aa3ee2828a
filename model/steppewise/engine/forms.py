"""In which form the engine runs: compiled for this computer, as the built file, or on plain floats; the same bits.

With the extra `fast` it is compiled for this computer, once, in some seconds, and kept in the user's cache folder. Else
the built file runs, if it is that of the sources. What has neither runs on floats, slower, and says why.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from steppewise.engine.build import CHECK, SECTION, WIDTH_NATIVE, can_build, native_of, text_of, wasm_of
from steppewise.engine.compiled import Native, Wasm
from steppewise.engine.digest import digest_of
from steppewise.engine.floats import Floats
from steppewise.engine.own_rules import watched
from steppewise.engine.syntax import UntranslatableError
from steppewise.errors import SteppewiseError
from steppewise.scenario.own_rules import Rule
from steppewise.world.source import EngineSource, with_rules
from steppewise.world.tables import Done, Work

BUILT: Final = Path(__file__).parent / "engine.wasm"
WITHOUT_SIMD: Final = Path(__file__).parent / "engine-without-simd.wasm"
"""For browsers that have no SIMD; wasmtime has."""

SWITCH: Final = "STEPPEWISE_ENGINE"
"""An environment variable that chooses a form: `native`, `wasm` or `floats`."""

KEPT: Final = 8
"""Libraries that are kept in the user's cache folder, the latest."""

_log = logging.getLogger("steppewise")
_building = Lock()


class Form(Protocol):
    """Runs worlds."""

    @property
    def name(self) -> str:
        """What it is, in words."""
        ...

    def run(self, work: Work) -> Done:
        """Run worlds to their end."""
        ...


def form_for(own: Mapping[str, Rule]) -> Form:
    """The form in which worlds with these rules run here. Raises SteppewiseError for rules that are not legal."""
    with _building:
        return _form(digest_of(own), os.environ.get(SWITCH, ""), tuple(own.items()))


@lru_cache(maxsize=8)
def _form(digest: str, wish: str, own: tuple[tuple[str, Rule], ...]) -> Form:
    source = with_rules(dict(own))
    if wish not in ("", "native", "wasm", "floats"):
        raise SteppewiseError(f"{SWITCH} is native, wasm or floats, not '{wish}'")
    if wish == "floats":
        return _floats(source)
    try:
        if wish != "wasm" and can_build():
            found = _native(source, digest)
            if found is not None:
                return found
        return _wasm(source, digest)
    except (SteppewiseError, ImportError, OSError) as error:
        _log.warning("Worlds run on plain Python, the same numbers, but slower: %s.", _first_line(error))
        return _floats(source)


def _floats(source: EngineSource) -> Floats:
    return Floats(with_rules(watched(source.own)))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


# for this computer ----------------------------------------------------------------------------------------------


def _native(source: EngineSource, digest: str) -> Native | None:
    """The library of these sources; None, and a sentence, where it cannot be had."""
    try:
        path = _library(digest)
        if not path.exists():
            text = text_of(source)
            _log.warning("Compiling the engine for this computer, once: some seconds ...")
            _keep(path, native_of(text))
        os.utime(path)
        return Native(path, WIDTH_NATIVE)
    except UntranslatableError:
        raise
    except (SteppewiseError, OSError) as error:
        if source.own:
            names = ", ".join(source.own)
            raise UntranslatableError(f"the rules {names} cannot be compiled ({_first_line(error)})") from None
        _log.warning("The engine is not compiled for this computer: %s.", _first_line(error))
        return None


def _library(digest: str) -> Path:
    """Where the library of these sources for this processor is kept."""
    from platformdirs import user_cache_path

    whole = sha256(f"{digest} {_processor()} {WIDTH_NATIVE}".encode()).hexdigest()
    return user_cache_path("steppewise") / f"engine-{whole[:20]}.so"


def _processor() -> str:
    """What compiled code depends on: system, machine, and what the processor can do, where the system tells."""
    told = Path("/proc/cpuinfo")
    abilities = ""
    if told.exists():
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
        abilities = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return f"{sys.platform} {platform.machine()} {platform.processor()} {abilities}"


def _keep(path: Path, library: bytes) -> None:
    """Put a library in its place, whole, and remove those that were not used for longest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(library)
    unfinished.chmod(0o755)
    unfinished.replace(path)
    libraries = sorted(path.parent.glob("engine-*.so"), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in libraries[KEPT:]:
        old.unlink(missing_ok=True)


# the built file -------------------------------------------------------------------------------------------------


def _wasm(source: EngineSource, digest: str) -> Wasm:
    """The built file where it is that of the sources, or another. Raises SteppewiseError, ImportError."""
    try:
        import wasmtime  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        where = f"{platform.system()} on {platform.machine()}"
        raise SteppewiseError(f"the package wasmtime is not there, or not for {where}") from None
    built = _built()
    found = digest_in(built)
    if found is None:
        raise SteppewiseError(f"the built file {BUILT.name} is damaged; 'make engine' or installing anew mends it")
    if found[0] != digest:
        if not can_build():
            why = f"the rules {', '.join(source.own)} are your own" if source.own else "the model's files were changed"
            raise SteppewiseError(f"{why}, and building the engine anew needs the extra 'fast' (ziglang)")
        built = wasm_of(source)
        found = digest_in(built)
        assert found is not None
    return _opened(built, found[1])


def _built() -> bytes:
    try:
        return BUILT.read_bytes()
    except OSError:
        raise SteppewiseError(f"the built file {BUILT.name} is not there; 'make engine' makes it") from None


def _opened(built: bytes, width: int) -> Wasm:
    import wasmtime

    try:
        return Wasm(built, width)
    except wasmtime.WasmtimeError:
        raise SteppewiseError(
            f"the built file {BUILT.name} is damaged; 'make engine' or installing anew mends it"
        ) from None


def digest_in(built: bytes) -> tuple[str, int] | None:
    """The digest of the sources of a built file, and how many worlds go side by side; None where it is damaged."""
    _, mark, payload = built.rpartition(bytes([len(SECTION)]) + SECTION)
    parts = payload.decode("ascii", errors="replace").split()
    if not mark or len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != CHECK:
        return None
    digest, width, check = parts
    return (digest, int(width)) if sha256(built[:-CHECK]).hexdigest()[:CHECK] == check else None
