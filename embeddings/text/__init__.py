"""Text vectors: encoders for any language, each text encoded once."""

from __future__ import annotations

from embeddings.text.encode import encode_texts, text_vectors
from embeddings.text.ngrams import NgramEncoder, NgramSettings
from embeddings.text.products import product_text, product_texts
from embeddings.text.protocol import LearningTextEncoder, TextEncoder
from embeddings.text.registry import TEXT_ENCODERS, TextSettings, text_encoder, text_encoder_for

__all__ = [
    "TEXT_ENCODERS",
    "LearningTextEncoder",
    "NgramEncoder",
    "NgramSettings",
    "TextEncoder",
    "TextSettings",
    "encode_texts",
    "product_text",
    "product_texts",
    "text_encoder",
    "text_encoder_for",
    "text_vectors",
]
