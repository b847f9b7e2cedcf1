"""The demo shop as a graph in which linking made no mistake: what was planted, as MENTIONS and DEPICTS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from kg.build import build
from kg.schema import EDGES, NODES, PropertyType
from kg.snapshot import Holdout, Snapshot, SplitSettings, load_holdout, take_snapshot
from kg.store.protocol import EdgeKey, GraphStore
from shopgraph.demo import DemoShop
from shopgraph.pipeline import import_into
from shopgraph.project import Project

_TYPES = {PropertyType.STRING: pa.string(), PropertyType.DOUBLE: pa.float64(), PropertyType.INT64: pa.int64()}


def linked_graph(shop: DemoShop, folder: Path, split: SplitSettings) -> tuple[Snapshot, Holdout]:
    """Build the shop's graph, write perfect links into it, and take its snapshot."""
    project = Project.create(folder / "project")
    name, _ = import_into(project, shop.folder, format_name="tables")
    with project.open_store(read_only=False) as store:
        build(project.sources / name, store)
        write_planted(store, shop)
        snapshot = take_snapshot(store, folder / "snapshot", holdout=folder / "holdout", split=split)
    return snapshot, load_holdout(folder / "holdout")


def write_planted(store: GraphStore, shop: DemoShop) -> None:
    """Write what reviews mention and photos depict, each certain, with the nodes that the tables do not name."""
    said = [(row["review_id"], mention) for row in _rows(shop.truth / "mentions.jsonl") for mention in row["mentions"]]
    shown = [(row, thing) for row in _rows(shop.truth / "photos.jsonl") for thing in row["depicts"]]
    aspects = sorted({mention["node"] for _, mention in said if mention["label"] == "Aspect"})
    _load_nodes(store, "Aspect", [{"id": node, "name": node} for node in aspects])
    known = {node for batch in store.nodes("Attribute") for node in batch["id"].to_pylist()}
    fresh = sorted({thing["node"] for _, thing in shown if thing["label"] == "Attribute"} - known)
    parts = [(node, *node.split("=", 1)) for node in fresh]
    _load_nodes(store, "Attribute", [{"id": node, "name": name, "value": value} for node, name, value in parts])
    for label in ("Aspect", "Attribute", "Brand", "Category"):
        _load_edges(
            store,
            EdgeKey("Review", "MENTIONS", label),
            [
                {
                    "source": review,
                    "target": mention["node"],
                    "confidence": 1.0,
                    "sentiment": float(mention["sentiment"]),
                    **{name: mention[name] for name in ("start", "end", "surface")},
                }
                for review, mention in said
                if mention["label"] == label
            ],
        )
        _load_edges(
            store,
            EdgeKey("Image", "DEPICTS", label),
            [
                {
                    "source": row["image_id"],
                    "target": thing["node"],
                    "caption": row["caption"],
                    "confidence": 1.0,
                    "model": "planted",
                }
                for row, thing in shown
                if thing["label"] == label
            ],
        )


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _load_nodes(store: GraphStore, label: str, rows: Sequence[Mapping[str, object]]) -> None:
    fields = {"id": pa.string(), **{prop.name: _TYPES[prop.type] for prop in NODES[label].properties}}
    if rows:
        store.load_nodes(label, [pa.RecordBatch.from_pylist(list(rows), schema=pa.schema(fields))])


def _load_edges(store: GraphStore, key: EdgeKey, rows: Sequence[Mapping[str, object]]) -> None:
    own = {prop.name: _TYPES[prop.type] for prop in EDGES[key.type].properties}
    fields = {"source": pa.string(), "target": pa.string(), **own}
    if rows:
        store.load_edges(key, [pa.RecordBatch.from_pylist(list(rows), schema=pa.schema(fields))])
