"""Search by meaning and by photo: the vectors of a project, where it has some."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import ConfigurationError
from kg.limits import limit
from kg.pictures.opening import PictureError, decode, open_picture
from recommender import Recommender
from recommender.arrays import BoolArray, FloatArray
from shopgraph.nearest import ProjectVectors
from shopgraph.pipeline.vectors import IMAGE, open_image_encoder, open_text_encoder
from shopgraph.project import Project

if TYPE_CHECKING:
    from PIL.Image import Image

    from embeddings.image import ImageEncoder
    from embeddings.text import TextEncoder
    from embeddings.vectors import Vectors

_WORDS_KEPT = 512
_FIRST_WORDS = ("search", "搜索")
"""Words of either script, for which the networks of texts are read."""
_SENT = Path("photo")
"""Name of a photo that came as bytes, for messages."""


class SearchVectors:
    """Cosines of words and photos with the products of a model. It may be asked by several threads at once.

    Args:
        project: whose vectors are compared.
        recommender: whose products are.
    """

    def __init__(self, project: Project, recommender: Recommender) -> None:
        self._known = ProjectVectors(project)
        self._project = project
        self._ids = recommender.artefact.items["id"].to_pylist()
        self._lock = threading.Lock()
        self._matrices: dict[str, tuple[FloatArray, BoolArray]] = {}
        self._encoders: dict[str, TextEncoder] = {}
        self._image: ImageEncoder | None = None
        self.words = lru_cache(maxsize=_WORDS_KEPT)(self._words)

    @property
    def sees(self) -> bool:
        """Photos can be searched by."""
        return IMAGE in self._known.names

    def prepare(self) -> None:
        """Read the networks of texts and photos, which the first words or photo would wait for otherwise."""
        for text in _FIRST_WORDS:
            self._words(text)
        if self.sees:
            with self._lock:
                self._image = self._image or open_image_encoder(self._project)

    def _words(self, text: str) -> FloatArray | None:
        """Give the cosine of words with each product, ``(n_products,)``: the mean of texts and, where there is one, of
        the shared space; None where there are no vectors of texts. A product without vectors gets the mean of all.
        """
        with self._lock:
            view = self._known.view(text)
            if view not in self._known.names:
                return None
            encoder = self._encoders.get(view)
            if encoder is None:
                encoder = self._encoders[view] = open_text_encoder(self._project, self._known.language(view))
            matrix = encoder.encode([text])
            if not matrix.any():
                return None
            found = self._cosines(view, self._known.vectors(view), matrix)
            space = self._known.space
            if space is not None and view in space.projections:
                found = found + self._cosines("shared", self._known.places, space.project(view, matrix))
        return found

    def photo(self, photo: bytes | Path) -> FloatArray:
        """Give the cosine of a photo with the photos of each product, ``(n_products,)``; 0 for one without photos.

        Raises:
            ConfigurationError: the project has no vectors of photos.
            PictureError: the photo cannot be used.
        """
        if not self.sees:
            raise ConfigurationError(
                "This project has no vectors of photos, so nothing is found by a photo. Set [vectors] images and run: "
                f"shopgraph run --project {self._project.folder}"
            )
        with self._lock:
            if self._image is None:
                self._image = open_image_encoder(self._project)
            picture = opened(photo, edge=self._image.edge)
            return self._cosines(IMAGE, self._known.vectors(IMAGE), self._image.encode([picture]))

    def _cosines(self, name: str, vectors: Vectors, matrix: FloatArray) -> FloatArray:
        known = self._matrices.get(name)
        if known is None:
            own, there = vectors.of("Product", self._ids)
            lengths = np.linalg.norm(own, axis=1, keepdims=True)
            known = self._matrices[name] = (own / np.maximum(lengths, 1e-12), there)
        places, having = known
        query = matrix[0] / max(float(np.linalg.norm(matrix[0])), 1e-12)
        found: FloatArray = places @ query
        if having.all() or not having.any():
            return found
        absent = 0.0 if name == IMAGE else float(found[having].mean())
        return np.where(having, found, absent).astype(np.float32)


def opened(photo: bytes | Path, *, edge: int) -> Image:
    """Open a photo that is a file, or that came as bytes.

    Raises:
        PictureError: the photo cannot be used.
    """
    if isinstance(photo, Path):
        return open_picture(photo, edge=edge)
    most = limit("picture_bytes")
    if not photo or len(photo) > most:
        code = "picture_bytes" if photo else "picture_empty"
        raise PictureError(_SENT, code, f"it has {len(photo):,} bytes; from 1 to {most:,} are taken")
    return decode(photo, _SENT, edge=edge)
