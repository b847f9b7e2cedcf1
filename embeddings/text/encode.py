"""Vectors of many texts: each text once, whatever was encoded before."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from embeddings.cache import VectorCache, content_key
from embeddings.text.protocol import TextEncoder
from embeddings.vectors import VectorArray, Vectors

_TOGETHER = 2_048
"""Texts encoded between two writings to the cache."""


def plain(text: str) -> str:
    """Give a text as encoders see it: composed Unicode (NFC), single spaces, none at the ends, no lone surrogates."""
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return " ".join(composed.replace("\0", " ").split())


def encode_texts(texts: Sequence[str], encoder: TextEncoder, *, cache: VectorCache | None = None) -> VectorArray:
    """Give the vector of each text, ``(n_texts, dim)``, zeros where it says the encoder nothing.

    Texts that are the same when ``plain`` are encoded once, and not at all where the cache has them.

    Args:
        texts: in any order.
        encoder: that makes the vectors; it has learned already, if it learns.
        cache: of vectors made before; every batch is written to it as soon as it is made.
    """
    plains = [plain(text) for text in texts]
    wanted = dict.fromkeys(plains)
    keys = {text: content_key(text.encode()) for text in wanted}
    known = {} if cache is None else cache.get(list(keys.values()), encoder=encoder.fingerprint, dim=encoder.dim)
    # Texts of like length side by side, for networks fill all texts of a batch up to the longest.
    fresh = sorted((text for text in wanted if keys[text] not in known), key=lambda text: (len(text), text))
    for start in range(0, len(fresh), _TOGETHER):
        some = fresh[start : start + _TOGETHER]
        made = dict(zip((keys[text] for text in some), encoder.encode(some), strict=True))
        if cache is not None:
            cache.put(made, encoder=encoder.fingerprint)
        known.update(made)
    vectors = np.zeros((len(texts), encoder.dim), dtype=np.float32)
    for row, text in enumerate(plains):
        vectors[row] = known[keys[text]]
    return vectors


def text_vectors(
    ids: Sequence[str],
    texts: Sequence[str],
    encoder: TextEncoder,
    *,
    cache: VectorCache | None = None,
    label: str = "Product",
    name: str = "text",
) -> Vectors:
    """Give vectors of the nodes whose text says the encoder something; the others have none.

    Args:
        ids: of the nodes, distinct, ``(n,)``.
        texts: of each, ``(n,)``.
        encoder: that makes the vectors; it has learned already, if it learns.
        cache: of vectors made before.
        label: of the nodes.
        name: of the kind of vectors.

    Raises:
        InputError: an id stands twice.
    """
    matrix = encode_texts(texts, encoder, cache=cache)
    told = np.flatnonzero(matrix.any(axis=1)).tolist()
    return Vectors.sorted(name, label, [ids[row] for row in told], matrix[told])
