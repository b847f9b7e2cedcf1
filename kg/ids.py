"""The id map: every node's external id and its row, frozen, for all that learns from the graph.

Nodes are sorted by label, in the order of the schema, and then by id, so that each label is one slice of rows. The ids
stay in Arrow arrays, which may be mapped from a file: a map of ten million nodes takes no Python object per node.
"""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.errors import InputError, UnknownIdError
from kg.schema import NODES

IntArray = npt.NDArray[np.int64]

_FEW = 64
_SHARE = 200
"""Up to ``_FEW`` ids, or one in ``_SHARE`` of the label's, are bisected; for more a hash table over the label pays."""


class IdMap:
    """A frozen map between external ids and rows, over the nodes of all labels.

    Args:
        ids: label -> ids, in any order. Labels without nodes may be left out.

    Raises:
        InputError: a label is not in the schema, or an id is missing or stands twice in its label.
    """

    def __init__(self, ids: Mapping[str, pa.Array | pa.ChunkedArray | Sequence[str]]) -> None:
        for label in ids:
            _check_label(label)
        self._ids: dict[str, pa.Array] = {label: _sorted(label, ids.get(label, ())) for label in NODES}
        self._starts = np.cumsum([0, *(len(array) for array in self._ids.values())]).astype(np.int64)
        self._position = {label: position for position, label in enumerate(NODES)}

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdMap) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        counts = ", ".join(f"{label}: {self.count(label)}" for label in self.labels)
        return f"IdMap({counts})"

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels that have nodes, in the order of their rows."""
        return tuple(label for label, ids in self._ids.items() if len(ids))

    def count(self, label: str) -> int:
        """Give how many nodes ``label`` has."""
        _check_label(label)
        return len(self._ids[label])

    def slice(self, label: str) -> slice:
        """Give the rows of ``label`` as one slice."""
        _check_label(label)
        position = self._position[label]
        return slice(int(self._starts[position]), int(self._starts[position + 1]))

    def label_ids(self, label: str) -> pa.StringArray:
        """Give all ids of ``label`` in the order of their rows, without copying them."""
        _check_label(label)
        return self._ids[label]

    def find(self, label: str, ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> IntArray:
        """Give the row of each id, -1 where it is unknown, ``(n_ids,)``."""
        _check_label(label)
        own = self._ids[label]
        start = self.slice(label).start
        if len(ids) <= max(_FEW, len(own) // _SHARE):
            wanted = ids.to_pylist() if isinstance(ids, pa.Array | pa.ChunkedArray) else ids
            return np.array([_bisect(own, wish, start) for wish in wanted], dtype=np.int64)
        wanted = ids if isinstance(ids, pa.Array | pa.ChunkedArray) else pa.array(ids, pa.string())
        local = pc.index_in(wanted.cast(pa.string()), value_set=own)
        rows: IntArray = pc.fill_null(pc.add(local.cast(pa.int64()), start), -1).to_numpy()
        return rows

    def rows(self, label: str, ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> IntArray:
        """Give the row of each id, ``(n_ids,)``.

        Raises:
            UnknownIdError: an id is unknown; the message names the first few.
        """
        rows = self.find(label, ids)
        missing = np.flatnonzero(rows < 0)
        if len(missing):
            wanted = ids if isinstance(ids, pa.Array | pa.ChunkedArray) else pa.array(ids, pa.string())
            few = ", ".join(repr(wish) for wish in wanted.take(pa.array(missing[:3])).to_pylist())
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            raise UnknownIdError(f"No {label} has the id {few}{more}. Look the ids up in the graph first.")
        return rows

    def ids(self, rows: npt.ArrayLike) -> pa.StringArray:
        """Give the external id of each row, of whatever label, ``(n_rows,)``.

        Raises:
            IndexError: a row is negative or past the last one.
        """
        wanted = self._checked(rows)
        taken = self._all.take(pa.array(wanted))
        return pa.concat_arrays(taken.chunks) if taken.num_chunks else pa.array([], pa.string())

    def labels_of(self, rows: npt.ArrayLike) -> npt.NDArray[np.str_]:
        """Give the label of each row, ``(n_rows,)``.

        Raises:
            IndexError: a row is negative or past the last one.
        """
        position = np.searchsorted(self._starts, self._checked(rows), side="right") - 1
        return np.array(list(NODES))[position]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over labels and ids, in hexadecimal: two maps with the same one give the same rows."""
        digest = hashlib.sha256()
        for label in self.labels:
            ids = self._ids[label]
            digest.update(f"{label}\0{len(ids)}\0".encode())
            digest.update(pc.binary_length(ids).to_numpy().astype("<i8").tobytes())
            digest.update(string_bytes(ids).data)
        return digest.hexdigest()

    @cached_property
    def _all(self) -> pa.ChunkedArray:
        return pa.chunked_array(list(self._ids.values()), pa.string())

    def _checked(self, rows: npt.ArrayLike) -> IntArray:
        wanted = np.asarray(rows, dtype=np.int64).reshape(-1)
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= len(self)):
            raise IndexError(f"Rows go from 0 to {len(self) - 1}, not {wanted.min()} to {wanted.max()}.")
        return wanted


def string_bytes(strings: pa.StringArray) -> npt.NDArray[np.uint8]:
    """Give the UTF-8 bytes of all strings without nulls, one after the other and not copied, ``(n_bytes,)``."""
    _, offsets, data = strings.buffers()
    if data is None or not len(strings):
        return np.zeros(0, dtype=np.uint8)
    bounds = np.frombuffer(offsets, dtype=np.int32)[strings.offset : strings.offset + len(strings) + 1]
    return np.frombuffer(data, dtype=np.uint8)[bounds[0] : bounds[-1]]


def _check_label(label: str) -> None:
    if label not in NODES:
        raise InputError(f'The schema has no label "{label}". The labels are: {", ".join(NODES)}.')


def _sorted(label: str, ids: pa.Array | pa.ChunkedArray | Sequence[str]) -> pa.StringArray:
    """Give the ids as one array in ascending order of their bytes, which is that of their code points."""
    array = ids if isinstance(ids, pa.Array | pa.ChunkedArray) else pa.array(ids, pa.string())
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    array = array.cast(pa.string())
    if array.null_count:
        raise InputError(f"{array.null_count} nodes of the label {label} have no id. Every node needs one.")
    if not pc.all(pc.less(array[:-1], array[1:]), min_count=0).as_py():
        array = array.take(pc.sort_indices(array))
        same = pc.equal(array[:-1], array[1:])
        if pc.any(same).as_py():
            twice = array[pc.index(same, True).as_py()].as_py()
            raise InputError(f"The id {twice!r} stands twice in the label {label}. Ids are unique in their label.")
    return array


def _bisect(ids: pa.StringArray, wanted: str, start: int) -> int:
    if wanted is None:
        return -1
    position = bisect.bisect_left(range(len(ids)), wanted, key=lambda row: ids[row].as_py())
    return start + position if position < len(ids) and ids[position].as_py() == wanted else -1
