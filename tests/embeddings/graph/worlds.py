"""Graphs for the tests of graph vectors: one in which translations hold, and shops as snapshots."""

from __future__ import annotations

from typing import Any

import numpy as np

from embeddings.graph.settings import GraphSettings, default_settings
from embeddings.graph.triples import Triples
from kg.ids import IdMap


def planted(*, n_entities: int = 120, n_relations: int = 3, per_head: int = 4, seed: int = 0) -> Triples:
    """Give a graph in which each relation is a translation of hidden places: tails lie near head plus relation."""
    rng = np.random.default_rng(seed)
    places = rng.normal(size=(n_entities, 4))
    shifts = rng.normal(size=(n_relations, 4))
    rows = []
    for relation in range(n_relations):
        distance = ((places[:, None] + shifts[relation] - places[None]) ** 2).sum(-1)
        for head, near in enumerate(np.argsort(distance, axis=1)[:, :per_head]):
            rows += [(head, relation, tail) for tail in near if rng.random() < 0.9]
    ids = IdMap({"Entity": [f"e{number:04}" for number in range(n_entities)]})
    return Triples.of(ids, [f"r{number}" for number in range(n_relations)], np.array(rows, dtype=np.int64))


def shelves(*, n_products: int = 120, seed: int = 0) -> Triples:
    """Give a shop of twelve categories with two brands each; what is bought together is of one category.

    Products are ``Product:p000`` and on; product ``n`` is of the brand ``n % 24`` and the category ``n % 12``.
    """
    rng = np.random.default_rng(seed)
    ids = IdMap(
        {
            "Product": [f"p{number:03}" for number in range(n_products)],
            "Brand": [f"b{number:02}" for number in range(24)],
            "Category": [f"c{number:02}" for number in range(12)],
        }
    )
    product, brand, category = (ids.slice(label).start for label in ("Product", "Brand", "Category"))
    rows = []
    for number in range(n_products):
        rows += [(product + number, 1, brand + number % 24), (product + number, 2, category + number % 12)]
        rows += [(product + number, 0, product + (number + 12 * step) % n_products) for step in rng.integers(1, 10, 3)]
    return Triples.of(ids, ["ALSO_BOUGHT", "HAS_BRAND", "IN_CATEGORY"], np.array(rows, dtype=np.int64))


def quick(model: str = "TransE", **changes: Any) -> GraphSettings:
    """Give settings with which the planted graph is learned in about a second."""
    small = {
        "dim": 16,
        "negatives": 60,
        "batch": 64,
        "epochs": 12,
        "learning_rate": 0.03,
        "patience": 0,
        "inverse": True,
    }
    return default_settings(
        model, **{**small, "optimizer": "Adam", "weight_decay": 0.0, "validation_every": 6, "device": "cpu", **changes}
    )
