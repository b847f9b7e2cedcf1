"""Writes the demo shop as its engineer would export it: the tables and the photos."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from shopgraph.demo.catalogue import Product
from shopgraph.demo.customers import Customer
from shopgraph.demo.interactions import Event
from shopgraph.demo.links import Link
from shopgraph.demo.photos import Photo, jpeg
from shopgraph.demo.reviews import Review

_ATTRIBUTES = (
    "colour", "material", "season", "waterproof", "capacity", "size", "connection", "bulb", "induction", "closure",
    "made_in", "pattern",
)  # fmt: skip

Row = Mapping[str, object]


def iso(at: int) -> str:
    """Write milliseconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV; None becomes an empty cell. A path that ends in ``.gz`` is packed."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    data = text.getvalue().encode()
    path.write_bytes(gzip.compress(data, compresslevel=6, mtime=0) if path.suffix == ".gz" else data)


def write_jsonl(path: Path, rows: Iterable[Row]) -> None:
    """Write one JSON object a line."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _product_row(product: Product) -> Row:
    listed: dict[str, str | None] = {
        **product.attributes,
        "colour": product.colour.name if product.colour_listed else None,
        "material": product.material if product.material_listed else None,
        "pattern": product.finish if product.finish_listed else None,
    }
    return {
        "id": product.id,
        "title": product.wording.title,
        "title_zh": product.wording.title_zh,
        "description": product.wording.description,
        "description_zh": product.wording.description_zh,
        "brand": product.brand if product.brand_listed else None,
        "categories": "|".join([product.kind.path, *product.occasions]),
        "price": f"{product.price:.2f}",
        "in_stock": "true" if product.in_stock else "false",
        "released": iso(product.released)[:10],
        **{name: listed.get(name) for name in _ATTRIBUTES},
    }


def _review_row(review: Review, products: Sequence[Product], customers: Sequence[Customer]) -> Row:
    row = {
        "id": review.id,
        "user_id": None if review.user is None else customers[review.user].id,
        "product_id": products[review.product].id,
        "title": review.title,
        "text": review.text,
        "rating": review.rating,
        "at": iso(review.at),
        "language": review.language,
    }
    return {name: value for name, value in row.items() if value is not None}


def write_tables(
    folder: Path,
    *,
    products: Sequence[Product],
    customers: Sequence[Customer],
    events: Sequence[Event],
    reviews: Sequence[Review],
    photos: Sequence[Photo],
    links: Sequence[Link],
) -> None:
    """Write the tables, in the format ``tables``."""
    write_csv(folder / "products.csv", [_product_row(product) for product in products])
    write_csv(
        folder / "users.csv",
        [{"id": one.id, "name": one.name, "region": one.region, "age": one.age} for one in customers],
    )
    write_csv(
        folder / "interactions.csv.gz",
        [
            {
                "user_id": customers[event.user].id,
                "product_id": products[event.product].id,
                "kind": event.kind,
                "value": None if event.value is None else f"{event.value:g}",
                "at": event.at,
            }
            for event in events
        ],
    )
    write_jsonl(folder / "reviews.jsonl", (_review_row(review, products, customers) for review in reviews))
    write_csv(
        folder / "images.csv",
        [{"id": one.id, "product_id": products[one.product].id, "path": f"images/{one.id}.jpg"} for one in photos],
    )
    write_csv(
        folder / "links.csv",
        [
            {
                "product_id": products[link.product].id,
                "relation": link.relation,
                "other_id": products[link.other].id,
                "weight": link.weight,
            }
            for link in links
        ],
    )


def write_photos(folder: Path, *, products: Sequence[Product], photos: Sequence[Photo]) -> None:
    """Render the photos into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        (folder / f"{photo.id}.jpg").write_bytes(jpeg(products[photo.product], photo))
