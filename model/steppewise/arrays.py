"""What arrays are called in annotations, and how they become columns of Arrow.

`pyarrow.array` would make the same columns, but loads pandas, which takes a fifth of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]


def numbers(of: NDArray[Any]) -> pa.Array:
    """A column of numbers."""
    import pyarrow as pa

    whole = np.ascontiguousarray(of)
    return pa.Array.from_buffers(pa.from_numpy_dtype(whole.dtype), len(whole), [None, pa.py_buffer(whole)])


def values(column: pa.ChunkedArray) -> Array:
    """The numbers of a column."""
    found: Array = np.concatenate([np.from_dlpack(chunk) for chunk in column.chunks])
    return found


def texts(words: Sequence[str]) -> pa.Array:
    """A column of texts."""
    import pyarrow as pa

    encoded = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(words), pa.py_buffer(ends), pa.py_buffer(b"".join(encoded)))


def categories(codes: NDArray[np.int32], words: Sequence[str]) -> pa.Array:
    """A column of few texts by their places in `words`; -1 stands for none."""
    import pyarrow as pa

    there = np.packbits(codes >= 0, bitorder="little")
    whole = [pa.py_buffer(there) if (codes < 0).any() else None, pa.py_buffer(codes)]
    return pa.DictionaryArray.from_arrays(pa.Array.from_buffers(pa.int32(), len(codes), whole), texts(words))
