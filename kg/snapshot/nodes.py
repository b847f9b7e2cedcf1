"""Writing the nodes of a snapshot: names of all, and what is known of products, reviews and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kg.ids import IdMap, IntArray
from kg.limits import limit
from kg.snapshot.files import map_arrow, write_arrow
from kg.snapshot.read import Columns
from kg.store.protocol import GraphStore

_TIME = pa.timestamp("ms", tz="UTC")
_NODES = pa.schema([("id", pa.string()), ("name", pa.string())])
_REVIEWS = pa.schema(
    [("id", pa.string()), ("text", pa.string()), ("rating", pa.float64()), ("at", _TIME), ("language", pa.string())]
)
_IMAGES = pa.schema([("id", pa.string()), ("path", pa.string()), ("caption", pa.string())])
_PRODUCT_PROPERTIES = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("name_zh", pa.string()),
        ("description", pa.string()),
        ("description_zh", pa.string()),
        ("price", pa.float64()),
        ("in_stock", pa.bool_()),
        ("in_catalogue", pa.bool_()),
        ("released", _TIME),
    ]
)
_PRODUCTS = pa.schema(
    [
        *_PRODUCT_PROPERTIES,
        ("brand", pa.string()),
        ("categories", pa.list_(pa.string())),
        ("image", pa.string()),
    ]
)


def write_names(folder: Path, ids: IdMap, names: Mapping[str, pa.Array]) -> None:
    """Write ``nodes.arrow``: one batch for each label that has nodes."""
    batches = (pa.record_batch([ids.label_ids(label), _canonical(names[label])], schema=_NODES) for label in ids.labels)
    write_arrow(folder / "nodes.arrow", _NODES, batches)


def write_reviews(folder: Path, store: GraphStore, kept: npt.NDArray[np.bool_]) -> None:
    """Write ``reviews.arrow`` with those that are kept, ``(n_reviews,)``."""
    write_arrow(folder / "reviews.arrow", _REVIEWS, _nodes(store, "Review", _REVIEWS, kept))


def write_images(folder: Path, store: GraphStore) -> None:
    """Write ``images.arrow``."""
    write_arrow(folder / "images.arrow", _IMAGES, _nodes(store, "Image", _IMAGES))


def write_products(
    folder: Path, store: GraphStore, ids: IdMap, names: Mapping[str, pa.Array], edges: Mapping[str, Columns]
) -> None:
    """Write ``products.arrow``.

    Args:
        folder: of the snapshot; ``images.arrow`` must be there already.
        store: to read the properties from.
        ids: of the snapshot.
        names: label -> names in the order of the ids.
        edges: ``HAS_BRAND``, ``IN_CATEGORY``, ``PART_OF`` and ``HAS_IMAGE``.
    """
    brand_names = pc.coalesce(names["Brand"], ids.label_ids("Brand"))
    paths = map_arrow(folder / "images.arrow")["path"]
    brand = _first(edges["HAS_BRAND"], ids, "Brand", brand_names)
    image = _first(edges["HAS_IMAGE"], ids, "Image", paths)
    categories = _leaf_categories(edges["IN_CATEGORY"], edges["PART_OF"], ids)

    def batches() -> Iterator[pa.RecordBatch]:
        start = 0
        for batch in _nodes(store, "Product", _PRODUCT_PROPERTIES):
            part = slice(start, start + len(batch))
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            columns["in_catalogue"] = batch["in_catalogue"].fill_null(True)
            columns.update(brand=brand[part], categories=categories[part], image=image[part])
            yield pa.record_batch(columns, schema=_PRODUCTS)
            start += len(batch)

    write_arrow(folder / "products.arrow", _PRODUCTS, batches())


def _nodes(
    store: GraphStore, label: str, schema: pa.Schema, kept: npt.NDArray[np.bool_] | None = None
) -> Iterator[pa.RecordBatch]:
    """Stream nodes in batches whose size does not hang on the engine, so that neither do the bytes written."""
    size = limit("batch_rows")
    held: list[pa.RecordBatch] = []
    start = 0
    for batch in store.nodes(label):
        stop = start + len(batch)
        held.append(
            batch.select(schema.names)
            if kept is None
            else batch.select(schema.names).filter(pa.array(kept[start:stop]))
        )
        start = stop
        while sum(map(len, held)) >= size:
            table = pa.Table.from_batches(held)
            yield _batch(table[:size], schema)
            held = table[size:].to_batches()
    if sum(map(len, held)):
        yield _batch(pa.Table.from_batches(held), schema)


def _batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch(
        [
            _canonical(pa.concat_arrays(column.chunks).cast(field.type))
            for column, field in zip(table.columns, schema, strict=True)
        ],
        schema=schema,
    )


def _canonical(array: pa.Array) -> pa.Array:
    """Give equal arrays equal bytes: nothing is left to chance under a null."""
    if not array.null_count:
        return array
    zero = pa.scalar(
        "" if pa.types.is_string(array.type) else 0, pa.string() if pa.types.is_string(array.type) else pa.int64()
    )
    return pc.if_else(array.is_valid(), array.fill_null(zero.cast(array.type)), pa.scalar(None, array.type))


def _first(edges: Columns, ids: IdMap, label: str, texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give each product the text of its first neighbour in ``label``, null where it has none, ``(n_products,)``."""
    first = np.full(ids.count("Product"), -1, dtype=np.int64)
    order = np.lexsort((edges.tail, edges.head))[::-1]
    first[edges.head[order] - ids.slice("Product").start] = edges.tail[order] - ids.slice(label).start
    taken = texts.take(pa.array(first, mask=first < 0))
    return _canonical(
        pa.concat_arrays(taken.chunks) if isinstance(taken, pa.ChunkedArray) and taken.num_chunks else taken
    )


def _leaf_categories(stands: Columns, part_of: Columns, ids: IdMap) -> pa.ListArray:
    """Give each product the ids of its categories without those that another of them is part of, ``(n_products,)``."""
    wider: dict[int, list[int]] = {}
    for narrow, wide in zip(part_of.head.tolist(), part_of.tail.tolist(), strict=True):
        wider.setdefault(narrow, []).append(wide)
    categories, inverse = np.unique(stands.tail, return_inverse=True)
    above = [_ancestors(category, wider) for category in categories.tolist()]
    counts = np.array([len(each) for each in above], dtype=np.int64)
    flat = np.array([wide for each in above for wide in each], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    repeats = counts[inverse]
    covered_head = np.repeat(stands.head, repeats)
    within = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    covered_tail = flat[np.repeat(starts[inverse], repeats) + within] if len(flat) else flat
    covered = _codes(covered_head, covered_tail, ids)
    own = np.setdiff1d(_codes(stands.head, stands.tail, ids), covered)
    width = max(1, len(ids))
    products = np.arange(ids.count("Product") + 1) + ids.slice("Product").start
    offsets = np.searchsorted(own // width, products)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids.ids(own % width))


def _codes(head: IntArray, tail: IntArray, ids: IdMap) -> IntArray:
    codes: IntArray = head * max(1, len(ids)) + tail
    return codes


def _ancestors(category: int, wider: Mapping[int, list[int]]) -> set[int]:
    """Give all that ``category`` is part of, near or far; a circle of categories covers none of its own."""
    seen: set[int] = set()
    waiting = list(wider.get(category, ()))
    while waiting:
        wide = waiting.pop()
        if wide not in seen:
            seen.add(wide)
            waiting.extend(wider.get(wide, ()))
    return seen - {category} if category not in seen else set()
