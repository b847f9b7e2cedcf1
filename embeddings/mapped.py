"""Tensors of a safetensors file, mapped into memory as they lie: nothing is read before it is used.

The ``safetensors`` package copies each tensor it gives to NumPy. The format is simple enough to map: eight bytes with
the length of a JSON header, the header with type, shape and place of each tensor, and the tensors one after the other.
Every place is checked before anything is mapped, so a forged header cannot point outside the file, and nothing in it
can run code.
"""

from __future__ import annotations

import json
import math
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.errors import ModelError

Tensor = npt.NDArray[Any]

_LENGTH = 8
_LONGEST_HEADER = 100_000_000
"""Bytes; the bound that the format itself sets."""
_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "|u1",
    "BOOL": "|b1",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tensor lies: bytes from ``start`` to ``end`` after the header."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int


def map_tensors(path: Path) -> dict[str, Tensor]:
    """Give every tensor of a safetensors file by name, read-only and mapped.

    The map lives as long as one of the arrays does, even where the file is replaced by another meanwhile.

    Raises:
        ModelError: the file is none, or its header does not fit its contents.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size < _LENGTH:
                raise _foreign(path, f"it has {size} bytes")
            length = int.from_bytes(file.read(_LENGTH), "little")
            if length > min(size - _LENGTH, _LONGEST_HEADER):
                raise _foreign(path, f"its header claims {length:,} bytes and the file has {size:,}")
            header = file.read(length)
            places = _places(path, header, size - _LENGTH - length)
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    before = _LENGTH + length
    return {
        one.name: np.frombuffer(
            whole, one.dtype, count=math.prod(one.shape), offset=min(before + one.start, size)
        ).reshape(one.shape)
        if one.end > one.start
        else np.zeros(one.shape, one.dtype)
        for one in places
    }


def _places(path: Path, header: bytes, data: int) -> list[_Place]:
    try:
        given = json.loads(header.decode("utf-8"), object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise _foreign(path, "it has no JSON header") from error
    if not isinstance(given, dict):
        raise _foreign(path, "its header names no tensors")
    places = [_place(path, name, entry) for name, entry in given.items() if name != "__metadata__"]
    places.sort(key=lambda place: (place.start, place.end))
    bounds = [0, *(bound for place in places for bound in (place.start, place.end)), data]
    if any(before != after for before, after in list(pairwise(bounds))[::2]):
        raise _foreign(path, "its tensors overlap, leave gaps, or reach past its end")
    return places


def _place(path: Path, name: str, entry: object) -> _Place:
    if not isinstance(entry, Mapping) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise _foreign(path, f'its header does not say where the tensor "{name}" lies')
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if kind not in _TYPES:
        raise ModelError(f'{path}: the tensor "{name}" is of the type {kind!r}; known are {", ".join(_TYPES)}.')
    if not (_whole_numbers(shape) and _whole_numbers(offsets) and len(offsets) == 2):
        raise _foreign(path, f'shape and place of the tensor "{name}" are no whole numbers')
    dtype = np.dtype(_TYPES[kind])
    place = _Place(name, dtype, tuple(shape), *offsets)
    if place.end - place.start != math.prod(shape) * dtype.itemsize:
        raise _foreign(path, f'the tensor "{name}" takes other than what its shape {tuple(shape)} needs')
    return place


def _whole_numbers(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**63 for value in values)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _foreign(path: Path, why: str) -> ModelError:
    return ModelError(f"{path} is damaged, or no safetensors file: {why}.")
