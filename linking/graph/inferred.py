"""Attributes that only reviews or photos reveal: ``(Product)-[:HAS_ATTRIBUTE {origin, confidence}]->(Attribute)``.

Where the shop says nothing of a product's colour, and its photo or its reviews do, the product gains it, marked as
inferred by ``origin``. What the shop says itself is never contradicted, and what is no longer found is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from kg.store.protocol import EdgeKey, GraphStore
from kg.store.rows import edge_schema
from linking.graph.tables import apply_edges

_HAS = EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute")
_LEAST = 0.75
"""Confidence from which a product gains an attribute."""

_EVIDENCE = """
    SELECT product, attribute, origin,
      -- a photo is seen once; reviews add up, as independent witnesses each of whom may be wrong
      CASE origin WHEN 'photo' THEN max(confidence) ELSE 1 - exp(sum(ln(greatest(1 - 0.7 * confidence, 1e-6)))) END
        AS confidence,
      sum(confidence) AS weight
    FROM seen GROUP BY product, attribute, origin"""

_WANTED = f"""
    SELECT product AS source, attribute AS target, arg_max(origin, sure) AS origin, max(sure) AS confidence FROM (
      SELECT evidence.product, attribute, origin, slots.name,
        confidence * weight / sum(weight) OVER (PARTITION BY evidence.product, slots.name, origin) AS sure
      FROM ({_EVIDENCE}) evidence JOIN slots ON slots.id = attribute
      WHERE NOT EXISTS (SELECT 1 FROM given WHERE given.product = evidence.product AND given.name = slots.name))
    WHERE sure >= {_LEAST} GROUP BY product, attribute
    -- one value for each attribute of a product
    QUALIFY row_number() OVER (PARTITION BY product, any_value(name) ORDER BY max(sure) DESC, attribute) = 1"""


def infer_attributes(store: GraphStore) -> tuple[int, int]:
    """Give products what only their photos and reviews reveal; give the edges written, and those taken back.

    Raises:
        GraphStoreError: the store refused.
    """
    with duckdb.connect() as connection:
        _table(connection, "slots", pa.schema([("id", pa.string()), ("name", pa.string())]), _slots(store))
        _edges(connection, store, "has", _HAS)
        connection.execute(
            """CREATE TEMP TABLE given AS SELECT DISTINCT source AS product, slots.name FROM has
               JOIN slots ON slots.id = target WHERE coalesce(origin, 'input') = 'input'"""
        )
        _edges(connection, store, "images", EdgeKey("Product", "HAS_IMAGE", "Image"))
        _edges(connection, store, "depicts", EdgeKey("Image", "DEPICTS", "Attribute"))
        _edges(connection, store, "about", EdgeKey("Review", "ABOUT", "Product"))
        _edges(connection, store, "mentions", EdgeKey("Review", "MENTIONS", "Attribute"))
        connection.execute(
            """CREATE TEMP TABLE seen AS
               SELECT images.source AS product, depicts.target AS attribute, 'photo' AS origin, depicts.confidence
               FROM images JOIN depicts ON depicts.source = images.target
               UNION ALL SELECT about.target, mentions.target, 'review', max(mentions.confidence)
               FROM about JOIN mentions ON mentions.source = about.source GROUP BY ALL"""
        )
        return apply_edges(store, connection, _HAS, _WANTED, ours="coalesce(origin, 'input') <> 'input'")


def _slots(store: GraphStore) -> Iterator[pa.RecordBatch]:
    for batch in store.nodes("Attribute"):
        yield batch.select(["id", "name"])


def _edges(connection: duckdb.DuckDBPyConnection, store: GraphStore, name: str, key: EdgeKey) -> None:
    _table(connection, name, edge_schema(key), store.edges(key))


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]
) -> None:
    connection.register("stream", pa.RecordBatchReader.from_batches(schema, batches))
    try:
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM stream")
    finally:
        connection.unregister("stream")
