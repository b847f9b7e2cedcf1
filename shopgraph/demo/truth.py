"""Writes what was planted in the demo shop: for tests and benchmarks, never for the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from shopgraph.demo.catalogue import Product
from shopgraph.demo.customers import Customer
from shopgraph.demo.files import Row, write_jsonl
from shopgraph.demo.photos import Photo
from shopgraph.demo.reviews import Review
from shopgraph.demo.searches import PhotoSearch, Search


def write_truth(
    folder: Path,
    *,
    products: Sequence[Product],
    customers: Sequence[Customer],
    reviews: Sequence[Review],
    photos: Sequence[Photo],
    searches: Sequence[Search],
    photo_searches: Sequence[PhotoSearch],
) -> None:
    """Write customers, products, mentions, photos and searches into ``folder``, which is made."""
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
                "finish_listed": one.finish_listed,
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
    write_jsonl(
        folder / "photo_searches.jsonl",
        (
            {
                "photo": f"photos/{one.photo.id}.jpg",
                "product_id": products[one.photo.product].id,
                "words": one.words,
                "words_zh": one.words_zh,
                "relevant": {products[row].id: grade for row, grade in one.relevant.items()},
            }
            for one in photo_searches
        ),
    )


def _photo_row(photo: Photo, product: Product) -> Row:
    """Say what a photo shows, and the nodes that means; a plain product shows one colour only."""
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
        "depicts": [
            {"label": "Category", "node": product.kind.path},
            {"label": "Attribute", "node": f"colour={product.colour.name}"},
            {"label": "Attribute", "node": f"pattern={product.finish}"},
        ],
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
