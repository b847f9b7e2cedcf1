"""Vectors of the products of a snapshot, for benchmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from embeddings.image import LearningImageEncoder, image_encoder, photo_vectors, product_vectors, read_sample
from embeddings.shared import SharedSettings, View, train_shared
from embeddings.text import product_texts
from embeddings.text.encode import text_vectors
from embeddings.text.minilm import minilm_encoder
from embeddings.vectors import Vectors
from kg.pictures import Photo
from kg.snapshot import Snapshot

_SAMPLE = 4_000


def text_vectors_of(snapshot: Snapshot) -> Vectors:
    """Encode the products' titles, brands, categories and descriptions by MiniLM."""
    ids = snapshot.products["id"].to_pylist()
    return text_vectors(ids, product_texts(snapshot), minilm_encoder(batch=64))


def image_vectors_of(snapshot: Snapshot) -> Vectors:
    """Encode the products' photos by the offline encoder."""
    rows = snapshot.images.select(["id", "path"]).to_pylist()
    photos = [Photo(row["id"], Path(row["path"])) for row in rows if row["path"]]
    encoder = image_encoder("looks", {})
    if isinstance(encoder, LearningImageEncoder):
        encoder.fit(read_sample(photos, edge=encoder.edge, most=_SAMPLE))
    edges = [snapshot.edges[relation] for relation in snapshot.relations("HAS_IMAGE")]
    products = [id_ for own in edges for id_ in snapshot.ids.ids(own.head).to_pylist()]
    images = [id_ for own in edges for id_ in snapshot.ids.ids(own.tail).to_pylist()]
    return product_vectors(photo_vectors(photos, encoder).vectors, products, images)


def shared_vectors_of(text: Vectors, image: Vectors) -> Vectors:
    """Place the products in the space that their texts and photos share: the mean of both places."""
    space = train_shared(
        [View.of(text, "Product", name="text"), View.of(image, "Product", name="image")], settings=SharedSettings()
    )
    ids = text.ids.label_ids("Product").to_pylist()
    places = [
        space.vectors(view, vectors).of("Product", ids)[0] for view, vectors in (("text", text), ("image", image))
    ]
    return Vectors.sorted("shared", "Product", ids, np.asarray(places[0] + places[1], dtype=np.float32))
