"""A small demo shop as a graph in which everything stands that a run of shopgraph would conclude.

What reviews mention and photos show is what the demo planted, so no model is trained; every seventh photo shows another
colour than it should, and interests and likely links follow by simple rules.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from kg.build import build
from kg.quality import import_source
from kg.store import EdgeKey, GraphStore
from kg.store.rows import edge_key_columns, edge_schema, node_schema
from shopgraph.demo import make_demo

MODEL = "planted"
_SENTIMENT = {1: 0.8, 0: 0.0, -1: -0.71}
"""Such that no mean of a few stands at a round number, where the last digit would decide."""


def make_tables(folder: Path, *, n_products: int = 96, n_users: int = 120, n_interactions: int = 2_400) -> Path:
    """Make a demo shop and its clean tables in ``folder``."""
    shop = make_demo(folder / "shop", n_products=n_products, n_users=n_users, n_interactions=n_interactions)
    import_source(shop.folder, out=folder / "clean", format_name="tables")
    return folder


def fill(store: GraphStore, folder: Path) -> None:
    """Put the shop into an empty store: what the tables say, and what would be concluded."""
    build(folder / "clean", store)
    truth = folder / "shop" / "truth"
    _mentions(store, list(_lines(truth / "mentions.jsonl")))
    _photos(store, list(_lines(truth / "photos.jsonl")))
    _conclusions(store)
    _lists(store)


def _lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _mentions(store: GraphStore, reviews: Iterable[Mapping[str, object]]) -> None:
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for review in reviews:
        for one in review["mentions"]:  # type: ignore[attr-defined]
            rows[one["label"]].append(
                {
                    "source": review["review_id"],
                    "target": one["node"],
                    "start": one["start"],
                    "end": one["end"],
                    "surface": one["surface"],
                    "confidence": 1.0 if one["start"] % 3 else 0.6,
                    "sentiment": _SENTIMENT.get(one.get("sentiment")),
                }
            )
    aspects = sorted({str(row["target"]) for row in rows["Aspect"]})
    store.load_nodes("Aspect", _batches([{"id": one, "name": one} for one in aspects], node_schema("Aspect"), ("id",)))
    for label in sorted(rows):
        _load(store, EdgeKey("Review", "MENTIONS", label), rows[label])


def _photos(store: GraphStore, photos: Iterable[Mapping[str, object]]) -> None:
    shown: dict[str, list[dict[str, object]]] = defaultdict(list)
    known = {row["id"] for row in store.query("MATCH (a:Attribute) RETURN a.id AS id").to_pylist()}
    rows = store.query("MATCH (p:Product)-[:HAS_ATTRIBUTE]->(a:Attribute) RETURN p.id AS p, a.name AS a").to_pylist()
    told = {(row["p"], row["a"]) for row in rows}
    inferred = {}
    for number, photo in enumerate(photos):
        for one in photo["depicts"]:  # type: ignore[attr-defined]
            label, node = one["label"], one["node"]
            if label == "Attribute" and node.startswith("colour=") and number % 7 == 0:
                node = "colour=red" if node != "colour=red" else "colour=blue"
            if label == "Attribute" and node not in known:
                continue
            confidence = 0.9 - number % 10 / 50
            given = {"caption": photo["caption"], "confidence": confidence, "model": MODEL}
            shown[label].append({"source": photo["image_id"], "target": node} | given)
            if label == "Attribute" and (photo["product_id"], node.partition("=")[0]) not in told:
                inferred[photo["product_id"], node] = confidence
    for label in sorted(shown):
        _load(store, EdgeKey("Image", "DEPICTS", label), shown[label])
    _load(
        store,
        EdgeKey("Product", "HAS_ATTRIBUTE", "Attribute"),
        [
            {"source": product, "target": node, "origin": "photo", "confidence": confidence}
            for (product, node), confidence in inferred.items()
        ],
    )


def _conclusions(store: GraphStore) -> None:
    for label, relation in (("Category", "IN_CATEGORY"), ("Brand", "HAS_BRAND"), ("Attribute", "HAS_ATTRIBUTE")):
        bought = store.query(
            f"MATCH (u:User)-[:PURCHASED]->(p:Product)-[:{relation}]->(x:{label}) "
            "RETURN u.id AS u, x.id AS x, count(DISTINCT p) AS n"
        ).to_pylist()
        interests = [
            {"source": row["u"], "target": row["x"], "score": row["n"] / (row["n"] + 1), "model": MODEL}
            for row in bought
            if row["n"] >= 3
        ]
        _load(store, EdgeKey("User", "INTERESTED_IN", label), interests)
        linked = store.query(
            "MATCH (p:Product)-[:ALSO_BOUGHT|COMPLEMENTS|SUBSTITUTES|BOUGHT_TOGETHER]-(q:Product) "
            f"MATCH (q)-[:{relation}]->(x:{label}) WHERE p.id <> q.id AND NOT EXISTS {{ MATCH (p)-[:{relation}]->(x) }}"
            "RETURN p.id AS p, x.id AS x, q.id AS q"
        ).to_pylist()
        counted = Counter((row["p"], row["x"]) for row in {tuple(row.items()): row for row in linked}.values())
        likely = [
            {"source": product, "target": node, "relation": relation, "score": n / (n + 1), "model": MODEL}
            for (product, node), n in counted.items()
            if n >= 3
        ]
        _load(store, EdgeKey("Product", "LIKELY", label), likely)


def _lists(store: GraphStore) -> None:
    """Recommend to each customer the three products bought most often with those that were bought."""
    bought: dict[str, set[str]] = defaultdict(set)
    for row in store.query("MATCH (u:User)-[:PURCHASED]->(p:Product) RETURN u.id AS u, p.id AS p").to_pylist():
        bought[row["u"]].add(row["p"])
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for products in bought.values():
        for product in products:
            together[product].update(products - {product})
    edges = []
    for user, products in bought.items():
        counted = sum((together[product] for product in products), Counter[str]())
        best = sorted((-n, product) for product, n in counted.items() if product not in products)[:3]
        edges += [
            {"source": user, "target": product, "rank": rank, "score": float(-n), "model": MODEL}
            for rank, (n, product) in enumerate(best, start=1)
        ]
    _load(store, EdgeKey("User", "RECOMMENDED", "Product"), edges)


def _load(store: GraphStore, key: EdgeKey, rows: list[dict[str, object]]) -> None:
    if rows:
        store.load_edges(key, _batches(rows, edge_schema(key), edge_key_columns(key)))


def _batches(rows: list[dict[str, object]], schema: pa.Schema, order: tuple[str, ...]) -> list[pa.RecordBatch]:
    table = pa.Table.from_pylist(rows, schema=schema)
    batches: list[pa.RecordBatch] = table.sort_by([(name, "ascending") for name in order]).to_batches()
    return batches
