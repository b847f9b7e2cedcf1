"""Arrow columns of Python values, made without ``pyarrow.array``.

That function imports pandas to ask whether a list is a Series, which doubles the time that a process which only links
takes to start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa


def texts(values: Sequence[str]) -> pa.StringArray:
    """Give texts as a column."""
    encoded = [value.encode() for value in values]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(own) for own in encoded], out=offsets[1:])
    return pa.StringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def numbers(values: Sequence[float | None], type_: pa.DataType) -> pa.Array:
    """Give numbers of a type of 64 bits as a column; None is null."""
    there = np.array([value is not None for value in values], dtype=bool)
    filled = values if there.all() else [0 if value is None else value for value in values]
    data = pa.py_buffer(np.array(filled, dtype=type_.to_pandas_dtype()))
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(type_, len(values), [valid, data])
