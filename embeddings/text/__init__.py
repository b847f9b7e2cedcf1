"""Text vectors: encoders for any language, each text encoded once."""

from __future__ import annotations

from embeddings.text.ngrams import NgramEncoder, NgramSettings
from embeddings.text.protocol import LearningTextEncoder, TextEncoder
from embeddings.text.registry import TEXT_ENCODERS, TextSettings, text_encoder, text_encoder_for

__all__ = [
    "TEXT_ENCODERS",
    "LearningTextEncoder",
    "NgramEncoder",
    "NgramSettings",
    "TextEncoder",
    "TextSettings",
    "text_encoder",
    "text_encoder_for",
]
