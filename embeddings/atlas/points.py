"""Where the nodes of a space lie on a plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from embeddings.vectors import VectorArray, Vectors
from kg.errors import InputError

_FEWEST = 8
"""Nodes from which on neighbourhoods mean something; fewer are placed by their two main directions."""
_DIM = 50
"""Main directions that neighbourhoods are computed from, as the authors of t-SNE have it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A node on the plane.

    Attributes:
        id: of the node.
        x: from 0 on the left to 1 on the right.
        y: from 0 at the top to 1 at the bottom.
        title: for people; the id where there is none.
        category: of the node; empty where there is none.
    """

    id: str
    x: float
    y: float
    title: str
    category: str


def place_on_plane(
    vectors: Vectors,
    label: str,
    *,
    titles: Mapping[str, str] | None = None,
    categories: Mapping[str, str] | None = None,
    most: int = 1_500,
    seed: int = 0,
) -> tuple[Point, ...]:
    """Place the nodes of a label so that near vectors lie near each other.

    By t-SNE (van der Maaten and Hinton, JMLR 2008) under the cosine, from the two main directions as its start: the
    same vectors and seed give the same picture. Distances between far groups mean little.

    Args:
        vectors: of the nodes.
        label: of the nodes to place.
        titles: of nodes, by id.
        categories: of nodes, by id.
        most: nodes placed at most, drawn by the seed where there are more; its time grows a little faster than they.
        seed: of the draw and of t-SNE.

    Returns:
        Points in the order of their ids.

    Raises:
        InputError: ``most`` is below 1, or the label is unknown.
    """
    if most < 1:
        raise InputError(f"A picture of {most} points shows nothing; ask for 1 or more.")
    own = vectors.matrix[vectors.ids.slice(label)]
    rows = np.arange(len(own))
    if len(own) > most:
        rows = np.sort(np.random.default_rng(seed).choice(len(own), most, replace=False))
    ids = vectors.ids.label_ids(label).take(rows).to_pylist()
    with threadpool_limits(1):  # sums of several threads would come out in another order each time
        places = _scaled(_plane(_unit(own[rows]), seed))
    titles, categories = titles or {}, categories or {}
    return tuple(
        Point(node, float(x), float(y), titles.get(node) or node, categories.get(node) or "")
        for node, (x, y) in zip(ids, places.tolist(), strict=True)
    )


def _plane(matrix: VectorArray, seed: int) -> VectorArray:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    n, dim = matrix.shape
    if n < 2 or not np.ptp(matrix, axis=0).any():
        return np.zeros((n, 2), dtype=np.float32)
    main = PCA(min(_DIM, n, dim), svd_solver="full").fit_transform(matrix).astype(np.float32)
    if n < _FEWEST or main.shape[1] < 2:
        flat = np.zeros((n, 2), dtype=np.float32)
        flat[:, : min(2, main.shape[1])] = main[:, :2]
        return flat
    # The start as scikit-learn's own: so small that the directions only decide which way things fall.
    start = main[:, :2] / np.std(main[:, 0]) * 1e-4
    found = TSNE(2, perplexity=min(30.0, (n - 1) / 3), init=start, random_state=seed, n_jobs=1).fit_transform(main)
    return np.asarray(found, dtype=np.float32)


def _scaled(places: VectorArray) -> VectorArray:
    """Fit places into the unit square, both axes alike."""
    if not len(places):
        return places
    low, high = places.min(0), places.max(0)
    size = float((high - low).max()) or 1.0
    scaled: VectorArray = (places - (low + high) / 2) / size + 0.5
    return np.clip(scaled, 0, 1)


def _unit(matrix: VectorArray) -> VectorArray:
    """Scale to length 1: of such vectors, the distance says what the cosine says."""
    scaled: VectorArray = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return scaled
