"""Shops for the tests of the recommender: one with planted tastes, one small and made by hand, and random ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np

from kg.snapshot import Holdout, Snapshot, SplitMethod, SplitSettings, load_holdout, take_snapshot
from kg.store.protocol import EdgeKey, GraphStore
from tests.kg.fake_store import FakeStore, Row

LAST = SplitSettings(method=SplitMethod.LEAVE_LAST_OUT)
WHOLE = SplitSettings(method=SplitMethod.NONE)
KINDS = ("VIEWED", "CLICKED", "CARTED", "PURCHASED", "RATED")

N_PRODUCTS, N_BRANDS, N_USERS = 120, 24, 160


def taken(store: FakeStore, folder: Path, split: SplitSettings = WHOLE) -> tuple[Snapshot, Holdout]:
    """Take the snapshot of a store."""
    snapshot = take_snapshot(cast(GraphStore, store), folder / "snapshot", holdout=folder / "holdout", split=split)
    return snapshot, load_holdout(folder / "holdout")


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def store(
    products: Sequence[Row],
    *,
    users: Sequence[str] = (),
    interactions: Mapping[str, Sequence[Row]] | None = None,
    links: Mapping[tuple[str, str, str], Sequence[Row]] | None = None,
    nodes: Mapping[str, Sequence[Row]] | None = None,
) -> FakeStore:
    """Make a store; ``brand`` and ``categories`` of a product become nodes and edges, as in a real import."""
    found: dict[str, list[Row]] = {label: list(rows) for label, rows in (nodes or {}).items()}
    found["User"] = [{"id": user} for user in users]
    found["Product"] = list(products)
    brands = sorted({str(row["brand"]) for row in products if row.get("brand")})
    found["Brand"] = [{"id": brand, "name": brand.title()} for brand in brands]
    paths = [(str(row["id"]), path) for row in products for path in cast(Sequence[str], row.get("categories") or ())]
    steps = {" > ".join(path.split(" > ")[: depth + 1]) for _, path in paths for depth in range(path.count(" > ") + 1)}
    found["Category"] = [{"id": path, "name": path.rpartition(" > ")[2]} for path in sorted(steps)]
    edges: dict[EdgeKey, list[Row]] = {
        EdgeKey("Product", "HAS_BRAND", "Brand"): [
            {"source": row["id"], "target": row["brand"]} for row in products if row.get("brand")
        ],
        EdgeKey("Product", "IN_CATEGORY", "Category"): [{"source": own, "target": path} for own, path in paths],
        EdgeKey("Category", "PART_OF", "Category"): [
            {"source": path, "target": path.rpartition(" > ")[0]} for path in sorted(steps) if " > " in path
        ],
    }
    for kind, rows in (interactions or {}).items():
        edges[EdgeKey("User", kind, "Product")] = list(rows)
    for ends, rows in (links or {}).items():
        edges[EdgeKey(*ends)] = list(rows)
    return FakeStore(found, edges, batch_rows=1000)


def planted(seed: int = 7, *, purchases: int = 6) -> FakeStore:
    """Give a shop of two tastes: customers buy within one taste, and mostly from two brands of it.

    Five purchases each on 120 products are too few to learn the brands from behaviour alone, so the brand links help.
    """
    rng = np.random.default_rng(seed)
    taste = np.arange(N_PRODUCTS) % 2
    brand = rng.permutation(np.repeat(np.arange(N_BRANDS // 2), N_PRODUCTS // N_BRANDS * 2)[:N_PRODUCTS]) * 2 + taste
    products: list[Row] = [
        {
            "id": f"p{n:03}",
            "name": f"Thing {n}",
            "brand": f"brand{brand[n]}",
            "categories": [f"Shop > Taste {taste[n]}"],
        }
        for n in range(N_PRODUCTS)
    ]
    bought: list[Row] = []
    viewed: list[Row] = []
    for user in range(N_USERS):
        own = user % 2
        inside = np.flatnonzero(taste == own)
        loved = np.flatnonzero(np.isin(brand, rng.choice(np.unique(brand[inside]), 2, replace=False)))
        weights = np.where(np.isin(inside, loved), 12.0, 1.0) * np.where(inside < 40, 1.6, 1.0)
        chosen = rng.choice(inside, purchases, replace=False, p=weights / weights.sum())
        bought += [{"source": f"u{user:03}", "target": f"p{p:03}", "at": 10 * t + 1} for t, p in enumerate(chosen)]
        viewed.append({"source": f"u{user:03}", "target": f"p{rng.choice(inside):03}", "at": 5})
    return store(
        products, users=[f"u{n:03}" for n in range(N_USERS)], interactions={"PURCHASED": bought, "VIEWED": viewed}
    )


def corner() -> FakeStore:
    """Give a small shop made by hand, with every kind of product that a filter or a search could meet.

    ``a`` is Runner shoes, ``b`` is Trail shoes, both Acme; ``c`` and ``d`` are teas of Leaf; ``e`` has neither buyers
    nor links, only words; ``f`` has no buyers but a brand; ``g`` says nothing at all; ``x`` is not sold here.
    """
    products: list[Row] = [
        {"id": "a", "name": "Runner shoes", "name_zh": "跑步鞋", "price": 50.0, "in_stock": True, "brand": "acme",
         "categories": ["Clothing > Shoes > Running"], "description": "Light and quick."},
        {"id": "b", "name": "Trail shoe", "name_zh": "越野鞋", "price": 80.0, "in_stock": False, "brand": "acme",
         "categories": ["Clothing > Shoes"]},
        {"id": "c", "name": "Green tea", "name_zh": "绿茶", "price": 5.0, "in_stock": True, "brand": "leaf",
         "categories": ["Food > Tea"]},
        {"id": "d", "name": "Black tea", "name_zh": "红茶", "price": 6.0, "brand": "leaf",
         "categories": ["Food > Tea"]},
        {"id": "e", "name": "Tea cup", "name_zh": "茶杯", "in_stock": True},
        {"id": "f", "name": "Dresses of wool", "price": 120.0, "in_stock": True, "brand": "acme",
         "categories": ["Clothing > Dresses"]},
        {"id": "g"},
        {"id": "x", "name": "Sold elsewhere", "in_catalogue": False},
    ]  # fmt: skip
    bought = [("u1", "a", 1), ("u1", "b", 2), ("u2", "a", 1), ("u2", "b", 2), ("u2", "c", 3), ("u3", "c", 1),
              ("u3", "d", 2), ("u4", "c", 1), ("u4", "d", 2), ("u5", "a", 5)]  # fmt: skip
    return store(
        products,
        users=["u1", "u2", "u3", "u4", "u5", "idle"],
        interactions={
            "PURCHASED": [{"source": user, "target": product, "at": at} for user, product, at in bought],
            "VIEWED": [{"source": "u1", "target": "c", "at": 1}, {"source": "u5", "target": "b", "at": 1}],
        },
        links={
            ("Product", "ALSO_BOUGHT", "Product"): [
                {"source": "a", "target": "f"},
                {"source": "a", "target": "x"},
                {"source": "b", "target": "x"},
            ]
        },
    )


def random_shop(seed: int) -> FakeStore:
    """Give a random small shop with every kind of relation that reasons can speak of."""
    rng = np.random.default_rng(seed)
    n_products, n_users = int(rng.integers(3, 14)), int(rng.integers(0, 10))
    ids = [f"p{n}" for n in range(n_products)]
    paths = ["A", "A > B", "A > B > C", "A > D", "E > F", "E > G"]
    products: list[Row] = [
        {
            "id": own,
            "name": None if rng.random() < 0.2 else f"Name {own}",
            "brand": rng.choice(["x", "y", "z"]) if rng.random() < 0.7 else None,
            "categories": sorted(set(rng.choice(paths, rng.integers(0, 3)).tolist())),
            "in_catalogue": bool(rng.random() < 0.9) or own == "p0",
        }
        for own in ids
    ]

    def pairs(left: Sequence[str], right: Sequence[str], share: float) -> list[Row]:
        return [
            {"source": a, "target": b, "weight": float(rng.integers(1, 4))}
            for a in left
            for b in right
            if a != b and rng.random() < share
        ]

    users = [f"u{n}" for n in range(n_users)]
    entities = ["e0", "e1", "e2"]
    related = [{**row, "relation": "film.genre"} for row in pairs(ids, entities, 0.3)]
    about = [{**row, "relation": "film.cast"} for row in pairs(entities, ids, 0.3)]
    reviews, images, aspects, attributes = ([f"{kind}{n}" for n in range(4)] for kind in ("r", "i", "s", "k=t"))
    mentioned: list[Row] = [
        {"source": row["source"], "target": row["target"], "start": 0, "sentiment": float(rng.choice([-1, 0, 1]))}
        for row in pairs(reviews, aspects, 0.5)
    ]
    depicted: list[Row] = [
        {"source": row["source"], "target": row["target"], "model": "m", "confidence": float(rng.uniform(0.1, 1))}
        for row in pairs(images, attributes, 0.5)
    ]
    return store(
        products,
        users=users,
        interactions={kind: pairs(users, ids, 0.25) for kind in ("PURCHASED", "VIEWED", "CARTED")},
        links={
            ("Product", "ALSO_BOUGHT", "Product"): pairs(ids, ids, 0.15),
            ("Product", "RELATED_TO", "Entity"): related,
            ("Entity", "RELATED_TO", "Product"): about,
            ("Review", "ABOUT", "Product"): [{"source": own, "target": rng.choice(ids)} for own in reviews],
            ("Review", "MENTIONS", "Aspect"): mentioned,
            ("Product", "HAS_IMAGE", "Image"): [{"source": rng.choice(ids), "target": own} for own in images],
            ("Image", "DEPICTS", "Attribute"): depicted,
        },
        nodes={
            "Entity": [{"id": entity} for entity in entities],
            "Review": [{"id": review} for review in reviews],
            "Image": [{"id": image, "path": image} for image in images],
            "Aspect": [{"id": aspect, "name": aspect} for aspect in aspects],
            "Attribute": [{"id": attribute} for attribute in attributes],
        },
    )


def reviewed() -> FakeStore:
    """Give four products, with reviews that mention aspects and a brand, and photos that depict a pattern.

    The zip of ``a`` is praised twice, that of ``b`` praised surely and blamed once less surely, those of ``c`` and
    ``d`` are blamed; grip is praised of ``a``, spoken of without sentiment of ``c`` and with an unknown one of ``d``.
    """
    reviews = [("r1", "a"), ("r2", "a"), ("r3", "b"), ("r4", "b"), ("r5", "c"), ("r6", "d")]
    aspects = [
        ("r1", "zip", 0, 1.0, 1.0), ("r2", "zip", 0, 1.0, 1.0), ("r3", "zip", 0, 0.9, 1.0), ("r4", "zip", 4, 0.6, -0.5),
        ("r5", "zip", 0, 1.0, -1.0), ("r6", "zip", 0, 1.0, -1.0), ("r1", "grip", 9, 1.0, 0.5),
        ("r5", "grip", 9, 0.5, 0.0), ("r6", "grip", 9, None, None),
    ]  # fmt: skip
    photos = [("i1", "a", 0.7), ("i2", "a", 0.9), ("i3", "b", 0.6), ("i4", "c", 0.6)]
    brands = [("r1", 30, 1.0), ("r2", 30, 0.5), ("r3", 30, None)]
    return store(
        [{"id": product, "brand": "x"} for product in "abcd"],
        nodes={
            "Review": [{"id": review} for review, _ in reviews],
            "Image": [{"id": image, "path": f"{image}.jpg"} for image, _, _ in photos],
            "Aspect": [{"id": "zip", "name": "zip"}, {"id": "grip", "name": "grip"}],
            "Attribute": [{"id": "pattern=dotted", "name": "pattern", "value": "dotted"}],
        },
        links={
            ("Review", "ABOUT", "Product"): [{"source": review, "target": product} for review, product in reviews],
            ("Review", "MENTIONS", "Aspect"): [
                {"source": review, "target": aspect, "start": start, "confidence": confidence, "sentiment": sentiment}
                for review, aspect, start, confidence, sentiment in aspects
            ],
            ("Review", "MENTIONS", "Brand"): [
                {"source": review, "target": "x", "start": start, "confidence": confidence}
                for review, start, confidence in brands
            ],
            ("Product", "HAS_IMAGE", "Image"): [{"source": product, "target": image} for image, product, _ in photos],
            ("Image", "DEPICTS", "Attribute"): [
                {"source": image, "target": "pattern=dotted", "model": "m", "confidence": confidence}
                for image, _, confidence in photos
            ],
        },
    )
