"""Builds the engine from its Python source, with the packages of the extra `fast` alone: for WebAssembly, and for
this computer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from steppewise.engine.digest import PACKAGE, digest_of
from steppewise.engine.translate import structures, translated
from steppewise.errors import SteppewiseError
from steppewise.world.source import EngineSource

SECTION: Final = b"steppewise"
"""Name of the part of a built file that holds the digest of its sources."""

CHECK: Final = 16
"""Characters of a digest of the built file itself, which stand at its end."""

COMMON: Final = ("-std=c++17", "-O3", "-ffp-contract=off", "-fno-exceptions", "-fno-rtti", "-fno-builtin", "-w", "-g0")
WASM: Final = ("-target", "wasm32-freestanding", "-nostdlib", "-mbulk-memory", "-Wl,--no-entry", "-Wl,--export=run")
HEAP: Final = ("-Wl,--export=__heap_base", "-Wl,--strip-all", "-Wl,-z,stack-size=65536")
WIDTH_IN_WASM: Final = 4
WIDTH_NATIVE: Final = 16


class BuildError(SteppewiseError):
    """The engine cannot be built here."""


def can_build() -> bool:
    """True with the extra `fast`."""
    return find_spec("ziglang") is not None


def text_of(source: EngineSource) -> str:
    """The engine in C++. Raises UntranslatableError."""
    lanes, entry = ((PACKAGE / "engine" / name).read_text(encoding="utf-8") for name in ("lanes.h", "entry.h"))
    return "\n".join((lanes, structures(), translated(source.roots), entry))


def wasm_of(source: EngineSource, width: int = WIDTH_IN_WASM) -> bytes:
    """The built file, with the digest of its sources; a width of 1 needs no SIMD. Raises SteppewiseError."""
    simd = ("-msimd128",) if width > 1 else ()
    built = _compiled(text_of(source), (*WASM, *HEAP, *simd, f"-DN={width}"), "engine.wasm")
    told = f"{digest_of(source.own)} {width} "
    whole = built + custom_section(told.encode() + bytes(CHECK))
    whole = whole[:-CHECK]
    return whole + sha256(whole).hexdigest()[:CHECK].encode()


def native_of(text: str) -> bytes:
    """A shared library for this computer of `text_of` a source. Raises SteppewiseError."""
    alone = ("-nostdlib",) if sys.platform.startswith("linux") else ()
    flags = ("-shared", "-fPIC", "-march=native", "-fno-sanitize=all", "-fvisibility=hidden", *alone)
    return _compiled(text, (*flags, f"-DN={WIDTH_NATIVE}"), "engine.so")


def _compiled(text: str, flags: tuple[str, ...], name: str) -> bytes:
    if not can_build():
        raise BuildError("building the engine needs the extra 'fast': pip install 'steppewise[fast]'")
    with tempfile.TemporaryDirectory(prefix="steppewise-") as folder:
        (Path(folder) / "engine.cpp").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "ziglang", "c++", *COMMON, *flags, "-o", name, "engine.cpp"]
        done = subprocess.run(
            command, cwd=folder, env=_surroundings(folder), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            told = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip()[-200:])
            raise BuildError(f"the engine cannot be built here ({told})")
        return (Path(folder) / name).read_bytes()


def _surroundings(folder: str) -> Mapping[str, str]:
    """The compiler keeps nothing outside the folder."""
    return {**os.environ, "ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}


def custom_section(payload: bytes) -> bytes:
    """A part of a WebAssembly file that no engine runs: kind 0, size, name, payload."""
    body = bytes([len(SECTION)]) + SECTION + payload
    size, number = b"", len(body)
    while True:
        number, low = number >> 7, number & 0x7F
        size += bytes([low | (0x80 if number else 0)])
        if not number:
            return b"\0" + size + body


def main() -> None:
    """`make engine`: build the files that the package brings."""
    from steppewise.engine.forms import BUILT, WITHOUT_SIMD
    from steppewise.world.source import standard

    for path, width in ((BUILT, WIDTH_IN_WASM), (WITHOUT_SIMD, 1)):
        built = wasm_of(standard(), width)
        path.write_bytes(built)
        sys.stdout.write(f"{path.name}: {len(built):,} bytes\n")


if __name__ == "__main__":
    main()
