"""Reviews into the graph: ``(Review)-[:MENTIONS]->()``, for reviews that are new or changed, or for all.

What was linked is kept in a table of review ids with a digest of all that the outcome hangs on. Work goes through
files, so memory does not grow with the number of reviews.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kg.store.protocol import EdgeKey, GraphStore
from linking.graph.parallel import MENTION_SCHEMA, link_batches
from linking.graph.reading import pairs
from linking.graph.tables import apply_edges
from linking.linker import Linker

LABELS: tuple[str, ...] = ("Product", "Brand", "Category", "Attribute", "Aspect")
Progress = Callable[[str, int, int], None]

_TEXTS = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("language", pa.string()),
        ("rating", pa.float64()),
        ("product", pa.string()),
    ]
)
_BATCH = 2_000
_PARALLEL_FROM = 20_000
"""Reviews from which starting further processes pays."""


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """What linking reviews did.

    Attributes:
        reviews: reviews in the graph.
        linked: of these, linked now.
        mentions: edges MENTIONS written now.
        removed: edges MENTIONS removed, of reviews that changed.
    """

    reviews: int
    linked: int
    mentions: int
    removed: int


def link_reviews(
    store: GraphStore,
    linker: Linker,
    folder: Path,
    *,
    linked: Path,
    fingerprint: str,
    workers: int = 1,
    progress: Progress | None = None,
) -> ReviewReport:
    """Make the graph hold what its reviews mention; repeating it changes nothing.

    Args:
        store: open for writing, with the nodes of the lexicon in it.
        linker: to use.
        folder: of its artefact.
        linked: table of what was linked before; made if it is not there, written anew at the end.
        fingerprint: of the linker; reviews linked by another are linked again.
        workers: processes.
        progress: called with what is done, how many reviews are, and how many there are.

    Raises:
        GraphStoreError: the store refused.
    """
    with tempfile.TemporaryDirectory(prefix=".linking-", dir=linked.parent) as scratch, duckdb.connect() as connection:
        place = Path(scratch)
        n_reviews = _write_texts(store, place / "texts.parquet")
        _find_changed(connection, store, place, linked, fingerprint)
        n_changed = _count(connection, "SELECT count(*) FROM changed")
        if n_changed:
            many = workers if n_changed >= _PARALLEL_FROM else 1
            _write_mentions(connection, linker, folder, place, n_changed, many, progress)
        written, removed = (0, 0) if not n_changed else _apply(store, connection, place)
        _keep(connection, linked, place, changed=n_changed > 0)
    return ReviewReport(n_reviews, n_changed, written, removed)


def review_texts(store: GraphStore) -> Iterator[pa.RecordBatch]:
    """Stream the reviews: ``id``, ``text``, ``language``, ``rating``, and the id of the ``product`` each is about."""
    about: Iterator[tuple[str | None, str | None]] = pairs(store, EdgeKey("Review", "ABOUT", "Product"))
    review, product = next(about, (None, None))
    for batch in store.nodes("Review"):
        products: list[str | None] = []
        for id_ in batch.column("id").to_pylist():
            while review is not None and review < id_:  # both come in order of the review's id
                review, product = next(about, (None, None))
            products.append(product if review == id_ else None)
        columns = [batch.column(name) for name in ("id", "text", "language", "rating")]
        yield pa.record_batch([*columns, pa.array(products, pa.string())], schema=_TEXTS)


def _write_texts(store: GraphStore, path: Path) -> int:
    rows = 0
    with pq.ParquetWriter(path, _TEXTS) as writer:
        for batch in review_texts(store):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    rows = connection.execute(statement).fetchall()  # DuckDB takes nothing else on while a result is open
    return int(rows[0][0] or 0)


def _find_changed(
    connection: duckdb.DuckDBPyConnection, store: GraphStore, place: Path, linked: Path, fingerprint: str
) -> None:
    """Note in ``changed`` which reviews are to be linked: all, where the graph lost mentions that it should have."""
    texts = str(place / "texts.parquet")
    connection.execute(
        """CREATE TEMP TABLE now AS SELECT id, md5(concat_ws(chr(31), $fingerprint, coalesce(text, ''),
             coalesce(language, ''), coalesce(product, ''))) AS digest FROM read_parquet($texts)""",
        {"fingerprint": fingerprint, "texts": texts},
    )
    if linked.is_file():
        connection.execute("CREATE TEMP TABLE before AS SELECT * FROM read_parquet(?)", [str(linked)])
    else:
        connection.execute("CREATE TEMP TABLE before (id VARCHAR, digest VARCHAR, mentions BIGINT)")
    expected = _count(connection, "SELECT sum(mentions) FROM before SEMI JOIN now USING (id)")
    counts = store.edge_counts()
    if expected != sum(counts.get(EdgeKey("Review", "MENTIONS", label), 0) for label in LABELS):
        connection.execute("DELETE FROM before")
    connection.execute("CREATE TEMP TABLE changed AS SELECT id FROM now ANTI JOIN before USING (id, digest)")


def _write_mentions(
    connection: duckdb.DuckDBPyConnection,
    linker: Linker,
    folder: Path,
    place: Path,
    total: int,
    workers: int,
    progress: Progress | None,
) -> None:
    all_texts = f"read_parquet('{place / 'texts.parquet'}')"
    texts = connection.sql(
        f"SELECT id, text, language, product FROM {all_texts} SEMI JOIN changed USING (id) ORDER BY id"
    )
    reader: pa.RecordBatchReader = texts.to_arrow_reader(_BATCH)
    batches = iter(reader)
    done = 0
    with pq.ParquetWriter(place / "mentions.parquet", MENTION_SCHEMA) as writer:
        for rows, mentions in link_batches(folder, linker, batches, workers=workers):
            writer.write_batch(mentions)
            done += rows
            if progress is not None:
                progress("linking reviews", done, total)


def _apply(store: GraphStore, connection: duckdb.DuckDBPyConnection, place: Path) -> tuple[int, int]:
    """Write the mentions found, and remove those of the same reviews that were not found again."""
    connection.execute(
        "CREATE TEMP VIEW mentions AS SELECT * FROM read_parquet('" + str(place / "mentions.parquet") + "')"
    )
    written = removed = 0
    for label in LABELS:
        key = EdgeKey("Review", "MENTIONS", label)
        wanted = f"""SELECT source, target, start, "end", surface, confidence, sentiment FROM mentions
                     WHERE label = '{label}'"""
        counts = apply_edges(store, connection, key, wanted, ours="source IN (SELECT id FROM changed)")
        written, removed = written + counts[0], removed + counts[1]
    return written, removed


def _keep(connection: duckdb.DuckDBPyConnection, linked: Path, place: Path, *, changed: bool) -> None:
    fresh = place / "linked.parquet"
    found = "SELECT source AS id, count(*) AS n FROM mentions GROUP BY source" if changed else "SELECT '' AS id, 0 AS n"
    connection.execute(
        f"""COPY (SELECT id, now.digest,
              coalesce(found.n, CASE WHEN before.digest = now.digest THEN before.mentions END, 0) AS mentions
            FROM now LEFT JOIN ({found}) found USING (id) LEFT JOIN before USING (id) ORDER BY id)
            TO '{fresh}' (FORMAT parquet)"""
    )
    fresh.replace(linked)


__all__ = ["LABELS", "ReviewReport", "link_reviews", "review_texts"]
