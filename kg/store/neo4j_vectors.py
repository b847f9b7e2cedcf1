"""Vectors in Neo4j: a property of the nodes and a vector index over it, for analysts to search in Cypher.

    CALL db.index.vector.queryNodes('shopgraph_product_text', 100, $vector) YIELD node, score
    RETURN node.id, node.name, score ORDER BY score DESC LIMIT 10

Only Neo4j has it. The embedded engine keeps vector indexes in an extension that it would have to download, so for it,
neighbours are found outside the graph. The property is no part of the schema: what is built, exported and read back by
shopgraph is the same with and without it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import neo4j
import numpy as np
import numpy.typing as npt

from kg.errors import InputError
from kg.limits import limit
from kg.schema import NODES
from kg.store.neo4j import Neo4jStore

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}\Z")
_LARGEST = 4_096
_BYTES = 8
"""A number takes in a request to the server."""
_ONLINE_SECONDS = 600
_LINKS, _BREADTH = 32, 400
"""Of the index's graph: links of a node, and candidates looked at for them; the server's own are 16 and 100. Of 5,000
vectors without any order, the hardest case, it finds .69 of the true neighbours with these and .56 with those."""
_REACH = 10
"""An index looks no further than it is asked for. Asked for ten times as many, it finds .99 of the same neighbours."""

Rows = npt.NDArray[np.float32]


class Similarity(StrEnum):
    """How Neo4j compares vectors; its scores are greater for nearer ones, from 0 to 1."""

    COSINE = "cosine"  # (1 + cosine) / 2
    EUCLIDEAN = "euclidean"  # 1 / (1 + squared distance)


class Neo4jVectors:
    """Vectors of the nodes of a label in a Neo4j database.

    Args:
        store: that holds the nodes.
        label: of the nodes.
        name: of the vectors, such as ``text``: small letters, digits and ``_``.

    Raises:
        InputError: the label is not in the schema, or the name cannot be one.
    """

    def __init__(self, store: Neo4jStore, label: str, name: str) -> None:
        if label not in NODES:
            raise InputError(f'The schema has no label "{label}". The labels are: {", ".join(NODES)}.')
        if not _NAME.match(name):
            raise InputError(
                f'"{name}" is no name for vectors in Neo4j: use small letters, digits and _, such as "text".'
            )
        self.label = label
        self.property = f"vector_{name}"
        self.index = f"shopgraph_{label.lower()}_{name}"
        self._store = store

    def write(
        self,
        ids: Sequence[str],
        matrix: Rows,
        *,
        similarity: Similarity = Similarity.COSINE,
        quantised: bool = False,
    ) -> int:
        """Write vectors and make their index; what was there under this name goes.

        A run that is interrupted leaves some vectors old and some new; repeat it. Repeating it changes nothing.

        Args:
            ids: of the nodes, distinct, ``(n,)``; one that the database does not have is passed over.
            matrix: ``(n, dim)``, finite.
            similarity: how the index compares.
            quantised: let the index hold a byte for each number: a quarter of the memory, neighbours less exact.

        Returns:
            How many nodes have a vector now.

        Raises:
            InputError: the vectors do not fit the ids, are not finite, have more than 4,096 numbers, or one is all
                zeros, whose cosine with another is not defined.
            GraphStoreError: the server refuses.
        """
        wanted = np.asarray(matrix, dtype=np.float32)
        self._check(ids, wanted, similarity)
        self._run(f"DROP INDEX `{self.index}` IF EXISTS")
        self._forget(set(ids))
        size = max(1, min(limit("neo4j_batch_rows"), limit("neo4j_transaction_bytes") // (_BYTES * wanted.shape[1])))
        order = sorted(range(len(ids)), key=ids.__getitem__)  # in the order of other loads, so that locks never cross
        written = sum(
            self._put([[ids[row], wanted[row].tolist()] for row in order[start : start + size]])
            for start in range(0, len(order), size)
        )
        options = {
            "vector.dimensions": wanted.shape[1],
            "vector.similarity_function": f"'{Similarity(similarity)}'",
            "vector.quantization.enabled": str(quantised).lower(),
            "vector.hnsw.m": _LINKS,
            "vector.hnsw.ef_construction": _BREADTH,
        }
        given = ", ".join(f"`{name}`: {value}" for name, value in options.items())
        self._run(
            f"CREATE VECTOR INDEX `{self.index}` FOR (n:`{self.label}`) ON (n.`{self.property}`) "
            f"OPTIONS {{indexConfig: {{{given}}}}}"
        )
        self._run(f"CALL db.awaitIndex('{self.index}', {_ONLINE_SECONDS})")
        return written

    def nearest(self, vector: npt.ArrayLike, k: int, *, reach: int = _REACH) -> list[tuple[str, float]]:
        """Give ids and scores of the nearest nodes, as the index has them, nearest first.

        Args:
            vector: ``(dim,)``.
            k: how many.
            reach: times as many candidates are looked at; more find the true neighbours more surely, and slower.

        Raises:
            GraphStoreError: there is no index, or the vector does not fit it.
        """
        found = self._store.query(
            "CALL db.index.vector.queryNodes($index, $reach, $vector) YIELD node, score "
            "RETURN node.id AS id, score ORDER BY score DESC, id LIMIT $k",
            {
                "index": self.index,
                "reach": reach * k,
                "k": k,
                "vector": np.asarray(vector, dtype=np.float32).tolist(),
            },
        )
        return list(zip(found["id"].to_pylist(), found["score"].to_pylist(), strict=True))

    def remove(self) -> int:
        """Drop the index and take the property from every node; give how many had it. Nothing there is no error."""
        self._run(f"DROP INDEX `{self.index}` IF EXISTS")
        return self._forget(set())

    def _check(self, ids: Sequence[str], matrix: Rows, similarity: Similarity) -> None:
        if matrix.ndim != 2 or len(matrix) != len(ids) or not 1 <= matrix.shape[1] <= _LARGEST:
            raise InputError(
                f"Vectors of the shape {matrix.shape} for {len(ids)} ids cannot be written: give one row of 1 to "
                f"{_LARGEST:,} numbers for each id."
            )
        if len(set(ids)) < len(ids):
            raise InputError("An id stands twice among the vectors to write. Give one row for each node.")
        bad = ~np.isfinite(matrix).all(1)
        if Similarity(similarity) is Similarity.COSINE:
            bad |= ~matrix.any(1)
        if bad.any():
            raise InputError(
                f"The vector of the {self.label} {ids[int(np.flatnonzero(bad)[0])]!r} is all zeros or not finite "
                f"({int(bad.sum())} such). Leave those nodes out."
            )

    def _put(self, rows: list[list[object]]) -> int:
        statement = (
            f"UNWIND $rows AS row MATCH (n:`{self.label}` {{id: row[0]}}) "
            f"CALL db.create.setNodeVectorProperty(n, '{self.property}', row[1]) RETURN count(*)"
        )

        def work(transaction: neo4j.ManagedTransaction) -> int:
            return int(transaction.run(statement, rows=rows).single(strict=True)[0])

        return self._store._write(work)

    def _forget(self, kept: set[str]) -> int:
        """Take the property from all nodes but some; give how many lost it."""
        found = self._store.query(
            f"MATCH (n:`{self.label}`) WHERE n.`{self.property}` IS NOT NULL RETURN n.id AS id ORDER BY id"
        )
        lost = [node for node in found["id"].to_pylist() if node not in kept]
        size = limit("neo4j_batch_rows")
        statement = f"UNWIND $ids AS id MATCH (n:`{self.label}` {{id: id}}) REMOVE n.`{self.property}`"
        for start in range(0, len(lost), size):
            ids = lost[start : start + size]
            self._store._write(lambda transaction, ids=ids: transaction.run(statement, ids=ids).consume())  # type: ignore[misc]
        return len(lost)

    # What follows uses the store's own sessions and explanations of errors: this file is a part of it, kept apart.

    def _run(self, statement: str) -> None:
        self._store._run_alone(statement)
