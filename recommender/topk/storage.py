"""How vectors lie in memory: whole, halved, or as bytes with a scale for each vector."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from recommender.arrays import FloatArray, IntArray

_STEPS = 127
"""Steps of a byte on either side of zero."""


class Storage(StrEnum):
    """How each number of a vector is kept."""

    FP32 = "fp32"  # 4 bytes, as it is
    FP16 = "fp16"  # 2 bytes, 11 significant bits
    INT8 = "int8"  # 1 byte, in 255 even steps up to the vector's largest number, which is kept beside (4 bytes)


class Stored:
    """Vectors in memory.

    Args:
        vectors: ``(n, dim)``; finite, and for fp16 no number beyond 65,504.
        storage: how they are kept.
    """

    def __init__(self, vectors: FloatArray, storage: Storage) -> None:
        self.storage = Storage(storage)
        self._scale: FloatArray | None = None
        self._numbers: npt.NDArray[np.float32] | npt.NDArray[np.float16] | npt.NDArray[np.int8]
        if self.storage is Storage.FP32:
            self._numbers = np.ascontiguousarray(vectors, dtype=np.float32)
        elif self.storage is Storage.FP16:
            self._numbers = np.ascontiguousarray(vectors, dtype=np.float16)
        else:
            largest = np.abs(vectors).max(axis=1, initial=0.0)
            self._scale = np.where(largest > 0, largest / _STEPS, 1.0).astype(np.float32)
            self._numbers = np.rint(vectors / self._scale[:, None]).astype(np.int8)

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def dim(self) -> int:
        """Numbers of a vector."""
        return int(self._numbers.shape[1])

    @property
    def nbytes(self) -> int:
        """Bytes they take."""
        return self._numbers.nbytes + (0 if self._scale is None else self._scale.nbytes)

    def part(self, rows: slice | IntArray) -> FloatArray:
        """Give some of the vectors in full, ``(n, dim)``."""
        numbers: FloatArray = self._numbers[rows].astype(np.float32, copy=False)
        return numbers if self._scale is None else numbers * self._scale[rows, None]
