"""What every text encoder is: texts in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from embeddings.vectors import VectorArray


class TextEncoder(Protocol):
    """Turns texts into vectors. A new one is a file in ``embeddings/text`` and an entry in ``TEXT_ENCODERS``."""

    @property
    def name(self) -> str:
        """What it is, for people: ``minilm``, or a network's name and revision."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hexadecimal; another one where anything differs that changes the vectors: weights, lengths, settings."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in one vector."""
        ...

    def encode(self, texts: Sequence[str]) -> VectorArray:
        """Give the vectors, ``(n_texts, dim)``, float32, each of length 1; zeros for a text that says it nothing."""
        ...


@runtime_checkable
class LearningTextEncoder(Protocol):
    """What a text encoder that learns from the shop's own texts before it can encode has besides.

    Ask by ``isinstance``: it is true before anything was learned, when there are no vectors and no fingerprint yet.
    """

    def fit(self, texts: Sequence[str]) -> None:
        """Learn from texts; what was learned before is forgotten.

        Raises:
            InputError: there is nothing to learn in them.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write what was learned, as an artefact.

        Raises:
            ModelError: nothing was learned yet, or something else lies in ``folder``.
        """
        ...
