"""Reading a graph store into columns of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.errors import GraphStoreError
from kg.ids import IdMap, IntArray
from kg.schema import EDGES, INTERACTION_KINDS, NODES, PropertyType
from kg.snapshot.edges import FloatArray
from kg.snapshot.split import Interactions
from kg.store.protocol import EdgeKey, GraphStore
from kg.tables import KINDS, SPLITS

Number = TypeVar("Number", bound=np.generic)

_VALUE = ("value", "sentiment")
_WEIGHT = ("weight", "confidence", "score")
_WORD = ("split", "relation", "origin")

_LOOKUP_ROWS = 1_000_000
"""Edges gathered before their ends are looked up, at the least: each look-up builds a hash table over a label."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One table of edges as columns, each None where the type has no such property.

    Attributes:
        head: row of the source, ``(n,)``.
        tail: row of the target, ``(n,)``.
        at: milliseconds since 1970 UTC, -1 where unknown, ``(n,)``.
        value: NaN where unknown, ``(n,)``.
        weight: 1 where unknown, ``(n,)``.
        word: position in ``words``, -1 where unknown: the split, the generic relation or the origin, ``(n,)``.
        words: what ``word`` points into.
    """

    head: IntArray
    tail: IntArray
    at: IntArray | None
    value: FloatArray | None
    weight: FloatArray | None
    word: npt.NDArray[np.int32] | None
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.head)

    def take(self, rows: IntArray | npt.NDArray[np.bool_]) -> Columns:
        """Give the edges at ``rows``, positions or a mask."""
        return Columns(
            head=self.head[rows],
            tail=self.tail[rows],
            at=None if self.at is None else self.at[rows],
            value=None if self.value is None else self.value[rows],
            weight=None if self.weight is None else self.weight[rows],
            word=None if self.word is None else self.word[rows],
            words=self.words,
        )


def read_ids(store: GraphStore) -> tuple[IdMap, dict[str, pa.Array]]:
    """Read the ids of all nodes, and label -> names in the order of the ids.

    Raises:
        GraphStoreError: the store does not give the nodes in the order of their ids.
    """
    ids: dict[str, pa.Array] = {}
    names: dict[str, pa.Array] = {}
    for label in NODES:
        batches = [batch.select(["id", "name"]) for batch in store.nodes(label)]
        ids[label] = _joined([batch["id"] for batch in batches], pa.string())
        names[label] = _joined([batch["name"] for batch in batches], pa.string())
    found = IdMap(ids)
    for label, own in ids.items():
        if not own.equals(found.label_ids(label)):
            raise GraphStoreError(f"The {store.engine} store gave the {label} nodes out of the order of their ids.")
    return found, names


def read_edges(store: GraphStore, key: EdgeKey, ids: IdMap) -> Columns:
    """Read one table of edges.

    Raises:
        GraphStoreError: an edge ends at a node that the store did not give.
    """
    have = {prop.name: prop.type for prop in EDGES[key.type].properties}
    at = "at" if have.get("at") is PropertyType.TIMESTAMP else None
    value = next((name for name in _VALUE if name in have), None)
    weight = next((name for name in _WEIGHT if name in have), None)
    word = next((name for name in _WORD if name in have), None)
    wanted = ["source", "target", *(name for name in (at, value, weight, word) if name)]
    enough = max(_LOOKUP_ROWS, ids.count(key.source), ids.count(key.target))
    words: dict[str, int] = {}
    parts = [
        Columns(
            head=_ends(table["source"], key.source, key, ids),
            tail=_ends(table["target"], key.target, key, ids),
            at=table[at].cast(pa.int64()).fill_null(-1).to_numpy() if at else None,
            value=table[value].fill_null(float("nan")).to_numpy() if value else None,
            weight=table[weight].fill_null(1.0).to_numpy() if weight else None,
            word=_coded(table[word], words) if word else None,
            words=(),
        )
        for table in _gathered(store.edges(key), wanted, enough)
    ]
    return Columns(
        head=_stacked([part.head for part in parts], np.int64),
        tail=_stacked([part.tail for part in parts], np.int64),
        at=_stacked([part.at for part in parts], np.int64) if at else None,
        value=_stacked([part.value for part in parts], np.float64) if value else None,
        weight=_stacked([part.weight for part in parts], np.float64) if weight else None,
        word=_stacked([part.word for part in parts], np.int32) if word else None,
        words=tuple(words),
    )


def read_interactions(store: GraphStore, ids: IdMap) -> Interactions:
    """Read the edges of every kind of interaction."""
    parts = [read_edges(store, EdgeKey("User", kind, "Product"), ids) for kind in INTERACTION_KINDS]
    return Interactions(
        user=np.concatenate([part.head for part in parts]),
        product=np.concatenate([part.tail for part in parts]),
        kind=np.concatenate(
            [
                np.full(len(part), KINDS.index(kind.lower()), np.int8)
                for kind, part in zip(INTERACTION_KINDS, parts, strict=True)
            ]
        ),
        at=_stacked([part.at for part in parts], np.int64),
        value=_stacked([part.value for part in parts], np.float64),
        given=np.concatenate([_given(part) for part in parts]),
    )


def _given(part: Columns) -> npt.NDArray[np.int8]:
    for word in part.words:
        if word not in SPLITS:
            raise GraphStoreError(f"An interaction has the split {word!r}; it must be one of: {', '.join(SPLITS)}.")
    places = np.array([*(SPLITS.index(word) for word in part.words), -1], dtype=np.int8)
    return places[part.word] if part.word is not None else np.full(len(part), -1, np.int8)


def _gathered(batches: Iterator[pa.RecordBatch], columns: list[str], enough: int) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch.select(columns))
        rows += len(batch)
        if rows >= enough:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _ends(column: pa.ChunkedArray, label: str, key: EdgeKey, ids: IdMap) -> IntArray:
    rows = ids.find(label, column)
    missing = np.flatnonzero(rows < 0)
    if len(missing):
        raise GraphStoreError(
            f"An edge {key} ends at the {label} {column[int(missing[0])].as_py()!r}, which is no node."
        )
    return rows


def _coded(column: pa.ChunkedArray, words: dict[str, int]) -> npt.NDArray[np.int32]:
    """Give each string's position in ``words``, which grows by those that are new."""
    codes = []
    for chunk in column.chunks:
        encoded = chunk.dictionary_encode()
        places = [words.setdefault(word, len(words)) for word in encoded.dictionary.to_pylist()]
        lookup = np.array([*places, -1], dtype=np.int32)
        codes.append(lookup[encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)])
    return np.concatenate([np.zeros(0, np.int32), *codes])


def _joined(arrays: list[pa.Array], kind: pa.DataType) -> pa.Array:
    return pa.concat_arrays(arrays).cast(kind) if arrays else pa.array([], kind)


def _stacked(parts: Sequence[npt.NDArray[Number] | None], kind: type[Number]) -> npt.NDArray[Number]:
    return np.concatenate([np.zeros(0, kind), *(part for part in parts if part is not None)])
