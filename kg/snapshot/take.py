"""Taking a snapshot: the graph is read out of its store, split, and written as frozen columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.errors import InputError
from kg.ids import IdMap, IntArray
from kg.schema import CONCLUSIONS, EDGE_TYPES, INTERACTION_KINDS
from kg.snapshot.edges import Edges, Relation
from kg.snapshot.files import SNAPSHOT_FORMAT, replaced, write_arrow, write_manifest
from kg.snapshot.holdout import write_holdout
from kg.snapshot.nodes import write_images, write_names, write_products, write_reviews
from kg.snapshot.read import Columns, read_edges, read_ids, read_interactions
from kg.snapshot.reviews import kept_reviews
from kg.snapshot.snapshot import Snapshot, load_snapshot
from kg.snapshot.split import TRAIN, Division, Interactions, SplitMethod, SplitSettings, divide
from kg.store.protocol import EdgeKey, GraphStore
from kg.tables import KINDS

_KEPT = ("HAS_BRAND", "IN_CATEGORY", "PART_OF", "HAS_IMAGE")


def take_snapshot(
    store: GraphStore,
    out: Path,
    *,
    holdout: Path,
    split: SplitSettings = SplitSettings(),  # noqa: B008 (frozen)
) -> Snapshot:
    """Write the snapshot of a graph into ``out``, and what is kept from learning into ``holdout``.

    Left out of the snapshot are the interactions of the test and validation parts; reviews that the same customer
    wrote of the same product, with their mentions; with the split ``time`` also every review written since; where
    anything is kept, attributes taken from reviews, for nothing says which; and always what models concluded
    (``CONCLUSIONS``). Both folders are written beside their places and then renamed. The same graph gives the same
    bytes.

    Raises:
        InputError: one of the folders holds something else, or lies in the other.
        GraphStoreError: the store cannot be read, or an edge ends at no node.
        ConfigurationError: the split does not fit the data.
    """
    if out.resolve() == holdout.resolve() or out.resolve() in holdout.resolve().parents:
        raise InputError(f"The holdout {holdout} may not lie in the snapshot {out}. Name a folder beside it.")
    everything, names = read_ids(store)
    interactions = read_interactions(store, everything)
    division = divide(interactions, everything, split)
    kept = kept_reviews(store, everything, division)
    names["Review"] = names["Review"].filter(pa.array(kept))
    ids, moved = _without_reviews(everything, kept)
    settings = {**asdict(split), "method": str(division.method), "target_kinds": list(division.target_kinds)}
    with replaced(out, holdout) as (fresh, apart):
        write_names(fresh, ids, names)
        write_reviews(fresh, store, kept)
        write_images(fresh, store)
        relations: list[dict[str, object]] = []
        held: dict[str, Columns] = {}
        for key, columns in _tables(store, everything, interactions, division):
            columns = _moved(columns, moved)
            if key.type in _KEPT:
                held[key.type] = columns
            relations.extend(_write_relations(fresh, key, columns))
        write_products(fresh, store, ids, names, held)
        fingerprint = write_manifest(
            fresh,
            {
                "format": SNAPSHOT_FORMAT,
                "ids": ids.fingerprint,
                "nodes": [{"label": label, "count": ids.count(label)} for label in ids.labels],
                "relations": relations,
                "split": settings,
            },
        )
        write_holdout(apart, interactions, division, everything, manifest={"snapshot": fingerprint, "split": settings})
    return load_snapshot(out)


def _without_reviews(ids: IdMap, kept: npt.NDArray[np.bool_]) -> tuple[IdMap, IntArray]:
    """Give the map of what is kept, and old row -> new row, -1 for a review that is not, ``(n_nodes,)``."""
    stays = np.ones(len(ids), dtype=np.bool_)
    stays[ids.slice("Review")] = kept
    moved = np.where(stays, np.cumsum(stays) - 1, -1).astype(np.int64)
    own: dict[str, pa.Array] = {label: ids.label_ids(label) for label in ids.labels}
    if "Review" in own:
        own["Review"] = own["Review"].filter(pa.array(kept))
    return IdMap(own), moved


def _tables(
    store: GraphStore, ids: IdMap, interactions: Interactions, division: Division
) -> Iterator[tuple[EdgeKey, Columns]]:
    """Give the tables of edges that may be learned from, one at a time."""
    for edge in EDGE_TYPES:
        if edge.name in CONCLUSIONS:
            continue
        for source, target in edge.pairs:
            key = EdgeKey(source, edge.name, target)
            if edge.name in INTERACTION_KINDS:
                yield key, _training(interactions, division, edge.name)
                continue
            columns = read_edges(store, key, ids)
            if edge.name == "HAS_ATTRIBUTE" and division.method is not SplitMethod.NONE:
                columns = _not_from_reviews(columns)
            yield key, columns


def _training(interactions: Interactions, division: Division, kind: str) -> Columns:
    own = (interactions.kind == KINDS.index(kind.lower())) & (division.part == TRAIN)
    return Columns(
        head=interactions.user[own],
        tail=interactions.product[own],
        at=interactions.at[own],
        value=interactions.value[own],
        weight=None,
        word=None,
        words=(),
    )


def _not_from_reviews(columns: Columns) -> Columns:
    if "review" not in columns.words or columns.word is None:
        return columns
    return columns.take(columns.word != columns.words.index("review"))


def _moved(columns: Columns, moved: IntArray) -> Columns:
    head, tail = moved[columns.head], moved[columns.tail]
    return replace(columns, head=head, tail=tail).take((head >= 0) & (tail >= 0))


def _write_relations(folder: Path, key: EdgeKey, columns: Columns) -> Iterator[dict[str, object]]:
    """Write one table of edges, a file for each relation; give their entries in the manifest."""
    if key.type != "RELATED_TO" or columns.word is None:
        yield from _write_edges(folder, Relation(key.source, key.type, key.target), columns, "")
        return
    order = np.argsort(columns.word, kind="stable")
    bounds = np.searchsorted(columns.word[order], np.arange(-1, len(columns.words) + 1))
    spans = dict(zip((None, *columns.words), pairwise(bounds), strict=True))
    for number, name in enumerate(sorted(spans, key=lambda name: (name is not None, name or ""))):
        start, stop = spans[name]
        relation = Relation(key.source, key.type, key.target, name)
        yield from _write_edges(folder, relation, columns.take(order[start:stop]), f".{number}")


def _write_edges(folder: Path, relation: Relation, columns: Columns, suffix: str) -> Iterator[dict[str, object]]:
    if not len(columns):
        return
    at, value, weight = columns.at, columns.value, columns.weight
    edges = Edges.sorted(
        columns.head,
        columns.tail,
        at=None if at is None or (at < 0).all() else at,
        value=None if value is None or np.isnan(value).all() else value,
        weight=None if weight is None or (weight == 1).all() else weight,
    )
    file = f"edges/{relation.source}.{relation.type}.{relation.target}{suffix}.arrow"
    batch = pa.record_batch({name: pa.array(column) for name, column in edges.known().items()})
    write_arrow(folder / file, batch.schema, [batch])
    yield {**asdict(relation), "file": file, "edges": len(edges)}
