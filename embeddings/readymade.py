"""Ready-made vectors: of sound, film or whatever another team made vectors of, joined by a name, ids and a matrix.

Good rows go on; every other row is set aside with the reason, as the import of tables does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from embeddings.id_files import read_ids
from embeddings.matrix_files import MatrixFile, Piece, open_matrix
from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError
from kg.ids import IdMap, IntArray
from kg.limits import limit
from kg.quality.quarantine import Quarantine
from kg.quality.rules import Problem

_PARQUETS = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """Where vectors that others made lie.

    Attributes:
        name: of the kind: ``audio``.
        matrix: file of the vectors, a row for each id: ``.npy``, ``.safetensors`` or ``.parquet``.
        ids: file of the ids in the order of the rows: a text with one on each line, ``.csv``, ``.tsv`` or ``.parquet``.
            A Parquet matrix has its own column of ids, so it needs none.
        label: of the nodes, default ``Product``.
        id_column: of a CSV or Parquet file, default ``id``.
        columns: tensor of the safetensors file, or column of lists or columns of numbers of the Parquet file; by
            default the only ones there.
        most_bytes: that the vectors may take in memory, by default the limit ``ready_vector_bytes``.
    """

    name: str
    matrix: Path
    ids: Path | None = None
    label: str = "Product"
    id_column: str = "id"
    columns: Sequence[str] | None = None
    most_bytes: int = limit("ready_vector_bytes")


@dataclass(frozen=True, slots=True)
class VectorReject:
    """A row that was set aside.

    Attributes:
        row: in the file, from 1.
        id: of the node; empty where the row has none.
        problem: the rule that it breaks, and how.
    """

    row: int
    id: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class ReadyMadeVectors:
    """What a file of vectors gave.

    Attributes:
        vectors: the good ones.
        rejects: the others, in the order of the file.
        source: the file of vectors.
    """

    vectors: Vectors
    rejects: tuple[VectorReject, ...]
    source: Path

    def write_rejects(self, quarantine: Quarantine) -> None:
        """Write the rejects as the import writes rows it sets aside.

        Raises:
            StrictInputError: the quarantine is strict, and there are some.
        """
        for one in self.rejects:
            quarantine.add(
                file=self.source.name, line=one.row, table=self.vectors.name, problem=one.problem, raw=one.id
            )


def read_vectors(source: ReadyMade, *, known: IdMap | None = None) -> ReadyMadeVectors:
    """Read vectors and check every row.

    A row is set aside if its id is missing, unknown or stood before, or its vector is of another length, all zeros, or
    holds something that is no finite number in float32. A ``.npy`` or safetensors file of float32 of which every row
    is good and the ids ascend stays mapped, however large it is; else the good rows are copied, once.

    Args:
        source: where they lie.
        known: nodes there are; by default every id is taken.

    Raises:
        InputError: a file is missing, damaged, of another kind or too large, there are not as many ids as rows, or
            it is not clear which part of the file is meant.
    """
    matrix = open_matrix(
        source.matrix, id_column=source.id_column, columns=source.columns, most_bytes=source.most_bytes
    )
    ids = read_ids(_file_of_ids(source), column=source.id_column)
    if len(ids) != matrix.n_rows:
        raise InputError(
            f"{source.matrix} holds {matrix.n_rows:,} vectors for {len(ids):,} ids in {_file_of_ids(source)}, so it "
            "cannot be told which belong together. Write both again from the same rows."
        )
    problems = _wrong_values(matrix)
    problems |= {row: problem for row, problem in _wrong_ids(ids, source.label, known).items() if row not in problems}
    good = np.ones(len(ids), dtype=np.bool_)
    good[list(problems)] = False
    twice = _repeated(ids, good)
    good[list(twice)] = False
    kept = ids.filter(pa.array(good))
    found = IdMap({source.label: kept})
    place = np.full(len(ids), -1, dtype=np.int64)
    place[good] = found.find(source.label, kept)
    vectors, same = _placed(matrix, place, twice)
    for row, first in twice.items():
        code, what = ("DUPLICATE_ID", "the same vector") if row in same else ("CONFLICT", "another vector")
        problems[row] = Problem(code, f"the id stands in row {first + 1} already, with {what}")
    rejects = tuple(VectorReject(row + 1, ids[row].as_py() or "", problems[row]) for row in sorted(problems))
    return ReadyMadeVectors(Vectors(source.name, found, vectors), rejects, source.matrix)


def _file_of_ids(source: ReadyMade) -> Path:
    if source.ids is not None:
        return source.ids
    if source.matrix.suffix.lower() in _PARQUETS:
        return source.matrix
    raise InputError(f"{source.matrix} says nothing of ids. Give a file with the id of each row: text, CSV or Parquet.")


def _wrong_values(matrix: MatrixFile) -> dict[int, Problem]:
    """Check every vector; give what is wrong, by row."""
    problems: dict[int, Problem] = {}
    n_rows = 0
    for piece in matrix.pieces():
        n_rows += len(piece.values)
        numbers = _float32(piece)
        finite = np.isfinite(numbers)
        sound = finite.all(axis=1) & numbers.any(axis=1)
        for row in np.flatnonzero(~sound).tolist():
            if row not in piece.wrong:
                problems[piece.start + row] = _wrong_vector(piece.values[row], finite[row])
        problems |= {piece.start + row: problem for row, problem in piece.wrong.items()}
    if n_rows != matrix.n_rows:
        raise InputError(f"The file holds {n_rows:,} vectors and claims {matrix.n_rows:,}. Write it again.")
    return problems


def _wrong_vector(values: npt.NDArray[np.number], finite: npt.NDArray[np.bool_]) -> Problem:
    if finite.all():
        return Problem("MISSING_VALUE", "its vector is all zeros, which points nowhere")
    first = int(np.flatnonzero(~finite)[0])
    value = float(values[first])
    what = "too large for float32" if np.isfinite(value) else "no finite number"
    return Problem("NOT_A_NUMBER", f"number {first + 1} of its vector is {value}, which is {what}")


def _float32(piece: Piece) -> VectorArray:
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(piece.values, dtype=np.float32)


def _wrong_ids(ids: pa.StringArray, label: str, known: IdMap | None) -> dict[int, Problem]:
    missing = np.flatnonzero(ids.is_null().to_numpy(zero_copy_only=False))
    problems = {int(row): Problem("MISSING_VALUE", "it has no id, or one that is too long") for row in missing}
    if known is not None:
        strange = np.flatnonzero(known.find(label, ids) < 0).tolist()
        problems |= {
            row: Problem("UNKNOWN_REFERENCE", f"there is no {label} with this id")
            for row in strange
            if row not in problems
        }
    return problems


def _repeated(ids: pa.StringArray, good: npt.NDArray[np.bool_]) -> dict[int, int]:
    """Give the good rows whose id stood in a good row before, each with that row."""
    rows: IntArray = np.flatnonzero(good)
    codes = pc.dictionary_encode(ids.take(pa.array(rows))).indices.to_numpy()
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    firsts = rows[first[inverse]]
    again = firsts != rows
    return dict(zip(rows[again].tolist(), firsts[again].tolist(), strict=True))


def _placed(matrix: MatrixFile, place: IntArray, twice: dict[int, int]) -> tuple[VectorArray, set[int]]:
    """Give the good vectors in the order of their ids, ``(n, dim)``, and the repeated rows that say the same again.

    Args:
        matrix: to read.
        place: where each row goes, -1 for nowhere, ``(n_rows,)``.
        twice: repeated row -> the row before it.
    """
    mapped = matrix.mapped
    if mapped is not None and mapped.dtype == np.float32 and (place == np.arange(len(place))).all():
        mapped.flags.writeable = False
        return mapped, set()
    vectors = np.empty((int((place >= 0).sum()), matrix.dim), dtype=np.float32)
    same = set()
    for piece in matrix.pieces():
        to = place[piece.start : piece.start + len(piece.values)]
        numbers = _float32(piece)
        vectors[to[to >= 0]] = numbers[to >= 0]
        # The row before it has been placed by now: it stands earlier in the file.
        for row in range(piece.start, piece.start + len(to)) if twice else ():
            if row in twice and np.array_equal(vectors[place[twice[row]]], numbers[row - piece.start]):
                same.add(row)
    vectors.flags.writeable = False
    return vectors, same
