"""The best products for a vector: exact in blocks or by FAISS, over vectors stored in full, half or a quarter."""

from __future__ import annotations

from recommender.topk.index import Search, VectorIndex, recall
from recommender.topk.storage import Storage, Stored

__all__ = ["Search", "Storage", "Stored", "VectorIndex", "recall"]
