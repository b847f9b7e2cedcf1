"""Vectors of many photos: each content once, the bad ones set aside with the reason, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from embeddings.cache import VectorCache
from embeddings.image.protocol import ImageEncoder
from embeddings.vectors import VectorArray, Vectors
from kg.pictures import Photo, Picture, PictureReject, read_pictures

_BATCH = 64


@dataclass(frozen=True, slots=True)
class PhotoVectors:
    """Vectors of photos, and the photos that have none.

    Attributes:
        vectors: of the label ``Image``.
        rejects: photos that could not be read, in the order they were given.
        encoded: pictures the encoder was shown; the others were known already.
    """

    vectors: Vectors
    rejects: tuple[PictureReject, ...]
    encoded: int


def photo_vectors(
    photos: Iterable[Photo],
    encoder: ImageEncoder,
    *,
    cache: VectorCache | None = None,
    name: str = "image",
    batch: int = _BATCH,
) -> PhotoVectors:
    """Encode photos; files of the same bytes are encoded once, and not at all where the cache has them.

    A batch is written to the cache as soon as it is made, so a killed run does not make it again.

    Args:
        photos: of distinct ids; taken as they are needed.
        encoder: that makes the vectors; it has learned already, if it learns.
        cache: of vectors made before.
        name: of the kind of vectors.
        batch: pictures encoded at a time; so many are held in memory, and some that are read ahead.

    Raises:
        InputError: an id stands twice.
    """
    run = _Run(encoder, cache)
    ids: list[str] = []
    hashes: list[str] = []
    rejects: list[PictureReject] = []
    for some in _batches(read_pictures(photos, edge=encoder.edge, wanted=run.wants), batch):
        run.take([one for one in some if isinstance(one, Picture)])
        for one in some:
            if isinstance(one, PictureReject):
                rejects.append(one)
            else:
                ids.append(one.photo.image_id)
                hashes.append(one.hash)
    matrix = run.matrix(hashes)
    return PhotoVectors(Vectors.sorted(name, "Image", ids, matrix), tuple(rejects), run.encoded)


def read_sample(photos: Sequence[Photo], *, edge: int, most: int) -> Iterator[Image.Image]:
    """Give pictures to learn from, evenly over all photos; those that cannot be read are passed over.

    Args:
        photos: all there are.
        edge: longest side in pixels.
        most: photos to read.
    """
    rows = np.unique(np.linspace(0, len(photos) - 1, min(len(photos), most)).astype(np.int64))
    for one in read_pictures((photos[row] for row in rows), edge=edge):
        if isinstance(one, Picture) and one.image is not None:
            yield one.image


def product_vectors(photos: Vectors, products: Sequence[str], images: Sequence[str], *, name: str = "image") -> Vectors:
    """Give each product the mean of its photos' vectors, of length 1; a product none of whose photos has one has none.

    Args:
        photos: vectors of the label ``Image``.
        products: id of a product, for each link between a product and a photo, ``(n_links,)``.
        images: id of the photo, ``(n_links,)``.
        name: of the kind of vectors.
    """
    found, there = photos.of("Image", list(images))
    ids, row = np.unique(np.asarray(products, dtype=object)[there].astype(str), return_inverse=True)
    sums = np.zeros((len(ids), photos.dim), dtype=np.float32)
    np.add.at(sums, row, found[there])
    lengths = np.linalg.norm(sums, axis=1)
    sound = lengths > 0
    matrix = sums[sound] / lengths[sound, None]
    return Vectors.sorted(name, "Product", ids[sound].tolist(), matrix)


class _Run:
    """What is known while photos stream by: the vector of each content that was met."""

    def __init__(self, encoder: ImageEncoder, cache: VectorCache | None) -> None:
        self._encoder = encoder
        self._cache = cache
        self._rows: dict[str, int] = {}
        self._parts: list[VectorArray] = []
        self._kept: dict[str, VectorArray] = {}
        self.encoded = 0

    def wants(self, digest: str) -> bool:
        """Tell whether a picture has to be decoded; asked by the threads that read."""
        if digest in self._rows or digest in self._kept:
            return False
        if self._cache is not None:
            # Taken along at once: another process may make room in the cache before the picture's turn comes.
            self._kept.update(self._cache.get([digest], encoder=self._encoder.fingerprint, dim=self._encoder.dim))
        return digest not in self._kept

    def take(self, pictures: Sequence[Picture]) -> None:
        """Make or fetch the vectors of some pictures."""
        for one in pictures:
            if one.image is None and one.hash not in self._rows:
                self._add([one.hash], self._kept.pop(one.hash)[None])
        fresh = {one.hash: one.image for one in pictures if one.image is not None and one.hash not in self._rows}
        if not fresh:
            return
        made = self._encoder.encode([image for image in fresh.values() if image is not None])
        self.encoded += len(fresh)
        if self._cache is not None:
            self._cache.put(dict(zip(fresh, made, strict=True)), encoder=self._encoder.fingerprint)
        self._add(list(fresh), made)

    def matrix(self, hashes: Sequence[str]) -> VectorArray:
        """Give the vector of each content, ``(n, dim)``."""
        if not self._parts:
            return np.zeros((0, self._encoder.dim), dtype=np.float32)
        return np.concatenate(self._parts)[[self._rows[digest] for digest in hashes]]

    def _add(self, hashes: Sequence[str], made: VectorArray) -> None:
        start = len(self._rows)
        self._rows.update(zip(hashes, range(start, start + len(hashes)), strict=True))
        self._parts.append(made)


def _batches(read: Iterator[Picture | PictureReject], size: int) -> Iterator[list[Picture | PictureReject]]:
    """Part a stream so that each part has ``size`` pictures with pixels at most."""
    some: list[Picture | PictureReject] = []
    pixels = 0
    for one in read:
        some.append(one)
        pixels += isinstance(one, Picture) and one.image is not None
        if pixels >= size or len(some) >= 8 * size:
            yield some
            some, pixels = [], 0
    if some:
        yield some
