"""What every image encoder is: pictures in, vectors out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from PIL import Image

from embeddings.vectors import VectorArray


class ImageEncoder(Protocol):
    """Turns pictures into vectors. A new one is a file in ``embeddings/image`` and an entry in ``IMAGE_ENCODERS``."""

    @property
    def name(self) -> str:
        """What it is, for people: ``looks``, or a network's name and revision."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal; another one where anything differs that changes the vectors: weights, sizes, settings."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in one vector."""
        ...

    @property
    def edge(self) -> int:
        """Longest side in pixels at which pictures are to be decoded; more would be thrown away."""
        ...

    def encode(self, pictures: Sequence[Image.Image]) -> VectorArray:
        """Give the vectors, ``(n_pictures, dim)``, float32, each of length 1. Pictures are RGB and upright."""
        ...


@runtime_checkable
class LearningImageEncoder(Protocol):
    """What an image encoder that learns from the shop's own photos before it can encode has besides.

    Ask by ``isinstance``: it is true before anything was learned, when there are no vectors and no fingerprint yet.
    """

    def fit(self, pictures: Iterable[Image.Image]) -> None:
        """Learn from pictures, RGB and upright; what was learned before is forgotten.

        Raises:
            InputError: there are too few to learn from.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write what was learned, as an artefact.

        Raises:
            ModelError: nothing was learned yet, or something else lies in ``folder``.
        """
        ...
