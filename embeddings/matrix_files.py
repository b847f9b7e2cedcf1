"""Files of vectors that others made: npy, safetensors and Parquet, read piece by piece and never trusted.

npy and safetensors are mapped; nothing that could run code is opened. A Parquet file says how much it holds before a
page is unpacked, so one that claims more than it may is refused unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embeddings.mapped import map_tensors
from kg.errors import InputError, ModelError
from kg.quality.rules import Problem

Numbers = npt.NDArray[Any]

_NPY = b"\x93NUMPY"
_ZIP = b"PK\x03\x04"
_PIECE_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a matrix, one after the other.

    Attributes:
        start: row of the first one, from 0.
        values: ``(n, dim)``, of any type of numbers; rows that are wrong hold whatever.
        wrong: position in ``values`` -> what is wrong with the row's form.
    """

    start: int
    values: Numbers
    wrong: dict[int, Problem] = field(default_factory=dict)


class MatrixFile(Protocol):
    """A file of ``n_rows`` vectors of ``dim`` numbers."""

    n_rows: int
    dim: int
    mapped: Numbers | None
    """All of it as it lies, ``(n_rows, dim)``, where the file allows that."""

    def pieces(self) -> Iterator[Piece]:
        """Read the rows in order; may be called again."""
        ...


def open_matrix(path: Path, *, id_column: str, columns: Sequence[str] | None, most_bytes: int) -> MatrixFile:
    """Open a file of vectors by its ending.

    Args:
        path: ``.npy``, ``.safetensors`` or ``.parquet``.
        id_column: of a Parquet file, which is no vector.
        columns: the tensor, or the Parquet column of lists or the columns of numbers; by default the only ones there.
        most_bytes: that the vectors may take in memory as float32.

    Raises:
        InputError: it is missing, of another kind, damaged, larger than it may be, or it is not clear where in it the
            vectors are.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise InputError(f"There is no file {path}. Give a matrix: .npy, .safetensors or .parquet.")
    try:
        if kind == ".npy":
            found: MatrixFile = _Mapped(path, _npy(path))
        elif kind == ".safetensors":
            found = _Mapped(path, _tensor(path, columns))
        elif kind in (".parquet", ".pq"):
            found = _Parquet(path, id_column, columns, most_bytes)
        else:
            raise InputError(
                f"{path} does not end in .npy, .safetensors or .parquet. Save the matrix in one of these forms."
            )
    except (OSError, ValueError, ModelError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read as {kind}: {' '.join(str(error).split())[:300]}") from error
    if found.dim < 1:
        raise InputError(f"The vectors in {path} have no numbers. Give a matrix with one column at least.")
    if found.n_rows * found.dim * 4 > most_bytes:
        raise InputError(
            f"{path} holds {found.n_rows:,} vectors of {found.dim:,} numbers, more than the {most_bytes:,} bytes "
            "allowed. Give fewer or shorter ones, or raise most_bytes."
        )
    return found


class _Mapped:
    """A matrix that lies in the file as it does in memory."""

    def __init__(self, path: Path, matrix: Numbers) -> None:
        if matrix.ndim != 2 or matrix.dtype.kind not in "fiu":
            raise InputError(
                f"{path} holds an array of shape {matrix.shape} and type {matrix.dtype}. Vectors are rows of a matrix "
                "of numbers, one row for each id."
            )
        self.mapped: Numbers | None = matrix
        self.n_rows, self.dim = matrix.shape

    def pieces(self) -> Iterator[Piece]:
        """Read the rows in order."""
        assert self.mapped is not None
        size = _rows_at_a_time(self.dim)
        for start in range(0, self.n_rows, size):
            yield Piece(start, self.mapped[start : start + size])


def _npy(path: Path) -> Numbers:
    with path.open("rb") as file:
        head = file.read(len(_NPY))
    if head.startswith(_ZIP):
        raise InputError(f"{path} is a zip of arrays (npz), which could unpack to any size. Save one array by np.save.")
    if head != _NPY:
        raise InputError(f"{path} is no .npy file; a pickle is never opened. Save the matrix by np.save.")
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        _, _, dtype = read(file)
    if dtype.hasobject:
        raise InputError(f"{path} holds Python objects (a pickle), which can run code: it is not opened. Save numbers.")
    matrix: Numbers = np.load(path, mmap_mode="r", allow_pickle=False)
    return matrix


def _tensor(path: Path, columns: Sequence[str] | None) -> Numbers:
    tensors = map_tensors(path)
    if columns is not None:
        missing = [name for name in columns if name not in tensors]
        if missing or len(columns) != 1:
            raise InputError(
                f"{path} has the tensors {', '.join(tensors)}. Name one of them, not {', '.join(columns)}."
            )
        return tensors[columns[0]]
    matrices = [name for name, tensor in tensors.items() if tensor.ndim == 2]
    if len(matrices) != 1:
        raise InputError(
            f"{path} has {len(matrices)} matrices among its tensors ({', '.join(tensors) or 'none'}). "
            "Name the one to use."
        )
    return tensors[matrices[0]]


class _Parquet:
    """Vectors in a column of lists, or in one column for each number."""

    mapped: Numbers | None = None

    def __init__(self, path: Path, id_column: str, columns: Sequence[str] | None, most_bytes: int) -> None:
        self._path = path
        file = self._open()
        schema, metadata = file.schema_arrow, file.metadata
        self._columns, self._lists = _vector_columns(path, schema, id_column, columns)
        self.n_rows = int(metadata.num_rows)
        values, unpacked = _claims(metadata, self._columns)
        if max(values * 4, unpacked) > most_bytes:
            raise InputError(
                f"{path} claims {values:,} numbers and {unpacked:,} bytes unpacked, more than the {most_bytes:,} bytes "
                "allowed. Give fewer or shorter vectors, or raise most_bytes."
            )
        self._together = _rows_at_a_time(-(-values // max(1, self.n_rows)))
        self.dim = self._width(schema) if self._lists else len(self._columns)

    def pieces(self) -> Iterator[Piece]:
        """Read the rows in order."""
        start = 0
        for batch in self._batches():
            yield self._of_lists(start, batch) if self._lists else self._of_columns(start, batch)
            start += len(batch)

    def _open(self) -> pq.ParquetFile:
        return pq.ParquetFile(self._path, memory_map=True)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._open().iter_batches(batch_size=self._together, columns=self._columns, use_threads=False)
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self._path} is damaged: {' '.join(str(error).split())[:300]}") from error

    def _width(self, schema: pa.Schema) -> int:
        """Give how many numbers the vectors have: as the type says, else as most of the first ones have."""
        kind = schema.field(self._columns[0]).type
        if pa.types.is_fixed_size_list(kind):
            return int(kind.list_size)
        for batch in self._batches():
            lengths = pc.list_value_length(batch.column(0)).drop_null().to_numpy()
            if len(lengths):
                return int(np.bincount(lengths).argmax())
        return 1  # no row has a vector; each will say so itself

    def _of_lists(self, start: int, batch: pa.RecordBatch) -> Piece:
        lists = batch.column(0)
        lengths = pc.fill_null(pc.list_value_length(lists), -1).to_numpy(zero_copy_only=False)
        fits = (lengths == self.dim) & lists.is_valid().to_numpy(zero_copy_only=False)
        values = np.full((len(lists), self.dim), np.nan, dtype=np.float64)
        flat = lists.filter(pa.array(fits)).flatten()
        values[fits] = _floats(flat).reshape(-1, self.dim)
        wrong = {
            int(row): Problem("MISSING_VALUE", "it has no vector")
            if lengths[row] < 0
            else Problem("WRONG_TYPE", f"its vector has {lengths[row]} numbers where others have {self.dim}")
            for row in np.flatnonzero(~fits)
        }
        return Piece(start, values, wrong)

    def _of_columns(self, start: int, batch: pa.RecordBatch) -> Piece:
        return Piece(start, np.stack([_floats(column) for column in batch.columns], axis=1))


def _floats(array: pa.Array) -> npt.NDArray[np.float64]:
    """Give the numbers of an array, ``(n,)``; NaN for null."""
    numbers: npt.NDArray[np.float64] = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def _vector_columns(
    path: Path, schema: pa.Schema, id_column: str, columns: Sequence[str] | None
) -> tuple[list[str], bool]:
    """Find the columns that the vectors are in, and whether it is one of lists."""
    if id_column not in schema.names and columns is None:
        raise InputError(f'{path} has no column "{id_column}"; it has: {", ".join(schema.names)}. Name the id column.')
    lists = [each.name for each in schema if _is_list(each.type)]
    numbers = [each.name for each in schema if _is_number(each.type)]
    wanted = list(columns) if columns is not None else lists or [name for name in numbers if name != id_column]
    if strange := [name for name in wanted if name not in (*lists, *numbers)]:
        raise InputError(f'{path} has no column "{strange[0]}" of numbers or of lists of numbers.')
    if not wanted or (len(wanted) > 1 and set(wanted) & set(lists)):
        found = f"the columns of lists {', '.join(wanted)}" if wanted else "no column of numbers or of lists of numbers"
        raise InputError(f"{path} has {found}. Name the columns in which the vectors are.")
    return wanted, wanted[0] in lists


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _is_list(kind: pa.DataType) -> bool:
    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(listed and _is_number(kind.value_type))


def _claims(metadata: Any, columns: Sequence[str]) -> tuple[int, int]:
    """Give how many numbers the columns claim to hold, and into how many bytes their pages unpack."""
    values = unpacked = 0
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for number in range(row_group.num_columns):
            chunk = row_group.column(number)
            # The numbers of a list stand one or two levels below their column.
            if any(chunk.path_in_schema == name or chunk.path_in_schema.startswith(f"{name}.") for name in columns):
                values += chunk.num_values
                unpacked += chunk.total_uncompressed_size
    return values, unpacked


def _rows_at_a_time(dim: int) -> int:
    return max(1, min(65_536, _PIECE_BYTES // (8 * max(1, dim))))
