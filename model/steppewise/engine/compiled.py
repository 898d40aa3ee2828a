"""Worlds in compiled code: the built file in WebAssembly, or lanes for this computer; the same bits as plain floats."""

from __future__ import annotations

import atexit
import ctypes
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import local
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from steppewise.world.tables import Done, Work

ALIGNED: Final = 128
"""Bytes that arrays begin at multiples of."""

PAGE: Final = 65536


class Arranged:
    """The arrays of some work, one after the other in one stretch of bytes, as `entry.h` reads them.

    Worlds are padded to whole groups of `width`; further ones have the number of the last.
    """

    def __init__(self, work: Work, width: int) -> None:
        self.work, self.padded = work, -(-work.worlds // width) * width
        more = self.padded - work.worlds
        numbers = np.pad(work.numbers, (0, more), "edge")
        values = np.pad(work.values, ((0, 0), (0, more)), "edge") if len(work.values) else work.values
        self._inputs: dict[str, NDArray[Any]] = {
            **{"on": work.on, "rows": work.rows, "to": work.to, "keys": work.keys},
            **{"low": work.low, "high": work.high, "targets": work.targets, "values": values, "numbers": numbers},
            **{"drawn": work.drawn, "outcomes": work.outcomes, "observed": work.observed},
        }
        self._rooms = {
            "memory": work.cells * width * 8,
            "drawn_out": len(work.drawn) * self.padded * 8,
            "outcomes_out": len(work.outcomes) * self.padded * 8,
            "observed_out": work.quarters * len(work.observed) * self.padded * 4,
            "given": 29 * 8,
        }
        self._at, end = {}, 0
        for name, size in (*((n, a.nbytes) for n, a in self._inputs.items()), *self._rooms.items()):
            self._at[name] = end
            end = -(-(end + size) // ALIGNED) * ALIGNED
        self.size = end

    def fill(self, room: NDArray[np.uint8], base: int) -> int:
        """Write the arrays into `room`, which stands at address `base`; returns the address of the table of all."""
        for name, values in self._inputs.items():
            at = self._at[name]
            room[at : at + values.nbytes] = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        table = np.array(self._table(base), np.int64)
        at = self._at["given"]
        room[at : at + table.nbytes] = table.view(np.uint8)
        return base + at

    def _table(self, base: int) -> Sequence[int]:
        """In the order of the list in entry.h."""
        work, at = self.work, {name: base + place for name, place in self._at.items()}
        return [
            *(at["memory"], work.cells, at["on"], at["rows"], at["to"], at["keys"], at["low"], at["high"]),
            *(len(work.low), len(work.targets), at["targets"], at["values"], at["numbers"], self.padded),
            *(work.sizes.powers, work.sizes.states, work.sizes.events),
            *(work.year, work.quarter_of_year, work.quarters),
            *(len(work.drawn), at["drawn"], at["drawn_out"]),
            *(len(work.outcomes), at["outcomes"], at["outcomes_out"]),
            *(len(work.observed), at["observed"], at["observed_out"]),
        ]

    def taken(self, room: NDArray[np.uint8]) -> Done:
        """What the worlds came to, copied out of `room`."""
        work, worlds = self.work, self.work.worlds
        drawn = self._out(room, "drawn_out", (len(work.drawn), self.padded), np.float64)
        outcomes = self._out(room, "outcomes_out", (len(work.outcomes), self.padded), np.float64)
        shape = (work.quarters, len(work.observed), self.padded)
        observed = self._out(room, "observed_out", shape, np.float32)
        return Done(drawn[:, :worlds].copy(), outcomes[:, :worlds].copy(), observed[..., :worlds].copy())

    def _out(self, room: NDArray[np.uint8], name: str, shape: tuple[int, ...], kind: type) -> NDArray[Any]:
        at = self._at[name]
        return room[at : at + self._rooms[name]].view(kind).reshape(shape)


class Native:
    """A library for this computer."""

    name = "compiled for this computer"

    def __init__(self, path: Path, width: int) -> None:
        self._width = width
        self._run = ctypes.CDLL(str(path)).run
        self._run.argtypes, self._run.restype = [ctypes.c_void_p], None
        self._room = local()

    def run(self, work: Work) -> Done:
        """Run worlds to their end; other threads go on meanwhile."""
        arranged = Arranged(work, self._width)
        whole: NDArray[np.uint8] | None = getattr(self._room, "kept", None)
        if whole is None or len(whole) < arranged.size + ALIGNED:
            whole = self._room.kept = np.empty(arranged.size + ALIGNED, np.uint8)
        skipped = -whole.ctypes.data % ALIGNED
        room = whole[skipped : skipped + arranged.size]
        self._run(arranged.fill(room, room.ctypes.data))
        return arranged.taken(room)


def _config() -> Any:
    """Let wasmtime keep what it compiled in the user's cache folder, where it can."""
    import wasmtime

    config = wasmtime.Config()
    with suppress(wasmtime.WasmtimeError):
        config.cache = True
    return config


class Wasm:
    """The built file, run by wasmtime; each thread has an instance of its own."""

    name = "WebAssembly"

    def __init__(self, built: bytes, width: int) -> None:
        import wasmtime

        self._width, self._wasmtime = width, wasmtime
        self._engine = wasmtime.Engine(_config())
        self._module = wasmtime.Module(self._engine, built)
        self._instances = local()
        atexit.register(self.__dict__.clear)  # while wasmtime is still there to let go of them

    def run(self, work: Work) -> Done:
        """Run worlds to their end; other threads go on meanwhile."""
        arranged = Arranged(work, self._width)
        store, run, memory, heap = self._instance()
        missing = heap + arranged.size - memory.data_len(store)
        if missing > 0:
            memory.grow(store, -(-missing // PAGE))
        start = ctypes.addressof(memory.data_ptr(store).contents) + heap
        room = np.ctypeslib.as_array((ctypes.c_uint8 * arranged.size).from_address(start))
        run(store, arranged.fill(room, heap))
        return arranged.taken(room)

    def _instance(self) -> tuple[Any, Any, Any, int]:
        """The store of this thread, its entry, its memory, and the address from which memory is free."""
        if not hasattr(self._instances, "kept"):
            store = self._wasmtime.Store(self._engine)
            exported: Any = self._wasmtime.Instance(store, self._module, []).exports(store)
            heap = -(-exported["__heap_base"].value(store) // ALIGNED) * ALIGNED
            self._instances.kept = (store, exported["run"], exported["memory"], heap)
        kept: tuple[Any, Any, Any, int] = self._instances.kept
        return kept
