"""The atlas: a picture of a space of vectors on a plane, near things near each other."""

from __future__ import annotations

from embeddings.atlas.points import Point, place_on_plane
from embeddings.atlas.svg import draw

__all__ = ["Point", "draw", "place_on_plane"]
