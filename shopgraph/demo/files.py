"""Writes the demo shop as its engineer would export it, and beside it what was planted."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from shopgraph.demo.catalogue import Product
from shopgraph.demo.customers import Customer
from shopgraph.demo.interactions import Event
from shopgraph.demo.links import Link
from shopgraph.demo.photos import Photo, jpeg
from shopgraph.demo.reviews import Review
from shopgraph.demo.searches import Search

_ATTRIBUTES = (
    "colour", "material", "season", "waterproof", "capacity", "size", "connection", "bulb", "induction", "closure",
    "made_in",
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


def write_truth(
    folder: Path,
    *,
    products: Sequence[Product],
    customers: Sequence[Customer],
    reviews: Sequence[Review],
    photos: Sequence[Photo],
    searches: Sequence[Search],
) -> None:
    """Write what was planted into ``folder``, which is made: for tests and benchmarks, never for the pipeline."""
    folder.mkdir(parents=True, exist_ok=True)
    write_jsonl(
        folder / "customers.jsonl",
        ({"user_id": one.id, "language": one.language, **asdict(one.taste)} for one in customers),
    )
    write_jsonl(
        folder / "products.jsonl",
        (
            {
                "product_id": one.id,
                "kind": one.kind.path,
                "brand": one.brand,
                "colour": one.colour.name,
                "colour_family": one.colour.family,
                "colour_listed": one.colour_listed,
                "material": one.material,
                "qualities": sorted(one.qualities),
                "lacks": [aspect for aspect in one.kind.aspects if aspect not in one.qualities],
                "finish": one.finish,
                "accent": one.accent.name,
                "outline": one.outline,
                "family": one.family,
                "popularity": round(one.popularity, 8),
            }
            for one in products
        ),
    )
    write_jsonl(
        folder / "mentions.jsonl",
        (
            {
                "review_id": review.id,
                "language": review.written_in,
                "mentions": [asdict(mention) for mention in review.mentions],
            }
            for review in reviews
        ),
    )
    write_jsonl(folder / "photos.jsonl", (_photo_row(photo, products[photo.product]) for photo in photos))
    write_jsonl(
        folder / "searches.jsonl",
        (
            {**asdict(search), "relevant": {products[row].id: grade for row, grade in search.relevant.items()}}
            for search in searches
        ),
    )


def _photo_row(photo: Photo, product: Product) -> Row:
    """Say what a photo shows; a plain product shows one colour only."""
    return {
        "image_id": photo.id,
        "product_id": product.id,
        "view": photo.view,
        "kind": product.kind.path,
        "noun": product.kind.noun,
        "colour": product.colour.name,
        "colour_family": product.colour.family,
        "accent": None if product.finish == "plain" else product.accent.name,
        "finish": product.finish,
        "outline": product.outline,
        "caption": _caption(product),
    }


def _caption(product: Product) -> str:
    match product.finish:
        case "plain":
            look = f"plain {product.colour.name}"
        case "two-tone":
            look = f"two-tone {product.colour.name} and {product.accent.name}"
        case finish:
            look = f"{finish} {product.colour.name} and {product.accent.name}"
    return f"{look} {product.kind.noun}"
