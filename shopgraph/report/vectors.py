"""What a report shows of vectors: which there are, how good they are, and a map of the products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kg.snapshot import Snapshot
from shopgraph.pipeline.vectors import GRAPH, IMAGE, SHARED
from shopgraph.report.data import VectorKind
from shopgraph.report.language import Words

if TYPE_CHECKING:
    from embeddings.atlas import Point
    from shopgraph.nearest import ProjectVectors

_SHOWN = ("mrr", "hits@10")


def vector_kinds(known: ProjectVectors, figures: Mapping[str, object]) -> tuple[VectorKind, ...]:
    """Give the vectors of a project.

    Args:
        known: to open them.
        figures: of the stage that made them, by name.
    """
    found = []
    for name in known.names:
        vectors = known.vectors(name)
        own = figures.get(name)
        given: Mapping[str, object] = own if isinstance(own, Mapping) else {}
        measured = {key: value for key in _SHOWN if isinstance(value := given.get(key), float)}
        labels = {label: vectors.ids.count(label) for label in vectors.ids.labels}
        found.append(VectorKind(name, str(given.get("model", "")), labels, vectors.dim, measured))
    if known.space is not None:
        own = figures.get(SHARED)
        recall = own.get("recall@10") if isinstance(own, Mapping) else None
        measured = {"views": recall} if isinstance(recall, float) else {}
        labels = {"Product": len(known.places)}
        found.append(VectorKind(SHARED, ", ".join(known.space.projections), labels, known.space.dim, measured))
    return tuple(found)


def product_map(points: Sequence[Point], words: Words) -> str:
    """Give the picture of the products by their vectors, coloured by category; "" where there are none."""
    from embeddings.atlas import draw

    return draw(points, name=words("vectors.map_name"), other=words("vectors.map_other")) if points else ""


def map_points(known: ProjectVectors, snapshot: Snapshot) -> Sequence[Point]:
    """Give the places of the products on a plane by their vectors; none where there are no vectors."""
    from embeddings.atlas import place_on_plane

    name = next((one for one in (SHARED, "text", IMAGE, GRAPH) if one in (*known.names, SHARED)), None)
    if name == SHARED and known.space is None:
        name = next((one for one in ("text", IMAGE, GRAPH) if one in known.names), None)
    if name is None:
        return ()
    vectors = known.places if name == SHARED else known.vectors(name)
    if not vectors.ids.count("Product"):
        return ()
    products = snapshot.products.select(["id", "name"]).to_pylist()
    titles = {row["id"]: row["name"] or row["id"] for row in products}
    return place_on_plane(vectors, "Product", titles=titles, categories=wide_categories(snapshot))


def wide_categories(snapshot: Snapshot) -> dict[str, str]:
    """Give the name of the widest category that each product stands in, by its id."""
    wider: dict[int, int] = {}
    for relation in snapshot.relations("PART_OF"):
        edges = snapshot.edges[relation]
        wider.update(zip(edges.head.tolist(), edges.tail.tolist(), strict=True))
    rows = snapshot.products.select(["id", "categories"]).to_pylist()
    leaves = sorted({category for row in rows for category in row["categories"] or ()})
    places = dict(zip(leaves, np.asarray(snapshot.ids.find("Category", leaves)).tolist(), strict=True))
    names: dict[str, str] = {}
    for leaf, place in places.items():
        seen = {place}
        while place in wider and wider[place] not in seen:
            place = wider[place]
            seen.add(place)
        names[leaf] = snapshot.name(place) if place >= 0 else leaf
    return {row["id"]: names[row["categories"][0]] for row in rows if row["categories"]}
