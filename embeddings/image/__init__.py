"""Image vectors: encoders, each photo encoded once, bad photos set aside."""

from __future__ import annotations

from embeddings.image.encode import PhotoVectors, photo_vectors, product_vectors, read_sample
from embeddings.image.protocol import ImageEncoder, LearningImageEncoder
from embeddings.image.registry import IMAGE_ENCODERS, image_encoder

__all__ = [
    "IMAGE_ENCODERS",
    "ImageEncoder",
    "LearningImageEncoder",
    "PhotoVectors",
    "image_encoder",
    "photo_vectors",
    "product_vectors",
    "read_sample",
]
