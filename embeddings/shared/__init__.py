"""One space for words, photos and whatever else is known of the same nodes."""

from __future__ import annotations

from embeddings.shared.artefact import load_shared, save_shared
from embeddings.shared.settings import SharedSettings
from embeddings.shared.space import SharedSpace
from embeddings.shared.training import train_shared
from embeddings.shared.views import View
from embeddings.shared.words import Queries, common_words

__all__ = [
    "Queries",
    "SharedSettings",
    "SharedSpace",
    "View",
    "common_words",
    "load_shared",
    "save_shared",
    "train_shared",
]
