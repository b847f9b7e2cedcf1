"""Vectors in Neo4j's index: the neighbours that FAISS finds, written twice and taken away without a trace."""

from __future__ import annotations

from collections.abc import Iterator

import neo4j
import numpy as np
import pyarrow as pa
import pytest

from embeddings.nearest import Metric, NearestNeighbours
from embeddings.vectors import Vectors
from kg.errors import GraphStoreError, InputError
from kg.store import open_store
from kg.store.neo4j import Neo4jStore
from kg.store.neo4j_vectors import Neo4jVectors, Similarity

pytestmark = pytest.mark.neo4j

N, DIM = 400, 24
IDS = [f"p{i:04d}" for i in range(N)]


@pytest.fixture(scope="module")
def shop(neo4j_uri: str, neo4j_auth: tuple[str, str]) -> Iterator[Neo4jStore]:
    """A database with products and nothing else."""
    user, password = neo4j_auth
    opened = open_store(neo4j_uri, user=user, password=password)
    assert isinstance(opened, Neo4jStore)
    with opened:
        opened.clear()
        opened.create_schema()
        opened.load_nodes("Product", [pa.RecordBatch.from_pydict({"id": IDS, "name": [one.upper() for one in IDS]})])
        yield opened
        opened.clear()


@pytest.fixture
def store(shop: Neo4jStore) -> Iterator[Neo4jStore]:
    """The same without vectors."""
    yield shop
    Neo4jVectors(shop, "Product", "text").remove()


def matrix_of(seed: int) -> np.ndarray:
    """Vectors as those of products lie: around some centres."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((20, DIM))
    return (centres[random.integers(0, 20, N)] + 0.4 * random.standard_normal((N, DIM))).astype(np.float32)


def with_vector(store: Neo4jStore) -> int:
    found = store.query("MATCH (p:Product) WHERE p.vector_text IS NOT NULL RETURN count(*) AS n")
    return int(found["n"][0].as_py())


def indexes(uri: str, auth: tuple[str, str]) -> list[str]:
    """Ask the server itself: free queries may not."""
    with neo4j.GraphDatabase.driver(uri, auth=auth) as driver:
        return [record["name"] for record in driver.execute_query("SHOW VECTOR INDEXES YIELD name").records]


@pytest.mark.parametrize(
    ("similarity", "metric"), [(Similarity.COSINE, Metric.COSINE), (Similarity.EUCLIDEAN, Metric.L2)]
)
def test_neo4j_and_faiss_find_the_same(store: Neo4jStore, similarity: Similarity, metric: Metric) -> None:
    matrix = matrix_of(0)
    written = Neo4jVectors(store, "Product", "text")
    assert written.write(IDS, matrix, similarity=similarity) == N
    queries = matrix_of(0)[:20] + np.float32(0.05)
    near = NearestNeighbours(Vectors.sorted("text", "Product", IDS, matrix), metric=metric).search(queries, 10)
    for query, expected in zip(queries, near, strict=True):
        found = written.nearest(query, 10)
        assert [node for node, _ in found] == [one.id for one in expected]
        scores = np.array([one.score for one in expected])
        theirs = (1 + scores) / 2 if metric is Metric.COSINE else 1 / (1 + scores**2)
        assert np.allclose([score for _, score in found], theirs, atol=1e-4)
    cypher = "CALL db.index.vector.queryNodes($index, 3, $vector) YIELD node RETURN node.id AS id, node.name AS name"
    rows = store.query(cypher, {"index": "shopgraph_product_text", "vector": queries[0].tolist()}).to_pylist()
    assert {row["id"] for row in rows} == {one.id for one in near[0][:3]}
    assert all(row["name"] == row["id"].upper() for row in rows)


def test_writing_again_replaces_and_removing_leaves_nothing(
    store: Neo4jStore, neo4j_uri: str, neo4j_auth: tuple[str, str]
) -> None:
    written = Neo4jVectors(store, "Product", "text")
    before = [batch.to_pylist() for batch in store.nodes("Product")]
    matrix = matrix_of(2)
    for _ in range(2):
        assert written.write(IDS, matrix) == N
        assert [node for node, _ in written.nearest(matrix[7], 1)] == ["p0007"]
    assert [batch.to_pylist() for batch in store.nodes("Product")] == before

    # Other vectors, of another length, of other nodes; one node is not in the database.
    fewer = np.eye(3, dtype=np.float32)
    assert written.write(["p0001", "nobody", "p0002"], fewer) == 2
    assert with_vector(store) == 2
    assert [node for node, _ in written.nearest([0, 0, 1], 5)] == ["p0002", "p0001"]
    assert indexes(neo4j_uri, neo4j_auth) == ["shopgraph_product_text"]
    assert written.remove() == 2
    assert (with_vector(store), indexes(neo4j_uri, neo4j_auth)) == (0, [])
    assert written.remove() == 0
    with pytest.raises(GraphStoreError, match="shopgraph_product_text"):
        written.nearest([0, 0, 1], 1)


@pytest.mark.parametrize(
    ("ids", "matrix", "why"),
    [
        (["p0001"], np.zeros((1, 3)), "'p0001' is all zeros"),
        (["p0001", "p0002"], [[1, 2], [np.nan, 1]], "'p0002' is all zeros or not finite"),
        (["p0001", "p0001"], np.ones((2, 2)), "twice"),
        (["p0001"], np.ones((2, 2)), "shape"),
        (["p0001"], np.ones((1, 4097)), "shape"),
    ],
)
def test_vectors_that_cannot_be_compared(store: Neo4jStore, ids: list[str], matrix: np.ndarray, why: str) -> None:
    written = Neo4jVectors(store, "Product", "text")
    written.write(IDS[:2], np.eye(2, dtype=np.float32))
    with pytest.raises(InputError, match=why):
        written.write(ids, matrix)
    assert with_vector(store) == 2


@pytest.mark.parametrize(
    ("label", "name"), [("Spaceship", "text"), ("Product", "Text"), ("Product", "a`b"), ("Product", "")]
)
def test_names_that_cannot_be(store: Neo4jStore, label: str, name: str) -> None:
    with pytest.raises(InputError):
        Neo4jVectors(store, label, name)
