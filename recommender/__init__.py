"""Recommendation over the graph: data and splits, closed-form models, metrics, and the class applications use.

``from recommender import Recommender`` loads a trained model; nothing heavier than NumPy and SciPy is imported until a
model is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.serving import Recommender

__all__ = ["Recommender"]


def __getattr__(name: str) -> object:
    if name == "Recommender":
        from recommender.serving import Recommender

        return Recommender
    raise AttributeError(f"module 'recommender' has no attribute {name!r}")
